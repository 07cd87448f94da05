"""Fetch the official EMNIST archive: the only place where the program uses the network.

`OCR_EMNIST_URLS` (separated by spaces, tried in order) names mirrors, and `OCR_EMNIST_CHECKSUM` what they
serve, as ``sha256:...`` or ``md5:...``. There is no way to switch the check off.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sys
import time
from typing import TYPE_CHECKING

from ocr.errors import DataError, SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse
    from pathlib import Path

OFFICIAL_URL = "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"

# NIST publishes no SHA-256. This MD5 is what torchvision checks: it finds damage and error pages; that
# nobody forged the file is left to https.
OFFICIAL_CHECKSUM = "md5:58c8d27c78d21e728a6bc7b3cc06412e"

ARCHIVE_NAME = "gzip.zip"
"""Name of the archive in the folder where it is kept."""

_HEX_DIGITS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
_TIMEOUT_S = 30  # for each answer of the server, not for the whole file
_CHUNK_BYTES = 2**20
_MOST_BYTES = 1_000_000_000  # The archive has 560 MB; no server fills a disk.


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
    algorithm = algorithm or "sha256"
    if not re.fullmatch(r"[0-9a-f]+", digits) or len(digits) != _HEX_DIGITS.get(algorithm):
        message = (
            f"OCR_EMNIST_CHECKSUM: found {given!r}, expected ALGORITHM:DIGITS with one of "
            f"{', '.join(_HEX_DIGITS)}; compute it with sha256sum"
        )
        raise SettingError(message)
    return f"{algorithm}:{digits}"


def _try_mirror(url: str, folder: Path, *, checksum: str, tries: int, pause_s: float) -> str | None:
    """Download from one mirror; return None, or in a few words why it failed."""
    import http.client
    import urllib.error
    import urllib.request

    reason = ""
    for attempt in range(tries):
        if attempt:
            time.sleep(pause_s)
        try:
            # `mirrors` lets nothing but http and https through.
            with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as answer:  # noqa: S310
                found = _store(answer, folder, checksum=checksum)
        except urllib.error.HTTPError as error:
            reason = f"the server answers {error.code}"
            if error.code < 500:
                return reason
        except (OSError, http.client.HTTPException) as error:
            reason = _network_reason(error)
        else:
            return None if found == checksum else f"a file with {found}"
    return reason


def _store(answer: HTTPResponse, folder: Path, *, checksum: str) -> str:
    """Write what a server sends to a temporary file, and move it into place if its checksum is right.

    Returns
    -------
    str
        The checksum that was found, or that there is more than the archive can have.

    Raises
    ------
    DataError
        If the file cannot be written.
    OSError, http.client.HTTPException
        If the connection breaks off.
    """
    algorithm = checksum.partition(":")[0]
    digest, too_large = hashlib.new(algorithm, usedforsecurity=False), f"more than {_MOST_BYTES:,} bytes"
    if answer.length and answer.length > _MOST_BYTES:
        return too_large
    draft = folder / f".{ARCHIVE_NAME}.{secrets.token_hex(4)}.part"
    try:
        _write(draft, b"")
        size = 0
        for chunk in _chunks(answer):
            size += len(chunk)
            if size > _MOST_BYTES:
                return too_large
            digest.update(chunk)
            _write(draft, chunk)
        found = f"{algorithm}:{digest.hexdigest()}"
        if found == checksum:
            draft.replace(folder / ARCHIVE_NAME)
        return found
    finally:
        if folder.is_dir():
            draft.unlink(missing_ok=True)


def _write(path: Path, chunk: bytes) -> None:
    """Append to a file, in a folder made if missing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(chunk)
    except OSError as error:
        message = (
            f"EMNIST cannot be stored, {path.parent}: {error.strerror or error}, expected a folder to write "
            "600 MB to; make room, or pass --data DIR with a copy"
        )
        raise DataError(message) from error


def _chunks(answer: HTTPResponse) -> Iterator[bytes]:
    """Read the body of an answer, and say on stderr how far it is if that is a terminal.

    Raises
    ------
    ConnectionError
        If it ends before the length that the server announced.
    """
    length, done = answer.length, 0
    shows = sys.stderr.isatty()
    try:
        while chunk := answer.read(_CHUNK_BYTES):
            done += len(chunk)
            if shows:
                of_all = f" of {length / 1e6:.1f}" if length else ""
                sys.stderr.write(f"\rEMNIST: {done / 1e6:.1f}{of_all} MB")
                sys.stderr.flush()
            yield chunk
    finally:
        if shows and done:
            sys.stderr.write("\n")
    if length and done < length:
        message = f"the connection broke off after {done:,} of {length:,} bytes"
        raise ConnectionError(message)


def _network_reason(error: Exception) -> str:
    """Return in a few words why a connection failed; urllib nests the cause in its own error."""
    cause = getattr(error, "reason", error)
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    text = getattr(cause, "strerror", None) or " ".join(str(cause).split())
    return text[:120] or type(cause).__name__
