"""A lesson as one web page: worked numbers, charts, and a slider where there is something to try."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

from ocr.document.web_page import web_page
from ocr.experiments.lessons.lesson_parts import Chart, Formula, SoftmaxSlider, Table
from ocr.numeric import softmax
from ocr.view.html_parts import resource, styles
from ocr.view.svg_chart import line_chart

if TYPE_CHECKING:
    from ocr.experiments.lessons.lesson_parts import Lesson, Part, Section


def lesson_page(lesson: Lesson) -> str:
    """Write a lesson as HTML that needs nothing else: style, charts and script are inside."""
    links = "".join(
        f'<li><a href="#s{number}">{escape(section.title)}</a></li>'
        for number, section in enumerate(lesson.sections, 1)
    )
    sections = "".join(_section(number, section) for number, section in enumerate(lesson.sections, 1))
    command = f"ocr lesson {lesson.name} -o {lesson.name}.html"
    body = (
        f"<header><h1>{escape(lesson.title)}</h1>"
        f'<p class="quiet">Written by <code>{escape(command)}</code></p></header>'
        f'<nav aria-label="Sections"><ol>{links}</ol></nav><main>{sections}</main>'
    )
    has_slider = any(isinstance(part, SoftmaxSlider) for section in lesson.sections for part in section.parts)
    script = resource("lesson.js") if has_slider else ""
    return web_page(lesson.title, body, style=styles("lesson.css"), script=script)


def _section(number: int, section: Section) -> str:
    parts = "".join(_part(part, label=section.title) for part in section.parts)
    return f'<section id="s{number}"><h2>{escape(section.title)}</h2>{parts}</section>'


def _part(part: Part, *, label: str) -> str:
    if isinstance(part, str):
        return f"<p>{escape(part)}</p>"
    if isinstance(part, Formula):
        return _scrolled(f"<pre>{escape(part.text)}</pre>", label=f"Formula: {label}")
    if isinstance(part, Table):
        return _scrolled(_table(part), label=f"Table: {label}")
    if isinstance(part, SoftmaxSlider):
        return _slider(part)
    return _chart(part)


def _scrolled(content: str, *, label: str) -> str:
    """Put what may be wider than the page into a frame that scrolls, also by the keyboard."""
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">{content}</div>'


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = "".join(_row(row) for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(row: tuple[str, ...]) -> str:
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
    return f'<tr><th scope="row">{escape(row[0])}</th>{cells}</tr>'


def _chart(chart: Chart) -> str:
    return line_chart(chart) if chart.series else ""


def _slider(slider: SoftmaxSlider) -> str:
    """Write the slider with the bars for c = 1, which the script changes."""
    import numpy as np

    p = softmax(np.array([slider.logits]))[0]
    bars = "".join(
        f'<li><span>z = {logit:g}</span><i style="width:{100 * share:.2f}%"></i>'
        f"<output>{share:.4f}</output></li>"
        for logit, share in zip(slider.logits, p, strict=True)
    )
    return (
        f'<div class="try" data-logits="{escape(json.dumps(slider.logits))}">'
        '<label for="factor">c = <output id="factor-value" for="factor">1</output></label>'
        '<input type="range" id="factor" min="-1" max="2" step="0.01" value="0" '
        'aria-describedby="factor-words">'
        '<p class="quiet" id="factor-words">Move the slider from 0.1 (all alike) to 100 (argmax); the '
        "arrow keys "
        f'do it too.</p><ul class="shares">{bars}</ul></div>'
    )
