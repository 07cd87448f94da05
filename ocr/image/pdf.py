"""Render pages of a PDF as gray pictures by PDFium, in a process with limits of time and memory.

The text layer is ignored. Forms are drawn without what was typed into their fields; notes written with a pen
on the page are drawn.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import math
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from ocr.errors import ImageError
from ocr.image.limits import LONGEST_SIDE_PX, MOST_PIXELS, picture_error

if TYPE_CHECKING:
    from collections.abc import Iterator

# Scanners are set to 300 dpi for text; a point is a 72nd of an inch.
_PX_PER_POINT = 300 / 72
# A small page is rendered no smaller than an overview of a picture is.
_LEAST_LONGER_SIDE_PX = 1000
# An A2 page at 300 dpi; larger pages, such as photos laid out at one point a pixel, are rendered coarser.
_MOST_RENDERED_PIXELS = 36_000_000
# Processor time for one request: a full page of a map takes two or three.
_SECONDS_OF_WORK = 7
# A page with a picture of the largest size that is allowed, in gray, fits; below 1 GB with what starts it.
_MOST_MEMORY_BYTES = 950 << 20
# The system counts the processor time of a request. This one is for a machine that is busy otherwise.
_SECONDS_TO_WAIT = 180.0
# A process that was asked to end gets so long.
_SECONDS_TO_END = 0.5
# PDFium's codes for files that it cannot open.
_NO_PAGES = "has no pages; expected at least one"
_REASONS = {
    2: _NO_PAGES,
    3: "a damaged PDF; try to save it anew",
    4: "an encrypted PDF; save a copy without a password",
    5: "an encrypted PDF; save a copy without a password",
}


def pdf_page_count(content: bytes, name: str) -> int:
    """Count the pages of a PDF.

    Parameters
    ----------
    content : bytes
        Of a whole file.
    name : str
        Its name in error messages.

    Raises
    ------
    ImageError
        If it is encrypted, damaged or without pages, or the library that reads PDF is missing.
    """
    with _renderer.locked(name):
        return _renderer.opened(content, name)


def render_pdf_page(content: bytes, name: str, *, page: int) -> Image.Image:
    """Render a page at 300 dpi to 8-bit gray; at most 36 megapixels, and 1000 on the longer side at least.

    Parameters
    ----------
    content : bytes
        Of a whole file.
    name : str
        Its name in error messages.
    page : int
        1 is the first.

    Returns
    -------
    PIL image
        Of mode L, on white paper.

    Raises
    ------
    ImageError
        If there is no such page, it is damaged, or contains pictures of more than 256 megapixels; or if the
        PDF cannot be opened, see :func:`pdf_page_count`.
    """
    with _renderer.locked(name):
        pages = _renderer.opened(content, name)
        if page > pages:
            raise picture_error(name, f"found {pages} pages, expected at least {page}")
        sheet, _ = _renderer.ask(name, {"do": "measure", "page": page - 1})
        _check_picture(*sheet["picture"], name=name)
        scale = _px_per_point(sheet["width"], sheet["height"], name=name)
        found, pixels = _renderer.ask(name, {"do": "render", "page": page - 1, "scale": scale})
    size = (found["width"], found["height"])
    return Image.frombytes("L", size, pixels, "raw", "L", found["stride"], 1)


def _px_per_point(width: float, height: float, *, name: str) -> float:
    """Return the scale at which a page of this size, in points, is rendered."""
    if not (width > 0 and height > 0 and math.isfinite(width * height)):
        raise picture_error(name, f"a page of {width:g} x {height:g} points, expected a size to look at")
    scale = max(_PX_PER_POINT, _LEAST_LONGER_SIDE_PX / max(width, height))
    # Sides are rounded up: of a page as thin as a thread, to one pixel.
    most = min(math.sqrt(_MOST_RENDERED_PIXELS / (width * height)), LONGEST_SIDE_PX / max(width, height))
    return min(scale, most)


def _check_picture(width: int, height: int, *, name: str) -> None:
    """Refuse a page whose largest picture would be decoded to more pixels than a picture may have."""
    if width * height > MOST_PIXELS:
        found = f"holds a picture of {width} x {height} pixels"
        at_most = f"expected at most {MOST_PIXELS // 10**6} megapixels"
        raise picture_error(name, f"{found}, {at_most}; reduce it first")


class _Renderer:
    """The process that opens and renders PDF: started when it is needed, kept, and replaced if it dies.

    A page of a few hundred bytes can keep PDFium busy for ever or fill the memory, so it works in a process
    with limits, see :mod:`ocr.image.pdf_process`. The file that was opened last stays open there.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._open: bytes | None = None
        self._pages = 0

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Keep the process for one thread; end it if what is asked for does not end well.

        Raises
        ------
        ImageError
            If the process cannot be started, or ends.
        """
        with self._lock:
            try:
                yield
            except ImageError:
                raise
            except (OSError, ValueError):
                raise picture_error(name, self._reason()) from None
            except BaseException:
                # Such as Ctrl-C, while an answer is on its way.
                self.end()
                raise

    def opened(self, content: bytes, name: str) -> int:
        """Open a file, unless it is open already; return its number of pages."""
        self._start()
        digest = hashlib.sha256(content).digest()
        if self._open != digest:
            self._open = None
            answer, _ = self.ask(name, {"do": "open", "bytes": len(content)}, content)
            if "code" in answer:
                raise picture_error(name, _REASONS.get(answer["code"], _REASONS[3]))
            self._open, self._pages = digest, answer["pages"]
        if not self._pages:
            raise picture_error(name, _NO_PAGES)
        return self._pages

    def ask(self, name: str, request: dict[str, Any], content: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Return the answer to a request, with the bytes behind it.

        Raises
        ------
        ImageError
            If the page is damaged.
        OSError, ValueError
            If the process ends.
        """
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise BrokenPipeError
        # Where the system sets no limits; and for a process that waits for a disk that is gone.
        timer = threading.Timer(_SECONDS_TO_WAIT, process.kill)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(
                json.dumps({**request, "seconds": _SECONDS_OF_WORK}).encode() + b"\n" + content
            )
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            following = process.stdout.read(answer.get("bytes", 0))
        finally:
            timer.cancel()
        if answer.get("failed"):
            raise picture_error(name, "a damaged page of a PDF; try to save it anew")
        if len(following) != answer.get("bytes", 0):
            raise BrokenPipeError
        return answer, following

    def _start(self) -> None:
        if self._process is not None and self._owner == os.getpid() and self._process.poll() is None:
            return
        if self._owner == os.getpid():
            self.end()
        paths = [path for path in sys.path if path]
        script = Path(__file__).with_name("pdf_process.py")
        self._owner, self._open = os.getpid(), None
        # Isolated, so that nothing is imported from the current folder; with the libraries of this process.
        self._process = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-I", str(script), json.dumps(paths), str(_MOST_MEMORY_BYTES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def _reason(self) -> str:
        """Return why the process ended, or could not be started."""
        process = self._process
        self.end()
        if process is None:
            return "the process that renders PDF cannot be started; is memory short?"
        ended_by = -(process.returncode or 0)
        if ended_by == getattr(signal, "SIGXCPU", None):
            return f"a page that takes more than {_SECONDS_OF_WORK} s to draw; save it as a picture"
        return "a page that cannot be drawn, or not in 1 GB of memory; save it as a picture"

    def end(self) -> None:
        """End the process, if there is one."""
        process, self._process, self._open = self._process, None, None
        if process is None or self._owner != os.getpid():
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            # Without requests it ends by itself; its exit says why it ended before.
            process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


_renderer = _Renderer()
atexit.register(_renderer.end)
