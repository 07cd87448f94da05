"""Kinds of paper and what is written on them: plain, ruled, squared, forms, tables, grids of figures."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import ImageDraw

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.array_types import Float64
    from ocr.synthesis.sheet_drawing import SheetDrawing


def plain_sheet(page: SheetDrawing) -> None:
    """Lines of words on nothing."""
    pitch, indent = page.rng.uniform(1.4, 2.6), page.rng.uniform(0.2, 2)
    for baseline in np.arange(pitch, page.height - 0.3, pitch):
        page.line_of_words(indent + page.rng.normal(0, 0.1), page.width - page.rng.uniform(0.5, 4), baseline)


def ruled_sheet(page: SheetDrawing) -> None:
    """Lines of words on ruled paper, on the rules or wherever they fall."""
    rng = page.rng
    pitch = rng.uniform(0.9, 3.2)
    first = rng.uniform(0, pitch)
    for row in np.arange(first, page.height, pitch):
        page.rule((0, row), (page.width, row))
    if rng.random() < 0.4:
        left = rng.uniform(0.5, 3)
        for column in (left, left + rng.uniform(0.1, 0.4))[: rng.integers(1, 3)]:
            page.rule((column, 0), (column, page.height), shade=int(rng.uniform(40, 200)))
    step = max(1, round(rng.uniform(1.3, 2.6) / pitch)) * pitch
    aligned = rng.random() < 0.7
    rise = rng.normal(-0.05, 0.12)
    start = first if aligned else rng.uniform(1, 2)
    for baseline in np.arange(start + step, page.height, step if aligned else rng.uniform(1.4, 2.4)):
        if rng.random() < 0.85:
            page.line_of_words(rng.uniform(0.1, 3), page.width - rng.uniform(0, 4), baseline + rise)


def _squared(page: SheetDrawing) -> None:
    """Words or spaced characters on squared paper."""
    rng = page.rng
    pitch = float(np.exp(rng.uniform(np.log(0.4), np.log(3.5))))
    first, bold = rng.uniform(0, pitch, 2), int(rng.integers(4, 11)) if rng.random() < 0.25 else 0
    thin = min(page.rule_width, 0.12 * pitch)
    for axis in range(2):
        for index, place in enumerate(np.arange(first[axis], page.width if axis else page.height, pitch)):
            width = 2 * thin if bold and index % bold == 0 else thin
            ends = ((place, 0), (place, page.height)) if axis else ((0, place), (page.width, place))
            page.rule(*ends, width=width)
    step = (
        max(1, round(rng.uniform(1.3, 2.6) / pitch)) * pitch if rng.random() < 0.6 else rng.uniform(1.4, 2.5)
    )
    spaced = rng.random() < 0.35
    for baseline in np.arange(first[0] + step, page.height, step):
        if not spaced:
            page.line_of_words(
                rng.uniform(0.1, 3), page.width - rng.uniform(0, 5), baseline + rng.normal(-0.05, 0.1)
            )
            continue
        gap = max(1, round(0.9 / pitch)) * pitch
        for left in np.arange(first[1] + 0.15 * pitch, page.width - rng.uniform(1, 5), gap):
            if rng.random() < 0.8:
                page.word(left + rng.normal(0, 0.05), baseline + rng.normal(-0.05, 0.06), single=True)


def _dotted(page: SheetDrawing) -> None:
    """Lines of words on paper with a lattice of dots."""
    rng, brush = page.rng, ImageDraw.Draw(page.rules)
    pitch, half = rng.uniform(0.5, 2) * page.unit, rng.uniform(0.02, 0.06) * page.unit
    for y in np.arange(rng.uniform(0, pitch), page.rules.height, pitch):
        for x in np.arange(0.3 * pitch, page.rules.width, pitch):
            brush.ellipse((x - half, y - half, x + half, y + half), fill=page.rule_shade)
    plain_sheet(page)


def _comb(page: SheetDrawing) -> None:
    """Draw rows of boxes with a character in each; the character may touch or cross its box."""
    rng = page.rng
    top = rng.uniform(0.3, 1.5)
    boxes = _Boxes(
        high=rng.uniform(1.0, 2.2),
        wide=rng.uniform(0.75, 1.9),
        gap=rng.uniform(0.1, 0.5) if rng.random() < 0.25 else 0.0,
        filled=rng.uniform(0.3, 1),
        open_top=rng.random() < 0.15,
        border=rng.random() < 0.35,
        border_between=rng.random() < 0.5,
        is_full=rng.random() < 0.3,
    )
    while top + boxes.high < page.height:
        if rng.random() < 0.6:
            page.word(rng.uniform(0.2, 1), top + 0.7, scale=rng.uniform(0.4, 0.9), source=page.labels)
            top += 1.0
        left = rng.uniform(0.2, 2)
        for _ in range(int(rng.integers(1, 3))):
            _row_of_boxes(page, left, top, boxes)
            top += boxes.high
        top += rng.uniform(0.3, 1.5)


class _Boxes(NamedTuple):
    """Height, width and gaps of boxes, which are filled and how much, and how their sides are drawn."""

    high: float
    wide: float
    gap: float
    filled: float
    open_top: bool
    border: bool
    border_between: bool
    is_full: bool


def _row_of_boxes(page: SheetDrawing, left: float, top: float, boxes: _Boxes) -> None:
    """Draw a row of boxes from (left, top) to the right, and a character in some of them."""
    rng, high, wide = page.rng, boxes.high, boxes.wide
    count = int((page.width - left - 0.2) / (wide + boxes.gap))
    right, bottom = left + count * wide, top + high
    large = max(1.0, 0.9 * high) if boxes.is_full else 1.0
    if not boxes.gap:
        if not boxes.open_top:
            page.rule((left, top), (right, top), border=boxes.border)
        page.rule((left, bottom), (right, bottom), border=boxes.border)
    for index in range(count + (not boxes.gap)):
        x = left + index * (wide + boxes.gap)
        start = top + (rng.uniform(0.4, 0.7) * high if boxes.open_top else 0)
        if boxes.gap:
            page.box(x, top, x + wide, bottom, border=boxes.border)
        else:
            is_border = boxes.border and (boxes.border_between or index in (0, count))
            page.rule((x, start), (x, bottom), border=is_border)
        if index < count * boxes.filled and index < count and rng.random() < 0.93:
            scale = rng.uniform(0.75, 1.0) * (large if rng.random() < 0.9 else 1)
            baseline = bottom - (high - scale) * rng.uniform(0.0, 0.7)
            page.word(x + wide * rng.uniform(-0.02, 0.5), baseline, scale=scale, single=True)


def _table(page: SheetDrawing) -> None:
    """Draw a table with words in its cells, some of which touch or cross its lines."""
    rng = page.rng
    high, cols = rng.uniform(1.05, 2.5), int(rng.integers(2, 8))
    top, left = rng.uniform(-0.5, 1.5), rng.uniform(-0.5, 1.5)
    right, bottom = page.width + rng.uniform(-2, 0.5), page.height + rng.uniform(-2, 0.5)
    edges = np.sort(np.r_[left, rng.uniform(left + 1, right - 1, cols - 1), right])
    if rng.random() < 0.6:
        edges = np.linspace(left, right, cols + 1)
    rows = np.arange(top, bottom, high)
    # Thick is the outer edge, one column, or every line.
    thick = str(rng.choice(["none", "edge", "column", "all"], p=[0.35, 0.3, 0.2, 0.15]))
    column = int(rng.integers(cols))
    if rng.random() < 0.9:
        for index, row in enumerate(rows):
            is_edge = index in (0, len(rows) - 1)
            page.rule((left, row), (right, row), border=thick == "all" or (thick == "edge" and is_edge))
            if thick == "column":
                page.rule((edges[column], row), (edges[column + 1], row), border=True)
    if rng.random() < 0.85 or thick == "column":
        for index, x in enumerate(edges):
            is_thick = thick == "all" or (thick == "edge" and index in (0, cols))
            is_thick = is_thick or (thick == "column" and index - column in (0, 1))
            page.rule((x, rows[0]), (x, rows[-1]), border=is_thick)
    _fill_table(page, rows, edges, high)


def _fill_table(page: SheetDrawing, rows: Float64, edges: Float64, high: float) -> None:
    """Write a word or two into most cells of a table, some columns in print."""
    rng = page.rng
    printed = [page.labels if rng.random() < 0.3 else None for _ in edges]
    single = rng.random() < 0.25
    # Some write as large as a row is high.
    scale = max(1.0, rng.uniform(0.6, 0.9) * high) if rng.random() < 0.3 else 1.0
    for row in rows[:-1]:
        for source, (x, end) in zip(printed, pairwise(edges), strict=False):
            if rng.random() < 0.75 and end - x > 0.6:
                baseline = row + high - (high - scale) * rng.uniform(-0.1, 0.8) + rng.normal(0, 0.08)
                place = x + rng.uniform(0.0, 0.5)
                width = page.word(place, baseline, scale=scale, single=single, source=source)
                if place + width + 1.5 < end:
                    page.word(place + width + 0.5, baseline, scale=scale, single=single, source=source)


def _form(page: SheetDrawing) -> None:
    """Draw printed labels with a rule, a box or nothing to write on, and tick boxes."""
    rng = page.rng
    baseline = rng.uniform(1, 2)
    while baseline < page.height:
        left = rng.uniform(0.2, 1.5)
        if rng.random() < 0.25:
            side = rng.uniform(0.5, 1.1)
            page.box(left, baseline - side, left + side, baseline, border=rng.random() < 0.2)
            left += side + 0.4
        left += page.word(left, baseline, scale=rng.uniform(0.6, 1.0), source=page.labels) + rng.uniform(
            0.2, 1
        )
        right = min(page.width - 0.2, left + rng.uniform(2, 12))
        if rng.random() < 0.6:
            drop = rng.uniform(-0.05, 0.3)
            page.rule((left - 0.3, baseline + drop), (right, baseline + drop), hand=rng.random() < 0.2)
        elif rng.random() < 0.6:
            above, below = rng.uniform(1.0, 1.6), rng.uniform(0.0, 0.5)
            page.box(left - 0.2, baseline - above, right, baseline + below, border=rng.random() < 0.3)
        if rng.random() < 0.85:
            page.line_of_words(left, right - 1.5, baseline + rng.normal(-0.02, 0.06))
        baseline += rng.uniform(1.5, 3)


def _grid_of_figures(page: SheetDrawing) -> None:
    """Draw a sudoku or a score sheet: thick lines every few thin ones, a character in some cells."""
    rng = page.rng
    side, every = rng.uniform(1.2, 2.6), int(rng.integers(2, 5))
    top, left = rng.uniform(0.2, 1.5, 2)
    rows, cols = int((page.height - top - 0.2) / side), int((page.width - left - 0.2) / side)
    for axis, count in enumerate((rows, cols)):
        for index in range(count + 1):
            is_border, hand = index % every == 0, page.wobble > 0
            if axis:
                ends = ((left + index * side, top), (left + index * side, top + rows * side))
            else:
                ends = ((left, top + index * side), (left + cols * side, top + index * side))
            page.rule(*ends, border=is_border, hand=hand)
    for row in range(rows):
        for col in range(cols):
            if rng.random() < 0.5:
                page.word(
                    left + (col + rng.uniform(0.15, 0.55)) * side,
                    top + (row + 1) * side - (side - 1) * rng.uniform(0.2, 0.7),
                    single=True,
                )


def _canvas(page: SheetDrawing) -> None:
    """Draw a few large thick strokes, perhaps in a frame."""
    rng = page.rng
    page.pen = rng.uniform(0.1, 0.35)
    if rng.random() < 0.4:
        inset = rng.uniform(0, 0.4)
        page.box(inset, inset, page.width - inset, page.height - inset, border=rng.random() < 0.5)
    left = rng.uniform(0.5, 2)
    baseline = rng.uniform(1.2, max(1.3, page.height - 0.4))
    for _ in range(int(rng.integers(1, 4))):
        left += page.word(left, baseline, single=rng.random() < 0.5) + 0.7
        if left > page.width - 1:
            break


def _notes(page: SheetDrawing) -> None:
    """Words with lines drawn by hand under, beside and around them."""
    rng = page.rng
    pitch = rng.uniform(1.6, 3)
    for baseline in np.arange(pitch, page.height - 0.3, pitch):
        left = rng.uniform(0.3, 3)
        end = page.line_of_words(left, page.width - rng.uniform(1, 8), baseline)
        width = page.pen * rng.uniform(0.6, 1.1)
        if rng.random() < 0.35:
            drop = rng.uniform(0.08, 0.4)
            page.rule(
                (left - 0.2, baseline + drop),
                (min(end, page.width), baseline + drop + rng.normal(0, 0.1)),
                width=width,
                shade=page.ink_shade,
                hand=True,
            )


SHEET_KINDS: dict[Callable[[SheetDrawing], None], float] = {
    plain_sheet: 0.14,
    ruled_sheet: 0.15,
    _squared: 0.15,
    _dotted: 0.03,
    _comb: 0.14,
    _table: 0.16,
    _form: 0.09,
    _grid_of_figures: 0.07,
    _canvas: 0.04,
    _notes: 0.06,
}
