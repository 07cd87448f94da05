"""From any mode of Pillow to 8-bit gray, on white where it is transparent, no larger than needed."""

from __future__ import annotations

import numpy as np
from PIL import Image


def reduced_gray(image: Image.Image, at_least_px: int | None) -> Image.Image:
    """Decode to 8-bit gray and halve it while its longer side stays at or above ``at_least_px``.

    Parameters
    ----------
    image : PIL image
        Of any mode; a JPEG that is not decoded yet is decoded reduced.
    at_least_px : int or None
        The full size for None.

    Returns
    -------
    PIL image
        Of mode L. Its sides are divided by a power of two, rounded up.
    """
    # Only JPEG: others have drafts too, such as the preview in a HEIC, which is another picture.
    if at_least_px is not None and image.format in {"JPEG", "MPO"}:
        factor = at_least_px / max(image.size)
        image.draft("L", (max(1, int(image.width * factor)), max(1, int(image.height * factor))))
    gray = _to_gray(image)
    step = 1
    while at_least_px is not None and max(gray.size) // (2 * step) >= at_least_px:
        step *= 2
    # Reducing by one would copy.
    return gray if step == 1 else gray.reduce(step)


def _to_gray(image: Image.Image) -> Image.Image:
    image.load()
    if image.mode.startswith("I") or image.mode == "F":
        return _deep_to_gray(image)
    if image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info:
        return _on_white(image)
    if image.mode == "L":
        return image
    if image.mode in {"RGB", "1", "CMYK", "YCbCr"}:
        return image.convert("L")
    return image.convert("RGB").convert("L")


def _on_white(image: Image.Image) -> Image.Image:
    """Gray of a transparent picture laid on white paper."""
    layer = image if image.mode == "RGBA" else image.convert("RGBA")
    return Image.composite(layer.convert("L"), Image.new("L", layer.size, 255), layer.getchannel("A"))


def _deep_to_gray(image: Image.Image) -> Image.Image:
    """Bring 16-bit, 32-bit and float pictures to 8 bits by the smallest usual full scale that holds them."""
    values = np.asarray(image).astype(np.float32)
    finite = np.isfinite(values)
    top = float(values.max(where=finite, initial=0.0))
    full_scale = next((scale for scale in (1.0, 255.0, 65535.0) if top <= scale), top)
    if image.mode.startswith("I;16"):
        full_scale = 65535.0
    clean = np.nan_to_num(values, nan=full_scale, posinf=full_scale, neginf=0.0)
    return Image.fromarray(np.rint(np.clip(clean / full_scale, 0, 1) * 255).astype(np.uint8))
