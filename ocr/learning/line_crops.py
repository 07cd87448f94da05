"""The parts of a picture with a corrected line: what is left to learn from when the picture is gone."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from ocr.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ocr.image.picture import Picture
    from ocr.learning.correction_store import CorrectionStore

# Paper around a line, in heights of its box: a reader needs some, and the next lines are outside.
_MARGIN_HEIGHTS = 0.2


def keep_crops(
    store: CorrectionStore, page: int, picture: Picture, boxes: Iterable[Box], *, turned_deg: int
) -> None:
    """Keep the parts of a picture with some lines in the store; those that are there stay as they are.

    Parameters
    ----------
    store : CorrectionStore
    page : int
        Its number in the store.
    picture : Picture
    boxes : iterable of Box
        Of the lines, on the upright page.
    turned_deg : int
        How far the picture is turned to be upright.
    """
    missing = [box for box in boxes if store.crop(page, box) is None]
    if not missing:
        return
    upright = picture.turned(turned_deg // 90).gray()
    height, width = upright.shape
    for box in missing:
        px = round(_MARGIN_HEIGHTS * box.height)
        around = Box(box.top - px, box.left - px, box.bottom + px, box.right + px).clipped(height, width)
        stream = io.BytesIO()
        Image.fromarray(upright[around.slices]).save(stream, "png")
        store.keep_crop(page, box, stream.getvalue())
