"""Lines as the line network reads them: a glyph for each character, cut where the network says it ends."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ocr.geometry import Box
from ocr.line_network.ctc import align_text
from ocr.line_network.frames import EARLY_PX, FRAME_PX
from ocr.numeric import ink_bounds
from ocr.page.writing.glyphs import Cut, Glyph, own_ink
from ocr.recognition.decoder import Step
from ocr.recognition.line_choice import text_columns
from ocr.recognition.segments import Candidate, LineLattice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, Float64, Int64, Mask
    from ocr.page.layout import Layout
    from ocr.recognition.decoder import RecognizedLine
    from ocr.recognition.labels import LabelGroups
    from ocr.recognition.network_reading import Columns, NetworkReading

_LEAST_PROBABILITY = 1e-6


def as_network_reads(
    layout: Layout, reading: NetworkReading, line: RecognizedLine, labels: LabelGroups
) -> RecognizedLine | None:
    """Return a line as the network reads it: a lattice with one way through, a glyph for each character.

    None if the text is longer than the line.
    """
    space = len(labels.names) + 1
    text = text_columns(reading.words, space)
    spans = align_text(reading.scores.logs, text)
    if spans is None:
        return None
    is_character = np.array([one != space for one in text])
    glyphs = _glyphs(layout, reading, spans, is_character, line.lattice.segments)
    after_space = np.append(False, ~is_character[:-1])[is_character]
    shapes = np.stack(
        [_class_logs(reading.logs[start:stop], reading.columns) for start, stop in spans[is_character]]
    )
    lattice = _one_way(glyphs, shapes, shapes, after_space, line.lattice)
    found = [label for word in reading.words for label in word]
    steps = tuple(
        Step(place, label, bool(spaced))
        for place, (label, spaced) in enumerate(zip(found, after_space, strict=True))
    )
    return replace(line, lattice=lattice, steps=steps, score=reading.score, without_cuts=True, is_list=False)


def joined(pieces: Sequence[RecognizedLine]) -> RecognizedLine:
    """Join pieces of a line, one of them without cuts or more, to a line with one way through.

    Each piece begins with a word.
    """
    glyphs = [glyph for piece in pieces for glyph in piece.glyphs]
    rows = [(piece.lattice, [step.candidate for step in piece.steps]) for piece in pieces]
    steps = [
        step._replace(space_before=step.space_before or (number > 0 and place == 0))
        for number, piece in enumerate(pieces)
        for place, step in enumerate(piece.steps)
    ]
    lattice = _one_way(
        glyphs,
        np.concatenate([lattice.shape_log_probabilities[chosen] for lattice, chosen in rows]),
        np.concatenate([lattice.log_probabilities[chosen] for lattice, chosen in rows]),
        np.array([step.space_before for step in steps]),
        pieces[0].lattice,
    )
    return replace(
        pieces[0],
        lattice=lattice,
        steps=tuple(step._replace(candidate=place) for place, step in enumerate(steps)),
        score=sum(piece.score for piece in pieces),
        without_cuts=True,
        is_list=False,
    )


def _one_way(
    glyphs: Sequence[Glyph], shapes: Float64, logs: Float64, after_space: Mask, line: LineLattice
) -> LineLattice:
    """Return the lattice of a line that has these glyphs, with the log-probabilities (n, K) of their classes.

    ``after_space`` (n,) says before which of them there is a space.
    """
    share_ink = np.array([not set(a.members).isdisjoint(b.members) for a, b in pairwise(glyphs)], dtype=bool)
    return LineLattice(
        tuple(glyphs),
        share_ink,
        np.full(len(glyphs) - 1, -np.inf),
        tuple(Candidate(place, place + 1, glyph) for place, glyph in enumerate(glyphs)),
        shape_log_probabilities=shapes,
        line_metrics=line.line_metrics,
        log_probabilities=logs,
        space_logits=np.where(after_space[1:], np.inf, -np.inf),
    )


def _class_logs(logs: Float64, columns: Columns) -> Float64:
    """Return the log-probability (K,) of each class in the frame that says a character most surely."""
    row = logs[int(logs[:, 2:].max(axis=1).argmax())]
    probabilities = np.where(columns.of_classes > 0, np.exp(row[columns.of_classes]), 0)
    probabilities = np.maximum(probabilities, _LEAST_PROBABILITY)
    return np.asarray(np.log(probabilities / probabilities.sum()))


def _glyphs(
    layout: Layout,
    reading: NetworkReading,
    spans: Int64,
    is_character: Float64,
    segments: Sequence[Glyph],
) -> list[Glyph]:
    """Cut the ink of a line between the frames that say its characters; return a glyph for each."""
    cuts = [_cut(reading, col) for col in boundaries(reading.image.pixels, spans)]
    bounds = [None, *cuts, None]
    members = sorted({member for glyph in segments for member in glyph.members})
    boxes = layout.components.boxes[members]
    glyphs = []
    for place in np.flatnonzero(is_character):
        left, right = bounds[place], bounds[place + 1]
        around = _box_between(left, right, reading.box)
        own = tuple(
            member
            for member, box in zip(members, boxes, strict=True)
            if box[1] < around.right and box[3] > around.left
        )
        glyphs.append(_with_ink_box(layout, Glyph(own or tuple(members[:1]), around, left, right)))
    return glyphs


def boundaries(pixels: Float32, spans: Int64) -> list[int]:
    """Return the columns that part the characters of a line: those with the least ink between their middles.

    Parameters
    ----------
    pixels : (36, W) float32 array
        A normalized line.
    spans : (n, 2) int64 array
        Frames that say each character, see :func:`ocr.line_network.ctc.align_text`.
    """
    ink = pixels.sum(axis=0)
    middles = np.rint(spans.mean(axis=1) * FRAME_PX + EARLY_PX).astype(int).clip(0, len(ink) - 1)
    cols = []
    for first, last in pairwise(middles):
        between = ink[first : max(last, first + 1)]
        # Of equally light columns the one in the middle.
        lightest = np.flatnonzero(between <= between.min() + 0.05)
        cols.append(int(first + lightest[len(lightest) // 2]))
    return cols


def _cut(reading: NetworkReading, col: int) -> Cut:
    """Return a cut on the page through a column of a normalized line."""
    image, box = reading.image, reading.box
    source = image.source_col(col)
    centre = float(np.interp(source, np.arange(len(image.centres)), image.centres))
    # Upright in the normalized line: it leans on the page.
    return Cut(box.left + source + image.slant * (centre + box.top), -image.slant)


def _box_between(left: Cut | None, right: Cut | None, box: Box) -> Box:
    """Return the part of a box that may lie between two cuts."""
    rows = np.array([box.top, box.bottom - 1])
    first = box.left if left is None else int(np.floor((left.offset + left.slope * rows).min()))
    last = box.right if right is None else int(np.ceil((right.offset + right.slope * rows).max()))
    first = min(max(first, box.left), box.right - 1)
    return Box(box.top, first, box.bottom, min(max(last, first + 1), box.right))


def _with_ink_box(layout: Layout, glyph: Glyph) -> Glyph:
    """Return a glyph with the box of its ink, or of its place in the line if it has none."""
    bounds = ink_bounds(own_ink(layout.components, glyph))
    if bounds is None:
        return glyph
    rows, cols = bounds
    top, left = glyph.box.top, glyph.box.left
    box = Box(top + rows.start, left + cols.start, top + rows.stop, left + cols.stop)
    return replace(glyph, box=box)
