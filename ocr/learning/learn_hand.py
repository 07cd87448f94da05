"""Learn the hand of a writer from corrected pages: the table of contents of learning.

Each corrected line is tested once by a model that has not learnt it: one learns the first half of the lines
and is tested on the second, another one the other way round [1]_. Both are trained at the same time: NumPy
lets other threads run while it computes. Where both together read worse than the model before, they go half
of the way back; if they still read worse, nothing is to be used. Otherwise the model to be used learns all
lines, in the same way.

References
----------
.. [1] Stone, "Cross-validatory choice and assessment of statistical predictions", J. Royal Statistical
       Society B 36(2), 1974.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ocr.errors import DataError, counted
from ocr.learning.aligned_glyphs import AlignedGlyphs
from ocr.learning.fine_tuning import fine_tuned, mixed
from ocr.learning.line_errors import LineErrors, errors_of, errors_on
from ocr.learning.line_lessons import PageLine, line_lessons
from ocr.learning.line_tuning import tuned_line_network
from ocr.learning.rehearsal import rehearsal_crops
from ocr.learning.writer_measures import writer_profile
from ocr.line_network.line_model import line_network_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from ocr.classifier.model import Model
    from ocr.language.ngram import Language
    from ocr.learning.corrected_pages import CorrectedPage
    from ocr.learning.line_lessons import LineLesson

    OnProgress = Callable[[str, float], None]

FEWEST_LINES = 3
"""Fewer corrected lines say too little: one half of them is to be learnt from, and one to test on."""

READING_SHARE = 0.2
"""Share of the time of learning that reading the pages takes, about."""

# When the tests begin, and then the last training, as shares of all.
_TESTS_BEGIN, _LAST_BEGINS = 0.55, 0.62
# A 95 % interval of a sum of many lines: so many standard errors to each side.
_STANDARD_ERRORS = 1.96


class Stopped(Exception):  # noqa: N818  not an error
    """Learning was stopped by its user."""


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
        Called with what is being done and the share of all that is done, from one thread at a time; it raises
        :class:`Stopped` to stop.

    Returns
    -------
    Learnt

    Raises
    ------
    DataError
        If fewer than `FEWEST_LINES` lines are corrected, or none of them can be aligned with its ink.
    """
    halves = _halves(pages)
    lessons = line_lessons(pages, model, rng=np.random.default_rng(seed))
    course = _Course(pages, lessons, model, language, name, seed, on_progress or (lambda _what, _share: None))
    before = LineErrors.joined(errors_of(page, page.texts, page.read) for page in pages)
    checked, characters = course.tuned_on_each(halves)
    after = course.errors_after(checked, halves)
    goes_half_way = after.edits > before.edits
    if goes_half_way:
        # Half of the way may be better than the whole.
        checked = [_half_way(model, one) for one in checked]
        after = course.errors_after(checked, halves)
    learnt = Learnt(
        checked[-1],
        lines=len(lessons),
        pages=sum(bool(page.texts) for page in pages),
        characters=characters,
        before=before,
        after=after,
    )
    if not learnt.is_better:
        return learnt
    whole, characters = course.tuned_on_all()
    return replace(learnt, model=_half_way(model, whole) if goes_half_way else whole, characters=characters)


@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    """What the trainings and tests of one hand share."""

    pages: Sequence[CorrectedPage]
    lessons: Mapping[PageLine, LineLesson]
    model: Model
    language: Language
    name: str
    seed: int
    report: OnProgress

    def tuned_on_each(self, halves: Sequence[Collection[PageLine]]) -> tuple[list[Model], int]:
        """Return a model that has learnt each part of the lines, and the characters of the last part."""
        start, stop = READING_SHARE, _TESTS_BEGIN
        progress = _JointProgress(
            len(halves), lambda share: self.report("learning to test", start + share * (stop - start))
        )

        def tuned(number: int) -> tuple[Model, int]:
            lessons = [self.lessons[line] for line in sorted(halves[number])]
            return self._tuned(lessons, number + 1, lambda share: progress.step(number, share))

        with ThreadPoolExecutor(len(halves)) as threads:
            found = list(threads.map(tuned, range(len(halves))))
        return [model for model, _ in found], found[-1][1]

    def tuned_on_all(self) -> tuple[Model, int]:
        """Return a model that has learnt all lines, and the number of its characters."""

        def step(share: float) -> None:
            self.report("learning all lines", _LAST_BEGINS + share * (1 - _LAST_BEGINS))

        return self._tuned(list(self.lessons.values()), 0, step)

    def _tuned(
        self, lessons: Sequence[LineLesson], stream: int, step: Callable[[float], None]
    ) -> tuple[Model, int]:
        """Return a named model that has learnt some lines, with random numbers of its own."""
        rng = np.random.default_rng([self.seed, stream])
        tuned, characters = _tuned(lessons, self.model, rng=rng, report=step)
        return replace(tuned, name=self.name), characters

    def errors_after(self, models: Iterable[Model], learnt: Sequence[Collection[PageLine]]) -> LineErrors:
        """Count the errors of each model on the lines that it has not learnt, in the order of the pages."""
        self.report("testing", _TESTS_BEGIN)
        tests = [self.lessons.keys() - set(lines) for lines in learnt]
        each = zip(models, tests, strict=True)
        return LineErrors.joined(
            errors_on(self.pages, lines, one, _language_of(one, self.language)) for one, lines in each
        )


class _JointProgress:
    """Progress of trainings that run at the same time; what stops one of them stops all."""

    def __init__(self, count: int, report: Callable[[float], None]) -> None:
        self._shares = [0.0] * count
        self._report = report
        self._lock = threading.Lock()
        self._is_stopped = False

    def step(self, number: int, share: float) -> None:
        """Report the mean share; raise :class:`Stopped` if another training was stopped."""
        with self._lock:
            if self._is_stopped:
                raise Stopped
            self._shares[number] = share
            try:
                self._report(sum(self._shares) / len(self._shares))
            except BaseException:
                self._is_stopped = True
                raise


def _language_of(model: Model, language: Language) -> Language:
    """Return a language that knows the words of the writer as well."""
    return language if model.writer is None else language.with_words(model.writer.words)


def _tuned(
    lessons: Sequence[LineLesson], model: Model, *, rng: np.random.Generator, report: Callable[[float], None]
) -> tuple[Model, int]:
    """Return a model that has learnt some lines, and the number of characters that it learnt.

    Both of its networks have learnt: that of glyphs, and the line network. In a hand that is hard to read,
    no glyph may be aligned; then the line network learns alone.

    Raises
    ------
    DataError
        If no line can be aligned with its ink, and none is possible for the line network.
    """
    glyphs = AlignedGlyphs.joined(lesson.glyphs for lesson in lessons)
    characters = int(glyphs.is_character.sum())
    tuned = model
    if characters:
        rehearsal = rehearsal_crops(model.classes)
        tuned = fine_tuned(model, glyphs, rehearsal, rng=rng, on_step=lambda share: report(share / 2))
    lines = [lesson.image for lesson in lessons if lesson.image is not None]
    known = line_network_of(model)
    line_network = tuned_line_network(known, lines, rng=rng, on_step=lambda share: report((1 + share) / 2))
    if not characters and line_network is known:
        message = "corrections: found no line whose text fits its ink, expected some; check the texts"
        raise DataError(message)
    profile = writer_profile(glyphs, [lesson.text for lesson in lessons], model)
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


def _halves(pages: Sequence[CorrectedPage]) -> tuple[set[PageLine], set[PageLine]]:
    """Part the corrected lines into those behind the middle, and those before it.

    In this order, what has not learnt the first part is tested on the lines in their order. Lines of one page
    are alike, so that they stay together as far as possible.

    Raises
    ------
    DataError
        If there are too few.
    """
    lines = [PageLine(number, line) for number, page in enumerate(pages) for line in sorted(page.texts)]
    if len(lines) < FEWEST_LINES:
        message = (
            f"corrections: found {len(lines)} corrected lines, expected at least {FEWEST_LINES}; correct more"
        )
        raise DataError(message)
    middle = (len(lines) + 1) // 2
    return set(lines[middle:]), set(lines[:middle])
