"""A lesson as plain text for the terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ocr.experiments.lessons.lesson_parts import Formula, Table

if TYPE_CHECKING:
    from ocr.experiments.lessons.lesson_parts import Lesson, Part

_WIDTH = 100


def lesson_text(lesson: Lesson) -> str:
    """Write a lesson with headings, wrapped paragraphs and aligned tables; charts are left to the page."""
    blocks = [f"{lesson.title}\n{'=' * len(lesson.title)}"]
    for section in lesson.sections:
        blocks.append(f"{section.title}\n{'-' * len(section.title)}")
        blocks += [text for part in section.parts if (text := _part_text(part))]
    return "\n\n".join(blocks)


def _part_text(part: Part) -> str:
    if isinstance(part, str):
        return textwrap.fill(part, _WIDTH)
    if isinstance(part, Formula):
        return textwrap.indent(part.text, "    ")
    if isinstance(part, Table):
        return _table_text(part)
    return ""


def _table_text(table: Table) -> str:
    """Write a table: the first column to the left, all others to the right."""
    rows = [table.head, *table.rows]
    widths = [max(len(row[col]) for row in rows) for col in range(len(table.head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if col == 0 else cell.rjust(width)
            for col, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
