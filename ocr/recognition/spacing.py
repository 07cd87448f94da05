"""How writers set letters and words apart: a prior over styles of spacing, and what the gaps of a line say.

A style is the mean width of a letter gap and of a space, their spreads and the share of spaces; widths are
logarithms, because a space is *times* as wide as a letter gap, not *plus*. In some styles every character
stands by itself, as in an alphabet: then each gap is a space. The gaps of a line are a mixture of letter gaps
and spaces in one style, which nobody knows. So all styles of a grid are weighed at once (a mixture model with
a latent style
[1]_):

    p(gaps, spaces at S) = Σ over styles  p(style) · Π over letter gaps (1 - share) N(w) · Π over spaces share
    · N(w)

Within a style the wider of two gaps is never less a space than the narrower, so a line of n gaps has only n +
1 labelings worth a look: its k narrowest gaps are between letters. :mod:`ocr.recognition.hypotheses` decodes
the most probable of them and lets the text decide. The grid and its prior come from ``python -m
ocr.training.build_spacing``.

References
----------
.. [1] Bishop, "Pattern Recognition and Machine Learning" (2006), ch. 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.numeric import logsumexp

if TYPE_CHECKING:
    from ocr.array_types import Float64, Int64, Mask

TIGHT_HEIGHTS = 0.25
"""Added to each gap, in text heights, before its logarithm: letters may be as close as they like."""

_HALF_LOG_2PI = 0.5 * np.log(2 * np.pi)
# Density of gaps of no style, such as where a stroke is broken or a letter is set apart by accident. Letter
# gaps are hardly ever much wider than their style, while a space may be as wide as a column.
_STRAY, _WIDE_LETTER_GAP, _WIDE_SPACE = np.log(0.006), np.log(0.0003), np.log(0.06)
_MUCH_WIDER = 2.5
# Characters of a list are set apart evenly, and hardly ever as close as letters.
_CLOSE_IN_LIST = np.log(0.0003)
# Log-odds of a space are kept within these: language may overrule any gap, at a price. Gaps narrower than the
# letter gaps of a style by so many spreads are as surely letter gaps as those.
_MOST_LOGIT, _NARROW = 5.0, -1.5
# No word and no number goes on behind a gap of so many text heights that is as wide as a space of its style,
# however likely they are: 20 and 21 in two columns are no year.
_COLUMN_HEIGHTS, _COLUMN_LOGIT = 2.5, 15.0
_SHIPPED = Path(__file__).parent / "data" / "spacing.npz"


class Labeling(NamedTuple):
    """Spaces of a line: evidence, most probable style, and whether each character stands by itself."""

    evidence: float
    style: int
    is_list: bool


@dataclass(frozen=True, eq=False)
class SpacingStyles:
    """T styles of spacing.

    Attributes
    ----------
    letter, space : (T,) float64 arrays
        Mean logarithm of a letter gap and of a space, in text heights with `TIGHT_HEIGHTS` added.
    letter_spread, space_spread : (T,) float64 arrays
        Their standard deviations.
    share : (T,) float64 array
        Share of spaces among the gaps.
    log_prior : (T,) float64 array
    is_list : (T,) bool array
        Styles in which every character stands by itself; they come last.
    shape : tuple of int
        Grid of the other styles: letter gaps, spaces over letter gaps, and whatever else.
    """

    letter: Float64
    space: Float64
    letter_spread: Float64
    space_spread: Float64
    share: Float64
    log_prior: Float64
    is_list: Mask
    shape: tuple[int, ...]

    def log_joint(self, widths: Float64) -> tuple[Float64, Float64]:
        """Return log p(width, letter gap) and log p(width, space) in each style.

        Parameters
        ----------
        widths : (n,) array
            Logarithms of gaps, see :func:`log_widths`.

        Returns
        -------
        two (T, n) arrays
        """
        away = (widths - self.letter[:, None]) / self.letter_spread[:, None]
        letters = -0.5 * away * away - (np.log(self.letter_spread) + _HALF_LOG_2PI)[:, None]
        letters = np.maximum(letters, np.where(away > _MUCH_WIDER, _WIDE_LETTER_GAP, _STRAY))
        spaces = self.log_spaces(widths)
        return letters + np.log1p(-self.share)[:, None], spaces + np.log(self.share)[:, None]

    def log_spaces(self, widths: Float64) -> Float64:
        """Return log p(width | space) (T, n) of gaps (n,) in each style."""
        away = (widths - self.space[:, None]) / self.space_spread[:, None]
        spaces = -0.5 * away * away - (np.log(self.space_spread) + _HALF_LOG_2PI)[:, None]
        narrow = np.where(self.is_list[:, None], _CLOSE_IN_LIST, _STRAY)
        wide = np.where(self.is_list[:, None], _STRAY, _WIDE_SPACE)
        return np.asarray(np.maximum(spaces, np.where(away > 0, wide, narrow)))

    def space_logits(self, style: int, widths: Float64) -> Float64:
        """Return the log-odds (n,) that gaps are spaces in one style."""
        letter = np.maximum((widths - self.letter[style]) / self.letter_spread[style], _NARROW)
        space = np.minimum((widths - self.space[style]) / self.space_spread[style], 0.0)
        letters = -0.5 * letter**2 - np.log(self.letter_spread[style])
        spaces = -0.5 * space**2 - np.log(self.space_spread[style])
        share = self.share[style]
        logits = np.clip(spaces - letters + np.log(share / (1 - share)), -_MOST_LOGIT, _MOST_LOGIT)
        is_column = (logits == _MOST_LOGIT) & (widths > np.log(_COLUMN_HEIGHTS + TIGHT_HEIGHTS))
        return np.where(is_column, _COLUMN_LOGIT, logits)

    def labelings(self, log_prior: Float64, letters: Float64, spaces: Float64) -> list[Labeling]:
        """Return the labelings of a line, the most probable first.

        Parameters
        ----------
        log_prior : (T,) array
            Of the styles, for this line.
        letters, spaces : (T, n) arrays
            From :meth:`log_joint`, of the gaps in order of width; n at least 1.
        """
        count = int((~self.is_list).sum())
        joint = np.repeat(log_prior[:count, None], letters.shape[1] + 1, axis=1)
        joint[:, 1:] += np.cumsum(letters[:count], axis=1)
        joint[:, :-1] += np.cumsum(spaces[:count, ::-1], axis=1)[:, ::-1]
        found = [
            Labeling(float(evidence), int(style), is_list=False)
            for evidence, style in zip(logsumexp(joint.T), joint.argmax(axis=0), strict=True)
        ]
        alone = log_prior[count:] + spaces[count:].sum(axis=1)
        found.append(Labeling(float(logsumexp(alone)), count + int(alone.argmax()), is_list=True))
        return sorted(found, reverse=True)

    def smoothed(self, log_weights: Float64) -> Float64:
        """Return a log-prior (T,) for a line from what the other lines of its page say (T,).

        Lines of one writer are alike, not the same: the weights are spread over neighbours in the grid, and a
        share of the general prior stays.
        """
        weights = np.exp(log_weights - log_weights.max())
        weights /= weights.sum()
        count = int((~self.is_list).sum())
        grid = weights[:count].reshape(self.shape[0], self.shape[1], -1)
        spread = np.einsum("ij,jkl,km->iml", self._kernels[0], grid, self._kernels[1])
        mixed = np.concatenate([spread.ravel(), weights[count:]])
        return np.asarray(
            np.log(_PAGE_SHARE * mixed / mixed.sum() + (1 - _PAGE_SHARE) * np.exp(self.log_prior))
        )

    @cached_property
    def _kernels(self) -> tuple[Float64, Float64]:
        return _kernel(self.shape[0]), _kernel(self.shape[1])


# How alike the lines of a page are: standard deviation in steps of the grid, and how much the page counts.
_LINE_SPREAD, _PAGE_SHARE = 0.5, 0.93


def _kernel(size: int) -> Float64:
    """Return a symmetric matrix (size, size) that spreads weights over neighbours."""
    places = np.arange(size)
    kernel = np.exp(-0.5 * np.square((places[:, None] - places) / _LINE_SPREAD))
    return np.asarray(kernel / kernel.sum(axis=0).max())


def log_widths(gaps_heights: Float64) -> Float64:
    """Return the logarithms (n,) of gaps (n,) in text heights; boxes that overlap have a gap of 0."""
    return np.log(np.maximum(gaps_heights, 0.0) + TIGHT_HEIGHTS)


@cache
def shipped_styles() -> SpacingStyles:
    """Load the shipped styles."""
    with np.load(_SHIPPED, allow_pickle=False) as file:
        names = ("letter", "space", "letter_spread", "space_spread", "share", "log_prior")
        values = [file[name].astype(np.float64) for name in names]
        shape: Int64 = file["shape"]
    is_list = np.arange(values[0].size) >= int(shape.prod())
    letter, space, letter_spread, space_spread, share, log_prior = values
    sizes = tuple(int(size) for size in shape)
    return SpacingStyles(letter, space, letter_spread, space_spread, share, log_prior, is_list, sizes)
