"""What ``ocr read`` draws beside the text, and where: planned before anything is read.

Which picture is read into which file, and how many go to a worker at a time: nothing is opened.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ocr.batch.outputs import numbered, unlike_names
from ocr.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from PIL import Image

    from ocr.batch.filesystem import Stamp
    from ocr.batch.inputs import Found, Input
    from ocr.batch.outputs import Output
    from ocr.document.tree import Page
    from ocr.errors import OcrError
    from ocr.image.picture import Picture
    from ocr.reader import PageReading


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


def draw(job: Job, reading: PageReading, *, classes: Sequence[str]) -> None:
    """Draw what was asked for; ``classes`` are those of the model.

    Raises
    ------
    SettingError
        If the page has no such line.
    """
    if job.overlay is not None:
        _draw_overlay(job.overlay, reading.picture, reading.page)
    if job.stages is not None:
        _draw_stages(job.stages, reading)
    if job.lattice is not None:
        _save(job.lattice, _lattice(job.line, reading, classes))


def _draw_overlay(path: Path, picture: Picture, page: Page) -> None:
    from ocr.view.overlay import draw_overlay

    _save(path, draw_overlay(picture.gray(at_least_px=_OVERLAY_PX), page))


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
    recognition = reading.recognized_lines[number - 1]
    return draw_titled_lattice(reading.layout, lines[number - 1], recognition, classes, number=number)


def _save(path: Path, drawing: Image.Image) -> None:
    from ocr.files import write_by_rename

    stream = io.BytesIO()
    drawing.save(stream, format="PNG")
    write_by_rename(path, stream.getvalue())


Item = TypeVar("Item")

# Pictures that go to a worker at a time: enough that the scheduler, which hands out some thousands of chunks
# a second, keeps thousands of cores busy; few enough that the last ones end at about the same time.
_MOST_AT_A_TIME = 16
# Chunks that each core should get at least, so that none waits long for the last one.
_CHUNKS_A_CORE = 8


@dataclass(frozen=True, slots=True)
class FileTask:
    """A picture to read.

    Attributes
    ----------
    source, output : str
        Addresses.
    seen : Stamp or None
        Of what lay at ``output`` before the run: any other file there is of this run, and the task is done.
    """

    source: str
    output: str
    seen: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done.

    Attributes
    ----------
    tasks : tuple of FileTask
    done : int
        Pictures whose output an earlier run wrote.
    errors : tuple of OcrError
        Pictures that cannot even be tried.
    """

    tasks: tuple[FileTask, ...]
    done: int
    errors: tuple[OcrError, ...]

    @property
    def asked(self) -> int:
        """Count the pictures that were asked for."""
        return len(self.tasks) + self.done + len(self.errors)


def make_plan(
    found: Iterable[Found], *, folder: str, suffix: str, there: Mapping[str, Stamp], resume: bool
) -> Plan:
    """Give each picture its output.

    Parameters
    ----------
    found : iterable of Found
    folder : str
        Address of the folder of all outputs.
    suffix : str
        Ending of their names, ".txt".
    there : mapping of str to Stamp
        What lies in ``folder`` by the path below it.
    resume : bool
        Leave out pictures whose output is there and not older; where the age of a picture is not known, it
        counts as old. Where even whole names are the same, all are read: whose output is there is not sure.

    Returns
    -------
    Plan
        Where one folder has ``page.jpg`` and ``page.png``, these are the names instead of ``page`` and, say,
        ``page_2``: they do not depend on the order, so that a resumed run takes no text for that of another.
    """
    pictures: list[Found] = []
    errors: list[OcrError] = []
    for one in found:
        if one.error is None:
            pictures.append(one)
        else:
            errors.append(one.error)
    names, unsure = unlike_names(pictures)
    tasks: list[FileTask] = []
    done = 0
    pictures.reverse()
    for stem in names:
        # What is planned is let go: a list may name millions.
        one, name = pictures.pop(), f"{stem}{suffix}"
        seen = there.get(name)
        is_sure = stem.casefold() not in unsure
        if resume and is_sure and seen is not None and _is_as_new(seen, one.stamp):
            done += 1
        else:
            tasks.append(FileTask(one.address, f"{folder.rstrip('/')}/{name}", seen))
    return Plan(tuple(tasks), done, tuple(errors))


def chunk_size(count: int, *, cores: int) -> int:
    """Return how many of ``count`` tasks go to one of so many cores at a time, 1 to 16."""
    return max(1, min(_MOST_AT_A_TIME, count // (_CHUNKS_A_CORE * max(1, cores))))


def chunks(items: Sequence[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """Cut a sequence into pieces of ``size``, the last one perhaps smaller.

    >>> list(chunks("abcde", 2))
    [('a', 'b'), ('c', 'd'), ('e',)]
    """
    return (tuple(items[start : start + size]) for start in range(0, len(items), size))


def _is_as_new(output: Stamp, source: Stamp | None) -> bool:
    if source is None or source.moment is None or output.moment is None:
        return True
    return output.moment >= source.moment
