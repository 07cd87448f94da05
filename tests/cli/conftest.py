"""Run the command line in-process, in a folder of its own."""

import numpy as np
import pytest

from cli.laboratory import drawn, write_emnist
from ocr.classifier.alphabet import BYCLASS
from ocr.classifier.crop import make_crops
from ocr.classifier.model_file import save_model
from ocr.cli.app import run
from ocr.train import train_model
from ocr.training.augmentation import AugmentSettings
from ocr.training.dataset import TrainingData
from ocr.training.settings import TrainingSettings


@pytest.fixture
def in_folder(tmp_path, monkeypatch):
    """Work in an empty folder, so that messages show short names."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ocr(capsys):
    """Run the command line; gives exit code, stdout and stderr."""

    def call(*arguments):
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture(scope="session")
def emnist_folder(tmp_path_factory):
    """Two drawn pictures of each of the 62 classes, for training and for testing."""
    return write_emnist(tmp_path_factory.mktemp("emnist"))


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """Stem of a small model that reads drawn characters well enough."""
    labels = np.tile(np.arange(62), 6)
    images = drawn([BYCLASS[label] for label in labels], seed=7)
    crops = np.rint(make_crops(image.astype(np.float32) / 255 for image in images) * 255).astype(np.uint8)
    settings = TrainingSettings(hidden=(48,), epochs=14, batch_size=32, dropout=0.0, augment=False)
    origins = np.zeros(len(labels), dtype=np.int64)
    data = TrainingData(crops, labels, origins, BYCLASS, ("drawn",), (AugmentSettings(),), ())
    model, _ = train_model(data, split="byclass", name="tiny", settings=settings)
    folder = tmp_path_factory.mktemp("models")
    save_model(model, folder)
    return folder / "tiny"
