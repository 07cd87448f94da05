"""From the layout of a page to its lines: classify all candidate glyphs in one batch, decode each line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.charset import restricted
from ocr.classifier.tile import make_tiles
from ocr.document.tree import Character, Line, Word
from ocr.language.context import probabilities_in_word, settled_probabilities
from ocr.language.decoder import DecoderSettings, Edge, Readings, decode
from ocr.language.placement import Frame, Placement, fit_frame, make_placement, with_placement
from ocr.language.shapes import settle_shapes
from ocr.language.spacing import space_logits
from ocr.page.glyphs import glyph_ink
from ocr.page.segments import segment_line, stroke_width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ocr.classifier.model import Model
    from ocr.language.decoder import Step
    from ocr.language.model import Language
    from ocr.layout import Layout
    from ocr.page.glyphs import Glyph
    from ocr.page.segments import SegmentedLine

    Float = NDArray[np.float64]
    Float32 = NDArray[np.float32]

# Alternatives given for each character, unless they are as good as impossible.
_ALTERNATIVES = 5
_LEAST_PROBABILITY = 1e-6
# How much the place on the line counts against the shape: they agree more often than independent witnesses
# would.
_PLACEMENT_WEIGHT = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Recognition:
    """How a line was read.

    Attributes
    ----------
    line : SegmentedLine
        Segments and candidates.
    log_probabilities : (N, K) array
        Of each candidate, by shape and place.
    frame : Frame
        Baseline and height of a capital.
    steps : list of Step
        The path chosen.
    """

    line: SegmentedLine
    log_probabilities: Float
    frame: Frame
    steps: list[Step]


def recognise(
    layout: Layout,
    model: Model,
    language: Language,
    *,
    allowed: NDArray[np.bool_] | None = None,
    settings: DecoderSettings | None = None,
) -> tuple[tuple[Line, ...], tuple[Recognition, ...]]:
    """Read all lines of a layout.

    Parameters
    ----------
    layout : Layout
    model : Model
    language : Language
    allowed : (K,) bool array, optional
        Which classes may be read; all signs if left out.
    settings : DecoderSettings, optional

    Returns
    -------
    lines : tuple of Line
    recognitions : tuple of Recognition
        How each was read, for pictures and explanations.
    """
    segmented = segment_lines(layout)
    allowed = np.ones(len(model.classes), dtype=bool) if allowed is None else allowed
    shapes = [
        restricted(rows, model.classes, allowed) for rows in classify_candidates(layout, segmented, model)
    ]
    placement = shipped_placement(model.classes)
    frames = _frames(layout, segmented, shapes, placement)
    placed = [
        with_placement(rows, frame.places(_boxes(line)), placement, weight=_PLACEMENT_WEIGHT)
        for line, rows, frame in zip(segmented, shapes, frames, strict=True)
    ]
    logits = _space_logits(segmented, layout.letter_px)
    readings = Readings(model.classes, allowed)
    settings = settings or DecoderSettings()
    recognitions = tuple(
        Recognition(
            line,
            rows,
            frame,
            _decoded(line, rows, gaps, readings=readings, language=language, settings=settings),
        )
        for line, rows, frame, gaps in zip(segmented, placed, frames, logits, strict=True)
    )
    believed = partial(probabilities_in_word, readings=readings, language=language, settings=settings)
    return _lines(layout, recognitions, readings, model.classes, believed), recognitions


def segment_lines(layout: Layout) -> list[SegmentedLine]:
    """Cut every line of a page into segments."""
    stroke_px = stroke_width(layout.components.labels > 0)
    return [
        segment_line(layout.components, glyphs, letter_px=layout.letter_px, stroke_px=stroke_px)
        for glyphs in layout.glyphs
    ]


def chosen_tiles(layout: Layout, recognitions: Sequence[Recognition]) -> Float32:
    """Tiles (N, 28, 28) of the glyphs that were read, in reading order."""
    return make_tiles(
        glyph_ink(layout.ink.strength, layout.components, one.line.candidates[step.candidate].glyph)
        for one in recognitions
        for step in one.steps
    )


def classify_candidates(layout: Layout, lines: Sequence[SegmentedLine], model: Model) -> list[Float]:
    """Log-probabilities (N, K) of the candidates of each line, all classified in one batch."""
    inks = (
        glyph_ink(layout.ink.strength, layout.components, candidate.glyph)
        for line in lines
        for candidate in line.candidates
    )
    rows = model.log_probabilities(make_tiles(inks)).astype(np.float64)
    stops = np.cumsum([len(line.candidates) for line in lines])
    return np.split(rows, stops[:-1]) if lines else []


@cache
def shipped_placement(classes: tuple[str, ...]) -> Placement:
    """Where each class stands on a line; classes without statistics, such as non-characters, anywhere."""
    with np.load(Path(__file__).parent / "language" / "data" / "placement.npz", allow_pickle=False) as file:
        signs, mean, spread = (file[name] for name in ("signs", "mean", "spread"))
    index = {str(sign): row for row, sign in enumerate(signs)}
    known = np.array([sign in index for sign in classes])
    rows = [index.get(sign, 0) for sign in classes]
    return make_placement(mean[rows], spread[rows], anywhere=~known)


def _boxes(line: SegmentedLine) -> Float:
    boxes = [candidate.glyph.box for candidate in line.candidates]
    return np.array([[box.top, box.left, box.bottom, box.right] for box in boxes], dtype=np.float64)


def _frames(
    layout: Layout, lines: Sequence[SegmentedLine], shapes: Sequence[Float], placement: Placement
) -> list[Frame]:
    """Baseline and size of every line: first each by itself, then drawn towards what most of the page has."""
    singles = []
    for line, rows in zip(lines, shapes, strict=True):
        alone = [n for n, candidate in enumerate(line.candidates) if candidate.stop == candidate.start + 1]
        singles.append((_boxes(line)[alone], np.exp(rows[alone])))

    def fitted(capital_px: float | None) -> list[Frame]:
        return [
            fit_frame(
                boxes,
                probabilities,
                slope=line.slope,
                letter_px=layout.letter_px,
                placement=placement,
                capital_px=capital_px,
            )
            for line, (boxes, probabilities) in zip(layout.lines, singles, strict=True)
        ]

    if not lines:
        return []
    counts = [len(boxes) for boxes, _ in singles]
    usual = float(np.median(np.repeat([frame.capital_px for frame in fitted(None)], counts)))
    return fitted(usual)


def _space_logits(lines: Sequence[SegmentedLine], letter_px: float) -> list[Float]:
    """Log-odds of a space between neighbouring segments; -inf at cuts, which lie within a piece of ink."""
    gaps = [
        [(second.box.left - first.box.right) / letter_px for first, second in pairwise(line.segments)]
        for line in lines
    ]
    cut = [np.array(line.is_cut, dtype=bool) for line in lines]
    open_gaps = [
        [gap for gap, inside in zip(own, line.is_cut, strict=True) if not inside]
        for own, line in zip(gaps, lines, strict=True)
    ]
    result = []
    for inside, values in zip(cut, space_logits(open_gaps), strict=True):
        logits = np.full(inside.size, -np.inf)
        logits[~inside] = values
        result.append(logits)
    return result


def _decoded(
    line: SegmentedLine,
    rows: Float,
    gaps: Float,
    *,
    readings: Readings,
    language: Language,
    settings: DecoderSettings,
) -> list[Step]:
    order, scores = readings.best(rows, settings.readings)
    joined, parted = (-np.logaddexp(0, sign * np.array(line.join_logits)) for sign in (-1, 1))
    edges = [
        Edge(
            candidate.start,
            candidate.stop,
            order[number],
            scores[number]
            + joined[candidate.start : candidate.stop - 1].sum()
            # The place before the candidate is where it is parted from its neighbour.
            + parted[max(candidate.start - 1, 0) : candidate.start].sum(),
        )
        for number, candidate in enumerate(line.candidates)
    ]
    return decode(edges, gaps, readings=readings, language=language, settings=settings)


def _lines(
    layout: Layout,
    recognitions: Sequence[Recognition],
    readings: Readings,
    classes: tuple[str, ...],
    believed: Callable[[Float, Sequence[int]], Float],
) -> tuple[Line, ...]:
    """Cut the paths into words, let each word settle its case, and build the tree.

    ``believed`` gives the probabilities of all classes in a word.
    """
    lines = [_words(recognition) for recognition in recognitions]
    words = [
        (recognition, word) for recognition, line in zip(recognitions, lines, strict=True) for word in line
    ]
    possible = [_possible(recognition, word, readings) for recognition, word in words]
    settled = settle_shapes(
        possible,
        classes,
        line_lengths=[len(line) for line in lines],
    )
    built = iter(
        Word(
            tuple(
                _character(layout, recognition.line.candidates[step.candidate].glyph, row, sign, classes)
                for step, row, sign in zip(
                    word,
                    _sure(
                        recognition, word, np.asarray(rows, np.float64), possible=open_rows, believed=believed
                    ),
                    rows.argmax(axis=1),
                    strict=True,
                )
            )
        )
        for (recognition, word), open_rows, rows in zip(words, possible, settled, strict=True)
    )
    return tuple(Line(tuple(next(built) for _ in line)) for line in lines)


def _words(recognition: Recognition) -> list[list[Step]]:
    """Cut a path at its spaces."""
    words: list[list[Step]] = []
    for step in recognition.steps:
        if step.space_before or not words:
            words.append([])
        words[-1].append(step)
    return words


def _possible(recognition: Recognition, word: Sequence[Step], readings: Readings) -> Float:
    """Log-probabilities (n, K) of the classes that the path leaves open in a word.

    A sign that stands alone may as well be what it looks like: neither it nor the language knows 0 from O.
    """
    members = readings.lookalikes if len(word) == 1 else readings.members
    return np.stack(
        [
            np.where(members[step.reading], recognition.log_probabilities[step.candidate], -np.inf)
            for step in word
        ]
    )


def _sure(
    recognition: Recognition,
    word: Sequence[Step],
    settled: Float,
    *,
    possible: Float,
    believed: Callable[[Float, Sequence[int]], Float],
) -> Float:
    """Probabilities (n, K) of all signs of a word."""
    shapes = recognition.log_probabilities[[step.candidate for step in word]]
    rows = believed(shapes, [step.reading for step in word])
    return settled_probabilities(rows, settled, possible=np.isfinite(possible))


def _character(layout: Layout, glyph: Glyph, row: Float, sign: int, classes: tuple[str, ...]) -> Character:
    best = np.argsort(-row, kind="stable")[:_ALTERNATIVES]
    alternatives = tuple(
        (classes[index], float(row[index]))
        for index in best
        if index == sign or row[index] > _LEAST_PROBABILITY
    )
    return Character(classes[sign], layout.given_box(glyph.box), float(row[sign]), alternatives)
