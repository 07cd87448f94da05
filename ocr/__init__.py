"""Read hand-printed text from photos.

>>> import ocr
>>> document = ocr.read("images/label_codes.jpg")
>>> print(document.text.splitlines()[0])
BOX 17 OF 24
>>> drawing = ocr.draw(document, "images/label_codes.jpg")  # a Pillow image with boxes
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ocr.__version__ import __version__

__all__ = ["Document", "OcrError", "Reader", "__version__", "draw", "load_model", "read"]

if TYPE_CHECKING:
    from ocr.classifier.model_file import load_model
    from ocr.document.tree import Document
    from ocr.errors import OcrError
    from ocr.reader import Reader, read
    from ocr.view.overlay import draw

# Names load their module when first used: "import ocr" and "ocr --help" stay fast.
_HOME = {
    "Document": "ocr.document.tree",
    "OcrError": "ocr.errors",
    "Reader": "ocr.reader",
    "draw": "ocr.view.overlay",
    "load_model": "ocr.classifier.model_file",
    "read": "ocr.reader",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        message = f"module 'ocr' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOME[name]), name)
