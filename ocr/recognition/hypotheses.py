"""Choose the spaces of each line together with its text.

For each line a few labelings of its gaps are decoded, the most probable ones by their widths; the one is kept
whose gaps, shapes and text are most probable together. The lines of a page inform each other: the styles that
explain the other lines are the prior of each line, and so is whether their characters turned out to be a
list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ocr.language.lists import list_languages
from ocr.language.word_model import USUAL_COST, WordModel
from ocr.recognition.decoder import LANGUAGE_WEIGHT, LineSearch, Path, RecognizedLine, decode, edges_of
from ocr.recognition.line_sections import are_in_one_column, cut_at_wide_gaps, joined
from ocr.recognition.spacing import TIGHT_HEIGHTS, log_widths, shipped_styles
from ocr.recognition.text_score import list_score, text_score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64, Mask
    from ocr.recognition.labels import LabelGroups
    from ocr.recognition.line_sections import Section
    from ocr.recognition.segments import LineLattice
    from ocr.recognition.spacing import Labeling, SpacingStyles

# So many labelings of a line are decoded at most, and none that is this much less probable than the first.
_LABELINGS, _REACH = 3, 8.0
# A cut through ink is as much as half a letter gap of this width, in text heights: touching letters are a
# tight style.
_TOUCHING_HEIGHTS, _TOUCHING_WEIGHT = 0.05, 0.5
# Sections are apart by spaces, which say less of the spaces within.
_BESIDE_WEIGHT = 0.5
# All gaps between segments count less than those between characters: some are within broken letters.
_SEGMENT_WEIGHT = 0.7
# Letters that join are less reliable by their shapes: where at least this share of the boundaries between
# letters is cut through ink, the language counts more, and most from the second on. So many letters that do
# not join are assumed: a few letters say little. Both were chosen on the pages of IAM and CSAFE that were
# looked at, of 0.6, 0.8, 1 and 1.2.
_JOINED_SHARES, _JOINED_WEIGHT, _PRINTED_LETTERS = (0.04, 0.15), 1.2, 6
# Letters this far apart, in text heights, are in cells of a form more often than not.
_CELL_HEIGHTS, _CELL_SHARPNESS = 0.37, 0.1


def decode_lines(
    lattices: Sequence[LineLattice],
    labels: LabelGroups,
    words: WordModel,
    *,
    text_height_px: float,
    styles: SpacingStyles | None = None,
) -> list[RecognizedLine]:
    """Find the spaces and the best path of each line of a page.

    Parameters
    ----------
    lattices : sequence of LineLattice
        With log-probabilities by shape and metrics.
    labels : LabelGroups
    words : WordModel
    text_height_px : float
    styles : SpacingStyles, optional
        The shipped ones if left out.

    Returns
    -------
    list of RecognizedLine
        Their lattices have the log-odds of the spaces that were chosen.
    """
    if not lattices:
        return []
    styles = shipped_styles() if styles is None else styles
    models = (words, *(WordModel(one, labels.names) for one in list_languages()))
    cut = [cut_at_wide_gaps(lattice, text_height_px=text_height_px) for lattice in lattices]
    sections = [section for line in cut for section in line]
    decoders = [_LineDecoder(one, labels, models, text_height_px) for one in sections]
    beside = are_in_one_column(sections)
    first = _first_style(decoders, styles)
    lines = _gaps_on_paths(decoders, first, styles)
    weight = language_weight(
        sum(line.joined_count for line in lines), sum(line.letters.shape[1] for line in lines)
    )
    if weight > LANGUAGE_WEIGHT:
        for one in decoders:
            one.weight = weight
        lines = _gaps_on_paths(decoders, first, styles)
    weights = [line.style_weights for line in lines]
    chosen = _choose_all(lines, weights, beside, styles)
    # What turned out to be lists on some lines makes lists on the others more probable, and the other way
    # round.
    if 0 < sum(one.recognized.is_list for one in chosen) < len(lines):
        gains = [one.list_gain * styles.is_list for one in chosen]
        weights = [own + gain for own, gain in zip(weights, gains, strict=True)]
        chosen = _choose_all(lines, weights, beside, styles)
    read = iter(one.recognized for one in chosen)
    return [
        joined(lattice, line, list(islice(read, len(line))))
        for lattice, line in zip(lattices, cut, strict=True)
    ]


def _choose_all(
    lines: Sequence[_GapsOnPath], weights: Sequence[Float64], beside: Mask, styles: SpacingStyles
) -> list[_Choice]:
    """Choose the spaces of each section of a line.

    The weights (T,) of the others in its column, by ``beside`` (n, n), are its prior of styles.
    """
    totals = styles.log_prior + beside @ np.array(weights)
    priors = [
        styles.log_prior if count == 1 else styles.smoothed(total - own)
        for total, own, count in zip(totals, weights, beside.sum(axis=1), strict=True)
    ]
    labelings = [_labelings(line, prior, styles) for line, prior in zip(lines, priors, strict=True)]
    spacings = [
        (line.decoder, _Spacing(labeling.style, line.widths, model))
        for line, own in zip(lines, labelings, strict=True)
        for labeling in own
        for model in range(len(line.decoder.models) if labeling.is_list else 1)
    ]
    _decode_together(spacings, styles)
    return [_choose(line, own, styles) for line, own in zip(lines, labelings, strict=True)]


def _gaps_on_paths(decoders: Sequence[_LineDecoder], style: int, styles: SpacingStyles) -> list[_GapsOnPath]:
    """Return the gaps on the paths that have the spaces of one style."""
    spacings = [(one, _Spacing(style, one.widths)) for one in decoders]
    _decode_together(spacings, styles)
    return [_GapsOnPath.of(one, one.decoded(spacing, styles), styles) for one, spacing in spacings]


def language_weight(joined: int, apart: int) -> float:
    """Return how much the language counts: more on pages whose letters join, since their shapes say less.

    Parameters
    ----------
    joined, apart : int
        Boundaries between letters of the page: those cut through ink, and the others.
    """
    share = joined / (joined + apart + _PRINTED_LETTERS)
    part = np.clip((share - _JOINED_SHARES[0]) / (_JOINED_SHARES[1] - _JOINED_SHARES[0]), 0, 1)
    return LANGUAGE_WEIGHT + float(part) * (_JOINED_WEIGHT - LANGUAGE_WEIGHT)


class _Spacing(NamedTuple):
    """How a line is decoded: with the spaces of a style by the widths of its gaps, and one of the models."""

    style: int
    widths: Float64
    model: int = 0


class _LineDecoder:
    """A line to be decoded with different spaces; what was decoded once is kept.

    The first of ``models`` is that of the words of text, the others are those of lists.
    """

    def __init__(
        self, section: Section, labels: LabelGroups, models: Sequence[WordModel], text_height_px: float
    ) -> None:
        lattice = section.lattice
        self.lattice, self.labels, self.models = lattice, labels, models
        self.widths_beside = log_widths(np.array(section.gaps_px) / text_height_px)
        self.text_height_px = text_height_px
        self.weight = LANGUAGE_WEIGHT
        self.edges = edges_of(lattice, labels)
        self.open = np.flatnonzero(~lattice.is_cut)
        self.widths = log_widths(lattice.gaps_px[self.open] / text_height_px)
        self.paths: dict[tuple[int, float, bytes], Path] = {}

    def space_logits(self, spacing: _Spacing, styles: SpacingStyles) -> Float64:
        """Return the log-odds (n - 1,) of a space between two segments."""
        logits = np.full(self.lattice.is_cut.size, -np.inf)
        logits[self.open] = np.round(styles.space_logits(spacing.style, spacing.widths))
        return logits

    def decoded(self, spacing: _Spacing, styles: SpacingStyles) -> tuple[Path, Float64]:
        """Return the best path that :func:`_decode_together` found, and the log-odds of its spaces."""
        logits = self.space_logits(spacing, styles)
        return self.paths[self.key(spacing, logits)], logits

    def key(self, spacing: _Spacing, logits: Float64) -> tuple[int, float, bytes]:
        """Return what the best path depends on."""
        return spacing.model, self.weight, logits.tobytes()

    def line_score(self, path: Path) -> float:
        """Return the score of a path as if the language had its usual weight: comparable on all pages."""
        return path.score - (1 - LANGUAGE_WEIGHT / self.weight) * path.language_score


def _decode_together(spacings: Sequence[tuple[_LineDecoder, _Spacing]], styles: SpacingStyles) -> None:
    """Decode lines with some spacings, those of one model side by side."""
    for model in sorted({spacing.model for _, spacing in spacings}):
        asked: dict[tuple[int, Any], tuple[_LineDecoder, LineSearch]] = {}
        for decoder, spacing in spacings:
            if spacing.model != model:
                continue
            logits = decoder.space_logits(spacing, styles)
            key = decoder.key(spacing, logits)
            if key not in decoder.paths:
                asked[id(decoder), key] = decoder, LineSearch(decoder.edges, logits)
        if not asked:
            continue
        first = next(iter(asked.values()))[0]
        paths = decode([search for _, search in asked.values()], first.models[model], weight=first.weight)
        for ((_, key), (decoder, _)), path in zip(asked.items(), paths, strict=True):
            decoder.paths[key] = path


def _first_style(decoders: Sequence[_LineDecoder], styles: SpacingStyles) -> int:
    """Return the most probable style by all gaps between segments of a page."""
    widths = np.concatenate([one.widths for one in decoders])
    letters, spaces = styles.log_joint(widths)
    weight = _SEGMENT_WEIGHT * min(1.0, 30 / max(1, widths.size))
    log_weights = styles.log_prior + weight * np.logaddexp(letters, spaces).sum(axis=1)
    return int(np.where(styles.is_list, -np.inf, log_weights).argmax())


@dataclass(frozen=True, slots=True, eq=False)
class _GapsOnPath:
    """The gaps between the characters of a first path: log p(width, kind) in each style, sorted by width."""

    decoder: _LineDecoder
    first: tuple[Path, Float64]
    widths: Float64
    letters: Float64
    spaces: Float64
    touching: Float64
    style_weights: Float64
    joined_count: int

    @classmethod
    def of(cls, decoder: _LineDecoder, found: tuple[Path, Float64], styles: SpacingStyles) -> _GapsOnPath:
        nodes, widths, touching = _gaps_of(decoder, found[0])
        # Segments of broken letters are closer than the characters that they are parts of.
        all_widths = decoder.widths.copy()
        all_widths[np.searchsorted(decoder.open, nodes)] = widths
        letters, spaces = styles.log_joint(
            np.append(np.sort(widths), np.log(TIGHT_HEIGHTS + _TOUCHING_HEIGHTS))
        )
        either = np.logaddexp(letters, spaces)
        touch = _TOUCHING_WEIGHT * touching * either[:, -1]
        touch += _BESIDE_WEIGHT * styles.log_spaces(decoder.widths_beside).sum(axis=1)
        return cls(
            decoder,
            found,
            all_widths,
            letters[:, :-1],
            spaces[:, :-1],
            touch,
            touch + either[:, :-1].sum(axis=1),
            touching,
        )


def _gaps_of(decoder: _LineDecoder, path: Path) -> tuple[Int64, Float64, int]:
    """Return nodes and widths of the gaps between the characters of a path, and how many touch."""
    candidates = [decoder.lattice.candidates[step.candidate] for step in path.steps]
    nodes = np.array([one.start - 1 for one in candidates[1:]], dtype=np.int64)
    gaps = np.array(
        [second.glyph.box.left - first.glyph.box.right for first, second in pairwise(candidates)],
        dtype=np.float64,
    )
    gaps = decoder.lattice.in_combs(nodes, gaps)
    is_open = ~decoder.lattice.is_cut[nodes]
    return nodes[is_open], log_widths(gaps[is_open] / decoder.text_height_px), int((~is_open).sum())


class _Choice(NamedTuple):
    """A line as it was read, and how much better its text is as a list than as words."""

    recognized: RecognizedLine
    list_gain: float


class _Reading(NamedTuple):
    """A path with one labeling of the gaps.

    ``text_score`` is that of its text; ``line_score`` is the score of the line as running text, which is
    comparable from page to page.
    """

    path: Path
    logits: Float64
    text_score: float
    line_score: float
    weight: float

    @property
    def score(self) -> float:
        """Score of shapes, cuts, spaces and text; more characters are not worse."""
        path = self.path
        return path.score - path.language_score + self.text_score + self.weight * USUAL_COST * len(path.steps)


def _labelings(line: _GapsOnPath, log_prior: Float64, styles: SpacingStyles) -> list[Labeling]:
    """Return the most probable labelings of the gaps of a line, none if it has no gaps."""
    if not line.letters.size:
        return []
    labelings = styles.labelings(log_prior + line.touching, line.letters, line.spaces)
    words = [one for one in labelings if not one.is_list][:_LABELINGS]
    lists = [one for one in labelings if one.is_list]
    return [one for one in (*words, *lists) if one.evidence > labelings[0].evidence - _REACH]


def _choose(line: _GapsOnPath, labelings: Sequence[Labeling], styles: SpacingStyles) -> _Choice:
    """Keep the labeling of a line with the most probable text."""
    if not labelings:
        found, logits = line.first
        only = _Reading(found, logits, 0.0, line.decoder.line_score(found), line.decoder.weight)
        return _Choice(_recognized(line.decoder, only, is_list=False), list_gain=0.0)
    readings = [
        (labeling, reading)
        for labeling in labelings
        for reading in (_as_list if labeling.is_list else _as_words)(line, labeling.style, styles)
    ]
    labeling, best = max(readings, key=lambda one: one[0].evidence + one[1].score)
    scores = [[one.score for labeling, one in readings if labeling.is_list == kind] for kind in (False, True)]
    gain = max(scores[True]) - max(scores[False]) if all(scores) else 0.0
    return _Choice(_recognized(line.decoder, best, is_list=labeling.is_list), gain)


def _as_words(line: _GapsOnPath, style: int, styles: SpacingStyles) -> list[_Reading]:
    """Return the best reading of a line as words."""
    decoder = line.decoder
    path, logits = decoder.decoded(_Spacing(style, line.widths), styles)
    in_cells = (styles.letter[style] - np.log(_CELL_HEIGHTS + TIGHT_HEIGHTS)) / _CELL_SHARPNESS
    fields = float(1 / (1 + np.exp(-in_cells)))
    weight = decoder.weight
    text = text_score(path.steps, decoder.labels, decoder.models[0], fields=fields, weight=weight)
    return [_Reading(path, logits, text, decoder.line_score(path), weight)]


def _as_list(line: _GapsOnPath, style: int, styles: SpacingStyles) -> list[_Reading]:
    """Return the readings of a line as a list: by language and shape, by shape alone, as digits."""
    decoder = line.decoder
    found = [
        decoder.decoded(_Spacing(style, line.widths, model), styles) for model in range(len(decoder.models))
    ]
    as_text, weight = decoder.line_score(found[0][0]), decoder.weight
    return [
        _Reading(path, logits, list_score(path.steps, decoder.labels, weight=weight), as_text, weight)
        for path, logits in found
    ]


def _recognized(decoder: _LineDecoder, reading: _Reading, *, is_list: bool) -> RecognizedLine:
    lattice = replace(decoder.lattice, space_logits=reading.logits)
    return RecognizedLine(lattice, reading.path.steps, reading.line_score, is_list=is_list)
