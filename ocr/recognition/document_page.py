"""The page of a document, from its layout and what was recognized."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr.document.mark_kind import MarkKind
from ocr.document.printed_parts import FieldShape, FormField, Table, TableCell, filled
from ocr.document.tree import Page, Rejected
from ocr.page.printed.cells import GroupKind
from ocr.page.printed.check_boxes import are_alike
from ocr.recognition.recognize import is_joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.document.tree import Line
    from ocr.image.picture import Picture
    from ocr.page.layout import Layout
    from ocr.recognition.recognize import RecognizedPage

NOTHING_FOUND = "nothing that looks like writing was found"
"""The note on a blank page."""

# Letters lower than this are read less well, and the user is told.
_SMALL_LETTER_PX = 12
# Letters are reduced to less than this only where the picture would need too much memory.
_REDUCED_LETTER_PX = 28
# A table holds so much of what is written where it is; each word may reach so far out of its cell.
_HELD_FRAC, _SPREADING_HEIGHTS = 0.6, 0.6


def make_page(picture: Picture, layout: Layout, recognized: RecognizedPage) -> Page:
    """Return the page of a document."""
    unreadable = tuple(
        Rejected(layout.source_box(segment.box), MarkKind.UNREADABLE)
        for line in recognized.rejected_lines
        for segment in line.lattice.segments
    )
    lines = recognized.lines
    return Page(
        lines=lines,
        width=picture.width,
        height=picture.height,
        source=picture.source,
        letter_height_px=layout.source_text_height_px,
        rejected=layout.rejected + unreadable,
        notes=(*picture.notes, *_notes_on(layout, recognized)),
        turned_deg=90 * picture.quarters,
        tables=_tables(layout, lines),
        fields=_fields(layout, lines),
    )


def _tables(layout: Layout, lines: Sequence[Line]) -> tuple[Table, ...]:
    """Return the tables of a page, with what is written in their cells."""
    found = []
    for group in layout.cells:
        if group.kind is not GroupKind.TABLE:
            continue
        cells = tuple(
            TableCell(row, column, layout.source_box(box), (), row_span, column_span)
            for box, row, column, row_span, column_span in group.cells
        )
        table = Table(layout.source_box(group.box), filled(cells, lines))
        if _holds_its_words(table, lines, layout.source_text_height_px):
            found.append(table)
    return tuple(found)


def _holds_its_words(table: Table, lines: Sequence[Line], text_height_px: float) -> bool:
    """Whether words are written into the cells of a table: over squared paper they run across."""
    words = [word for line in lines for word in line.words if table.box.holds_center(word.box)]
    most = _SPREADING_HEIGHTS * text_height_px
    held = [
        word
        for cell in table.cells
        for line in cell.lines
        for word in line.words
        if word.box.left > cell.box.left - most and word.box.right < cell.box.right + most
    ]
    return len(held) >= _HELD_FRAC * len(words)


def _fields(layout: Layout, lines: Sequence[Line]) -> tuple[FormField, ...]:
    """Return the boxes, combs and check boxes of a page, with what is written in them."""
    found = [
        FormField(FieldShape.CHECKBOX, layout.source_box(box), (), tick.is_ticked, tick.probability)
        for box, tick in layout.check_boxes
    ]
    shapes = {GroupKind.BOX: FieldShape.BOX, GroupKind.COMB: FieldShape.COMB}
    found += [
        FormField(shapes[group.kind], layout.source_box(group.box), cell_count=len(group.cells))
        for group in layout.cells
        if group.kind in shapes and not any(are_alike(group.box, one.box) for one in layout.check_boxes)
    ]
    return filled(_row_by_row(found), lines)


def _row_by_row(fields: Sequence[FormField]) -> list[FormField]:
    """Sort fields top to bottom, and those side by side from left to right."""
    rows: list[list[FormField]] = []
    for field in sorted(fields, key=lambda one: one.box.top):
        if rows and field.box.center[0] < rows[-1][0].box.bottom:
            rows[-1].append(field)
        else:
            rows.append([field])
    return [field for row in rows for field in sorted(row, key=lambda one: one.box.left)]


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
