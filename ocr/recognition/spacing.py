"""Decide which gaps of a line are spaces, from the gaps of the line and of its page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64
    from ocr.recognition.segments import LineLattice


# All lengths are in text heights.
# Added to each gap before gaps are compared: how closely two letters stand says nothing about spaces.
_TIGHT_HEIGHTS = 0.25
# Spaces are this many times as wide as letter gaps (both with the above added) where there are both: about 2
# in typeset text, 2 to 5 in hand print.
_CONTRAST = 1.75
# A line decides by itself if its narrowest space is this many times its widest letter gap, if its spaces are
# at least this share of what the page takes for a space (else the line is one long word), and if it has at
# least so many gaps.
_LINE_CONTRAST, _PAGE_AGREES, _LINE_GAPS = 1.2, 0.8, 5
# What is known before a page is seen: spaces are wider than this, and that counts as much as so many gaps of
# the page. A page of one word has nothing else to go by.
_KNOWN_HEIGHTS, _KNOWN_GAPS = 0.5, 12.0
# No gap below this is a space.
_NARROWEST_HEIGHTS = 0.25
# Where all gaps of a page are of one kind, they are spaces if their median is above this: single letters set
# apart, as in an alphabet.
_SINGLE_LETTERS_HEIGHTS = 0.6
# A gap wider than this is more likely a space than not, whatever the other gaps are.
_SURELY_SPACE_HEIGHTS = 1.2
# How fast the log-odds of a space grow with the logarithm of the gap, and the largest log-odds: language may
# overrule any gap, at a price.
_SHARPNESS, _MOST_LOGIT = 8.0, 7.0


def with_space_logits(lattices: Sequence[LineLattice], *, text_height_px: float) -> list[LineLattice]:
    """Return the lattices of a page with the log-odds of a space between segments; -inf at cuts."""
    gaps = [lattice.gaps_px[~lattice.is_cut] / text_height_px for lattice in lattices]
    result = []
    for lattice, values in zip(lattices, space_logits(gaps), strict=True):
        logits = np.full(lattice.is_cut.size, -np.inf)
        logits[~lattice.is_cut] = values
        result.append(replace(lattice, space_logits=logits))
    return result


def space_logits(line_gaps: Sequence[Float64]) -> list[Float64]:
    """Compute the log-odds that each gap of a page is a space.

    A line with two clear kinds of gaps decides by itself; others follow the page. The odds grow with the
    logarithm of the gap over the threshold between the kinds.

    Parameters
    ----------
    line_gaps : sequence of (n,) arrays
        For each line the gaps between neighbouring glyphs, in text heights; negative where boxes overlap.

    Returns
    -------
    list of (n,) arrays
        Positive where a space is likelier than not.
    """
    page = _page_threshold(np.concatenate([np.empty(0), *line_gaps]))
    logits = []
    for gaps in line_gaps:
        own = _line_threshold(gaps, page) if len(line_gaps) > 1 else page
        threshold = min(own, _SURELY_SPACE_HEIGHTS)
        ratio = (np.maximum(gaps, 0.0) + _TIGHT_HEIGHTS) / (threshold + _TIGHT_HEIGHTS)
        logits.append(np.clip(_SHARPNESS * np.log(ratio), -_MOST_LOGIT, _MOST_LOGIT))
    return logits


def _page_threshold(gaps: Float64) -> float:
    """Return the width from which on a gap is a space on lines that do not decide by themselves."""
    kinds = two_kinds(gaps)
    if kinds is not None:
        return max(_towards_known(kinds.threshold, len(gaps)), _NARROWEST_HEIGHTS)
    one_kind = float(np.median(gaps)) if len(gaps) else 0.0
    return _NARROWEST_HEIGHTS if one_kind >= _SINGLE_LETTERS_HEIGHTS else np.inf


def _towards_known(threshold: float, count: int) -> float:
    """Draw the threshold of ``count`` gaps towards the usual one, on a logarithmic scale."""
    own, known = (np.log(width + _TIGHT_HEIGHTS) for width in (threshold, _KNOWN_HEIGHTS))
    mean = (count * own + _KNOWN_GAPS * known) / (count + _KNOWN_GAPS)
    return float(np.exp(mean)) - _TIGHT_HEIGHTS


def _line_threshold(gaps: Float64, page: float) -> float:
    """Return the threshold of a line with two kinds of gaps, far enough apart; else that of the page."""
    kinds = two_kinds(gaps) if len(gaps) >= _LINE_GAPS else None
    if kinds is None or kinds.contrast < _LINE_CONTRAST or kinds.space < _PAGE_AGREES * page:
        return page
    return kinds.threshold


class GapKinds(NamedTuple):
    """Two kinds of gaps, in text heights: threshold between them, and the median of the spaces.

    ``contrast`` is the narrowest space over the widest letter gap.
    """

    threshold: float
    space: float
    contrast: float


def two_kinds(gaps: Float64) -> GapKinds | None:
    """Separate letter gaps from spaces, or return None if the gaps are all of one kind.

    The sorted gaps are split where the logarithms spread least within both parts (Otsu's criterion [1]_ in
    one dimension): a space is *times* as wide as a letter gap, not *plus*.

    Parameters
    ----------
    gaps : (n,) array
        In text heights.

    Returns
    -------
    GapKinds or None

    References
    ----------
    .. [1] Otsu, "A threshold selection method from gray-level histograms", IEEE Trans. SMC 9 (1979).
    """
    if len(gaps) < 2:
        return None
    widths = np.sort(np.maximum(gaps, 0.0) + _TIGHT_HEIGHTS)
    split = _best_split(np.log(widths))
    letter_gap, space = float(np.median(widths[:split])), float(np.median(widths[split:]))
    if space < _CONTRAST * letter_gap:
        return None
    between = float(np.sqrt(widths[split - 1] * widths[split])) - _TIGHT_HEIGHTS
    return GapKinds(
        max(between, _NARROWEST_HEIGHTS),
        space - _TIGHT_HEIGHTS,
        float(widths[split] / widths[split - 1]),
    )


def _best_split(logs: Float64) -> int:
    """Return how many sorted values lie below the split with the least spread within both parts."""
    spreads = [
        float(
            np.square(logs[:split] - logs[:split].mean()).sum()
            + np.square(logs[split:] - logs[split:].mean()).sum()
        )
        for split in range(1, logs.size)
    ]
    return int(np.argmin(spreads)) + 1
