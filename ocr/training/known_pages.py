"""Pictures with known text, how they are read, and the regression that is fitted to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.model_file import load_model
from ocr.errors import DataError
from ocr.files import model_path
from ocr.image.picture import Picture
from ocr.language.ngram import load_language
from ocr.language.word_model import WordModel
from ocr.page.layout import find_layout
from ocr.recognition.labels import LabelGroups
from ocr.recognition.orientation import best_orientation, read_turned
from ocr.recognition.recognize import recognize
from ocr.recognition.turn_choice import evidence_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from ocr.array_types import Float64, GrayBytes, Mask
    from ocr.classifier.model import Model
    from ocr.language.ngram import Language
    from ocr.page.layout import Layout
    from ocr.recognition.orientation import Attempt
    from ocr.recognition.recognize import RecognizedPage
    from ocr.recognition.turn_choice import Evidence

_STEPS = 100


@dataclass(frozen=True, slots=True, eq=False)
class PageReader:
    """The shipped model and language, and what reading needs of them; pages are read by the lattice."""

    model: Model
    language: Language
    labels: LabelGroups
    words: WordModel

    @classmethod
    def shipped(cls) -> PageReader:
        """Load the shipped model and language."""
        model, language = load_model(model_path("print")), load_language("english")
        labels = LabelGroups(model.classes)
        return cls(model, language, labels, WordModel(language, labels.names))

    def read(self, picture: Path | GrayBytes) -> Attempt:
        """Read a picture the right way up."""
        return best_orientation(Picture(picture), find_layout, *self._stages())

    def read_turned(self, picture: Path | GrayBytes, quarters: int) -> Attempt:
        """Read a picture that is turned anticlockwise by so many quarters of a full turn."""
        return read_turned(Picture(picture), quarters, find_layout, *self._stages())

    def _stages(
        self,
    ) -> tuple[Callable[[Layout], RecognizedPage], Callable[[Layout, RecognizedPage], Evidence]]:
        """Return what reads a layout, and what judges it."""
        read = partial(recognize, model=self.model, language=self.language)
        return read, partial(evidence_of, model=self.model)


def pictures_with_text(
    folders: Iterable[Path], left_out: Path | None, *, most: int | None = None
) -> list[Path]:
    """Return the pictures of some folders that have a file NAME.gt.txt beside them.

    Parameters
    ----------
    folders : iterable of Path
    left_out : Path or None
        A list of pictures to leave out, as FOLDER/NAME on each line.
    most : int, optional
        So many of each folder at most, evenly chosen.
    """
    names = set(left_out.read_text("utf-8").split()) if left_out else set()
    found: list[Path] = []
    for folder in folders:
        own = [
            path
            for path in sorted(folder.iterdir())
            if path.suffix.lower() in {".png", ".jpg", ".jpeg"}
            and path.with_suffix(".gt.txt").exists()
            and f"{folder.name}/{path.name}" not in names
        ]
        found += own[:: -(-len(own) // most)] if most and own else own
    return found


def text_of(words: Sequence[Sequence[int]], labels: LabelGroups) -> str:
    """Return the text of words of labels."""
    return " ".join("".join(labels.names[label] for label in word) for word in words)


def fit_choice(evidence: Float64, is_better: Mask, weights: Float64, *, penalty: float, noun: str) -> Float64:
    """Fit the choice between two readings; parameters as of :func:`logistic_regression`.

    Raises
    ------
    DataError
        If not both readings are better somewhere; ``noun`` says of what.
    """
    if np.unique(is_better).size < 2:
        message = f"pages: found {len(is_better)} {noun} that all favour one reading, expected some of both"
        raise DataError(message)
    return logistic_regression(evidence, is_better, weights, penalty=penalty)


def logistic_regression(inputs: Float64, is_true: Mask, weights: Float64, *, penalty: float) -> Float64:
    """Fit a weighted logistic regression by Newton's method.

    Parameters
    ----------
    inputs : (N, D) float64 array
    is_true : (N,) bool array
    weights : (N,) float64 array
    penalty : float
        On the squares of the coefficients, each in units of the standard deviation of its input.

    Returns
    -------
    (D,) float64 array
        The coefficients.
    """
    spread = np.where(inputs.std(axis=0) > 0, inputs.std(axis=0), 1)
    scaled = inputs / spread
    found = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-scaled @ found))
        gradient = scaled.T @ (weights * (chances - is_true)) + penalty * found
        curvature = (scaled * (weights * chances * (1 - chances))[:, None]).T @ scaled
        found -= np.linalg.solve(curvature + penalty * np.eye(found.size), gradient)
    return np.asarray(found / spread)
