"""``ocr weights``: what a network has learnt, and how gradients shrink on their way down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.experiments.gradients import GradientHistory, GradientSettings

_SUFFIXES = (".png", ".svg")
# A rose of a unit that sees features needs more room than a picture.
_MOST_ROSES = 12


@click.command(
    short_help="Show what a network has learnt, and its gradients.",
    epilog="""\b
Examples:
  ocr weights
  ocr weights --gradients --data emnist/ --hidden 32,32,32,32,32,32,32,32""",
)
@options.named_model
@click.option(
    "--units",
    type=click.IntRange(1, 100),
    default=8,
    show_default=True,
    help="Units of the first layer to show; at most 12 of a network that sees features.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Picture, .png or .svg.  [default: weights.png or gradients.png]",
)
@click.option("--gradients", is_flag=True, help="Train deep nets and show each layer's gradient instead.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="For --gradients: EMNIST folder or gzip.zip, downloaded if left out; or drawn.",
)
@click.option("--split", default="byclass", show_default=True, help="For --gradients: EMNIST split.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=3000,
    show_default=True,
    help="For --gradients: characters.",
)
@click.option(
    "--hidden",
    default="64,64,64,64,64,64",
    show_default=True,
    help="For --gradients: hidden layers; each one makes a sigmoid net's gradient about four times smaller.",
)
@click.option(
    "--activation",
    default="sigmoid,relu",
    show_default=True,
    help="For --gradients: one net each of these, such as sigmoid,tanh,relu.",
)
@click.option(
    "--init",
    "initialisation",
    default="",
    help="For --gradients: as for ocr train; what suits each activation if left out.",
)
@click.option("--input", "seen", default="features", help="For --gradients: features or pixels.")
@click.option("--steps", default=300, show_default=True, help="For --gradients: batches of 64 to learn from.")
@click.option(
    "--learning-rate",
    default=0.05,
    show_default=True,
    help="For --gradients: larger diverges, smaller crawls.",
)
@click.option("--seed", default=1, show_default=True, help="For --gradients: same seed, same picture.")
def command(
    *,
    model_name: str | None,
    units: int,
    output: Path | None,
    gradients: bool,
    data: Path | None,
    split: str,
    limit: int,
    hidden: str,
    activation: str,
    initialisation: str,
    seen: str,
    steps: int,
    learning_rate: float,
    seed: int,
) -> None:
    """Show first-layer weights as pictures, at initialisation and after training.

    Of a network that sees pixels, each unit is a picture of 28 x 28 weights. Of one that sees features, it is
    a rose: in the middle its weights for ink, around it those for edges of each direction. Above it are the
    characters that excite it most. With --gradients, see the gradients of a deep sigmoid net vanish.
    """
    from ocr.cli.output import check_output

    output = output or Path("gradients.png" if gradients else "weights.png")
    check_output(output, _SUFFIXES)
    if not gradients:
        _show_weights(model_name, units=units, output=output)
        return
    from ocr.experiments.gradients import GradientSettings
    from ocr.training.settings import parse_setting

    settings = GradientSettings(
        hidden=parse_setting("hidden", hidden),
        steps=steps,
        learning_rate=learning_rate,
        input=seen,
        initialisation=initialisation,
        seed=seed,
    )
    nets = activation.split(",")
    _show_gradients(settings, nets, data=data, split=split, limit=limit, output=output)


def _show_weights(name: str | None, *, units: int, output: Path) -> None:
    from ocr.classifier.model_file import load_model
    from ocr.cli.output import write_output
    from ocr.experiments.units import chosen_units
    from ocr.files import model_path
    from ocr.view.weight_maps import draw_pixel_weights, draw_weights

    model = load_model(model_path(name))
    if model.input == "features" and units > _MOST_ROSES:
        message = f"--units {units}: found a network that sees features, expected at most {_MOST_ROSES}"
        raise click.UsageError(message)
    chosen = chosen_units(model, count=units)
    is_hidden = len(model.network) > 1
    title = f"{len(chosen)} of {model.sizes[1]} {'hidden units' if is_hidden else 'classes'} of {model.name}"
    draw = draw_pixel_weights if model.input == "pixels" else draw_weights
    write_output(output, draw(chosen, title=title, format=output.suffix.lower()[1:]))
    for unit in chosen:
        click.echo(f"unit {unit.number:4d}  {'excited most by' if is_hidden else 'class'} {unit.characters}")


def _show_gradients(
    settings: GradientSettings,
    activations: Sequence[str],
    *,
    data: Path | None,
    split: str,
    limit: int,
    output: Path,
) -> None:
    from ocr.cli.output import write_output
    from ocr.experiments.gradients import watch_gradients
    from ocr.training.batches import as_float
    from ocr.training.dataset import gather
    from ocr.view.gradient_curves import draw_gradients

    found = gather(split, alphabet="emnist", data=data, limit=limit)
    crops = as_float(found.crops)
    histories = [
        watch_gradients(
            crops,
            found.labels,
            classes=len(found.classes),
            activation=activation,
            settings=settings,
        )
        for activation in activations
    ]
    title = f"Gradients of nets with {len(settings.hidden)} hidden layers, learning {len(crops):,} characters"
    write_output(output, draw_gradients(histories, title=title, format=output.suffix.lower()[1:]))
    click.echo(_table(histories))


def _table(histories: Sequence[GradientHistory]) -> str:
    """Gradient of every layer over the first and the last tenth of the steps."""
    steps, layers = histories[0].sizes.shape
    tenth = max(1, steps // 10)
    columns = [
        (f"{history.activation} {when}", history.sizes[part].mean(axis=0))
        for history in histories
        for when, part in (("start", slice(None, tenth)), ("end", slice(-tenth, None)))
    ]
    lines = ["layer  " + "  ".join(f"{name:>13}" for name, _ in columns)]
    lines += [
        f"{layer + 1:>5}  " + "  ".join(f"{sizes[layer]:>13.2e}" for _, sizes in columns)
        for layer in range(layers)
    ]
    lines.append("1/last " + "  ".join(f"{sizes[0] / max(sizes[-1], 1e-30):>13.2e}" for _, sizes in columns))
    return "\n".join(lines)
