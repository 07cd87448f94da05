"""A running 'ocr serve' with data of its own, and a browser that watches what it says and asks for."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

# Learning in few steps: what takes long is the same step again and again, which tests of learning look at.
QUICK = """
from ocr.cli.app import main
from ocr.learning import fine_tuning, line_tuning, rehearsal
fine_tuning._EPOCHS, line_tuning._MOST_STEPS, rehearsal._PENS = 2, 10, 2
main()
"""


class Serving:
    """``ocr serve`` as a process; ``kill`` ends it as a power cut would."""

    def __init__(self, data, *arguments, is_quick=False):
        self.data = data
        environment = {**os.environ, "XDG_DATA_HOME": str(data), "XDG_CONFIG_HOME": str(data)}
        program = ["-c", QUICK] if is_quick else ["-m", "ocr"]
        command = [sys.executable, *program, "serve", "--no-browser", *map(str, arguments)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        self.address = self.process.stdout.readline().strip()
        assert self.address, self.process.stderr.read()
        self.root, _, self.token = self.address.partition("/?token=")
        self.port = int(self.root.rsplit(":", 1)[1])

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate()
        return self.process.returncode, errors


@contextmanager
def watched(browser, address, *, is_killed=False, **looks):
    """A tab whose scripts must report nothing and ask for nothing elsewhere.

    Where the program is killed, the browser itself reports that nobody answers.
    """
    context = browser.new_context(reduced_motion="reduce", **looks)
    # A busy machine may take its time.
    context.set_default_timeout(0)
    said, asked = [], []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    root = address.partition("/?")[0]
    yield page
    context.close()
    assert is_killed or said == []
    assert [url for url in asked if not url.startswith((root, "blob:"))] == []


# Between two looks at the page; how long it takes depends on the machine alone.
POLL_MS = 100


def until(page, expression):
    """Wait until an expression of JavaScript is true; Playwright's own wait needs what the page forbids."""
    while not page.evaluate(expression):
        page.wait_for_timeout(POLL_MS)
