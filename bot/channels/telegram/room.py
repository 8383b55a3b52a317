"""The Telegram channel as the app wires it: one way in, one way out."""

from __future__ import annotations

from anyio.abc import TaskGroup
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.desk import StaffDesk
from bot.channels.telegram.pictures import Pictures
from bot.channels.telegram.updates import TelegramUpdates
from bot.channels.telegram.webhook import Webhook
from bot.services import Services


class TelegramRoom:
    """Polls, or with DONGHANH_TELEGRAM_WEBHOOK_URL is posted to."""

    name = TelegramChannel.name

    def __init__(self, services: Services) -> None:
        self._pictures = Pictures()
        self.channel = TelegramChannel(services.settings, self._pictures)
        self._updates = TelegramUpdates(services, self.channel)
        has_desk = services.settings.telegram_staff_group != 0
        self._desk = StaffDesk(services, self.channel, self._updates.group) if has_desk else None
        self._webhook = Webhook(services.settings, self._updates) if services.settings.telegram_webhook_url else None

    @property
    def routes(self) -> list[BaseRoute]:
        """The webhook's address, if there is one."""
        return [self._webhook.route] if self._webhook else []

    def show_pictures_of(self, app: ASGIApp) -> None:
        """Pictures of our own pages are read from this app."""
        self._pictures.app = app

    def start(self, tasks: TaskGroup) -> None:
        """Begin to receive, and to tell the staff's group of handoffs."""
        tasks.start_soon(self._webhook.run if self._webhook else self._updates.run)
        if self._desk:
            tasks.start_soon(self._desk.run)
