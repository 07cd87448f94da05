"""Write the corrections as a folder: pictures, the right text of each, and the characters on them.

The folder can be learnt from (``ocr learn FOLDER``), corrected further (``ocr serve FOLDER``), measured on
(``ocr evaluate FOLDER``), and its characters can be trained on (``ocr train --characters``).
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from ocr.errors import DataError, ImageError
from ocr.files import write_by_rename
from ocr.image.picture import Album
from ocr.learning.aligned_glyphs import AlignedGlyphs, aligned_glyphs
from ocr.learning.own_model import TEXT_SUFFIX, prepare, sources_of_store
from ocr.recognition.labels import LabelGroups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr.classifier.model import Model
    from ocr.language.ngram import Language
    from ocr.learning.correction_store import Correction, CorrectionStore, StoredPage

CHARACTERS = "characters.npz"


class Exported(NamedTuple):
    """How much was written: pictures, corrected lines, and characters."""

    pictures: int
    lines: int
    characters: int


class _File(NamedTuple):
    """A picture of the folder with its text."""

    name: str
    suffix: str
    content: bytes
    lines: list[str]


def export_corrections(
    store: CorrectionStore,
    folder: Path,
    model: Model,
    language: Language,
    *,
    on_missing: Callable[[str], None],
    on_progress: Callable[[str, float], None] | None = None,
) -> Exported:
    """Write all corrections as a folder.

    Each page becomes its picture and ``NAME.gt.txt`` with its corrected lines; of a picture that is gone,
    each corrected line becomes a picture. ``characters.npz`` has the glyphs of the characters.

    Parameters
    ----------
    store : CorrectionStore
    folder : Path
        Made if missing; it may have nothing in it.
    model : Model
        Finds the glyphs.
    language : Language
    on_missing : callable
        Is told of pictures that are gone.
    on_progress : callable, optional
        Called with what is done, and the share of it that is done.

    Returns
    -------
    Exported

    Raises
    ------
    DataError
        If there is no correction, the folder is not empty, or cannot be written.
    """
    _check_empty(folder)
    names: set[str] = set()
    pictures = lines = 0
    for file in _files(store):
        name = _free_name(file.name, names)
        _write(folder / f"{name}{file.suffix}", file.content)
        _write(folder / f"{name}{TEXT_SUFFIX}", "".join(f"{line}\n" for line in file.lines).encode())
        pictures, lines = pictures + 1, lines + len(file.lines)
    if not pictures:
        message = "corrections: found none, expected some; correct lines on the page of 'ocr serve'"
        raise DataError(message)
    sources = list(sources_of_store(store, on_missing))
    pages = prepare(sources, model, language, on_progress or (lambda _what, _share: None))
    rng = np.random.default_rng(1)
    labels = LabelGroups(model.classes)
    glyphs = AlignedGlyphs.joined(
        line
        for page in pages
        for line in aligned_glyphs(page, page.placed(model, labels), labels, rng=rng).values()
    )
    _write(folder / CHARACTERS, character_file(glyphs, model.classes))
    return Exported(pictures, lines, int(glyphs.is_character.sum()))


def character_file(glyphs: AlignedGlyphs, classes: tuple[str, ...]) -> bytes:
    """Return the characters among some glyphs as a file for ``ocr train --characters``."""
    rows = glyphs.is_character
    images = np.rint(255 * glyphs.crops[rows]).astype(np.uint8)
    labels = np.array([classes[label] for label in glyphs.labels[rows]], dtype="<U1")
    stream = io.BytesIO()
    np.savez_compressed(stream, images=images, labels=labels)
    return stream.getvalue()


def _check_empty(folder: Path) -> None:
    """Refuse a folder with something in it, and what is none."""
    try:
        if folder.exists() and any(folder.iterdir()):
            message = f"folder {folder}: found files in it, expected an empty one; choose another"
            raise DataError(message)
    except OSError as error:
        message = f"folder {folder}: cannot be used ({str(error.strerror).lower()}); choose another"
        raise DataError(message) from None


def _files(store: CorrectionStore) -> Iterator[_File]:
    """Yield the pictures with corrected lines."""
    for page in store.pages():
        corrections = [one for _, one in sorted(store.corrections(page.id).items()) if one.text]
        if not corrections:
            continue
        try:
            content, suffix = _picture_of(page)
        except ImageError:
            yield from _line_files(store, page, corrections)
            continue
        yield _File(Path(page.name).stem, suffix, content, [one.text for one in corrections])


def _picture_of(page: StoredPage) -> tuple[bytes, str]:
    """Return the file of a page, or the picture of one of several pages.

    Raises
    ------
    ImageError
        If it is gone or damaged.
    """
    (picture,) = Album(page.path, name=page.name, pages=page.number)
    if page.number is None:
        return page.path.read_bytes(), page.path.suffix or Path(page.name).suffix
    stream = io.BytesIO()
    Image.fromarray(picture.gray()).save(stream, "png")
    return stream.getvalue(), ".png"


def _line_files(store: CorrectionStore, page: StoredPage, corrections: list[Correction]) -> Iterator[_File]:
    """Yield the corrected lines of a page whose picture is gone."""
    for one in corrections:
        crop = store.crop(page.id, one.box)
        if crop is not None:
            yield _File(f"{Path(page.name).stem}-line{one.line + 1}", ".png", crop, [one.text])


def _free_name(name: str, taken: set[str]) -> str:
    """Return a name of a file that is not taken yet, made of letters that are safe everywhere; take it."""
    safe = re.sub(r"[^\w. -]", "_", name).strip(". ")[:80] or "page"
    free, number = safe, 1
    while free.casefold() in taken:
        number += 1
        free = f"{safe}-{number}"
    taken.add(free.casefold())
    return free


def _write(path: Path, content: bytes) -> None:
    write_by_rename(path, content, what="file", failure=DataError)
