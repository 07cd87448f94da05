"""Decide which gaps of a line are spaces, from the gaps of the line and of its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64


@dataclass(frozen=True, slots=True)
class SpacingSettings:
    """How gaps are told apart; lengths in letter heights.

    Attributes
    ----------
    tight_letters : float
        Added to each gap before gaps are compared: how closely two letters stand says nothing about spaces.
    contrast : float
        Spaces are this many times as wide as letter gaps (both with ``tight_letters`` added) where there are
        both: about 2 in typeset text, 2 to 5 in hand print.
    clear_cut : float
        In a line that decides by itself the narrowest space is this many times the widest letter gap.
    page_agrees : float
        ... and at least this share of what the page takes for a space, or the line is one long word.
    speaks_gaps : int
        A line with fewer gaps does not speak for itself: its page does.
    known_letters, known_gaps : float
        What is known before a page is seen: spaces are wider than this; it counts as much as so many gaps of
        the page. A page of one word has nothing else to go by.
    narrowest_letters : float
        No gap below this is a space.
    usual_letters : float
        Where all gaps of a page are of one kind, they are spaces if their median is above this: single
        letters set apart, as in an alphabet.
    lone_letters : float
        Whatever the gaps of a page say, one wider than this is more likely a space than not.
    sharpness : float
        How fast the log-odds of a space grow with the logarithm of the gap.
    surest : float
        Log-odds are kept within plus and minus this: language may overrule any gap, at a price.
    """

    tight_letters: float = 0.25
    contrast: float = 1.75
    clear_cut: float = 1.2
    page_agrees: float = 0.8
    speaks_gaps: int = 5
    known_letters: float = 0.5
    known_gaps: float = 12.0
    narrowest_letters: float = 0.25
    usual_letters: float = 0.6
    lone_letters: float = 1.2
    sharpness: float = 8.0
    surest: float = 7.0


def space_logits(
    line_gaps: Sequence[Sequence[float]], settings: SpacingSettings | None = None
) -> tuple[Float64, ...]:
    """Log-odds that each gap of a page is a space.

    A line whose own gaps fall clearly in two kinds decides by itself; others follow the page. The odds grow
    with the logarithm of the gap over the threshold between the kinds.

    Parameters
    ----------
    line_gaps : sequence of sequences of float
        For each line the gaps between neighbouring glyphs, in letter heights; negative where boxes overlap.
    settings : SpacingSettings, optional

    Returns
    -------
    tuple of float arrays
        One value for each gap: positive where a space is likelier than not.
    """
    settings = settings or SpacingSettings()
    page = _page_threshold([gap for gaps in line_gaps for gap in gaps], settings)
    logits = []
    for gaps in line_gaps:
        own = _line_threshold(gaps, page, settings) if len(line_gaps) > 1 else page
        threshold = min(own, settings.lone_letters)
        ratio = (np.maximum(gaps, 0.0) + settings.tight_letters) / (threshold + settings.tight_letters)
        logits.append(np.clip(settings.sharpness * np.log(ratio), -settings.surest, settings.surest))
    return tuple(logits)


def _page_threshold(gaps: Sequence[float], settings: SpacingSettings) -> float:
    """Width from which on a gap is a space where a line does not know better."""
    kinds = two_kinds(gaps, settings)
    if kinds is not None:
        return max(_with_what_is_known(kinds.threshold, len(gaps), settings), settings.narrowest_letters)
    one_kind = float(np.median(gaps)) if len(gaps) else 0.0
    return settings.narrowest_letters if one_kind >= settings.usual_letters else np.inf


def _with_what_is_known(threshold: float, count: int, settings: SpacingSettings) -> float:
    """Draw the threshold of ``count`` gaps towards the usual one, on the scale of logarithms."""
    own, known = (np.log(width + settings.tight_letters) for width in (threshold, settings.known_letters))
    mean = (count * own + settings.known_gaps * known) / (count + settings.known_gaps)
    return float(np.exp(mean)) - settings.tight_letters


def _line_threshold(gaps: Sequence[float], page: float, settings: SpacingSettings) -> float:
    """Own threshold of a line that has both kinds of gaps, far enough apart, where the page would agree."""
    kinds = two_kinds(gaps, settings) if len(gaps) >= settings.speaks_gaps else None
    if kinds is None or kinds.clearance < settings.clear_cut or kinds.space < settings.page_agrees * page:
        return page
    return kinds.threshold


class Kinds(NamedTuple):
    """Two kinds of gaps: ``threshold`` between them, median ``space``, ``clearance`` of the cut (a ratio)."""

    threshold: float
    space: float
    clearance: float


def two_kinds(gaps: Sequence[float], settings: SpacingSettings) -> Kinds | None:
    """Tell letter gaps from spaces, or return None if the gaps are all of one kind.

    The sorted gaps are cut where the logarithms spread least within both parts (Otsu's criterion [1]_ in one
    dimension): a space is *times* as wide as a letter gap, not *plus*.

    Parameters
    ----------
    gaps : sequence of float
        In letter heights.
    settings : SpacingSettings

    Returns
    -------
    Kinds or None
        Lengths in letter heights.

    References
    ----------
    .. [1] Otsu, "A threshold selection method from gray-level histograms", IEEE Trans. SMC 9 (1979).
    """
    if len(gaps) < 2:
        return None
    widths = np.sort(np.maximum(np.asarray(gaps, dtype=np.float64), 0.0) + settings.tight_letters)
    logs = np.log(widths)
    cut = _best_cut(logs)
    letter_gap, space = float(np.median(widths[:cut])), float(np.median(widths[cut:]))
    if space < settings.contrast * letter_gap:
        return None
    between = float(np.sqrt(widths[cut - 1] * widths[cut])) - settings.tight_letters
    return Kinds(
        max(between, settings.narrowest_letters),
        space - settings.tight_letters,
        float(widths[cut] / widths[cut - 1]),
    )


def _best_cut(logs: Float64) -> int:
    """Return how many values lie below the cut with the least spread within both parts."""
    spreads = [
        float(
            np.square(logs[:cut] - logs[:cut].mean()).sum() + np.square(logs[cut:] - logs[cut:].mean()).sum()
        )
        for cut in range(1, logs.size)
    ]
    return int(np.argmin(spreads)) + 1
