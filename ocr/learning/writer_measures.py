"""Measure what is usual of a writer: his words, the sizes of his characters, and how wide his spaces are."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.writer_profile import WriterProfile
from ocr.recognition.spacing import shipped_styles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ocr.array_types import Float64
    from ocr.classifier.model import Model
    from ocr.learning.aligned_glyphs import AlignedGlyphs

# How much the gaps of a writer count against the spacing of all: neighbours in a line are alike.
_GAP_WEIGHT = 0.3
# Marks around a word that are no part of it.
_MARKS = ".,;:!?()[]\"'-/"


def writer_profile(glyphs: AlignedGlyphs, texts: Iterable[str], model: Model) -> WriterProfile:
    """Measure the words, sizes and spacing of a writer; what the model knew of him before is kept."""
    known = model.writer or WriterProfile()
    words = {word.strip(_MARKS) for text in texts for word in text.split()}
    words = {word for word in words if len(word) > 1 and any(map(str.isalpha, word))}
    return WriterProfile(
        words=tuple(sorted(words | set(known.words))),
        extents={**known.extents, **_mean_extents(glyphs, model.classes)},
        spacing=tuple(_spacing_prior(glyphs).tolist()),
    )


def _mean_extents(
    glyphs: AlignedGlyphs, classes: tuple[str, ...]
) -> dict[str, tuple[float, float, float, float]]:
    """Return count, mean top, bottom and width of each character that was aligned."""
    found: dict[str, list[Float64]] = defaultdict(list)
    for label, extents in zip(glyphs.labels, glyphs.extents, strict=True):
        if np.isfinite(extents[0]):
            found[classes[label]].append(extents)
    return {
        # The median: an alignment may be wrong in places.
        name: (float(len(rows)), *_three(np.median(rows, axis=0)))
        for name, rows in sorted(found.items())
    }


def _three(values: Float64) -> tuple[float, float, float]:
    first, second, third = (float(value) for value in values)
    return first, second, third


def _spacing_prior(glyphs: AlignedGlyphs) -> Float64:
    """Return the log-prior (T,) of the styles of spacing for one writer."""
    styles = shipped_styles()
    if not glyphs.gap_widths.size:
        return styles.log_prior
    letters, spaces = styles.log_joint(glyphs.gap_widths)
    fit = np.where(glyphs.is_space, spaces, letters).sum(axis=1)
    return styles.smoothed(styles.log_prior + _GAP_WEIGHT * fit)
