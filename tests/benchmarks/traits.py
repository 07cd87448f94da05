"""Traits of drawn pictures: draw them, and print the errors for each value of each trait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ocr.evaluation.page_scores import score_page
from ocr.image.picture import Picture
from ocr.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from PIL import Image

    Drawn = tuple[Image.Image, str, Mapping[str, Any]]


class TraitScore(NamedTuple):
    """The traits of a picture, the edits of each way to read it, and the characters that it has."""

    traits: Mapping[str, Any]
    edits: tuple[int, ...]
    characters: int


def draw_traits(choices: Mapping[str, Sequence[Any]], rng: np.random.Generator) -> dict[str, Any]:
    """Draw a value of each trait."""
    return {name: values[int(rng.integers(len(values)))] for name, values in choices.items()}


def read_drawn(
    draw: Callable[[np.random.Generator], Drawn],
    choices: Mapping[str, Iterable[Any]],
    *,
    count: int,
    seed: int,
) -> None:
    """Read so many drawn pictures, and print the errors for each value of each trait.

    ``draw`` returns a picture with its text and its traits.
    """
    reader, found = Reader(), []
    for number in range(count):
        picture, text, traits = draw(np.random.default_rng((seed, number)))
        score = score_page(text, reader.read_picture(Picture(picture)).page.text)
        found.append(TraitScore(traits, (score.edits_caseless,), score.characters))
    print_by_trait(found, {name: dict.fromkeys(values) for name, values in choices.items()})


def print_by_trait(scores: Sequence[TraitScore], choices: Mapping[str, Iterable[Any]]) -> None:
    """Print the errors in percent on all pictures, then on those with each value of each trait."""
    width = max(map(len, choices)) + 2
    print(f"{'all':{width}}{_errors(scores)} % of {sum(one.characters for one in scores)}")
    for name, values in choices.items():
        parts = ((value, [one for one in scores if one.traits[name] == value]) for value in values)
        print(f"{name:{width}}" + "  ".join(f"{value}: {_errors(part)}" for value, part in parts if part))


def _errors(scores: Sequence[TraitScore]) -> str:
    total = max(1, sum(one.characters for one in scores))
    edits = map(sum, zip(*(one.edits for one in scores), strict=True))
    return " / ".join(f"{100 * count / total:.1f}" for count in edits)
