"""Whatever goes wrong with a picture is said in one line."""

import pytest

from ocr.errors import ImageError, printable
from ocr.image.limits import as_image_error, picture_error


def test_printable():
    assert printable("Größe 1.png") == "Größe 1.png"
    assert printable("a\nb\x1b[31m\udcff") == r"a\nb\x1b[31m\udcff"


def test_picture_error_is_one_line():
    assert str(picture_error("a\nb", "gone")) == r"picture a\nb: gone"


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (FileNotFoundError(2, "No such file"), "no such file; is the path right?"),
        (PermissionError(13, "Permission denied"), "may not be read; ask for permission or copy it"),
        (OSError(5, "Input/output error"), "cannot be read (input/output error); is the file complete and "),
        (OSError("Truncated\nFile"), r"cannot be read (truncated\nfile); is the file complete and "),
        (OSError(), "cannot be read (oserror); is the file"),
        (SyntaxError("broken PNG"), "damaged (broken PNG); try to save it anew"),
        (EOFError(), "damaged (EOFError); try to save it anew"),
        (MemoryError(), "needs more memory than there is, or than --max-memory"),
    ],
)
def test_what_decoders_and_file_systems_raise(raised, reason):
    with pytest.raises(ImageError) as caught, as_image_error("a.png"):
        raise raised
    assert str(caught.value).startswith(f"picture a.png: {reason}")


def test_own_errors_and_mistakes_of_ours_are_passed_on():
    own = picture_error("b", "gone")
    with pytest.raises(ImageError) as caught, as_image_error("a"):
        raise own
    assert caught.value is own
    with pytest.raises(StopIteration), as_image_error("a"):
        raise StopIteration
