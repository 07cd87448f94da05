"""A tiny EMNIST, drawn by the built-in hand, and a tiny model of it."""

import struct

import numpy as np
from PIL import Image

from ocr.classifier.alphabet import BYCLASS, SPLITS
from ocr.classifier.crop import crop_glyph
from ocr.synthesis.stroke_writer import StrokeWriter


def idx_bytes(array):
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(np.uint8).tobytes()


def drawn(characters, *, seed=0):
    """Draw (N, 28, 28) uint8 pictures with bright ink, one for each of ``characters``."""
    rng, hand = np.random.default_rng(seed), StrokeWriter()
    patches = [hand.draw(character, letter_height_px=12, rng=rng).coverage for character in characters]
    return np.stack(
        [np.rint(crop_glyph(patch.astype(np.float32) / 255) * 255).astype(np.uint8) for patch in patches]
    )


def write_emnist(folder, split="byclass", *, copies=2, parts=("train", "test"), labels=None):
    """Write a split with ``copies`` drawn pictures of each class, as NIST stores them."""
    folder.mkdir(parents=True, exist_ok=True)
    order = np.arange(copies * len(SPLITS[split])) % len(SPLITS[split])
    for seed, part in enumerate(parts):
        images = drawn([SPLITS[split][label] for label in order], seed=seed)
        stem = folder / f"emnist-{split}-{part}"
        stem.with_name(f"{stem.name}-images-idx3-ubyte").write_bytes(idx_bytes(images.swapaxes(1, 2)))
        stem.with_name(f"{stem.name}-labels-idx1-ubyte").write_bytes(
            idx_bytes(order if labels is None else labels)
        )
    return folder


def write_character(path, character, *, size=140, dark_on_light=True):
    """Write a picture of one drawn character with a margin around it."""
    crop = Image.fromarray(drawn([character])[0]).resize((84, 84), Image.Resampling.BICUBIC)
    picture = Image.new("L", (size, size), 10)
    picture.paste(crop.point(lambda value: max(value, 10)), (28, 28))
    picture = picture.point(lambda value: 255 - value) if dark_on_light else picture
    picture.convert("RGB").save(path)
    return path


__all__ = ["BYCLASS", "drawn", "write_character", "write_emnist"]
