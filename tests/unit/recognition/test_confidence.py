"""Words surround a doubtful character: how sure is it then?"""

import numpy as np
import pytest

from ocr.classifier.alphabet import PRINT
from ocr.language.ngram import load_language
from ocr.language.word_model import WordModel, word_log_probabilities
from ocr.recognition.confidence import (
    AS_IT_IS,
    CALIBRATION,
    Calibration,
    calibrated,
    line_inputs,
    log_odds,
    posteriors_in_word,
    with_word_shape,
)
from ocr.recognition.decoder import Edge, LineSearch, decode
from ocr.recognition.labels import LabelGroups

LABELS = LabelGroups(PRINT)
ENGLISH, NONE = (WordModel(load_language(name), LABELS.names) for name in ("english", "none"))


def rows(*characters):
    """Log-probabilities (n, K): each character a mapping, or one character that it almost surely is."""
    found = []
    for character in characters:
        given = {character: 0.98} if isinstance(character, str) else character
        rest = (1 - sum(given.values())) / (len(PRINT) - len(given))
        found.append([given.get(name, rest) for name in PRINT])
    return np.log(np.array(found))


def word_of(text):
    return [LABELS.names.index(character.lower()) for character in text]


def probabilities(characters, text, language=ENGLISH):
    return posteriors_in_word(rows(*characters), word_of(text), labels=LABELS, model=language)


def of(found, place, character):
    return found[place, PRINT.index(character)]


DOUBTFUL = {"U": 0.5, "V": 0.4}


def test_a_word_makes_its_sign_surer_and_another_less_sure():
    alone = of(probabilities([DOUBTFUL], "U", NONE), 0, "U")
    assert alone == pytest.approx(0.5, abs=0.03)
    assert of(probabilities(["H", DOUBTFUL, "T"], "HUT"), 1, "U") > 0.85
    assert of(probabilities(["H", DOUBTFUL, "T"], "HUT", NONE), 1, "U") == pytest.approx(alone, abs=0.01)
    assert of(probabilities(["L", "O", DOUBTFUL, "E"], "LOUE"), 2, "U") < 0.2


def test_a_row_sums_to_the_probability_that_it_is_a_sign():
    found = probabilities(["H", {"U": 0.5, "<none>": 0.3}, "T"], "HUT")
    share = np.exp(rows({"U": 0.5, "<none>": 0.3}))[0, :-1].sum()
    assert found.sum(axis=1)[1] == pytest.approx(share)
    assert of(found, 1, "<none>") == 0
    assert (found >= 0).all()


def test_case_follows_the_shape():
    found = probabilities(["H", {"U": 0.6, "u": 0.3}, "T"], "HUT")
    assert of(found, 1, "U") == pytest.approx(2 * of(found, 1, "u"))


def test_signs_that_are_not_allowed_have_no_probability():
    few = LabelGroups(PRINT, np.array([character in "HUTV" for character in PRINT]))
    word = [few.names.index(character) for character in "hut"]
    model = WordModel(load_language("english"), few.names)
    found = posteriors_in_word(rows("H", DOUBTFUL, "T"), word, labels=few, model=model)
    assert {PRINT[index] for index in np.flatnonzero(found.sum(axis=0))} == set("HUTV")


@pytest.mark.parametrize("text", ["THE", "XQ", "HOUSE", "A1B2", "I"])
@pytest.mark.parametrize("language", [ENGLISH, NONE])
def test_words_are_as_likely_as_in_the_search(text, language):
    """The search adds shape and language; without shape, its choice must be the likeliest word."""
    other = ("Q" if text[0] != "Q" else "Z") + text[1:]
    words = np.array([word_of(text), word_of(other)])
    logs = word_log_probabilities(language, words)
    edges = [
        Edge(
            place,
            place + 1,
            np.unique(column),
            np.zeros(np.unique(column).size),
            np.zeros((2, np.unique(column).size)),
        )
        for place, column in enumerate(words.T)
    ]
    steps = decode([LineSearch(edges, np.full(len(text) - 1, -np.inf))], language)[0].steps
    if not np.isclose(*logs):
        assert [step.label for step in steps] == list(words[logs.argmax()])


def test_the_word_shape_shares_what_it_decides_about():
    given = np.array([[0.5, 0.3, 0.1]])
    possible = np.array([[True, True, False]])
    with np.errstate(divide="ignore"):
        resolved = np.log(np.array([[1.0, 0.0, 0.0]]))
    found = with_word_shape(given, resolved, possible=possible)
    assert found.sum() == pytest.approx(given.sum())
    assert found[0, 0] > 0.75
    assert found[0, 1] < 0.04
    assert found[0, 2] == given[0, 2]


def test_hopeless_shapes_stay_finite():
    hopeless = np.full((2, len(PRINT)), -900.0)
    hopeless[:, PRINT.index("<none>")] = 0.0
    found = posteriors_in_word(hopeless, [0, 1], labels=LABELS, model=ENGLISH)
    assert np.isfinite(found).all()
    assert found.sum() == pytest.approx(0)


POSTERIORS = np.array([[0.9, 0.06, 0.01], [0.2, 0.7, 0.1]])
CHOSEN = np.array([0, 1])


def test_log_odds_are_finite_and_turn_around():
    assert log_odds(np.array([0.5, 0.9])) == pytest.approx([0, np.log(9)])
    low, high = log_odds(np.array([0.0, 1.0]))
    assert low == -high
    assert np.isfinite(high)


def test_calibration_by_hand():
    calibration = Calibration(constant=1.0, odds=0.5, score=2.0, network=-3.0)
    found = calibrated(POSTERIORS, CHOSEN, (-0.5, 1.0), calibration)
    after = 1 / (1 + np.exp(-(1 + 0.5 * np.log(9) - 1 - 3)))
    assert found[0, 0] == pytest.approx(after)
    # The others share what is left as before, and part of it is no character.
    assert found[0, 1] / found[0, 2] == pytest.approx(6)
    assert found[0, 1:].sum() == pytest.approx((1 - after) * 0.7)


def test_without_calibration_nothing_changes_and_a_sure_character_has_no_others():
    assert (calibrated(POSTERIORS, CHOSEN, (0.0, 0.0), AS_IT_IS) == POSTERIORS).all()
    sure = calibrated(np.array([[1.0, 0.0]]), np.array([0]), (0.0, 0.0), CALIBRATION)
    assert 0.99 < sure[0, 0] < 1
    assert sure[0, 1] == 0


@pytest.mark.parametrize("score", [-np.inf, -3.0, 0.0, 1.0, np.inf])
@pytest.mark.parametrize("without_cuts", [False, True])
def test_calibrated_rows_are_probabilities_in_the_order_of_before(score, without_cuts):
    of_line = line_inputs(score, without_cuts=without_cuts)
    grid = np.linspace(0, 1, 50)
    rows = np.column_stack([grid, (1 - grid) * 0.8, (1 - grid) * 0.2])
    found = calibrated(rows, np.zeros(50, np.int64), of_line, CALIBRATION)
    assert ((found >= 0) & (found <= 1)).all()
    assert (found.sum(axis=1) <= 1 + 1e-9).all()
    assert (np.diff(found[:, 0]) >= 0).all()


def test_characters_of_bad_lines_and_of_the_line_network_are_less_sure():
    good, bad, network = (
        calibrated(POSTERIORS, CHOSEN, line_inputs(score, without_cuts=without_cuts), CALIBRATION)[0, 0]
        for score, without_cuts in ((0.0, False), (-2.0, False), (0.0, True))
    )
    assert bad < good
    assert network < good
