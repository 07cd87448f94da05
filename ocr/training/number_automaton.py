"""Compile the templates of words made of digits to a deterministic automaton.

The templates are a nondeterministic automaton: its states are what is left of a template. A state of the
deterministic one is a set of these with their weights, as they are after the characters so far. Sets of
nearly the same weights are one, which keeps the automaton small.
"""

from __future__ import annotations

import re
import string
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.language.number_grammar import NumberGrammar, make_number_grammar
from ocr.training.number_templates import CLOSED_SHARE, CLOSING, PARTS, TEMPLATES, Distribution, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CHARACTERS = string.digits + string.ascii_lowercase + ".,:;-/+=()%$#*?"
"""What words made of digits are written with."""

# Weights within a set are rounded to these steps of their logarithm; those below this share are left out.
_WEIGHT_STEP, _LEAST_SHARE = 0.125, 1e-4
# What is left of a word that is complete, its mark of the sentence included.
_COMPLETE = "complete"


class _Rest(NamedTuple):
    """What is left of a template: places of the part that is written, and the parts behind it."""

    places: tuple[Distribution, ...]
    parts: tuple[str, ...]


_END = _Rest((), (_COMPLETE,))
_Weights = dict[_Rest, float]
_Set = frozenset[tuple[_Rest, int]]


def compile_numbers(templates: Mapping[str, float] = TEMPLATES) -> NumberGrammar:
    """Return the automaton of templates with their shares; it starts in state 0."""
    start: _Weights = defaultdict(float)
    total = sum(templates.values())
    for template, share in templates.items():
        for weight, rest in _opened(_Rest((), tuple(re.findall(r"\{\w+\}|.", template)))):
            start[rest] += share / total * weight
    numbers = {_rounded(start): 0}
    queue = list(numbers)
    rows: list[dict[str, tuple[int, float]]] = []
    ends: list[float] = []
    for chosen in queue:
        following, end = _steps(chosen)
        row = {}
        for character, weights in following.items():
            target = _rounded(weights)
            if target not in numbers:
                numbers[target] = len(numbers)
                queue.append(target)
            row[character] = (numbers[target], sum(weights.values()))
        rows.append(row)
        ends.append(end)
    return _grammar(rows, ends)


def _opened(rest: _Rest) -> Iterator[tuple[float, _Rest]]:
    """Yield what may follow with its share: places to write, or the end of the word."""
    if rest.places or rest == _END:
        yield 1.0, rest
    elif not rest.parts:
        yield 1 - CLOSED_SHARE, _END
        yield CLOSED_SHARE, _Rest((CLOSING,), _END.parts)
    else:
        name = rest.parts[0]
        part = PARTS[name[1:-1]] if name.startswith("{") else literal(name)
        mass = sum(share for share, _ in part)
        for share, places in part:
            yield share / mass, _Rest(places, rest.parts[1:])


def _steps(chosen: _Set) -> tuple[dict[str, _Weights], float]:
    """Return the weights after each next character, and the probability that the word ends."""
    weights = {rest: float(np.exp(_WEIGHT_STEP * level)) for rest, level in chosen}
    total, end = sum(weights.values()), 0.0
    following: dict[str, _Weights] = defaultdict(lambda: defaultdict(float))
    for rest, weight in weights.items():
        if rest == _END:
            end += weight / total
            continue
        opened = list(_opened(_Rest(rest.places[1:], rest.parts)))
        for character, probability in rest.places[0]:
            for share, after in opened:
                following[character][after] += weight / total * probability * share
    return following, end


def _rounded(weights: _Weights) -> _Set:
    total, most = sum(weights.values()), max(weights.values())
    return frozenset(
        (rest, round(float(np.log(weight / most)) / _WEIGHT_STEP))
        for rest, weight in weights.items()
        if weight > _LEAST_SHARE * total
    )


def _grammar(rows: list[dict[str, tuple[int, float]]], ends: list[float]) -> NumberGrammar:
    states = np.full((len(rows), len(CHARACTERS)), -1)
    shares = np.zeros(states.shape)
    for number, row in enumerate(rows):
        for character, (target, share) in row.items():
            column = CHARACTERS.index(character)
            states[number, column], shares[number, column] = target, share
    with np.errstate(divide="ignore"):
        return make_number_grammar(CHARACTERS, states, np.log(shares), np.log(ends))
