"""Write a file completely or not at all, and find the models and sample pages that are shipped."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from ocr.errors import ModelError, OcrError

if TYPE_CHECKING:
    import os


DEFAULT_MODEL = "print"


def write_by_rename(
    path: Path, content: bytes, *, what: str = "output", failure: type[OcrError] = OcrError
) -> None:
    """Write a file completely or not at all, in a folder that is made if missing.

    Parameters
    ----------
    path : Path
        An existing file is replaced.
    content : bytes
    what : str
        What the message calls the file.
    failure : type of OcrError
        What is raised, for its exit code.

    Raises
    ------
    OcrError
        Of the kind ``failure``, if it cannot be written; an existing file is unchanged.
    """
    # Process numbers would not do: two machines may write to one disk.
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


def shipped_folder(name: str) -> Path:
    """Return the folder ``models`` or ``images``: in the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def model_path(name: str | os.PathLike[str] | None = None) -> Path:
    """Return the stem of a model's files: a path that exists, or the name of a shipped model.

    Parameters
    ----------
    name : str or path, optional
        The default model if it is None.

    Raises
    ------
    ModelError
        If there is neither such a file nor such a shipped model.
    """
    if name is None:
        name = DEFAULT_MODEL
    path = Path(name)
    stem = path.with_suffix("") if path.suffix in {".npz", ".json"} else path
    candidates = [stem] if len(stem.parts) > 1 else [stem, shipped_folder("models") / stem]
    for candidate in candidates:
        if candidate.with_name(candidate.name + ".npz").is_file():
            return candidate
    shipped = ", ".join(sorted(one.stem for one in shipped_folder("models").glob("*.npz"))) or "none"
    message = f"model {name}: not found; shipped models: {shipped}; or train one with 'ocr train'"
    raise ModelError(message)
