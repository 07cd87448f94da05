"""Find the most probable text of a field that matches its pattern."""

from __future__ import annotations

import heapq
import math
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.document.tree import Character

# So many readings are tried; later ones have several unlikely characters.
_MOST_READINGS = 2000


class FieldReading(NamedTuple):
    """A text, the probability that all of it is right, and whether it matches its pattern."""

    text: str
    probability: float
    matches: bool


def best_match(characters: Sequence[Character], before: Sequence[str], pattern: str | None) -> FieldReading:
    """Return the most probable text that matches a pattern, or the most probable one if none does.

    Parameters
    ----------
    characters : sequence of Character
    before : sequence of str
        What stands before each of them: nothing, a space or a line end.
    pattern : str or None
        A regular expression for the whole text; every text matches None.
    """
    choices = [_choices(one) for one in characters]
    matching = re.compile(pattern) if pattern is not None else None
    first = None
    for indices in _most_probable_first(choices):
        chosen = [options[index] for options, index in zip(choices, indices, strict=True)]
        text = "".join(space + one for space, (one, _) in zip(before, chosen, strict=True))
        reading = FieldReading(text, math.prod(share for _, share in chosen), matches=True)
        first = first or reading
        if matching is None or matching.fullmatch(text):
            return reading
    return (first or FieldReading("", 0.0, matches=True))._replace(matches=False)


def _choices(character: Character) -> list[tuple[str, float]]:
    """Return what a character may be with its probabilities, the one that was read first."""
    others = [one for one in character.alternatives if one[0] != character.text]
    return [(character.text, character.probability), *sorted(others, key=lambda one: -one[1])]


def _most_probable_first(choices: Sequence[Sequence[tuple[str, float]]]) -> Iterator[tuple[int, ...]]:
    """Yield indices into the choices, the most probable combinations first, each once.

    From a combination follow those with the next choice at its last changed place, or at a later one.
    """
    costs = [
        [max(0.0, math.log(max(options[0][1], 1e-12) / max(share, 1e-12))) for _, share in options]
        for options in choices
    ]
    queue: list[tuple[float, tuple[int, ...], int]] = [(0.0, (0,) * len(choices), 0)]
    for _ in range(_MOST_READINGS):
        if not queue:
            return
        cost, indices, changed = heapq.heappop(queue)
        yield indices
        for place in range(changed, len(choices)):
            following = indices[place] + 1
            if following < len(costs[place]):
                more = costs[place][following] - costs[place][following - 1]
                later = (*indices[:place], following, *indices[place + 1 :])
                heapq.heappush(queue, (cost + more, later, place))
