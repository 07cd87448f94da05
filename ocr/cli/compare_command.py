"""``ocr compare``: what a choice does to learning."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.experiments.comparison import Outcome, Run


@click.command(
    short_help="Show what a choice does to learning.",
    epilog="""\b
Examples:
  ocr compare --data emnist/ --vary learning-rate=0.0001,0.001,0.01
  ocr compare --data emnist/ --vary optimizer=sgd,adam --vary hidden=32,256""",
)
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="OPTION=A,B,...",
    help="Option of the recipe below and values to try; repeat it for more options, one at a time.",
)
@click.option("--seeds", type=click.IntRange(1, 20), default=3, show_default=True, help="Runs of each value.")
@click.option("--epochs", default=5, show_default=True, help="Passes over the data; more show the end.")
@click.option(
    "--limit", type=click.IntRange(min=10), default=10_000, show_default=True, help="Characters to use."
)
@click.option(
    "--data", type=click.Path(path_type=Path), help="EMNIST folder or gzip.zip; downloaded if left out."
)
@click.option("--split", default="byclass", show_default=True, help="EMNIST split to train on.")
@click.option("--json", "as_json", is_flag=True, help="Print all logs as JSON instead of the table.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("compare.png"),
    show_default=True,
    help="Picture of the curves, .png or .svg.",
)
@click.option("--hidden", default="128", show_default=True, help="Widths, as 256x128; wider learns more.")
@click.option("--activation", default="relu", show_default=True, help="relu, tanh or sigmoid (slow if deep).")
@click.option("--initialisation", default="he", show_default=True, help="he (for relu) or glorot.")
@click.option(
    "--optimizer", default="adamw", show_default=True, help="Such as sgd or adam; an unknown name lists all."
)
@click.option("--schedule", default="cosine", show_default=True, help="constant, step or cosine.")
@click.option(
    "--learning-rate", default=1e-3, show_default=True, help="Too large diverges, too small crawls."
)
@click.option("--batch-size", default=128, show_default=True, help="Larger: fewer and smoother steps.")
@click.option("--weight-decay", default=0.02, show_default=True, help="Pull of the weights towards zero.")
@click.option("--dropout", default=0.0, show_default=True, help="Share dropped; against learning by heart.")
@click.option("--label-smoothing", default=0.0, show_default=True, help="Makes probabilities modest.")
@click.option("--augment/--no-augment", default=False, show_default=True, help="Distort crops; needs epochs.")
@click.option("--validation", default=0.2, show_default=True, help="Share held out to measure on.")
@click.option("--seed", default=1, show_default=True, help="The first of the seeds.")
def command(
    *,
    vary: tuple[str, ...],
    seeds: int,
    limit: int,
    data: Path | None,
    split: str,
    as_json: bool,
    output: Path,
    hidden: str,
    **recipe: Any,
) -> None:
    """Train small networks that differ in one choice, and draw their curves with bands over the seeds."""
    from ocr.cli.output import check_output, write_output
    from ocr.experiments.comparison import compare, parse_variation
    from ocr.training.dataset import gather
    from ocr.training.settings import TrainingSettings
    from ocr.view.option_curves import draw_comparison

    check_output(output, (".png", ".svg"))
    base = parse_variation(f"hidden={hidden}", TrainingSettings(**recipe)).settings[0]
    variations = [parse_variation(text, base) for text in vary]
    characters = gather(split, alphabet="emnist", data=data, limit=limit)
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
    title = f"{count:,} characters of EMNIST {split}, {seeds} seed{'s' if seeds > 1 else ''} a value"
    write_output(output, draw_comparison(results, title=title, format=output.suffix.lower()[1:]))
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
