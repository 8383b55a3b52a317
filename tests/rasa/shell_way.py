"""Plays conversations as `rasa shell` does: `python -m tests.rasa.shell_way MODEL ACTION_SERVER_URL < conversations.json`.

Runs in a process of its own, because it needs Rasa as it comes: nothing of `bot.engine` is imported, so TensorFlow
is not blocked, the agent is Rasa's own, its trackers stay in memory, and actions run behind HTTP. Reads
[{"id": …, "texts": […]}] and prints one line a turn: {"id", "text", "intent", "stage", "actions"}.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from rasa.core.agent import Agent, load_agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.log_utils import configure_structlog

from bot.nlu.further import find_further_part

SHELL_CHANNEL = "cmdline"
SILENT = ("action_listen", "action_session_start", "action_extract_slots")


async def load_stock_agent(model: str, action_server: str) -> Agent:
    """Rasa's agent with the wiring of endpoints.yml; only the action server has another port."""
    endpoints = AvailableEndpoints.read_endpoints("endpoints.yml")
    assert endpoints.action is not None, "endpoints.yml names no action server"
    endpoints.action.url = f"{action_server}/webhook"
    agent = await load_agent(model_path=model, endpoints=endpoints)
    assert agent.is_ready(), f"Rasa cannot load {model}"
    return agent


async def play(agent: Agent, conversations: Iterable[Mapping[str, Any]]) -> AsyncIterator[dict[str, Any]]:
    """Send every text as a typed line, and the second request of a message as a line of its own, as the live path does."""
    for conversation in conversations:
        for text in conversation["texts"]:
            tracker = await send(agent, conversation["id"], text, {})
            told, part = describe(tracker), find_further_part(tracker)
            if part is not None:
                further = describe(await send(agent, conversation["id"], part["text"], {"part": True}))
                told.update(stage=further["stage"], actions=told["actions"] + further["actions"])
            yield {"id": conversation["id"], "text": text, **told}


async def send(agent: Agent, conversation_id: str, text: str, metadata: Mapping[str, Any]) -> DialogueStateTracker:
    """The tracker after a message."""
    message = UserMessage(text, CollectingOutputChannel(), conversation_id, input_channel=SHELL_CHANNEL, metadata=dict(metadata) or None)
    await agent.handle_message(message)
    tracker = await agent.tracker_store.retrieve(conversation_id)
    assert tracker is not None
    return tracker


def describe(tracker: DialogueStateTracker) -> dict[str, Any]:
    """What the last message led to, read off the events: the tracker's own view skips answers to a form once it is stored."""
    actions: list[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return {"intent": event.intent.get("name"), "stage": tracker.get_slot("journey_stage"), "actions": actions[::-1]}
        if isinstance(event, ActionExecuted) and event.action_name and event.action_name not in SILENT:
            actions.append(event.action_name)
    raise LookupError(f"conversation {tracker.sender_id} has no message")


async def main(model: str, action_server: str) -> None:
    """Print a line a turn."""
    agent = await load_stock_agent(model, action_server)
    async for turn in play(agent, json.load(sys.stdin)):
        print(json.dumps(turn, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    configure_structlog(logging.ERROR)
    asyncio.run(main(*sys.argv[1:]))
