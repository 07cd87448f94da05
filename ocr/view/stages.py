"""What each stage of reading made of a page, one titled picture per stage. Pillow only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr.view.drawing import ROOM_PX, ROOM_WIDTH_PX, titled
from ocr.view.page_drawings import (
    draw_components,
    draw_crops,
    draw_flat,
    draw_glyphs,
    draw_gray,
    draw_ink,
    draw_lines,
    draw_text,
)

if TYPE_CHECKING:
    from PIL import Image

    from ocr.array_types import Float32
    from ocr.document.tree import Page
    from ocr.page.layout import Layout

_NAMES = ("gray", "flat", "ink", "components", "lines", "glyphs", "crops", "text")
STAGES = tuple(f"{number}_{name}" for number, name in enumerate(_NAMES, 1))
"""Stems of the pictures, in the order of the stages."""


def draw_stages(layout: Layout, page: Page, crops: Float32) -> list[tuple[str, Image.Image]]:
    """Draw all stages of one page.

    Parameters
    ----------
    layout : Layout
        What the page stages found.
    page : Page
        What was read there.
    crops : (N, 28, 28) float32 array
        What the network saw of each character of the page, 1 = pen.

    Returns
    -------
    list of (str, PIL.Image.Image)
        Stems as in `STAGES`, and RGB pictures whose longer side is at most 2000 px.
    """
    drawings = (
        *(
            draw(layout, longest_px=ROOM_PX)
            for draw in (draw_gray, draw_flat, draw_ink, draw_components, draw_lines, draw_glyphs)
        ),
        draw_crops(page, crops, width_px=ROOM_WIDTH_PX, height_px=ROOM_PX),
        draw_text(layout, page, longest_px=ROOM_PX),
    )
    return [
        (stem, titled(drawing, stem.replace("_", "  ").title()))
        for stem, drawing in zip(STAGES, drawings, strict=True)
    ]
