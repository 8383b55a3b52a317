"""The engine thread: loads the model in use, follows its changes, runs turns one after another."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from bot.engine.engine import Engine
from bot.model_files import ModelMissingError, choose_model, model_version
from bot.turns import Answerer, TurnRunner
from journey_state.store import JourneyStore

log = logging.getLogger(__name__)

POLL_S = 0.5
MODEL_CHECK_S = 3.0


class EngineThread:
    """Owns the engine and its event loop. `wake` may be called from any thread.

    The model is loaded on a thread of its own and put in place between two turns, so that a new
    model, or none, never stops the log from accepting messages. load: makes an engine of a model file.
    """

    def __init__(
        self, runner: TurnRunner, store: JourneyStore, models_folder: Path, *,
        load: Callable[[Path], Answerer] = Engine, check_every_s: float = MODEL_CHECK_S,
    ) -> None:
        self.runner = runner
        self.store = store
        self.models_folder = models_folder
        self.problem = "the model is being loaded"
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._load = load
        self._check_every_s = check_every_s
        self._loading: Future[Answerer] | None = None
        self._tried: tuple[str, int, int] | None = None
        self._trouble = ""
        self._checked_at = 0.0
        self._loader = ThreadPoolExecutor(1, thread_name_prefix="model")
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def wake(self) -> None:
        """Say that a turn may be waiting."""
        self._wake.set()

    def stop_claiming(self) -> None:
        """Let no further turn begin. Only sets a flag: a signal handler may call it."""
        self._stop.set()

    def stop(self, timeout_s: float = 12.0) -> None:
        """Finish the running turn, claim no other, end the thread."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        self._loader.shutdown(wait=False, cancel_futures=True)

    @property
    def model_version(self) -> str | None:
        """The version of the model in use; None while there is none."""
        return self.runner.engine.version if self.runner.engine else None

    def _run(self) -> None:
        loop = asyncio.SelectorEventLoop()
        asyncio.set_event_loop(loop)
        while not self._stop.is_set():
            if not self._work_once(loop):
                self._wake.wait(POLL_S)
                self._wake.clear()
        loop.close()

    def _work_once(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Look for another model and run a turn; False when there was nothing to do, or no store to do it with."""
        try:
            self._follow_model()
            did_work = loop.run_until_complete(self.runner.run_next())
        except Exception as error:
            if type(error).__name__ != self._trouble:
                log.error("the engine thread cannot work; it tries again", exc_info=error)
            self._trouble = type(error).__name__
            return False
        self._trouble = ""
        return did_work

    def _follow_model(self) -> None:
        """Start loading when another model is chosen, put it in place once it is whole."""
        if self._loading is not None and self._loading.done():
            self._take_loaded(self._loading)
            self._loading = None
        if self._loading is not None or time.monotonic() - self._checked_at < self._check_every_s:
            return
        self._checked_at = time.monotonic()
        try:
            path = choose_model(self.store, self.models_folder)
        except ModelMissingError as error:
            self._report(str(error))
            return
        attempt = _identify(path)
        if model_version(path) != self.model_version and attempt != self._tried:
            self._tried = attempt
            self._loading = self._loader.submit(self._load, path)

    def _take_loaded(self, loading: Future[Answerer]) -> None:
        try:
            self.runner.engine = loading.result()
        except Exception as error:
            self._report(str(error))
            return
        self.problem = ""
        log.info("model in use", extra={"model": self.model_version})

    def _report(self, problem: str) -> None:
        if problem != self.problem:
            log.error("model cannot be used: %s", problem)
        self.problem = problem


def _identify(path: Path) -> tuple[str, int, int]:
    """What changes when a file does: one that could not be read is tried again once it was written to the end."""
    found = path.stat()
    return path.name, found.st_mtime_ns, found.st_size
