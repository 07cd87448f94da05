"""Fonts are found in any folder; a font for the test is Pillow's own default face."""

import json

import pytest
from PIL import ImageFont

from ocr.errors import SettingError
from ocr.synthesis.fonts import RECOMMENDED, find_font, find_fonts
from ocr.synthesis.writers import FontWriter


def install(folder, name, files, licence="OFL-1.1"):
    package = folder / "node_modules" / name
    (package / "files").mkdir(parents=True)
    manifest = {"name": name, "license": licence, "version": "1.2.3"}
    (package / "package.json").write_text(json.dumps(manifest))
    for file in files:
        (package / "files" / file).write_bytes(b"")
    return package


def test_regular_latin_face_is_preferred(tmp_path):
    files = ["x-latin-700-normal.woff2", "x-latin-400-normal.woff", "x-latin-ext-400-normal.woff2"]
    install(tmp_path, "@fontsource/x", [*files, "x-latin-400-normal.woff2"])
    (font,) = find_fonts(tmp_path)
    assert font.path.name == "x-latin-400-normal.woff2"
    assert (font.name, font.licence, font.version) == ("@fontsource/x", "OFL-1.1", "1.2.3")


def test_manifest_of_the_named_folder_describes_no_font(tmp_path):
    (tmp_path / "package.json").write_text('{"dependencies": {}}')
    install(tmp_path, "@fontsource/a", ["a-latin-400-normal.woff2"])
    assert [font.name for font in find_fonts(tmp_path)] == ["@fontsource/a"]


def test_loose_file_has_unknown_licence(tmp_path):
    (tmp_path / "Mine.ttf").write_bytes(b"")
    (font,) = find_fonts(tmp_path)
    assert (font.name, font.licence) == ("Mine", "unknown")


def test_find_font_with_and_without_scope(tmp_path):
    install(tmp_path, "@fontsource/a", ["a-latin-400-normal.woff2"])
    assert find_font(tmp_path, "a") == find_font(tmp_path, "@fontsource/a")


@pytest.mark.parametrize("make", [False, True])
def test_folder_without_fonts_names_the_command(tmp_path, make):
    folder = tmp_path / "node_modules"
    if make:
        folder.mkdir()
    with pytest.raises(SettingError, match=f"npm install --prefix {tmp_path} @fontsource/") as caught:
        find_fonts(folder)
    assert "\n" not in str(caught.value)


def test_missing_font_names_its_package(tmp_path):
    install(tmp_path, "@fontsource/a", ["a-latin-400-normal.woff2"])
    with pytest.raises(SettingError, match=r"npm install .* @fontsource/gaegu"):
        find_font(tmp_path, "gaegu")


@pytest.mark.parametrize("manifest", ["{", "[]"])
def test_damaged_manifest_is_refused(tmp_path, manifest):
    package = install(tmp_path, "a", ["a.ttf"])
    (package / "package.json").write_text(manifest)
    with pytest.raises(SettingError, match="install"):
        find_fonts(tmp_path)


def test_file_that_is_no_font_is_refused(tmp_path):
    (tmp_path / "bad.ttf").write_bytes(b"no font")
    with pytest.raises(SettingError, match="cannot be opened"):
        FontWriter(find_font(tmp_path, "bad"))


def test_recommended_fonts_are_free_and_named_once():
    assert len({font.package for font in RECOMMENDED}) == len(RECOMMENDED)
    assert {font.licence for font in RECOMMENDED} == {"OFL-1.1", "Apache-2.0"}
    assert {font.style for font in RECOMMENDED} == {"mixed", "block", "neat"}


def test_font_writer_writes_capitals_at_the_asked_height(tmp_path, rng):
    (tmp_path / "default.ttf").write_bytes(ImageFont.load_default(20).font_bytes)
    writer = FontWriter(find_font(tmp_path, "default"))
    drawn = writer.draw("H", letter_height_px=50, rng=rng)
    rows = drawn.coverage.any(axis=1).nonzero()[0]
    assert abs(rows[-1] - rows[0] + 1 - 200) <= 4
    assert abs(rows[-1] + 1 - drawn.baseline_row) <= 2
    assert writer.can_write("H")
    assert not writer.can_write("\u4e00")
