"""Who opens a file, told from its first bytes."""

import sys

import pytest
from PIL import AvifImagePlugin, Image, UnidentifiedImageError

from ocr.errors import ImageError
from ocr.image.decoding import PICTURE_SUFFIXES, is_pdf, open_image
from unit.page import files


def ftyp(major, *others):
    brands = major + b"\0\0\0\0" + b"".join(others)
    return (len(brands) + 8).to_bytes(4) + b"ftyp" + brands + bytes(20)


def test_pdf_by_its_mark():
    assert is_pdf(b"%PDF-1.7\n")
    assert is_pdf(b"\xef\xbb\xbf\n@PJL ENTER LANGUAGE=PDF\n%PDF-1.4")
    assert not is_pdf(b" " * 1100 + b"%PDF-1.4")
    assert not is_pdf(files.encoded(files.page(1)))


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF", "PPM", "AVIF"])
def test_pictures_that_pillow_opens(format_):
    image = open_image(files.encoded(files.page(1), format_), "a")
    assert (image.format, image.size) == (format_, files.SIZES[0])


def test_heic_is_opened_and_pillow_left_as_it_was():
    content = files.heic(1)
    before = set(Image.OPEN)
    assert open_image(content, "a").format == "HEIF"
    assert set(Image.OPEN) == before


@pytest.mark.parametrize("head", [ftyp(b"heic"), ftyp(b"mif1", b"heic"), ftyp(b"mif1"), ftyp(b"hevc")])
def test_heic_without_its_library_says_what_to_install(head, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(ImageError) as caught:
        open_image(head, "a.heic")
    expected = (
        "picture a.heic: HEIC needs a library that is not installed; install with: pip install pillow-heif"
    )
    assert str(caught.value) == expected


@pytest.mark.parametrize("head", [ftyp(b"avif"), ftyp(b"mif1", b"miaf", b"avif"), ftyp(b"avis")])
def test_avif_without_its_decoder_says_what_to_install(head, monkeypatch):
    monkeypatch.setattr(AvifImagePlugin, "SUPPORTED", False)
    with pytest.raises(ImageError, match="AVIF needs a newer Pillow"):
        open_image(head, "a.avif")
    monkeypatch.setitem(sys.modules, "PIL.AvifImagePlugin", None)
    monkeypatch.delattr("PIL.AvifImagePlugin")
    with pytest.raises(ImageError, match="AVIF needs a newer Pillow"):
        open_image(head, "a.avif")


def test_films_and_other_relatives_are_no_pictures():
    with pytest.raises(UnidentifiedImageError):
        open_image(ftyp(b"isom", b"mp42"), "a")


def test_suffixes_are_small_and_start_with_a_dot():
    assert all(suffix == suffix.lower() and suffix[0] == "." for suffix in PICTURE_SUFFIXES)
    assert {".pdf", ".heic", ".heif", ".avif", ".jpg", ".tif"} <= PICTURE_SUFFIXES
