"""The addresses that the page asks: pictures, what was read, corrections, exports, learning."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ocr.document.formats import FORMATS
from ocr.errors import OcrError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.requests import Request

    from ocr.document.tree import Character, Document, Line
    from ocr.geometry import Box
    from ocr.learning.correction_store import CorrectionStore, StoredPage
    from ocr.web.learning_job import LearningJob
    from ocr.web.reading_queue import ReadingQueue

# A photo of a phone has 20 MB at most; a scanned book is given on the command line.
MOST_UPLOAD_BYTES = 100_000_000
_MOST_JSON_BYTES, _LONGEST_LINE, _LONGEST_NAME = 100_000, 1000, 200
# The page shows pictures no larger than this; boxes are scaled with them.
_SHOWN_PX, _QUALITY = 2400, 85
_FILES = {
    "index.html": "text/html; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    **{
        f"{name}.js": "text/javascript; charset=utf-8"
        for name in ("app", "server", "editor", "picture", "glyphs", "history")
    },
}


class Application:
    """Answers the page.

    Parameters
    ----------
    store : CorrectionStore
    reading : ReadingQueue
    learning : LearningJob
    """

    def __init__(self, store: CorrectionStore, reading: ReadingQueue, learning: LearningJob) -> None:
        self.store, self.reading, self.learning = store, reading, learning

    def routes(self) -> Starlette:
        """Return the application."""
        return Starlette(
            routes=[
                Route("/", self.file),
                Route("/page/{name}", self.file),
                Route("/api/state", self.state),
                Route("/api/pages", self.add, methods=["POST"]),
                Route("/api/pages/{page:int}", self.page),
                Route("/api/pages/{page:int}", self.delete, methods=["DELETE"]),
                Route("/api/pages/{page:int}/read", self.read_again, methods=["POST"]),
                Route("/api/pages/{page:int}/picture", self.picture),
                Route("/api/pages/{page:int}/lines", self.correct, methods=["POST"]),
                Route("/api/pages/{page:int}/export/{name}", self.export),
                Route("/api/learn", self.learn, methods=["POST"]),
                Route("/api/learn", self.stop_learning, methods=["DELETE"]),
            ],
            exception_handlers={OcrError: _one_line, HTTPException: _one_line},
        )

    def file(self, request: Request) -> Response:
        """Send a file of the page itself."""
        name = request.path_params.get("name", "index.html")
        if name not in _FILES:
            raise HTTPException(404, "there is no such file")
        content = files("ocr.web").joinpath("page", name).read_bytes()
        return Response(content, headers={"Content-Type": _FILES[name]})

    def state(self, _request: Request) -> Response:
        """Send the list of pages, what is being read and learnt, and what can be exported."""
        return JSONResponse(
            {
                "pages": [self._summary(page) for page in self.store.pages()],
                "waiting": self.reading.length,
                "running": self.reading.running,
                "learning": self.learning.state,
                "corrected_lines": self.store.corrected_lines(),
                "model": self.reading.model_name or "print",
                "formats": [
                    {"name": one.name, "suffix": one.suffixes[0], "description": one.description}
                    for one in FORMATS.values()
                ],
                "folder": str(self.store.folder),
            }
        )

    def _summary(self, page: StoredPage) -> dict[str, Any]:
        status = "failed" if page.failure else "read" if page.document else "waiting"
        status = "reading" if status == "waiting" and self.reading.running == page.id else status
        return {"id": page.id, "name": page.name, "status": status, "failure": page.failure}

    async def add(self, request: Request) -> Response:
        """Keep a picture that was dropped, and read it when it is its turn."""
        name = request.query_params.get("name", "picture")[:_LONGEST_NAME] or "picture"
        content = await _body(request, MOST_UPLOAD_BYTES)
        if not content:
            raise HTTPException(400, f"{name}: the file is empty")
        path = await run_in_threadpool(self.store.keep_picture, name, content)
        page = await run_in_threadpool(self.store.add_page, name, path)
        self.reading.add(page)
        return JSONResponse({"id": page}, 201)

    def page(self, request: Request) -> Response:
        """Send the lines of a page as they were read, with their corrections."""
        stored, document = self._read(request)
        read = document.pages[0]
        corrections = self.store.corrections(stored.id)
        return JSONResponse(
            {
                "id": stored.id,
                "name": stored.name,
                "width": read.width,
                "height": read.height,
                "notes": list(read.notes),
                "model": document.model,
                "lines": [
                    _line(line, corrections[number].text if number in corrections else None)
                    for number, line in enumerate(read.lines)
                ],
            }
        )

    def delete(self, request: Request) -> Response:
        """Delete a page with its corrections."""
        self.store.delete_page(self._stored(request).id)
        return JSONResponse({})

    def read_again(self, request: Request) -> Response:
        """Read a page again with the model of now; corrections stay."""
        self.reading.add(self._stored(request).id)
        return JSONResponse({}, 202)

    def picture(self, request: Request) -> Response:
        """Send the picture of a page, upright, not larger than a screen needs."""
        stored, document = self._read(request)
        from PIL import Image

        picture = _picture_of(stored)
        turned = picture.turned(document.pages[0].turned_deg // 90)
        gray = Image.fromarray(turned.gray(at_least_px=_SHOWN_PX))
        stream = io.BytesIO()
        gray.save(stream, "jpeg", quality=_QUALITY)
        return Response(stream.getvalue(), media_type="image/jpeg")

    async def correct(self, request: Request) -> Response:
        """Store corrections of lines: a list of objects with line and text, null to take one back."""
        stored, document = await run_in_threadpool(self._read, request)
        lines = document.pages[0].lines
        asked = _checked_corrections(await _body(request, _MOST_JSON_BYTES), len(lines))
        for number, text in asked:
            await run_in_threadpool(self.store.correct, stored.id, number, lines[number].box, text)
        boxes = [lines[number].box for number, text in asked if text is not None]
        # After the answer: a large photo takes a while to decode.
        return JSONResponse({}, background=BackgroundTask(self._keep_crops, stored, document, boxes))

    def _keep_crops(self, stored: StoredPage, document: Document, boxes: Sequence[Box]) -> None:
        """Keep the parts of the picture with corrected lines; the corrections stay without them."""
        from ocr.learning.line_crops import keep_crops

        with suppress(OcrError):
            turned_deg = document.pages[0].turned_deg
            keep_crops(self.store, stored.id, _picture_of(stored), boxes, turned_deg=turned_deg)

    def export(self, request: Request) -> Response:
        """Send a page with its corrections in one of the formats."""
        stored, document = self._read(request)
        name = request.path_params["name"]
        if name not in FORMATS:
            raise HTTPException(404, f"there is no such format; expected one of {', '.join(FORMATS)}")
        from ocr.learning.corrected_document import corrected_page

        texts = {number: one.text for number, one in self.store.corrections(stored.id).items()}
        right = type(document)((corrected_page(document.pages[0], texts),), model=document.model)
        pictures = [_pillow_of(stored)] if FORMATS[name].shows_pictures else None
        content = right.export(name, pictures=pictures)
        body = content if isinstance(content, bytes) else content.encode(errors="replace")
        return Response(
            body,
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f'attachment; filename="page-{stored.id}{FORMATS[name].suffixes[0]}"',
            },
        )

    def learn(self, _request: Request) -> Response:
        """Begin to learn from all corrections."""
        if not self.learning.start():
            raise HTTPException(409, "it is learning already")
        return JSONResponse({}, 202)

    def stop_learning(self, _request: Request) -> Response:
        """Stop to learn; nothing is installed."""
        self.learning.stop()
        return JSONResponse({})

    def _stored(self, request: Request) -> StoredPage:
        stored = self.store.page(request.path_params["page"])
        if stored is None:
            raise HTTPException(404, "there is no such page; it may have been deleted in another tab")
        return stored

    def _read(self, request: Request) -> tuple[StoredPage, Document]:
        from ocr.web.reading_queue import document_of

        stored = self._stored(request)
        document = document_of(stored)
        if document is None:
            raise HTTPException(409, stored.failure or "this page is not read yet")
        return stored, document


def _line(line: Line, text: str | None) -> dict[str, Any]:
    box = line.box
    return {
        "box": [box.left, box.top, box.width, box.height],
        "read": line.text,
        "text": text,
        "words": [[_character(one) for one in word.characters] for word in line.words],
    }


def _character(one: Character) -> dict[str, Any]:
    return {
        "text": one.text,
        "box": [one.box.left, one.box.top, one.box.width, one.box.height],
        "p": round(one.probability, 4),
        "others": [[name, round(probability, 4)] for name, probability in one.alternatives[:5]],
    }


async def _body(request: Request, most: int) -> bytes:
    """Return the content that was sent; refuse more than so many bytes as soon as it is known."""
    too_large = HTTPException(413, f"larger than {most / 1e6:g} MB")
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > most:
        raise too_large
    parts, size = [], 0
    stream: AsyncIterator[bytes] = request.stream()
    async for part in stream:
        size += len(part)
        if size > most:
            raise too_large
        parts.append(part)
    return b"".join(parts)


def _checked_corrections(content: bytes, lines: int) -> list[tuple[int, str | None]]:
    """Return the corrections of a request: numbers of lines and texts, on one line each."""
    try:
        asked = json.loads(content)
        found = [(one["line"], one["text"]) for one in asked]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise HTTPException(400, "expected a list of objects with line and text") from None
    checked: list[tuple[int, str | None]] = []
    for line, text in found:
        if type(line) is not int or not 0 <= line < lines:
            raise HTTPException(400, f"line: expected 0 .. {lines - 1}")
        if text is not None and (not isinstance(text, str) or len(text) > _LONGEST_LINE):
            raise HTTPException(400, f"text: expected at most {_LONGEST_LINE} characters, or null")
        checked.append((line, None if text is None else _clean(text)))
    return checked


def _clean(text: str) -> str:
    """Return a text as one line without control characters and halves of characters."""
    one_line = " ".join(text.split())
    return "".join(one for one in one_line if one.isprintable())


def _picture_of(stored: StoredPage) -> Any:
    from ocr.image.picture import Album

    return next(iter(Album(stored.path, name=stored.name, pages=stored.number)))


def _pillow_of(stored: StoredPage) -> Any:
    """Return the picture of a page for formats that show it; they turn it themselves."""
    from PIL import Image

    return Image.fromarray(_picture_of(stored).gray())


def _one_line(_request: Request, error: Exception) -> Response:
    """Answer with the message of an error."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    text = error.detail if isinstance(error, HTTPException) else str(error)
    return JSONResponse({"error": text}, status)
