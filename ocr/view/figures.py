"""Parts of a page of explanations: figures that can be enlarged without a script, legends, paragraphs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def paragraph(text: str, *, kind: str = "quiet") -> str:
    """Write plain text as a paragraph of a class."""
    return f'<p class="{kind}">{escape(text)}</p>'


def figure(key: str, address: str, title: str, words: str, *, wide: bool = False) -> str:
    """Write a picture with a caption.

    Parameters
    ----------
    key : str
        No other figure of the page has it.
    address : str
        Of the picture.
    title : str
        What it shows, for those who cannot see it.
    words : str
        The caption, plain text.
    wide : bool
        It is a line: shown at its own width, and scrolled where there is no room. Others fit the page, and
        fill its width once they are followed as a link.
    """
    picture = f'<img src="{address}" alt="{escape(title)}">'
    if wide:
        label = escape(title)
        frame = f'<div class="strip-frame" tabindex="0" role="region" aria-label="{label}">{picture}</div>'
        return f'<figure id="f-{key}" class="line">{frame}<figcaption>{escape(words)}</figcaption></figure>'
    # Without a script: the target of a link is large, and a link to elsewhere makes it small again.
    return (
        f'<figure id="f-{key}"><a class="enlarge" href="#f-{key}" title="Enlarge">{picture}</a>'
        f'<figcaption>{escape(words)} <a class="back" href="#c-{key}">Make it small again</a>'
        f'<span id="c-{key}"></span></figcaption></figure>'
    )


def legend(items: Iterable[tuple[str, str, int | None]]) -> str:
    """Write what colors stand for: kind of swatch, plain text, and how often, if that is known."""
    rows = "".join(
        f'<li><i class="swatch {kind}"></i>{escape(text)}{"" if count is None else f" ({count})"}</li>'
        for kind, text, count in items
    )
    return f'<ul class="legend" aria-label="Legend">{rows}</ul>'


def details(title: str, content: str) -> str:
    """Write what is shown on request."""
    return f"<details><summary>{escape(title)}</summary>{content}</details>"
