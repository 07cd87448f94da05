"""Which signs may be answered: sets that have a name, or the signs themselves."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import numpy as np

from ocr.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.classifier.model import Model

    Float = NDArray[np.float64]
    Mask = NDArray[np.bool_]

CHARSETS: dict[str, str] = {
    "digits": string.digits,
    "upper": string.ascii_uppercase,
    "lower": string.ascii_lowercase,
    "letters": string.ascii_letters,
    "alnum": string.digits + string.ascii_letters,
}
"""Sets of signs that have a name; so has "print", which is every sign that the model knows."""


def allowed_classes(model: Model, charset: str | None) -> NDArray[np.int64]:
    """Find the classes of a model that may be answered.

    Parameters
    ----------
    model : Model
    charset : str, optional
        A name from `CHARSETS` or the signs themselves; "print", or nothing, for every sign of the model.
        Classes that are no sign, such as what a wrong cut shows, are never answered.

    Returns
    -------
    (n,) int64 array

    Raises
    ------
    SettingError
        If the model lacks a sign, or none is left.
    """
    signs = {sign: index for index, sign in enumerate(model.classes) if len(sign) == 1}
    everything = charset is None or charset == "print"
    wanted = sorted(signs) if everything else list(dict.fromkeys(CHARSETS.get(charset or "", charset or "")))
    unknown = [sign for sign in wanted if sign not in signs]
    if unknown or not wanted:
        found = f"found {''.join(unknown)!r}" if unknown else "found no character"
        message = (
            f"charset {charset!r}: {found}, expected {', '.join(CHARSETS)}, print, or characters of model "
            f"{model.name}, {''.join(signs)}; choose among these"
        )
        raise SettingError(message)
    return np.array([signs[sign] for sign in wanted], dtype=np.int64)


def allowed_mask(model: Model, charset: str | None) -> Mask:
    """As :func:`allowed_classes`, as a mask (K,)."""
    mask = np.zeros(len(model.classes), dtype=bool)
    mask[allowed_classes(model, charset)] = True
    return mask


def restricted(log_probabilities: Float, classes: Sequence[str], allowed: Mask) -> Float:
    """Log-probabilities (N, K) given that only some signs occur: -inf for the others.

    What is no sign at all keeps its place, P(k | allowed or no sign): that nothing but digits is written
    makes no digit of half a letter.

    >>> rows = np.log([[0.6, 0.1, 0.3]])
    >>> np.exp(restricted(rows, ("A", "4", "<none>"), np.array([False, True, False]))).round(2)
    array([[0.  , 0.25, 0.75]])
    """
    kept = allowed | np.array([len(sign) != 1 for sign in classes])
    rows = np.where(kept, log_probabilities, -np.inf)
    return np.asarray(rows - np.logaddexp.reduce(rows, axis=1, keepdims=True))
