"""A page of pictures of single characters, each with what it was taken for."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ocr.document.web_page import web_page
from ocr.view.web import picture_address, probability_bars, styles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_PICTURE_PX = 96


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """One picture: its ``name``, its (H, W) uint8 ``gray``, its most probable ``signs`` if any."""

    name: str
    gray: NDArray[np.uint8]
    signs: list[tuple[str, float]]


def character_page(cards: Sequence[Card], *, title: str) -> str:
    """Write a page with one card for each picture; HTML that needs nothing else."""
    return web_page(title, f"<h1>{escape(title)}</h1>{card_list(cards)}", style=styles("cards.css"))


def card_list(cards: Sequence[Card]) -> str:
    """Write the cards alone, for a page with the style ``cards.css``."""
    return f'<ul class="cards">{"".join(_item(card) for card in cards)}</ul>'


def _item(card: Card) -> str:
    bars = probability_bars(card.signs) if card.signs else '<span class="quiet">no ink found</span>'
    return (
        f'<li><img class="tile" src="{picture_address(_thumbnail(card.gray))}" alt="{escape(card.name)}">'
        f"<div>{bars}</div><p>{escape(card.name)}</p></li>"
    )


def _thumbnail(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if max(gray.shape) <= _PICTURE_PX:
        return gray
    factor = _PICTURE_PX / max(gray.shape)
    size = (max(1, round(gray.shape[1] * factor)), max(1, round(gray.shape[0] * factor)))
    return np.asarray(Image.fromarray(gray).resize(size, Image.Resampling.BOX))
