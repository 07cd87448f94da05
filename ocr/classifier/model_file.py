"""Models on disk: ``<name>.npz`` with the weights and ``<name>.json`` that says what they are.

Nothing in these files is trusted. The JSON is bounded and checked field by field; the weights must have the
SHA-256 that the JSON states; and every member's size and NumPy header is compared with the JSON before any data is
read, because a header alone can claim terabytes. Pickles are never loaded. Both files are written by rename.

JSON, format version 1::

    {"format": 1, "name": "...", "classes": "0123...", "activation": "relu", "temperature": 1.0,
     "tile_version": 1, "features_version": 1, "sizes": [708, 1024, 512, 62], "dtype": "float16",
     "sha256": "...", "metadata": {...}}

Members of the npz: ``weights_0.npy`` (inputs, outputs), ``bias_0.npy`` (outputs,), ``weights_1.npy``, ...
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr.classifier.activations import ACTIVATIONS
from ocr.classifier.features import FEATURE_COUNT, FEATURES_VERSION
from ocr.classifier.model import Model
from ocr.classifier.network import Layer
from ocr.classifier.tile import TILE_VERSION
from ocr.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT_VERSION = 1
# A reader of hand print needs a few megabytes; anything larger is not one of our models.
_MOST_WEIGHT_BYTES = 64 * 2**20
_MOST_JSON_BYTES = 2**20
_DTYPES = {"float16": np.dtype("<f2"), "float32": np.dtype("<f4")}
_ADVICE = "train one with 'ocr train' or name another with --model"


def save_model(model: Model, folder: Path, *, dtype: str = "float16") -> Model:
    """Write ``<name>.npz`` and ``<name>.json`` into ``folder``, each by rename.

    Half precision halves the file; on held-out EMNIST it changes no decision in a thousand.

    Returns
    -------
    Model
        The same model with its checksum.
    """
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    # Stored, not deflated: weights hardly shrink, and reading is one copy.
    np.savez(buffer, allow_pickle=False, **_arrays(model, _DTYPES[dtype]))
    weights = buffer.getvalue()
    checksum = hashlib.sha256(weights).hexdigest()
    header = {
        "format": FORMAT_VERSION,
        "name": model.name,
        "classes": list(model.classes),
        "activation": model.activation,
        "temperature": model.temperature,
        "tile_version": TILE_VERSION,
        "features_version": FEATURES_VERSION,
        "sizes": list(model.sizes),
        "dtype": dtype,
        "sha256": checksum,
        "metadata": dict(model.metadata),
    }
    write_by_rename(folder / f"{model.name}.npz", weights)
    write_by_rename(folder / f"{model.name}.json", (json.dumps(header, indent=1) + "\n").encode())
    return Model(
        name=model.name,
        network=model.network,
        classes=model.classes,
        activation=model.activation,
        temperature=model.temperature,
        metadata=model.metadata,
        checksum=checksum,
    )


def write_by_rename(path: Path, content: bytes) -> None:
    """Put a whole file in place at once: nobody ever sees half of it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


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
    stem = Path(path)
    stem = stem.with_suffix("") if stem.suffix in {".npz", ".json"} else stem
    header = _read_header(stem.with_name(stem.name + ".json"))
    weights_path = stem.with_name(stem.name + ".npz")
    content = _read_bounded(weights_path, _MOST_WEIGHT_BYTES)
    checksum = hashlib.sha256(content).hexdigest()
    if checksum != header["sha256"]:
        message = (
            f"model {weights_path}: found SHA-256 {checksum[:12]}..., expected {header['sha256'][:12]}...; "
            f"the file is damaged or belongs to another model: {_ADVICE}"
        )
        raise ModelError(message)
    network = tuple(_read_layers(content, header, weights_path))
    return Model(
        name=header["name"],
        network=network,
        classes=tuple(header["classes"]),
        activation=header["activation"],
        temperature=float(header["temperature"]),
        metadata=header["metadata"],
        checksum=checksum,
    )


def _arrays(model: Model, dtype: np.dtype[Any]) -> dict[str, Any]:
    arrays = {}
    for index, layer in enumerate(model.network):
        arrays[f"weights_{index}"] = layer.weights.astype(dtype)
        arrays[f"bias_{index}"] = layer.bias.astype(dtype)
    return arrays


def _read_bounded(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        message = f"model {path}: cannot be read ({error.strerror or error}); {_ADVICE}"
        raise ModelError(message) from error
    if len(content) > most:
        message = f"model {path}: larger than {most / 2**20:g} MiB, which no model of this program is; {_ADVICE}"
        raise ModelError(message)
    return content


def _read_header(path: Path) -> dict[str, Any]:
    content = _read_bounded(path, _MOST_JSON_BYTES)
    try:
        header = json.loads(content)
    except (ValueError, RecursionError) as error:
        message = f"model {path}: not a JSON file; {_ADVICE}"
        raise ModelError(message) from error
    problem = _problem_in(header)
    if problem:
        message = f"model {path}: {problem}; {_ADVICE}"
        raise ModelError(message)
    return dict(header)


def _problem_in(header: Any) -> str | None:
    """Say what is wrong with a header, or None; versions first, because they explain the rest."""
    if not isinstance(header, dict):
        return f"found a JSON {type(header).__name__}, expected an object"
    versions = {
        "format": FORMAT_VERSION,
        "tile_version": TILE_VERSION,
        "features_version": FEATURES_VERSION,
    }
    for name, expected in versions.items():
        if header.get(name) != expected:
            return f"found {name} {header.get(name)!r}, this program reads {expected}"
    sizes, classes = header.get("sizes"), header.get("classes")
    temperature = header.get("temperature")
    checks = {
        "name": isinstance(header.get("name"), str) and header["name"].isprintable() and header["name"] != "",
        "classes": _is_list_of(classes, str) and len(set(classes)) == len(classes) and "" not in classes,
        "activation": header.get("activation") in ACTIVATIONS,
        "temperature": isinstance(temperature, int | float) and 0.01 < temperature < 100,
        "sizes": _is_list_of(sizes, int) and 2 <= len(sizes) <= 16 and all(0 < size <= 2**16 for size in sizes),
        "dtype": header.get("dtype") in _DTYPES,
        "sha256": isinstance(header.get("sha256"), str) and len(header["sha256"]) == 64,
        "metadata": isinstance(header.get("metadata"), dict),
    }
    for name, fits in checks.items():
        if not fits:
            return f"field {name!r} is missing or not what it should be"
    if sizes[0] != FEATURE_COUNT or sizes[-1] != len(classes):
        return f"sizes {sizes} do not fit {FEATURE_COUNT} features and {len(classes)} classes"
    return None


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(type(item) is kind for item in value)


def _read_layers(content: bytes, header: dict[str, Any], path: Path) -> Iterator[Layer]:
    sizes, dtype = header["sizes"], _DTYPES[header["dtype"]]
    shapes: dict[str, tuple[int, ...]] = {}
    for index, (inputs, outputs) in enumerate(zip(sizes, sizes[1:], strict=False)):
        shapes[f"weights_{index}.npy"] = (inputs, outputs)
        shapes[f"bias_{index}.npy"] = (outputs,)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sorted(archive.namelist()) != sorted(shapes):
                message = f"model {path}: found members {archive.namelist()}, expected {sorted(shapes)}; {_ADVICE}"
                raise ModelError(message)
            arrays = {name: _read_member(archive, name, shape, dtype) for name, shape in shapes.items()}
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        message = f"model {path}: not a weights file of this program ({error}); {_ADVICE}"
        raise ModelError(message) from error
    for index in range(len(sizes) - 1):
        yield Layer(arrays[f"weights_{index}.npy"], arrays[f"bias_{index}.npy"])


def _read_member(
    archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Read one array whose header says exactly ``shape`` and ``dtype``; ValueError otherwise."""
    size = int(np.prod(shape)) * dtype.itemsize
    # The header of a .npy file of version 1 takes 64 to 256 bytes for arrays like these.
    if not size < archive.getinfo(name).file_size <= size + 256:
        message = f"member {name} declares {archive.getinfo(name).file_size} bytes, expected about {size}"
        raise ValueError(message)
    with archive.open(name) as member:
        if np.lib.format.read_magic(member) != (1, 0):
            message = f"member {name} is not a .npy file of version 1"
            raise ValueError(message)
        found = np.lib.format.read_array_header_1_0(member, max_header_size=256)
        if found != (shape, False, dtype):
            message = f"member {name} has header {found}, expected {(shape, False, dtype)}"
            raise ValueError(message)
        values = np.frombuffer(member.read(size), dtype=dtype)
    # A product that overflows float16 would be infinite here, and would make every answer nonsense.
    if values.size != int(np.prod(shape)) or not np.isfinite(values).all():
        message = f"member {name} is cut short or holds values that are not finite"
        raise ValueError(message)
    array = values.astype(np.float32).reshape(shape)
    array.flags.writeable = False
    return array
