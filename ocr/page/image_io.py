"""Open a picture from anywhere and turn it into gray: upright, paper bright, no larger than needed.

Sizes are checked before a pixel is decoded, and a JPEG is decoded at a half, a quarter or an eighth where that is
fine enough: decoding is what reading a large photo costs.
"""

from __future__ import annotations

import io
import os
import threading
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ocr.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

GrayBytes: TypeAlias = "NDArray[np.uint8]"
ImageSource: TypeAlias = "str | os.PathLike[str] | bytes | Image.Image | NDArray[Any]"

# A 200-megapixel scan is the largest that people have; anything above is a mistake or an attack.
_MOST_PIXELS = 256_000_000
# Pictures that take one byte a pixel or more on disk and still exceed this are not read from a stream.
_MOST_BYTES = 1 << 30
_limit_lock = threading.Lock()


class Picture:
    """An opened picture that decodes itself to gray at the size asked for.

    Parameters
    ----------
    source : path, bytes, PIL image or array
        An array is (H, W) or (H, W, 3 or 4): uint8, uint16, bool, or float in [0, 1].
    name : str
        What error messages call it.

    Raises
    ------
    ImageError
        If it is missing, no picture, damaged, empty or larger than 256 megapixels.
    """

    def __init__(self, source: ImageSource, *, name: str | None = None) -> None:
        self.name = name or _name_of(source)
        with _readable(self.name):
            self._content = _content_of(source, self.name)
            with self._opened() as image:
                width, height = image.size
                self.format = image.format
                turned = image.getexif().get(0x0112, 1) in {5, 6, 7, 8}
        self.height, self.width = (width, height) if turned else (height, width)

    @contextmanager
    def _opened(self) -> Iterator[Image.Image]:
        if isinstance(self._content, Image.Image):
            yield self._content
            return
        with _own_pixel_limit(), Image.open(io.BytesIO(self._content)) as image:
            yield image

    def gray(self, *, at_least_px: int | None = None) -> GrayBytes:
        """Decode to gray, upright as the camera's orientation tag says, on white where it is transparent.

        Parameters
        ----------
        at_least_px : int, optional
            The longer side may be reduced to a size not below this; the full size if left out.

        Returns
        -------
        (H, W) uint8 array
            0 black .. 255 paper. Its sides are those of the picture divided by 1, 2, 4 or 8, rounded up.

        Raises
        ------
        ImageError
            If the picture is damaged.
        """
        with _readable(self.name), self._opened() as image:
            if at_least_px is not None:
                factor = at_least_px / max(image.size)
                wanted = (max(1, int(image.width * factor)), max(1, int(image.height * factor)))
                image.draft("L", wanted)
            upright = ImageOps.exif_transpose(image)
            gray = np.asarray(_to_gray(upright))
            step = 1
            while at_least_px is not None and max(gray.shape) // (2 * step) >= at_least_px:
                step *= 2
            return gray if step == 1 else np.asarray(Image.fromarray(gray).reduce(step))


def _name_of(source: ImageSource) -> str:
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    return f"<{type(source).__name__}>"


def _content_of(source: ImageSource, name: str) -> bytes | Image.Image:
    if isinstance(source, Image.Image):
        return source
    if isinstance(source, np.ndarray):
        return _from_array(source, name)
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        if path.stat().st_size > _MOST_BYTES:
            message = f"picture {name}: larger than {_MOST_BYTES >> 30} GiB; reduce it first"
            raise ImageError(message)
        source = path.read_bytes()
    if not source:
        message = f"picture {name}: the file is empty; expected a JPEG, PNG, TIFF or other picture"
        raise ImageError(message)
    return bytes(source)


def _from_array(array: NDArray[Any], name: str) -> Image.Image:
    """Wrap an array as a Pillow image of 8 bits."""
    fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in {3, 4})
    if not fits or array.size == 0:
        message = (
            f"picture {name}: found an array of shape {array.shape}, expected (H, W), (H, W, 3) or (H, W, 4)"
        )
        raise ImageError(message)
    if array.dtype == np.uint8:
        return Image.fromarray(array)
    if array.dtype == np.uint16:
        return Image.fromarray((array >> 8).astype(np.uint8))
    if array.dtype == np.bool_:
        return Image.fromarray(array.astype(np.uint8) * 255)
    if np.issubdtype(array.dtype, np.floating) and np.isfinite(array).all():
        return Image.fromarray(np.rint(np.clip(array, 0, 1) * 255).astype(np.uint8))
    message = f"picture {name}: found an array of {array.dtype}, expected uint8, uint16, bool or finite floats in 0 .. 1"
    raise ImageError(message)


@contextmanager
def _own_pixel_limit() -> Iterator[None]:
    """Let Pillow open what we allow: its own limit is lower, global, and a warning."""
    with _limit_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = Image.MAX_IMAGE_PIXELS
        Image.MAX_IMAGE_PIXELS = _MOST_PIXELS // 2  # Pillow refuses from twice this number on
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Turn all that Pillow and the file system raise into one line of our own."""
    try:
        yield
    except ImageError:
        raise
    except UnidentifiedImageError:
        message = (
            f"picture {name}: not a picture that can be read; expected JPEG, PNG, TIFF, WebP, BMP or GIF"
        )
        raise ImageError(message) from None
    except Image.DecompressionBombError:
        message = f"picture {name}: more than {_MOST_PIXELS // 10**6} megapixels; reduce it first"
        raise ImageError(message) from None
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        message = (
            f"picture {name}: cannot be read ({reason.lower()}); is the file complete and the path right?"
        )
        raise ImageError(message) from None
    except (
        SyntaxError,
        ValueError,
        EOFError,
        OverflowError,
        MemoryError,
        TypeError,
        IndexError,
        KeyError,
    ) as error:
        # Pillow's decoders meet damaged files with any of these.
        message = f"picture {name}: damaged ({error or type(error).__name__}); try to save it anew"
        raise ImageError(message) from None


def _to_gray(image: Image.Image) -> Image.Image:
    """Convert any mode of Pillow to 8-bit gray."""
    if image.mode in {"I;16", "I;16L", "I;16B", "I;16N", "I", "F"}:
        return _deep_to_gray(image)
    if image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(paper, layer).convert("L")
    if image.mode in {"L", "RGB", "1", "P", "CMYK", "YCbCr", "LAB", "HSV"}:
        return (
            image.convert("L")
            if image.mode in {"L", "RGB", "1", "CMYK", "YCbCr"}
            else image.convert("RGB").convert("L")
        )
    return image.convert("RGB").convert("L")


def _deep_to_gray(image: Image.Image) -> Image.Image:
    """Bring 16-bit, 32-bit and float pictures to 8 bits by the smallest usual full scale that holds them."""
    values = np.asarray(image).astype(np.float32)
    top = float(np.nanmax(values, initial=0.0))
    full_scale = next((scale for scale in (1.0, 255.0, 65535.0) if top <= scale), top)
    if image.mode.startswith("I;16"):
        full_scale = 65535.0
    clean = np.nan_to_num(values, nan=full_scale, posinf=full_scale, neginf=0.0)
    return Image.fromarray(np.rint(np.clip(clean / full_scale, 0, 1) * 255).astype(np.uint8))
