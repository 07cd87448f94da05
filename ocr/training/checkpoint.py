"""The state of a training run after each epoch, from which a run that was cut off goes on.

A zip file of plain arrays, as npz files are, and of ``about.json``: ``vector`` and ``best`` (P,), the
parameters now and those of the best epoch, and ``memory_0`` ... (P,), the memory of the optimiser. The text
has the rest that the next step depends on: the steps so far, the state of the generator for dropout, the log,
the settings, and a checksum of the data. Shuffling and distortions depend on the seed and the epoch alone.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import math
import reprlib
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr.classifier.crop import CROP_VERSION
from ocr.classifier.features import FEATURES_VERSION
from ocr.classifier.weight_file import DTYPES, read_member
from ocr.errors import DataError
from ocr.files import write_by_rename
from ocr.training.learner import Epoch

if TYPE_CHECKING:
    from pathlib import Path

    from ocr.array_types import Float32
    from ocr.training.batches import TrainingBatches
    from ocr.training.learner import Learner


FORMAT_VERSION = 3
_FLOAT32 = DTYPES["float32"]
# Of the text: a log of thousands of epochs.
_MOST_BYTES = 4 << 20
# More than any run takes; floats still tell them apart.
_MOST_STEPS = 1 << 53
# What zipfile, json and NumPy raise for damage; RuntimeError is raised for an encrypted member.
_DAMAGE = (
    OSError,
    EOFError,
    KeyError,
    TypeError,
    ValueError,
    RuntimeError,
    OverflowError,
    zipfile.BadZipFile,
)


class Checkpoint:
    """A file that always holds the last whole epoch of a run.

    Parameters
    ----------
    path : Path
        Written as a whole or not at all.
    batches : TrainingBatches
        A run with other settings or other data does not go on from it.
    """

    def __init__(self, path: Path, batches: TrainingBatches) -> None:
        self.path = path
        self._settings = json.loads(json.dumps(dataclasses.asdict(batches.settings)))
        self._data = _fingerprint(batches)
        self._epochs = batches.epochs

    def store(self, learner: Learner, best: Float32, log: list[Epoch]) -> None:
        """Write the state of a learner after an epoch.

        Raises
        ------
        DataError
            If it cannot be written.
        """
        steps, memory = learner.optimizer.state
        about = {
            "format": FORMAT_VERSION,
            "settings": self._settings,
            "data": self._data,
            "steps": steps,
            "generator": learner.rng.bit_generator.state,
            "log": [dataclasses.asdict(epoch) for epoch in log],
        }
        arrays = {"vector": learner.vector, "best": best}
        arrays |= {f"memory_{index}": one for index, one in enumerate(memory)}
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("about.json", json.dumps(about))
            for name, array in arrays.items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    np.lib.format.write_array(member, array.astype(_FLOAT32), (1, 0), allow_pickle=False)
        write_by_rename(self.path, content.getvalue(), what="checkpoint", failure=DataError)

    def restore(self, learner: Learner) -> tuple[Float32, list[Epoch]]:
        """Restore the state of the run in a fresh learner.

        Returns
        -------
        best : (P,) float32 array
        log : list of Epoch

        Raises
        ------
        DataError
            If the file is missing, damaged, or of a run with other settings or data; the learner is then as
            it was.
        """
        shapes = {"vector": learner.vector.shape, "best": learner.vector.shape}
        shapes |= {f"memory_{index}": one.shape for index, one in enumerate(learner.optimizer.state[1])}
        try:
            with zipfile.ZipFile(self.path) as archive:
                about = _about(archive)
                self._check(about)
                arrays = [
                    read_member(archive, f"{name}.npy", shape, _FLOAT32) for name, shape in shapes.items()
                ]
            _require(all(np.isfinite(array).all() for array in arrays[:2]), "parameters are not finite")
            log = _log(about["log"], epochs=self._epochs)
            fresh = _generator(about["generator"])
            steps = about["steps"]
            is_count = type(steps) is int and len(log) <= steps < _MOST_STEPS
            _require(is_count, "its steps are no number of steps")
        except _DAMAGE as error:
            message = f"checkpoint {self.path}: cannot be read ({error}); start anew without --resume"
            raise DataError(message) from None
        vector, best, *memory = arrays
        learner.vector[:] = vector
        learner.optimizer.state = steps, memory
        learner.rng = fresh
        return best.copy(), log

    def _check(self, about: dict[str, Any]) -> None:
        """Refuse a file of another run.

        Raises
        ------
        DataError
            Naming the settings that differ.
        ValueError
            If the settings are none.
        """
        settings = about["settings"]
        _require(type(settings) is dict, "its settings are no object")
        if about["format"] != FORMAT_VERSION:
            found, expected = f"format {reprlib.repr(about['format'])}", f"{FORMAT_VERSION}"
        elif settings != self._settings:
            names = [name for name, value in self._settings.items() if settings.get(name) != value]
            named = ", ".join(names) or "number of settings"
            found, expected = f"another {named}", "the settings that it was begun with"
        elif about["data"] != self._data:
            found, expected = (
                "other characters or models to learn from",
                "those that it was begun with",
            )
        else:
            return
        message = (
            f"checkpoint {self.path}: found {found}, expected {expected}; or start anew without --resume"
        )
        raise DataError(message)


def _about(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return the content of ``about.json``.

    Raises
    ------
    ValueError
        If it is too large or no object.
    """
    info = archive.getinfo("about.json")
    if info.compress_type != zipfile.ZIP_STORED or info.file_size > _MOST_BYTES:
        problem = f"its text is packed or of {info.file_size} bytes"
        raise ValueError(problem)
    about = json.loads(archive.read(info))
    _require(type(about) is dict, "its text is no object")
    result: dict[str, Any] = about
    return result


def _log(entries: object, *, epochs: int) -> list[Epoch]:
    """Return the log of the first epochs of a run of ``epochs``.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    if type(entries) is not list or not 0 < len(entries) <= epochs:
        problem = f"its log is not one of 1 to {epochs} epochs"
        raise ValueError(problem)
    names = {field.name for field in dataclasses.fields(Epoch)}
    for number, entry in enumerate(entries, start=1):
        problem = f"its log is damaged at epoch {number}"
        _require(type(entry) is dict and entry.keys() == names, problem)
        are_numbers = all(type(value) in {int, float} and math.isfinite(value) for value in entry.values())
        _require(are_numbers and (entry["number"], entry["epochs"]) == (number, epochs), problem)
        accuracies = (entry["train_accuracy"], entry["validation_accuracy"])
        _require(all(0 <= accuracy <= 1 for accuracy in accuracies), problem)
    return [Epoch(**entry) for entry in entries]


def _generator(state: object) -> np.random.Generator:
    """Return a generator in a state.

    Raises
    ------
    ValueError, TypeError, KeyError, OverflowError
        If it cannot be in that state.
    """
    fresh = np.random.default_rng()
    # Numbers that are too large raise; others are cut, or make a generator that repeats itself.
    fresh.bit_generator.state = state  # type: ignore[assignment]
    found: dict[str, Any] = dict(fresh.bit_generator.state)
    is_whole = found["has_uint32"] in {0, 1} and found["state"]["inc"] % 2 == 1
    _require(found == state and is_whole, "its generator has no such state")
    return fresh


def _require(condition: object, problem: str) -> None:
    """Raise ValueError with the problem unless a condition holds."""
    if not condition:
        raise ValueError(problem)


def _fingerprint(batches: TrainingBatches) -> str:
    """Return the SHA-256 of all that a run learns from."""
    data = batches.data
    models = [None if model is None else model.checksum for model in (batches.teacher, batches.start)]
    digest = hashlib.sha256(repr((data.distortions, *models, CROP_VERSION, FEATURES_VERSION)).encode())
    for array in (data.crops, data.labels, data.origins):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
