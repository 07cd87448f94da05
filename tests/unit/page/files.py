"""Files of several pages, kind and broken, made by the libraries that read them."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image

# Each page has its own size and gray, so that none is taken for another.
GRAYS = (30, 120, 210)
SIZES = ((40, 30), (30, 40), (50, 20))


def page(number):
    """Page 1, 2 or 3: dark to light, with a light corner."""
    gray = np.full(SIZES[number - 1][::-1], GRAYS[number - 1], np.uint8)
    gray[:8, :8] = 250
    return Image.fromarray(gray)


def number_of(gray):
    """Which page a picture is, by the gray of its middle."""
    middle = int(gray[gray.shape[0] // 2, gray.shape[1] // 2])
    return 1 + min(range(3), key=lambda index: abs(GRAYS[index] - middle))


def encoded(image, format_="PNG", **options):
    stream = io.BytesIO()
    image.save(stream, format=format_, **options)
    return stream.getvalue()


def several(format_, *, same_size=True, **options):
    """A file of three pages."""
    pages = [page(number) for number in (1, 2, 3)]
    if same_size:
        pages = [one.resize(SIZES[0]) for one in pages]
    return encoded(pages[0], format_, save_all=True, append_images=pages[1:], **options)


def pdf(*sizes, resolution=300):
    """A PDF of pages of these sizes in pixels, each filled with gray."""
    pages = [Image.new("L", size, 90) for size in sizes]
    return encoded(pages[0], "PDF", save_all=True, append_images=pages[1:], resolution=resolution)


def heic(*numbers, primary=0):
    """A HEIC of these pages; skips the test where it cannot be written."""
    pillow_heif = pytest.importorskip("pillow_heif")
    file = pillow_heif.HeifFile()
    for number in numbers:
        file.add_from_pillow(page(number).resize((64, 64)))
    stream = io.BytesIO()
    file.save(stream, primary_index=primary)
    return stream.getvalue()


def raw_pdf(*objects, trailer=b""):
    """A PDF of these objects, the first of which is the catalog."""
    content, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    return bytes(content + b"startxref\n%d\n%%%%EOF\n" % table)


def pdf_page(width, height, *, resources=b"", contents=b""):
    """A PDF of one page of this size in points."""
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(contents), contents)
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %a %a] /Contents 4 0 R /Resources << %s >> >>"
        % (width, height, resources),
        stream,
    )


def pdf_of_large_picture(side):
    """A PDF whose page holds a picture that claims ``side`` x ``side`` black-and-white pixels."""
    packed = zlib.compress(bytes(100))
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray "
        b"/BitsPerComponent 1 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (side, side, len(packed), packed)
    )
    drawing = b"100 0 0 100 0 0 cm /P Do"
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R "
        b"/Resources << /XObject << /P 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        picture,
    )


def encrypted_pdf():
    """A PDF that asks for a password that nobody has."""
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]" % (
        b"11" * 32,
        b"22" * 32,
    )
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>", trailer=lock
    )


def empty_pdf():
    """A PDF without pages."""
    return raw_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>")
