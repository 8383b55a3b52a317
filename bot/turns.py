"""Claims a conversation's next turn, has it answered and closes it: one transaction."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.channels.channel import MAILBOX_CHANNELS
from bot.engine.engine import Outcome
from bot.engine.scopes import TurnScope, consent_question, open_turn_scope, promise_reply
from bot.metrics import TURN_FAILURES, TURN_SECONDS, TURNS
from bot.wakeups import HANDOFFS
from journey_state.consent import find_consent, mark_consent_asked
from journey_state.contacts import find_linked_contacts
from journey_state.conversations import BOT, Posting, append_replies, message_text, set_conversation_language
from journey_state.facts import read_facts
from journey_state.handoffs import HandoffRequest, request_handoff
from journey_state.messages import Reply
from journey_state.promises import is_asked_about, list_promises, note_said
from journey_state.stage_history import EstimateOrigin, read_posterior, save_estimate
from journey_state.store import JourneyStore, utc_now
from journey_state.turns import (
    MAX_ATTEMPTS,
    OpenTurn,
    TurnRecord,
    claim_turn,
    close_backlog,
    close_turn,
    drop_tracker,
    fail_turn,
    has_open_turn,
    is_answered_by_bot,
    list_stuck_conversations,
)

log = logging.getLogger(__name__)

HANDOFF_AFTER = timedelta(seconds=10)
BACKLOG_AFTER = timedelta(minutes=5)
_APOLOGY = {
    "failed": {
        "vi": "Xin lỗi, mình vừa gặp trục trặc nên chưa trả lời được. Mình đã chuyển câu hỏi của bạn tới nhân viên, bạn chờ chút nhé.",
        "en": "Sorry, something went wrong on our side. I've passed your question on to our staff, please bear with us.",
    },
    "backlog": {
        "vi": "Xin lỗi vì đã để bạn chờ lâu: hệ thống vừa gián đoạn. Nếu bạn vẫn cần, nhắn lại giúp mình hoặc gõ \"gặp nhân viên\" nhé.",
        "en": "Sorry to have kept you waiting: we were interrupted. If you still need help, write again or type \"human\".",
    },
}


class Watcher(Protocol):
    """Whoever wants to know that a conversation changed."""

    def notify(self, *keys: str) -> None: ...

    def set_typing(self, conversation_id: str, is_typing: bool) -> None: ...


class Answerer(Protocol):
    """What answers a turn: the engine, or a stand-in in tests."""

    version: str

    async def respond(self, turn: OpenTurn, scope: TurnScope, metadata: Mapping[str, Any]) -> Outcome: ...


class TurnRunner:
    """Runs turns one after another. It belongs to the engine thread.

    engine: the model in use, or None while there is none; replaced between turns.
    clock: gives aware UTC; tests pass their own.
    """

    def __init__(self, store: JourneyStore, watcher: Watcher, clock: Callable[[], datetime] = utc_now) -> None:
        self.store = store
        self.watcher = watcher
        self.clock = clock
        self.engine: Answerer | None = None
        self.mailboxes = MAILBOX_CHANNELS

    async def run_next(self) -> bool:
        """Run the next open turn; False when there is none to run now."""
        if self.engine is not None:
            return await self._run_claimed(self.engine)
        with self.store.reading() as session:
            is_waiting = has_open_turn(session, self.clock())
        if is_waiting:
            self._open_handoffs()
        return False

    async def _run_claimed(self, engine: Answerer) -> bool:
        turn: OpenTurn | None = None
        started = time.perf_counter()
        try:
            with self.store.transaction() as session:
                turn = claim_turn(session, self.clock())
                if turn is None:
                    return False
                self.watcher.set_typing(turn.conversation.id, is_answered_by_bot(turn))
                await self._answer(engine, session, turn)
        except Exception as error:
            if turn is None:
                raise
            self._recover(turn, error)
        TURN_SECONDS.observe(time.perf_counter() - started)
        self.watcher.set_typing(turn.conversation.id, False)
        self.watcher.notify(turn.conversation.id, HANDOFFS)
        return True

    async def _answer(self, engine: Answerer, session: Session, turn: OpenTurn) -> None:
        now = self.clock()
        if not is_answered_by_bot(turn):
            close_turn(session, turn, TurnRecord(turn.conversation.responder), now)
            TURNS.labels("staff").inc()
        elif now - turn.opened_at > BACKLOG_AFTER:
            self._apologise(session, turn, "backlog")
            close_backlog(session, turn.conversation.id, now - BACKLOG_AFTER, now)
        else:
            await self._answer_by_bot(engine, session, turn)
            TURNS.labels(BOT).inc()

    async def _answer_by_bot(self, engine: Answerer, session: Session, turn: OpenTurn) -> None:
        scope = open_turn_scope(session, turn, self.clock())
        outcome = await engine.respond(turn, scope, describe_turn(session, turn, scope))
        replies = [*recall_promises(session, turn, outcome, scope), *outcome.replies]
        if not (scope.is_erased or scope.is_consenting) and _ask_consent(session, scope):
            replies.append(consent_question(str(outcome.understanding.get("language") or "vi")))
        self._send(session, turn, replies)
        if scope.is_erased:
            drop_tracker(session, turn.conversation.id)
            return
        _keep_outcome(session, turn, outcome, scope)
        close_turn(session, turn, TurnRecord(BOT, outcome.understanding, outcome.actions), scope.now)

    def _recover(self, turn: OpenTurn, error: Exception) -> None:
        """After a rollback: count the failure; the third one apologises and opens a handoff."""
        TURN_FAILURES.inc()
        log.error("turn failed", exc_info=error, extra={"conversation": turn.conversation.id, "message_id": turn.message_id})
        with self.store.transaction() as session:
            fail_turn(session, turn.message_id, f"{type(error).__name__}: {error}", self.clock())
            if turn.attempts + 1 >= MAX_ATTEMPTS:
                self._apologise(session, turn, "failed")
                request_handoff(session, turn.conversation.id, turn.conversation.contact_id, HandoffRequest("engine_failed", self.clock()))

    def _apologise(self, session: Session, turn: OpenTurn, cause: str) -> None:
        language = "en" if turn.conversation.language == "en" else "vi"
        self._send(session, turn, [Reply(_APOLOGY[cause][language], language=language)])
        close_turn(session, turn, TurnRecord(BOT, {}, (f"apology_{cause}",)), self.clock())

    def _send(self, session: Session, turn: OpenTurn, replies: Sequence[Reply]) -> None:
        if replies:
            posting = Posting(BOT, self.clock(), turn.message_id, turn.conversation.channel in self.mailboxes)
            append_replies(session, turn.conversation, replies, posting)

    def _open_handoffs(self) -> None:
        """No engine for a while: staff must see who waits. The turns stay open."""
        now = self.clock()
        with self.store.transaction() as session:
            for conversation_id, contact_id in list_stuck_conversations(session, now - HANDOFF_AFTER):
                request_handoff(session, conversation_id, contact_id, HandoffRequest("engine_down", now))
        self.watcher.notify(HANDOFFS)


def describe_turn(session: Session, turn: OpenTurn, scope: TurnScope) -> Mapping[str, Any]:
    """What understanding may know besides the words: facts, the stage before, the button pressed."""
    people = find_linked_contacts(session, scope.contact_id)
    metadata: dict[str, Any] = {
        "channel": turn.conversation.channel,
        "language_hint": turn.body.get("details", {}).get("language"),
        "keeps_emotion": scope.is_consenting,
        "facts": read_facts(session, people, scope.now).to_dict(),
    }
    if "choice" in turn.body:
        metadata["choice"] = turn.body["choice"]
    record = read_posterior(session, people, scope.now) if scope.is_consenting else None
    if record is not None:
        metadata.update(posterior=record.posterior, previous_stage=record.estimate.chosen.value, elapsed_s=record.elapsed_s)
    return metadata


def _ask_consent(session: Session, scope: TurnScope) -> bool:
    """True once in a conversation, for somebody who has not decided yet."""
    return find_consent(session, scope.contact_id) is None and mark_consent_asked(session, scope.conversation_id, scope.now)


def recall_promises(session: Session, turn: OpenTurn, outcome: Outcome, scope: TurnScope) -> list[Reply]:
    """What staff promised and the customer asks about now: the assistant honours it before it says anything else."""
    if scope.is_erased:
        return []
    intent = str((outcome.understanding.get("intent") or {}).get("name") or "")
    language = str(outcome.understanding.get("language") or turn.conversation.language)
    asked = [
        promise for promise in list_promises(session, scope.contact_id, scope.now)
        if is_asked_about(promise, intent, message_text(turn.body), scope.now)
    ]
    for promise in asked:
        note_said(session, promise.id, scope.now)
    return [promise_reply(promise, language) for promise in asked]


def _keep_outcome(session: Session, turn: OpenTurn, outcome: Outcome, scope: TurnScope) -> None:
    if outcome.estimate is not None:
        origin = EstimateOrigin(scope.contact_id, scope.now, turn.conversation.id, turn.message_id)
        save_estimate(session, outcome.estimate, origin)
    language = str(outcome.understanding.get("language") or turn.conversation.language)
    if language != turn.conversation.language:
        set_conversation_language(session, turn.conversation.id, language)
