"""Find fonts that look like hand print in a folder, and name those worth installing. None is bundled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr.errors import SettingError

if TYPE_CHECKING:
    from pathlib import Path

# In order of preference: the first is the smallest to read.
SUFFIXES = (".woff2", ".ttf", ".otf", ".woff")


@dataclass(frozen=True, slots=True)
class RecommendedFont:
    """An npm package with an unjoined hand-print font.

    Attributes
    ----------
    package : str
        Name on npm.
    style : str
        ``mixed`` (capitals and small letters), ``block`` (small letters are drawn as capitals) or ``neat``
        (close to type).
    licence : str
        SPDX name.
    """

    package: str
    style: str
    licence: str = "OFL-1.1"


_MIXED = (
    "annie-use-your-telescope architects-daughter caveat-brush covered-by-your-grace delicious-handrawn "
    "delius gaegu gloria-hallelujah gochi-hand handlee indie-flower kalam mansalva nanum-pen-script neucha "
    "patrick-hand reenie-beanie shadows-into-light short-stack sue-ellen-francisco swanky-and-moo-moo "
    "the-girl-next-door"
)
_NEAT = "balsamiq-sans comic-neue grandstander itim playpen-sans shantell-sans sriracha"

RECOMMENDED: tuple[RecommendedFont, ...] = (
    *(RecommendedFont(f"@fontsource/{name}", "mixed") for name in _MIXED.split()),
    RecommendedFont("@fontsource/schoolbell", "mixed", "Apache-2.0"),
    RecommendedFont("@fontsource/amatic-sc", "block"),
    RecommendedFont("@fontsource/permanent-marker", "block", "Apache-2.0"),
    RecommendedFont("@fontsource/rock-salt", "block", "Apache-2.0"),
    *(RecommendedFont(f"@fontsource/{name}", "neat") for name in _NEAT.split()),
)
"""Fonts worth installing, by package name."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font on disk.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        Name of the package, or of the file where no package.json lies beside.
    licence : str
        What the package states (of its files, which for a repackaged font may differ from the font's own
        licence), or ``unknown``.
    version : str
        Version of the package, or ``unknown``.
    """

    path: Path
    name: str
    licence: str = "unknown"
    version: str = "unknown"


def is_block(font: FontFile) -> bool:
    """Return whether a recommended font draws small letters as capitals."""
    blocks = {
        recommended.package.rpartition("/")[2] for recommended in RECOMMENDED if recommended.style == "block"
    }
    return not blocks.isdisjoint(font.path.parts)


def find_fonts(folder: Path) -> tuple[FontFile, ...]:
    """Find one regular font per package, or every loose font file, below a folder.

    Of the many files of an npm font package the latin subset of weight 400, upright, is taken.

    Parameters
    ----------
    folder : Path
        Any folder; ``node_modules`` works.

    Returns
    -------
    tuple of FontFile
        At least one, sorted by name.

    Raises
    ------
    SettingError
        If the folder does not exist or holds no font.
    """
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not files:
        raise SettingError(_no_font_message(folder, RECOMMENDED[0].package))
    packages: dict[Path, list[Path]] = {}
    for path in files:
        packages.setdefault(_package_file(path, folder) or path, []).append(path)
    found = (_described(manifest, min(paths, key=_oddness)) for manifest, paths in packages.items())
    return tuple(sorted(found, key=lambda font: (font.name, font.path)))


def find_font(folder: Path, name: str) -> FontFile:
    """Find one font by name.

    Parameters
    ----------
    folder : Path
        As for `find_fonts`.
    name : str
        Package name with or without its scope, such as ``patrick-hand``, or the stem of a loose file.

    Returns
    -------
    FontFile
        The font.

    Raises
    ------
    SettingError
        If it is not there.
    """
    for font in find_fonts(folder):
        if name in (font.name, font.name.rpartition("/")[2]):
            return font
    raise SettingError(_no_font_message(folder, name if "/" in name else f"@fontsource/{name}"))


def _no_font_message(folder: Path, package: str) -> str:
    """Return a line with what is missing and the command that installs it."""
    prefix = folder.parent if folder.name == "node_modules" else folder
    wanted = package.rpartition("/")[2]
    return (
        f"fonts, {folder}: found no {wanted}, expected a .woff2, .ttf, .otf or .woff file; "
        f"run npm install --prefix {prefix} {package}"
    )


def _package_file(path: Path, folder: Path) -> Path | None:
    """Return the nearest package.json above ``path``, not looking above ``folder``."""
    for parent in path.parents:
        manifest = parent / "package.json"
        # The manifest of the folder that was named lists what is installed; it describes no font.
        if parent == folder and (folder / "node_modules").is_dir():
            return None
        if manifest.is_file():
            return manifest
        if parent == folder:
            return None
    return None


def _oddness(path: Path) -> tuple[bool, bool, int, str]:
    """Return the sort key of a file of a package: the plain regular latin face comes first."""
    stem = path.stem.lower()
    is_regular = "latin-400-normal" in stem or "400regular" in stem or stem.endswith("regular")
    is_latin = "-latin-" in stem and "latin-ext" not in stem
    return not is_regular, not is_latin, SUFFIXES.index(path.suffix.lower()), str(path)


def _described(manifest: Path, path: Path) -> FontFile:
    """Return a font file with the metadata of its package.json; a loose file has none."""
    if manifest == path:
        return FontFile(path, path.stem)
    try:
        described = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"font package {manifest}: cannot be read ({error}); install the package again"
        raise SettingError(message) from error
    if not isinstance(described, dict):
        message = (
            f"font package {manifest}: found {type(described).__name__}, expected an object; install it again"
        )
        raise SettingError(message)
    fields = (str(described.get(key, "unknown")) for key in ("name", "license", "version"))
    return FontFile(path, *fields)
