"""The frame of every web page: one file, light and dark, and a policy by which no request goes anywhere."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from ocr.document.markup import clean

# Nothing but what the page carries itself may load, whatever somebody puts into a file name.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_SCRIPT_POLICY = "; script-src 'unsafe-inline'"


def web_page(title: str, body: str, *, style: str, script: str = "") -> str:
    """Wrap the inside of a page.

    Signs that no document may hold, such as the odd bytes of a file name, become U+FFFD wherever they stand.

    Parameters
    ----------
    title : str
        Plain text.
    body, style, script : str
        HTML, CSS and JavaScript, trusted: names and signs in them are escaped already.
    """
    policy = _POLICY + (_SCRIPT_POLICY if script else "")
    scripts = f"<script>\n{script}\n</script>\n" if script else ""
    shared = files("ocr.document").joinpath("web_page.css").read_text(encoding="utf-8")
    page = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{shared}{style}</style>
</head>
<body>
{body}
{scripts}</body>
</html>
"""
    return clean(page)
