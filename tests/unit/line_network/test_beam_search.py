"""Texts of outputs that are known."""

import numpy as np
import pytest

from ocr.classifier.alphabet import PRINT
from ocr.language.ngram import load_language
from ocr.language.word_model import WordModel
from ocr.line_network.beam_search import LineScores, search
from ocr.recognition.labels import LabelGroups

LABELS = LabelGroups(PRINT)
SPACE = len(LABELS.names) + 1


def column(character):
    if character == "-":
        return 0
    return SPACE if character == " " else LABELS.names.index(character) + 1


def scores_of(outputs, *, sure=0.9):
    """Scores of frames that each say a character, "-" for nothing; or one of several, by a mapping."""
    rows = []
    for output in outputs:
        said = {output: sure} if isinstance(output, str) else output
        row = np.full(SPACE + 1, (1 - sum(said.values())) / SPACE)
        for character, probability in said.items():
            row[column(character)] = probability
        rows.append(np.log(row))
    return LineScores(np.array(rows), np.zeros((2, len(rows), len(LABELS.names))))


def texts(*lines, weight=0.0, language="english"):
    model = WordModel(load_language(language), LABELS.names)
    return [
        " ".join("".join(LABELS.names[label] for label in word) for word in found.words)
        for found in search(lines, model, weight=weight)
    ]


def test_repeated_outputs_are_one_character_unless_a_blank_parts_them():
    assert texts(scores_of("-hhe-ll-l-o-")) == ["hello"]


def test_a_space_parts_words():
    assert texts(scores_of("-t-o-  -d-o-")) == ["to do"]


def test_spaces_at_the_ends_are_no_words():
    assert texts(scores_of(" -t-o- ")) == ["to"]


def test_the_language_decides_what_the_network_leaves_open():
    unsure = {"u": 0.46, "v": 0.48}
    line = scores_of(["h", "-", "o", "-", unsure, "-", "s", "-", "e", "-"], sure=0.97)
    assert texts(line) == ["hovse"]
    assert texts(line, weight=0.8) == ["house"]


def test_lines_of_unlike_length_are_read_as_if_alone():
    short, long = scores_of("-n-o-"), scores_of("-m-a-y-b-e- -t-h-i-s-")
    assert texts(short, long, weight=0.6) == [*texts(short, weight=0.6), *texts(long, weight=0.6)]


def test_a_line_that_says_nothing_has_no_words():
    assert texts(scores_of("-----", sure=0.999)) == [""]


def test_the_score_without_a_language_is_the_probability_of_the_text():
    from ocr.line_network.ctc import text_log_probability

    scores = scores_of(["-", {"a": 0.5, "-": 0.3}, "b", "-"])
    (found,) = search([scores], WordModel(load_language("none"), LABELS.names), weight=0.0)
    text = [label + 1 for word in found.words for label in word]
    assert found.score == pytest.approx(text_log_probability(scores.logs, text), abs=0.05)
