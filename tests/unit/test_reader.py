"""What a reader can be told: the language, words of the user's own, the characters that may occur."""

import io
import string

import numpy as np
import pytest
from PIL import Image

import ocr
from ocr.errors import ImageError, ModelError, SettingError
from ocr.numeric import overlap
from ocr.reader import Reader
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page


@pytest.fixture(scope="module")
def page():
    """A page of eight characters and two spaces, drawn by the built-in hand."""
    settings = PageSettings(letter_height_px=40)
    drawn = write_page(
        ("HUT 27 MAN",), writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(3)
    )
    return np.rint(drawn.gray * 255).astype(np.uint8)


def test_everything_is_read_by_default(page):
    assert Reader().read(page).text == "HUT 27 MAN"
    assert Reader(charset="print").read(page).text == "HUT 27 MAN"


@pytest.mark.parametrize(
    ("charset", "signs"),
    [
        ("digits", string.digits),
        ("upper", string.ascii_uppercase),
        ("lower", string.ascii_lowercase),
        ("letters", string.ascii_letters),
        ("alnum", string.digits + string.ascii_letters),
        ("HUT0", "HUT0"),
        ("7", "7"),
        (".", "."),
    ],
)
@pytest.mark.parametrize("language", ["english", "none"])
def test_a_charset_leaves_the_next_best_sign_and_never_a_hole(page, charset, signs, language):
    found = Reader(charset=charset, language=language).read(page)
    # An H may be read as two digits, but something is read wherever something is written.
    written = [character.box for character in Reader().read(page).characters]
    assert len(written) == 8
    for box in written:
        assert any(overlap(box.left, box.right, one.box.left, one.box.right) > 0 for one in found.characters)
    assert set(found.text) <= {*signs, " "}
    for character in found.characters:
        assert {sign for sign, _ in character.alternatives} <= set(signs)


def test_what_is_allowed_is_read_as_without_a_charset(page):
    assert Reader(charset="HUT").read(page).text.startswith("HUT ")
    assert Reader(charset="digits").read(page).text.split()[1] == "27"


def test_an_unknown_sign_and_an_unknown_language_are_refused():
    with pytest.raises(SettingError, match="'€'"):
        Reader(charset="0€")
    with pytest.raises(ModelError, match="language 'klingon': not found"):
        Reader(language="klingon")


def test_words_are_a_sequence_or_a_file(tmp_path):
    (tmp_path / "names.txt").write_text("# mine\nKvorx Ada\n")
    listed, given = Reader(words=tmp_path / "names.txt"), Reader(words=["Kvorx", "Ada"])
    assert (listed.language.hashes == given.language.hashes).all()
    assert listed.language.hashes.size == Reader().language.hashes.size + 1
    assert (Reader(words=str(tmp_path / "names.txt")).language.hashes == given.language.hashes).all()
    with pytest.raises(SettingError, match="no such file"):
        Reader(words="Kvorx")


def test_without_a_language_the_words_of_the_user_are_all_that_is_known():
    assert Reader(language="none").language.hashes.size == 0
    assert Reader(language="none", words=["Kvorx"]).language.hashes.size == 1


@pytest.mark.parametrize("language", ["english", "none"])
def test_probabilities_are_those_of_the_alternatives(page, language):
    for character in Reader(language=language).read(page).characters:
        shares = [share for _, share in character.alternatives]
        assert dict(character.alternatives)[character.text] == character.probability
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1 + 1e-9


def test_a_sign_forced_upon_another_shape_is_not_sure(page):
    free, forced = Reader().read(page), Reader(charset="HUTMA2").read(page)
    seven = [list(document.characters)[4].probability for document in (free, forced)]
    assert seven[1] < 0.9 * seven[0]


@pytest.fixture(scope="module")
def album(page):
    """A TIFF of the page, a blank one, and the page twice as large."""
    pages = [
        Image.fromarray(page),
        Image.new("L", (60, 40), 255),
        Image.fromarray(page.repeat(2, 0).repeat(2, 1)),
    ]
    stream = io.BytesIO()
    pages[0].save(stream, format="TIFF", save_all=True, append_images=pages[1:])
    return stream.getvalue()


def test_a_document_has_the_pages_of_its_file(album):
    document = Reader().read(album, name="scan.tif")
    assert document.text == "HUT 27 MAN\f\fHUT 27 MAN"
    assert [page.source for page in document.pages] == ["scan.tif"] * 3
    assert [page.width for page in document.pages][1:] == [60, 2 * document.pages[0].width]
    assert [len(page.notes) for page in document.pages] == [0, 1, 0]


def test_pages_that_are_asked_for(album):
    assert [len(page.lines) for page in ocr.read(album, pages="3,2").pages] == [1, 0]
    assert ocr.read(album, pages=(1,)).text == "HUT 27 MAN"
    with pytest.raises(ImageError, match="found 3 pages, expected at least 4"):
        ocr.read(album, pages=4)
    with pytest.raises(SettingError, match="found page 0"):
        ocr.read(album, pages="0")


class TopOrBottom:
    """A classifier in five lines: it knows two characters, and 7 has more ink at the top than L."""

    classes = ("7", "L")

    def log_probabilities(self, crops):
        is_seven = crops[:, :14].sum(axis=(1, 2)) > crops[:, 14:].sum(axis=(1, 2))
        return np.where(is_seven[:, None] == [True, False], -0.01, -4.6).astype(np.float32)


def test_another_classifier_takes_the_place_of_the_model():
    settings = PageSettings(letter_height_px=40)
    drawn = write_page(("L7L",), writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(3))
    gray = np.rint(drawn.gray * 255).astype(np.uint8)
    reader = Reader(model=TopOrBottom(), language="none", turn_deg=0)
    document = reader.read(gray)
    assert document.text == "L7L"
    assert reader.model_name == document.model == "TopOrBottom"
    assert Reader(model=TopOrBottom(), language="none", charset="7", turn_deg=0).read(gray).text == "777"
    with pytest.raises(SettingError, match="model TopOrBottom, 7L"):
        Reader(model=TopOrBottom(), charset="A")
