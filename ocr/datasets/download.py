"""Fetch the official EMNIST archive: the only place where the program uses the network.

`OCR_EMNIST_URLS` (separated by spaces, tried in order) names mirrors, and `OCR_EMNIST_CHECKSUM` what they
serve, as ``sha256:...`` or ``md5:...``. There is no way to switch the check off.
"""

from __future__ import annotations

import os
import re
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from ocr.errors import DataError, SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OFFICIAL_URL = "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"

# NIST publishes no SHA-256. This MD5 is what torchvision checks: it finds damage and error pages; that
# nobody forged the file is left to https.
OFFICIAL_CHECKSUM = "md5:58c8d27c78d21e728a6bc7b3cc06412e"

ARCHIVE_NAME = "gzip.zip"
"""Name of the archive in the folder where it is kept."""

_HEX_DIGITS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
_TIMEOUT_S = 30  # for each answer of the server, not for the whole file
_CHUNK_BYTES = 2**16  # pooch flushes and reports after each chunk; its own 1 KiB makes that 560,000 times


class Progress(Protocol):
    """What pooch asks of a progress bar."""

    total: int

    def update(self, amount: int) -> None:
        """Count ``amount`` more bytes."""

    def reset(self) -> None:
        """Count from zero again."""

    def close(self) -> None:
        """End the display."""


def fetch_archive(folder: Path, *, tries: int = 3, pause_s: float = 1.0) -> Path:
    """Download the EMNIST archive (about 560 MB) into ``folder``, whole and checked or not at all.

    Each mirror is tried in turn. One that cannot be reached or breaks off is tried again; one that answers
    with an error or with a wrong file is not, since asking again would bring the same.

    Parameters
    ----------
    folder : Path
        Where to put the file; made if missing.
    tries : int
        How often each mirror is tried, at least 1.
    pause_s : float
        Seconds to wait before the same mirror is tried again.

    Returns
    -------
    Path
        The archive, ``folder / ARCHIVE_NAME``.

    Raises
    ------
    SettingError
        If `OCR_EMNIST_URLS` or `OCR_EMNIST_CHECKSUM` is malformed.
    DataError
        If no mirror gives the right file, or the folder cannot be written.
    """
    urls, checksum = mirrors(), expected_checksum()
    failures = []
    for url in urls:
        reason = _try_mirror(url, folder, checksum=checksum, tries=tries, pause_s=pause_s)
        if reason is None:
            return folder / ARCHIVE_NAME
        failures.append(f"{url} ({reason})")
    message = (
        f"EMNIST cannot be downloaded: found {', '.join(failures)}, expected a file with {checksum}; "
        f"download it by hand and put it at {folder / ARCHIVE_NAME}, or pass --data DIR with such a copy"
    )
    raise DataError(message)


def mirrors() -> list[str]:
    """Return the addresses to try, in order: those in `OCR_EMNIST_URLS`, else the official one.

    Raises
    ------
    SettingError
        If one of them is no http or https address.
    """
    urls = os.environ.get("OCR_EMNIST_URLS", "").split() or [OFFICIAL_URL]
    for url in urls:
        if not re.match(r"https?://[^/]", url):
            message = (
                f"OCR_EMNIST_URLS: found {url!r}, expected https://... addresses; separate them by spaces"
            )
            raise SettingError(message)
    return urls


def expected_checksum() -> str:
    """Return the checksum of the archive, ``algorithm:digits``: `OCR_EMNIST_CHECKSUM`, else the official one.

    Raises
    ------
    SettingError
        If the algorithm is not known or the number of digits is not its own.
    """
    given = os.environ.get("OCR_EMNIST_CHECKSUM", "").strip() or OFFICIAL_CHECKSUM
    algorithm, _, digits = given.lower().rpartition(":")
    algorithm = algorithm or "sha256"  # as pooch reads it
    if not re.fullmatch(r"[0-9a-f]+", digits) or len(digits) != _HEX_DIGITS.get(algorithm):
        message = (
            f"OCR_EMNIST_CHECKSUM: found {given!r}, expected ALGORITHM:DIGITS with one of "
            f"{', '.join(_HEX_DIGITS)}; compute it with sha256sum"
        )
        raise SettingError(message)
    return f"{algorithm}:{digits}"


def _try_mirror(url: str, folder: Path, *, checksum: str, tries: int, pause_s: float) -> str | None:
    """Download from one mirror; return None, or in a few words why it failed."""
    import requests

    reason = ""
    for attempt in range(tries):
        if attempt:
            time.sleep(pause_s)
        try:
            _retrieve(url, folder, checksum=checksum)
        except requests.HTTPError as error:
            # Not `error.response or ...`: an error response is false.
            status = error.response.status_code if error.response is not None else 0
            reason = f"the server answers {status}"
            if status < 500:
                return reason
        except requests.RequestException as error:
            reason = _network_reason(error)
        except OSError as error:
            message = (
                f"EMNIST cannot be stored, {folder}: {error.strerror or error}, expected a folder to write "
                "600 MB to; make room, or pass --data DIR with a copy"
            )
            raise DataError(message) from error
        except ValueError as error:
            # How pooch tells that the checksum differs; its advice after that is not for our users.
            return str(error).partition(". Deleted")[0]
        else:
            return None
    return reason


def _retrieve(url: str, folder: Path, *, checksum: str) -> None:
    """Let pooch download to a temporary file, check it, and move it into place."""
    import pooch

    with _progress() as bar, _quiet_pooch():
        downloader = pooch.HTTPDownloader(
            progressbar=bar or False, chunk_size=_CHUNK_BYTES, timeout=_TIMEOUT_S
        )
        pooch.retrieve(url, known_hash=checksum, fname=ARCHIVE_NAME, path=folder, downloader=downloader)


def _network_reason(error: Exception) -> str:
    """Say in a few words why a connection failed: requests nests the cause deep in a long text."""
    kinds = {"ConnectTimeout": "no answer in time", "ReadTimeout": "no answer in time"}
    name = type(error).__name__
    if name in kinds:
        return kinds[name]
    text = " ".join(str(error).split())
    found = re.search(r"\[Errno -?\d+\] ([\w ]+)", text)
    return found.group(1).strip() if found else f"{name}: {text[:120]}"


@contextmanager
def _quiet_pooch() -> Iterator[None]:
    """Keep pooch's log lines off stderr: the progress bar and our errors say what users need."""
    import pooch

    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel("WARNING")
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """Give a progress bar on stderr if that is a terminal, and close it whatever happens."""
    if not sys.stderr.isatty():
        yield None
        return
    bar = _RichProgress("EMNIST")
    try:
        yield bar
    finally:
        bar.close()


class _RichProgress:
    """A rich progress bar with the interface that pooch asks for."""

    def __init__(self, description: str) -> None:
        from rich import progress
        from rich.console import Console

        self.total = 0
        self._bar = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.DownloadColumn(),
            progress.TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task(description, total=None)
        self._bar.start()

    def update(self, amount: int) -> None:
        """Count ``amount`` more bytes; without a known total the bar only swings."""
        self._bar.update(self._task, total=self.total or None, advance=amount)

    def reset(self) -> None:
        """Count from zero again."""
        self._bar.reset(self._task)

    def close(self) -> None:
        """End the display; more than once does no harm."""
        self._bar.stop()
