"""From corrections to a model of the user: find the pages, learn, and install what is better."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from ocr.classifier.model_file import save_model
from ocr.document.json_format import from_json
from ocr.errors import DataError, ImageError, ModelError, counted, printable
from ocr.files import OWN_MODEL, own_models_folder, shipped_folder, write_by_rename
from ocr.image.decoding import PICTURE_SUFFIXES
from ocr.image.picture import Album, Picture
from ocr.learning.corrected_pages import CorrectedLine, CorrectedPage, prepare_page
from ocr.learning.learn_hand import READING_SHARE, Learnt, learn_hand
from ocr.learning.other_hands import accuracy_on_others

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from ocr.classifier.model import Model
    from ocr.language.ngram import Language
    from ocr.learning.correction_store import Correction, CorrectionStore

    OnProgress = Callable[[str, float], None]

TEXT_SUFFIX = ".gt.txt"
"""Of the file with the right text of the picture of the same name beside it."""

# A page of text; more is no transcript.
_MOST_TEXT_BYTES = 1_000_000
_LONGEST_NAME = 60


class SourcePage(NamedTuple):
    """A picture with its right lines, and how far it has to be turned if that is known."""

    picture: Picture
    lines: tuple[CorrectedLine, ...]
    turn_deg: int | None


def pages_of_folder(folder: Path) -> list[tuple[Path, str]]:
    """Find the pictures of a folder that have a file ``NAME.gt.txt`` beside them, with its text.

    Raises
    ------
    DataError
        If there is none, or a text has no picture or cannot be read.
    """
    found, beside = [], sorted(folder.iterdir())
    for path in sorted(folder.glob(f"*{TEXT_SUFFIX}")):
        stem = path.name.removesuffix(TEXT_SUFFIX)
        pictures = [one for one in beside if one.stem == stem and one.suffix.lower() in PICTURE_SUFFIXES]
        if not pictures:
            message = f"{path}: found no picture {stem} beside it, expected one such as {stem}.jpg"
            raise DataError(message)
        found.append((pictures[0], text_of(path)))
    if not found:
        message = f"{folder}: found no NAME{TEXT_SUFFIX}, expected one beside each picture; write the texts"
        raise DataError(message)
    return found


def text_of(path: Path) -> str:
    """Return the text of a page.

    Raises
    ------
    DataError
        If it is too large, no UTF-8 or cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_TEXT_BYTES + 1)
        if len(content) <= _MOST_TEXT_BYTES:
            return content.decode("utf-8-sig")
        reason = "larger than 1 MB"
    except (OSError, UnicodeDecodeError) as error:
        reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error.strerror).lower()
    message = f"{path}: cannot be read ({reason}), expected the text of a page as UTF-8"
    raise DataError(message)


def sources_of_folder(folder: Path) -> Iterator[SourcePage]:
    """Yield the pages of a folder; a page of several has its pages split by form feeds."""
    for path, text in pages_of_folder(folder):
        for picture, part in zip(Album(path), text.rstrip("\f\n").split("\f"), strict=False):
            yield SourcePage(picture, lines_of(part), None)


def lines_of(text: str) -> tuple[CorrectedLine, ...]:
    """Return the lines of a text that are not empty."""
    return tuple(CorrectedLine(line) for line in text.splitlines() if line.strip())


def sources_of_store(store: CorrectionStore, on_missing: Callable[[str], None]) -> Iterator[SourcePage]:
    """Yield the pages of a store with corrections; ``on_missing`` is told of pictures that are gone."""
    for page in store.pages():
        corrections = store.corrections(page.id)
        if not corrections or not page.document:
            continue
        try:
            (picture,) = Album(page.path, name=page.name, pages=page.number)
        except ImageError as error:
            on_missing(str(error))
            yield from sources_of_crops(store, page.id, corrections.values())
            continue
        lines = tuple(CorrectedLine(one.text, one.box) for one in corrections.values())
        yield SourcePage(picture, lines, from_json(page.document).pages[0].turned_deg)


def sources_of_crops(
    store: CorrectionStore, page: int, corrections: Iterable[Correction]
) -> Iterator[SourcePage]:
    """Yield the corrected lines of a page whose picture is gone, each as a page of its own."""
    for one in corrections:
        crop = store.crop(page, one.box)
        if crop is not None and one.text:
            yield SourcePage(Picture(crop, name=f"line {one.line + 1}"), (CorrectedLine(one.text),), 0)


def prepare(
    sources: Sequence[SourcePage], model: Model, language: Language, on_progress: OnProgress
) -> list[CorrectedPage]:
    """Read all pages, and match their lines with the right texts."""
    prepared = []
    for number, source in enumerate(sources):
        on_progress("reading", READING_SHARE * number / len(sources))
        prepared.append(
            prepare_page(
                source.picture, source.lines, model=model, language=language, turn_deg=source.turn_deg
            )
        )
    return prepared


def learn_from(
    sources: Sequence[SourcePage],
    model: Model,
    language: Language,
    *,
    name: str = OWN_MODEL,
    on_progress: OnProgress | None = None,
) -> Learnt:
    """Learn a hand from pages with their right texts; see :func:`ocr.learning.learn_hand.learn_hand`."""
    report = on_progress or (lambda _what, _share: None)
    pages = prepare(sources, model, language, report)
    learnt = learn_hand(pages, model, language, name=name, on_progress=report)
    metadata = {
        "data": [f"{learnt.characters} characters of {counted(learnt.pages, 'corrected page')}"],
        "base": {"name": model.name, "checksum": model.checksum},
        "lines": learnt.lines,
        "date": datetime.now(UTC).date().isoformat(),
        "held_out": {
            "characters": learnt.before.characters,
            "errors_before": learnt.before.edits,
            "errors_after": learnt.after.edits,
            "change_interval": learnt.change,
        },
        "others": accuracy_on_others(model, learnt.model),
    }
    return replace(learnt, model=replace(learnt.model, metadata=metadata))


def check_name(name: str) -> None:
    """Refuse the name of a shipped model, and what is no name of a file.

    Raises
    ------
    ModelError
        With the name.
    """
    is_shipped = (shipped_folder("models") / f"{name}.npz").exists()
    if is_shipped or len(name) > _LONGEST_NAME or not re.fullmatch("[A-Za-z0-9_-]+", name):
        what = "the name of a shipped model" if is_shipped else "no name"
        message = f"model {printable(name[:80])}: found {what}, expected letters and digits; choose another"
        raise ModelError(message)


def install(learnt: Learnt, folder: Path | None = None) -> Path | None:
    """Write a model that is no worse than before, with its card, for ``--model``; None if it is worse.

    Raises
    ------
    ModelError
        If its name may not be used, see :func:`check_name`, or it cannot be written.
    """
    name = learnt.model.name
    check_name(name)
    if not learnt.is_better:
        return None
    target = own_models_folder() if folder is None else folder
    saved = save_model(learnt.model, target)
    card = hand_card(replace(learnt, model=saved))
    write_by_rename(target / f"{name}.md", card.encode(), what="model", failure=ModelError)
    return target / name


def hand_card(learnt: Learnt) -> str:
    """Write the card of a model that has learnt a hand, in Markdown."""
    metadata, before, after = learnt.model.metadata, learnt.before, learnt.after
    base, others = metadata["base"], metadata["others"]
    pages = counted(learnt.pages, "page")
    return f"""# Model card: {learnt.model.name}

The model {base["name"]} (SHA-256 `{base["checksum"]}`) after it has learnt the hand of one writer, on
{metadata["date"]}.

SHA-256 of weights, classes and calibration: `{learnt.model.checksum}`

## Training data
{learnt.characters} characters on {learnt.lines} corrected lines of {pages}, and drawn characters of
all classes to rehearse. The line network learnt the same lines.

## Scores
Each of the {learnt.lines} lines, {before.characters} characters, was read by a model that had learnt the
other half of them. This one was then trained in the same way on all of them.

| | errors | of the characters |
|---|---|---|
| before | {before.edits} | {100 * before.share:.1f} % |
| after | {after.edits} | {100 * after.share:.1f} % |

{_interval(learnt)}Other hands, {others["characters"]} test characters ({others["test"]}), named right:

| before | after |
|---|---|
| {_percent(others["before"])} | {_percent(others["after"])} |

## Limits
It reads this hand. Others may be read a little worse: `ocr score` measures it on test characters.
"""


def _interval(learnt: Learnt) -> str:
    """Say how sure the difference is, in a paragraph; nothing if that is not known."""
    if learnt.change is None:
        return ""
    low, high = learnt.change
    return f"The change in 95 of 100 cases: {low:+.1f} to {high:+.1f} points.\n\n"


def _percent(share: float | None) -> str:
    return "not measured: it does not know all of them" if share is None else f"{100 * share:.2f} %"
