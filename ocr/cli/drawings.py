"""What ``ocr read`` draws beside the text, and where: planned before anything is read."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ocr.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL import Image

    from ocr.cli.inputs import Input
    from ocr.document.tree import Page
    from ocr.page.image_io import Picture
    from ocr.reader import Layout
    from ocr.transcription import Recognition

# An overlay is drawn at this size at least, and never larger than it is.
_OVERLAY_PX = 2000


@dataclass(frozen=True, slots=True)
class Job:
    """A picture to read, and where it is drawn: file of its overlay, folder of its stages, file of a line."""

    source: Input
    overlay: Path | None
    stages: Path | None
    lattice: Path | None
    line: int


def plan_jobs(
    inputs: Sequence[Input], *, overlay: Path | None, stages: Path | None, lattice: Path | None, line: int
) -> list[Job]:
    """Give each picture its outputs, before anything is read, and refuse those that would destroy an input.

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
    jobs = [
        Job(
            source,
            overlay / f"{stem}.overlay.png" if overlay is not None and in_folder else overlay,
            stages / stem if stages is not None and several else stages,
            lattice,
            line,
        )
        for source, stem in zip(inputs, _unlike_stems(inputs), strict=True)
    ]
    _spare_inputs(jobs)
    return jobs


def _unlike_stems(inputs: Sequence[Input]) -> Iterator[str]:
    """Stems of the inputs; a second ``page`` becomes ``page_2``."""
    taken: set[str] = set()
    for source in inputs:
        stem, number = source.stem, 1
        # Some file systems take Page and page for the same.
        while stem.casefold() in taken:
            number += 1
            stem = f"{source.stem}_{number}"
        taken.add(stem.casefold())
        yield stem


def _spare_inputs(jobs: Sequence[Job]) -> None:
    """Refuse to write over what is to be read, under whatever name."""
    from ocr.view.stages import STAGES

    inputs = {Path(job.source.path).resolve() for job in jobs if "\0" not in job.source.path}
    for job in jobs:
        for option, path in (("--overlay", job.overlay), ("--lattice", job.lattice)):
            if path is not None and path.resolve() in inputs:
                message = f"{option} {path}: would overwrite a picture to read; choose another place"
                raise SettingError(message)
        targets = {job.stages.resolve() / f"{stage}.png" for stage in STAGES} if job.stages else set()
        if targets & inputs:
            message = f"--stages {job.stages}: would overwrite a picture to read; choose another folder"
            raise SettingError(message)


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
