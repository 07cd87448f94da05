"""``ocr train``: train a classifier and write its model, card, log and curves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.cli.options import is_on_command_line
from ocr.cli.recipe_options import recipe_options, settings_of
from ocr.cli.renamed_option import RenamedOption
from ocr.errors import printable

if TYPE_CHECKING:
    from ocr.classifier.model import Model
    from ocr.training.learner import Trained
    from ocr.training.line_epochs import TrainedLines


@click.command(
    epilog="""\b
Examples:
  ocr train --data emnist/ --fonts node_modules/ --output models/
  ocr train --data gzip.zip --classes emnist --hidden 128 --epochs 5
  ocr train --data drawn --classes digits --hidden 50,50
  ocr train --lines pages/ --start print --name notes"""
)
@click.option(
    "--data",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="EMNIST folder, gzip.zip, or drawn. If left out: the folder in OCR_DATA, else about 560 MB are "
    "downloaded to your cache, once.",
)
@click.option(
    "--split", metavar="NAME", default="byclass", show_default=True, help="EMNIST split to train on."
)
@click.option(
    "--classes",
    "alphabet",
    metavar="NAME",
    cls=RenamedOption,
    formerly="--signs",
    help="print: 62 letters and digits, 20 marks and non-characters; emnist: those of the split (usual with "
    "--data drawn); or some: digits, upper, 36 (case ignored), A-Z, 0O1Il.",
)
@click.option(
    "--characters",
    metavar="FILE",
    type=click.Path(path_type=Path),
    multiple=True,
    help="More characters (.npz); repeatable.",
)
@click.option("--hold-out", metavar="A,B", default="", help="Providers in these files to leave out.")
@click.option(
    "--fonts",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder with handwriting fonts: more writers.",
)
@click.option(
    "--lines",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Train the line network, on a.jpg with a.gt.txt.",
)
@click.option("--name", metavar="NAME", default="print", show_default=True, help="Stem of the files.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("models"),
    show_default=True,
    metavar="DIR",
    help="Folder for the files.",
)
@recipe_options(
    hidden="2560,1024",
    input="features",
    activation="relu",
    init="he",
    loss="cross-entropy",
    optimizer="adamw",
    schedule="cosine",
    decay=0.5,
    batch_size="512",
    epochs=26,
    weight_decay=0.02,
    dropout=0.25,
    label_smoothing=0.05,
    augment=True,
    validation=0.05,
    seed=1,
)
@click.option(
    "--teacher",
    "teacher_name",
    metavar="NAME|PATH",
    help="A model of the same classes to learn from.",
)
@click.option(
    "--distillation-weight",
    cls=RenamedOption,
    formerly="--advice",
    default=0.6,
    show_default=True,
    metavar="X",
    help="Share of the teacher in the target.",
)
@click.option(
    "--start",
    "start_name",
    metavar="NAME|PATH",
    help="Begin with the weights of this model.",
)
@click.option(
    "--frozen",
    metavar="N",
    default=0,
    show_default=True,
    help="First layers that keep their weights.",
)
@click.option(
    "--test",
    "tests",
    type=click.Choice(["split", "all", "none"]),
    default="split",
    show_default=True,
    help="Test files to score on.",
)
@click.option("--resume", is_flag=True, help="Go on from the last epoch of a run.")
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=2), help="Train on the first N characters only."
)
def command(
    *,
    data: Path | None,
    split: str,
    alphabet: str | None,
    characters: tuple[Path, ...],
    hold_out: str,
    fonts: Path | None,
    lines: Path | None,
    name: str,
    output: Path,
    teacher_name: str | None,
    start_name: str | None,
    tests: str,
    resume: bool,
    limit: int | None,
    **recipe: Any,
) -> None:
    """Train a classifier, or with --lines a line network.

    Ctrl-C keeps the best epoch so far. Writes NAME.npz, NAME.json, NAME.md, NAME.log.jsonl and
    NAME.curves.png; until then NAME.checkpoint, from which --resume goes on to the same weights.
    """
    if lines is not None:
        _train_lines(lines, name=name, output=output, start_name=start_name, recipe=recipe)
        return
    from ocr.batch.progress import training_progress
    from ocr.train import check_target, load_start, load_teacher, train_model
    from ocr.training.dataset import classes_of, gather

    start = load_start(start_name)
    settings = settings_of(recipe, start=start)
    alphabet = _usual_alphabet(data) if alphabet is None else alphabet
    classes = classes_of(split, alphabet=alphabet)
    check_target(name, settings, classes=len(classes))
    teacher = load_teacher(teacher_name, classes=classes)
    report("gathering the characters")
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
    with training_progress() as (on_epoch, on_block, on_phase):
        model, trained = train_model(
            gathered,
            split=split,
            name=name,
            settings=settings,
            teacher=teacher,
            start=start,
            checkpoint=checkpoint,
            resume=resume,
            on_epoch=on_epoch,
            on_block=on_block,
            on_phase=on_phase,
        )
    _write(model, trained, checkpoint, data=data, tests=tests)


# What has a meaning with --lines, and what a line network is called that is given no name.
_LINE_OPTIONS = frozenset(
    ("lines", "name", "output", "start_name", "epochs", "learning_rate", "validation", "augment", "seed")
)
_LINE_NAME = "lines"


def _train_lines(
    folder: Path, *, name: str, output: Path, start_name: str | None, recipe: dict[str, Any]
) -> None:
    """Train a line network on the pictures of a folder, and write it beside a network of glyphs."""
    from ocr.batch.progress import line_progress
    from ocr.classifier.model_file import load_model
    from ocr.files import model_path
    from ocr.language.ngram import load_language
    from ocr.learning.train_lines import lines_of_folder, train_line_model, write_line_model
    from ocr.train import check_name
    from ocr.training.line_epochs import LineSettings
    from ocr.view.training_curves import draw_curves

    ctx = click.get_current_context()
    _refuse_others(ctx)
    name = name if is_on_command_line(ctx, "name") else _LINE_NAME
    check_name(name)
    usual = LineSettings()
    settings = LineSettings(
        epochs=int(recipe["epochs"]),
        learning_rate=recipe["learning_rate"],
        validation=float(recipe["validation"]) if is_on_command_line(ctx, "validation") else usual.validation,
        augment=bool(recipe["augment"]),
        seed=int(recipe["seed"]),
    )
    base = load_model(model_path(start_name))
    with line_progress() as (on_epoch, on_lines, on_phase, on_progress):
        lines = lines_of_folder(folder, base, load_language("english"), on_progress=on_progress)
        on_phase(f"{len(lines)} lines with their texts")
        model, trained = train_line_model(
            lines,
            base,
            name=name,
            settings=settings,
            goes_on=start_name is not None,
            on_epoch=on_epoch,
            on_lines=on_lines,
        )
    if trained.interrupted:
        report(f"interrupted: keeping epoch {trained.best} of {settings.epochs}")
    report(_outcome(trained))
    paths = write_line_model(model, trained, output, curves=draw_curves(trained.log))
    report(f"wrote {', '.join(path.name for path in paths)} to {output}")


def _outcome(trained: TrainedLines) -> str:
    """Say how well the lines held out are read."""
    before = "" if trained.accuracy_before is None else f", before {100 * trained.accuracy_before:.1f} %"
    worse = trained.accuracy < (trained.accuracy_before or 0)
    return (
        f"{trained.held_out} lines held out: {100 * trained.accuracy:.1f} % of the characters right{before}"
        f"{'; it is worse: add lines, or lower the learning rate' if worse else ''}"
    )


def _refuse_others(ctx: click.Context) -> None:
    """Refuse options that say nothing about a line network.

    Raises
    ------
    click.UsageError
        With the first of them.
    """
    for parameter in ctx.command.params:
        if parameter.name not in _LINE_OPTIONS and is_on_command_line(ctx, str(parameter.name)):
            message = f"{parameter.opts[0]} and --lines: expected one of them; it is of the network of glyphs"
            raise click.UsageError(message)


def _usual_alphabet(data: Path | None) -> str:
    """Return what is learnt if nothing is named."""
    from ocr.training.drawn_data import is_drawn

    return "emnist" if is_drawn(data) else "print"


def _write(model: Model, trained: Trained, checkpoint: Path, *, data: Path | None, tests: str) -> None:
    """Score a model, write it beside the checkpoint, and delete that of a whole run; report each phase."""
    from ocr.train import write_model

    if trained.interrupted:
        epochs = trained.log[-1].epochs
        report(f"interrupted: keeping epoch {trained.best} of {epochs}; --resume goes on")
    folder = checkpoint.parent
    paths = write_model(model, trained, folder=folder, data=data, tests=tests, on_phase=report)
    if not trained.interrupted:
        checkpoint.unlink(missing_ok=True)
    report(f"wrote {', '.join(path.name for path in paths)} to {folder}")


def report(message: str) -> None:
    """Print a message on stderr."""
    click.echo(printable(message), err=True)


def report_start(checkpoint: Path, *, resume: bool) -> None:
    """Report that a run begins anew though one was cut off, or though it was to go on."""
    if resume and not checkpoint.is_file():
        report(f"no {checkpoint.name} in {checkpoint.parent}: begins with epoch 1")
    if not resume and checkpoint.is_file():
        report(f"{checkpoint} is of a run that was cut off: begins anew; --resume would go on")
