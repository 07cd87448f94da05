"""The one way in which this package refuses a number."""

from __future__ import annotations

from ocr.errors import SettingError


def require_range(name: str, value: float, low: float, high: float) -> None:
    """Refuse a setting outside its documented range.

    Parameters
    ----------
    name : str
        What the user calls it.
    value : float
        What was given; not-a-number lies outside every range.
    low, high : float
        The range, both ends allowed.

    Raises
    ------
    SettingError
        If ``value`` lies outside ``low .. high``.
    """
    if not low <= value <= high:
        message = f"{name}: found {value}, expected {low} .. {high}; choose a value in that range"
        raise SettingError(message)
