"""What ``ocr read`` draws beside the text, and where: planned before anything is read."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from ocr.errors import SettingError
from ocr.naming import numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from ocr.cli.inputs import Input
    from ocr.cli.targets import Output
    from ocr.document.tree import Page
    from ocr.page.image_io import Picture
    from ocr.reader import Layout
    from ocr.transcription import Recognition

# An overlay is drawn at this size at least, and never larger than it is.
_OVERLAY_PX = 2000
# Of overlays in a folder, which may be that of the pictures.
_OVERLAY_ENDING = ".overlay.png"


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read, and where it is drawn.

    Attributes
    ----------
    source : Input
    overlay, stages, lattice : Path or None
        File of the overlay, folder of the stages, file of a line's lattice.
    line : int
        That the lattice shows.
    stem : str
        Unlike those of the other files: the stages of page 2 go to the folder ``stem-2``.
    pages_in : Path or None
        The folder of these folders.
    taken : frozenset of Path
        Files to read, to write and to draw, resolved: pages are drawn beside them.
    output : Path or None
        The file that this one input is written to, if each has its own.
    is_sure : bool
        Whether no earlier run could have written that of another input there.
    """

    source: Input
    overlay: Path | None
    stages: Path | None
    lattice: Path | None
    line: int
    stem: str = ""
    pages_in: Path | None = None
    taken: frozenset[Path] = frozenset()
    output: Path | None = None
    is_sure: bool = False


def plan_jobs(
    inputs: Sequence[Input],
    *,
    overlay: Path | None,
    stages: Path | None,
    lattice: Path | None,
    line: int,
    outputs: Sequence[Output],
) -> list[Job]:
    """Give each picture its drawings, before anything is read, and refuse what would destroy an input.

    ``outputs`` are the files that texts go to, one for each input.

    Raises
    ------
    SettingError
        If an output would lie over an input, or several overlays in one file.
    """
    several = len(inputs) > 1
    if lattice is not None and (several or lattice.suffix.lower() != ".png"):
        found = f"{len(inputs)} pictures" if several else f"the ending {lattice.suffix!r}"
        message = f"--lattice {lattice}: found {found}, expected one picture and a .png file"
        raise SettingError(message)
    if overlay is not None and not overlay.is_dir():
        is_png = overlay.suffix.lower() == ".png"
        if several and (is_png or overlay.exists()):
            message = f"--overlay {overlay}: found a file, expected a folder for {len(inputs)} pictures"
            raise SettingError(message)
        if not several and not is_png:
            message = f"--overlay {overlay}: found the ending {overlay.suffix!r}, expected .png or a folder"
            raise SettingError(message)
    in_folder = overlay is not None and (several or overlay.is_dir())
    stems, _ = numbered(source.stem for source in inputs)
    jobs = [
        Job(
            source,
            overlay / f"{stem}{_OVERLAY_ENDING}" if overlay is not None and in_folder else overlay,
            stages / stem if stages is not None and several else stages,
            lattice,
            line,
            stem,
            stages,
            output=output.path,
            is_sure=output.is_sure,
        )
        for source, stem, output in zip(inputs, stems, outputs, strict=True)
    ]
    taken = frozenset(_spare_inputs(jobs).union(*map(_targets, jobs)))
    return [replace(job, taken=taken) for job in jobs]


def check_pages(job: Job, pages: int, *, most: int | None = None) -> None:
    """Refuse to draw one line of a file of several pages, before the first of them is read.

    Raises
    ------
    SettingError
        If a lattice was asked for, or more pages are to be written than ``most``.
    """
    if most is not None and pages > most:
        message = (
            f"{job.source.name}: found {pages} pages, expected {most} in this format; choose it by --pages"
        )
        raise SettingError(message)
    if job.lattice is not None:
        message = f"--lattice {job.lattice}: found {pages} pages, expected one; choose it by --pages"
        raise SettingError(message)


def page_job(job: Job, number: int) -> Job:
    """Where one of several pages of a file is drawn: ``boxes-2.png``, the folder ``stem-2``.

    Where something to read or to draw has this name already, it becomes ``boxes-2_2.png``.
    """
    for suffix in chain([""], (f"_{again}" for again in count(2))):
        page = f"-{number}{suffix}"
        paged = replace(
            job,
            overlay=None if job.overlay is None else _with_stem(job.overlay, page),
            stages=None if job.pages_in is None else job.pages_in / f"{job.stem}{page}",
            # All pages share it.
            output=None,
        )
        if not job.taken & _targets(paged):
            break
    return paged


def _with_stem(path: Path, addition: str) -> Path:
    """Put ``addition`` behind the stem: before ``.overlay.png``, or before ``.png``."""
    ending = _OVERLAY_ENDING if path.name.endswith(_OVERLAY_ENDING) else path.suffix
    return path.with_name(f"{path.name.removesuffix(ending)}{addition}{ending}")


def _targets(job: Job) -> set[Path]:
    """Return the files that a job draws, resolved."""
    targets = {path.resolve() for path in (job.overlay, job.lattice, job.output) if path}
    if job.stages is None:
        return targets
    # Late: who asks for no drawings does not wait for what draws them.
    from ocr.view.stages import STAGES

    return targets | {job.stages.resolve() / f"{stage}.png" for stage in STAGES}


def _spare_inputs(jobs: Sequence[Job]) -> set[Path]:
    """Refuse to write over what is to be read, under whatever name; gives what is to be read, resolved."""
    inputs = {Path(job.source.path).resolve() for job in jobs if "\0" not in job.source.path}
    for job in jobs:
        named = (("--overlay", job.overlay), ("--lattice", job.lattice), ("--output", job.output))
        for option, path in named:
            if path is not None and path.resolve() in inputs:
                message = f"{option} {path}: would overwrite a picture to read; choose another place"
                raise SettingError(message)
        if _targets(job) & inputs:
            message = f"--stages {job.stages}: would overwrite a picture to read; choose another folder"
            raise SettingError(message)
    return inputs


def draw(
    job: Job,
    picture: Picture,
    layout: Layout,
    page: Page,
    recognitions: Sequence[Recognition],
    *,
    classes: Sequence[str],
) -> None:
    """Draw what was asked for; ``classes`` are those of the model.

    Raises
    ------
    SettingError
        If the page has no such line.
    """
    if job.overlay is not None:
        _draw_overlay(job.overlay, picture, page)
    if job.stages is not None:
        _draw_stages(job.stages, layout, page, recognitions)
    if job.lattice is not None:
        _save(job.lattice, _lattice(job.line, layout, page, recognitions, classes))


def _draw_overlay(path: Path, picture: Picture, page: Page) -> None:
    from ocr.view.overlay import draw_overlay

    _save(path, draw_overlay(picture.gray(at_least_px=_OVERLAY_PX), page))


def _draw_stages(folder: Path, layout: Layout, page: Page, recognitions: Sequence[Recognition]) -> None:
    from ocr.recognition import chosen_tiles
    from ocr.view.stages import draw_stages

    for stem, drawing in draw_stages(layout, page, chosen_tiles(layout, recognitions)):
        _save(folder / f"{stem}.png", drawing)


def _lattice(
    number: int,
    layout: Layout,
    page: Page,
    recognitions: Sequence[Recognition],
    classes: Sequence[str],
) -> Image.Image:
    from ocr.view.lattice import draw_lattice

    if number > len(page.lines):
        message = f"--line {number}: found {len(page.lines)} lines of writing; choose one of them"
        raise SettingError(message)
    line, recognition = page.lines[number - 1], recognitions[number - 1]
    return draw_lattice(layout, line, recognition, classes, number=number)


def _save(path: Path, drawing: Image.Image) -> None:
    from ocr.files import write_by_rename

    stream = io.BytesIO()
    drawing.save(stream, format="PNG")
    write_by_rename(path, stream.getvalue())
