"""``ocr compare``: what a choice does to learning."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.cli.recipe_options import recipe_options, settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.experiments.comparison import Outcome, Run


@click.command(
    short_help="Show what a choice does to learning.",
    epilog="""\b
Examples:
  ocr compare --data emnist/ --vary learning-rate=0.0001,0.001,0.01
  ocr compare --data drawn --classes 36 --vary "hidden=32;200,100"
  ocr compare --data drawn --vary batch-size=1,32,full --x seconds""",
)
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="OPTION=A,B,...",
    help="Option of the recipe below and values to try; repeat it for more options, one at a time.",
)
@click.option("--seeds", type=click.IntRange(1, 20), default=3, show_default=True, help="Runs of each value.")
@click.option(
    "--limit", type=click.IntRange(min=10), default=10_000, show_default=True, help="Characters to use."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="EMNIST folder or gzip.zip, downloaded if left out; or drawn, for characters drawn by this program.",
)
@click.option("--split", default="byclass", show_default=True, help="EMNIST split to train on.")
@click.option("--classes", default="emnist", help="Some of the classes: digits, upper, 36, A-Z, 0O1Il.")
@click.option("--json", "as_json", is_flag=True, help="Print all logs as JSON instead of the table.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("compare.png"),
    show_default=True,
    help="Picture of the curves, .png or .svg.",
)
@click.option(
    "--x",
    "axis",
    type=click.Choice(["epochs", "steps", "seconds"]),
    default="epochs",
    show_default=True,
    help="What the curves are drawn over.",
)
@recipe_options(
    hidden="128",
    input="features",
    activation="relu",
    init="he",
    loss="cross-entropy",
    optimizer="adamw",
    schedule="cosine",
    decay=0.5,
    batch_size="128",
    epochs=5,
    weight_decay=0.02,
    dropout=0.0,
    label_smoothing=0.0,
    augment=False,
    validation=0.2,
    seed=1,
)
def command(
    *,
    vary: tuple[str, ...],
    seeds: int,
    limit: int,
    data: Path | None,
    split: str,
    classes: str,
    as_json: bool,
    output: Path,
    axis: str,
    **recipe: Any,
) -> None:
    """Train small networks that differ in one choice, and draw their curves with bands over the seeds."""
    from ocr.cli.output import check_output, write_output
    from ocr.experiments.comparison import compare, parse_variation
    from ocr.training.dataset import classes_of, gather
    from ocr.training.drawn_data import is_drawn
    from ocr.view.option_curves import draw_comparison

    check_output(output, (".png", ".svg"))
    base = settings_of(recipe)
    usual_rates = recipe["learning_rate"] is None
    variations = [parse_variation(text, base, usual_rates=usual_rates) for text in vary]
    classes_of(split, alphabet=classes)
    characters = gather(split, alphabet=classes, data=data, limit=limit)
    results = [
        compare(
            variation,
            characters,
            seeds=range(base.seed, base.seed + seeds),
            on_run=_progress(variation.option),
        )
        for variation in variations
    ]
    count = len(characters.labels)
    source = "drawn characters" if is_drawn(data) else f"characters of EMNIST {split}"
    title = f"{count:,} {source}, {seeds} seed{'s' if seeds > 1 else ''} a value"
    suffix = output.suffix.lower()[1:]
    write_output(output, draw_comparison(results, title=title, axis=axis, format=suffix))
    facts = {"split": split, "n": count, "seeds": seeds, "recipe": dataclasses.asdict(base)}
    click.echo(json.dumps(facts | {"outcomes": _numbers(results)}) if as_json else _table(results))


def _progress(option: str) -> Any:
    def on_run(value: str, run: Run) -> None:
        last = f"validation {100 * run.log[-1].validation_accuracy:5.2f} %" if run.log else ""
        end = "diverged" if run.diverged else last
        click.echo(f"{option} {value}, seed {run.seed}: {end}, {run.seconds:.1f} s", err=True)

    return on_run


def _numbers(results: Sequence[Sequence[Outcome]]) -> list[dict[str, Any]]:
    return [
        {
            "option": outcome.option,
            "value": outcome.value,
            "mean": outcome.mean,
            "spread": outcome.spread,
            "loss": outcome.loss,
            "seconds": outcome.seconds,
            "diverged": outcome.diverged,
            "runs": [dataclasses.asdict(run) for run in outcome.runs],
        }
        for outcomes in results
        for outcome in outcomes
    ]


def _table(results: Sequence[Sequence[Outcome]]) -> str:
    blocks = []
    for outcomes in results:
        width = max(len(outcomes[0].option), *(len(outcome.value) for outcome in outcomes))
        lines = [f"{outcomes[0].option:<{width}}  validation  spread  train loss  seconds"]
        lines += [f"{outcome.value:<{width}}  {_row(outcome)}" for outcome in outcomes]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _row(outcome: Outcome) -> str:
    note = f"  diverged in {outcome.diverged} of {len(outcome.runs)}" if outcome.diverged else ""
    if outcome.mean is None or outcome.loss is None:
        return f"{'-':>10}  {'-':>6}  {'-':>10}  {outcome.seconds:>7.1f}{note}"
    spread = "-" if outcome.spread is None else f"{100 * outcome.spread:.2f}"
    return f"{100 * outcome.mean:>8.2f} %  {spread:>6}  {outcome.loss:>10.4f}  {outcome.seconds:>7.1f}{note}"
