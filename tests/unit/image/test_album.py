"""Albums: which pages of a file are read, one at a time."""

import io

import numpy as np
import pytest
from PIL import GifImagePlugin, Image

from ocr.errors import ImageError, SettingError
from ocr.image.picture import Album
from unit.page import files


def shown(album):
    return [files.number_of(picture.gray()) for picture in album]


def test_all_pages_of_a_tiff():
    album = Album(files.several("TIFF", same_size=False), name="a.tif")
    assert (len(album), album.numbers) == (3, (1, 2, 3))
    assert shown(album) == [1, 2, 3]
    assert [(one.width, one.height) for one in album] == list(files.SIZES)
    assert [one.name for one in album] == ["a.tif page 1", "a.tif page 2", "a.tif page 3"]
    assert {(one.source, one.notes, one.format) for one in album} == {("a.tif", (), "TIFF")}


def test_all_pages_of_a_pdf():
    pytest.importorskip("pypdfium2")
    album = Album(files.pdf((600, 1200), (1200, 600), resolution=150), name="a.pdf")
    assert [(one.name, one.format, one.width < one.height) for one in album] == [
        ("a.pdf page 1", "PDF", True),
        ("a.pdf page 2", "PDF", False),
    ]
    assert [one.gray(at_least_px=600).shape for one in album] == [(600, 300), (300, 600)]


@pytest.mark.parametrize("format_", ["GIF", "PNG", "WEBP", "AVIF"])
def test_the_first_picture_of_an_animation_unless_others_are_asked_for(format_):
    content = files.several(format_)
    (first,) = Album(content, name="a")
    assert (first.name, files.number_of(first.gray())) == ("a", 1)
    assert first.notes == ("is an animation; only its first picture was read",)
    asked = list(Album(content, name="a", pages="3,2"))
    assert [(one.name, files.number_of(one.gray()), one.notes) for one in asked] == [
        ("a page 3", 3, ()),
        ("a page 2", 2, ()),
    ]


def test_each_frame_of_an_animation_is_decoded_once(monkeypatch):
    frames = [Image.new("L", (30, 20), 5 * number) for number in range(40)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    decoded = []
    real = GifImagePlugin.GifImageFile._seek

    def counted(self, frame, *options):
        decoded.append(frame)
        real(self, frame, *options)

    monkeypatch.setattr(GifImagePlugin.GifImageFile, "_seek", counted)
    grays = [picture.gray() for picture in Album(buffer.getvalue(), pages="1-")]
    assert [int(gray[0, 0]) for gray in grays] == [5 * number for number in range(40)]
    assert len(decoded) < 4 * len(frames)


def test_the_first_eye_of_a_stereo_photo():
    content = files.several("MPO")
    (first,) = Album(content)
    assert (files.number_of(first.gray()), first.notes) == (1, ())
    assert shown(Album(content, pages=2)) == [2]


def test_the_main_picture_of_a_heic():
    content = files.heic(1, 2, 3, primary=1)
    (main,) = Album(content)
    assert files.number_of(main.gray(at_least_px=20)) == 2
    assert main.notes == ("holds 3 pictures; only the main one was read",)
    assert shown(Album(content, pages="1-")) == [1, 2, 3]
    (only,) = Album(files.heic(2))
    assert only.notes == ()


def test_a_file_of_one_page_is_called_by_its_name_alone():
    for pages in (None, 1, "-5"):
        (picture,) = Album(files.encoded(files.page(2)), name="a.png", pages=pages)
        assert picture.name == picture.source == "a.png"


def test_an_image_or_array_in_memory_is_one_page():
    image = Image.open(io.BytesIO(files.several("TIFF")))
    image.seek(1)
    (picture,) = Album(image)
    assert files.number_of(picture.gray()) == 2
    assert picture.notes == ("has 3 pages; only one was read",)
    assert shown(Album(np.asarray(files.page(3)), pages="1")) == [3]
    with pytest.raises(ImageError, match="found 1 page, expected at least 2"):
        Album(image, pages=2)


def test_a_file_is_read_once_and_a_page_when_its_turn_comes(tmp_path, monkeypatch):
    path = tmp_path / "a.tif"
    path.write_bytes(files.several("TIFF"))
    album = Album(path)
    path.unlink()
    opened = []
    monkeypatch.setattr("ocr.image.picture.Picture", lambda *_, page, **__: opened.append(page))
    pages = iter(album)
    assert opened == []
    next(pages)
    assert opened == [1]


def test_a_broken_page_leaves_the_others():
    content = files.several("TIFF", same_size=False)
    cut = content[: len(content) - 700]
    album = Album(cut, name="a.tif")
    assert files.number_of(album.picture(1).gray()) == 1
    with pytest.raises(ImageError, match=r"^picture a\.tif page \d: "):
        album.picture(album.numbers[-1]).gray()


def test_each_page_is_checked_for_its_size(monkeypatch):
    monkeypatch.setattr("ocr.image.limits.MOST_PIXELS", 1100)
    album = Album(files.several("TIFF", same_size=False), name="a.tif")
    assert album.picture(3).width == 50
    with pytest.raises(ImageError, match=r"^picture a.tif page 2: 30 x 40 pixels, expected at most"):
        album.picture(2)


def test_pages_that_are_none():
    with pytest.raises(SettingError, match="found 'x'"):
        Album(files.encoded(files.page(1)), pages="x")
    with pytest.raises(ImageError, match=r"^picture a: found 3 pages, expected at least 9 for pages 9;"):
        Album(files.several("TIFF"), name="a", pages=9)


def test_what_cannot_be_opened():
    with pytest.raises(ImageError, match="not a picture that can be read"):
        Album(b"no picture")
