"""Kinds of marks are strings with a description; all of them are in the documentation."""

import copy
import pickle
from pathlib import Path

import pytest

from ocr.document.mark_kind import MarkKind

HOW_IT_READS = Path(__file__).parents[3] / "docs/how-it-reads.md"


def test_a_kind_is_the_string_in_a_document():
    assert MarkKind.STRAY == "stray"
    assert MarkKind("stray") is MarkKind.STRAY
    assert (
        f"{MarkKind.STRAY}: {MarkKind.STRAY.description}"
        == "stray: it looks like writing, but lies in no line"
    )
    assert [kind.value for kind in MarkKind] == [
        "rule", "frame", "dot", "hole", "crossed out", "drawing", "not writing", "show-through", "stray",
        "reads like no line", "checkbox",
    ]  # fmt: skip


def test_there_are_no_other_kinds():
    with pytest.raises(ValueError, match="'blot' is not a valid MarkKind"):
        MarkKind("blot")


@pytest.mark.parametrize("kind", MarkKind)
def test_each_kind_is_described(kind):
    assert kind.description
    assert "`" + kind + "`" in HOW_IT_READS.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", MarkKind)
def test_a_kind_survives_a_copy(kind):
    assert copy.deepcopy(kind) is kind
    assert pickle.loads(pickle.dumps(kind)) is kind
