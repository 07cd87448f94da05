"""Gather training characters: EMNIST, files of the user, fonts, drawn strokes, and non-characters."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.alphabet import (
    NOT_A_CHARACTER,
    PRINT,
    SPLITS,
    LabelMap,
    ambiguous_classes,
    label_map_of,
)
from ocr.classifier.crop import CROP_PX, make_crops
from ocr.datasets.npz_set import load_characters
from ocr.errors import SettingError
from ocr.synthesis.character_samples import draw_characters
from ocr.synthesis.fonts import find_fonts
from ocr.training.augmentation import FEW_WRITERS, AugmentSettings
from ocr.training.drawn_data import is_drawn, load_images
from ocr.training.negatives import make_non_characters
from ocr.training.touching_samples import draw_samples, writers_with

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ocr.array_types import Float32, GrayBytes, Int64
    from ocr.datasets.emnist import LabelledImages
    from ocr.datasets.npz_set import CharacterSet


# Drawings of each character by each font and by the built-in writer: with 33 fonts as many as a large file
# has.
_PER_FONT, _BY_STROKES = 15, 150
# Samples of lines whose letters touch, for each character of EMNIST: cut letters look like whole ones, but
# some ink of their neighbours stays with them.
_TOUCHING_SHARE = 0.74
# Share of non-characters among all: about the share of wrong cuts that a line of touching letters offers.
_NON_CHARACTERS = 0.14
_NOTE_NON_CHARACTERS = (
    "non-characters: touching pairs, parts and blots, made from all of these "
    f"({100 * _NON_CHARACTERS:.0f} % of all)"
)
# Crops made at once.
_CHUNK = 4096


@dataclass(frozen=True, slots=True, eq=False)
class TrainingData:
    """Crops with labels and origins.

    Attributes
    ----------
    crops : (N, 28, 28) uint8 array
    labels : (N,) int64 array
        Index into ``classes``.
    origins : (N,) int64 array
        Index into ``origin_names``.
    classes, origin_names : tuple of str
    distortions : tuple of AugmentSettings
        For each origin.
    notes : tuple of str
        Name and size of each part, for the model card.
    alphabet : str
        How the classes were chosen, as :func:`gather` takes it.
    inputs : dict
        Inputs of the network that were computed already, by their kind; filled in training.
    """

    crops: GrayBytes
    labels: Int64
    origins: Int64
    classes: tuple[str, ...]
    origin_names: tuple[str, ...]
    distortions: tuple[AugmentSettings, ...]
    notes: tuple[str, ...]
    alphabet: str = "emnist"
    inputs: dict[str, Float32] = field(default_factory=dict)


def classes_of(split: str, *, alphabet: str) -> tuple[str, ...]:
    """Return the classes that a model will learn, before anything is loaded.

    Raises
    ------
    SettingError
        If there is no such split, it lacks some of the classes, or its classes do not separate the cases as
        the alphabet needs.
    """
    if split not in SPLITS:
        message = f"EMNIST split: found {split!r}, expected one of {', '.join(SPLITS)}; choose one of these"
        raise SettingError(message)
    if alphabet == "print" and split != "byclass":
        message = f"classes print: found EMNIST split {split!r}, expected byclass; or choose --classes emnist"
        raise SettingError(message)
    if alphabet == "print":
        return PRINT
    return SPLITS[split] if alphabet == "emnist" else _label_map(split, alphabet).names


def _label_map(split: str, alphabet: str) -> LabelMap:
    """Return the groups of an alphabet, each of which is one class to learn.

    Raises
    ------
    SettingError
        If the split lacks one of them, or holds two of them in one class.
    """
    label_map = label_map_of(alphabet)
    known = set(label_map.indices(SPLITS[split]).tolist())
    missing = [name for index, name in enumerate(label_map.names) if index not in known]
    ambiguous = ambiguous_classes(split, SPLITS[split], label_map)
    if missing or ambiguous:
        problem = (
            f"found no {missing[0]!r} in EMNIST split {split!r}, expected some of its classes, "
            f"{''.join(SPLITS[split])}"
            if missing
            else f"found EMNIST split {split!r}, whose class {ambiguous[0]} also holds "
            f"{ambiguous[0].lower()}, expected a split that separates them, such as byclass"
        )
        message = f"classes {alphabet!r}: {problem}"
        raise SettingError(message)
    return label_map


def gather(
    split: str,
    *,
    alphabet: str,
    data: str | os.PathLike[str] | None = None,
    files: Sequence[Path] = (),
    hold_out: Sequence[str] = (),
    fonts: Path | None = None,
    limit: int | None = None,
    seed: int = 1,
) -> TrainingData:
    """Load an EMNIST split, and add characters of other sources if the alphabet needs them.

    Parameters
    ----------
    split : str
        EMNIST split; ``alphabet`` "print" needs byclass, whose classes separate the cases.
    alphabet : str
        "emnist": the classes of the split, which need no other source. "print": those of the shipped model,
        62 letters and digits, 20 marks, and what is no character. Else some of the classes of the split, as
        :func:`ocr.classifier.alphabet.label_map_of` takes them; other characters are left out.
    data : path, optional
        EMNIST folder or archive; downloaded if left out. "drawn": characters of the built-in writer instead.
    files : sequence of Path
        .npz files, see :mod:`ocr.datasets.npz_set`.
    hold_out : sequence of str
        Providers in these files that are left out.
    fonts : Path, optional
        Folder with fonts; the built-in writer writes in any case.
    limit : int, optional
        Use the first so many EMNIST characters and about as large a share of the rest, though at least one
        drawing of each character that the built-in writer has.
    seed : int

    Returns
    -------
    TrainingData
        With origin 0 "emnist"; for "print" also with origin 1 "others".

    Raises
    ------
    DataError, SettingError
        If a file is missing or damaged, no file has a provider to hold out, a folder has no fonts, or the
        split does not fit.
    """
    classes_of(split, alphabet=alphabet)
    images = load_images(split, "train", data=data)
    source = "drawn by the built-in stroke font" if is_drawn(data) else f"EMNIST {split}-train"
    if alphabet != "print":
        return _of_one_origin(images, split, alphabet, source=source, limit=limit)
    labels = images.labels[:limit]
    note = f"{source}: {len(labels):,} characters"
    rng = np.random.default_rng([seed, 10])
    share = len(labels) / len(images.labels)
    parts = _of_files(files, hold_out, share)
    parts += [_drawn(fonts, share, rng), _cut_from_lines(images, fonts, len(labels), rng)]
    found = _Part(emnist_crops(images, limit=limit), _labels(np.array(images.classes)[labels]), note)
    return _joined(found, parts, rng)


def _of_one_origin(
    images: LabelledImages, split: str, alphabet: str, *, source: str, limit: int | None
) -> TrainingData:
    """Return the first characters of an alphabet without anything else."""
    if alphabet != "emnist":
        images = _in_groups(images, _label_map(split, alphabet))
    labels = images.labels[:limit]
    return TrainingData(
        crops=emnist_crops(images, limit=limit),
        labels=labels,
        origins=np.zeros(len(labels), dtype=np.int64),
        classes=images.classes,
        origin_names=("emnist",),
        distortions=(AugmentSettings(),),
        notes=(f"{source}: {len(labels):,} characters",),
        alphabet=alphabet,
    )


def _in_groups(images: LabelledImages, label_map: LabelMap) -> LabelledImages:
    """Return the characters of a label map alone, its groups as classes."""
    labels = label_map.indices(images.classes)[images.labels]
    rows = np.flatnonzero(labels >= 0)
    return replace(images, images=images.images[rows], labels=labels[rows], classes=label_map.names)


def emnist_crops(images: LabelledImages, *, limit: int | None = None) -> GrayBytes:
    """Return the crops of the first ``limit`` characters."""
    kept = images.images[:limit]
    return crops_of((image.astype(np.float32) / 255 for image in kept), len(kept))


def crops_of(images: Iterable[Float32], count: int) -> GrayBytes:
    """Return the crops of ``count`` pictures of ink as bytes, so that 700,000 crops take 550 MB."""
    crops = np.empty((count, CROP_PX, CROP_PX), dtype=np.uint8)
    iterator = iter(images)
    for start in range(0, count, _CHUNK):
        chunk = crops[start : start + _CHUNK]
        chunk[...] = np.rint(make_crops(next(iterator) for _ in range(len(chunk))) * 255)
    return crops


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Crops and labels of one source, with its line for the model card."""

    crops: GrayBytes
    labels: Int64
    note: str


def _joined(found: _Part, parts: Sequence[_Part], rng: np.random.Generator) -> TrainingData:
    """Join EMNIST with the other sources in random order, each with its share of non-characters."""
    crops = np.concatenate([part.crops for part in parts])
    labels = np.concatenate([part.labels for part in parts])
    order = rng.permutation(len(crops))
    first, first_labels = _with_non_characters(found.crops, found.labels, rng)
    second, second_labels = _with_non_characters(crops[order], labels[order], rng)
    return TrainingData(
        crops=np.concatenate([first, second]),
        labels=np.concatenate([first_labels, second_labels]),
        origins=np.repeat([0, 1], [len(first), len(second)]),
        classes=PRINT,
        origin_names=("emnist", "others"),
        distortions=(AugmentSettings(), FEW_WRITERS),
        notes=(found.note, *(part.note for part in parts), _NOTE_NON_CHARACTERS),
        alphabet="print",
    )


def _labels(characters: NDArray[np.str_]) -> Int64:
    """Return the index of each character in the classes; -1 for a character that is none of them."""
    index = {character: number for number, character in enumerate(PRINT)}
    return np.array([index.get(str(character), -1) for character in characters], dtype=np.int64)


def _of_files(files: Sequence[Path], hold_out: Sequence[str], share: float) -> list[_Part]:
    """Load the characters of files without some providers.

    Raises
    ------
    SettingError
        If no file has a provider to hold out: what was meant would be learnt from, and later tested on.
    """
    sets = [load_characters(path) for path in files]
    known = {str(name) for found in sets for name in np.unique(found.providers)} - {""}
    for name in hold_out:
        if name not in known:
            message = (
                f"hold-out: found {name!r}, expected providers of the files, "
                f"{', '.join(sorted(known)) or 'which name none'}; correct the name or leave it out"
            )
            raise SettingError(message)
    return [_of_file(path.stem, found, hold_out, share) for path, found in zip(files, sets, strict=True)]


def _of_file(name: str, found: CharacterSet, hold_out: Sequence[str], share: float) -> _Part:
    """Take a share, evenly spaced, of the characters of a file that are classes of ours."""
    held = sorted(set(hold_out) & set(found.providers.tolist()))
    kept = found.without(held)
    labels = _labels(kept.labels)
    known = np.flatnonzero(labels >= 0)
    rows = known[np.linspace(0, len(known), round(share * len(known)), endpoint=False).astype(np.int64)]
    crops = crops_of((image.astype(np.float32) / 255 for image in kept.images[rows]), len(rows))
    without = f", without providers {', '.join(held)}" if held else ""
    return _Part(crops, labels[rows], f"{name}: {len(crops):,} characters{without}")


def _drawn(folder: Path | None, share: float, rng: np.random.Generator) -> _Part:
    """Draw characters by the built-in writer, which lacks some marks, and by the fonts of a folder."""
    per_font, by_strokes = round(share * _PER_FONT), max(1, round(share * _BY_STROKES))
    fonts = find_fonts(folder) if folder is not None else ()
    fonts = fonts if per_font else ()
    drawn = list(draw_characters(fonts, PRINT[:-1], per_font=per_font, by_strokes=by_strokes, rng=rng))
    crops = crops_of((ink for ink, _ in drawn), len(drawn))
    names = ", ".join(f"{font.name.rpartition('/')[2]} ({font.licence})" for font in fonts)
    note = f"drawn: {len(drawn):,} characters by the built-in stroke font" + (
        f" and {names}" if names else ""
    )
    return _Part(crops, _labels(np.array([character for _, character in drawn])), note)


def _cut_from_lines(
    images: LabelledImages, folder: Path | None, characters: int, rng: np.random.Generator
) -> _Part:
    """Draw lines in which characters touch, and cut characters and non-characters out of them."""
    writers = writers_with(images, find_fonts(folder) if folder is not None else ())
    count = round(_TOUCHING_SHARE * characters)
    crops, names = np.empty((count, CROP_PX, CROP_PX), np.uint8), []
    for row, sample in enumerate(draw_samples(writers, count, rng=rng)):
        crops[row] = np.rint(sample.crop * 255)
        names.append(sample.character or NOT_A_CHARACTER)
    note = f"cut: {count:,} samples cut from drawn lines in which characters of all these sources touch"
    return _Part(crops, _labels(np.array(names)), note)


def _with_non_characters(
    crops: GrayBytes, labels: Int64, rng: np.random.Generator
) -> tuple[GrayBytes, Int64]:
    """Add non-characters made of the letters and digits among ``crops``."""
    letters = crops[labels < 62]
    count = round(len(crops) * _NON_CHARACTERS / (1 - _NON_CHARACTERS)) if len(letters) > 1 else 0
    made = make_non_characters(letters, count, rng=rng)
    none = np.full(count, PRINT.index(NOT_A_CHARACTER), dtype=np.int64)
    return np.concatenate([crops, made]), np.concatenate([labels, none])
