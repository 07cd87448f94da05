import numpy as np
import pytest

from cli.laboratory import drawn, write_emnist
from ocr.classifier.alphabets import BYCLASS
from ocr.classifier.emnist import LabelledImages
from ocr.classifier.model_file import save_model
from ocr.classifier.training import TrainingSettings
from ocr.train import train_model


@pytest.fixture(autouse=True)
def _in_own_folder(tmp_path, monkeypatch):
    """Keep commands from writing into the checkout and from other data of whoever runs the tests."""
    monkeypatch.delenv("OCR_DATA", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def emnist_folder(tmp_path_factory):
    """Two drawn pictures of each of the 62 classes, for training and for testing."""
    return write_emnist(tmp_path_factory.mktemp("emnist"))


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """Stem of a small model that reads drawn characters well enough."""
    labels = np.tile(np.arange(62), 6)
    images = LabelledImages(drawn([BYCLASS[label] for label in labels], seed=7), labels, BYCLASS, "byclass")
    settings = TrainingSettings(hidden=(48,), epochs=12, batch_size=32, dropout=0.0, augment=False)
    model, _ = train_model(images, split="byclass", name="tiny", settings=settings)
    folder = tmp_path_factory.mktemp("models")
    save_model(model, folder)
    return folder / "tiny"
