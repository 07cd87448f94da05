"""Cut lines into sections where a gap is much wider than a space.

Cells of a table are sections, and so are a printed label and what is written beside it. Each section has
spacing of its own, and it is alike in the sections above and below it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.numeric import median, overlap
from ocr.recognition.decoder import RecognizedLine, Step
from ocr.recognition.segments import Candidate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64, Mask
    from ocr.recognition.segments import LineLattice

# Sections are at least so far apart, in text heights and in usual gaps of the line.
_APART_HEIGHTS, _APART_GAPS = 0.9, 3.0
# Log-odds of a space between two sections.
_SURE_SPACE = 5.0
# Sections are one above the other if they share so much of the width of the narrower one.
_SAME_COLUMN_FRAC = 0.5


class Section(NamedTuple):
    """A part of a line.

    Attributes
    ----------
    lattice : LineLattice
    candidates : (m,) int64 array
        The numbers of its candidates among those of the line.
    gaps_px : tuple of float
        Between it and the sections beside it.
    """

    lattice: LineLattice
    candidates: Int64
    gaps_px: tuple[float, ...]


def cut_at_wide_gaps(lattice: LineLattice, *, text_height_px: float) -> tuple[Section, ...]:
    """Return the sections of a line, left to right; all of the line if it has no wide gap."""
    gaps = lattice.gaps_px
    open_gaps = gaps[~lattice.is_cut & (gaps > 0)]
    widest = (
        max(_APART_HEIGHTS * text_height_px, _APART_GAPS * median(open_gaps)) if open_gaps.size else np.inf
    )
    ends = np.flatnonzero(~lattice.is_cut & (gaps > widest)) + 1
    if not ends.size:
        return (Section(lattice, np.arange(len(lattice.candidates)), ()),)
    return tuple(
        _section(lattice, gaps, *ends) for ends in pairwise((0, *ends.tolist(), len(lattice.segments)))
    )


def _section(lattice: LineLattice, gaps_px: Float64, first: int, end: int) -> Section:
    """Return some of the segments of a line, and the candidates among them; ``gaps_px`` are all gaps."""
    inside = [index for index, one in enumerate(lattice.candidates) if one.start >= first and one.stop <= end]
    nodes = slice(first, end - 1)
    in_combs = lattice.comb_gaps_px
    part = replace(
        lattice,
        segments=lattice.segments[first:end],
        is_cut=lattice.is_cut[nodes],
        join_logits=lattice.join_logits[nodes],
        candidates=tuple(
            Candidate(one.start - first, one.stop - first, one.glyph)
            for one in (lattice.candidates[index] for index in inside)
        ),
        shape_log_probabilities=lattice.shape_log_probabilities[inside],
        log_probabilities=lattice.log_probabilities[inside],
        comb_gaps_px=None if in_combs is None else in_combs[nodes],
    )
    beside = tuple(float(gaps_px[end_of - 1]) for end_of in (first, end) if 0 < end_of <= len(gaps_px))
    return Section(part, np.array(inside), beside)


def joined(
    lattice: LineLattice, sections: Sequence[Section], read: Sequence[RecognizedLine]
) -> RecognizedLine:
    """Return a line from its sections as they were read."""
    steps: list[Step] = []
    logits: list[Float64] = []
    for section, line in zip(sections, read, strict=True):
        own = [step._replace(candidate=int(section.candidates[step.candidate])) for step in line.steps]
        if steps and own:
            own[0] = own[0]._replace(space_before=True)
        steps += own
        logits += [line.lattice.space_logits, np.array([_SURE_SPACE])]
    whole = replace(lattice, space_logits=np.concatenate(logits[:-1]))
    is_list = all(line.is_list for line in read)
    return RecognizedLine(whole, tuple(steps), sum(line.score for line in read), is_list=is_list)


def are_in_one_column(sections: Sequence[Section]) -> Mask:
    """Return whether (n, n) each section stands above or below each other one."""
    lefts, rights = np.array([_ends(section.lattice) for section in sections], np.float64).T
    shared = overlap(lefts[:, None], rights[:, None], lefts, rights)
    widths = rights - lefts
    return np.asarray(shared > _SAME_COLUMN_FRAC * np.minimum(widths[:, None], widths))


def _ends(lattice: LineLattice) -> tuple[float, float]:
    boxes = lattice.segment_boxes
    return float(boxes[:, 1].min()), float(boxes[:, 3].max())
