"""Files that are written: whole or not at all."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from ocr.errors import OcrError

if TYPE_CHECKING:
    from pathlib import Path


def write_by_rename(
    path: Path, content: bytes, *, what: str = "output", failure: type[OcrError] = OcrError
) -> None:
    """Put a whole file in place at once, in a folder made if missing: nobody ever sees half of it.

    Parameters
    ----------
    path : Path
        A file that is there already is replaced.
    content : bytes
    what : str
        What the message calls the file.
    failure : type of OcrError
        What is raised, for its exit code.

    Raises
    ------
    OcrError
        Of the kind ``failure``, if it cannot be written; what was there before is still there.
    """
    # Two machines may write to one disk, and have processes of the same number.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_bytes(content)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        message = f"{what} {path}: cannot be written ({reason}); make room or choose another place"
        raise failure(message) from None
