"""One line of a page from near: its cuts, its crops and its path, as parts of an explanation."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from ocr.view.html_parts import drawing_address, figure, paragraph, probability_bars, strip_address
from ocr.view.lattice import (
    draw_likely,
    draw_made,
    draw_offered,
    draw_untitled_lattice,
    kept_cuts,
    offered_cuts,
)
from ocr.view.overlay import confidence_band

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.array_types import Float32, Float64
    from ocr.document.tree import Character, Line
    from ocr.page.layout import Layout
    from ocr.recognition.decoder import RecognizedLine
    from ocr.view.lattice import Offered


# Characters beside each crop, and surroundings of cuts.
_MOST_SIGNS, _MOST_JOINTS = 5, 8


def cut_figures(layout: Layout, recognition: RecognizedLine, line: Line) -> str:
    """Show which cuts were offered, which are likely, and which were made."""
    offered = offered_cuts(layout, recognition)
    if not offered:
        made = drawing_address(draw_made(layout, recognition, line))
        words = "No piece of ink in this line is wide enough for two letters; green are spaces."
        return figure("made", made, "The line as it was parted", words, wide=True)
    kept = kept_cuts(recognition)
    figures = (
        (
            "offered",
            draw_offered(layout, recognition, offered),
            f"{_cuts(len(offered))} offered: straight lines that meet little ink.",
        ),
        (
            "likely",
            draw_likely(layout, recognition),
            f"{_cuts(len(kept))} kept, likelier ones bolder. Others crossed a likelier one, or had no hope.",
        ),
        ("made", draw_made(layout, recognition, line), _made(recognition)),
    )
    drawn = "".join(
        figure(key, drawing_address(drawing), f"The line: cuts {key}", words, wide=True)
        for key, drawing, words in figures
    )
    return drawn + _joints(offered)


def _cuts(count: int) -> str:
    if count == 1:
        return "1 cut was"
    return f"{count or 'No'} cuts were"


def _made(recognition: RecognizedLine) -> str:
    starts = [recognition.lattice.candidates[step.candidate].start for step in recognition.steps[1:]]
    count = sum(recognition.lattice.is_cut[start - 1] for start in starts)
    return f"{_cuts(count)} made in the end; green are spaces, and below stands what was read."


def _joints(offered: Sequence[Offered]) -> str:
    """Show what the network of joints sees: the ink around some cuts, and what it says."""
    best: dict[int, Offered] = {}
    for one in sorted(offered, key=lambda one: -one.probability):
        best.setdefault(one.piece.box.left, one)
    chosen = list(best.values())[:_MOST_JOINTS]
    address = strip_address(_bytes(np.stack([one.around for one in chosen])))
    items = "".join(
        f"<li>{_sprite('joint', place, len(chosen), f'ink around a cut, {100 * one.probability:.0f} %')}"
        f"<span>{100 * one.probability:.0f} %</span></li>"
        for place, one in enumerate(chosen)
    )
    words = (
        "What the small network sees, the cut upright in the middle, and how sure it is that two letters "
        "meet there. Of each piece, the likeliest cut."
    )
    return f'{_sheet("joint", address)}{paragraph(words)}<ul class="joints">{items}</ul>'


def crop_cards(recognition: RecognizedLine, line: Line, crops: Float32, classes: Sequence[str]) -> str:
    """Show each crop of a line with what its shape alone says, and what it became.

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
        signs = _best_shapes(recognition.lattice.shape_log_probabilities[step.candidate], classes)
        is_changed = signs[0][0] != character.text
        changed += is_changed
        crop = _sprite("glyph", place, len(characters), f"crop {place + 1}")
        cards.append(_card(crop, signs, character, is_changed=is_changed))
    words = (
        f"Bars: the five signs most probable by shape alone. Below: what place, language and neighbours made "
        f"of it. Of {len(characters)} signs, {changed} became another than the likeliest shape."
    )
    sheet = _sheet("glyph", strip_address(_bytes(crops)))
    return f'{sheet}{paragraph(words)}<ul class="glyphs">{"".join(cards)}</ul>'


def _best_shapes(row: Float64, classes: Sequence[str]) -> list[tuple[str, float]]:
    best = np.argsort(-row, kind="stable")[:_MOST_SIGNS]
    # What is no character has a name in angle brackets.
    return [(classes[at] if len(classes[at]) == 1 else "no", float(np.exp(row[at]))) for at in best]


def _card(crop: str, characters: list[tuple[str, float]], character: Character, *, is_changed: bool) -> str:
    band = confidence_band(character.probability)
    kind = ' class="changed"' if is_changed else ""
    became = f"{100 * character.probability:.0f} %" + (", changed" if is_changed else "")
    return (
        f"<li{kind}>{crop}<div>{probability_bars(characters)}</div>"
        f'<p>became <b class="sign {band}">{escape(character.text)}</b> {became}</p></li>'
    )


def path_figure(layout: Layout, recognition: RecognizedLine, line: Line, classes: Sequence[str]) -> str:
    """Show the lattice of a line with the path chosen."""
    drawing, words = draw_untitled_lattice(layout, line, recognition, classes)
    return figure("lattice", drawing_address(drawing), "The lattice of the line", f"{words}.", wide=True)


def _bytes(inks: Float32) -> NDArray[np.uint8]:
    return np.rint(np.clip(inks, 0, 1) * 255).astype(np.uint8)


def _sheet(kind: str, address: str) -> str:
    """Give all sprites of a kind their common picture."""
    return f"<style>.{kind}{{background-image:url({address})}}</style>"


def _sprite(kind: str, place: int, count: int, title: str) -> str:
    """Show one of ``count`` pictures that lie side by side in one."""
    at = 100 * place / max(count - 1, 1)
    return (
        f'<i class="crop sprite {kind}" role="img" aria-label="{escape(title)}" '
        f'style="background-size:{100 * count}% 100%;background-position:{at:.4f}% 0"></i>'
    )
