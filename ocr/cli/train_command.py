"""``ocr train``: train a classifier and write its model, card, log and curves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ocr.cli.renamed_option import RenamedOption


@click.command(
    epilog="""\b
Examples:
  ocr train --data emnist/ --fonts node_modules/ --output models/
  ocr train --data gzip.zip --classes emnist --hidden 128 --epochs 5"""
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="EMNIST folder or gzip.zip. If left out: the folder in OCR_DATA, else about 560 MB are downloaded "
    "to your cache, once.",
)
@click.option("--split", default="byclass", show_default=True, help="EMNIST split to train on.")
@click.option(
    "--classes",
    "alphabet",
    cls=RenamedOption,
    formerly="--signs",
    type=click.Choice(["print", "emnist"]),
    default="print",
    show_default=True,
    help="What is learnt: 62 letters and digits, 20 marks and non-characters; or EMNIST's classes alone.",
)
@click.option(
    "--characters",
    type=click.Path(path_type=Path),
    multiple=True,
    help="More labelled characters, an .npz file with images and labels; may be repeated.",
)
@click.option("--hold-out", default="", help="Providers in these files to leave out, separated by commas.")
@click.option(
    "--fonts",
    type=click.Path(path_type=Path),
    help="Folder with handwriting fonts: more writers.",
)
@click.option("--name", default="print", show_default=True, help="Stem of the model's files.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("models"),
    show_default=True,
    help="Folder for the model's files.",
)
@click.option(
    "--hidden", default="2560,1024", show_default=True, help="Widths of the hidden layers; wider learns more."
)
@click.option("--activation", default="relu", show_default=True, help="relu, tanh or sigmoid.")
@click.option(
    "--initialisation", default="he", show_default=True, help="he (for relu) or glorot (tanh, sigmoid)."
)
@click.option(
    "--optimizer", default="adamw", show_default=True, help="Such as sgd or adam; an unknown name lists all."
)
@click.option("--schedule", default="cosine", show_default=True, help="constant, step or cosine.")
@click.option("--learning-rate", default=1e-3, show_default=True, help="Largest step; sgd wants about 0.1.")
@click.option("--batch-size", default=512, show_default=True, help="Characters per step.")
@click.option("--epochs", default=26, show_default=True, help="Passes over the data.")
@click.option("--weight-decay", default=0.02, show_default=True, help="Pull of the weights towards zero.")
@click.option("--dropout", default=0.25, show_default=True, help="Share of hidden outputs dropped.")
@click.option(
    "--label-smoothing", default=0.05, show_default=True, help="Share of the target spread over all."
)
@click.option(
    "--teacher",
    "teacher_name",
    metavar="NAME|PATH",
    help="A model of the same classes to learn from as well: it shows how ambiguous a shape is.",
)
@click.option(
    "--distillation-weight",
    cls=RenamedOption,
    formerly="--advice",
    default=0.6,
    show_default=True,
    help="Share of the teacher's probabilities in the target.",
)
@click.option(
    "--augment/--no-augment", default=True, show_default=True, help="Distort each crop anew each epoch."
)
@click.option("--validation", default=0.05, show_default=True, help="Share of characters held out.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same model.")
@click.option("--resume", is_flag=True, help="Go on from the last epoch of a run that was cut off.")
@click.option(
    "--limit", type=click.IntRange(min=2), help="Train on the first N characters only, to try things out."
)
def command(
    *,
    data: Path | None,
    split: str,
    alphabet: str,
    characters: tuple[Path, ...],
    hold_out: str,
    fonts: Path | None,
    name: str,
    output: Path,
    hidden: str,
    teacher_name: str | None,
    resume: bool,
    limit: int | None,
    **recipe: Any,
) -> None:
    """Train a classifier on EMNIST, drawn characters and files of your own.

    Ctrl-C keeps the best epoch so far. Writes NAME.npz, NAME.json, NAME.md, NAME.log.jsonl and
    NAME.curves.png; until then NAME.checkpoint, from which --resume goes on to the same weights.
    """
    from ocr.batch.progress import training_progress
    from ocr.train import check_target, load_teacher, train_model, write_model
    from ocr.training.dataset import classes_of, gather
    from ocr.training.settings import TrainingSettings

    settings = TrainingSettings(hidden=widths(hidden), **recipe)
    classes = classes_of(split, alphabet=alphabet)
    check_target(name, settings, classes=len(classes))
    teacher = load_teacher(teacher_name, classes=classes)
    gathered = gather(
        split,
        alphabet=alphabet,
        data=data,
        files=characters,
        hold_out=tuple(provider for provider in hold_out.split(",") if provider),
        fonts=fonts,
        limit=limit,
        seed=settings.seed,
    )
    checkpoint = output / f"{name}.checkpoint"
    report_start(checkpoint, resume=resume)
    with training_progress() as (on_epoch, on_block):
        model, trained = train_model(
            gathered,
            split=split,
            name=name,
            settings=settings,
            teacher=teacher,
            checkpoint=checkpoint,
            resume=resume,
            on_epoch=on_epoch,
            on_block=on_block,
        )
    if trained.interrupted:
        report(f"interrupted: keeping epoch {trained.best} of {settings.epochs}; --resume goes on")
    paths = write_model(model, trained, folder=output, data=data)
    if not trained.interrupted:
        checkpoint.unlink(missing_ok=True)
    report(f"wrote {', '.join(path.name for path in paths)} to {output}")


def report(message: str) -> None:
    """Print a message on stderr."""
    click.echo(message, err=True)


def report_start(checkpoint: Path, *, resume: bool) -> None:
    """Report that a run begins anew though one was cut off, or though it was to go on."""
    if resume and not checkpoint.is_file():
        report(f"no {checkpoint.name} in {checkpoint.parent}: begins with epoch 1")
    if not resume and checkpoint.is_file():
        report(f"{checkpoint} is of a run that was cut off: begins anew; --resume would go on")


def widths(text: str) -> tuple[int, ...]:
    """Parse widths such as ``1024,512``.

    Raises
    ------
    click.BadParameter
        If they are no whole numbers.
    """
    try:
        return tuple(int(part) for part in text.split(",") if part.strip())
    except ValueError:
        message = f"{text!r} is not a list of widths: write for example 1024,512"
        raise click.BadParameter(message, param_hint="--hidden") from None
