"""Builds the ASGI app. All wiring of the server is here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import anyio
from starlette.applications import Starlette

from bot.channels.telegram.room import TelegramRoom
from bot.channels.website.routes import website_routes
from bot.checkout.routes import checkout_routes
from bot.console.routes import console_routes
from bot.engine_thread import EngineThread
from bot.faces import FaceJob
from bot.health import health_routes
from bot.outbox import Outbox
from bot.replicas import ReplicaListener
from bot.retention import RetentionJob
from bot.services import Services
from bot.settings import Settings
from bot.ticker import Ticker
from bot.turns import TurnRunner
from bot.unattended import UnattendedJob
from bot.upload_folder import UploadSweeper
from bot.wakeups import Wakeups
from journey_state.addresses import use_site
from journey_state.content import Content, get_content, use_content
from journey_state.identity_links import forget_account
from journey_state.store import JourneyStore


def create_app(settings: Settings) -> Starlette:
    """Wire store, engine, channels and console. The database must be migrated before. Raises ContentError."""
    use_content(settings.content_folder)
    get_content()  # a mistake in it is told now, not to the first customer
    use_site(settings.public_url)
    settings = name_business(settings, get_content())
    store = JourneyStore(settings.database)
    services = Services(store=store, wakeups=Wakeups(), settings=settings)
    engine = EngineThread(TurnRunner(store, services.wakeups), store, settings.models_folder)
    services.wakeups.set_engine_bell(engine.wake)
    routes = [*health_routes(services, engine), *console_routes(services), *checkout_routes(services), *website_routes(services)]
    telegram = TelegramRoom(services) if settings.telegram_token else None
    app = Starlette(routes=[*(telegram.routes if telegram else ()), *routes], lifespan=lambda _: _run(services, engine, telegram))
    if telegram:
        telegram.show_pictures_of(app)
    app.state.services = services
    app.state.engine = engine
    return app


def name_business(settings: Settings, content: Content) -> Settings:
    """Unless a name is set, the business is called as its content says."""
    return replace(settings, name=content.brand.name) if settings.name == Settings.name else settings


@asynccontextmanager
async def _run(services: Services, engine: EngineThread, telegram: TelegramRoom | None) -> AsyncIterator[None]:
    """Start everything that works beside requests; stop it in the order of SIGTERM in the design."""
    listener = ReplicaListener(services.settings.database, services.wakeups) if services.store.is_postgresql else None
    engine.start()
    if listener:
        listener.start()
    if telegram is None:
        await anyio.to_thread.run_sync(_forget_telegram, services)
    async with anyio.create_task_group() as tasks:
        _start_background(services, telegram, tasks)
        yield
        services.wakeups.close()
        await anyio.to_thread.run_sync(engine.stop)
        tasks.cancel_scope.cancel()
    if listener:
        listener.stop()
    services.store.close()


def _start_background(services: Services, telegram: TelegramRoom | None, tasks: anyio.abc.TaskGroup) -> None:
    if telegram:
        telegram.start(tasks)
    tasks.start_soon(Outbox(services, {telegram.channel.name: telegram.channel} if telegram else {}).run)
    tasks.start_soon(RetentionJob(services).run)
    tasks.start_soon(UploadSweeper(services).run)
    tasks.start_soon(UnattendedJob(services).run)
    tasks.start_soon(FaceJob(services.store, services.faces).run)
    tasks.start_soon(Ticker(services).run)


def _forget_telegram(services: Services) -> None:
    """Telegram is off: nobody is sent there by an answer any more."""
    with services.store.transaction() as session:
        forget_account(session, TelegramRoom.name)
