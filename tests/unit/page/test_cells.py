"""Cells are what printed lines enclose; they are numbered by rows and columns."""

import numpy as np
import pytest
from scipy import ndimage

from ocr.geometry import Box
from ocr.page.printed.cells import GroupKind, PrintedCell, _is_paper, find_cells

HEIGHT = 24.0


def drawn(rows, cols, *, shape=(420, 640), without=()):
    """Level lines at rows, upright ones at columns, from end to end; ``without`` is paper."""
    mask = np.zeros(shape, bool)
    for row in rows:
        mask[row : row + 2, cols[0] : cols[-1] + 2] = True
    for col in cols:
        mask[rows[0] : rows[-1] + 2, col : col + 2] = True
    for top, left, bottom, right in without:
        mask[top:bottom, left:right] = False
    return mask


def found(mask, ink=None):
    return find_cells(mask, mask if ink is None else ink, text_height_px=HEIGHT)


def places(group):
    return [(cell.row, cell.column) for cell in group.cells]


ROWS, COLS = (40, 90, 140, 190), (30, 150, 300, 420, 600)
GRID = [(row, column) for row in range(3) for column in range(4)]


def test_a_table_has_rows_and_columns():
    (table,) = found(drawn(ROWS, COLS))
    assert table.kind is GroupKind.TABLE
    assert places(table) == GRID
    first = table.cells[0].box
    assert (abs(first.top - 42), abs(first.left - 32)) < (8, 8)
    assert (abs(first.bottom - 90), abs(first.right - 150)) < (8, 8)
    assert table.box.bottom <= 196


@pytest.mark.parametrize("degrees", [-4, -1, 2, 4])
def test_a_table_may_be_turned(degrees):
    (table,) = found(ndimage.rotate(drawn(ROWS, COLS).astype(np.uint8), degrees, order=0).astype(bool))
    assert places(table) == GRID


def test_a_table_may_narrow_in_perspective():
    rows, cols = np.mgrid[:420, :640].astype(float)
    shrink = 1 - rows / 1400
    source = np.stack([rows / shrink, 320 + (cols - 320) / shrink])
    mask = ndimage.map_coordinates(drawn(ROWS, COLS).astype(np.uint8), source, order=0).astype(bool)
    (table,) = found(mask)
    assert places(table) == GRID


def test_a_cell_may_span_columns_and_rows():
    (table,) = found(drawn(ROWS, COLS, without=[(43, 148, 89, 154), (138, 303, 144, 419)]))
    spans = {(cell.row, cell.column): (cell.row_span, cell.column_span) for cell in table.cells}
    assert spans.pop((0, 0)) == (1, 2)
    assert spans.pop((1, 2)) == (2, 1)
    assert set(spans.values()) == {(1, 1)}
    assert len(spans) == 8


def test_gaps_are_closed_where_ink_crosses_a_line():
    gap = (88, 200, 94, 236)
    mask = drawn(ROWS, COLS, without=[gap])
    (table,) = found(mask)
    assert len(table.cells) == 11
    crossed = mask.copy()
    crossed[80:100, 200:236:4] = crossed[80:100, 201:236:4] = True
    (table,) = found(mask, crossed)
    assert places(table) == GRID


def test_a_table_that_is_cut_off_keeps_its_cut_cells():
    mask = drawn(ROWS, (0, 150, 300, 420, 638))
    mask[:, :3] = mask[:, 637:] = False
    (table,) = found(mask)
    assert places(table) == GRID


@pytest.mark.parametrize("cols", [(80,), (60, 560)])
def test_ruled_paper_with_margin_lines_is_no_table(cols):
    mask = np.zeros((420, 640), bool)
    mask[40::50] = mask[41::50] = True
    for col in cols:
        mask[:, col : col + 2] = True
    assert all(group.kind is GroupKind.BOX for group in found(mask))


@pytest.mark.parametrize("pitch", [12, 20, 30, 44])
def test_squared_paper_is_no_table(pitch):
    mask = np.zeros((800, 900), bool)
    mask[::pitch] = mask[:, ::pitch] = True
    assert found(mask) == ()


def test_a_board_of_squares_is_a_table():
    edges = range(20, 20 + 10 * 40, 40)
    (table,) = found(drawn(edges, edges))
    assert (table.kind, len(table.cells)) == (GroupKind.TABLE, 81)


def test_equal_narrow_cells_are_a_comb():
    (comb,) = found(drawn((40, 90), range(30, 400, 46)))
    assert comb.kind is GroupKind.COMB
    assert [cell.column for cell in comb.cells] == list(range(8))


def test_two_rows_of_a_comb_are_two_combs():
    combs = found(drawn((40, 90, 140), range(30, 400, 46)))
    assert [group.kind for group in combs] == [GroupKind.COMB] * 2
    assert [len(group.cells) for group in combs] == [8, 8]


def test_a_label_beside_a_comb_is_a_box():
    box, comb = found(drawn((40, 90), (30, 200, 246, 292, 338, 384)))
    assert (box.kind, comb.kind, len(comb.cells)) == (GroupKind.BOX, GroupKind.COMB, 4)


def test_boxes_apart_are_boxes():
    mask = drawn((40, 90), (30, 300)) | drawn((160, 210), (30, 300)) | drawn((40, 90), (360, 600))
    groups = found(mask)
    assert [group.kind for group in groups] == [GroupKind.BOX] * 3
    assert [(group.box.top < 100, group.box.left < 100) for group in groups] == [
        (True, True), (True, False), (False, True),
    ]  # fmt: skip


def test_the_edge_of_a_sheet_and_single_lines_are_no_cells():
    assert found(drawn((5, 410), (5, 630))) == ()
    assert found(drawn((40,), (30, 600))) == ()
    assert found(np.zeros((60, 80), bool)) == ()


def test_a_cell_of_no_height_is_measured_like_any_other():
    cells = [
        PrintedCell(Box(0, 0, 40, 90)),
        PrintedCell(Box(40, 0, 40, 90), row=1),
        PrintedCell(Box(40, 0, 80, 90), row=2),
    ]
    wide, high = np.array([90.0, 90.0, 90.0]), np.array([40.0, 0.0, 40.0])
    assert not _is_paper(wide, high, cells, height=20.0)
