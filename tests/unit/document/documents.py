"""Small documents with known texts, boxes and probabilities."""

from ocr.document.mark_kind import MarkKind
from ocr.document.tree import Character, Document, Line, Page, Rejected, Word
from ocr.geometry import Box


def word(text, *, left=0, top=0, height=12, probability=0.9, alternatives=()):
    """Characters of 8 x ``height`` pixels, 10 apart."""
    return Word(
        tuple(
            Character(character, Box(top, x, top + height, x + 8), probability, alternatives)
            for x, character in zip(range(left, left + 10 * len(text), 10), text, strict=True)
        )
    )


def line(text, *, left=0, top=0):
    words = []
    for part in text.split():
        words.append(word(part, left=left, top=top))
        left = words[-1].box.right + 12
    return Line(tuple(words))


def page(*texts, tops=None, source="a.png", **settings):
    """Lines of text, 30 pixels apart if ``tops`` does not say where."""
    places = range(20, 20 + 30 * len(texts), 30) if tops is None else tops
    lines = tuple(line(text, left=20, top=top) for text, top in zip(texts, places, strict=True))
    return Page(lines, width=400, height=300, source=source, letter_height_px=12.0, **settings)


DOUBTFUL = Word(
    (
        Character("R", Box(20, 20, 32, 28), 0.99, (("R", 0.99), ("P", 0.0075))),
        Character("0", Box(21, 30, 32, 38), 0.5, (("0", 0.5), ("O", 0.45), ("o", 0.05))),
    )
)
MIXED = Page(
    (Line((DOUBTFUL, word("<b>", left=60, top=20))), line('A&B "C"', left=20, top=60)),
    width=400,
    height=300,
    source="scans/a.png",
    letter_height_px=12.0,
    rejected=(Rejected(Box(100, 5, 104, 9), MarkKind.STRAY),),
    notes=("only the first of 2 pages is read",),
)
BLANK = Page((), width=50, height=40, notes=("nothing that looks like writing was found",))
DOCUMENT = Document((MIXED, BLANK), model="print")
