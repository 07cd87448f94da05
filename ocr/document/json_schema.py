"""Check a value against a JSON schema [1]_: the few keywords that the schema of documents uses.

A library for all of JSON Schema brings five packages, one of them compiled, for a check of a page. The tests
compare this one with such a library.

References
----------
.. [1] JSON Schema, draft 2020-12, https://json-schema.org.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NoReturn

from ocr.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    Schema = Mapping[str, Any]

# Types of JSON -> how messages call them, and those of Python. True is no number.
_TYPES: dict[str, tuple[str, tuple[type, ...]]] = {
    "object": ("an object", (dict,)),
    "array": ("a list", (list,)),
    "string": ("a text", (str,)),
    "number": ("a number", (int, float)),
    "integer": ("a whole number", (int,)),
    "boolean": ("true or false", (bool,)),
    "null": ("null", (type(None),)),
}
_KNOWN = {
    *("$schema", "$defs", "$ref", "title", "description", "type", "const", "enum", "minimum", "maximum"),
    *("minLength", "items", "prefixItems", "minItems", "maxItems"),
    *("properties", "required", "additionalProperties"),
}
# Messages show so much of a value.
_SHOWN = 60


@cache
def document_schema() -> Schema:
    """Return the schema of a document in JSON."""
    text = files("ocr.document").joinpath("document.schema.json").read_text(encoding="utf-8")
    schema: Schema = json.loads(text)
    return schema


def check(value: Any, schema: Schema, *, place: str, root: Schema | None = None) -> None:
    """Refuse a value that does not have the form that a schema describes.

    Parameters
    ----------
    value : object
        As :func:`json.loads` returns it.
    schema : mapping
    place : str
        What the message calls the value.
    root : mapping, optional
        The schema that has the definitions; ``schema`` itself if left out.

    Raises
    ------
    DataError
        If so, with the place in the value.
    NotImplementedError
        If the schema uses a keyword that is not known here.
    """
    root = schema if root is None else root
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if not schema.keys() <= _KNOWN:
        raise NotImplementedError(sorted(schema.keys() - _KNOWN))
    _check_value(value, schema, place)
    if isinstance(value, dict):
        _check_keys(value, schema, place)
        for key, one in value.items():
            check(one, schema["properties"][key], place=f"{place}.{key}", root=root)
    elif isinstance(value, list):
        _check_length(value, schema, place)
        for index, one in enumerate(value):
            inner = schema["prefixItems"][index] if "prefixItems" in schema else schema["items"]
            check(one, inner, place=f"{place}[{index}]", root=root)


def refuse(place: str, value: object, expected: str) -> NoReturn:
    """Raise a DataError with what was found at a place and what was expected."""
    try:
        shown = repr(value)
    except RecursionError:
        shown = "brackets within brackets"
    shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 3] + "..."
    message = f"{place}: found {shown}, expected {expected}; correct the file or write it again"
    raise DataError(message)


def _check_value(value: Any, schema: Schema, place: str) -> None:
    """Refuse a value of a wrong type or out of its range."""
    choices = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if choices is not None:
        if not any(type(value) is type(one) and value == one for one in choices):
            refuse(place, value, _one_of(["null" if one is None else str(one) for one in choices]))
        return
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    expected = " or ".join(_TYPES[name][0] for name in names)
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None:
        expected = f"{expected} from {low} to {high}"
    fits = any(type(value) in _TYPES[name][1] for name in names)
    if not fits or (low is not None and not low <= value <= high):
        refuse(place, value, expected)
    if isinstance(value, str) and len(value) < schema.get("minLength", 0):
        refuse(place, value, "one character")


def _check_keys(value: dict[str, Any], schema: Schema, place: str) -> None:
    """Refuse an object with a key that is not known, or without one that it needs."""
    for key in value:
        if key not in schema["properties"]:
            known = sorted(schema["properties"])
            refuse(f"a key of {place}", key, _one_of(known))
    for key in schema["required"]:
        if key not in value:
            refuse(place, sorted(value), f"a key {key!r}")


def _check_length(value: list[Any], schema: Schema, place: str) -> None:
    """Refuse a list of too few or too many values."""
    low, high = schema.get("minItems", 0), schema.get("maxItems", len(value))
    if not low <= len(value) <= high:
        refuse(place, value, f"a list of {low}" if low == high else f"{low} or more in the list")


def _one_of(choices: list[str]) -> str:
    *others, last = choices
    return f"one of {', '.join(choices)}" if others else last
