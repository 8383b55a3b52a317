"""A server that can be started and killed many times a minute: `python -m tests.faults.forking_server PORT`.

The model is loaded once; each line "start" on stdin forks a process that serves exactly as
`donghanh serve` does, and its id is printed. Whoever started us kills that process, never us.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace

import uvicorn

from bot.app import create_app
from bot.engine.engine import Engine
from bot.logs import configure_logs
from bot.model_files import find_latest_model
from bot.settings import Settings, load_settings


def serve(settings: Settings, engine: Engine) -> None:
    """Serve in this (forked) process until killed."""
    configure_logs(settings.log_level)
    app = create_app(settings)
    app.state.engine.runner.engine = engine
    uvicorn.run(app, host=settings.host, port=settings.port, ws="none", log_config=None, access_log=False)


def main() -> None:
    """Fork one server for each line of stdin; end when stdin ends. Only we write to stdout: forks use stderr."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # killed children leave no zombies
    settings = replace(load_settings(), port=int(sys.argv[1]))
    engine = Engine(find_latest_model(settings.models_folder))
    print("loaded", flush=True)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            serve(settings, engine)
            return
        print(child, flush=True)


if __name__ == "__main__":
    main()
