"""Run the server on this machine until Ctrl-C."""

from __future__ import annotations

import secrets
import signal
import socket
from typing import TYPE_CHECKING, Any

from ocr.errors import OcrError, SettingError, how_to_install
from ocr.learning.correction_store import CorrectionStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import FrameType

    import uvicorn

# Connections of a browser that never ends them do not keep the program from ending.
_LAST_WORDS_S = 1


def serve(
    pictures: Sequence[Path],
    *,
    port: int = 0,
    model: str | None = None,
    language: str = "english",
    on_start: Callable[[str], None],
) -> None:
    """Answer the page until the program is interrupted.

    Parameters
    ----------
    pictures : sequence of Path
        Added to the pages of the store; those that are in it already are not added again.
    port : int
        On the loopback interface; 0 for any that is free.
    model : str, optional
        Name or path; the one that has learnt the hand of the user if there is one, else the shipped one.
    language : str
    on_start : callable
        Called with the address, with its token, when connections are taken.

    Raises
    ------
    OcrError
        If libraries are missing.
    SettingError
        If the port is in use.
    """
    try:
        import uvicorn

        from ocr.web.access import Guard
        from ocr.web.application import Application
    except ImportError as error:
        message = (
            f"the page needs {error.name}, which is not installed; {how_to_install('starlette', 'uvicorn')}"
        )
        raise OcrError(message) from None
    from ocr.web.learning_job import LearningJob
    from ocr.web.reading_queue import ReadingQueue

    listener = _listener(port)
    port = listener.getsockname()[1]
    store = CorrectionStore()
    _add_pictures(store, pictures)
    reading = ReadingQueue(store, model=model or _own_model(), language=language)
    learning = LearningJob(store, reading)
    token = secrets.token_urlsafe(24)
    guarded = Guard(Application(store, reading, learning).routes(), port=port, token=token)
    config = uvicorn.Config(
        guarded,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=_LAST_WORDS_S,
    )
    server = _announcing(config, lambda: on_start(f"http://127.0.0.1:{port}/?token={token}"), reading.start)
    try:
        server.run(sockets=[listener])
        if server.is_interrupted:
            # Whether the event loop says so by itself depends on what it was doing.
            raise KeyboardInterrupt
    finally:
        learning.stop()
        reading.stop()
        listener.close()


def _announcing(config: uvicorn.Config, *on_start: Callable[[], None]) -> Any:
    """Return a server that calls functions when it takes connections."""
    import uvicorn

    class Announcing(uvicorn.Server):
        is_interrupted = False

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            self.is_interrupted |= sig == signal.SIGINT
            super().handle_exit(sig, frame)

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            for function in on_start:
                function()

    return Announcing(config)


def _listener(port: int) -> socket.socket:
    """Return a socket that listens on the loopback interface only.

    Raises
    ------
    SettingError
        If the port cannot be had.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        message = (
            f"port {port}: cannot be used ({str(error.strerror).lower()}); leave --port out for a free one"
        )
        raise SettingError(message) from None
    return listener


def _add_pictures(store: CorrectionStore, pictures: Sequence[Path]) -> None:
    known = {page.path for page in store.pages()}
    for path in pictures:
        if path.absolute() not in known:
            store.add_page(path.name, path)


def _own_model() -> str | None:
    """Return the model that has learnt the hand of the user, if there is one."""
    from ocr.files import OWN_MODEL, own_models_folder

    return OWN_MODEL if (own_models_folder() / f"{OWN_MODEL}.npz").is_file() else None
