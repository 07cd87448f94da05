import io

import pytest
from PIL import Image

from ocr.document.page_images import jpeg_of, one_per_page
from ocr.document.tree import Page
from ocr.errors import ImageError, SettingError
from unit.document.documents import BLANK, DOCUMENT

TALL = Page((), width=20, height=60)


def opened(picture, page=TALL, **settings):
    return Image.open(io.BytesIO(jpeg_of(picture, page, quality=90, **settings)))


def test_a_picture_or_none_for_each_page():
    assert one_per_page(DOCUMENT, None) == [None, None]
    assert one_per_page(DOCUMENT, ("a.png", None)) == ["a.png", None]
    with pytest.raises(SettingError, match="found 1, expected one for each of 2 pages"):
        one_per_page(DOCUMENT, ["a.png"])


def test_a_path_or_an_image_becomes_a_jpeg(tmp_path):
    image = Image.new("RGB", (20, 60), (200, 30, 30))
    image.save(tmp_path / "a.png")
    for picture in (image, tmp_path / "a.png", str(tmp_path / "a.png")):
        found = opened(picture)
        assert (found.format, found.mode, found.size) == ("JPEG", "RGB", (20, 60))
        assert found.getpixel((10, 30)) == pytest.approx((200, 30, 30), abs=4)


def test_the_comment_of_a_file_stays_out(tmp_path):
    Image.new("L", (20, 60), 255).save(tmp_path / "a.jpg", comment=b"taken by Ann at home")
    assert b"taken by Ann" in (tmp_path / "a.jpg").read_bytes()
    assert b"taken by Ann" not in jpeg_of(tmp_path / "a.jpg", TALL, quality=90)


def test_it_is_turned_as_its_tag_says(tmp_path):
    lying = Image.new("L", (60, 20), 255)
    lying.paste(0, (0, 0, 30, 20))
    tag = Image.Exif()
    tag[0x0112] = 6
    lying.save(tmp_path / "a.jpg", exif=tag)
    found = opened(tmp_path / "a.jpg")
    assert found.size == (20, 60)
    assert [found.getpixel((10, row)) for row in (5, 55)] == pytest.approx([0, 255], abs=9)


@pytest.mark.parametrize(("turned_deg", "dark"), [(90, (5, 255)), (270, (255, 5))])
def test_it_is_turned_as_the_page_was_to_be_read(turned_deg, dark):
    lying = Image.new("L", (60, 20), 255)
    lying.paste(0, (30, 0, 60, 20))
    found = opened(lying, Page((), width=20, height=60, turned_deg=turned_deg))
    assert [found.getpixel((10, row)) for row in (5, 55)] == pytest.approx(dark, abs=9)


@pytest.mark.parametrize(
    ("mode", "color", "expected"),
    [
        ("1", 1, 255),
        ("L", 90, 90),
        ("I;16", 90 * 256, 90),
        ("LA", (0, 0), (255, 255, 255)),
        ("RGBA", (0, 0, 0, 0), (255, 255, 255)),
        ("CMYK", (0, 0, 0, 255), (0, 0, 0)),
    ],
)
def test_any_mode_becomes_gray_or_colour_on_white(mode, color, expected):
    found = opened(Image.new(mode, (20, 60), color))
    assert found.getpixel((10, 30)) == pytest.approx(expected, abs=2)


def test_it_is_reduced_but_never_enlarged():
    image = Image.new("L", (20, 60))
    assert opened(image, longest_px=30).size == (10, 30)
    assert opened(image, longest_px=90).size == (20, 60)
    assert image.size == (20, 60)


def test_a_picture_of_another_size_is_refused():
    with pytest.raises(SettingError, match="found 60 x 20 pixels, expected 50 x 40"):
        jpeg_of(Image.new("L", (60, 20)), BLANK, quality=90)


def test_what_is_no_picture_is_refused(tmp_path):
    with pytest.raises(ImageError, match=r"missing\.png: cannot be read"):
        jpeg_of(tmp_path / "missing.png", BLANK, quality=90)
    for content in ("no picture", "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 50 40\n"):
        (tmp_path / "text.png").write_text(content, encoding="ascii")
        with pytest.raises(ImageError, match=r"text\.png: cannot be read"):
            jpeg_of(tmp_path / "text.png", BLANK, quality=90)
