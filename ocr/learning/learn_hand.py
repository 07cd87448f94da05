"""Learn the hand of a writer from corrected pages: the table of contents of learning.

Each corrected line is tested once by a model that has not learnt it: the lines are parted into a few folds,
and for each fold one model learns all other lines [1]_. Two are trained at the same time: NumPy lets other
threads run while it computes. Where all together read worse than the model before, they go half of the way
back; if they still read worse, nothing is to be used. Otherwise the model to be used begins as the mean of
their weights [2]_, and its line network learns all lines.

References
----------
.. [1] Stone, "Cross-validatory choice and assessment of statistical predictions", J. Royal Statistical
       Society B 36(2), 1974.
.. [2] Wortsman et al., "Model soups", ICML 2022.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from ocr.errors import DataError, counted
from ocr.learning.aligned_glyphs import AlignedGlyphs
from ocr.learning.fine_tuning import fine_tuned, mean_network, mixed
from ocr.learning.line_errors import LineErrors, errors_of, errors_on
from ocr.learning.line_lessons import PageLine, line_lessons
from ocr.learning.line_tuning import mixed_line_network, tuned_line_network
from ocr.learning.rehearsal import rehearsal_crops
from ocr.learning.writer_measures import writer_profile
from ocr.line_network.line_model import line_network_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from ocr.classifier.model import Model
    from ocr.language.ngram import Language
    from ocr.learning.corrected_pages import CorrectedPage
    from ocr.learning.line_lessons import LineLesson
    from ocr.line_network.sliding_network import SlidingNetwork

    OnProgress = Callable[[str, float], None]

Result = TypeVar("Result")

FEWEST_LINES = 3
"""Fewer corrected lines say too little: some are to be learnt from, and others to test on."""

READING_SHARE = 0.2
"""Share of the time of learning that reading the pages takes, about."""

# Each line is tested once: so many models learn all lines but a part of them. Where lines are few, half of
# them say little of what all of them teach, and learning is short.
_FOLDS, _FOLDS_OF_FEW, _FEW_LINES = 2, 4, 24
# Models that learn at the same time.
_AT_ONCE = 2
# When the tests begin, and then the last training, as shares of all: after 27 and after 35 of 45 s for 128
# words, once the pages are read.
_TESTS_BEGIN, _LAST_BEGINS = 0.68, 0.82
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
    folds = _folds(
        [PageLine(number, line) for number, page in enumerate(pages) for line in sorted(page.texts)]
    )
    lessons = line_lessons(pages, model, rng=np.random.default_rng(seed))
    course = _Course(
        pages, lessons, folds, model, language, name, seed, on_progress or (lambda _what, _share: None)
    )
    before = LineErrors.joined(errors_of(page, page.texts, page.read) for page in pages)
    parts = course.tuned_for_each_fold()
    checked = [part.model for part in parts]
    after = course.errors_after(checked)
    goes_half_way = after.edits > before.edits
    if goes_half_way:
        # Half of the way may be better than the whole.
        checked = [_half_way(model, one) for one in checked]
        after = course.errors_after(checked)
    learnt = Learnt(
        checked[-1],
        lines=len(lessons),
        pages=sum(bool(page.texts) for page in pages),
        characters=parts[-1].characters,
        before=before,
        after=after,
    )
    if not learnt.is_better:
        return learnt
    whole = course.tuned_on_all(parts)
    chosen = _half_way(model, whole.model) if goes_half_way else whole.model
    return replace(learnt, model=chosen, characters=whole.characters)


class _Tuned(NamedTuple):
    """A model that has learnt some lines, the characters of them, and what its line network has learnt."""

    model: Model
    characters: int
    learnt_lines: SlidingNetwork


@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    """What the trainings and tests of one hand share."""

    pages: Sequence[CorrectedPage]
    lessons: Mapping[PageLine, LineLesson]
    folds: Sequence[Collection[PageLine]]
    model: Model
    language: Language
    name: str
    seed: int
    report: OnProgress

    def tuned_for_each_fold(self) -> list[_Tuned]:
        """Return for each fold a model that has learnt all lines but those of the fold."""
        start, stop = READING_SHARE, _TESTS_BEGIN
        progress = _JointProgress(
            len(self.folds), lambda share: self.report("learning to test", start + share * (stop - start))
        )

        def tuned(number: int) -> _Tuned:
            lessons = [lesson for line, lesson in self.lessons.items() if line not in self.folds[number]]
            return self._tuned(lessons, number + 1, lambda share: progress.step(number, share))

        # Each training needs them, so they are drawn before.
        rehearsal_crops(self.model.classes)
        return _each_at_once(tuned, range(len(self.folds)))

    def tuned_on_all(self, parts: Sequence[_Tuned]) -> _Tuned:
        """Return a model that has learnt all lines, and begins with what was learnt from parts of them."""

        def step(share: float) -> None:
            self.report("learning all lines", _LAST_BEGINS + share * (1 - _LAST_BEGINS))

        return self._tuned(list(self.lessons.values()), 0, step, parts)

    def _tuned(
        self,
        lessons: Sequence[LineLesson],
        stream: int,
        step: Callable[[float], None],
        parts: Sequence[_Tuned] = (),
    ) -> _Tuned:
        """Return a named model that has learnt some lines, with random numbers of its own."""
        rng = np.random.default_rng([self.seed, stream])
        tuned = _tuned(lessons, self.model, parts, rng=rng, report=step)
        return tuned._replace(model=replace(tuned.model, name=self.name))

    def errors_after(self, models: Iterable[Model]) -> LineErrors:
        """Count the errors of the model of each fold on its lines, in the order of the pages."""
        self.report("testing", _TESTS_BEGIN)

        def errors(model: Model, lines: Collection[PageLine]) -> LineErrors:
            return errors_on(self.pages, lines, model, _language_of(model, self.language))

        return LineErrors.joined(_each_at_once(errors, models, self.folds))


def _each_at_once(function: Callable[..., Result], *arguments: Iterable[object]) -> list[Result]:
    """Call a function for each of some arguments, two at a time, each with one thread for its products."""
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(_AT_ONCE) as threads:
        return list(threads.map(function, *arguments))


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
    lessons: Sequence[LineLesson],
    model: Model,
    parts: Sequence[_Tuned],
    *,
    rng: np.random.Generator,
    report: Callable[[float], None],
) -> _Tuned:
    """Return a model that has learnt some lines.

    Both of its networks have learnt: that of glyphs, and the line network. In a hand that is hard to read,
    no glyph may be aligned; then the line network learns alone. With ``parts``, which have learnt parts of
    these lines, the network of glyphs is their mean.

    Raises
    ------
    DataError
        If no line can be aligned with its ink, and none is possible for the line network.
    """
    glyphs = AlignedGlyphs.joined(lesson.glyphs for lesson in lessons)
    characters = int(glyphs.is_character.sum())
    tuned, begun = model, 0.0
    if parts:
        tuned = replace(model, network=mean_network([part.model.network for part in parts]))
    elif characters:
        rehearsal, begun = rehearsal_crops(model.classes), 0.5
        tuned = fine_tuned(model, glyphs, rehearsal, rng=rng, on_step=lambda share: report(share / 2))
    known = line_network_of(model)
    lines = tuned_line_network(
        known,
        [lesson.image for lesson in lessons if lesson.image is not None],
        rng=rng,
        learnt_from_parts=[part.learnt_lines for part in parts],
        on_step=lambda share: report(begun + share * (1 - begun)),
    )
    if not characters and lines.network is known:
        message = "corrections: found no line whose text fits its ink, expected some; check the texts"
        raise DataError(message)
    profile = writer_profile(glyphs, [lesson.text for lesson in lessons], model)
    tuned = replace(tuned, line_network=lines.network, writer=profile, priors={}, checksum="")
    return _Tuned(tuned, characters or sum(len(lesson.text) for lesson in lessons), lines.learnt)


def _half_way(model: Model, tuned: Model) -> Model:
    """Return the second model with networks that are half way between those of both."""
    return replace(
        tuned,
        network=mixed(model.network, tuned.network, 0.5),
        line_network=mixed_line_network(line_network_of(model), line_network_of(tuned), 0.5),
    )


def _folds(lines: Sequence[PageLine]) -> list[Sequence[PageLine]]:
    """Part the corrected lines, in their order, into folds.

    Lines of one page are alike, so that they stay together as far as possible.

    Raises
    ------
    DataError
        If there are too few lines.
    """
    if len(lines) < FEWEST_LINES:
        message = (
            f"corrections: found {len(lines)} corrected lines, expected at least {FEWEST_LINES}; correct more"
        )
        raise DataError(message)
    count = min(_FOLDS_OF_FEW, len(lines)) if len(lines) <= _FEW_LINES else _FOLDS
    edges = [len(lines) * number // count for number in range(count + 1)]
    return [lines[start:stop] for start, stop in pairwise(edges)]
