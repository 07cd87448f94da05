"""One line of a page in detail: its cuts, its crops and its path, as parts of an explanation."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from ocr.document.bands import confidence_band
from ocr.view.cut_drawings import draw_likely, draw_made, draw_offered, offered_cuts
from ocr.view.drawing import gray_bytes
from ocr.view.html_parts import drawing_figure, paragraph, probability_bars, strip_address
from ocr.view.lattice import draw_lattice
from ocr.view.line_frames import draw_line_frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, Float64
    from ocr.document.tree import Character, Line
    from ocr.line_network.sliding_network import SlidingNetwork
    from ocr.page.layout import Layout
    from ocr.recognition.decoder import RecognizedLine
    from ocr.view.cut_drawings import OfferedCut

# Characters beside each crop, and surroundings of cuts.
_MOST_CHARACTERS, _MOST_CUTS = 5, 8


def cut_figures(layout: Layout, recognition: RecognizedLine, line: Line) -> str:
    """Show which cuts were offered, which are likely, and which were made."""
    offered, made = offered_cuts(layout, recognition), draw_made(layout, recognition, line)
    if not offered:
        made = replace(
            made, caption="No component of this line is wide enough for two letters. Green are spaces."
        )
        return drawing_figure("made", made, "The line with its spaces", wide=True)
    drawings = {
        "offered": draw_offered(layout, recognition, offered),
        "likely": draw_likely(layout, recognition),
        "made": made,
    }
    figures = "".join(
        drawing_figure(key, drawing, f"The line: cuts {key}", wide=True) for key, drawing in drawings.items()
    )
    return figures + _cut_surroundings(offered)


def _cut_surroundings(offered: Sequence[OfferedCut]) -> str:
    """Show what the cut classifier sees: the ink around some cuts, with the probability of each."""
    best: dict[int, OfferedCut] = {}
    for one in sorted(offered, key=lambda one: -one.probability):
        best.setdefault(one.glyph.box.left, one)
    chosen = list(best.values())[:_MOST_CUTS]
    address = strip_address(gray_bytes(np.stack([one.around for one in chosen])))
    items = "".join(
        f"<li>{_sprite('cut', place, len(chosen), f'ink around a cut, {100 * one.probability:.0f} %')}"
        f"<span>{100 * one.probability:.0f} %</span></li>"
        for place, one in enumerate(chosen)
    )
    words = (
        "What the small network sees, the cut upright in the middle, and how probable it is that two letters "
        "meet there. The likeliest cut of each component is shown."
    )
    return f'{_sheet("cut", address)}{paragraph(words)}<ul class="cuts">{items}</ul>'


def crop_cards(recognition: RecognizedLine, line: Line, crops: Float32, classes: Sequence[str]) -> str:
    """Show each crop of a line with what is probable by its shape alone, and what was read.

    Parameters
    ----------
    recognition : RecognizedLine
    line : Line
        What was read.
    crops : (n, 28, 28) float32 array
        Of its characters, 1 = pen.
    classes : sequence of str
        Of the model.
    """
    characters = [character for word in line.words for character in word.characters]
    cards, changed = [], 0
    for place, (step, character) in enumerate(zip(recognition.steps, characters, strict=True)):
        best = _best_shapes(recognition.lattice.shape_log_probabilities[step.candidate], classes)
        is_changed = best[0][0] != character.text
        changed += is_changed
        crop = _sprite("glyph", place, len(characters), f"crop {place + 1}")
        cards.append(_card(crop, best, character, is_changed=is_changed))
    words = (
        f"Bars: the {_MOST_CHARACTERS} characters most probable by shape alone. Below: the character read, "
        "by its height, the language and its neighbors too. "
        f"Of {len(characters)} characters, {changed} became another than the likeliest shape."
    )
    sheet = _sheet("glyph", strip_address(gray_bytes(crops)))
    return f'{sheet}{paragraph(words)}<ul class="glyphs">{"".join(cards)}</ul>'


def _best_shapes(row: Float64, classes: Sequence[str]) -> list[tuple[str, float]]:
    best = np.argsort(-row, kind="stable")[:_MOST_CHARACTERS]
    # What is no character has a name in angle brackets.
    return [(classes[at] if len(classes[at]) == 1 else "no", float(np.exp(row[at]))) for at in best]


def _card(crop: str, characters: list[tuple[str, float]], character: Character, *, is_changed: bool) -> str:
    band = confidence_band(character.probability)
    kind = ' class="changed"' if is_changed else ""
    became = f"{100 * character.probability:.0f} %" + (", changed" if is_changed else "")
    return (
        f"<li{kind}>{crop}<div>{probability_bars(characters)}</div>"
        f'<p>became <b class="character {band}">{escape(character.text)}</b> {became}</p></li>'
    )


def path_figure(
    layout: Layout,
    recognition: RecognizedLine,
    line: Line,
    classes: Sequence[str],
    network: SlidingNetwork | None,
) -> str:
    """Show the lattice of a line with the path chosen, and what the line network says along it."""
    drawings = {
        "lattice": ("The lattice of the line", draw_lattice(layout, line, recognition, classes)),
        "frames": ("The line without cuts", draw_line_frames(layout, recognition, network)),
    }
    return "".join(
        drawing_figure(key, drawing, title, wide=True) for key, (title, drawing) in drawings.items()
    )


def _sheet(kind: str, address: str) -> str:
    """Write the common picture of all sprites of a kind."""
    return f"<style>.{kind}{{background-image:url({address})}}</style>"


def _sprite(kind: str, place: int, count: int, title: str) -> str:
    """Write one of ``count`` pictures that lie side by side in one."""
    at = 100 * place / max(count - 1, 1)
    return (
        f'<i class="crop sprite {kind}" role="img" aria-label="{escape(title)}" '
        f'style="background-size:{100 * count}% 100%;background-position:{at:.4f}% 0"></i>'
    )
