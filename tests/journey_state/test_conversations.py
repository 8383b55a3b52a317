"""The conversation log: accepted once, numbered without gaps, read back in order."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import (
    BOT,
    Accepted,
    Conversation,
    Posting,
    accept_message,
    accept_wordless,
    append_note,
    append_reply,
    ensure_conversation,
    find_conversation,
    load_choice,
    load_conversation,
    message_text,
    purge_conversations,
    read_latest_messages,
    read_messages,
    set_conversation_language,
    take_seq,
)
from journey_state.errors import UnknownChoiceError, UnknownConversationError
from journey_state.handoffs import claim_conversation
from journey_state.messages import Card, Choice, Reply
from journey_state.store import JourneyStore
from journey_state.tables import choices, contacts, conversations, messages, outbox, staff, touchpoints, turns
from tests.fixtures.journeys import NOW, inbound, later
from tests.fixtures.threads import run_together

PRICE = Choice("Giá gói M", "ask_price", {"plan": "hosting-m"})


def test_first_message_opens_contact_conversation_and_turn(store: JourneyStore) -> None:
    with store.transaction() as session:
        accepted = accept_message(session, inbound("shop ơi giá sao ạ?", details={"page": "/gia"}))

    with store.reading() as session:
        assert [count_rows(session, table) for table in (contacts, conversations, messages, turns)] == [1, 1, 1, 1]
        [logged] = read_messages(session, accepted.conversation_id)
    assert (logged.id, logged.seq, logged.direction, logged.author) == (accepted.message_id, 1, "in", "contact")
    assert logged.body == {"text": "shop ơi giá sao ạ?", "details": {"page": "/gia"}}
    assert logged.at == later(seconds=1)


def test_repeat_is_the_same_message_and_changes_nothing(store: JourneyStore) -> None:
    with store.transaction() as session:
        first = accept_message(session, inbound(number=1))
        before = load_conversation(session, first.conversation_id)
        again = accept_message(session, inbound("other words", number=1, received_at=later(hours=1)))

        assert again == replace(first, is_repeat=True)
        assert load_conversation(session, first.conversation_id) == before
        assert [count_rows(session, table) for table in (messages, turns)] == [1, 1]
        assert take_seq(session, first.conversation_id, NOW) == 2


@pytest.mark.parametrize("other", [{"address": "visitor-2"}, {"channel": "telegram"}, {"channel_message_id": "m-2"}])
def test_same_id_of_another_address_channel_or_message_is_no_repeat(store: JourneyStore, other: dict[str, str]) -> None:
    with store.transaction() as session:
        accept_message(session, inbound(number=1))

        assert not accept_message(session, inbound(number=1, **other)).is_repeat


def test_twenty_threads_with_one_message_write_one_row(store: JourneyStore) -> None:
    def accept(_: int) -> Accepted:
        with store.transaction() as session:
            return accept_message(session, inbound(number=1))

    answers = run_together(20, accept)

    assert sorted(answer.is_repeat for answer in answers) == [False] + [True] * 19
    assert len({(answer.message_id, answer.seq, answer.conversation_id) for answer in answers}) == 1
    with store.reading() as session:
        assert [count_rows(session, table) for table in (contacts, conversations, messages, turns)] == [1, 1, 1, 1]


def test_messages_of_twenty_threads_are_numbered_without_gaps(store: JourneyStore) -> None:
    def accept(number: int) -> int:
        with store.transaction() as session:
            return accept_message(session, inbound(f"tin {number}", number=number)).seq

    assert sorted(run_together(20, accept)) == list(range(1, 21))


def test_message_of_a_rolled_back_transaction_leaves_no_gap(store: JourneyStore, conversation: Conversation) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as session:
        accept_message(session, inbound(number=1))
        raise ZeroDivisionError

    with store.transaction() as session:
        assert accept_message(session, inbound(number=2)).seq == 1


def test_address_has_one_conversation(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        assert ensure_conversation(session, "website", "visitor-1", later(days=3)) == conversation.id
        assert find_conversation(session, "website", "visitor-1") == conversation
        assert find_conversation(session, "telegram", "visitor-1") is None


@pytest.mark.parametrize(
    "touch",
    [
        lambda session: load_conversation(session, "none"),
        lambda session: load_conversation(session, "none", locked=True),
        lambda session: take_seq(session, "none", NOW),
        lambda session: append_note(session, "none", "ghi chú", author="staff:1", now=NOW),
    ],
    ids=["load", "lock", "number", "note"],
)
def test_unknown_conversation_is_named(store: JourneyStore, touch) -> None:
    with pytest.raises(UnknownConversationError, match="conversation none does not exist"), store.transaction() as session:
        touch(session)


@pytest.mark.parametrize("is_mailbox, state, sent_at", [(True, "sent", NOW), (False, "queued", None)])
def test_reply_is_delivered_by_the_log_or_queued(store: JourneyStore, conversation: Conversation, is_mailbox, state, sent_at) -> None:
    with store.transaction() as session:
        reply_id = append_reply(session, conversation, Reply("Dạ có ạ"), Posting(BOT, NOW, is_mailbox=is_mailbox))
        row = session.execute(sa.select(outbox)).one()

    assert (row.message_id, row.state, row.sent_at, row.address, row.seq) == (reply_id, state, sent_at, "visitor-1", 1)
    assert not row.is_possibly_double


def test_reply_is_read_back_whole_with_tokens_for_its_buttons(store: JourneyStore, conversation: Conversation) -> None:
    card = Card("Hosting M", ("119.000đ/tháng",), badge="Bán chạy", url="/hosting", choice=Choice("Chọn", "buy_plan"))
    reply = Reply("Hai gói hợp nhất:", choices=(PRICE,), cards=(card, Card("Hosting L")), language="vi")
    with store.transaction() as session:
        asked = accept_message(session, inbound())
        append_reply(session, conversation, reply, Posting(BOT, NOW, answers_id=asked.message_id))
        logged = read_messages(session, conversation.id)[-1]

        [button] = logged.body["choices"]
        assert button["label"] == "Giá gói M"
        assert load_choice(session, conversation.id, button["token"]) == PRICE
        first, second = logged.body["cards"]
        assert load_choice(session, conversation.id, first["choice"]["token"]).intent == "buy_plan"
        assert "choice" not in second
        assert "ask_price" not in str(logged.body)
    assert (logged.direction, logged.author, message_text(logged.body)) == ("out", BOT, "Hai gói hợp nhất:")


def test_press_of_a_button_carries_its_meaning_and_shows_its_label(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        token = issue_button(session, conversation)
        pressed = accept_message(session, inbound("", choice_token=token))
        [logged] = read_messages(session, conversation.id, after_seq=pressed.seq - 1)

    assert message_text(logged.body) == "Giá gói M"
    assert logged.body["choice"] == {"intent": "ask_price", "slots": {"plan": "hosting-m"}}


def test_button_of_somebody_else_is_refused_and_nothing_is_written(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        token = issue_button(session, conversation)

    for stolen in (token, "made-up"):
        with pytest.raises(UnknownChoiceError, match="type the question"), store.transaction() as session:
            accept_message(session, inbound("", address="visitor-2", choice_token=stolen))
    with store.reading() as session:
        assert count_rows(session, turns) == 0
        assert find_conversation(session, "website", "visitor-2") is None


def test_wordless_message_is_kept_and_answered_once_without_a_turn(store: JourneyStore) -> None:
    photo = inbound("", channel="telegram", address="42", details={"kind": "photo"})
    for _ in range(2):
        with store.transaction() as session:
            accept_wordless(session, photo, Reply("Bạn gõ chữ giúp mình nhé"))

    with store.reading() as session:
        conversation = find_conversation(session, "telegram", "42")
        assert conversation is not None
        said = [(row.direction, row.author, row.seq) for row in read_messages(session, conversation.id)]
        assert count_rows(session, turns) == 0
    assert said == [("in", "contact", 1), ("out", "system", 2)]


def test_wordless_message_to_staff_is_left_to_them(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        claim_conversation(session, conversation.id, "s1", NOW)
        accept_wordless(session, inbound("", details={"kind": "voice"}), Reply("Bạn gõ chữ giúp mình nhé"))

        assert [row.direction for row in read_messages(session, conversation.id)] == ["in"]


def test_notes_are_for_staff_only(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        accept_message(session, inbound())
        append_note(session, conversation.id, "khách quen", author="staff:1", now=NOW)

        assert [row.direction for row in read_messages(session, conversation.id)] == ["in"]
        assert [row.direction for row in read_messages(session, conversation.id, with_notes=True)] == ["in", "note"]
        assert [row.direction for row in read_latest_messages(session, conversation.id)] == ["in"]
        assert count_rows(session, outbox) == 0


def test_staff_member_is_named_beside_the_reply(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        session.execute(
            staff.insert().values(id="s1", email="lan@example.com", name="Lan", password_hash="-", role="staff", created_at=NOW)
        )
        append_reply(session, conversation, Reply("Chào anh"), Posting("staff:s1", NOW))
        append_reply(session, conversation, Reply("Dạ"), Posting(BOT, NOW))

        assert [row.author_name for row in read_messages(session, conversation.id)] == ["Lan", ""]


@pytest.mark.parametrize(
    "window, expected",
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"after_seq": 3}, [4, 5]),
        ({"after_seq": 1, "limit": 2}, [2, 3]),
        ({"after_seq": 5}, []),
    ],
)
def test_log_is_read_forward_from_any_place(store: JourneyStore, window: dict[str, int], expected: list[int]) -> None:
    with store.transaction() as session:
        conversation_id = accept_many(session, 5)

        assert [row.seq for row in read_messages(session, conversation_id, **window)] == expected


@pytest.mark.parametrize(
    "window, expected",
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"limit": 2}, [4, 5]),
        ({"limit": 2, "before_seq": 4}, [2, 3]),
        ({"before_seq": 1}, []),
    ],
)
def test_log_is_read_backward_in_pages(store: JourneyStore, window: dict[str, int], expected: list[int]) -> None:
    with store.transaction() as session:
        conversation_id = accept_many(session, 5)

        assert [row.seq for row in read_latest_messages(session, conversation_id, **window)] == expected


def test_language_of_a_conversation_is_remembered(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        set_conversation_language(session, conversation.id, "en")

        assert load_conversation(session, conversation.id).language == "en"


def test_purge_empties_only_conversations_that_are_silent_for_long(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        token = issue_button(session, conversation)
        accept_message(session, inbound("", choice_token=token))
        fresh = accept_message(session, inbound(address="visitor-2", received_at=later(days=20)))

    with store.transaction() as session:
        assert purge_conversations(session, later(days=10)) == 1
        assert purge_conversations(session, later(days=10)) == 0

        assert read_messages(session, conversation.id) == []
        assert [count_rows(session, table) for table in (messages, turns, choices, outbox, touchpoints)] == [1, 1, 0, 0, 0]
        assert len(read_messages(session, fresh.conversation_id)) == 1


def test_purged_conversation_goes_on_with_new_numbers(store: JourneyStore) -> None:
    with store.transaction() as session:
        conversation_id = accept_many(session, 3)
        purge_conversations(session, later(days=10))

        again = accept_message(session, inbound(number=9))
    assert (again.conversation_id, again.seq) == (conversation_id, 4)


@pytest.mark.postgres
def test_purge_leaves_a_conversation_that_is_being_written_to(postgresql_store: JourneyStore) -> None:
    with postgresql_store.transaction() as session:
        accept_message(session, inbound(number=1))

    with postgresql_store.transaction() as writing, postgresql_store.transaction() as purging:
        accept_message(writing, inbound(number=2, received_at=later(days=20)))
        assert purge_conversations(purging, later(days=10)) == 0


def test_purge_takes_a_limited_number_at_once(store: JourneyStore) -> None:
    with store.transaction() as session:
        for number in range(5):
            accept_message(session, inbound(address=f"visitor-{number}"))

        assert [purge_conversations(session, later(days=10), limit=2) for _ in range(4)] == [2, 2, 1, 0]


def issue_button(session: Session, conversation: Conversation) -> str:
    append_reply(session, conversation, Reply("Anh cần gì ạ?", choices=(PRICE,)), Posting(BOT, NOW))
    return str(session.execute(sa.select(choices.c.token)).scalar_one())


def accept_many(session: Session, count: int) -> str:
    accepted = [accept_message(session, inbound(f"tin {number}", number=number)) for number in range(count)]
    return accepted[0].conversation_id


def count_rows(session: Session, table: sa.Table) -> int:
    return int(session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
