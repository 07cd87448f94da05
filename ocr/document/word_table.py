"""The words of a document as rows of a table: dictionaries, or a pandas data frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocr.errors import SettingError, how_to_install

if TYPE_CHECKING:
    from ocr.document.tree import Document

COLUMNS = ("page", "line", "word", "text", "confidence", "top", "left", "bottom", "right")
"""Names of the columns; pages, and the lines and words within, count from 1."""


def to_rows(document: Document) -> list[dict[str, int | float | str]]:
    """Return one dictionary per word, in reading order, with the keys of :data:`COLUMNS`."""
    return [
        dict(zip(COLUMNS, (*place, word.text, word.confidence, *word.box), strict=True))
        for page_number, page in enumerate(document.pages, 1)
        for line_number, line in enumerate(page.lines, 1)
        for place, word in (
            ((page_number, line_number, number), word) for number, word in enumerate(line.words, 1)
        )
    ]


def to_pandas(document: Document) -> Any:
    """Return a pandas data frame with one row per word and the columns of :data:`COLUMNS`.

    Raises
    ------
    SettingError
        If pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError:
        message = f"to_pandas: needs a library that is not installed; {how_to_install('pandas')}"
        raise SettingError(message) from None
    return pd.DataFrame(to_rows(document), columns=list(COLUMNS))
