"""The Chromium of this machine, for tests that look at pages; nothing is downloaded."""

import shutil
from contextlib import contextmanager

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def chromium():
    """Start it; the test is skipped where it or Playwright is missing."""
    reason = "pages are not looked at: pip install '.[browser]', and Chromium from your system's packages"
    playwright = pytest.importorskip("playwright.sync_api", reason=reason)
    if CHROMIUM is None:
        pytest.skip(reason)
    with playwright.sync_playwright() as driver:
        # Its sandbox refuses to start for root, as in containers; it opens our own files only.
        running = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=0)
        yield running
        running.close()
