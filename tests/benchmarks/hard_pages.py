"""The clean pages that hard photos are taken of: our own words, written with fonts and with drawn strokes."""

import numpy as np

from ocr.synthesis.fonts import find_font
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.writers import FontWriter
from ocr.synthesis.written_page import PageSettings, write_page

LETTER_PX = 40

# Text and the font that writes it; without fonts the built-in strokes write all of them.
_PAGES = (
    (
        (
            "Dear Martha",
            "the parcel came on Tuesday and the",
            "blue cups are whole. I paid the man",
            "12 for the tax. Please send the key",
            "of the garden shed before May 9",
        ),
        "patrick-hand",
    ),
    (
        (
            "THINGS TO BUY",
            "4 LARGE POTS",
            "RED AND WHITE PAINT",
            "NAILS 30 MM",
            "A NEW BROOM",
            "SHELF B7 CODE KX429",
        ),
        "architects-daughter",
    ),
    (
        (
            "We met at ten and talked about",
            "the bridge. Nobody knew who had",
            "taken the boat. Peter will ask his",
            "uncle and call us on Friday at 6",
        ),
        None,
    ),
    (
        (
            "Order 20718 for room 34",
            "six chairs, two lamps",
            "one table with a drawer",
            "deliver to gate C before noon",
            "phone 555 0163 when ready",
        ),
        "short-stack",
    ),
    (
        (
            "How to grow beans",
            "Soak them for one night. Dig a",
            "small hole every twenty steps and",
            "water them well. Pick the pods in",
            "August when they feel full",
        ),
        "gochi-hand",
    ),
    (
        ("PLEASE KEEP THIS DOOR CLOSED", "THE DOG IS QUICK", "RING TWICE OR WAIT", "THANK YOU, FAMILY VOGEL"),
        None,
    ),
)
PAGE_COUNT = len(_PAGES)


def clean_pages(count, *, fonts, seed):
    """Write the first ``count`` pages; ``fonts`` is a folder or None."""
    settings = PageSettings(letter_height_px=LETTER_PX, margin_letters=(2.5, 2.5, 2.5, 2.5))
    pages = []
    for place, (lines, font) in enumerate(_PAGES[:count]):
        hand = FontWriter(find_font(fonts, font)) if fonts and font else StrokeWriter(slant_deg=2 + 2 * place)
        pages.append(
            write_page(lines, writer=hand, settings=settings, rng=np.random.default_rng([seed, place]))
        )
    return pages
