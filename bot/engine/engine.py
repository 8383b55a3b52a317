"""The engine: Rasa as a library. Understands a turn, routes it and runs its actions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.events import ActionExecuted, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from threadpoolctl import threadpool_limits

from bot.engine.in_process_actions import InProcessActions, remember_subclasses, trust_in_process_results
from bot.engine.models import ServingProcessor
from bot.engine.scopes import ACTIONS_PACKAGE, TurnScope, open_scope
from bot.engine.trackers import RowTrackerStore
from bot.model_files import model_version
from bot.nlu.further import find_further_part
from journey_state.messages import Card, Choice, Reply
from journey_state.stages import StageEstimate, parse_estimate
from journey_state.turns import OpenTurn

SILENT_ACTIONS = ("action_listen", "action_session_start", "action_extract_slots")
UNDERSTOOD = ("intent", "intent_ranking", "entities", "language", "stage_estimate", "emotion", "normal_text", "further")


class EngineFailedError(Exception):
    """The engine could not finish a turn; nothing of it may be committed."""


@dataclass(frozen=True)
class Outcome:
    """What a turn leads to. understanding: JSON for staff; actions: names in order."""

    replies: tuple[Reply, ...]
    understanding: Mapping[str, Any] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    estimate: StageEstimate | None = None


class Engine:
    """One loaded model. Not thread-safe: it belongs to the engine thread.

    Raises ModelMissingError when the model cannot be read.
    """

    def __init__(self, model_path: Path) -> None:
        trust_in_process_results()
        remember_subclasses()
        threadpool_limits(1)  # a message's vectors are short: numpy's own threads would only spin, and cost a whole core
        self.version = model_version(model_path)
        self.trackers = RowTrackerStore()
        self._failures: list[str] = []
        actions = InProcessActions(ACTIONS_PACKAGE)
        generator = TemplatedNaturalLanguageGenerator({})
        processor = _Processor(
            model_path, self.trackers, InMemoryLockStore(), generator, actions,
            on_circuit_break=lambda *_: self._failures.append("circuit breaker"),
        )
        processor.failures = self._failures
        self.trackers.domain = processor.domain
        generator.responses = processor.domain.responses
        self._processor = processor

    async def respond(self, turn: OpenTurn, scope: TurnScope, metadata: Mapping[str, Any]) -> Outcome:
        """Answer one turn inside its transaction. Raises EngineFailedError when any action failed."""
        self._failures.clear()
        self.trackers.session, self.trackers.now, self.trackers.saved = scope.session, scope.now, None
        with open_scope(scope):
            outcome = await self._handle(turn, str(turn.body.get("text") or ""), metadata)
            part = find_further_part(self.trackers.saved)
            if part is None:
                return outcome
            moved = {"posterior": _posterior(outcome), "elapsed_s": 0.0} if outcome.estimate else {}
            answer = await self._handle(turn, part["text"], {**metadata, **moved, "part": True})
        return _join(outcome, answer, is_answer_first=part["is_first"])

    async def _handle(self, turn: OpenTurn, text: str, metadata: Mapping[str, Any]) -> Outcome:
        output = CollectingOutputChannel()
        message = UserMessage(
            escape_command(text), output_channel=output, sender_id=turn.conversation.id,
            metadata={**metadata, "model_version": self.version}, input_channel=turn.conversation.channel,
        )
        await self._processor.handle_message(message)
        if self._failures or self.trackers.saved is None:
            raise EngineFailedError("; ".join(self._failures) or "no tracker was saved")
        return _outcome(self.trackers.saved, output.messages)


class _Processor(ServingProcessor):
    """Reports what Rasa's processor swallows: an exception in an action fails the turn."""

    failures: list[str]

    async def _run_action(self, action: Action, *args: Any, **kwargs: Any) -> bool:
        going_on = await super()._run_action(_Watched(action, self.failures), *args, **kwargs)
        if self.failures:
            raise EngineFailedError("; ".join(self.failures))
        return bool(going_on)


class _Watched:
    """An action whose exceptions are noted before Rasa's processor swallows them."""

    def __init__(self, action: Action, failures: list[str]) -> None:
        self._action = action
        self._failures = failures

    def __getattr__(self, name: str) -> Any:
        return getattr(self._action, name)

    async def run(self, *args: Any, **kwargs: Any) -> list[Event]:
        try:
            events: list[Event] = await self._action.run(*args, **kwargs)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            self._failures.append(f"{self._action.name()}: {type(error).__name__}")
            raise
        return events


def _join(main: Outcome, answer: Outcome, *, is_answer_first: bool) -> Outcome:
    """Both answers in the order of the message, a form's question once; understanding and stage are those of the whole."""
    earlier, later = (answer.replies, main.replies) if is_answer_first else (main.replies, answer.replies)
    replies = (*(reply for reply in earlier if reply not in later), *later)
    return replace(main, replies=replies, actions=main.actions + answer.actions)


def _posterior(outcome: Outcome) -> dict[str, float]:
    return {stage.value: chance for stage, chance in outcome.estimate.probabilities.items()} if outcome.estimate else {}


def escape_command(text: str) -> str:
    """Keep a customer's leading slash away from Rasa's command parser; the normaliser drops the mark."""
    stripped = text.strip()
    return "\u200b" + stripped if stripped.startswith("/") else stripped


def _outcome(tracker: DialogueStateTracker, sent: Iterable[Mapping[str, Any]]) -> Outcome:
    parse_data, actions = _last_turn(tracker)
    raw_estimate = parse_data.get("stage_estimate")
    return Outcome(
        replies=tuple(parse_reply(message, str(tracker.get_slot("language") or "vi")) for message in sent),
        understanding={key: parse_data[key] for key in UNDERSTOOD if key in parse_data},
        actions=actions,
        estimate=parse_estimate(raw_estimate) if raw_estimate else None,
    )


def _last_turn(tracker: DialogueStateTracker) -> tuple[dict[str, Any], tuple[str, ...]]:
    names: list[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return dict(event.parse_data or {}), tuple(reversed(names))
        if isinstance(event, ActionExecuted) and event.action_name and event.action_name not in SILENT_ACTIONS:
            names.append(event.action_name)
    return {}, tuple(reversed(names))


def parse_reply(message: Mapping[str, Any], language: str) -> Reply:
    """Turn one of Rasa's bot messages into a reply."""
    custom = message.get("custom") or {}
    return Reply(
        text=str(message.get("text") or ""),
        choices=tuple(_parse_button(button) for button in message.get("buttons") or ()),
        cards=tuple(_parse_card(card) for card in custom.get("cards") or ()),
        image_url=str(message.get("image") or custom.get("image_url") or ""),
        language=language,
    )


def _parse_button(button: Mapping[str, Any]) -> Choice:
    intent, brace, rest = str(button["payload"]).removeprefix("/").partition("{")
    slots = json.loads(brace + rest) if brace else {}
    return Choice(str(button["title"]), intent, {name: str(value) for name, value in slots.items()})


def _parse_card(card: Mapping[str, Any]) -> Card:
    choice = card.get("choice")
    return Card(
        title=str(card.get("title", "")), lines=tuple(card.get("lines") or ()), badge=str(card.get("badge") or ""),
        url=str(card.get("url") or ""),
        choice=Choice(choice["label"], choice["intent"], choice.get("slots") or {}) if choice else None,
    )
