import hashlib
import io
import json
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ocr.classifier import model_file
from ocr.classifier.crop import make_crops
from ocr.classifier.model import Model
from ocr.classifier.model_file import load_model, save_metadata, save_model
from ocr.classifier.network import initialise, sizes_of, view_as_network
from ocr.classifier.weight_file import DTYPES
from ocr.errors import ModelError, OcrError
from ocr.files import write_by_rename
from ocr.numeric import softmax
from unit.classifier.drawn import LETTERS, letter

SIZES = (1108, 5, 4)
PRIORS = {
    "emnist": np.log(np.array([0.7, 0.1, 0.1, 0.1], np.float32)),
    "others": np.log(np.full(4, 0.25, np.float32)),
}


def model(**changes):
    vector = initialise(SIZES, scheme="he", rng=np.random.default_rng(0))
    made = Model(
        name="tiny",
        network=view_as_network(vector, SIZES),
        classes=tuple(LETTERS),
        activation="tanh",
        temperature=1.25,
        priors=dict(PRIORS),
        metadata={"data": "drawn", "recipe": {"seed": 1}},
    )
    return replace(made, **changes)


def crops():
    return make_crops([letter(name) for name in LETTERS])


def npy(array, *, header=None):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=(1, 0))
    content = stream.getvalue()
    if header is not None:
        text = header.encode().ljust(117) + b"\n"
        content = content[:8] + len(text).to_bytes(2, "little") + text + array.tobytes()
    return content


def members(**changes):
    """Give name -> content of a good file of float16; a change to None leaves the member out."""
    arrays = {}
    for index, layer in enumerate(model().network):
        arrays[f"weights_{index}"] = npy(layer.weights.astype("<f2"))
        arrays[f"bias_{index}"] = npy(layer.bias.astype("<f2"))
    arrays |= changes
    return {f"{name}.npy": content for name, content in arrays.items() if content is not None}


def int8_members(**changes):
    """Give name -> content of a good file of int8, each output with its scale."""
    arrays = {}
    for index, layer in enumerate(model().network):
        scale = (np.abs(layer.weights).max(axis=0) / 127).astype("<f4")
        arrays[f"weights_{index}"] = npy(np.rint(layer.weights / scale).astype("i1"))
        arrays[f"scale_{index}"] = npy(scale)
        arrays[f"bias_{index}"] = npy(layer.bias.astype("<f4"))
    arrays |= changes
    return {f"{name}.npy": content for name, content in arrays.items() if content is not None}


def zipped(contents, *, compression=zipfile.ZIP_STORED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return stream.getvalue()


def attack(folder, weights=None, *, stored="float16", **fields):
    """Save a good model, then put other weights (with their own checksum) or other fields in its place."""
    save_model(model(), folder, dtype=stored)
    header = json.loads((folder / "tiny.json").read_text())
    if weights is not None:
        (folder / "tiny.npz").write_bytes(weights)
        header["sha256"] = hashlib.sha256(weights).hexdigest()
    header |= fields
    (folder / "tiny.json").write_text(json.dumps(header))
    return folder / "tiny"


def refusal(path):
    """Load a file that must be refused; return the message."""
    with pytest.raises(ModelError) as caught:
        load_model(path)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 600 + len(str(path))
    assert "ocr train" in message
    return message


def test_float32_comes_back_identical(tmp_path):
    save_model(model(), tmp_path, dtype="float32")
    found = load_model(tmp_path / "tiny")
    for given, read in zip(model().network, found.network, strict=True):
        np.testing.assert_array_equal(given.weights, read.weights)
        np.testing.assert_array_equal(given.bias, read.bias)
    assert (found.name, found.classes, found.activation) == ("tiny", tuple(LETTERS), "tanh")
    assert (found.temperature, found.metadata) == (1.25, model().metadata)
    np.testing.assert_array_equal(found.log_probabilities(crops()), model().log_probabilities(crops()))


def test_float16_comes_back_close_as_read_only_float32(tmp_path):
    save_model(model(), tmp_path, dtype="float16")
    found = load_model(tmp_path / "tiny")
    for given, read in zip(model().network, found.network, strict=True):
        np.testing.assert_allclose(given.weights, read.weights, rtol=1e-3, atol=1e-6)
        assert read.weights.dtype == read.bias.dtype == np.float32
        assert not read.weights.flags.writeable
        assert not read.bias.flags.writeable


def test_int8_is_usual_and_comes_back_to_half_a_step(tmp_path):
    save_model(model(), tmp_path)
    assert json.loads((tmp_path / "tiny.json").read_text())["dtype"] == "int8"
    found = load_model(tmp_path / "tiny")
    for given, read in zip(model().network, found.network, strict=True):
        largest = np.abs(given.weights).max(axis=0)
        # A step is a 127th of the largest weight of the output, which itself comes back as it was.
        assert (np.abs(given.weights - read.weights) <= largest / 127 * 0.5001).all()
        np.testing.assert_allclose(np.abs(read.weights).max(axis=0), largest, rtol=1e-6)
        np.testing.assert_array_equal(given.bias, read.bias)
        assert read.weights.dtype == read.bias.dtype == np.float32
        assert not read.weights.flags.writeable
        assert not read.bias.flags.writeable
    np.testing.assert_allclose(
        found.log_probabilities(crops()), model().log_probabilities(crops()), atol=0.02
    )


def test_int8_is_a_quarter_of_float32(tmp_path):
    sizes = []
    for dtype in DTYPES:
        save_model(model(), tmp_path / dtype, dtype=dtype)
        sizes.append((tmp_path / dtype / "tiny.npz").stat().st_size)
    small, half, full = (size - 1500 for size in sizes)  # 4 to 6 members with headers of the zip and of NumPy
    assert small == pytest.approx(full / 4, rel=0.15)
    assert half == pytest.approx(full / 2, rel=0.15)


def test_an_output_without_weights_and_one_of_tiny_weights_survive_int8(tmp_path):
    vector = np.zeros(1109 * 4, np.float32)
    network = view_as_network(vector, (1108, 4))
    network[0].weights[:, 1] = 1e-43  # not the smallest number, but so small that a 127th of it is
    network[0].weights[0, 2], network[0].weights[1, 2] = 1e3, 3e3
    save_model(model(network=network), tmp_path)
    found = load_model(tmp_path / "tiny").network[0].weights
    assert not found[:, [0, 3]].any()
    assert (found[:, 1] >= 0).all()
    np.testing.assert_allclose(found[:2, 2], [1e3, 3e3], rtol=0.02)


def test_priors_come_back(tmp_path):
    save_model(model(), tmp_path)
    found = load_model(tmp_path / "tiny")
    assert list(found.priors) == ["emnist", "others"]
    for origin, prior in found.priors.items():
        assert prior.dtype == np.float32
        np.testing.assert_allclose(prior, PRIORS[origin], atol=1e-5)
    save_model(model(name="plain", priors={}), tmp_path)
    assert load_model(tmp_path / "plain").priors == {}


def test_a_prior_is_added_before_the_temperature():
    found = model().log_probabilities(crops(), origin="emnist")
    hot = model(temperature=1.0, priors={}).log_probabilities(crops())
    np.testing.assert_allclose(np.exp(found), softmax((hot + PRIORS["emnist"]) / 1.25), atol=1e-6)
    assert (found[:, 0] > model().log_probabilities(crops())[:, 0]).all()


@pytest.mark.parametrize("origin", [None, "others", "unknown"])
def test_no_prior_an_even_one_and_that_of_an_unknown_origin_change_nothing(origin):
    found = model().log_probabilities(crops(), origin=origin)
    np.testing.assert_allclose(found, model(priors={}).log_probabilities(crops()), atol=1e-6)


@pytest.mark.parametrize(("stored", "content"), [("float16", members), ("int8", int8_members)])
def test_the_attack_on_nothing_loads(tmp_path, stored, content):
    # The generator of the attacks below makes good files, so that it is the attack which is refused.
    found = load_model(attack(tmp_path, zipped(content()), stored=stored))
    step = np.abs(model().network[0].weights).max() / 127 if stored == "int8" else 2e-4
    np.testing.assert_allclose(found.network[0].weights, model().network[0].weights, atol=step)


@pytest.mark.parametrize("suffix", ["", ".npz", ".json"])
def test_either_file_or_the_stem_names_the_model(tmp_path, suffix):
    saved = save_model(model(name="a.b"), tmp_path)
    assert load_model(str(tmp_path / f"a.b{suffix}")).checksum == saved.checksum


def test_the_same_model_gives_the_same_bytes_and_checksum(tmp_path):
    saved = [save_model(model(), tmp_path / part) for part in "ab"]
    first, second = ((tmp_path / part / "tiny.npz").read_bytes() for part in "ab")
    assert first == second
    assert saved[0].checksum == saved[1].checksum == load_model(tmp_path / "a" / "tiny").checksum
    assert (tmp_path / "a" / "tiny.json").read_bytes() == (tmp_path / "b" / "tiny.json").read_bytes()


def test_the_checksum_is_of_all_that_decides_what_is_read(tmp_path):
    saved = save_model(model(), tmp_path)
    path = tmp_path / "tiny.json"
    header = json.loads(path.read_text())
    classes = header["classes"]
    changes = {
        "classes": [*classes[1:], classes[0]],
        "temperature": header["temperature"] + 0.5,
        "priors": {"emnist": [-2.5] * len(classes)},
        "activation": "sigmoid",
        "name": "other",
    }
    found = [saved.checksum]
    for field, value in changes.items():
        path.write_text(json.dumps(header | {field: value}))
        found.append(load_model(path).checksum)
    assert len(set(found)) == len(found)
    path.write_text(json.dumps(header | {"metadata": {"scores": [1]}}, indent=3))
    assert load_model(path).checksum == saved.checksum


def test_log_probabilities_are_calibrated_and_those_of_each_crop_alone(monkeypatch):
    found = model().log_probabilities(crops())
    hot = model(temperature=1.0).log_probabilities(crops())
    np.testing.assert_allclose(np.exp(found), softmax(hot / 1.25), atol=1e-6)
    one_by_one = [model().log_probabilities(crop[None]) for crop in crops()]
    np.testing.assert_allclose(found, np.concatenate(one_by_one), atol=1e-5)
    monkeypatch.setattr("ocr.classifier.model._BATCH", 3)
    np.testing.assert_allclose(model().log_probabilities(crops()), found, atol=1e-5)
    assert model().sizes == SIZES


@pytest.mark.parametrize(
    ("dtype", "value"),
    [(dtype, value) for dtype in DTYPES for value in (np.nan, np.inf, -np.inf, 1e5)],
)
@pytest.mark.parametrize("place", [5, -1], ids=["weight", "bias"])
def test_weights_that_the_type_cannot_hold_are_not_saved(tmp_path, dtype, value, place):
    vector = np.ones(1108 * 4 + 4, dtype=np.float32)
    vector[place] = value
    with pytest.raises(ModelError, match=rf"not finite or too large for {dtype}.*smaller learning rate"):
        save_model(model(network=view_as_network(vector, (1108, 4))), tmp_path, dtype=dtype)
    assert not list(tmp_path.iterdir())


def test_nothing_is_left_half_written(tmp_path, monkeypatch):
    (tmp_path / "tiny.npz").write_bytes(b"the model before")

    def refuse(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(ModelError, match=r"tiny.npz: cannot be written \(no space left on device\)"):
        save_model(model(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.npz"]
    assert (tmp_path / "tiny.npz").read_bytes() == b"the model before"


def test_a_folder_that_cannot_be_made_is_reported(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ModelError, match=r"^model .*tiny.npz: cannot be written \(.*; make room"):
        save_model(model(), tmp_path / "file")
    with pytest.raises(OcrError, match=r"^output .*tiny.png: cannot be written") as caught:
        write_by_rename(tmp_path / "file" / "tiny.png", b"")
    assert type(caught.value) is OcrError


GOOD = model().network[0]
BIAS = np.zeros(5, "<f2")
HUGE = "{'descr': '<f2', 'fortran_order': False, 'shape': (1108, 282622000), }"  # 373 GiB
OBJECTS = "{'descr': '|O', 'fortran_order': False, 'shape': (5,), }"
ATTACKS = {
    "empty": lambda: b"",
    "no zip": lambda: b"<html>not found</html>",
    "cut short": lambda: zipped(members())[:-100],
    "cut in the middle": lambda: zipped(members())[:3000],
    "pickle": lambda: pickle.dumps({"weights_0": [1.0]}),
    "one member less": lambda: zipped(members(bias_1=None)),
    "one member more": lambda: zipped(members(extra=npy(BIAS))),
    "many members": lambda: zipped({f"{number}.npy": b"" for number in range(20_000)}),
    "other shape": lambda: zipped(members(weights_0=npy(GOOD.weights.T.astype("<f2")))),
    "other type": lambda: zipped(members(bias_0=npy(BIAS.astype("<i2")))),
    "other byte order": lambda: zipped(members(bias_0=npy(BIAS.astype(">f2")))),
    "fortran order": lambda: zipped(members(weights_0=npy(np.asfortranarray(GOOD.weights.astype("<f2"))))),
    "objects": lambda: zipped(members(bias_0=npy(BIAS, header=OBJECTS))),
    "header of 373 GiB": lambda: zipped(members(weights_0=npy(GOOD.weights.astype("<f2"), header=HUGE))),
    "header with code": lambda: zipped(members(bias_0=npy(BIAS, header="{[]: __import__('os').abort()}"))),
    "header version 2": lambda: zipped(members(bias_0=npy(BIAS)[:6] + b"\2\0" + npy(BIAS)[8:])),
    "header length": lambda: zipped(members(bias_0=npy(BIAS)[:8] + b"\xff\xff" + npy(BIAS)[10:])),
    "no header": lambda: zipped(members(bias_0=b"\x93NUMPY" + bytes(14))),
    "data cut short": lambda: zipped(members(bias_0=npy(BIAS)[:-1])),
    "too much data": lambda: zipped(members(bias_0=npy(BIAS) + bytes(300))),
    "not a number": lambda: zipped(members(bias_0=npy(BIAS * np.float16("nan")))),
    "infinite": lambda: zipped(members(bias_0=npy(BIAS + np.float16("inf")))),
    "packed": lambda: zipped(members(), compression=zipfile.ZIP_DEFLATED),
    "bomb": lambda: zipped(members(bias_0=bytes(50 * 2**20)), compression=zipfile.ZIP_DEFLATED),
    "lzma": lambda: zipped(members(), compression=zipfile.ZIP_LZMA),
}


SCALE = np.full(5, 0.01, "<f4")
INT8_ATTACKS = {
    "no scale": lambda: zipped(int8_members(scale_0=None)),
    "scale of another length": lambda: zipped(int8_members(scale_0=npy(SCALE[:4]))),
    "scale of two dimensions": lambda: zipped(int8_members(scale_0=npy(SCALE[None]))),
    "scale of float64": lambda: zipped(int8_members(scale_0=npy(SCALE.astype("<f8")))),
    "scale of NaN": lambda: zipped(int8_members(scale_0=npy(SCALE * np.float32("nan")))),
    "infinite scale": lambda: zipped(int8_members(scale_0=npy(SCALE + np.float32("inf")))),
    "infinite product": lambda: zipped(int8_members(scale_0=npy(SCALE * 0 + np.float32(3e38)))),
    "huge biases": lambda: zipped(int8_members(bias_0=npy(BIAS.astype("<f4") + np.float32(3e38)))),
    "huge weights": lambda: zipped(int8_members(scale_0=npy(SCALE * 0 + np.float32(1e3)))),
    "scale for float16": lambda: zipped(members(scale_0=npy(SCALE))),
    "unsigned weights": lambda: zipped(int8_members(weights_0=npy(GOOD.weights.astype("u1")))),
    "half of the biases": lambda: zipped(int8_members(bias_0=npy(BIAS))),
}


@pytest.mark.parametrize("name", INT8_ATTACKS)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_int8_weights_that_are_no_weights_are_refused(tmp_path, name):
    path = attack(tmp_path, INT8_ATTACKS[name](), stored="int8")
    assert "not a weights file of this program (" in refusal(path)


@pytest.mark.parametrize("name", ATTACKS)
def test_weights_that_are_no_weights_are_refused(tmp_path, name):
    assert "not a weights file of this program (" in refusal(attack(tmp_path, ATTACKS[name]()))


def test_an_encrypted_member_is_refused(tmp_path):
    content = bytearray(zipped(members()))
    content[content.rfind(b"PK\1\2") + 8] |= 1  # bit 0 of the flags in the central directory
    assert "encrypted" in refusal(attack(tmp_path, bytes(content)))


def test_other_weights_than_the_json_means_are_refused(tmp_path):
    path = attack(tmp_path)
    content = bytearray(path.with_suffix(".npz").read_bytes())
    content[500] ^= 1
    path.with_suffix(".npz").write_bytes(content)
    assert "found SHA-256" in refusal(path)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("format", [2, 0, "1", True, 1.0, None, [1] * 99_999, {"a": 1}]),
        # Version 1 cropped without the soft edges: its models would misread the crops of today.
        ("tile_version", [1, 3, None, "2"]),
        ("features_version", [1, None, "2"]),
        ("name", ["", 3, None, "two\nlines", ["tiny"], "\ud800"]),
        (
            "classes",
            [
                "FLXV",
                None,
                ["F", "L", "X"],
                ["F", "L", "X", "F"],
                ["F", "L", "X", ""],
                [1, 2, 3, 4],
                [[], [], [], []],
            ],
        ),
        ("activation", ["swish", None, 1, ["relu"], {"relu": 1}]),
        ("temperature", [0, -1, 1e9, "1", None, True, [1.0], float("nan"), float("inf"), 10**400]),
        (
            "sizes",
            [
                [1108],
                [1108, 5, 5],
                [709, 5, 4],
                [1108, 0, 4],
                [1108, 5.0, 4],
                [1108, True, 4],
                "1108",
                None,
                [],
                [1108, 10**400, 4],
                [1108, 2**17, 2**17, 4],
                [1108, 30_000_000, 4],
                [1108, *[9_000] * 9, 4],
            ],
        ),
        ("dtype", ["float64", None, "<f2", ["float16"], {}]),
        ("sha256", ["", None, 5, "g" * 64, "0" * 63, "0\n" * 32, "0" * 64]),
        (
            "priors",
            [
                None,
                [],
                [[0.0] * 4],
                "emnist",
                {"emnist": None},
                {"emnist": "0000"},
                {"emnist": -1},
                {"emnist": []},
                {"emnist": [-1] * 3},
                {"emnist": [-1] * 5},
                {"emnist": [-1, -1, -1, float("nan")]},
                {"emnist": [-1, -1, -1, float("-inf")]},
                {"emnist": [-1, -1, -1, 0.1]},
                {"emnist": [-1, -1, -1, -100]},
                {"emnist": [-1, -1, -1, -(10**400)]},
                {"emnist": [-1, -1, -1, None]},
                {"emnist": [-1, -1, -1, False]},
                {"emnist": [[-1] * 4]},
                {"emnist": [-1] * 4, "others": {}},
            ],
        ),
        ("metadata", [None, [], "text"]),
    ],
)
def test_fields_of_the_wrong_kind_are_refused(tmp_path, field, values):
    for value in values:
        message = refusal(attack(tmp_path, **{field: value}))
        assert any(word in message for word in (field, "sizes", "parameters", "SHA-256", "prior")), value


@pytest.mark.parametrize(
    "field",
    [
        "format",
        "tile_version",
        "features_version",
        "name",
        "classes",
        "activation",
        "temperature",
        "sizes",
        "dtype",
        "sha256",
        "priors",
        "metadata",
    ],
)
def test_a_missing_field_is_refused_by_its_name(tmp_path, field):
    path = attack(tmp_path)
    header = json.loads(path.with_suffix(".json").read_text())
    del header[field]
    path.with_suffix(".json").write_text(json.dumps(header))
    assert field in refusal(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\xfa",
        b"[" * 100_000,
        b"[1]",
        b"null",
        b'"format"',
        b"1" * 5000,
        b'{"format": ' + b"1" * 5000 + b"}",
    ],
    ids=["empty", "open", "no text", "deep", "list", "null", "string", "long number", "long field"],
)
def test_json_that_is_no_header_is_refused(tmp_path, content):
    path = attack(tmp_path)
    path.with_suffix(".json").write_bytes(content)
    assert "tiny.json" in refusal(path)


def test_files_that_are_too_large_are_refused(tmp_path, monkeypatch):
    path = attack(tmp_path)
    with path.with_suffix(".json").open("ab") as stream:
        stream.write(b" " * 2**20)
    assert "tiny.json: larger than 1 MiB" in refusal(path)
    monkeypatch.setattr(model_file, "_MOST_WEIGHT_BYTES", 2**12)
    assert "tiny.npz: larger than" in refusal(attack(tmp_path))


def test_missing_files_are_reported(tmp_path):
    assert "nothing.json: cannot be read (No such file" in refusal(tmp_path / "nothing")
    path = attack(tmp_path)
    path.with_suffix(".npz").unlink()
    assert "tiny.npz: cannot be read (No such file" in refusal(path)
    (tmp_path / "folder.json").mkdir()
    assert "Is a directory" in refusal(tmp_path / "folder")
    refusal("")
    refusal("zero\0byte")


def test_metadata_can_be_written_anew_and_nothing_else_changes(tmp_path):
    saved = save_model(model(metadata={"scores": []}), tmp_path)
    weights = (tmp_path / f"{saved.name}.npz").read_bytes()
    header = json.loads((tmp_path / f"{saved.name}.json").read_text())
    loaded = load_model(tmp_path / saved.name)
    save_metadata(replace(loaded, metadata={"scores": [1]}, temperature=9.0), tmp_path / f"{saved.name}.npz")
    assert (tmp_path / f"{saved.name}.npz").read_bytes() == weights
    assert json.loads((tmp_path / f"{saved.name}.json").read_text()) == header | {"metadata": {"scores": [1]}}


def test_metadata_of_another_model_are_refused(tmp_path):
    saved = save_model(model(), tmp_path)
    with pytest.raises(ModelError, match="was replaced meanwhile"):
        save_metadata(replace(saved, checksum="0" * 64), tmp_path / saved.name)


def test_metadata_of_older_versions_have_the_names_of_this_one(tmp_path):
    old = {
        "recipe": {"seed": 1, "advice": 0.6},
        "scores": [{"test": "mnist", "fold": "digits"}],
        "split": "x",
    }
    save_model(model(metadata=old), tmp_path)
    assert load_model(tmp_path / "tiny").metadata == {
        "recipe": {"seed": 1, "distillation_weight": 0.6},
        "scores": [{"test": "mnist", "label_map": "digits"}],
        "split": "x",
    }
    odd = {"recipe": None, "scores": [None, 3]}
    save_model(model(metadata=odd), tmp_path)
    assert load_model(tmp_path / "tiny").metadata == odd


def pixel_model():
    sizes = (784, 5, 4)
    vector = initialise(sizes, scheme="he", rng=np.random.default_rng(0))
    return model(network=view_as_network(vector, sizes), input="pixels")


def test_a_model_of_pixels_is_read_back(tmp_path):
    saved = save_model(pixel_model(), tmp_path, dtype="float32")
    found = load_model(tmp_path / "tiny")
    assert (found.input, found.sizes) == ("pixels", (784, 5, 4))
    np.testing.assert_allclose(found.log_probabilities(crops()), saved.log_probabilities(crops()), atol=1e-5)
    assert "input" not in json.loads((save_model(model(), tmp_path) and tmp_path / "tiny.json").read_text())


@pytest.mark.parametrize(
    ("seen", "words"), [("sound", "expected one of features, pixels"), ("features", "1108 features")]
)
def test_an_input_that_does_not_fit_is_refused(tmp_path, seen, words):
    save_model(pixel_model(), tmp_path)
    header = json.loads((tmp_path / "tiny.json").read_text())
    (tmp_path / "tiny.json").write_text(json.dumps({**header, "input": seen}))
    with pytest.raises(ModelError, match=words):
        load_model(tmp_path / "tiny")


LINE_SIZES = ((6, 4, 3), (9, 5))


def line_network():
    rng = np.random.default_rng(3)
    return tuple(view_as_network(initialise(sizes, scheme="he", rng=rng), sizes) for sizes in LINE_SIZES)


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_a_line_network_is_read_back_and_counts_in_the_checksum(tmp_path, dtype):
    plain = save_model(model(), tmp_path, dtype=dtype)
    assert load_model(tmp_path / "tiny").line_network is None
    saved = save_model(model(line_network=line_network()), tmp_path, dtype=dtype)
    found = load_model(tmp_path / "tiny")
    assert [*map(sizes_of, found.line_network)] == [*LINE_SIZES]
    assert found.checksum == saved.checksum != plain.checksum
    for stage, read in zip(line_network(), found.line_network, strict=True):
        for layer, other in zip(stage, read, strict=True):
            np.testing.assert_allclose(other.weights, layer.weights, atol=0.02)
            np.testing.assert_allclose(other.bias, layer.bias)
    np.testing.assert_array_equal(found.network[1].bias, model().network[1].bias)


@pytest.mark.parametrize(
    "sizes",
    [
        None,
        5,
        "no",
        [5],
        [[5]],
        [[6, 0]],
        [[6, True]],
        [[6, 4, 3]],
        [[6, 4, 3], [9, 6]],
        [[2, 2]] * 9,
        [[30_000, 30_000]],
    ],
)
def test_line_networks_that_are_not_in_the_file_are_refused(tmp_path, sizes):
    save_model(model(line_network=line_network()), tmp_path)
    header = json.loads((tmp_path / "tiny.json").read_text())
    (tmp_path / "tiny.json").write_text(json.dumps({**header, "line_sizes": sizes}))
    with pytest.raises(ModelError, match=r"line_sizes|parameters|not a weights file"):
        load_model(tmp_path / "tiny")
