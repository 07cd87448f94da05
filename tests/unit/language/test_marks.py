"""Small marks are named by size and place, in letter heights."""

import dataclasses

import pytest

from ocr.language.marks import MarkSettings, name_mark

SHAPES = {
    "full stop": ((0.1, 0.1, 0.45), "."),
    "comma": ((0.3, 0.1, 0.5), ","),
    "apostrophe": ((0.3, 0.1, -0.45), "'"),
    "hyphen": ((0.08, 0.5, 0.0), "-"),
    "dash as low as a line": ((0.08, 0.9, 0.4), "-"),
    "capital": ((1.0, 0.6, 0.0), None),
    "small letter": ((0.55, 0.5, 0.2), None),
    "low but as wide as a letter": ((0.37, 0.5, 0.2), None),
    "dot in the middle": ((0.1, 0.1, 0.0), "."),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_marks(shape):
    (height, width, below_centre), expected = SHAPES[shape]
    assert name_mark(height=height, width=width, below_centre=below_centre) == expected


DECIDED = {
    "tallest_letters": (0.2, (0.3, 0.1, 0.5)),
    "dot_letters": (0.05, (0.1, 0.1, 0.45)),
    "flat_ratio": (9.0, (0.08, 0.5, 0.0)),
    "low_letters": (0.6, (0.3, 0.1, 0.5)),
}


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(MarkSettings)])
def test_every_setting_changes_some_result(field):
    value, (height, width, below_centre) = DECIDED[field]
    measures = {"height": height, "width": width, "below_centre": below_centre}
    changed = dataclasses.replace(MarkSettings(), **{field: value})
    assert name_mark(**measures) != name_mark(**measures, settings=changed)
