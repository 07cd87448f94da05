"""Parts of web pages: styles, pictures that lie inside, bars, cards, figures that can be enlarged."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ocr.document.web_page import web_page
from ocr.view.style import few_colors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from ocr.view.drawing import Drawing, LegendItem


_COLORS, _JPEG_QUALITY = 64, 80
# Longest side of the picture on a card.
_CARD_PX = 96


def styles(*names: str) -> str:
    """Return the style of all pages of this package, with the named style sheets beside this module."""
    return "".join(resource(name) for name in ("page.css", *names))


def resource(name: str) -> str:
    """Read a style sheet or a script that lies beside this module."""
    return files("ocr.view").joinpath(name).read_text(encoding="utf-8")


def picture_address(gray: NDArray[np.uint8]) -> str:
    """Return an (H, W) uint8 picture as a ``data:`` address, so that it lies inside the page."""
    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(gray)).save(stream, "png", optimize=True)
    return _address("png", stream.getvalue())


def drawing_address(drawing: Image.Image) -> str:
    """Return a drawing of few colors as a ``data:`` address."""
    return _address("png", few_colors(drawing, count=_COLORS))


def photo_address(photo: Image.Image | bytes) -> str:
    """Return a photo, or the bytes of a JPEG, as a ``data:`` address."""
    if isinstance(photo, bytes):
        return _address("jpeg", photo)
    stream = io.BytesIO()
    photo.save(stream, "jpeg", quality=_JPEG_QUALITY, optimize=True)
    return _address("jpeg", stream.getvalue())


def _address(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64," + base64.b64encode(content).decode("ascii")


def strip_address(inked: NDArray[np.uint8]) -> str:
    """Return (N, H, W) crops, ink 255, side by side as dark ink on white paper, as a ``data:`` address."""
    return picture_address(255 - np.concatenate(list(inked), axis=1))


def probability_bars(characters: list[tuple[str, float]]) -> str:
    """Write bars of probabilities in [0, 1], the first one prominent."""
    rows = []
    for index, (character, probability) in enumerate(characters):
        kind = "bar" if index == 0 else "bar other"
        rows.append(
            f'<div class="{kind}"><span class="character">{escape(character)}</span>'
            f'<i style="width:{100 * probability:.1f}%"></i>'
            f"<span>{100 * probability:.1f} %</span></div>"
        )
    return "".join(rows)


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """One picture: its ``name``, its (H, W) uint8 ``gray``, its most probable ``characters`` if any.

    ``truth`` is the right character, if it is known.
    """

    name: str
    gray: NDArray[np.uint8]
    characters: list[tuple[str, float]]
    truth: str | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether the right character is known, and is not the answer."""
        return self.truth is not None and (not self.characters or self.characters[0][0] != self.truth)

    @property
    def probability(self) -> float:
        """Of the answer; 0 without one."""
        return self.characters[0][1] if self.characters else 0.0


def character_page(cards: Sequence[Card], *, title: str) -> str:
    """Write a page with one card for each picture; HTML that needs nothing else.

    Wrong answers come first; within right and wrong, the most probable answer does.
    """
    ordered = sorted(cards, key=lambda card: (not card.is_wrong, -card.probability))
    known = [card for card in cards if card.truth is not None]
    wrong = sum(card.is_wrong for card in known)
    facts = f'<p class="quiet">{len(known) - wrong} of {len(known)} right</p>' if known else ""
    return web_page(title, f"<h1>{escape(title)}</h1>{facts}{card_list(ordered)}", style=styles("cards.css"))


def card_list(cards: Sequence[Card]) -> str:
    """Write the cards alone, for a page with the style ``cards.css``."""
    return f'<ul class="cards">{"".join(_item(card) for card in cards)}</ul>'


def _item(card: Card) -> str:
    bars = probability_bars(card.characters) if card.characters else '<span class="quiet">no ink found</span>'
    return (
        f'<li><img class="crop" src="{picture_address(_thumbnail(card.gray))}" alt="{escape(card.name)}">'
        f"<div>{bars}</div><p>{escape(card.name)}{_verdict(card)}</p></li>"
    )


def _verdict(card: Card) -> str:
    """Write the right character of a wrong answer."""
    if not card.is_wrong:
        return ""
    return f' · <mark class="doubtful">is <span class="character">{escape(card.truth or "")}</span></mark>'


def _thumbnail(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if max(gray.shape) <= _CARD_PX:
        return gray
    factor = _CARD_PX / max(gray.shape)
    size = (max(1, round(gray.shape[1] * factor)), max(1, round(gray.shape[0] * factor)))
    return np.asarray(Image.fromarray(gray).resize(size, Image.Resampling.BOX))


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


def drawing_figure(key: str, drawing: Drawing, title: str, *, wide: bool = False) -> str:
    """Write a drawing with its caption and its legend, see :func:`figure`."""
    written = figure(key, drawing_address(drawing.picture), title, drawing.caption, wide=wide)
    return written + legend(drawing.legend) if drawing.legend else written


def legend(items: Iterable[LegendItem]) -> str:
    """Write what colors stand for."""
    rows = "".join(
        f'<li><i class="swatch {one.swatch}"></i>{escape(one.words)}'
        f"{'' if one.count is None else f' ({one.count})'}</li>"
        for one in items
    )
    return f'<ul class="legend" aria-label="Legend">{rows}</ul>'


def details(title: str, content: str) -> str:
    """Write what is shown on request."""
    return f"<details><summary>{escape(title)}</summary>{content}</details>"
