"""The lessons by name, each with the options that it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ocr.errors import SettingError
from ocr.experiments.lessons.backprop import backprop_lesson
from ocr.experiments.lessons.cross_entropy import cross_entropy_lesson
from ocr.experiments.lessons.deep_linear import deep_linear_lesson
from ocr.experiments.lessons.descent import descent_lesson
from ocr.experiments.lessons.logistic import logistic_lesson
from ocr.experiments.lessons.softmax import softmax_lesson
from ocr.experiments.lessons.vanishing import vanishing_lesson
from ocr.experiments.lessons.zeros import zeros_lesson

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ocr.experiments.lessons.lesson_parts import Lesson


class LessonEntry(NamedTuple):
    """A function that works a lesson out, and the names of its options."""

    work_out: Callable[..., Lesson]
    options: tuple[str, ...]


LESSONS: dict[str, LessonEntry] = {
    "softmax": LessonEntry(softmax_lesson, ("logits",)),
    "cross-entropy": LessonEntry(cross_entropy_lesson, ()),
    "logistic": LessonEntry(logistic_lesson, ("rate", "steps")),
    "backprop": LessonEntry(backprop_lesson, ("rate",)),
    "deep-linear": LessonEntry(deep_linear_lesson, ("seed",)),
    "zeros": LessonEntry(zeros_lesson, ("seed",)),
    "vanishing": LessonEntry(vanishing_lesson, ("depth",)),
    "descent": LessonEntry(descent_lesson, ("rates", "seed")),
}
"""In the order in which they build on each other."""


def work_out_lesson(name: str, options: Mapping[str, Any]) -> Lesson:
    """Return a lesson, worked out with some options.

    Raises
    ------
    SettingError
        If there is no such lesson, it does not take one of the options, or a value is out of range.
    DivergedError
        If a learning rate is too large.
    """
    if name not in LESSONS:
        message = f"lesson {name!r}: expected one of {', '.join(LESSONS)}"
        raise SettingError(message)
    entry = LESSONS[name]
    for option in options:
        if option not in entry.options:
            known = ", ".join(f"--{one}" for one in entry.options) or "none"
            message = f"lesson {name}: found option --{option}, expected {known}"
            raise SettingError(message)
    return entry.work_out(**options)
