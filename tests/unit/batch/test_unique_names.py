"""No two pictures get one name, and no file is taken for that of another picture."""

from pathlib import PurePath
from typing import NamedTuple

import pytest

from ocr.batch.inputs import Input
from ocr.batch.outputs import outputs_of, plan_target, unique_names, with_suffix_numbers


class Picture(NamedTuple):
    key: str
    ending: str


def named(*names):
    """Names of files of one folder."""
    return unique_names(
        [Picture(PurePath(name).with_suffix("").as_posix(), PurePath(name).suffix) for name in names]
    )


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a.jpg", "a.png", "b.png"], ["a.jpg", "a.png", "b"]),
        (["a.jpg", "A.png"], ["a.jpg", "A.png"]),
        (["x/a.jpg", "y/a.png"], ["x/a", "y/a"]),
        (["a", "a.jpg"], ["a", "a.jpg"]),
        # a.jpg would be the output of two.
        (["a.jpg", "a.png", "a.jpg.png"], ["a.jpg", "a.png", "a.jpg.png"]),
        (["a.jpg.png", "a.png", "a.jpg"], ["a.jpg.png", "a.png", "a.jpg"]),
        # Two of one name, as of two folders that were named, or by case alone.
        (["a.jpg", "a.jpg", "A.JPG", "b.jpg"], ["a.jpg", "a.jpg_2", "A.JPG_3", "b"]),
        (["a.jpg_2.png", "a.jpg", "a.jpg"], ["a.jpg_2", "a.jpg", "a.jpg_3"]),
        (["a.jpg", "a.jpg", "a.jpg_2.png"], ["a.jpg", "a.jpg_2", "a.jpg_2_2"]),
    ],
)
def test_no_two_have_the_same_output(names, expected):
    assert named(*names)[0] == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a.jpg", "b.png"], set()),
        (["a.jpg", "A.png"], {"a"}),
        # The text of a.jpg.png may have been written as a.jpg, before a.jpg and a.png were there.
        (["a.jpg", "a.png", "a.jpg.png"], {"a", "a.jpg"}),
        (["a.jpg", "a.jpg"], {"a", "a.jpg", "a.jpg_2"}),
    ],
)
def test_names_that_could_be_of_another_picture_are_known(names, expected):
    assert named(*names)[1] == expected


def test_a_second_name_gets_a_number():
    assert with_suffix_numbers(["a", "A", "a_2", "a", "b"]) == (
        ["a", "A_2", "a_2_2", "a_3", "b"],
        {"a_2", "a_2_2", "a_3"},
    )
    assert with_suffix_numbers([]) == ([], set())


def test_names_too_long_for_a_disk_are_shortened_and_stay_apart():
    target = plan_target("out/", "alto", is_asked=True)
    stems = ["\N{HIRAGANA LETTER A}" * 83 + end for end in ("b", "c", "")]
    names = [one.name for one in outputs_of(target, [Input(f"{stem}.p") for stem in stems])]
    assert len(set(names)) == 3
    assert all(name.endswith(".alto.xml") and len(name.encode()) <= 255 for name in names)
    assert [name.count("~") for name in names] == [1, 1, 1]
    (short,) = outputs_of(target, [Input("n" * 246 + ".png")])
    assert short.name == "n" * 246 + ".alto.xml"
