"""What the web pages of this room are made of: styles, pictures that lie inside, bars."""

from __future__ import annotations

import base64
import io
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ocr.view.style import few_colors

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COLORS, _JPEG_QUALITY = 64, 80


def styles(*names: str) -> str:
    """Join the style of all pages of this room with the named style sheets that lie beside this module."""
    return "".join(resource(name) for name in ("page.css", *names))


def resource(name: str) -> str:
    """Read a style sheet or a script that lies beside this module."""
    return files("ocr.view").joinpath(name).read_text(encoding="utf-8")


def picture_address(gray: NDArray[np.uint8]) -> str:
    """Turn an (H, W) uint8 picture into a ``data:`` address, so that it lies inside the page."""
    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(gray)).save(stream, "png", optimize=True)
    return _address("png", stream.getvalue())


def drawing_address(drawing: Image.Image) -> str:
    """Turn a drawing of few colours into a ``data:`` address."""
    return _address("png", few_colors(drawing, count=_COLORS))


def photo_address(photo: Image.Image | bytes) -> str:
    """Turn a photo, or the bytes of a JPEG, into a ``data:`` address."""
    if isinstance(photo, bytes):
        return _address("jpeg", photo)
    stream = io.BytesIO()
    photo.save(stream, "jpeg", quality=_JPEG_QUALITY, optimize=True)
    return _address("jpeg", stream.getvalue())


def _address(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64," + base64.b64encode(content).decode("ascii")


def strip_address(inked: NDArray[np.uint8]) -> str:
    """Lay (N, H, W) tiles, ink 255, side by side as dark ink on white paper; a ``data:`` address."""
    return picture_address(255 - np.concatenate(list(inked), axis=1))


def probability_bars(signs: list[tuple[str, float]]) -> str:
    """Bars of probabilities in [0, 1], the first one prominent."""
    rows = []
    for index, (sign, probability) in enumerate(signs):
        kind = "bar" if index == 0 else "bar other"
        rows.append(
            f'<div class="{kind}"><span class="sign">{escape(sign)}</span>'
            f'<i style="width:{100 * probability:.1f}%"></i>'
            f"<span>{100 * probability:.1f} %</span></div>"
        )
    return "".join(rows)
