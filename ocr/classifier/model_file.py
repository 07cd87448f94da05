"""Read and write models: ``<name>.npz`` with the weights and ``<name>.json`` with the rest.

Nothing in these files is trusted. The JSON is bounded and checked field by field; the weights must have the
SHA-256 that the JSON states, and hold exactly the arrays that it leads to expect (see
:mod:`ocr.classifier.weight_file`). Both files are written by rename.

JSON, format version 1::

    {"format": 1, "name": "...", "classes": ["0", "1", ...], "activation": "relu", "temperature": 1.0,
     "tile_version": 2, "features_version": 2, "sizes": [1108, 1024, 512, 62], "dtype": "int8",
     "sha256": "...", "priors": {"emnist": [...]}, "metadata": {...}}

A network of plain pixels has ``"input": "pixels"`` beside these, and 784 inputs. A model that has learnt one
hand has a field ``writer``, see :mod:`ocr.classifier.writer_profile`, and if its line network has learnt it
too, ``"line_sizes": [[810, 384, 192], ...]``, the widths of each stage.

Members of the npz: ``weights_0.npy`` (inputs, outputs), ``bias_0.npy`` (outputs,), with int8 weights
``scale_0.npy`` (outputs,), then ``weights_1.npy``, ...; behind them the layers of the line network.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import reprlib
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr.classifier.activations import ACTIVATIONS
from ocr.classifier.crop import CROP_VERSION
from ocr.classifier.features import FEATURES_VERSION, INPUTS
from ocr.classifier.model import Model
from ocr.classifier.network import count_parameters, sizes_of
from ocr.classifier.weight_file import DTYPES, packed, unpacked_layers
from ocr.classifier.writer_profile import WriterProfile, is_profile
from ocr.errors import ModelError, require_type
from ocr.files import write_by_rename

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.classifier.network import Network

FORMAT_VERSION = 1
# A reader of hand print needs a few megabytes; anything larger is not one of our models.
_MOST_WEIGHT_BYTES = 64 * 2**20
_MOST_JSON_BYTES = 2**20
MOST_PARAMETERS = 33_000_000
"""Most weights and biases of a network, so that the file fits its limit at two bytes each."""
_MOST_STAGES = 8
_REMEDY = "train one with 'ocr train' or name another with --model"


def save_model(model: Model, folder: Path, *, dtype: str = "int8") -> Model:
    """Write ``<name>.npz`` and ``<name>.json`` into ``folder``, each by rename.

    Parameters
    ----------
    model : Model
    folder : Path
        Made if missing.
    dtype : str
        Type of the stored weights: int8, with a scale for each output, takes a quarter of float32, float16
        half.

    Returns
    -------
    Model
        The same model with its checksum; its weights are not rounded.

    Raises
    ------
    ModelError
        If a weight is not finite or too large for the type, or a file cannot be written.
    """
    try:
        weights = packed(_layers(model), DTYPES[dtype])
    except ValueError as error:
        message = f"model {model.name}: its {error}; train with a smaller learning rate"
        raise ModelError(message) from error
    header = _header(model, dtype=dtype, checksum=hashlib.sha256(weights).hexdigest())
    text = json.dumps(header, indent=1) + "\n"
    write_by_rename(folder / f"{model.name}.npz", weights, what="model", failure=ModelError)
    write_by_rename(folder / f"{model.name}.json", text.encode(), what="model", failure=ModelError)
    return dataclasses.replace(model, checksum=_checksum(json.loads(text)))


def _layers(model: Model) -> Network:
    """Return the layers of all networks of a model, one after the other."""
    return tuple(layer for network in (model.network, *(model.line_network or ())) for layer in network)


def _checksum(header: dict[str, Any]) -> str:
    """Return the SHA-256 of a model: of its weights, by theirs, and of all fields that decide what is read.

    The metadata are left out: they say how the model was made, and grow when it is scored.
    """
    fields = {name: value for name, value in header.items() if name != "metadata"}
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def save_metadata(model: Model, path: str | os.PathLike[str]) -> None:
    """Write the metadata of a model into the JSON file that it was loaded from; the rest stays.

    Parameters
    ----------
    model : Model
    path : path
        As :func:`load_model` takes it.

    Raises
    ------
    ModelError
        If the file is damaged or describes another model, or cannot be written.
    """
    json_path = _stem(path).with_name(f"{_stem(path).name}.json")
    header = _read_header(json_path)
    if _checksum(header) != model.checksum:
        message = (
            f"model {json_path}: found SHA-256 {_checksum(header)[:12]}..., "
            f"expected {model.checksum[:12]}...; it was replaced meanwhile: try again"
        )
        raise ModelError(message)
    header["metadata"] = dict(model.metadata)
    text = json.dumps(header, indent=1) + "\n"
    write_by_rename(json_path, text.encode(), what="model", failure=ModelError)


def _stem(path: str | os.PathLike[str]) -> Path:
    """Return the path of a model's files without suffix."""
    require_type("model", path, str, os.PathLike, expected="a path")
    named = Path(path)
    return named.with_suffix("") if named.suffix in {".npz", ".json"} else named


def _header(model: Model, *, dtype: str, checksum: str) -> dict[str, Any]:
    """Return the content of the JSON file."""
    return {
        "format": FORMAT_VERSION,
        "name": model.name,
        "classes": list(model.classes),
        "activation": model.activation,
        "temperature": model.temperature,
        "tile_version": CROP_VERSION,
        "features_version": FEATURES_VERSION,
        "sizes": list(model.sizes),
        "dtype": dtype,
        "sha256": checksum,
        "priors": {
            origin: np.asarray(prior, dtype=np.float64).round(5).tolist()
            for origin, prior in model.priors.items()
        },
        "metadata": dict(model.metadata),
        **({} if model.input == "features" else {"input": model.input}),
        **({} if model.writer is None else {"writer": model.writer.to_json()}),
        **({} if model.line_network is None else {"line_sizes": [*map(sizes_of, model.line_network)]}),
    }


def load_model(path: str | os.PathLike[str]) -> Model:
    """Read and check a model.

    Parameters
    ----------
    path : path
        ``<name>.npz``, ``<name>.json`` or the stem without suffix; both files must be there.

    Returns
    -------
    Model
        With float32, read-only weights.

    Raises
    ------
    ModelError
        If a file is missing, too large, damaged, of another version, or not what the JSON says.
    """
    stem = _stem(path)
    header = _read_header(stem.parent / f"{stem.name}.json")
    weights_path = stem.parent / f"{stem.name}.npz"
    content = _read_bounded(weights_path, _MOST_WEIGHT_BYTES)
    checksum = hashlib.sha256(content).hexdigest()
    if checksum != header["sha256"]:
        message = (
            f"model {weights_path}: found SHA-256 {checksum[:12]}..., expected {header['sha256'][:12]}...; "
            f"the file is damaged or belongs to another model: {_REMEDY}"
        )
        raise ModelError(message)
    try:
        network, *stages = _unpacked(content, header)
    except ValueError as error:
        reason = " ".join(str(error).split())[:200]
        message = f"model {weights_path}: not a weights file of this program ({reason}); {_REMEDY}"
        raise ModelError(message) from error
    return Model(
        name=header["name"],
        network=network,
        line_network=tuple(stages) or None,
        classes=tuple(header["classes"]),
        activation=header["activation"],
        temperature=float(header["temperature"]),
        priors={origin: np.asarray(prior, dtype=np.float32) for origin, prior in header["priors"].items()},
        metadata=_with_new_names(header["metadata"]),
        checksum=_checksum(header),
        input=header.get("input", "features"),
        writer=WriterProfile.from_json(header["writer"]) if "writer" in header else None,
    )


def _unpacked(content: bytes, header: dict[str, Any]) -> list[Network]:
    """Return the network of a file, and the stages of its line network if it has one.

    Raises
    ------
    ValueError
        If the file is damaged or holds anything else.
    """
    sizes = [header["sizes"], *header.get("line_sizes", [])]
    shapes = [shape for widths in sizes for shape in pairwise(widths)]
    layers = iter(unpacked_layers(content, shapes=shapes, dtype=DTYPES[header["dtype"]]))
    return [tuple(islice(layers, len(widths) - 1)) for widths in sizes]


def _with_new_names(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return metadata in which keys of files written by older versions have their new names."""
    renamed = dict(metadata)
    if isinstance(metadata.get("recipe"), dict):
        renamed["recipe"] = _renamed(metadata["recipe"], {"advice": "distillation_weight"})
    if isinstance(metadata.get("scores"), list):
        renamed["scores"] = [
            _renamed(score, {"fold": "label_map"}) if isinstance(score, dict) else score
            for score in metadata["scores"]
        ]
    return renamed


def _renamed(values: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Return values with some keys renamed."""
    return {names.get(key, key): value for key, value in values.items()}


def _read_bounded(path: Path, most: int) -> bytes:
    """Read a file of at most so many bytes.

    Raises
    ------
    ModelError
        If it cannot be read or is larger.
    """
    try:
        with path.open("rb") as file:
            # Not all that is allowed: Python would make room for it, and copy what it read.
            content = file.read(min(os.fstat(file.fileno()).st_size, most) + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a zero byte
        message = f"model {path}: cannot be read ({getattr(error, 'strerror', None) or error}); {_REMEDY}"
        raise ModelError(message) from error
    if len(content) > most:
        message = (
            f"model {path}: larger than {most / 2**20:g} MiB, which no model of this program is; {_REMEDY}"
        )
        raise ModelError(message)
    return content


def _read_header(path: Path) -> dict[str, Any]:
    """Read and check the JSON file.

    Raises
    ------
    ModelError
        If it is damaged, or not of this version.
    """
    content = _read_bounded(path, _MOST_JSON_BYTES)
    try:
        header = json.loads(content)
    except (ValueError, RecursionError) as error:
        message = f"model {path}: not a JSON file; {_REMEDY}"
        raise ModelError(message) from error
    problem = _problem_in(header)
    if problem:
        message = f"model {path}: {problem}; {_REMEDY}"
        raise ModelError(message)
    return dict(header)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 < value <= MOST_PARAMETERS


def _is_list_of(value: Any, fits: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(fits(item) for item in value)


def _is_sizes(value: Any) -> bool:
    return _is_list_of(value, _is_count) and len(value) >= 2


def _is_printable(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable() and value != ""


def _is_prior(value: Any) -> bool:
    return _is_list_of(value, lambda item: type(item) in {int, float} and -100 < item <= 0)


_VERSIONS = {"format": FORMAT_VERSION, "tile_version": CROP_VERSION, "features_version": FEATURES_VERSION}

_FIELDS: dict[str, Callable[[Any], bool]] = {
    "name": _is_printable,
    "classes": lambda value: _is_list_of(value, _is_printable) and len(set(value)) == len(value),
    "activation": lambda value: isinstance(value, str) and value in ACTIVATIONS,
    "temperature": lambda value: type(value) in {int, float} and 0.01 < value < 100,
    "sizes": _is_sizes,
    "dtype": lambda value: isinstance(value, str) and value in DTYPES,
    "sha256": lambda value: isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None,
    "priors": lambda value: isinstance(value, dict) and all(map(_is_prior, value.values())),
    "metadata": lambda value: isinstance(value, dict),
}


def _problem_in(header: Any) -> str | None:
    """Return what is wrong with a header, or None; versions first, because they explain the rest."""
    if not isinstance(header, dict):
        return f"found a JSON {type(header).__name__}, expected an object"
    for name, expected in _VERSIONS.items():
        found = header.get(name)
        if type(found) is not int or found != expected:
            return f"found {name} {reprlib.repr(found)}, this program reads {expected}"
    for name, fits in _FIELDS.items():
        if not fits(header.get(name)):
            return (
                f"field {name!r} is missing or not what it should be: found {reprlib.repr(header.get(name))}"
            )
    return _misfit_in(header)


def _misfit_in(header: dict[str, Any]) -> str | None:
    """Return which fields, each valid by itself, do not fit together, or None."""
    sizes, classes, seen = header["sizes"], header["classes"], header.get("input", "features")
    if not isinstance(seen, str) or seen not in INPUTS:
        return f"found input {reprlib.repr(seen)}, expected one of {', '.join(INPUTS)}"
    count = INPUTS[seen].width
    if sizes[0] != count or sizes[-1] != len(classes):
        return f"sizes {reprlib.repr(sizes)} do not fit {count} {seen} and {len(classes)} classes"
    if any(len(prior) != len(classes) for prior in header["priors"].values()):
        return f"a prior has another length than the {len(classes)} classes"
    if "writer" in header and not is_profile(header["writer"]):
        return f"field 'writer' is not what it should be: found {reprlib.repr(header['writer'])}"
    return _misfit_in_sizes(sizes, header.get("line_sizes", []))


def _misfit_in_sizes(sizes: list[int], stages: Any) -> str | None:
    """Return what is wrong with the sizes of the networks, or None."""
    if not _is_list_of(stages, _is_sizes) or len(stages) > _MOST_STAGES:
        return f"field 'line_sizes' is not what it should be: found {reprlib.repr(stages)}"
    # Before anything is unpacked: 64 MiB of packed zeros can be 64 GiB of weights.
    count = sum(map(count_parameters, (sizes, *stages)))
    if count > MOST_PARAMETERS:
        return f"found {count:,} parameters, expected at most {MOST_PARAMETERS:,}"
    return None
