"""Name the small marks that only size and place tell apart: full stop, comma, apostrophe, hyphen.

The classifier sees every glyph at the same size, where a full stop is a blot and a comma a 1. Letters are never
this small.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarkSettings:
    """Limits in letter heights.

    Attributes
    ----------
    tallest_letters : float
        Marks are lower than this; the smallest letters, r and s in a small hand, are above 0.4.
    dot_letters : float
        A mark no longer than this both ways is a dot.
    flat_ratio : float
        A mark this many times as wide as high is a hyphen.
    low_letters : float
        Commas and full stops have their centre this far below the centre of the line, apostrophes above.
    """

    tallest_letters: float = 0.38
    dot_letters: float = 0.24
    flat_ratio: float = 1.8
    low_letters: float = 0.12


def name_mark(
    *, height: float, width: float, below_centre: float, settings: MarkSettings | None = None
) -> str | None:
    """Name a small mark, or return None for what may be a letter.

    Parameters
    ----------
    height, width : float
        Of its box, in letter heights.
    below_centre : float
        How far its centre lies below the centre of its line, in letter heights.
    settings : MarkSettings, optional

    Returns
    -------
    {".", ",", "'", "-"} or None
    """
    settings = settings or MarkSettings()
    if height > settings.tallest_letters:
        return None
    if width > settings.flat_ratio * height and width > settings.dot_letters:
        return "-"
    if below_centre < -settings.low_letters:
        return "'"
    if width > settings.tallest_letters:
        return None
    if below_centre > settings.low_letters:
        return "." if max(height, width) <= settings.dot_letters else ","
    return "." if max(height, width) <= settings.dot_letters else None
