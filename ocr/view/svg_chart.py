"""Line charts as SVG inside a web page: their colors follow its style sheet, in light and dark."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64
    from ocr.experiments.lessons.lesson_parts import Chart, Series

_WIDTH, _HEIGHT = 520, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 14, 12, 46
# Classes of the style sheet for the lines: four colors; plain, dashed, dotted.
_STYLES = 12
_TICKS = 5


class _Scale(NamedTuple):
    """A linear map of values ``low`` .. ``high`` to places ``start`` .. ``stop``."""

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.stop - self.start)


def line_chart(chart: Chart) -> str:
    """Write a chart as a figure: an SVG with axes and lines, and a legend below it.

    Parameters
    ----------
    chart : Chart
        With one or more series of finite values.
    """
    xs = np.concatenate([one.x for one in chart.series])
    ys = np.concatenate([one.y for one in chart.series])
    across = _Scale(*_widened(xs), _LEFT, _WIDTH - _RIGHT)
    up = _Scale(*_widened(ys, margin=0.05), _HEIGHT - _BOTTOM, _TOP)
    lines = "".join(_line(series, across, up, number % _STYLES) for number, series in enumerate(chart.series))
    legend = "".join(
        f'<li><svg class="key" viewBox="0 0 28 10" aria-hidden="true"><path class="line s{number % _STYLES}" '
        f'd="M1 5H27"/></svg>{escape(series.label)}</li>'
        for number, series in enumerate(chart.series)
    )
    title = escape(chart.title)
    return (
        f'<figure class="chart"><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{title}">'
        f"{_axes(chart, across, up)}{lines}</svg>"
        f'<figcaption>{title}</figcaption><ul class="legend">{legend}</ul></figure>'
    )


def _widened(values: Float64, *, margin: float = 0.0) -> tuple[float, float]:
    """Return the range of values with a margin, never empty."""
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-12:
        return low - 0.5, high + 0.5
    return low - margin * (high - low), high + margin * (high - low)


def _line(series: Series, across: _Scale, up: _Scale, style: int) -> str:
    points = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in zip(series.x, series.y, strict=True))
    return f'<polyline class="line s{style}" points="{points}"/>'


def _axes(chart: Chart, across: _Scale, up: _Scale) -> str:
    parts = []
    for value in nice_ticks(up.low, up.high, whole=chart.powers):
        row = up(value)
        parts.append(f'<path class="grid" d="M{_LEFT} {row:.1f}H{_WIDTH - _RIGHT}"/>')
        label = _power_label(value) if chart.powers else f"{value:g}"
        parts.append(f'<text class="tick" x="{_LEFT - 6}" y="{row + 4:.1f}" text-anchor="end">{label}</text>')
    for value in nice_ticks(across.low, across.high):
        col = across(value)
        parts.append(f'<path class="grid" d="M{col:.1f} {_TOP}V{_HEIGHT - _BOTTOM}"/>')
        parts.append(
            f'<text class="tick" x="{col:.1f}" y="{_HEIGHT - _BOTTOM + 18}" '
            f'text-anchor="middle">{value:g}</text>'
        )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(
        f'<text class="tick" x="{middle}" y="{_HEIGHT - 8}" '
        f'text-anchor="middle">{escape(chart.x_label)}</text>'
    )
    parts.append(
        f'<text class="tick" transform="translate(14 {(_TOP + _HEIGHT - _BOTTOM) / 2}) rotate(-90)" '
        f'text-anchor="middle">{escape(chart.y_label)}</text>'
    )
    return "".join(parts)


def _power_label(value: float) -> str:
    """Write a power of ten; the exponent is raised."""
    return f'10<tspan class="raised" dy="-5">{value:g}</tspan>'


def nice_ticks(low: float, high: float, *, whole: bool = False) -> Sequence[float]:
    """Return about five round values from ``low`` to ``high``.

    >>> [float(one) for one in nice_ticks(0, 97)]
    [0.0, 20.0, 40.0, 60.0, 80.0]
    """
    rough = (high - low) / _TICKS
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.99)
    if whole:
        step = max(1.0, round(step))
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
    return [float(round(index * step, 12)) + 0.0 for index in np.arange(first, last + 1)]
