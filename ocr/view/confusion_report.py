"""The confusion report: one web page with an interactive matrix and the pictures that were confused."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from ocr.document.web_page import web_page
from ocr.view.html_parts import probability_bars, resource, strip_address, styles

if TYPE_CHECKING:
    from ocr.array_types import GrayBytes
    from ocr.evaluation.characters import Evaluation


# Pictures shown for each pair, and characters in the gallery of doubt.
_PICTURES = 12
_RANKED = 60
_LEAST_SURE = 48


def confusion_report(result: Evaluation, images: GrayBytes, *, title: str) -> str:
    """Write the report.

    Parameters
    ----------
    result : Evaluation
    images : (M, 28, 28) uint8 array
        The evaluated set; ``result.rows`` points into it.
    title : str
        What was evaluated.

    Returns
    -------
    str
        HTML that needs nothing else: pictures, style and script are inside.
    """
    strips = _strips(result, images)
    body = "\n".join(
        (
            f"<h1>{escape(title)}</h1>",
            _facts(result),
            _matrix(result),
            _ranked(result, strips),
            _classes(result),
            _doubtful(result, images),
        )
    )
    script = f"const DATA = {_data(result, strips)};\n{resource('report.js')}"
    return web_page(title, body, style=styles("report.css", "cards.css"), script=script)


def _strips(result: Evaluation, images: GrayBytes) -> dict[int, str]:
    """Return pictures of each kind of mistake, by row * K + col."""
    size, found = len(result.names), {}
    for row, col in zip(*np.nonzero(result.matrix), strict=True):
        if row != col:
            places = result.mistaken(int(row), int(col))[:_PICTURES]
            found[int(row) * size + int(col)] = strip_address(images[result.rows[places]])
    return found


def _data(result: Evaluation, strips: dict[int, str]) -> str:
    """Return JSON for the script; no character in it can end the script element."""
    worst = max(strips, key=lambda at: int(result.matrix.flat[at]), default=0)
    data = {"names": result.names, "matrix": result.matrix.tolist(), "strips": strips, "start": worst}
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _facts(result: Evaluation) -> str:
    low, high = result.interval
    facts = {
        "accuracy": f"{100 * result.accuracy:.2f} %",
        "95 % interval": f"{100 * low:.2f} – {100 * high:.2f} %",
        "characters": f"{result.count:,}",
        "expected calibration error": f"{100 * result.calibration_error:.2f} %",
        "errors among the least sure tenth": f"{100 * result.errors_among_least_sure:.1f} %",
    }
    items = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    return f'<dl class="facts">{items}</dl>'


def _matrix(result: Evaluation) -> str:
    names, matrix = result.names, result.matrix
    mistakes = matrix - np.diag(np.diag(matrix))
    top = np.log1p(max(int(mistakes.max()), 1))
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    rows = []
    for row, name in enumerate(names):
        cells = "".join(
            _cell(int(count), right=row == col, heat=float(np.log1p(count) / top))
            for col, count in enumerate(matrix[row])
        )
        rows.append(f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>')
    return (
        '<section><h2 id="m">Confusion matrix</h2><p class="quiet">A row holds all characters of one kind, '
        "a column all that were read as one kind; the redder, the more (logarithmic). Click a cell, or walk "
        "with the arrow keys, to see the pictures.</p>"
        '<div class="matrix-and-pair"><div class="wide"><table id="matrix" role="grid" aria-labelledby="m">'
        f'<thead><tr><th aria-label="is, read as"></th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
        '<div id="pair" role="status" aria-live="polite"></div></div></section>'
    )


def _cell(count: int, *, right: bool, heat: float) -> str:
    if right:
        return '<td class="right" tabindex="-1"></td>'
    if count == 0:
        return '<td tabindex="-1"></td>'
    return f'<td data-n="{count}" style="--v:{100 * heat:.0f}%" tabindex="-1"></td>'


def _ranked(result: Evaluation, strips: dict[int, str]) -> str:
    place = {name: index for index, name in enumerate(result.names)}
    rows = []
    for number, mistake in enumerate(result.confusions[:_RANKED], 1):
        strip = strips[place[mistake.truth] * len(place) + place[mistake.guess]]
        words = f"{escape(mistake.truth)} read as {escape(mistake.guess)}"
        rows.append(
            f'<tr><td>{number}</td><td class="left character">{words}</td><td>{mistake.count:,}</td>'
            f"<td>{100 * mistake.share:.1f} %</td>"
            f'<td class="left"><img class="crop strip" src="{strip}" alt="pictures of {words}"></td></tr>'
        )
    return (
        '<h2 id="r">Ranked confusions</h2><p class="quiet">The share is of all characters of the first '
        f"kind; up to {_PICTURES} pictures each, the surest mistakes first.</p>"
        '<div class="scroll" tabindex="0" role="region" aria-labelledby="r"><table class="list"><thead><tr>'
        '<th scope="col">#</th><th scope="col" class="left">mistake</th><th scope="col">count</th>'
        '<th scope="col">share</th><th scope="col" class="left">pictures</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _classes(result: Evaluation) -> str:
    matrix = result.matrix
    right, total, answers = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    rows = []
    for index, name in enumerate(result.names):
        rows.append(
            f'<tr><th scope="row" class="left character">{escape(name)}</th><td>{total[index]:,}</td>'
            f"<td>{_percent(right[index], answers[index])}</td>"
            f"<td>{_percent(right[index], total[index])}</td></tr>"
        )
    return (
        '<h2 id="c">Precision and recall</h2><p class="quiet">Precision: how many of the answers are '
        "right. Recall: how many of the characters are found.</p>"
        '<div class="scroll" tabindex="0" role="region" aria-labelledby="c"><table class="list"><thead><tr>'
        '<th scope="col" class="left">class</th><th scope="col">characters</th><th scope="col">precision</th>'
        f'<th scope="col">recall</th></tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _percent(part: np.int64, whole: np.int64) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _doubtful(result: Evaluation, images: GrayBytes) -> str:
    cards = []
    for place in result.least_sure(_LEAST_SURE):
        truth = result.names[result.truth[place]]
        best = np.argsort(-result.probabilities[place], kind="stable")[:5]
        bars = [(result.names[index], float(result.probabilities[place, index])) for index in best]
        source = strip_address(images[result.rows[place]][None])
        cards.append(
            f'<li><img class="crop" src="{source}" alt="a picture of {escape(truth)}">'
            f"<div>{probability_bars(bars)}</div>"
            f'<p>is <span class="character">{escape(truth)}</span></p></li>'
        )
    return (
        '<h2>Least sure</h2><p class="quiet">The characters whose best answer had the lowest '
        f'probability, each with its five best answers.</p><ul class="cards">{"".join(cards)}</ul>'
    )
