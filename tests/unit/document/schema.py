"""Validation against the schemas of ALTO and PAGE themselves, see ``schemas/README.md``."""

from functools import cache
from pathlib import Path

import xmlschema

FOLDER = Path(__file__).with_name("schemas")
# ALTO asks for these by an address; nothing is fetched.
ELSEWHERE = {"http://www.w3.org/1999/xlink": str(FOLDER / "xlink.xsd")}


@cache
def _schema(name):
    return xmlschema.XMLSchema10(str(FOLDER / f"{name}.xsd"), locations=ELSEWHERE, allow="local")


def faults(text, name):
    """What a schema finds wrong with a file, a line each; none if it is valid."""
    found = _schema(name).iter_errors(text, use_location_hints=False)
    return [f"{error.path}: {error.reason}" for error in found]
