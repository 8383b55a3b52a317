"""`donghanh serve`."""

from __future__ import annotations

import errno
import shutil
import signal
import socket
import sys
from contextlib import closing
from dataclasses import replace
from tempfile import TemporaryFile
from types import FrameType
from typing import Annotated

import uvicorn
from cyclopts import Parameter
from cyclopts.validators import Number
from starlette.applications import Starlette

from bot.app import create_app
from bot.commands.training import run_training
from bot.logs import configure_logs
from bot.model_files import is_model_current
from bot.settings import Settings, load_settings
from journey_state.migrate import migrate

PortNumber = Annotated[int, Parameter(validator=Number(gte=1, lte=65535))]
FREE_BYTES_NEEDED = 200_000_000
# Together with the 12 s that the engine thread gets for its turn: less than the 20 s of a stop in order.
CONNECTIONS_END_WITHIN_S = 6
_EVERYWHERE = ("0.0.0.0", "::", "127.0.0.1", "::1")
_PORT_REMEDIES = {
    errno.EADDRINUSE: "Stop the other program, or choose another port: DONGHANH_PORT=8001 make serve",
    errno.EACCES: "Ports below 1024 are the system's: choose another, DONGHANH_PORT=8000, and put a proxy in front",
}
_HOST_REMEDY = "Name an address of this machine in DONGHANH_HOST: 127.0.0.1, or 0.0.0.0 for all"


def serve(*, host: str | None = None, port: PortNumber | None = None) -> int:
    """Bring everything into place, then serve until SIGTERM or SIGINT; returns the exit code."""
    signal.signal(signal.SIGTERM, _leave)
    settings = load_settings()
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    problem = find_start_problem(settings)
    if problem:
        _say(problem)
        return 2
    if not is_model_current(settings.models_folder) and run_training(settings.models_folder) != 0:
        _say("Training failed: the server starts with the model it has, or keeps messages until there is one.")
    _say("Migrating the database …")
    migrate(settings.database)
    return _serve(settings)


def find_start_problem(settings: Settings) -> str | None:
    """What would keep the server from starting, with its remedy; None when nothing does."""
    return _find_disk_problem(settings) or _find_port_problem(settings)


class _Server(uvicorn.Server):
    """Ends the event streams first: uvicorn would wait for them."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.state.engine.stop_claiming()
        self._app.state.services.wakeups.close()
        self.force_exit = self.should_exit and sig == signal.SIGINT  # Ctrl+C a second time
        self.should_exit = True


def _serve(settings: Settings) -> int:
    configure_logs(settings.log_level)
    app = create_app(settings)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, ws="none", log_config=None, access_log=False,
        timeout_graceful_shutdown=CONNECTIONS_END_WITHIN_S, proxy_headers=True, server_header=False,
    )
    server = _Server(config, app)
    _say(f"Đồng Hành serves http://{'localhost' if settings.host in _EVERYWHERE else settings.host}:{settings.port} (Ctrl+C stops)")
    server.run()
    return 0 if server.started else 1


def _find_disk_problem(settings: Settings) -> str | None:
    for name in ("var_folder", "models_folder"):
        folder, setting = getattr(settings, name), f"DONGHANH_{name.upper()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(folder).free < FREE_BYTES_NEEDED:
                return f"Disk full: less than 200 MB free at {folder}. Free some space, or set {setting} to another disk."
            TemporaryFile(dir=folder).close()
        except OSError as error:
            return f"Cannot write to {folder} ({error.strerror}). Give this user the right to, or set {setting} to another folder."
    return None


def _find_port_problem(settings: Settings) -> str | None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            remedy = _PORT_REMEDIES.get(error.errno or 0, _HOST_REMEDY)
            return f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}). {remedy}"
    return None


def _leave(sig: int, frame: FrameType | None) -> None:
    """SIGTERM before there is a server: whatever runs for us, a training say, ends with us."""
    sys.exit(0)


def _say(line: str) -> None:
    print(line, file=sys.stderr)
