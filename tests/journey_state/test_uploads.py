"""Files that customers send: written once, counted, found by their own conversation alone, let go of with it."""

from __future__ import annotations

from dataclasses import asdict

import pytest
import sqlalchemy as sa

from journey_state.conversations import Conversation, purge_conversations, read_messages
from journey_state.errors import TooManyUploadsError
from journey_state.file_removals import close_removals, list_removals
from journey_state.handoffs import claim_conversation
from journey_state.messages import InboundMessage, Reply
from journey_state.privacy import erase_person, export_person
from journey_state.store import JourneyStore, new_id
from journey_state.tables import outbox, uploads
from journey_state.turns import count_open_turns
from journey_state.uploads import MAX_A_DAY, Upload, accept_upload, find_known_uploads, find_upload
from tests.fixtures.journeys import NOW, inbound, later

REPLY = Reply("đã nhận")


def make_upload(name: str = "a.png") -> Upload:
    return Upload(new_id(), name, "image/png", 68)


def sent(upload: Upload, number: int = 1, **fields: object) -> InboundMessage:
    return inbound("", number, details={"attachment": asdict(upload)}, **fields)


def test_file_is_written_into_the_log_answered_and_found(store: JourneyStore, conversation: Conversation) -> None:
    upload = make_upload()
    with store.transaction() as session:
        accepted = accept_upload(session, sent(upload), upload, REPLY)
        again = accept_upload(session, sent(make_upload()), make_upload(), REPLY)

        assert (again.message_id, again.is_repeat) == (accepted.message_id, True)
        logged = read_messages(session, conversation.id)
        assert [(row.author, row.body["text"]) for row in logged] == [("contact", ""), ("system", "đã nhận")]
        assert logged[0].body["details"]["attachment"] == asdict(upload)
        assert session.execute(sa.select(outbox.c.state)).scalars().all() == ["sent"]
        assert count_open_turns(session) == 0
        assert find_upload(session, upload.id) == find_upload(session, upload.id, conversation.id) == upload
        assert find_upload(session, upload.id, "another") is None
        assert find_known_uploads(session, [upload.id, "lost"]) == {upload.id}


def test_bot_is_silent_while_staff_answer(store: JourneyStore, conversation: Conversation) -> None:
    upload = make_upload()
    with store.transaction() as session:
        claim_conversation(session, conversation.id, "s-1", NOW)
        accept_upload(session, sent(upload), upload, REPLY)

        assert [row.author for row in read_messages(session, conversation.id)] == ["contact"]


def test_files_of_a_day_are_counted_and_the_next_day_has_its_own(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        for number in range(MAX_A_DAY):
            accept_upload(session, sent(upload := make_upload(), number), upload, REPLY)
        with pytest.raises(TooManyUploadsError, match="tomorrow"):
            accept_upload(session, sent(upload := make_upload(), 90), upload, REPLY)
        tomorrow = sent(upload := make_upload(), 91, received_at=later(days=1, minutes=1))

        assert not accept_upload(session, tomorrow, upload, REPLY).is_repeat


def test_erasure_lets_go_of_the_files_and_counts_them(store: JourneyStore, conversation: Conversation) -> None:
    mine, others = make_upload("của tôi.png"), make_upload()
    with store.transaction() as session:
        accept_upload(session, sent(mine), mine, REPLY)
        accept_upload(session, sent(others, address="visitor-2"), others, REPLY)
        assert [row["name"] for row in export_person(session, conversation.contact_id)["uploads"]] == ["của tôi.png"]
        receipt = erase_person(session, conversation.contact_id, "contact", NOW, kept_conversation_id=conversation.id)

        assert receipt.counts["uploads"] == 1
        assert session.execute(sa.select(uploads.c.id)).scalars().all() == [others.id]
        assert list_removals(session) == [mine.id]
        close_removals(session, [mine.id])
        assert list_removals(session) == []


def test_files_go_when_the_days_of_their_conversation_are_over(store: JourneyStore, conversation: Conversation) -> None:
    upload = make_upload()
    with store.transaction() as session:
        accept_upload(session, sent(upload), upload, REPLY)
        assert purge_conversations(session, later(days=1)) == 1

        assert find_upload(session, upload.id) is None and list_removals(session) == [upload.id]
