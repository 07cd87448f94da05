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
    "Every later length is measured in letter heights, so a far photo and a near one are treated alike.",
    "Letters lower than about twelve pixels have lost strokes that nothing brings back. Go nearer, or "
    "scan finer.",
)
LIGHT = Lesson(
    "light",
    "Even light",
    "The brightness of the bare paper is estimated everywhere, and the picture is divided by it.",
    "Shadows, folds and the fall of a lamp become one white. After that, dark means pen and nothing else.",
    "Where light is so low that pen and paper look the same, or glare has washed the pen out, division "
    "has nothing to work with.",
)
INK = Lesson(
    "ink",
    "Ink",
    "A pixel is ink if it is about half as dark as the pen is nearby. Fainter ends of a stroke count if"
    " they hang together with a dark part.",
    "Half as dark is where the edge of a blurred stroke lies, whatever the pen: pencil, marker or chalk.",
    "A pen that skips leaves gaps, and a thick pen fills the holes of e and a. Writing that shows "
    "through from the back may stay.",
)
TAKEN_OUT = Lesson(
    "taken-out",
    "What is taken out",
    "Rules of ruled and squared paper are followed and erased, but not the strokes that cross them. "
    "Specks, edges, blots and marks without bare paper around them are set aside.",
    "A rule ties all letters on it into one piece of ink, and a table's grain looks like writing to a "
    "network that has only ever seen letters.",
    "A long dash may pass for a rule, and a full stop for a speck. Nothing vanishes silently: what is "
    "not read is in a frame here, with its reason.",
)
LINES = Lesson(
    "lines",
    "Pieces and lines",
    "Ink that touches is one piece. Pieces that stand side by side at one height are gathered into "
    "lines, and dots and bars join the letters they belong to.",
    "The line gives reading order, and its height tells later whether a ring is a capital O or a small one.",
    "Lines that curve or run into one another are gathered wrongly. A tail of g that touches the line "
    "below ties two lines together.",
)
CUTS = Lesson(
    "cuts",
    "Cuts",
    "Wide pieces may be several letters. Every straight line through little ink is offered as a cut, "
    "and a small network looks at what lies around it and says how likely two letters meet there.",
    "Where letters end cannot be known before they are read, and they cannot be read before it is known"
    " where they end. So more is cut than needed: a cut too many can be taken back, one too few cannot.",
    "Letters that touch along a whole stroke offer no good place. They are read as one, or as another "
    "letter.",
)
TILES = Lesson(
    "crops",
    "What the network sees",
    "Each candidate is scaled to a crop of 28 × 28 pixels. The network, a plain multilayer perceptron, "
    "says how probable each character is from this crop alone.",
    "All candidates of the page go through the network in one matrix product. It has also learnt what "
    "halves of letters and two letters at once look like: no is its answer to them.",
    "Scaled to one size, c and C, 0 and O, 1 and l look alike. The network cannot tell them apart, and "
    "says so by spreading its bars. Place on the line and the words around decide.",
)
PATH = Lesson(
    "path",
    "The best path",
    "Every candidate is an edge from its first cut to its last, and each way from left to right reads "
    "the line differently. The blue way is the best one.",
    "An edge counts by how probable its character is, a cut by how likely it parts two letters, a gap by how"
    " wide it is, and the characters together by how usual they are in the language.",
    "A rare word may be pulled towards a usual one, and an odd gap becomes a space. Words of your own "
    "(--words), or no language at all (--language none), change what wins.",
)
TEXT = Lesson(
    "text",
    "The text",
    "Each word takes the kind that makes its characters most probable: capitals, small letters, a number. "
    "Then every other character is tried in the place of each one, and what is left to it is its "
    "probability.",
    "So a doubtful shape in a word that fits is fairly sure, and the same shape in a code is not. Of "
    "signs said to be 80 % sure, about one in five is wrong.",
    "A mistake that makes a real word looks sure. Look at the characters below first, then read all of it.",
)

LESSONS = (PICTURE, LIGHT, INK, TAKEN_OUT, LINES, CUTS, TILES, PATH, TEXT)
"""In the order in which a page walks through the stages."""
