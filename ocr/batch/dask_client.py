"""Connections to a cluster: one that runs already, or processes on this machine for one run."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import tempfile
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from ocr.errors import OcrError, SettingError
from ocr.uris import EXTRA, printable_uri, without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from distributed import Client

# If nobody answers for so long, the address is wrong or the scheduler is down.
_SECONDS_TO_ANSWER = 15
# One lost worker is enough to try its chunk again task by task.
_SETTINGS = {
    "distributed.scheduler.allowed-failures": 0,
    # The nanny of a lost worker starts another. After 15 s, the cluster would close the nanny too, even while
    # that worker is starting: on a busy machine, no worker would be left in the end.
    "distributed.deploy.lost-worker-timeout": "365d",
    # Pages for a browser that nobody asked for.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    # Dask has workers hand back each freed array to the system, and fetch it anew. That makes reading a page
    # a third more work (0.69 s became 0.95 s), nearly all of it in the kernel.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
}
_LOCAL = re.compile(r"local(?::([1-9][0-9]{0,3}))?")
_ADDRESS = re.compile(r"(?:tcp|tls|ucx|ws|wss)://[^\s@]+")


def check_scheduler(address: str) -> None:
    """Refuse an address that is none of a scheduler, or that cannot be used here.

    Raises
    ------
    SettingError
        If it is none, or if the libraries for it are not installed.
    """
    if not (_LOCAL.fullmatch(address) or _ADDRESS.fullmatch(address)):
        message = (
            f"--scheduler: found {printable_uri(address)!r}, expected local, local:4, or the address of a "
            "Dask scheduler such as tcp://10.0.0.5:8786 or tls://10.0.0.5:8786"
        )
        raise SettingError(message)
    try:
        import cryptography  # noqa: F401
        import distributed  # noqa: F401
        import fsspec  # noqa: F401
    except ImportError:
        message = f"--scheduler needs libraries that are not installed; install with: {EXTRA}"
        raise SettingError(message) from None


@contextmanager
def connected(address: str, *, cores: int) -> Iterator[Client]:
    """Connect to a scheduler, or start a local cluster that ends with the block.

    Parameters
    ----------
    address : str
        "tcp://host:port" and the like; "local" or "local:4" for so many processes on this machine.
    cores : int
        Processes of "local".

    Raises
    ------
    SettingError
        As :func:`check_scheduler`.
    OcrError
        If nobody answers, or who answers speaks another version of Dask.
    """
    check_scheduler(address)
    local = _LOCAL.fullmatch(address)
    with ExitStack() as stack:
        stack.enter_context(_silence())
        if local:
            cluster: Any = stack.enter_context(_local_cluster(int(local.group(1) or cores)))
        yield stack.enter_context(_client(cluster if local else address, named=address))


@contextmanager
def _local_cluster(workers: int) -> Iterator[Any]:
    """Start processes on this machine, each with one thread; only they and we can speak with one another."""
    import dask
    from distributed import LocalCluster, Security

    with (
        _own_environment(),
        dask.config.set(_SETTINGS),
        tempfile.TemporaryDirectory(prefix="ocr-", ignore_cleanup_errors=True) as folder,
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            # Others on this machine could reach an open port: a key that is made for this run keeps them out.
            host="127.0.0.1",
            protocol="tls",
            security=Security.temporary(),
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            silence_logs=logging.CRITICAL,
            local_directory=folder,
        ) as cluster,
    ):
        yield cluster


@contextmanager
def _silence() -> Iterator[None]:
    """Hide what Dask logs in this process: errors are reported in one line."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def _own_environment() -> Iterator[None]:
    """Restore the environment, which Dask changes for its workers."""
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


@contextmanager
def _client(cluster: Any, *, named: str) -> Iterator[Client]:
    from distributed import Client

    try:
        if isinstance(cluster, str):
            asyncio.run(_check_answer(cluster))
        client = Client(cluster, timeout=_SECONDS_TO_ANSWER, set_as_default=False)
    except Exception as error:  # noqa: BLE001  Dask raises whatever it likes
        reason = str(error).partition("\n")[0] or f"no answer within {_SECONDS_TO_ANSWER} s"
        if "ssl_context" in reason:
            reason = "no certificates; set DASK_DISTRIBUTED__COMM__TLS__CA_FILE and its like"
        message = (
            f"--scheduler {printable_uri(named)}: nobody answers ({without_secrets(reason)}); "
            "is the address right, is the scheduler up?"
        )
        raise OcrError(message) from None
    with client:
        yield client


async def _check_answer(address: str) -> None:
    """Wait until a scheduler answers: Dask's client would wait for ever for a frozen one.

    Raises
    ------
    TimeoutError, OSError, TypeError, ValueError
        If it does not answer in time, or not in this language; whatever Dask raises.
    """
    from distributed import Security
    from distributed.comm import connect

    options = Security().get_connection_args("client")
    waiting = connect(address, timeout=_SECONDS_TO_ANSWER, **options)
    comm = await asyncio.wait_for(waiting, _SECONDS_TO_ANSWER)
    comm.abort()
