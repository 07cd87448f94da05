"""Parts of a page: what is given as text stays text."""

from ocr.view.drawing import LegendItem
from ocr.view.html_parts import details, figure, legend, paragraph

HOSTILE = '"><b>&'
ESCAPED = "&quot;&gt;&lt;b&gt;&amp;"


def test_text_is_escaped_everywhere():
    parts = (
        paragraph(HOSTILE),
        figure("key", "data:,", HOSTILE, HOSTILE),
        figure("key", "data:,", HOSTILE, HOSTILE, wide=True),
        legend([LegendItem("rule", HOSTILE, 2)]),
        details(HOSTILE, ""),
    )
    for part in parts:
        assert HOSTILE not in part
        assert ESCAPED in part


def test_a_figure_is_enlarged_by_a_link_to_itself_and_made_small_by_another():
    written = figure("ink", "data:,", "Ink", "Black")
    assert '<figure id="f-ink"><a class="enlarge" href="#f-ink"' in written
    assert 'href="#c-ink"' in written
    assert 'id="c-ink"' in written


def test_a_wide_figure_scrolls_by_the_keyboard():
    written = figure("line", "data:,", "A line", "It", wide=True)
    assert 'tabindex="0" role="region" aria-label="A line"' in written
    assert "<a " not in written


def test_a_legend_counts_where_it_can():
    assert legend([LegendItem("rule", "rules", 3), LegendItem("writing", "kept")]) == (
        '<ul class="legend" aria-label="Legend"><li><i class="swatch rule"></i>rules (3)</li>'
        '<li><i class="swatch writing"></i>kept</li></ul>'
    )
