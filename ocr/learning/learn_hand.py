"""Learn the hand of a writer from corrected pages: the table of contents of learning.

Each corrected line is tested once by a model that has not learnt it: one learns the first half of the lines
and is tested on the second, another one the other way round [1]_. Where both together read worse than the
model before, they go half of the way back; if they still read worse, nothing is to be used. Otherwise the
model to be used learns all lines, in the same way.

References
----------
.. [1] Stone, "Cross-validatory choice and assessment of statistical predictions", J. Royal Statistical
       Society B 36(2), 1974.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.classifier.writer_profile import WriterProfile
from ocr.errors import DataError, counted
from ocr.evaluation.edit_distance import edit_distance
from ocr.learning.aligned_glyphs import AlignedGlyphs, aligned_glyphs
from ocr.learning.corrected_pages import texts_by_line
from ocr.learning.fine_tuning import fine_tuned, mixed
from ocr.learning.line_tuning import tuned_line_network
from ocr.learning.rehearsal import rehearsal_crops
from ocr.line_network.line_model import line_network_of
from ocr.recognition.recognize import recognize
from ocr.recognition.spacing import shipped_styles

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from ocr.array_types import Float64
    from ocr.classifier.model import Model
    from ocr.language.ngram import Language
    from ocr.learning.corrected_pages import CorrectedPage

    OnProgress = Callable[[str, float], None]

FEWEST_LINES = 3
"""Fewer corrected lines say too little: one half of them is to be learnt from, and one to test on."""

READING_SHARE = 0.2
"""Share of the time of learning that reading the pages takes, about."""

# When the three trainings begin, and the last one ends, as shares of all; tests come before the last one.
_BEGINNINGS = (READING_SHARE, 0.4, 0.65, 1.0)
# A 95 % interval of a sum of many lines: so many standard errors to each side.
_STANDARD_ERRORS = 1.96
# How much the gaps of a writer count against the spacing of all: neighbours in a line are alike.
_GAP_WEIGHT = 0.3
# Marks around a word that are no part of it.
_MARKS = ".,;:!?()[]\"'-/"


class Stopped(Exception):  # noqa: N818  not an error
    """Learning was stopped by its user."""


@dataclass(frozen=True, slots=True)
class LineErrors:
    """Character errors on held-out lines.

    Attributes
    ----------
    edits, characters : int
        Edits of the text, and characters of the right text, of all lines.
    by_line : tuple of int
        Edits of each line.
    """

    edits: int
    characters: int
    by_line: tuple[int, ...] = ()

    @classmethod
    def joined(cls, parts: Iterable[LineErrors]) -> LineErrors:
        """Return the errors on several groups of lines."""
        each = list(parts)
        by_line = tuple(edits for one in each for edits in one.by_line)
        return cls(sum(one.edits for one in each), sum(one.characters for one in each), by_line)

    @property
    def share(self) -> float:
        """Errors for each character."""
        return self.edits / max(1, self.characters)


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """A model that has learnt a hand, and what it is worth.

    Attributes
    ----------
    model : Model
    lines, pages, characters : int
        Learnt from: corrected lines, the pages that they are on, and glyphs that were aligned; the characters
        of the lines if none was.
    before, after : LineErrors
        On all lines, each read by a model that has not learnt it.
    """

    model: Model
    lines: int
    pages: int
    characters: int
    before: LineErrors
    after: LineErrors

    @property
    def is_better(self) -> bool:
        """Whether there are no more errors than before; as many are fine, because its words are new."""
        return self.after.edits <= self.before.edits

    @property
    def change(self) -> tuple[float, float] | None:
        """By how many errors for 100 characters they differ, a 95 % interval.

        None for a single line, and where no line differs.
        """
        more = np.subtract(self.after.by_line, self.before.by_line)
        if more.size < 2 or not more.any():
            return None
        around = _STANDARD_ERRORS * float(np.sqrt(more.size * more.var(ddof=1)))
        low, high = (100 * (more.sum() + sign * around) / self.before.characters for sign in (-1, 1))
        return float(low), float(high)

    @property
    def summary(self) -> str:
        """What was learnt, and the errors on the held-out lines, in a part of a sentence."""
        before, after = (100 * one.share for one in (self.before, self.after))
        sure = "" if self.change is None else " (a change of {:+.1f} to {:+.1f} points)".format(*self.change)
        return (
            f"{counted(self.characters, 'character')} learnt; of {self.before.characters} held out, "
            f"{before:.1f} % were wrong before and {after:.1f} % after{sure}"
            f"{', no fewer, but it knows the words now' if before == after else ''}"
        )


class _Fold(NamedTuple):
    """Numbers of the corrected lines of each page: to learn from, and held out."""

    learnt: list[set[int]]
    held_out: list[set[int]]


def learn_hand(
    pages: Sequence[CorrectedPage],
    model: Model,
    language: Language,
    *,
    name: str,
    seed: int = 1,
    on_progress: OnProgress | None = None,
) -> Learnt:
    """Learn a hand from corrected pages.

    Parameters
    ----------
    pages : sequence of CorrectedPage
        As the model reads them.
    model : Model
        To begin with.
    language : Language
        To read the held-out lines with.
    name : str
        Of the new model.
    seed : int
        Of the choice of lines and the distortions.
    on_progress : callable, optional
        Called with what is being done and the share of all that is done; it raises :class:`Stopped` to stop.

    Returns
    -------
    Learnt

    Raises
    ------
    DataError
        If fewer than `FEWEST_LINES` lines are corrected, or none of them can be aligned with its ink.
    """
    report = on_progress or (lambda _what, _share: None)
    folds, every = _folds(pages), [set(page.texts) for page in pages]
    course = _Course(pages, model, language, name, np.random.default_rng(seed), report)
    before = LineErrors.joined(_errors(page, page.texts, page.read) for page in pages)
    found = [course.tuned_on(fold.learnt, number) for number, fold in enumerate(folds)]
    checked, (_, characters) = [one for one, _ in found], found[-1]
    after = course.errors_of(checked, folds)
    goes_half_way = after.edits > before.edits
    if goes_half_way:
        # Half of the way may be better than the whole.
        checked = [_half_way(model, one) for one in checked]
        after = course.errors_of(checked, folds)
    learnt = Learnt(
        checked[-1],
        lines=sum(map(len, every)),
        pages=sum(bool(page.texts) for page in pages),
        characters=characters,
        before=before,
        after=after,
    )
    if not learnt.is_better:
        return learnt
    whole, characters = course.tuned_on(every, len(folds))
    return replace(learnt, model=_half_way(model, whole) if goes_half_way else whole, characters=characters)


@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    """What the trainings and tests of one hand share."""

    pages: Sequence[CorrectedPage]
    model: Model
    language: Language
    name: str
    rng: np.random.Generator
    report: OnProgress

    def tuned_on(self, lines: Sequence[set[int]], number: int) -> tuple[Model, int]:
        """Return a model that has learnt some lines of each page, and the number of its characters."""
        start, stop = _BEGINNINGS[number : number + 2]

        def step(share: float) -> None:
            self.report(f"learning, {number + 1} of 3", start + share * (stop - start))

        tuned, characters = _tuned(self.pages, lines, self.model, rng=self.rng, report=step)
        return replace(tuned, name=self.name), characters

    def errors_of(self, models: Iterable[Model], folds: Iterable[_Fold]) -> LineErrors:
        """Count the errors of each model on the lines that it has not learnt."""
        self.report("testing", _BEGINNINGS[-2])
        return LineErrors.joined(
            errors_on(self.pages, fold.held_out, one, _language_of(one, self.language))
            for one, fold in zip(models, folds, strict=True)
        )


def _language_of(model: Model, language: Language) -> Language:
    """Return a language that knows the words of the writer as well."""
    return language if model.writer is None else language.with_words(model.writer.words)


def _tuned(
    pages: Sequence[CorrectedPage],
    chosen: Sequence[set[int]],
    model: Model,
    *,
    rng: np.random.Generator,
    report: Callable[[float], None],
) -> tuple[Model, int]:
    """Return a model that has learnt some lines of each page, and the number of characters that it learnt.

    Both of its networks have learnt: that of glyphs, and the line network. In a hand that is hard to read,
    no glyph may be aligned; then the line network learns alone.

    Raises
    ------
    DataError
        If no line can be aligned with its ink, and none is possible for the line network.
    """
    each = list(zip(pages, chosen, strict=True))
    glyphs = AlignedGlyphs.joined([aligned_glyphs(page, model, lines, rng=rng) for page, lines in each])
    characters = int(glyphs.is_character.sum())
    tuned = model
    if characters:
        rehearsal = rehearsal_crops(model.classes)
        tuned = fine_tuned(model, glyphs, rehearsal, rng=rng, on_step=lambda share: report(share / 2))
    lines = [line for page, numbers in each for line in page.lines_with_text(model, numbers)]
    known = line_network_of(model)
    line_network = tuned_line_network(known, lines, rng=rng, on_step=lambda share: report((1 + share) / 2))
    if not characters and line_network is known:
        message = "corrections: found no line whose text fits its ink, expected some; check the texts"
        raise DataError(message)
    texts = [page.texts[line] for page, numbers in each for line in sorted(numbers)]
    profile = writer_profile(glyphs, texts, model)
    tuned = replace(tuned, line_network=line_network, writer=profile, priors={}, checksum="")
    return tuned, characters or sum(len(line.text) for line in lines)


def _half_way(model: Model, tuned: Model) -> Model:
    """Return the second model with networks that are half way between those of both."""
    stages = zip(line_network_of(model), line_network_of(tuned), strict=True)
    return replace(
        tuned,
        network=mixed(model.network, tuned.network, 0.5),
        line_network=tuple(mixed(before, after, 0.5) for before, after in stages),
    )


def _folds(pages: Sequence[CorrectedPage]) -> list[_Fold]:
    """Part the corrected lines into those before the middle and those behind it; hold out each part once.

    Lines of one page are alike, so that they stay together as far as possible.

    Raises
    ------
    DataError
        If there are too few.
    """
    lines = [(page, line) for page, one in enumerate(pages) for line in sorted(one.texts)]
    if len(lines) < FEWEST_LINES:
        message = (
            f"corrections: found {len(lines)} corrected lines, expected at least {FEWEST_LINES}; correct more"
        )
        raise DataError(message)
    halves: list[list[set[int]]] = [[set() for _ in pages] for _ in range(2)]
    for place, (page, line) in enumerate(lines):
        halves[2 * place >= len(lines)][page].add(line)
    first, second = halves
    return [_Fold(first, second), _Fold(second, first)]


def errors_on(
    pages: Sequence[CorrectedPage], chosen: Sequence[set[int]], model: Model, language: Language
) -> LineErrors:
    """Count the character errors of a model on some lines."""
    return LineErrors.joined(
        _errors(page, lines, read_again(page, model, language))
        for page, lines in zip(pages, chosen, strict=True)
        if lines
    )


def _errors(page: CorrectedPage, lines: Collection[int], read: Sequence[str]) -> LineErrors:
    """Compare what was read on some lines of a page with their right text."""
    edits = tuple(edit_distance(page.texts[line], read[line]) for line in sorted(lines))
    return LineErrors(sum(edits), sum(len(page.texts[line]) for line in lines), edits)


def read_again(page: CorrectedPage, model: Model, language: Language) -> list[str]:
    """Return what a model reads on each line of the layout of a page."""
    recognized = recognize(page.layout, model, language, lattices=page.classified(model))
    return texts_by_line(page.layout, recognized, model, language)


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
