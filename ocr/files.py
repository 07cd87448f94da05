"""Write a file completely or not at all, and find the models and sample pages that are shipped."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ocr.errors import ModelError, OcrError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_MODEL = "print"
_SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))


def write_by_rename(
    path: Path, content: bytes, *, what: str = "output", failure: type[OcrError] = OcrError
) -> None:
    """Write a file completely or not at all, in a folder that is made if missing.

    The content is on the disk before the name is: also after a power cut the file is the old or the new one.
    A link is followed, and an existing file keeps its permissions. What is no regular file, such as a device
    or a named pipe, is written into: it cannot be replaced.

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
    try:
        mode = _mode(path)
        if mode is None or stat.S_ISREG(mode):
            # Not Path.resolve: of links that run in circles it raises another error.
            target = Path(os.path.realpath(path))
            target.parent.mkdir(parents=True, exist_ok=True)
            _replace(target, content, mode=None if mode is None else stat.S_IMODE(mode))
        else:
            path.write_bytes(content)
    except (OSError, ValueError) as error:  # ValueError: a path with a zero byte
        reason = printable((getattr(error, "strerror", None) or type(error).__name__).lower())
        shown = printable(str(path))
        message = f"{what} {shown}: cannot be written ({reason}); make room or choose another place"
        raise failure(message) from None


def _mode(path: Path) -> int | None:
    """Return the kind and permissions of a file; None if there is none."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _replace(path: Path, content: bytes, *, mode: int | None) -> None:
    """Write a draft beside a file and move it there; ``mode`` are the permissions that it keeps."""
    # Process numbers would not do: two machines may write to one disk. The name of the file is left out: with
    # an addition, a long one would be too long.
    draft = path.with_name(f".ocr-{secrets.token_hex(8)}.part")
    try:
        with draft.open("xb") as file:
            if mode is not None:
                # Before the content, which others may not be allowed to read.
                draft.chmod(mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk, where the system knows how."""
    # Windows opens no folders, some network disks cannot sync them, and one may be writable but not readable.
    # The file itself is there in any case.
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def shipped_folder(name: str) -> Path:
    """Return the folder ``models`` or ``images``: in the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def data_folder() -> Path:
    """Return the folder in which the user's own models and corrections lie; it may be missing."""
    from platformdirs import user_data_path

    return user_data_path("ocr", appauthor=False)


OWN_MODEL = "mine"
"""Name of the model that has learnt the hand of the user."""


def own_models_folder() -> Path:
    """Return the folder of models that have learnt the hand of the user; it may be missing."""
    return data_folder() / "models"


def _model_folders() -> Iterator[Path]:
    """Yield where a model of some name may lie; the data folder of the user is looked up only if needed."""
    yield shipped_folder("models")
    yield own_models_folder()
    yield Path()


def model_path(name: str | os.PathLike[str] | None = None) -> Path:
    """Return the stem of a model's files: the name of a shipped model, of one that learnt, or a path.

    A shipped model goes before one that has learnt a hand, and both before a file of that name in the current
    folder, which may have come with the pictures: nobody asked for that one. Its path, ``./print``, does.

    Parameters
    ----------
    name : str or path, optional
        The default model if it is None.

    Raises
    ------
    ModelError
        If there is neither such a file nor such a shipped model.
    """
    asked = DEFAULT_MODEL if name is None else os.fspath(name)
    path = Path(asked)
    is_file_name = path.suffix in {".npz", ".json"}
    stem = path.with_suffix("") if is_file_name else path
    is_name = not is_file_name and not any(mark in asked for mark in _SEPARATORS)
    for folder in _model_folders() if is_name else (Path(),):
        candidate = folder / stem
        if not stem.name or "\0" in asked:
            break
        if os.path.isfile(candidate.with_name(candidate.name + ".npz")):  # noqa: PTH113  no name raises
            return candidate
    shipped = ", ".join(sorted(one.stem for one in shipped_folder("models").glob("*.npz"))) or "none"
    message = f"model {printable(asked)}: not found; shipped models: {shipped}; or train one with 'ocr train'"
    raise ModelError(message)
