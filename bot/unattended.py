"""Takeovers nobody attends to: after a set time the assistant apologises, answers again, and the request waits for others."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import anyio
from anyio.to_thread import run_sync
from sqlalchemy.orm import Session

from bot.channels.channel import MAILBOX_CHANNELS
from bot.services import Services
from bot.wakeups import HANDOFFS
from journey_state.conversations import Posting, append_note, append_reply, load_conversation
from journey_state.desk_choices import load_desk
from journey_state.errors import NotResponderError
from journey_state.messages import Reply
from journey_state.staff import find_staff_name
from journey_state.store import utc_now
from journey_state.takeovers import Unattended, list_unattended, reopen_latest_turn, requeue_conversation

log = logging.getLogger(__name__)

EVERY_S = 30.0
_APOLOGY = {
    "vi": "Xin lỗi vì đã để bạn chờ: nhân viên chưa kịp trả lời. Trợ lý tiếp tục hỗ trợ bạn trong lúc chờ; "
          "yêu cầu gặp nhân viên vẫn được giữ.",
    "en": "Sorry to have kept you waiting: our colleague could not answer yet. The assistant is back with you meanwhile; "
          "your request for a human stays open.",
}


class UnattendedJob:
    """Looks for such takeovers from time to time; with several replicas one of them returns each."""

    def __init__(self, services: Services) -> None:
        self.services = services

    async def run(self) -> None:
        """Work for the life of the server."""
        while True:
            try:
                await run_sync(self.return_due, utc_now())
            except Exception as error:
                log.error("unattended takeovers could not be returned; tried again soon", exc_info=error)
            await anyio.sleep(EVERY_S)

    def return_due(self, now: datetime) -> int:
        """Return what has waited too long by now; says how many."""
        returned = [each for each in self.list_due(now) if self.return_one(each, now)]
        for each in returned:
            self.services.wakeups.notify(each.conversation_id, HANDOFFS)
        if returned:
            self.services.wakeups.wake_engine()
        return len(returned)

    def list_due(self, now: datetime) -> Sequence[Unattended]:
        """What has waited longer than the desk's settings allow."""
        with self.services.store.reading() as session:
            return list_unattended(session, now - timedelta(minutes=load_desk(session).unattended_minutes))

    def return_one(self, due: Unattended, now: datetime) -> bool:
        """Return one takeover; False when somebody released or passed it on meanwhile."""
        try:
            with self.services.store.transaction() as session:
                conversation = load_conversation(session, due.conversation_id, locked=True)
                requeue_conversation(session, due.conversation_id, due.staff_id, "", now)
                language = "en" if conversation.language == "en" else "vi"
                is_mailbox = conversation.channel in MAILBOX_CHANNELS
                append_note(session, due.conversation_id, _explain(session, due, now), author="system", now=now)
                apology = Reply(_APOLOGY[language], language=language)
                append_reply(session, conversation, apology, Posting("system", now, is_mailbox=is_mailbox))
                reopen_latest_turn(session, due.conversation_id, now)
        except NotResponderError:
            return False  # released, transferred or returned by another replica meanwhile
        log.info("an unattended takeover went back to the queue", extra={"conversation": due.conversation_id, "staff": due.staff_id})
        return True


def _explain(session: Session, due: Unattended, now: datetime) -> str:
    minutes = int((now - due.waiting_since).total_seconds() // 60)
    name = find_staff_name(session, due.staff_id)
    return f"{name} chưa trả lời trong {minutes} phút: trợ lý đã xin lỗi và trả lời tiếp, yêu cầu trở lại hàng chờ."
