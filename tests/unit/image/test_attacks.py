"""Crafted files of a few kilobytes that ask for hours or terabytes: each is a picture or one line."""

import struct
import sys
import zlib

import numpy as np
import pytest
from cli.pictures import encoded, png_header
from PIL import Image

from ocr.errors import ImageError
from ocr.image import pdf
from ocr.image.pdf import render_pdf_page
from ocr.image.picture import Picture
from unit.page import files


def pdf_of(contents, *objects, resources=b"", box=b"0 0 200 200", filters=b""):
    """A page with its contents as object 4 and further objects from 5 on."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%b] /Contents 4 0 R /Resources << %b >> >>"
    return files.raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page % (box, resources),
        stream(contents, filters),
        *objects,
    )


def stream(content, entries=b""):
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(content), content)


def nested_forms(depth):
    """A form that shows a form twice, which does so too, and so on: 2 to the power of the depth."""
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 200 200] /Resources << /XObject << /F %d 0 R >> >>"
    forms = [stream(b"/F Do /F Do", entries % (number + 6)) for number in range(depth)]
    last = stream(b"0 0 9 9 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 200 200]")
    return pdf_of(b"/F Do", *forms, last, resources=b"/XObject << /F 5 0 R >>")


def looped_masks(times):
    """A soft mask that is drawn by a form which uses the mask itself."""
    state = b"<< /Type /ExtGState /SMask << /S /Luminosity /G 6 0 R >> >>"
    form = stream(
        b"/G gs 0 0 200 200 re f " * 9,
        b"/Type /XObject /Subtype /Form /BBox [0 0 200 200] /Group << /S /Transparency /CS /DeviceGray >> "
        b"/Resources << /ExtGState << /G 5 0 R >> >>",
    )
    return pdf_of(b"/G gs 0 0 200 200 re f " * times, state, form, resources=b"/ExtGState << /G 5 0 R >>")


def twice_compressed(megabytes):
    packer = zlib.compressobj(1)
    once = b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()
    return pdf_of(zlib.compress(once, 9), filters=b"/Filter [/FlateDecode /FlateDecode]")


def rendered(content):
    """A page as a picture, or why it is none."""
    try:
        return render_pdf_page(content, "a.pdf", page=1)
    except ImageError as error:
        return str(error)


PDFS = {
    "forms": lambda: nested_forms(22),
    "masks": lambda: looped_masks(30),
    "twice compressed": lambda: twice_compressed(400),
    "thin": lambda: pdf_of(b"", box=b"0 0 100000 1"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
@pytest.mark.parametrize("name", PDFS)
def test_a_crafted_pdf_is_a_picture_or_one_line(name, monkeypatch):
    pytest.importorskip("pypdfium2")
    monkeypatch.setattr(pdf, "_SECONDS_OF_WORK", 1)
    monkeypatch.setattr(pdf, "_MOST_MEMORY_BYTES", 300_000_000)
    pdf._renderer.end()
    found = rendered(PDFS[name]())
    pdf._renderer.end()
    if isinstance(found, str):
        assert found.startswith("picture a.pdf: a page that ")
        assert "\n" not in found
    else:
        assert found.width * found.height <= 36_100_000


def claiming(content, side):
    """The same file with another size in its header (ISO base media: an item's ``ispe``)."""
    place = content.index(b"ispe") + 8
    return content[:place] + struct.pack(">II", side, side) + content[place + 8 :]


@pytest.mark.parametrize("side", [9_990, 16_000, 2**31 - 1])
@pytest.mark.parametrize("format_", ["AVIF", "HEIC"])
def test_a_header_that_lies_is_refused_before_a_pixel_is_decoded(format_, side):
    if format_ == "HEIC":
        pytest.importorskip("pillow_heif")
    content = files.heic(1) if format_ == "HEIC" else encoded(Image.new("L", (40, 30)), "AVIF")
    with pytest.raises(ImageError, match=r"^picture a: (not a picture|\d+ x \d+ pixels, expected|damaged)"):
        Picture(claiming(content, side), name="a").gray()


@pytest.mark.parametrize(("width", "height"), [(1_000_000, 10), (10, 1_000_000), (255_000_000, 1)])
def test_a_strip_longer_than_any_page_is_refused(width, height):
    with pytest.raises(ImageError, match=r"^picture a: \d+ x \d+ pixels, expected at most"):
        Picture(png_header(width, height), name="a")


def test_a_webp_that_is_large_in_a_few_bytes_is_refused():
    side = 9_990
    size = struct.pack("<I", (side - 1) | (side - 1) << 14)
    body = b"VP8L" + struct.pack("<I", 5) + b"\x2f" + size + b"\0"
    with pytest.raises(
        ImageError, match=r"^picture a: (9990 x 9990 pixels, expected at most 50|not a picture)"
    ):
        Picture(b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body, name="a")


def jpeg_with(segment, *, before_scan=True):
    """A JPEG with segments after its start, or before its end."""
    content = encoded(Image.new("L", (40, 30), 255), "JPEG")
    return content[:2] + segment + content[2:] if before_scan else content[:-2] + segment + content[-2:]


def png_with(part):
    content = encoded(Image.new("L", (40, 30), 255), "PNG")
    return content[:33] + part + content[33:]


def gif_with(blocks):
    content = encoded(Image.new("L", (40, 30), 255), "GIF")
    start = content.index(b",")
    return content[:start] + blocks + content[start:]


def bmp_of_runs(pixels):
    """A BMP of 8 bits a pixel, compressed to runs."""
    palette = b"".join(bytes([gray, gray, gray, 0]) for gray in range(256))
    size = struct.pack("<IiiHHIIiiII", 40, 40, 30, 1, 8, 1, len(pixels), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 1078 + len(pixels), 0, 0, 1078) + size + palette + pixels


EXIF = b"\xff\xe1\xff\xffExif\0\0" + bytes(65_527)
EMPTY_PART = struct.pack(">I4sI", 0, b"abCd", zlib.crc32(b"abCd"))
COMMENT = b"\x21\xfe" + (b"\xff" + bytes(255)) * 4_000 + b"\0"
APP1 = b"\xff\xe1" + struct.pack(">H", 12) + b"Exif\0\0II*\0"
SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"P2\n3000 3000\n255\n" + b"255 " * 2_000_001, "8 MB of numbers as text, expected at most 8"),
        (
            b"P5\n" + b"# so\n" * 20_000 + b"2 2\n255\n1234",
            r"damaged \(no width and height after its comments\)",
        ),
        (
            b"P5\n2 #" + b"o" * 70_000 + b"\n2\n255\n1234",
            r"damaged \(no width and height after its comments\)",
        ),
        (b"P5\n20 30\n4095\n" + bytes(1_199), r"damaged \(not enough image data\)"),
        (b"P6\n20000 30000\n4095\n", "20000 x 30000 pixels, expected at most 100 megapixels"),
        (bmp_of_runs(b"\x01\x80" * 4_000_000), "8 MB of runs of pixels, expected at most 8"),
        (png_with(50_001 * EMPTY_PART), r"damaged \(more than 50,000 parts\)"),
        (gif_with(COMMENT), r"damaged \(more than 1 MB of comments\)"),
        (gif_with(b"\x21\xfe\x01a\0" * 250_001), r"damaged \(more than 500,000 blocks\)"),
        (jpeg_with(70 * EXIF), r"damaged \(more than 4 MB of tags\)"),
        (jpeg_with(2001 * APP1), r"damaged \(more than 2,000 segments\)"),
        (jpeg_with(100 * SCAN, before_scan=False), r"damaged \(more than 100 scans\)"),
    ],
)
def test_what_takes_long_to_decode_is_refused(content, reason):
    with pytest.raises(ImageError, match=rf"^picture a: {reason}; "):
        Picture(content, name="a")


@pytest.mark.parametrize(
    "content",
    [
        b"P2\n# a comment\n#another\n2 2\n255\n1 2 3 4\n",
        b"P5 2 2 255\n1234",
        b"P5 2 2 4095\n12345678",
        bmp_of_runs((b"\x28\x80\0\0") * 30 + b"\0\1"),
        png_with(100 * EMPTY_PART),
        gif_with(COMMENT[:258] + b"\0"),
        jpeg_with(400 * APP1),
        encoded(Image.new("L", (40, 30), 255), "JPEG", progressive=True),
    ],
)
def test_what_is_usual_is_decoded(content):
    assert Picture(content, name="a").gray().size in {4, 1200}


@pytest.mark.parametrize("white", [1, 100, 1000, 4095, 65_535])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_pnm_of_any_white_is_scaled_to_it(white, channels):
    values = np.linspace(0, white, 12 * channels).round().astype(">u2" if white > 255 else np.uint8)
    head = f"P{5 if channels == 1 else 6}\n# made by hand\n4 3\n{white}\n".encode()
    picture = Picture(head + values.tobytes(), name="a")
    assert picture.format == "PPM"
    gray = picture.gray()
    assert gray.shape == (3, 4)
    expected = (values.reshape(3, 4, channels).astype(float) * 255 / white).mean(axis=2)
    assert np.abs(gray - expected).max() < 4
