"""Where the shipped models and sample pages lie: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ocr.errors import ModelError

if TYPE_CHECKING:
    import os

DEFAULT_MODEL = "print"


def shipped_folder(name: str) -> Path:
    """Return the folder ``models`` or ``images``, wherever this program was installed."""
    package = Path(__file__).resolve().parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def model_path(name: str | os.PathLike[str] | None = None) -> Path:
    """Return the stem of a model's files: a path that exists, or the name of a shipped model.

    Parameters
    ----------
    name : str or path, optional
        The default model if left out.

    Raises
    ------
    ModelError
        If there is neither such a file nor such a shipped model.
    """
    if name is None:
        name = DEFAULT_MODEL
    given = Path(name)
    stem = given.with_suffix("") if given.suffix in {".npz", ".json"} else given
    candidates = [stem] if len(stem.parts) > 1 else [stem, shipped_folder("models") / stem]
    for candidate in candidates:
        if candidate.with_name(candidate.name + ".npz").is_file():
            return candidate
    shipped = ", ".join(sorted(path.stem for path in shipped_folder("models").glob("*.npz"))) or "none"
    message = f"model {name}: not found; shipped models: {shipped}; or train one with 'ocr train'"
    raise ModelError(message)
