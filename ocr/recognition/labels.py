"""What a glyph may be read as: classes gathered into what the language can tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.language.symbols import log_share_in_symbol, symbol_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64, Mask


# In a code each of 36 letters and digits is as likely, and now and then there is a mark.
_CODE_SIGN, _CODE_MARK = -np.log(36.0), -np.log(400.0)
# LabelGroups of one shape.
_LOOKS = ("0o", "1il", "2z", "5s", "6bg", "8b", "9gq")


class LabelGroups:
    """What a glyph may be read as: a letter in either case, a digit, or a mark.

    Attributes
    ----------
    names : tuple of str
        Letters in lower case.
    members : (R, K) bool array
        Which classes each reading stands for.
    lookalikes : (R, K) bool array
        ... and which it cannot be told from by itself: 0 and O, 1 and I and l.
    symbols : (R,) int array
        Symbol of each reading.
    log_shares : (R,) float array
        How often a symbol is this reading.
    code_logs : (R,) float array
        Log-probability of each reading in a code.
    """

    def __init__(self, classes: Sequence[str], allowed: Mask) -> None:
        groups: dict[str, list[int]] = {}
        for index, character in enumerate(classes):
            if len(character) == 1 and allowed[index]:
                groups.setdefault(character.lower(), []).append(index)
        self.names = tuple(groups)
        self.members = np.zeros((len(groups), len(classes)), dtype=bool)
        for row, indices in enumerate(groups.values()):
            self.members[row, indices] = True
        self.lookalikes = self.members | np.array(
            [self._looking_like(name) for name in self.names], dtype=bool
        ).reshape(self.members.shape)
        self.symbols = np.array([symbol_of(name) for name in self.names], dtype=np.int64)
        self.log_shares = log_share_in_symbol(self.names)
        self.code_logs = np.array([_CODE_SIGN if name.isalnum() else _CODE_MARK for name in self.names])

    def _looking_like(self, name: str) -> Mask:
        """Classes (K,) of the readings that look like one."""
        look = {other for look in _LOOKS if name in look for other in look} | {name}
        rows = [row for row, other in enumerate(self.names) if other in look]
        return np.asarray(self.members[rows].any(axis=0))

    def log_probabilities(self, log_probabilities: Float64) -> Float64:
        """Sum up classes (N, K) to readings (N, R)."""
        return np.asarray(np.log(np.maximum(np.exp(log_probabilities) @ self.members.T, 1e-12)))

    def best(self, log_probabilities: Float64, count: int) -> tuple[Int64, Float64]:
        """Most probable readings (N, count) and their log-probabilities."""
        logs = self.log_probabilities(log_probabilities)
        order = np.argsort(-logs, axis=1)[:, :count]
        return order, np.take_along_axis(logs, order, axis=1)
