"""Learning from corrected pages: what is held out, what is learnt, what is refused."""

import dataclasses
import itertools

import numpy as np
import pytest
from cli.laboratory import write_emnist

from ocr.classifier.model_file import load_model
from ocr.classifier.writer_profile import WriterProfile
from ocr.errors import DataError, ModelError
from ocr.evaluation.edit_distance import edit_distance
from ocr.files import model_path, shipped_folder
from ocr.image.picture import Picture
from ocr.language.ngram import load_language
from ocr.learning import corrected_pages, fine_tuning, line_tuning
from ocr.learning import learn_hand as learn_hand_module
from ocr.learning import line_lessons as line_lessons_module
from ocr.learning.aligned_glyphs import AlignedGlyphs, aligned_glyphs
from ocr.learning.corrected_pages import (
    CorrectedLine,
    matched_by_box,
    matched_by_text,
    prepare_page,
    texts_by_line,
)
from ocr.learning.learn_hand import Learnt, Stopped, learn_hand
from ocr.learning.line_errors import LineErrors, errors_on, read_again
from ocr.learning.line_lessons import PageLine
from ocr.learning.other_hands import accuracy_on_others
from ocr.learning.own_model import (
    check_name,
    hand_card,
    install,
    learn_from,
    lines_of,
    sources_of_folder,
)
from ocr.learning.writer_measures import writer_profile
from ocr.line_network.line_model import line_network_of, shipped_line_network
from ocr.reader import Reader
from ocr.recognition.labels import LabelGroups
from ocr.recognition.recognize import recognize
from ocr.training.line_trainer import greedy_texts

IMAGES = shipped_folder("images")
TEXT = (IMAGES / "todo_list.gt.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def model():
    return load_model(model_path())


@pytest.fixture(scope="module")
def page(model):
    picture = Picture(IMAGES / "todo_list.jpg")
    return prepare_page(picture, lines_of(TEXT), model=model, language=load_language("english"), turn_deg=0)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(fine_tuning, "_EPOCHS", 1)
    monkeypatch.setattr(line_tuning, "_MOST_STEPS", 2)
    monkeypatch.setattr("ocr.learning.rehearsal._PENS", 1)


def glyphs_of(page, model):
    """Align the lines of a page."""
    labels = LabelGroups(model.classes)
    return aligned_glyphs(page, page.placed(model, labels), labels, rng=np.random.default_rng(1))


def lines_with_text(page, model):
    """The lines of a page as the line network sees them."""
    return page.lines_with_text(page.placed(model, LabelGroups(model.classes)))


def test_lines_of_the_text_find_their_lines_on_the_picture(page):
    assert list(page.texts.values()) == TEXT.splitlines()
    assert list(page.texts) == list(range(6))


def test_a_line_that_the_second_reading_brings_back_has_its_text(page, model, monkeypatch):
    language = load_language("english")
    whole = recognize(page.layout, model, language, lattices=page.classified(model))
    *kept, rejected = whole.recognized_lines
    first = dataclasses.replace(
        whole, lines=whole.lines[:-1], recognized_lines=tuple(kept), rejected_lines=(rejected,)
    )
    monkeypatch.setattr(corrected_pages, "reread", lambda *_: whole)
    assert texts_by_line(page.layout, first, model, language) == TEXT.splitlines()


def test_lines_are_matched_by_text_in_order():
    assert matched_by_text(["abcd", "qwert", "xyz"], ["abed", "xyy"]) == {0: "abed", 2: "xyy"}
    assert matched_by_text(["abcd", "???", "xyz"], ["abcd", "middle", "xyz"]) == {
        0: "abcd", 1: "middle", 2: "xyz"
    }  # fmt: skip
    assert matched_by_text([], ["abcd"]) == {}
    assert matched_by_text(["abcd"], []) == {}


def test_lines_are_matched_by_box(page):
    from ocr.geometry import Box

    boxes = [Box(0, 0, 10, 100), Box(20, 0, 30, 100)]
    lines = [CorrectedLine("second", Box(21, 0, 31, 98)), CorrectedLine("nowhere", Box(50, 0, 60, 100))]
    assert matched_by_box(boxes, lines) == {1: "second"}


def test_aligned_glyphs_are_the_letters_of_the_text(page, model):
    glyphs = glyphs_of(page, model)[1]
    names = "".join(model.classes[label] for label in glyphs.labels[glyphs.is_character])
    assert names == TEXT.splitlines()[1].replace(" ", "")
    assert {model.classes[label] for label in glyphs.labels[~glyphs.is_character]} == {"<none>"}
    assert glyphs.is_space.sum() == TEXT.splitlines()[1].count(" ")
    assert len(glyphs.gap_widths) == len(names) - 1
    assert glyphs.gap_widths[glyphs.is_space].min() > np.median(glyphs.gap_widths[~glyphs.is_space])


def test_a_character_that_no_class_has_is_left_out(page, model):
    other = dataclasses.replace(page, texts={1: page.texts[1].replace("W", "Ŵ")})
    glyphs = glyphs_of(other, model)[1]
    names = "".join(model.classes[label] for label in glyphs.labels[glyphs.is_character])
    assert names == TEXT.splitlines()[1].replace(" ", "").replace("W", "")


def test_a_line_that_is_no_writing_gives_wrong_cuts_only(page, model):
    other = dataclasses.replace(page, texts={1: ""})
    glyphs = glyphs_of(other, model)[1]
    assert len(glyphs.labels) > 0
    assert not glyphs.is_character.any()


def test_a_text_that_is_not_on_the_line_gives_nothing(page, model):
    other = dataclasses.replace(page, texts={1: "%%%% ???? @@@@ #### && $$$$"})
    assert len(glyphs_of(other, model)[1].labels) == 0


def test_lines_are_seen_by_the_line_network_as_they_are_read(page, model):
    lines = lines_with_text(page, model)
    assert [line.text for line in lines.values()] == TEXT.splitlines()
    assert greedy_texts(shipped_line_network(), [lines[0].pixels]) == [lines[0].text]
    assert lines_with_text(dataclasses.replace(page, texts={0: ""}), model) == {}


def test_errors_are_counted_on_chosen_lines(page, model):
    wrong = dataclasses.replace(page, texts={0: "SATURDAY JABS", 1: "x"})
    language = load_language("english")
    assert read_again(page, model, language) == TEXT.splitlines()
    assert errors_on([wrong], {PageLine(0, 0)}, model, language) == LineErrors(1, 13, (1,))
    assert errors_on([page, wrong], {(1, 1), (1, 0)}, model, language).by_line[0] == 1


def test_a_profile_knows_words_sizes_and_spacing(page, model):
    glyphs = AlignedGlyphs.joined(glyphs_of(page, model).values())
    known = dataclasses.replace(model, writer=WriterProfile(words=("Zwolle",), extents={"Q": (1, 1, 0, 1)}))
    profile = writer_profile(glyphs, page.texts.values(), known)
    assert {"Zwolle", "GRANDMA", "WASH"} < set(profile.words)
    assert "1" not in profile.words
    count, top, bottom, _ = profile.extents["A"]
    assert count == sum(one == "A" for one in TEXT)
    assert 0.8 < top < 1.2
    assert -0.2 < bottom < 0.2
    assert profile.extents["Q"] == (1, 1, 0, 1)
    assert np.exp(profile.spacing).sum() == pytest.approx(1, abs=0.02)


def test_fine_tuning_learns_a_new_shape(model, quick, monkeypatch):
    monkeypatch.setattr(fine_tuning, "_EPOCHS", 12)
    monkeypatch.setattr(fine_tuning, "_MIXED", 0.8)
    rng = np.random.default_rng(2)
    strange = np.zeros((2, 28, 28), np.float32)
    strange[0, 4:24:4, 4:24] = 1
    strange[1, 4:24, 4:24:4] = 1
    right = np.array([model.classes.index("W"), model.classes.index("7")])
    nothing = np.empty(0)
    glyphs = AlignedGlyphs(
        np.repeat(strange, 40, axis=0), np.repeat(right, 40), np.ones((80, 3)), nothing, nothing.astype(bool)
    )
    rest = rng.random((40, 28, 28)).astype(np.float32)
    seen = []
    tuned = fine_tuning.fine_tuned(model, glyphs, rest, rng=rng, on_step=seen.append)
    before, after = (np.exp(one.log_probabilities(strange))[np.arange(2), right] for one in (model, tuned))
    assert (before < 0.1).all()
    assert (after > 0.5).all()
    assert tuned.network[0].weights == pytest.approx(model.network[0].weights, abs=1e-4)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)


def counting(counts, seen):
    """Return a stand-in for errors_on that counts so many edits, and keeps the models that it is given."""

    def count(_pages, lines, one, _language):
        seen.append((one, lines))
        edits = next(counts)
        return LineErrors(edits, 10, (edits, *[0] * (len(lines) - 1)))

    return count


def wrongly_read(page):
    """Return a page on which two characters were not read."""
    return dataclasses.replace(page, read=(page.read[0][2:], *page.read[1:]))


def test_each_line_is_tested_by_a_model_that_has_not_learnt_it(page, model, quick, monkeypatch):
    seen, learnt_texts = [], []
    tuned = learn_hand_module._tuned

    def keeping(lessons, *arguments, **settings):
        learnt_texts.append([lesson.text for lesson in lessons])
        return tuned(lessons, *arguments, **settings)

    monkeypatch.setattr(learn_hand_module, "_tuned", keeping)
    monkeypatch.setattr(learn_hand_module, "errors_on", counting(itertools.repeat(0), seen))
    short = dataclasses.replace(page, texts={line: page.texts[line] for line in range(3)})
    lines = [(0, line) for line in range(6)] + [(1, line) for line in range(3)]
    steps = []
    learnt = learn_hand(
        [page, short],
        model,
        load_language("english"),
        name="mine",
        on_progress=lambda *one: steps.append(one),
    )
    # Progress is that of all that is to be done.
    assert [share for _, share in steps] == sorted(share for _, share in steps)
    assert (steps[0][0], steps[-1]) == ("learning to test", ("learning all lines", 1.0))
    texts = TEXT.splitlines() + TEXT.splitlines()[:3]
    folds = [lines[:2], lines[2:4], lines[4:6], lines[6:]]
    assert sorted(fold for _, fold in seen) == folds
    others = [texts[2:], texts[:2] + texts[4:], texts[:4] + texts[6:], texts[:6]]
    assert sorted(learnt_texts[:4]) == sorted(others)
    assert learnt_texts[4:] == [texts]
    assert (learnt.before.edits, learnt.after.edits, learnt.lines, learnt.pages) == (0, 0, 9, 2)
    # Words of held-out lines are not known when they are read.
    known = {tuple(fold): model.writer.words for model, fold in seen}
    assert "REST" not in known[tuple(folds[2])]
    assert "REST" in known[tuple(folds[0])]


def test_a_model_that_reads_worse_goes_half_of_the_way_back(page, model, quick, monkeypatch):
    seen = []
    monkeypatch.setattr(learn_hand_module, "errors_on", counting(iter([1, 1, 1, 0, 0, 1, 0, 0]), seen))
    learnt = learn_hand([wrongly_read(page)], model, load_language("english"), name="mine")
    wholes, halves = ({tuple(fold): one for one, fold in part} for part in (seen[:4], seen[4:]))
    before = model.network[1].bias
    for fold, whole in wholes.items():
        half = halves[fold]
        assert half.network[1].bias == pytest.approx((before + whole.network[1].bias) / 2)
        lines = [line_network_of(one)[0][1].bias for one in (model, whole, half)]
        assert lines[2] == pytest.approx((lines[0] + lines[1]) / 2)
    assert (learnt.before.edits, learnt.after.edits, learnt.is_better) == (2, 1, True)
    # What is used has learnt all lines, and went half of the way back too.
    assert (learnt.lines, learnt.model.name) == (6, "mine")
    assert {"GRANDMA", "WASH", "REST"} < set(learnt.model.writer.words)
    mean = np.mean([half.network[1].bias for half in halves.values()], axis=0)
    assert learnt.model.network[1].bias == pytest.approx(mean, abs=1e-6)


def test_a_model_that_stays_worse_learns_no_further(page, model, quick, monkeypatch):
    seen = []
    monkeypatch.setattr(learn_hand_module, "errors_on", counting(iter([1, 1, 1, 0] * 2), seen))
    learnt = learn_hand([wrongly_read(page)], model, load_language("english"), name="mine")
    assert not learnt.is_better
    assert any(learnt.model is one for one, _ in seen[4:])


@pytest.mark.parametrize(("lines", "folds"), [(3, [1, 1, 1]), (9, [2, 2, 2, 3]), (31, [15, 16])])
def test_few_lines_are_parted_into_more_folds(lines, folds):
    numbers = [PageLine(0, line) for line in range(lines)]
    found = learn_hand_module._folds(numbers)
    assert [len(fold) for fold in found] == folds
    assert [line for fold in found for line in fold] == numbers


def test_the_interval_is_that_of_pairs_of_lines():
    before, after = LineErrors(12, 100, (2, 4, 3, 3)), LineErrors(8, 100, (1, 3, 2, 2))
    learnt = Learnt(None, 4, 1, 90, before, after)
    # Each line has one error fewer: no doubt is left.
    assert learnt.change == pytest.approx((-4, -4))
    after = LineErrors(8, 100, (0, 4, 1, 3))
    low, high = dataclasses.replace(learnt, after=after).change
    # 2, 0, 2, 0 fewer: a variance of 4 / 3 for a line, and of 16 / 3 for all.
    assert (low, high) == pytest.approx((-4 - 1.96 * (16 / 3) ** 0.5, -4 + 1.96 * (16 / 3) ** 0.5))
    assert learnt.summary.endswith(
        "12.0 % were wrong before and 8.0 % after (a change of -4.0 to -4.0 points)"
    )
    same = dataclasses.replace(learnt, after=before)
    assert same.change is None
    assert same.summary.endswith("12.0 % after, no fewer, but it knows the words now")
    single = dataclasses.replace(learnt, before=LineErrors(3, 9, (3,)), after=LineErrors(2, 9, (2,)))
    assert single.change is None
    assert single.summary.endswith("% after")


def test_too_few_lines_are_refused(page, model):
    few = dataclasses.replace(page, texts={0: page.texts[0]})
    with pytest.raises(DataError, match="found 1 corrected lines, expected at least 3; correct more"):
        learn_hand([few], model, load_language("english"), name="mine")


def test_texts_of_other_pages_are_refused(page, model, quick):
    other = dataclasses.replace(page, texts=dict.fromkeys(range(6), "%%%% ???? @@@@ #### && $$$$"))
    with pytest.raises(DataError, match="no line whose text fits its ink"):
        learn_hand([other], model, load_language("english"), name="mine")


def test_where_no_glyph_is_aligned_the_line_network_learns_alone(page, model, quick, monkeypatch):
    nothing = dict.fromkeys(page.texts, AlignedGlyphs.joined([]))
    monkeypatch.setattr(line_lessons_module, "aligned_glyphs", lambda *_, rng: nothing)
    learnt = learn_hand([page], model, load_language("english"), name="mine")
    assert learnt.characters == sum(map(len, page.texts.values()))
    assert "JOBS" in learnt.model.writer.words
    np.testing.assert_allclose(learnt.model.network[0].weights, model.network[0].weights, atol=1e-6)
    before, after = (line_network_of(one)[0][0].weights for one in (model, learnt.model))
    assert (before != after).any()


def test_learning_can_be_stopped(page, model, quick):
    asked = []

    def stop(_what, share):
        asked.append(share)
        raise Stopped

    with pytest.raises(Stopped):
        learn_hand([page], model, load_language("english"), name="mine", on_progress=stop)
    # The other training, at the same time, stops without being asked.
    assert len(asked) == 1


def test_a_folder_of_pages_becomes_a_model_that_is_found_by_name(model, quick, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in ("todo_list.jpg", "todo_list.gt.txt"):
        (folder / name).write_bytes((IMAGES / name).read_bytes())
    learnt = learn_from(list(sources_of_folder(folder)), model, load_language("english"), name="hers")
    assert (learnt.before.edits, learnt.lines, learnt.pages) == (0, 6, 1)
    learnt = dataclasses.replace(learnt, after=learnt.before)
    path = install(learnt)
    assert path == model_path("hers")
    loaded = load_model(path)
    assert loaded.writer.words == learnt.model.writer.words
    assert loaded.metadata["held_out"]["errors_before"] == 0
    for stage, read in zip(learnt.model.line_network, line_network_of(loaded), strict=True):
        assert read[0].weights == pytest.approx(stage[0].weights, abs=0.02)
    assert line_network_of(loaded)[2][1].bias != pytest.approx(shipped_line_network()[2][1].bias, abs=1e-9)
    reader = Reader("hers")
    assert edit_distance(reader.read(IMAGES / "todo_list.jpg").text, TEXT.rstrip()) <= 1
    assert "| after | 0 | 0.0 % |" in path.with_name("hers.md").read_text()


def test_a_worse_model_is_not_installed(model, tmp_path):
    worse = Learnt(dataclasses.replace(model, name="mine"), 5, 1, 50, LineErrors(3, 50), LineErrors(4, 50))
    assert not worse.is_better
    assert install(worse, tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_the_card_says_what_was_measured(model):
    metadata = {
        "base": {"name": "print", "checksum": "abc"},
        "date": "2026-01-02",
        "others": {"test": "drawn characters", "characters": 700, "before": 0.95, "after": 0.9471},
    }
    named = dataclasses.replace(model, name="mine", metadata=metadata)
    card = hand_card(Learnt(named, 20, 4, 500, LineErrors(30, 100), LineErrors(10, 100)))
    assert "500 characters on 20 corrected lines of 4 pages" in card
    assert "| before | 30 | 30.0 % |" in card
    assert "| after | 10 | 10.0 % |" in card
    assert "700 test characters (drawn characters)" in card
    assert "| 95.00 % | 94.71 % |" in card
    one_page = Learnt(named, 20, 1, 500, LineErrors(30, 100), LineErrors(10, 100))
    assert "corrected lines of 1 page, and" in hand_card(one_page)


def test_other_hands_are_named_before_and_after(model, monkeypatch, tmp_path):
    monkeypatch.setenv("OCR_DATA", str(tmp_path))
    last = model.network[-1]
    for_w = np.where(np.array(model.classes) == "W", 1000, 0).astype(np.float32)
    other = dataclasses.replace(model, network=(*model.network[:-1], last._replace(bias=last.bias + for_w)))
    found = accuracy_on_others(model, other)
    assert (found["test"], found["characters"]) == ("drawn characters", 1550)
    assert found["before"] > 0.9
    assert 0 < found["after"] < 0.1


def test_emnist_takes_the_place_of_drawn_characters(model, monkeypatch, tmp_path):
    write_emnist(tmp_path, "bymerge", parts=("test",))
    monkeypatch.setenv("OCR_DATA", str(tmp_path))
    found = accuracy_on_others(model, model)
    assert (found["test"], found["characters"]) == ("EMNIST by merge", 2 * 47)
    assert found["before"] == found["after"] > 0.5
    # A damaged file does not keep anybody from learning.
    (tmp_path / "emnist-bymerge-test-labels-idx1-ubyte").write_bytes(b"no labels")
    assert accuracy_on_others(model, model)["test"] == "drawn characters"


@pytest.mark.parametrize("name", ["print", "", "a/b", "..", "x" * 61, "mine.npz", "<b>"])
def test_names_of_models_are_checked(name):
    with pytest.raises(ModelError, match="choose another"):
        check_name(name)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "found no NAME.gt.txt"),
        ({"a.gt.txt": b"text"}, "found no picture a beside it"),
        ({"a.gt.txt": b"\xff\xfe", "a.png": b""}, "not UTF-8"),
        ({"a.gt.txt": b"x" * 1_000_001, "a.png": b""}, "larger than 1 MB"),
    ],
)
def test_folders_without_pages_are_refused(files, message, tmp_path):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        list(sources_of_folder(tmp_path))


def test_a_reader_adapts_to_pages_and_texts(quick):
    reader = Reader(language="english")
    adapted = reader.adapted([(IMAGES / "todo_list.jpg", TEXT)], name="hers")
    assert adapted.model_name == "hers"
    assert reader.model_name == "print"
    assert edit_distance(adapted.read(IMAGES / "todo_list.jpg").text, TEXT.rstrip()) <= 1


def test_a_reader_that_would_read_worse_stays_as_it_is(quick, monkeypatch):
    monkeypatch.setattr(learn_hand_module, "errors_on", counting(iter([1, 0, 0, 0, 0, 0, 0, 1]), []))
    reader = Reader(language="english")
    with pytest.warns(UserWarning, match=r"not used \(.* 0.0 % were wrong before and 2.5 % after \(a change"):
        assert reader.adapted([(IMAGES / "todo_list.jpg", TEXT)]) is reader


def test_a_classifier_that_is_no_network_cannot_adapt():
    class Other:
        classes = ("a", "b")

        def log_probabilities(self, crops):
            return np.zeros((len(crops), 2), np.float32)

    with pytest.raises(ModelError, match="cannot learn"):
        Reader(Other()).adapted([])
