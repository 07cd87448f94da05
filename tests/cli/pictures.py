"""Pictures to read, kind and hostile, made by generators; no file is larger than a few kilobytes."""

import functools
import io
import struct
import zlib

import numpy as np
from PIL import Image

from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@functools.cache
def written(*lines, seed=3):
    """Gray bytes of a page drawn by the built-in hand."""
    page = write_page(
        lines,
        writer=StrokeWriter(),
        settings=PageSettings(letter_height_px=40),
        rng=np.random.default_rng(seed),
    )
    return np.rint(page.gray * 255).astype(np.uint8)


def encoded(image, format_, **options):
    stream = io.BytesIO()
    image.save(stream, format=format_, **options)
    return stream.getvalue()


def word(text="HUT", **options):
    """A PNG on which ``text`` is written."""
    return encoded(Image.fromarray(written(text)), "PNG", **options)


def chunk(kind, content):
    """One part of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_header(width, height):
    """A PNG that claims a size and holds nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return PNG_SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", b"")


def png_bomb(side=16_000):
    """A whole PNG of 256 megapixels in some kilobytes."""
    packer = zlib.compressobj(9)
    row = bytes(side // 8 + 1)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return PNG_SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def scan(*texts, format_="TIFF", **options):
    """A file with a page for each text."""
    pages = [Image.fromarray(written(text)) for text in texts]
    return encoded(pages[0], format_, save_all=True, append_images=pages[1:], **options)
