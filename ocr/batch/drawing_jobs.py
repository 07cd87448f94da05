"""What ``ocr read`` draws beside the text, and where: planned before anything is read."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from ocr.batch.outputs import refuse_overwriting, with_suffix_numbers
from ocr.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from PIL import Image

    from ocr.batch.inputs import Input
    from ocr.reader import PageReading


# An overlay is drawn at this size at least, and never larger than it is.
_OVERLAY_PX = 2000
# Of overlays in a folder, which may be that of the pictures.
_OVERLAY_ENDING = ".overlay.png"


@dataclass(frozen=True, slots=True)
class DrawingOptions:
    """What to draw.

    Attributes
    ----------
    overlay : Path or None
        A .png file, for several pictures a folder.
    stages : Path or None
        A folder.
    lattice : Path or None
        A .png file.
    line : int
        That the lattice shows.
    """

    overlay: Path | None = None
    stages: Path | None = None
    lattice: Path | None = None
    line: int = 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be drawn."""
        return self.overlay is None and self.stages is None and self.lattice is None


@dataclass(frozen=True, slots=True)
class Drawings:
    """What is drawn of one picture, and where.

    Attributes
    ----------
    overlay, stages, lattice : Path or None
        File of the overlay, folder of the stages, file of a line's lattice.
    line : int
        That the lattice shows.
    stem : str
        Not that of any other picture: the stages of page 2 go to the folder ``stem-2``.
    stages_top : Path or None
        The folder of these folders.
    taken : frozenset of Path
        Files to read, to write and to draw, resolved: no page is drawn over them.
    """

    overlay: Path | None
    stages: Path | None
    lattice: Path | None
    line: int
    stem: str
    stages_top: Path | None
    taken: frozenset[Path] = frozenset()

    def named_files(self) -> Iterator[tuple[str, Path]]:
        """Yield each file that is drawn, with the option that names it."""
        if self.overlay is not None:
            yield "--overlay", self.overlay
        if self.lattice is not None:
            yield "--lattice", self.lattice
        if self.stages is not None:
            # Late: a run without drawings does not wait for what draws them.
            from ocr.view.stages import STAGES

            yield from (("--stages", self.stages / f"{stage}.png") for stage in STAGES)

    def resolved(self) -> set[Path]:
        """Return the files that are drawn, resolved."""
        return {path.resolve() for _, path in self.named_files()}

    def of_page(self, number: int) -> Drawings:
        """Return where one of several pages of a file is drawn: ``boxes-2.png``, the folder ``stem-2``.

        Where something to read or to draw has this name already, it becomes ``boxes-2_2.png``.
        """
        for suffix in chain([""], (f"_{again}" for again in count(2))):
            addition = f"-{number}{suffix}"
            paged = replace(
                self,
                overlay=None if self.overlay is None else _with_addition(self.overlay, addition),
                stages=None if self.stages_top is None else self.stages_top / f"{self.stem}{addition}",
            )
            if not self.taken & paged.resolved():
                break
        return paged


def plan_drawings(
    inputs: Sequence[Input], options: DrawingOptions, *, outputs: Iterable[str | None]
) -> list[Drawings]:
    """Return the drawings of each picture, and refuse what would destroy an input.

    Parameters
    ----------
    inputs : sequence of Input
    options : DrawingOptions
    outputs : iterable of str or None
        Files that texts are written to: no page is drawn over them.

    Raises
    ------
    SettingError
        If a drawing would lie over an input, or several in one file.
    """
    several = len(inputs) > 1
    _check_lattice(options.lattice, len(inputs))
    _check_overlay(options.overlay, len(inputs))
    overlay, stages = options.overlay, options.stages
    in_folder = overlay is not None and (several or overlay.is_dir())
    stems, _ = with_suffix_numbers(source.stem for source in inputs)
    planned = [
        Drawings(
            overlay / f"{stem}{_OVERLAY_ENDING}" if overlay is not None and in_folder else overlay,
            stages / stem if stages is not None and several else stages,
            options.lattice,
            options.line,
            stem,
            stages,
        )
        for stem in stems
    ]
    read = [Path(source.path) for source in inputs if "\0" not in source.path]
    refuse_overwriting(
        (file for one in planned for file in one.named_files()), read, what="a picture to read"
    )
    texts = [Path(path) for path in outputs if path is not None]
    taken = frozenset(
        {path.resolve() for path in (*read, *texts)}.union(*(one.resolved() for one in planned))
    )
    return [replace(one, taken=taken) for one in planned]


def _check_lattice(lattice: Path | None, pictures: int) -> None:
    if lattice is not None and (pictures > 1 or lattice.suffix.lower() != ".png"):
        found = f"{pictures} pictures" if pictures > 1 else f"the ending {lattice.suffix!r}"
        message = f"--lattice {lattice}: found {found}, expected one picture and a .png file"
        raise SettingError(message)


def _check_overlay(overlay: Path | None, pictures: int) -> None:
    if overlay is None or overlay.is_dir():
        return
    is_png = overlay.suffix.lower() == ".png"
    if pictures > 1 and (is_png or overlay.exists()):
        message = f"--overlay {overlay}: found a file, expected a folder for {pictures} pictures"
        raise SettingError(message)
    if pictures == 1 and not is_png:
        message = f"--overlay {overlay}: found the ending {overlay.suffix!r}, expected .png or a folder"
        raise SettingError(message)


def _with_addition(path: Path, addition: str) -> Path:
    """Put ``addition`` behind the stem: before ``.overlay.png``, or before ``.png``."""
    ending = _OVERLAY_ENDING if path.name.endswith(_OVERLAY_ENDING) else path.suffix
    return path.with_name(f"{path.name.removesuffix(ending)}{addition}{ending}")


def draw(drawings: Drawings, reading: PageReading, *, classes: Sequence[str]) -> None:
    """Draw how a page was read; ``classes`` are those of the model.

    Raises
    ------
    OcrError
        If the page has no such line, or a file cannot be written.
    """
    if drawings.overlay is not None:
        _draw_overlay(drawings.overlay, reading)
    if drawings.stages is not None:
        _draw_stages(drawings.stages, reading)
    if drawings.lattice is not None:
        _save(drawings.lattice, _lattice(drawings.line, reading, classes))


def _draw_overlay(path: Path, reading: PageReading) -> None:
    from ocr.view.overlay import draw_overlay

    _save(path, draw_overlay(reading.picture.gray(at_least_px=_OVERLAY_PX), reading.page))


def _draw_stages(folder: Path, reading: PageReading) -> None:
    from ocr.recognition.recognize import chosen_crops
    from ocr.view.stages import draw_stages

    crops = chosen_crops(reading.layout, reading.recognized_lines)
    for stem, drawing in draw_stages(reading.layout, reading.page, crops):
        _save(folder / f"{stem}.png", drawing)


def _lattice(number: int, reading: PageReading, classes: Sequence[str]) -> Image.Image:
    from ocr.view.lattice import draw_titled_lattice

    lines = reading.page.lines
    if number > len(lines):
        message = f"--line {number}: found {len(lines)} lines of writing; choose one of them"
        raise SettingError(message)
    line, recognition = lines[number - 1], reading.recognized_lines[number - 1]
    return draw_titled_lattice(reading.layout, line, recognition, classes, number=number)


def _save(path: Path, drawing: Image.Image) -> None:
    from ocr.files import write_by_rename

    stream = io.BytesIO()
    drawing.save(stream, format="PNG")
    write_by_rename(path, stream.getvalue())
