"""Labels of glyphs: classes of the classifier grouped into what the language model tells apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.alphabet import NOT_A_CHARACTER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64, Mask


LOOKALIKES = ("0o", "1il", "2z", "5s", "6bg", "8b", "9gq")
"""Labels of one shape."""


class LabelGroups:
    """The R labels that a glyph may get: a letter in either case, a digit, or a punctuation mark.

    Parameters
    ----------
    classes : sequence of str
        The K classes of the classifier.
    allowed : (K,) bool array, optional
        Which of them may be read; all characters if left out.

    Attributes
    ----------
    classes : tuple of str
    allowed : (K,) bool array
    names : tuple of str
        The labels; letters in lower case.
    members : (R, K) bool array
        Which classes have each label.
    lookalikes : (R, K) bool array
        ... and which classes have its shape: 0 and O, 1 and I and l.
    """

    def __init__(self, classes: Sequence[str], allowed: Mask | None = None) -> None:
        self.classes = tuple(classes)
        self.allowed = np.ones(len(classes), dtype=bool) if allowed is None else allowed
        groups: dict[str, list[int]] = {}
        for index, character in enumerate(classes):
            if len(character) == 1 and self.allowed[index]:
                groups.setdefault(character.lower(), []).append(index)
        self.names = tuple(groups)
        self.members = np.zeros((len(groups), len(classes)), dtype=bool)
        for row, indices in enumerate(groups.values()):
            self.members[row, indices] = True
        self.lookalikes = self.members | np.array(
            [self._classes_like(name) for name in self.names], dtype=bool
        ).reshape(self.members.shape)
        small, capital = (np.array([test(name) for name in classes]) for test in (str.islower, str.isupper))
        self._of_case = np.stack([self.members & ~small, self.members & ~capital])

    def _classes_like(self, name: str) -> Mask:
        """Return the classes (K,) of the labels that have the shape of one."""
        alike = {other for group in LOOKALIKES if name in group for other in group} | {name}
        rows = [row for row, other in enumerate(self.names) if other in alike]
        return np.asarray(self.members[rows].any(axis=0))

    def log_probabilities(self, log_probabilities: Float64) -> Float64:
        """Return the log-probabilities (N, R) of labels, from those of classes (N, K)."""
        return np.asarray(np.log(np.maximum(np.exp(log_probabilities) @ self.members.T, 1e-12)))

    def case_logs(self, log_probabilities: Float64) -> Float64:
        """Return the logarithm of how much of each label a capital and a small letter have (2, N, R).

        It is 0 for characters without case.
        """
        probabilities = np.exp(log_probabilities)
        whole = np.maximum(probabilities @ self.members.T, 1e-12)
        parts = [np.maximum(probabilities @ members.T, 1e-12) / whole for members in self._of_case]
        return np.asarray(np.minimum(np.log(np.stack(parts)), 0))

    def best(self, log_probabilities: Float64, count: int) -> tuple[Int64, Float64]:
        """Return the most probable labels (N, count) and their log-probabilities."""
        logs = self.log_probabilities(log_probabilities)
        order = np.argsort(-logs, axis=1)[:, :count]
        return order, np.take_along_axis(logs, order, axis=1)

    def reject_probabilities(self, log_probabilities: Float64) -> Float64:
        """Return the probability (N,) that glyphs are not characters; 0 if there is no class for that."""
        if NOT_A_CHARACTER not in self.classes:
            return np.zeros(len(log_probabilities))
        return np.asarray(np.exp(log_probabilities[:, self.classes.index(NOT_A_CHARACTER)]))
