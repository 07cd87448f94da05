"""By what a document was read: the program, the checksum of its model, and the settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provenance:
    """What has to be the same for a picture to be read the same way again.

    Attributes
    ----------
    program : str
        Name and version: "ocr 0.1.0".
    model_checksum : str
        SHA-256 of the model; "" for a classifier that has none.
    language : str
    charset : str or None
        None if every character of the model may be read.
    own_words : int
        How many words of the user's own were added to the language.
    turn_deg : int or None
        None if the turn was found by reading.
    keep_rules : bool
    """

    program: str
    model_checksum: str = ""
    language: str = "english"
    charset: str | None = None
    own_words: int = 0
    turn_deg: int | None = None
    keep_rules: bool = False
