"""The page of a document: its fields."""

from ocr.document.printed_parts import FieldShape, FormField
from ocr.geometry import Box
from ocr.recognition.document_page import _row_by_row


def test_fields_of_a_row_are_read_from_left_to_right():
    places = [(300, 20), (104, 20), (100, 300), (96, 600), (180, 20)]
    fields = [FormField(FieldShape.BOX, Box(top, left, top + 60, left + 200)) for top, left in places]
    found = [(one.box.top, one.box.left) for one in _row_by_row(fields)]
    assert found == [(104, 20), (100, 300), (96, 600), (180, 20), (300, 20)]
