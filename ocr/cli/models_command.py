"""``ocr models``: what models there are, what they can do, and whether their files are whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr.cli import options
from ocr.errors import ModelError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr.classifier.model import Model

# Where ``ocr train`` puts models by default.
_TRAINED = Path("models")


@click.command(
    epilog="""\b
Examples:
  ocr models
  ocr models print
  ocr models --check
  ocr models models/mine --check

\b
Exit codes: 0 all well, 2 usage, 4 a model is missing or damaged."""
)
@click.argument("names", nargs=-1, metavar="[NAME|PATH]...", shell_complete=options.complete_models)
@click.option("--check", "checks", is_flag=True, help="Verify checksums and contents; print the checksums.")
def command(*, names: tuple[str, ...], checks: bool) -> int:
    """List models, show their cards, check their files.

    Without a NAME: the shipped models, your own, and those in this folder and in models/. With one: its model
    card.
    """
    from ocr.files import model_path

    if names and not checks:
        for name in names:
            click.echo(_card(model_path(name)).rstrip("\n"))
        return 0
    found = [(name, model_path(name)) for name in names] if names else list(_known())
    width = max((len(name) for name, _ in found), default=0)
    damaged = 0
    for name, stem in found:
        model = _loaded(stem)
        if isinstance(model, ModelError):
            click.echo(f"ocr: {model}", err=True)
            damaged += 1
        else:
            about = _checked(model) if checks else _about(model, stem)
            click.echo(printable(f"{name:<{width}}  {about}"))
    return ModelError.exit_code if damaged else 0


def _known() -> Iterator[tuple[str, Path]]:
    """Yield the models at hand, each with what --model takes; a file that is found twice counts once."""
    from ocr.files import own_models_folder, shipped_folder

    shipped, own = shipped_folder("models"), own_models_folder()
    seen: set[Path] = set()
    for folder in (shipped, own, Path(), _TRAINED):
        # Both files make a model; other programs write .npz too.
        for weights in sorted(folder.glob("*.npz")):
            stem = weights.with_suffix("")
            if weights.resolve() not in seen and weights.with_suffix(".json").is_file():
                seen.add(weights.resolve())
                # A bare name could be that of a shipped model.
                here = str(stem) if stem.parent.name else f"./{stem.name}"
                yield (stem.name if folder in {shipped, own} else here), stem


def _loaded(stem: Path) -> Model | ModelError:
    from ocr.classifier.model_file import load_model

    try:
        return load_model(stem)
    except ModelError as error:
        return error


def _about(model: Model, stem: Path) -> str:
    from ocr.classifier.alphabet import NOT_A_CHARACTER

    characters = sum(character != NOT_A_CHARACTER for character in model.classes)
    megabytes = stem.with_name(f"{stem.name}.npz").stat().st_size / 1e6
    sizes = "-".join(map(str, model.sizes))
    return f"{characters} characters  {sizes} {model.activation}  {megabytes:.1f} MB  {stem.parent.resolve()}"


def _checked(model: Model) -> str:
    return f"whole  SHA-256 {model.checksum}"


def _card(stem: Path) -> str:
    """Return the card beside a model, or write one from the metadata of the model.

    Raises
    ------
    ModelError
        If there is no card and the model is damaged.
    """
    try:
        return stem.with_name(f"{stem.name}.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        from ocr.classifier.model_file import load_model
        from ocr.training.model_card import model_card

        return model_card(load_model(stem))
