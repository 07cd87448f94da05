"""Frames of a file that are pages, found and opened."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from ocr.errors import ImageError
from ocr.image.decoding import open_image
from ocr.image.limits import pillow_limits
from ocr.image.multipage import open_page, page_count
from ocr.image.picture import Album
from ocr.image.tiff_pages import find_directories
from unit.page import files


def gray_of(content, page):
    image, _ = open_page(content, "a", page=page)
    return np.asarray(image.convert("L"))


@pytest.mark.parametrize("format_", ["TIFF", "GIF", "WEBP", "PNG", "MPO", "AVIF"])
def test_each_page_is_found(format_):
    content = files.several(format_)
    assert page_count(open_image(content, "a")) == 3
    assert [files.number_of(gray_of(content, page)) for page in (1, 2, 3, 1)] == [1, 2, 3, 1]
    with pytest.raises(ImageError, match=r"^picture a: found 3 pages, expected at least 4$"):
        open_page(content, "a", page=4)


def test_pages_of_a_tiff_have_their_own_sizes():
    content = files.several("TIFF", same_size=False)
    assert tuple(open_page(content, "a", page=page)[0].size for page in (1, 2, 3)) == files.SIZES


def test_pictures_of_a_heic_and_its_main_one():
    content = files.heic(1, 2, 3, primary=1)
    assert page_count(open_image(content, "a")) == 3
    assert [files.number_of(gray_of(content, page)) for page in (None, 1, 2, 3)] == [2, 1, 2, 3]


def tiff_with_kinds(*kinds):
    stream = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(stream) as writer:
        for number, kind in enumerate(kinds, 1):
            files.page(number).save(writer, format="TIFF", tiffinfo={254: kind})
            writer.newFrame()
    return stream.getvalue()


def test_previews_and_masks_are_no_pages():
    content = tiff_with_kinds(0, 1, 2)
    assert page_count(open_image(content, "a")) == 2
    assert [files.number_of(gray_of(content, page)) for page in (1, 2)] == [1, 3]
    assert page_count(open_image(tiff_with_kinds(0, 4, 5), "a")) == 1
    # A file of a preview alone is read.
    assert page_count(open_image(tiff_with_kinds(1, 1), "a")) == 1


def test_a_tiff_that_breaks_off_counts_the_first_page_that_is_lost():
    content = files.several("TIFF")
    whole = open_image(content, "a")
    whole.seek(1)
    lost = whole._frame_pos[1]
    with pillow_limits("a"):
        assert page_count(open_image(content[: lost - 1], "a")) == 2


def test_a_tiff_that_runs_in_a_circle_has_an_end():
    content = bytearray(files.several("TIFF"))
    image = open_image(bytes(content), "a")
    image.seek(2)
    first, last = image._frame_pos[0], image._frame_pos[2]
    tags = int.from_bytes(content[last : last + 2], "little")
    content[last + 2 + 12 * tags : last + 6 + 12 * tags] = first.to_bytes(4, "little")
    assert page_count(open_image(bytes(content), "a")) == 3


def test_an_image_in_memory_is_one_page_and_stays_where_it_is():
    image = Image.open(io.BytesIO(files.several("TIFF")))
    image.seek(1)
    assert open_page(image, "a", page=1) == (image, None)
    with pytest.raises(ImageError, match="found 1 page, expected at least 2"):
        open_page(image, "a", page=2)
    assert image.tell() == 1


def many_pages(count, **options):
    """A TIFF of pages of 1, 2, 3, ... columns."""
    pages = [Image.new("L", (1 + number, 2), 255) for number in range(count)]
    stream = io.BytesIO()
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:], **options)
    return stream.getvalue()


@pytest.mark.parametrize("options", [{}, {"big_tiff": True}, {"compression": "tiff_lzw"}], ids=str)
def test_pages_are_found_once_and_each_is_opened_without_those_before_it(monkeypatch, options):
    content = many_pages(40, **options)
    walks = []

    def find(stream):
        walks.append(len(stream))
        return find_directories(stream)

    def refuse(*_):
        pytest.fail("walks over the pages")

    monkeypatch.setattr("ocr.image.multipage.find_directories", find)
    monkeypatch.setattr(TiffImagePlugin.TiffImageFile, "seek", refuse)
    album = Album(content)
    pictures = list(album)
    assert [picture.width for picture in pictures] == list(range(1, 41))
    assert all((picture.gray() == 255).all() for picture in pictures)
    assert len(walks) == 1


def test_a_tiff_of_another_byte_order():
    # Three directories with their kind as a long, a short, and a long number: the second one is a preview.
    entries = [struct.pack(">HHII", 254, 4, 1, 0), struct.pack(">HHIHH", 254, 3, 1, 1, 0)]
    entries.append(entries[0])
    follow = (26, 44, 0)
    directories = [
        b"\0\1" + entry + place.to_bytes(4, "big") for entry, place in zip(entries, follow, strict=True)
    ]
    content = b"MM\0*" + (8).to_bytes(4, "big") + b"".join(directories)
    assert list(find_directories(content)) == [8, 44]


@pytest.mark.parametrize(
    "content", [b"", b"II*\0", b"MM\0+\xff\xff", b"II*\0\xff\xff\xff\xff", b"II+\0" + b"\xff" * 12]
)
def test_a_file_that_is_only_a_head_has_at_most_one_page(content):
    assert len(list(find_directories(content))) <= 1


def test_damaged_directories_end():
    content = many_pages(5)
    rng = np.random.default_rng(0)
    for _ in range(300):
        damaged = bytearray(content)
        for place in rng.integers(4, len(content), 4):
            damaged[place] = rng.integers(256)
        assert len(list(find_directories(bytes(damaged)))) <= 6
