"""The documentation as a web site: its switch of light and dark works, and no script fails."""

import subprocess
import sys

import pytest
from chromium import chromium

from cli.pages_of_docs import ROOT

pytest.importorskip("mkdocs", reason="mkdocs is not installed")


def test_the_switch_of_light_and_dark_works(tmp_path):
    arguments = ("build", "--quiet", "--strict", "--site-dir", str(tmp_path))
    subprocess.run([sys.executable, "-m", "mkdocs", *arguments], cwd=ROOT, check=True, capture_output=True)
    faults = []
    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(0)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto((tmp_path / "index.html").as_uri())
        for mode in ("dark", "light"):
            page.click("#theme-menu")
            page.click(f"[data-bs-theme-value={mode}]")
            assert page.evaluate("document.documentElement.dataset.bsTheme") == mode
    # The search needs a server: a browser runs no worker from a file.
    assert [fault for fault in faults if "Worker" not in fault] == []
