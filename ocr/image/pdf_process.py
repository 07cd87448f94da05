"""A process that opens and renders PDF for :mod:`ocr.image.pdf`, which may kill it.

It is run as a file of its own: ``python -I pdf_process.py PATHS MEMORY``. Nothing is imported from the
current folder or from this package, so it starts fast.

A request is a line of JSON, with as many bytes behind it as its ``"bytes"`` says; so is an answer. A request
also has ``"seconds"`` of processor time that it may take: the system ends a process that takes more.

* ``{"do": "open", "bytes": N}`` and a file: ``{"pages": 3}``.
* ``{"do": "measure", "page": 0}``: ``{"width": 595.0, "height": 842.0, "picture": [800, 600]}``, with the
  size of its largest picture.
* ``{"do": "render", "page": 0, "scale": 4.2}``: gray pixels behind
  ``{"width": 2480, "height": 3508, "stride": 2480, "bytes": N}``.
* ``{"code": 4}`` if PDFium cannot open the file, ``{"failed": true}`` if it cannot do it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import BinaryIO

# What was typed into forms and what is drawn by other layers of a page is not looked into further.
_DEPTH_OF_PICTURES = 2


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer requests until there are no more."""
    document = None
    while line := source.readline():
        request = json.loads(line)
        content = source.read(request.get("bytes", 0))
        _limit_time(request["seconds"])
        pixels = b""
        try:
            if request["do"] == "open":
                if document is not None:
                    document.close()
                document, answer = _opened(content)
            elif request["do"] == "measure":
                answer = _measured(document, request["page"])
            else:
                answer, pixels = _rendered(document, request["page"], request["scale"])
        except (RuntimeError, MemoryError):  # PDFium's own error is a RuntimeError.
            answer = {"failed": True}
        target.write(json.dumps(answer).encode() + b"\n" + pixels)
        target.flush()


def _opened(content: bytes) -> tuple[Any, dict[str, Any]]:
    """Open a file; without a document, the answer has PDFium's code."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return None, {"code": _code(content)}
    return document, {"pages": len(document)}


def _code(content: bytes) -> int:
    """Return PDFium's code for a file that it cannot open.

    For one without pages it sets none, and the code of an earlier file stays: 2, no such file, is set before.
    """
    from pypdfium2 import raw

    raw.FPDF_LoadDocument(b"", None)
    raw.FPDF_LoadMemDocument64(content, len(content), None)
    return int(raw.FPDF_GetLastError())


def _measured(document: Any, page: int) -> dict[str, Any]:
    """Return the size of a page, in points, and those of its pictures, in pixels."""
    import pypdfium2

    sheet = document[page]
    try:
        width, height = sheet.get_size()
        kinds = [pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
        found = sheet.get_objects(filter=kinds, max_depth=_DEPTH_OF_PICTURES)
        largest = max(
            (picture.get_px_size() for picture in found), key=lambda size: size[0] * size[1], default=(0, 0)
        )
        return {"width": width, "height": height, "picture": list(largest)}
    finally:
        sheet.close()


def _rendered(document: Any, page: int, scale: float) -> tuple[dict[str, Any], bytes]:
    """Render a page, so many pixels a point."""
    sheet = document[page]
    try:
        # Halftone: pictures that are finer than the rendered page are averaged, not sampled.
        bitmap = sheet.render(scale=scale, grayscale=True, force_halftone=True)
        pixels = bytes(bitmap.buffer)
        size = {"width": bitmap.width, "height": bitmap.height, "stride": bitmap.stride}
        return {**size, "bytes": len(pixels)}, pixels
    finally:
        sheet.close()


def _limit_memory(most_bytes: int) -> None:
    """Let the system refuse more memory, where it can, and write no dumps."""
    if sys.platform != "win32":
        import resource

        for kind, most in ((resource.RLIMIT_AS, most_bytes), (resource.RLIMIT_CORE, 0)):
            _, hard = resource.getrlimit(kind)
            if hard == resource.RLIM_INFINITY or hard > most:
                resource.setrlimit(kind, (most, hard))


def _limit_time(seconds: int) -> None:
    """Let the system end this process if the next request takes too much processor time, where it can."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + seconds + 1
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        if hard == resource.RLIM_INFINITY or hard > most:
            resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


if __name__ == "__main__":
    # Ctrl-C is for the program that asks; it ends this process then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path[:] = json.loads(sys.argv[1])
    _limit_memory(int(sys.argv[2]))
    # Libraries may print: nothing but answers goes to the pipe.
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, pipe)
