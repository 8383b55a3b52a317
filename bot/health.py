"""Health, readiness and metrics for whoever operates the server."""

from __future__ import annotations

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.engine_thread import EngineThread
from bot.metrics import STREAMS, render_metrics
from bot.services import Services
from journey_state.errors import StoreError
from journey_state.migrate import is_migrated
from journey_state.store import utc_now


def health_routes(services: Services, engine: EngineThread) -> list[Route]:
    """`/health/live`, `/health/ready` and `/metrics`."""

    async def live(request: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(request: Request) -> Response:
        problems = await run_sync(_problems, services, engine)
        return JSONResponse({"status": "not ready" if problems else "ready", "problems": problems, "model": engine.model_version},
                            status_code=503 if problems else 200)

    async def metrics(request: Request) -> Response:
        STREAMS.set(services.wakeups.count_watches())
        try:
            measured = await run_sync(_measure, services)
        except StoreError as error:
            return PlainTextResponse(str(error), status_code=503)
        return Response(measured, media_type="text/plain; version=0.0.4")

    return [Route("/health/live", live), Route("/health/ready", ready), Route("/metrics", metrics)]


def _problems(services: Services, engine: EngineThread) -> list[str]:
    problems = []
    try:
        if not is_migrated(services.store):
            problems.append("the database is not at this version's migration; restart the server, it migrates at start")
    except StoreError as error:
        problems.append(str(error))
    if engine.model_version is None:
        problems.append(engine.problem)
    return problems


def _measure(services: Services) -> bytes:
    services.store.check()
    with services.store.reading() as session:
        return render_metrics(session, utc_now())
