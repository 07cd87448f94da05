"""Learn a hand in the background, with progress, time left and a stop."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from ocr.errors import OcrError

if TYPE_CHECKING:
    from ocr.learning.correction_store import CorrectionStore
    from ocr.web.reading_queue import ReadingQueue

# Before so much is done, nothing can be said of the time that is left.
_SURE_SHARE = 0.05


class LearningJob:
    """At most one run of learning at a time.

    Parameters
    ----------
    store : CorrectionStore
    reading : ReadingQueue
        Its model is the one to begin with, and is replaced by the one that has learnt.
    """

    def __init__(self, store: CorrectionStore, reading: ReadingQueue) -> None:
        self.store, self.reading = store, reading
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._state: dict[str, Any] = {"status": "idle"}

    @property
    def state(self) -> dict[str, Any]:
        """What the page shows: status idle, running, done, worse, stopped or failed, and details."""
        return dict(self._state)

    def start(self) -> bool:
        """Begin to learn; False if it runs already."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return False
            self._stop.clear()
            self._state = {"status": "running", "step": "reading", "share": 0.0}
            self._thread = threading.Thread(target=self._work, name="learning", daemon=True)
            self._thread.start()
            return True

    def stop(self) -> None:
        """Stop at the next step; nothing is installed."""
        self._stop.set()

    def _work(self) -> None:
        from ocr.learning.learn_hand import Stopped

        try:
            self._state = self._learn()
        except Stopped:
            self._state = {"status": "stopped"}
        except OcrError as error:
            self._state = {"status": "failed", "message": str(error)}
        except Exception as error:  # noqa: BLE001  the server goes on
            message = f"a fault of this program ({type(error).__name__}: {error})"
            self._state = {"status": "failed", "message": message}

    def _learn(self) -> dict[str, Any]:
        from ocr.classifier.model_file import load_model
        from ocr.files import OWN_MODEL, model_path
        from ocr.language.ngram import load_language
        from ocr.learning.learn_hand import Stopped
        from ocr.learning.own_model import install, learn_from, sources_of_store

        began = time.monotonic()

        def report(step: str, share: float) -> None:
            if self._stop.is_set():
                raise Stopped
            left = (time.monotonic() - began) / share * (1 - share) if share > _SURE_SHARE else None
            self._state = {"status": "running", "step": step, "share": share, "seconds_left": left}

        missing: list[str] = []
        sources = list(sources_of_store(self.store, missing.append))
        # Always from the shipped model, with all corrections: what was learnt before does not add up.
        model, language = load_model(model_path()), load_language(self.reading.language)
        learnt = learn_from(sources, model, language, on_progress=report)
        path = install(learnt)
        if path is not None:
            self.reading.use_model(OWN_MODEL)
        return {
            "status": "worse" if path is None else "done",
            "model": OWN_MODEL,
            "characters": learnt.characters,
            "lines": learnt.lines,
            "pages": learnt.pages,
            "held_out": learnt.before.characters,
            "before": learnt.before.share,
            "after": learnt.after.share,
            "change": learnt.change,
            "seconds": round(time.monotonic() - began),
            "missing": missing,
        }
