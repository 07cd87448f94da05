"""Lattices small enough to know what should be read."""

from itertools import pairwise

import numpy as np
import pytest

from ocr.classifier.alphabet import PRINT
from ocr.language.ngram import load_language
from ocr.language.word_model import WordModel
from ocr.recognition.decoder import Edge, LineSearch, Step, decode
from ocr.recognition.labels import LabelGroups

LABELS = LabelGroups(PRINT)
ENGLISH = WordModel(load_language("english"), LABELS.names)
SURE = 0.97
JOINED, SPACED = -5.0, 5.0


def edge(start, stop, characters, *, bonus=0.0, count=6):
    """A candidate that may be each of ``characters`` (a mapping, or one character that it surely is)."""
    given = {characters: SURE} if isinstance(characters, str) else characters
    rest = (1 - sum(given.values())) / (len(PRINT) - len(given))
    row = np.log(np.array([[given.get(character, rest) for character in PRINT]]))
    order, scores = LABELS.best(row, count)
    return Edge(start, stop, order[0], scores[0] + bonus, LABELS.case_logs(row)[:, 0, order[0]])


def word(*characters):
    return [edge(place, place + 1, character) for place, character in enumerate(characters)]


def text(edges, gaps, *, language="english", words=()):
    known = load_language(language).with_words(words)
    model = WordModel(known, LABELS.names)
    steps = decode([LineSearch(edges, np.asarray(gaps, float))], model)[0].steps
    return "".join(" " * step.space_before + LABELS.names[step.label] for step in steps)


ROUND = {"O": 0.49, "0": 0.49}
UPRIGHT = {"l": 0.33, "1": 0.33, "I": 0.32}


def test_labels_are_letters_of_either_case_digits_and_marks():
    assert len(LABELS.names) == 26 + 10 + 20
    assert LABELS.names == tuple(
        dict.fromkeys(character.lower() for character in PRINT if len(character) == 1)
    )
    members = dict(zip(LABELS.names, LABELS.members, strict=True))
    assert [PRINT[index] for index in np.flatnonzero(members["a"])] == ["A", "a"]
    assert [PRINT[index] for index in np.flatnonzero(members["7"])] == ["7"]
    assert not LABELS.members[:, PRINT.index("<none>")].any()


def test_a_label_is_as_probable_as_its_cases_together():
    row = np.full((1, len(PRINT)), -np.inf)
    row[0, [PRINT.index(character) for character in "Aa7"]] = np.log([0.3, 0.4, 0.2])
    order, logs = LABELS.best(row, 2)
    assert [LABELS.names[index] for index in order[0]] == ["a", "7"]
    assert np.exp(logs[0]) == pytest.approx([0.7, 0.2])


def test_classes_that_are_not_allowed_have_no_label():
    allowed = np.array([character in "AaB" for character in PRINT])
    few = LabelGroups(PRINT, allowed)
    assert few.names == ("a", "b")
    assert few.members.sum() == 3


@pytest.mark.parametrize("language", ["english", "none"])
def test_sure_signs_are_read_as_they_are(language):
    assert text(word(*"HUT"), [JOINED] * 2, language=language) == "hut"
    assert text(word("Q"), [], language=language) == "q"


@pytest.mark.parametrize("code", ["XQ7J", "4HNW", "A1B2C3", "ZZYX", "8R5TK2"])
def test_codes_survive_the_language(code):
    assert text(word(*code), [JOINED] * (len(code) - 1)) == code.lower()


def test_a_code_may_have_a_doubtful_sign_and_a_word_is_a_word():
    assert text(word("4", "H", "N", {"W": 0.5, "E": 0.45}), [JOINED] * 3) == "4hnw"
    assert text(word("T", "H", {"3": 0.6, "E": 0.37}), [JOINED] * 2) == "the"


def test_spaces_are_where_the_gaps_say():
    assert text(word(*"THEHUT"), [JOINED, JOINED, SPACED, JOINED, JOINED]) == "the hut"


def test_language_settles_a_doubtful_space_and_a_sure_gap_wins():
    letters = word(*"THEHUT")
    assert text(letters, [JOINED, JOINED, 0.0, JOINED, JOINED]) == "the hut"
    assert text(word(*"HOUSE"), [JOINED, JOINED, 0.0, JOINED]) == "house"
    assert text(word(*"HOUSE"), [JOINED, JOINED, 20.0, JOINED]) == "hou se"


def test_no_space_lies_within_a_piece_of_ink():
    inside = -np.inf
    assert text(word(*"THEHUT"), [JOINED, JOINED, inside, JOINED, JOINED]) == "thehut"


def test_a_doubtful_sign_is_what_its_neighbours_make_likely():
    assert text(word("B", ROUND, "X"), [JOINED] * 2) == "box"
    assert text(word("2", ROUND, "7"), [JOINED] * 2) == "207"
    assert text(word("T", UPRIGHT, "M", "E"), [JOINED] * 3) == "time"
    assert text(word("8", UPRIGHT, "5"), [JOINED] * 2) == "815"


# What a stroke, a ring, a cross and so on look like to the classifier.
LOOKS = {
    "1": {"l": 0.35, "I": 0.3, "1": 0.25, "/": 0.05},
    "0": {"O": 0.5, "o": 0.2, "0": 0.28},
    "5": {"S": 0.5, "s": 0.2, "5": 0.28},
    "9": {"g": 0.6, "9": 0.35, "q": 0.04},
    "4": {"Y": 0.5, "4": 0.35, "y": 0.12},
    "+": {"t": 0.6, "+": 0.38},
    "/": {"/": 0.4, "1": 0.3, "l": 0.25},
    ".": {".": 0.5, ",": 0.3, "-": 0.15},
    ":": {":": 0.4, ";": 0.3, "i": 0.25},
    "-": {"-": 0.6, "_": 0.2, "=": 0.1},
}


@pytest.mark.parametrize(
    "number",
    [
        "12-12-15", "3/4/2021", "12.5.", "10:03", "03:03", "4.50", "1,200.00", "8+3", "9-1=8", "A-1234",
        "1984", "2.562", "75009", "20146", "10%", "1.5%", "(13)", "0171-2345"
    ],
)  # fmt: skip
def test_words_made_of_digits_are_read_as_such(number):
    edges = [edge(place, place + 1, LOOKS.get(one, one)) for place, one in enumerate(number)]
    assert text(edges, [JOINED] * (len(number) - 1)) == number.lower()


def test_a_sum_with_spaces_is_read_as_such():
    edges = [edge(place, place + 1, LOOKS.get(one, one)) for place, one in enumerate("8+3=11")]
    assert text(edges, [SPACED, SPACED, SPACED, SPACED, JOINED]) == "8 + 3 = 11"


def test_a_stroke_is_a_letter_in_a_word_and_a_digit_in_a_code_of_capitals():
    code = [
        edge(place, place + 1, LOOKS["1"] if one == "1" else one) for place, one in enumerate("4T1B11HK9KU24")
    ]
    assert text(code, [JOINED] * 12) == "4t1b11hk9ku24"
    small = [edge(place, place + 1, LOOKS["1"] if one == "l" else one) for place, one in enumerate("hello")]
    assert text(small, [JOINED] * 4) == "hello"
    hill = [edge(0, 1, "H"), *(edge(place, place + 1, LOOKS["1"]) for place in (1, 2, 3))]
    assert text(hill, [JOINED] * 3) == "hill"


def test_a_word_of_the_user_is_read_where_it_was_doubtful():
    doubtful = {"V": 0.35, "U": 0.55}
    assert text(word("K", doubtful, "O", "X"), [JOINED] * 3) == "kuox"
    assert text(word("K", doubtful, "O", "X"), [JOINED] * 3, words=["Kvox"]) == "kvox"


def test_the_better_cut_wins():
    doubtful = [edge(0, 1, {"r": 0.4, "c": 0.2}), edge(1, 2, {"n": 0.4, "h": 0.2})]
    assert text([*doubtful, edge(0, 2, "M")], [-np.inf]) == "m"
    # Clear halves, and a piece of ink so wide that it is hardly one letter.
    assert text([edge(0, 1, "r"), edge(1, 2, "n"), edge(0, 2, "M", bonus=-4.0)], [-np.inf]) == "rn"


def test_each_segment_is_read_once():
    rng = np.random.default_rng(5)
    for _ in range(10):
        count = int(rng.integers(1, 9))
        edges = [
            edge(start, stop, {PRINT[rng.integers(82)]: 0.5})
            for start in range(count)
            for stop in range(start + 1, min(start + 3, count) + 1)
        ]
        steps = decode([LineSearch(edges, rng.normal(0, 3, count - 1))], ENGLISH)[0].steps
        spans = [(edges[step.candidate].start, edges[step.candidate].stop) for step in steps]
        assert spans[0][0] == 0
        assert spans[-1][1] == count
        assert all(first[1] == second[0] for first, second in pairwise(spans))
        assert not steps[0].space_before
        assert all(step.label in edges[step.candidate].labels for step in steps)


def test_bad_edges_and_those_that_nothing_leads_to_are_left():
    edges = [edge(0, 1, "X", bonus=-50.0), edge(0, 2, "H"), edge(2, 3, "I"), edge(1, 2, "Y", bonus=-50.0)]
    model = WordModel(load_language("none"), LABELS.names)
    steps = decode([LineSearch(edges, np.full(2, JOINED))], model)[0].steps
    assert [step.candidate for step in steps] == [1, 2]
    assert steps[0] == Step(1, LABELS.names.index("h"), space_before=False)
    cut_off = [edge(0, 2, "H"), edge(1, 2, "Y"), edge(2, 3, "I")]
    assert text(cut_off, [JOINED] * 2) == "hi"


def test_a_listed_word_is_likelier_than_its_spelling():
    assert text(word("K", "N", {"E": 0.40, "O": 0.1, "I": 0.4}, "T"), [JOINED] * 3) == "knit"


def test_a_glyph_that_looks_like_no_character_costs():
    rows = np.full((2, len(PRINT)), -9.0)
    rows[:, PRINT.index("A")], rows[:, PRINT.index("<none>")] = np.log([0.9, 0.1]), np.log([0.1, 0.9])
    assert LABELS.reject_probabilities(rows) == pytest.approx([0.1, 0.9])
    without = LabelGroups(("A", "B"))
    assert without.reject_probabilities(np.zeros((3, 2))).tolist() == [0, 0, 0]
