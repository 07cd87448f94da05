"""The page of a document, from its layout and what was recognized."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr.document.mark_kind import MarkKind
from ocr.document.tree import Page, Rejected
from ocr.recognition.recognize import is_joined

if TYPE_CHECKING:
    from ocr.image.picture import Picture
    from ocr.page.layout import Layout
    from ocr.recognition.recognize import RecognizedPage

NOTHING_FOUND = "nothing that looks like writing was found"
"""The note on a blank page."""

# Letters lower than this are read less well, and the user is told.
_SMALL_LETTER_PX = 12
# Letters are reduced to less than this only where the picture would need too much memory.
_REDUCED_LETTER_PX = 28


def make_page(picture: Picture, layout: Layout, recognized: RecognizedPage) -> Page:
    """Return the page of a document."""
    unreadable = tuple(
        Rejected(layout.source_box(segment.box), MarkKind.UNREADABLE)
        for line in recognized.rejected_lines
        for segment in line.lattice.segments
    )
    return Page(
        lines=recognized.lines,
        width=picture.width,
        height=picture.height,
        source=picture.source,
        letter_height_px=layout.source_text_height_px,
        rejected=layout.rejected + unreadable,
        notes=(*picture.notes, *_notes_on(layout, recognized)),
        turned_deg=90 * picture.quarters,
    )


def _notes_on(layout: Layout, recognized: RecognizedPage) -> tuple[str, ...]:
    """Return what a user should know about how a page was read."""
    if not recognized.lines:
        return (NOTHING_FOUND,)
    notes = []
    if layout.source_text_height_px < _SMALL_LETTER_PX:
        notes.append(
            f"letters are about {layout.source_text_height_px:.0f} pixels high; "
            f"from {_SMALL_LETTER_PX} on they are read well"
        )
    px_per_source = layout.text_height_px / layout.source_text_height_px
    if layout.text_height_px < _REDUCED_LETTER_PX and px_per_source < 0.9:
        notes.append(
            f"so large that letters were reduced to {layout.text_height_px:.0f} pixels; cut it into pages"
        )
    if is_joined(recognized):
        notes.append("this looks like joined handwriting that is hard to read; check the text")
    return tuple(notes)
