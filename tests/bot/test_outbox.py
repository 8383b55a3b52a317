"""The outbox as it runs: a slow or broken delivery holds up nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import anyio
import pytest
import sqlalchemy as sa

from bot.outbox import Outbox
from bot.services import Services
from bot.settings import Settings
from bot.wakeups import Wakeups
from journey_state.conversations import Posting, append_reply, ensure_conversation, load_conversation
from journey_state.messages import LoggedMessage, Reply
from journey_state.store import JourneyStore, utc_now
from journey_state.tables import outbox


class PickyChannel:
    """Takes its time, or breaks, for some addresses."""

    name = "telegram"

    def __init__(self) -> None:
        self.delivered: list[str] = []
        self.patience = anyio.Event()

    async def deliver(self, address: str, message: LoggedMessage) -> None:
        """Deliver, wait for ever, or break."""
        if address == "slow":
            await self.patience.wait()
        if address == "broken":
            raise KeyError("a mistake of ours")
        self.delivered.append(address)

    async def show_typing(self, address: str) -> None:
        """Nothing."""


def queue(store: JourneyStore, *addresses: str) -> None:
    with store.transaction() as session:
        for address in addresses:
            conversation = load_conversation(session, ensure_conversation(session, "telegram", address, utc_now()))
            append_reply(session, conversation, Reply("chào"), Posting("bot", utc_now(), is_mailbox=False))


def run_until(store: JourneyStore, channel: PickyChannel, is_so: Callable[[], bool]) -> None:
    async def run() -> None:
        with anyio.fail_after(20):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(Outbox(Services(store, Wakeups(), Settings()), {"telegram": channel}).run)
                while not is_so():
                    await anyio.sleep(0.01)
                tasks.cancel_scope.cancel()

    asyncio.run(run())


@pytest.mark.parametrize("trouble", ["slow", "broken"])
def test_one_bad_delivery_holds_up_nobody(sqlite_store: JourneyStore, trouble: str) -> None:
    channel = PickyChannel()
    queue(sqlite_store, trouble, "a", "b")
    run_until(sqlite_store, channel, lambda: len(channel.delivered) == 2)
    queue(sqlite_store, "c")
    run_until(sqlite_store, channel, lambda: "c" in channel.delivered)
    with sqlite_store.reading() as session:
        left = session.execute(sa.select(outbox.c.address, outbox.c.state).where(outbox.c.state != "sent")).all()
    assert {row.address for row in left} <= {trouble}
