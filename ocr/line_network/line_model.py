"""The shipped line network: its shape, its characters, its file, and what it says of lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ocr.classifier.network import sizes_of
from ocr.classifier.weight_file import DTYPES, packed, unpacked_layers
from ocr.errors import ModelError
from ocr.files import write_by_rename
from ocr.line_network.frames import FRAME_SIZE, frame_features
from ocr.line_network.sliding_network import Stage, Stages, gap_frames, predict, stage_sizes
from ocr.numeric import Scores, log_softmax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ocr.array_types import Float32, Float64, Int64, Mask
    from ocr.line_network.sliding_network import SlidingNetwork

_Item = TypeVar("_Item")

CHARACTERS = "".join(map(chr, range(ord(" "), ord("~") + 1)))
"""What the network reads: class k + 1 is the character at place k; class 0 is the blank."""

CLASSES = {character: number for number, character in enumerate(CHARACTERS, 1)}
"""The class of each character."""

STAGES: Stages = (
    Stage((-4, -3, -2, -1, 0, 1, 2, 3, 4), (512, 224)),
    Stage((-4, -2, 0, 2, 4), (448, 224)),
    Stage((-4, -2, 0, 2, 4), (448, 224), residual=True),
    Stage((-6, -3, 0, 3, 6), (448, len(CHARACTERS) + 1)),
)
"""Windows and layers: the first stage sees a letter and its edges, all four some five letters to each side.

2.3 million weights, and as many multiplications for each frame.
"""

PLAIN_STAGES: Stages = tuple(stage for stage in STAGES if not stage.residual)
"""Those that do not add to what comes in: a network may be trained with these first."""

# Lines are computed together up to so many columns, whose windows and layers take 35 MB.
_MOST_COLUMNS = 8_000
_DTYPE = DTYPES["int8"]
_SHIPPED = Path(__file__).parent / "data" / "line_network.npz"


@dataclass(frozen=True, slots=True, eq=False)
class JoinedFrames:
    """Frames of some lines in one array, with empty frames between them.

    Attributes
    ----------
    frames : (T, 90) float32 array
    is_frame : (T,) bool array
        False between lines.
    starts, lengths : (N,) int64 arrays
        First frame and number of frames of each line.
    """

    frames: Float32
    is_frame: Mask
    starts: Int64
    lengths: Int64

    def split(self, rows: Scores) -> list[Scores]:
        """Return the rows (t, K) of each line."""
        bounds = zip(self.starts, self.starts + self.lengths, strict=True)
        parts: list[Scores] = [rows[start:stop] for start, stop in bounds]  # type: ignore[misc]
        return parts


def join_frames(images: Sequence[Float32]) -> JoinedFrames:
    """Compute the frames of normalized lines, each (36, W), at least one."""
    gap = gap_frames(STAGES)
    parts = [frame_features(image) for image in images]
    lengths = np.array([len(part) for part in parts], dtype=np.int64)
    starts = np.cumsum(lengths + gap) - lengths
    frames = np.zeros((int(starts[-1] + lengths[-1]) + gap, FRAME_SIZE), np.float32)
    is_frame = np.zeros(len(frames), dtype=bool)
    for start, part in zip(starts, parts, strict=True):
        frames[start : start + len(part)] = part
        is_frame[start : start + len(part)] = True
    return JoinedFrames(frames, is_frame, starts, lengths)


def line_log_probabilities(network: SlidingNetwork, images: Sequence[Float32]) -> list[Float64]:
    """Compute what the network says of each frame of normalized lines.

    Parameters
    ----------
    network : SlidingNetwork
    images : sequence of (36, W) float32 arrays

    Returns
    -------
    list of (T, 96) float64 arrays
        Log-probabilities; column 0 is the blank.
    """
    found = []
    for group in in_groups(images, lambda image: image.shape[1], most=_MOST_COLUMNS):
        joined = join_frames(group)
        logits = predict(network, STAGES, joined.frames, joined.is_frame)
        found += joined.split(log_softmax(logits.astype(np.float64)))
    return found


def in_groups(
    items: Iterable[_Item], columns_of: Callable[[_Item], int], *, most: int
) -> Iterator[list[_Item]]:
    """Yield items in groups, each complete once it has so many columns."""
    group: list[_Item] = []
    columns = 0
    for item in items:
        group.append(item)
        columns += columns_of(item)
        if columns >= most:
            yield group
            group, columns = [], 0
    if group:
        yield group


def load_line_network(path: Path, stages: Stages = STAGES) -> SlidingNetwork:
    """Load a network of some stages from a file.

    Raises
    ------
    ModelError
        If it cannot be read or is not such a file.
    """
    sizes = stage_sizes(stages, FRAME_SIZE)
    shapes = [pair for stage in sizes for pair in pairwise(stage)]
    try:
        layers = iter(unpacked_layers(path.read_bytes(), shapes=shapes, dtype=_DTYPE))
    except (OSError, ValueError) as error:
        message = f"line network {path}: damaged ({error}); install the program anew"
        raise ModelError(message) from error
    return tuple(tuple(islice(layers, len(stage) - 1)) for stage in sizes)


def save_line_network(network: SlidingNetwork, path: Path) -> None:
    """Write a network to a file; the same weights give the same bytes.

    Raises
    ------
    ModelError
        If it cannot be written; what was there before is still there.
    """
    layers = tuple(layer for stage in network for layer in stage)
    write_by_rename(path, packed(layers, _DTYPE), what="line network", failure=ModelError)


def line_network_of(classifier: object) -> SlidingNetwork:
    """Return the line network of a model that has learnt a hand, and the shipped one for any other.

    Raises
    ------
    ModelError
        If its shape is another one, see :func:`own_line_network`.
    """
    return own_line_network(classifier) or shipped_line_network()


def own_line_network(classifier: object) -> SlidingNetwork | None:
    """Return the line network of a model that has learnt a hand, None for any other.

    Raises
    ------
    ModelError
        If it was made by a version of the program whose line network had another shape.
    """
    own: SlidingNetwork | None = getattr(classifier, "line_network", None)
    if own is None:
        return None
    found, expected = [*map(sizes_of, own)], stage_sizes(STAGES, FRAME_SIZE)
    if found != expected:
        message = (
            f"model: found a line network of {found}, expected {expected}; learn it anew with 'ocr learn'"
        )
        raise ModelError(message)
    return own


@cache
def shipped_line_network() -> SlidingNetwork:
    """Load the shipped network, once."""
    return load_line_network(_SHIPPED)
