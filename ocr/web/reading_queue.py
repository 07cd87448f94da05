"""Read pictures of the store one after the other in the background."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

from ocr.errors import OcrError

if TYPE_CHECKING:
    from pathlib import Path

    from ocr.document.tree import Document
    from ocr.learning.correction_store import CorrectionStore, StoredPage
    from ocr.reader import Reader


class ReadingQueue:
    """Reads the pages of a store that are not read yet, in a thread of its own.

    Parameters
    ----------
    store : CorrectionStore
    model : str or None
        Name or path of the model; a model that is installed later is used by :meth:`use_model`.
    language : str
    """

    def __init__(self, store: CorrectionStore, *, model: str | None, language: str) -> None:
        self.store, self.model_name, self.language = store, model, language
        self._waiting: queue.Queue[int | None] = queue.Queue()
        self._lock = threading.Lock()
        self._reader: Reader | None = None
        self.running: int | None = None
        self._thread = threading.Thread(target=self._work, name="reading", daemon=True)

    def start(self) -> None:
        """Begin with what is not read yet."""
        for page in self.store.pages():
            if not page.document and not page.failure:
                self.add(page.id)
        self._thread.start()

    def stop(self) -> None:
        """End after the page that is being read; the rest is read next time."""
        self._waiting.put(None)

    def add(self, page: int) -> None:
        """Read a page when it is its turn; a page that was read before is read again."""
        self._waiting.put(page)

    @property
    def length(self) -> int:
        """How many pages wait."""
        return self._waiting.qsize()

    def reader(self) -> Reader:
        """Return the reader, made when it is first needed: the page of the browser does not wait for it.

        Raises
        ------
        OcrError
            If the model cannot be loaded.
        """
        with self._lock:
            if self._reader is None:
                from ocr.reader import Reader

                self._reader = Reader(self.model_name, language=self.language)
            return self._reader

    def use_model(self, name: str) -> None:
        """Read with another model from now on."""
        with self._lock:
            self.model_name, self._reader = name, None

    def _work(self) -> None:
        while (page := self._waiting.get()) is not None:
            stored = self.store.page(page)
            if stored is None:
                continue
            self.running = page
            try:
                self._read(stored)
            except OcrError as error:
                self.store.set_failure(page, str(error))
            except Exception as error:  # noqa: BLE001  one picture must not end the queue
                self.store.set_failure(page, f"a fault of this program ({type(error).__name__}: {error})")
            finally:
                self.running = None

    def _read(self, stored: StoredPage) -> None:
        """Read a page; of a file of several pages, add the others."""
        from ocr.image.picture import Album

        album = Album(stored.path, name=stored.name, pages=stored.number)
        reader = self.reader()
        if stored.number is None and len(album) > 1:
            for number in album.numbers[1:]:
                self.add(self.store.add_page(f"{stored.name} page {number}", stored.path, number=number))
            self.store.set_number(stored.id, album.numbers[0])
        from ocr.document.tree import Document

        picture = next(iter(album))
        page = reader.page_of(picture)
        document = Document((page,), model=reader.model_name)
        # Corrections first: the page shows both as soon as there is a document.
        if stored.document:
            self._keep_corrections(stored.id, document)
        elif stored.number is None:
            self._correct_by_file(stored.id, stored.path, document)
        self.store.set_document(stored.id, document.to_json())
        from ocr.learning.line_crops import keep_crops

        boxes = [one.box for one in self.store.corrections(stored.id).values()]
        keep_crops(self.store, stored.id, picture, boxes, turned_deg=page.turned_deg)

    def _keep_corrections(self, page: int, document: Document) -> None:
        """Give corrections the number of their line in what was read anew."""
        from ocr.learning.corrected_pages import matched_by_box

        corrections = self.store.corrections(page)
        lines = document.pages[0].lines
        matched = matched_by_box([line.box for line in lines], list(corrections.values()))
        moved = [(number, lines[number].box, text) for number, text in matched.items()]
        before = {(one.line, one.text) for one in corrections.values()}
        if before != {(number, text) for number, _, text in moved}:
            self.store.replace_corrections(page, moved)

    def _correct_by_file(self, page: int, path: Path, document: Document) -> None:
        """Take the text of a file NAME.gt.txt beside the picture for the right one."""
        from ocr.learning.corrected_pages import matched_by_text

        beside = path.with_name(f"{path.stem}.gt.txt")
        if not beside.is_file():
            return
        from ocr.learning.own_model import lines_of, text_of

        lines = document.pages[0].lines
        right = [line.text for line in lines_of(text_of(beside))]
        for number, text in matched_by_text([line.text for line in lines], right).items():
            self.store.correct(page, number, lines[number].box, text)


def document_of(stored: StoredPage) -> Document | None:
    """Return what was read on a page; None if it is not read yet."""
    if not stored.document:
        return None
    from ocr.document.json_format import from_json

    return from_json(stored.document)
