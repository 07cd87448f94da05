import json
from html.parser import HTMLParser

import pytest
from PIL import Image

from cli.laboratory import drawn, write_character


@pytest.fixture
def classify(ocr, tiny_model, in_folder):
    """Classify with the tiny model; give exit code, stdout and stderr."""
    return lambda *arguments: ocr("classify", "--model", tiny_model, *arguments)


def test_prints_one_line_a_picture_with_the_sign_first(classify, in_folder):
    files = [
        write_character(in_folder / f"{number}.png", character) for number, character in enumerate("3EWk")
    ]
    code, out, err = classify(*files)
    rows = [line.split("\t") for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [row[2] for row in rows] == [str(file) for file in files]
    assert [len(row) for row in rows] == [7] * 4
    assert sum(row[0] == character for row, character in zip(rows, "3EWk", strict=True)) >= 3
    for row in rows:
        shares = [float(row[1]), *(float(other.split()[1]) for other in row[3:])]
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1.0005


def test_polarity_margin_and_size_do_not_matter(classify, in_folder):
    dark = write_character(in_folder / "dark.png", "E")
    light = write_character(in_folder / "light.png", "E", dark_on_light=False)
    crop = in_folder / "crop.png"
    Image.fromarray(drawn("E")[0]).save(crop)
    tight = in_folder / "tight.png"
    with Image.open(dark) as picture:
        picture.crop((38, 38, 102, 102)).save(tight)
    code, out, _ = classify(dark, light, crop, tight, "--charset", "EFL")
    assert code == 0
    rows = [line.split("\t") for line in out.splitlines()]
    assert [row[0] for row in rows] == ["E"] * 4
    assert float(rows[0][1]) == pytest.approx(float(rows[1][1]), abs=0.02)


@pytest.mark.parametrize(("charset", "characters"), [("digits", "0123456789"), ("0Oo", "0Oo")])
def test_charset_restricts_the_answers(classify, in_folder, charset, characters):
    file = write_character(in_folder / "s.png", "S")
    _, out, _ = classify(file, "--charset", charset, "--json", "--top", "3")
    found = json.loads(out)
    answers = [found, *found["alternatives"]]
    assert {answer["character"] for answer in answers} <= set(characters)
    assert len(answers) == 3
    if len(characters) == 3:
        assert sum(answer["probability"] for answer in answers) == pytest.approx(1)


def test_a_bad_file_does_not_stop_the_others(classify, in_folder):
    good = write_character(in_folder / "good.png", "A")
    (in_folder / "bad.png").write_bytes(b"no picture")
    code, out, err = classify("bad.png", good, "missing.png")
    assert code == 3
    assert len(out.splitlines()) == 1
    assert [("bad.png" in line, "missing.png" in line) for line in err.splitlines()] == [
        (True, False),
        (False, True),
    ]


def test_a_blank_picture_has_no_sign(classify, in_folder):
    Image.new("L", (50, 50), 255).save(in_folder / "blank.png")
    code, out, err = classify("blank.png")
    assert (code, out) == (0, "\t\tblank.png\n")
    assert "no ink" in err
    assert json.loads(classify("blank.png", "--json")[1])["character"] is None


def test_html_page_shows_pictures_and_probabilities(classify, in_folder):
    Image.new("L", (50, 50), 255).save(in_folder / "blank.png")
    file = write_character(in_folder / "<b>.png", "A")
    code, _, err = classify(file, "blank.png", "--html", "page.html")
    page = (in_folder / "page.html").read_text()
    sources, bars = [], []

    class Reading(HTMLParser):
        def handle_starttag(self, tag, attrs):
            assert tag != "b"
            sources.extend(value for name, value in attrs if name in {"src", "href"})
            bars.extend(value for name, value in attrs if name == "class" and value.startswith("bar"))

    Reading().feed(page)
    assert code == 0
    assert "wrote page.html" in err
    assert len(sources) == 2
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert len(bars) == 5
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--charset", "0é"), "'é'"),
        (("--charset", ""), "no character"),
        (("--top", "0"), "--top"),
        (("--html", "page.txt"), ".html"),
    ],
)
def test_bad_usage(classify, in_folder, arguments, words):
    file = write_character(in_folder / "a.png", "A")
    code, out, err = classify(file, *arguments)
    assert (code, out) == (2, "")
    assert words in err


def test_no_picture_and_no_model(classify, ocr, in_folder):
    assert classify()[0] == 2
    assert ocr("classify", "--model", "nobody", "a.png")[0] == 4


@pytest.fixture
def named(in_folder):
    """Pictures called after their characters; the last one is called wrongly."""
    files = [write_character(in_folder / f"{name}.png", name[0]) for name in ("E_1", "W-2", "3")]
    return [*files, write_character(in_folder / "Q_9.png", "X")]


def test_right_answers_come_from_the_names(classify, named):
    code, out, err = classify(*named, "--charset", "EW3XQ", "--truth", "names", "--html", "page.html")
    assert code == 0
    assert "3 of 4 right" in err
    assert [line.endswith("\tis Q") for line in out.splitlines()] == [False, False, False, True]
    page = (named[0].parent / "page.html").read_text()
    places = [page.index(f'alt="{file}"') for file in named]
    assert min(places) == places[-1], "the wrong one comes first"
    shares = [float(line.split("\t")[1]) for line in out.splitlines()][:3]
    assert sorted(range(3), key=lambda at: -shares[at]) == sorted(range(3), key=lambda at: places[at])


def test_right_answers_come_from_a_table(classify, named, in_folder):
    rows = zip(named, "EW3X", strict=True)
    (in_folder / "truth.tsv").write_text("".join(f"{file.name}\t{character}\n" for file, character in rows))
    _, out, err = classify(*named, "--charset", "EW3XQ", "--truth", "truth.tsv", "--json")
    assert "4 of 4 right" in err
    assert [json.loads(line)["truth"] for line in out.splitlines()] == list("EW3X")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (None, "truth.tsv: cannot be read"),
        ("a.png\tA\n", "found no row for"),
        ("a.png\tABC\n", "line 1: found"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_right_answers_that_are_missing_or_damaged(classify, named, in_folder, rows, words):
    if rows is not None:
        (in_folder / "truth.tsv").write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    code, out, err = classify(*named, "--truth", "truth.tsv")
    assert (code, out) == (5, "")
    assert words in err


def test_a_long_name_is_no_right_answer(classify, in_folder):
    code, _, err = classify(write_character(in_folder / "scan.png", "A"), "--truth", "names")
    assert code == 5
    assert "A_01.png" in err
