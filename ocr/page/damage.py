"""Whatever a file holds and whatever a decoder raises: one :class:`~ocr.errors.ImageError` of one line."""

from __future__ import annotations

import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PIL import UnidentifiedImageError

from ocr.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Decoders and tag readers meet damaged files with any of these, and with OSError.
DAMAGE = (
    SyntaxError,
    ValueError,
    EOFError,
    OverflowError,
    MemoryError,
    TypeError,
    IndexError,
    KeyError,
    AttributeError,
    ZeroDivisionError,
    AssertionError,
    RuntimeError,
    struct.error,
)


def printable(name: str) -> str:
    """Return a file name fit for one line of a message: control signs and broken encoding are escaped."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in name
    )


def picture_error(name: str, reason: str) -> ImageError:
    """Return the error that says why a picture cannot be read; ``reason`` is of one line."""
    return ImageError(f"picture {printable(name)}: {reason}")


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Turn all that decoders and the file system raise into one line of our own.

    Raises
    ------
    ImageError
        For each of these; its own are passed on.
    """
    try:
        yield
    except ImageError:
        raise
    except UnidentifiedImageError:
        reason = "not a picture that can be read; expected JPEG, PNG, TIFF, PDF, HEIC, WebP, AVIF, BMP or GIF"
    except FileNotFoundError:
        reason = "no such file; is the path right?"
    except PermissionError:
        reason = "may not be read; ask for permission or copy it"
    except OSError as error:
        cause = error.strerror or str(error) or type(error).__name__
        reason = f"cannot be read ({cause.lower()}); is the file complete and the path right?"
    except DAMAGE as error:
        reason = f"damaged ({str(error) or type(error).__name__}); try to save it anew"
    else:
        return
    raise picture_error(name, printable(reason)) from None
