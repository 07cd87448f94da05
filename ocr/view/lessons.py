"""What each stage of reading does, why, and what can go wrong: the words of an explanation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lesson:
    """The words of one stage: a ``key`` for links, a ``title``, and three short texts."""

    key: str
    title: str
    done: str
    why: str
    wrong: str


PICTURE = Lesson(
    "picture",
    "The picture",
    "The picture is turned upright, made gray, and scaled so that letters have about the same height on "
    "every page.",
    "Every later length is measured in text heights, so a far photo and a near one are treated alike.",
    "Letters lower than about twelve pixels have lost strokes that nothing brings back. Go nearer, or "
    "scan at a higher resolution.",
)
LIGHT = Lesson(
    "light",
    "Even light",
    "The brightness of the bare paper is estimated everywhere, and the picture is divided by it.",
    "Shadows, folds and the uneven light of a lamp become one white. After that, dark means pen and nothing "
    "else.",
    "Where the light is so low that pen and paper look the same, or where glare hides the pen, division "
    "cannot help.",
)
INK = Lesson(
    "ink",
    "Ink",
    "A pixel is ink if it is about half as dark as the pen is nearby. Fainter ends of a stroke count if"
    " they are connected to a dark part.",
    "Half as dark is where the edge of a blurred stroke lies, whatever the pen: pencil, marker or chalk.",
    "A pen that skips leaves gaps, and a thick pen fills the holes of e and a. Writing that shows "
    "through from the back may stay.",
)
REJECTED = Lesson(
    "rejected",
    "What is rejected",
    "Two small networks classify each dark pixel as writing, printed line, or paper, shadow and table. What "
    "they or a detector of long lines find is removed, but not the strokes that cross it. Specks, edges, "
    "blots and marks without bare paper around them are rejected.",
    "A printed line connects all letters on it into one component, and the texture of a table looks like "
    "writing to a network that has only ever seen letters.",
    "A long dash may be taken for a printed line, and a full stop for a speck. Nothing vanishes silently: "
    "what is not read is marked here, with its reason.",
)
LINES = Lesson(
    "lines",
    "Components and lines",
    "Ink that touches is one component. Components side by side at one height are gathered into "
    "lines, and dots and bars join the letters they belong to.",
    "The lines give the reading order, and the height of a line decides later whether a ring is a capital O "
    "or a small one.",
    "Lines that curve or run into one another are gathered wrongly. A tail of g that touches the line "
    "below connects two lines.",
)
CUTS = Lesson(
    "cuts",
    "Cuts",
    "Wide components may be several letters. Every straight line through little ink is offered as a cut, "
    "and a small network computes from the ink around it how probable it is that two letters meet there.",
    "Where letters end is unknown before they are read, and they cannot be read before it is known"
    " where they end. So more cuts are made than needed: a cut too many can be undone, a missing one "
    "cannot be added.",
    "Letters that touch along a whole stroke offer no good place for a cut. They are read as one, or as "
    "another letter.",
)
CROPS = Lesson(
    "crops",
    "What the network sees",
    "Each candidate is scaled to a crop of 28 × 28 pixels. The network, a plain multilayer perceptron, "
    "computes how probable each character is from this crop alone.",
    "All candidates of the page go through the network in one matrix product. It has also learnt what "
    "halves of letters and two letters at once look like: its answer to them is no.",
    "Scaled to one size, c and C, 0 and O, 1 and l look alike. The network cannot distinguish them, and "
    "gives each a part of the probability. Their height on the line and the words around decide.",
)
PATH = Lesson(
    "path",
    "The best path",
    "Every candidate is an edge from its first cut to its last, and each way from left to right reads "
    "the line differently. The blue way is the best one.",
    "An edge counts by how probable its character is, a cut by how probable it is that two letters meet "
    "there, a gap by how wide it is, and the characters together by how usual they are in the language. "
    "Another network slides along the line without cutting it; the more probable of both texts is kept.",
    "A rare word may be read as a usual one, and an odd gap becomes a space. Words of your own "
    "(--words), or no language at all (--language none), change which path is the best.",
)
TEXT = Lesson(
    "text",
    "The text",
    "Each word becomes what makes its characters most probable: capitals, small letters, or a number. "
    "Then every other character is tried in the place of each one, which gives the probability of the one "
    "that was read.",
    "So a doubtful shape in a word that fits is fairly sure, and the same shape in a code is not. Of "
    "characters with a probability of 80 %, about one in five is wrong.",
    "A mistake that makes a real word looks sure. Look at the characters below first, then read all of it.",
)

LESSONS = (PICTURE, LIGHT, INK, REJECTED, LINES, CUTS, CROPS, PATH, TEXT)
"""In the order of the stages."""
