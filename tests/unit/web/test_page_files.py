"""What the page has in common with the rest of the program."""

from importlib.resources import files

from ocr.document.bands import DOUBTFUL


def test_a_character_is_doubtful_on_the_page_where_it_is_on_drawings():
    editor = files("ocr.web").joinpath("page", "editor.js").read_text(encoding="utf-8")
    assert f"DOUBTFUL = {DOUBTFUL};" in editor
