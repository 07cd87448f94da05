"""What a mark on a page is, if it is no writing."""

from __future__ import annotations

from enum import StrEnum


class MarkKind(StrEnum):
    """Why a mark of ink became no character; each kind with a description for users.

    A kind is a string, the one that documents in JSON hold: ``MarkKind.STRAY == "stray"``.
    """

    description: str

    def __new__(cls, value: str, description: str = "") -> MarkKind:
        """Return the kind of a string; Python calls this once for each member."""
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.description = description
        return kind

    RULE = "rule", "a line of ruled or squared paper, an underline, or a mark as long and thin"
    FRAME = "frame", "the boxes of a form or the cells of a table; those that touch are one frame"
    DOT = "dot", "a dot of dotted paper"
    HOLE = "hole", "a punched hole, or the bullet of a list"
    CROSSED_OUT = "crossed out", "a word with a line, a zigzag or a scribble over it"
    DRAWING = "drawing", "a figure, an arrow or a ring; the word in a ring is read"
    NOT_WRITING = "not writing", "a speck, an edge, a blot, or a mark without bare paper around it"
    SHOW_THROUGH = "show-through", "pale and blurred beside the pen: ink on the other side of the sheet"
    STRAY = "stray", "it looks like writing, but lies in no line"
    UNREADABLE = "reads like no line", "a line in which all characters are doubtful"
    CHECKBOX = "checkbox", "a check box and the mark in it; the fields of the page say whether it is ticked"
