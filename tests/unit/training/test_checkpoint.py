"""A run that was cut off ends as one that was not."""

import dataclasses
import io
import json
import zipfile

import numpy as np
import pytest

from ocr.errors import DataError
from ocr.training import checkpoint as checkpoint_module
from ocr.training.batches import TrainingBatches
from ocr.training.checkpoint import Checkpoint
from ocr.training.learner import Epoch, Learner
from ocr.training.optimizers import OPTIMIZERS
from ocr.training.settings import TrainingSettings
from ocr.training.trainer import train
from unit.classifier.drawn import data_of, shifted_letters

SMALL = TrainingSettings(hidden=(16,), epochs=5, batch_size=16, validation=0.2)
TIMES = ("characters_per_second", "seconds_left", "seconds")


class CutError(Exception):
    """Ends a run the hard way."""


def run(settings=SMALL, **more):
    return train(batches(settings), **more)


def cut_after(epoch):
    def on_epoch(done):
        if done.number == epoch:
            raise CutError

    return on_epoch


def outcome(trained):
    weights = [part for layer in trained.network for part in layer]
    log = [
        {name: value for name, value in dataclasses.asdict(epoch).items() if name not in TIMES}
        for epoch in trained.log
    ]
    return b"".join(part.tobytes() for part in weights), trained.best, log


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("epoch", [1, 4, 5])
def test_the_same_weights_bit_by_bit(optimizer, epoch, tmp_path):
    settings = dataclasses.replace(SMALL, optimizer=optimizer, learning_rate=3e-3)
    path = tmp_path / "run.checkpoint"
    with pytest.raises(CutError):
        run(settings, checkpoint=path, on_epoch=cut_after(epoch))
    told = []
    resumed = run(settings, checkpoint=path, resume=True, on_epoch=told.append)
    assert [one.number for one in told] == list(range(epoch + 1, 6))
    assert outcome(resumed) == outcome(run(settings))


def test_without_a_checkpoint_a_run_begins_and_without_resume_it_begins_anew(tmp_path):
    path = tmp_path / "run.checkpoint"
    assert outcome(run(checkpoint=path, resume=True)) == outcome(run())
    assert [file.name for file in tmp_path.iterdir()] == ["run.checkpoint"]
    told = []
    run(checkpoint=path, on_epoch=told.append)
    assert len(told) == 5


def test_a_run_cut_off_by_ctrl_c_goes_on(tmp_path):
    def interrupt(done):
        if done.number == 2:
            raise KeyboardInterrupt

    path = tmp_path / "run.checkpoint"
    assert run(checkpoint=path, on_epoch=interrupt).interrupted
    assert outcome(run(checkpoint=path, resume=True)) == outcome(run())


def batches(settings=SMALL, *, count=60):
    return TrainingBatches.prepare(data_of(*shifted_letters(count)), settings)


EPOCH = Epoch(
    number=1,
    epochs=5,
    loss=1.5,
    train_accuracy=0.5,
    validation_accuracy=0.25,
    learning_rate=0.001,
    characters_per_second=900.0,
    seconds_left=4.0,
)


@pytest.fixture
def stored(tmp_path):
    """A checkpoint with its learner."""
    prepared = batches()
    learner = Learner(prepared.settings, prepared.sizes)
    learner.optimizer.state = 3, learner.optimizer.state[1]
    kept = Checkpoint(tmp_path / "run.checkpoint", prepared)
    kept.store(learner, learner.vector, [EPOCH])
    return kept, learner


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (
            batches(dataclasses.replace(SMALL, epochs=6, seed=9)),
            "found another epochs, seed, expected the settings",
        ),
        (batches(count=64), "found other characters or models to learn from, expected those"),
    ],
)
def test_another_run_is_refused(stored, other, expected):
    kept, _ = stored
    with pytest.raises(DataError, match=f"{expected} .*; or start anew without --resume"):
        Checkpoint(kept.path, other).restore(Learner(other.settings, other.sizes))


def changed(content, *, about=None, drop=None, method=zipfile.ZIP_STORED):
    """The file with other members."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w", method) as new:
        for name in old.namelist():
            member = old.read(name)
            if name == "about.json" and about is not None:
                member = (
                    about if isinstance(about, bytes) else json.dumps(json.loads(member) | about).encode()
                )
            if name != drop:
                new.writestr(name, member)
    return result.getvalue()


def logged(*entries, **other):
    """Damage: another log; without entries, one whose only epoch has other values."""
    entries = entries or ({**dataclasses.asdict(EPOCH), **other},)
    return lambda content: changed(content, about={"log": entries})


def generated(**other):
    """Damage: the generator in another state."""
    state = np.random.default_rng(1).bit_generator.state
    inner = {name: other.pop(name) for name in ("state", "inc") if name in other}
    return lambda content: changed(
        content, about={"generator": {**state, **other, "state": {**state["state"], **inner}}}
    )


def with_nan(content):
    """The file with another first parameter, behind the 128 bytes of its header."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        vector = archive.read("vector.npy")
    return content.replace(vector, vector[:128] + np.float32(np.nan).tobytes() + vector[132:])


def forged(content):
    """The file with a header that claims other numbers than are there."""
    return content.replace(b"'<f4'", b"'|O4'")


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b"\x93NUMPY", b"\x94NUMPY"),
        forged,
        lambda content: changed(content, drop="memory_1.npy"),
        lambda content: changed(content, drop="about.json"),
        lambda content: changed(content, method=zipfile.ZIP_DEFLATED),
        lambda content: changed(content, about=b"[]"),
        lambda content: changed(content, about=b"{}"),
        lambda content: changed(content, about=b"\xff"),
        lambda content: changed(content, about={"format": 1}),
        lambda content: changed(content, about={"log": [{"number": 1}]}),
        lambda content: changed(content, about={"steps": None}),
        lambda content: changed(content, about={"generator": {"bit_generator": "MT19937"}}),
        lambda content: changed(content, about=b"[" * 5000),
        *(
            lambda content, steps=steps: changed(content, about={"steps": steps})
            for steps in (float("inf"), float("nan"), 10**400, 1 << 53, -10, 0, 3.0, True, "3", [3])
        ),
        *(
            lambda content, settings=settings: changed(content, about={"settings": settings})
            for settings in ([], "settings", None, 5, {})
        ),
        lambda content: changed(content, about={"format": "1\n"}),
        *(
            lambda content, log=log: changed(content, about={"log": log})
            for log in ([], {}, "log", None, [None], [[]], [{"number": 1}], ["number"])
        ),
        logged(*({**dataclasses.asdict(EPOCH), "number": number} for number in range(1, 7))),
        logged(number=2),
        logged(epochs=6),
        logged(more=1),
        *(
            logged(**{name: value})
            for name in ("validation_accuracy", "train_accuracy")
            for value in ("0.5", None, True, float("nan"), float("inf"), -0.1, 1.1, 10**400)
        ),
        logged(loss=float("nan")),
        logged(learning_rate="fast"),
        generated(state=2**300),
        generated(state=-5),
        generated(state=1.5),
        generated(state="5"),
        generated(inc=2),
        generated(uinteger=2**70),
        generated(uinteger=-1),
        generated(has_uint32=5),
        generated(has_uint32=2**70),
        *(
            lambda content, state=state: changed(content, about={"generator": state})
            for state in (None, [], "PCG64", {}, {"bit_generator": "PCG64"})
        ),
        with_nan,
    ],
)
def test_damaged_files_are_refused_and_the_learner_stays_as_it_was(stored, damage):
    kept, learner = stored
    kept.path.write_bytes(damage(kept.path.read_bytes()))
    before = learner.vector.copy(), learner.rng
    assert learner.optimizer.state[0] == 3
    with pytest.raises(DataError, match=f"^checkpoint {kept.path}: .* start anew without --resume$"):
        kept.restore(learner)
    assert learner.rng is before[1]
    assert learner.optimizer.state[0] == 3
    np.testing.assert_array_equal(learner.vector, before[0])


def test_what_was_not_damaged_is_restored(stored):
    kept, learner = stored
    kept.path.write_bytes(changed(kept.path.read_bytes(), about={"steps": 4}))
    best, log = kept.restore(learner)
    np.testing.assert_array_equal(best, learner.vector)
    assert (log, learner.optimizer.state[0]) == ([EPOCH], 4)


def test_texts_of_any_size_are_not_read(stored, monkeypatch):
    monkeypatch.setattr(checkpoint_module, "_MOST_BYTES", 10)
    with pytest.raises(DataError, match="its text is packed or of"):
        stored[0].restore(stored[1])


def test_a_missing_file_and_a_place_that_cannot_be_written(stored, tmp_path):
    kept, learner = stored
    kept.path.unlink()
    with pytest.raises(DataError, match="cannot be read"):
        kept.restore(learner)
    tmp_path.joinpath("file").write_bytes(b"")
    kept.path = tmp_path / "file" / "run.checkpoint"
    with pytest.raises(DataError, match="cannot be written"):
        kept.store(learner, learner.vector, [])
