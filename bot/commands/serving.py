"""`donghanh serve` and `donghanh train`."""

from __future__ import annotations

import logging
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from bot.app import create_app
from bot.logs import configure_logs
from bot.model_files import is_model_current
from bot.settings import PROJECT, Settings
from journey_state.migrate import migrate

log = logging.getLogger(__name__)

FREE_BYTES_NEEDED = 200_000_000
SHUTDOWN_S = 18


def serve(settings: Settings, host: str | None, port: int | None) -> int:
    """Bring everything into place, then serve until SIGTERM or SIGINT; returns the exit code."""
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    problem = find_start_problem(settings)
    if problem:
        print(problem, file=sys.stderr)
        return 2
    if not _ensure_model(settings):
        print("Training failed: the server starts with the model it has, or keeps messages until there is one.", file=sys.stderr)
    print("Migrating the database …", file=sys.stderr)
    migrate(settings.database)
    return _serve(settings)


def train(settings: Settings) -> int:
    """Train in a process of its own, with TensorFlow allowed, as Rasa's training needs it."""
    return _run_training(settings)


def find_start_problem(settings: Settings) -> str | None:
    """What would keep the server from starting, with its remedy; None when nothing does."""
    settings.var_folder.mkdir(parents=True, exist_ok=True)
    settings.models_folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(settings.var_folder).free < FREE_BYTES_NEEDED:
        return f"Disk full: less than 200 MB free at {settings.var_folder}. Free some space, or set DONGHANH_VAR_FOLDER to another disk."
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            remedy = "Stop the other program, or choose another port: DONGHANH_PORT=8001 make serve"
            return f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}). {remedy}"
    return None


class _Server(uvicorn.Server):
    """Ends the event streams first: uvicorn would wait for them."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.state.services.wakeups.close()
        self.should_exit = True


def _ensure_model(settings: Settings) -> bool:
    """Train when there is no model or its files changed; True when the newest model fits them."""
    return is_model_current(settings.models_folder) or _run_training(settings) == 0


def _run_training(settings: Settings) -> int:
    command = [sys.executable, "-W", "ignore", "-m", "bot.nlu.training", str(settings.models_folder)]
    return subprocess.run(command, cwd=PROJECT, check=False).returncode


def _serve(settings: Settings) -> int:
    configure_logs(settings.log_level)
    app = create_app(settings)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, ws="none", log_config=None, access_log=False,
        timeout_graceful_shutdown=SHUTDOWN_S, proxy_headers=True, server_header=False,
    )
    print(f"Đồng Hành serves http://localhost:{settings.port} (Ctrl+C stops)", file=sys.stderr)
    _Server(config, app).run()
    return 0
