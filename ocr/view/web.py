"""Web pages in one file: no request goes anywhere, light and dark, readable without a mouse."""

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

# Nothing but what the page carries itself may load, whatever somebody puts into a file name.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_SCRIPT_POLICY = "; script-src 'unsafe-inline'"
_COLORS, _JPEG_QUALITY = 64, 80


def web_page(title: str, body: str, *, style: str = "", script: str = "") -> str:
    """Wrap the inside of a page.

    Parameters
    ----------
    title : str
        Plain text.
    body, style, script : str
        HTML, CSS and JavaScript, trusted: names and signs in them are escaped already.
    """
    policy = _POLICY + (_SCRIPT_POLICY if script else "")
    scripts = f"<script>\n{script}\n</script>\n" if script else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{escape(title)}</title>
<style>
{resource("page.css")}{style}</style>
</head>
<body>
{body}
{scripts}</body>
</html>
"""


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
