"""The right answers for pictures of single characters: from the names of the files, or from a table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ocr.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

# A table of characters has a few bytes a row.
_MOST_BYTES = 2**22
# Such as A.png, A_01.png or 7-003.jpg.
_NAMED = re.compile(r"(.)(?:[_-].*)?", re.DOTALL)


def right_answers(pictures: Sequence[Path], source: str) -> list[str]:
    """Return the right character for each picture.

    Parameters
    ----------
    pictures : sequence of Path
    source : str
        "names": each file is called after its character, alone or before ``_`` or ``-``, such as ``A.png``
        or ``A_01.png``. Else a file with a row ``FILE<TAB>CHARACTER`` for each picture.

    Raises
    ------
    DataError
        If a picture has no right answer, or the table cannot be read.
    """
    if source == "names":
        return [_answer_in_name(path) for path in pictures]
    table = _table(Path(source))
    answers = [table.get(str(path), table.get(path.name)) for path in pictures]
    for path, answer in zip(pictures, answers, strict=True):
        if answer is None:
            message = f"right answers {source}: found no row for {path}, expected FILE<TAB>CHARACTER; add it"
            raise DataError(message)
    return [answer for answer in answers if answer is not None]


def _answer_in_name(path: Path) -> str:
    """Return the character that a file is called after.

    Raises
    ------
    DataError
        If its name is longer.
    """
    found = _NAMED.fullmatch(path.stem)
    if found is None:
        message = (
            f"right answer for {path}: found a name of several characters, expected one such as A.png or "
            "A_01.png; rename it, or write the right answers into a table for --truth FILE.tsv"
        )
        raise DataError(message)
    return found.group(1)


def _table(path: Path) -> dict[str, str]:
    """Return the character of each file in a table.

    Raises
    ------
    DataError
        If it cannot be read, or a row is no file and character.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            message = f"right answers {path}: larger than {_MOST_BYTES >> 20} MiB; name another file"
            raise DataError(message)
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        message = (
            f"right answers {path}: cannot be read ({reason}); name a .tsv file, or write: --truth names"
        )
        raise DataError(message) from None
    answers = {}
    for number, line in enumerate(lines, 1):
        name, _, character = line.partition("\t")
        if line and len(character) != 1:
            message = f"right answers {path}, line {number}: found {line!r}, expected FILE<TAB>CHARACTER"
            raise DataError(message)
        if line:
            answers[name] = character
    return answers
