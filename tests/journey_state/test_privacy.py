"""Privacy: a copy of everything, and an erasure that leaves nothing but contract records and a receipt."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state import tables as t
from journey_state.consent import find_consent
from journey_state.contacts import find_contact, find_linked_contacts
from journey_state.conversations import Posting, accept_message, append_reply, load_conversation, read_messages
from journey_state.errors import ReferralExhaustedError, UnknownContactError
from journey_state.messages import Reply
from journey_state.privacy import ERASURE_OF_TABLE, erase_person, export_person
from journey_state.referrals import find_code, find_status, issue_code, redeem_code
from journey_state.store import JourneyStore
from journey_state.turns import TurnRecord, claim_turn, close_turn, count_open_turns
from tests.fixtures.journeys import NOW, inbound, later
from tests.fixtures.lives import TERMS, Life, live, redeem
from tests.fixtures.people import make_contact
from tests.fixtures.threads import run_together

MARK, BYSTANDER = "zanh-mark", "bystander"


@pytest.fixture
def life(store: JourneyStore) -> Life:
    with store.transaction() as session:
        return live(session, MARK)


def all_rows(session: Session) -> dict[str, list[dict[str, Any]]]:
    return {name: [dict(row) for row in session.execute(sa.select(table)).mappings()] for name, table in t.metadata.tables.items()}


def find_places(session: Session, needles: Iterable[str]) -> set[tuple[str, str]]:
    """(table, column) wherever any of the words still stands."""
    return {
        (name, column) for name, rows in all_rows(session).items() for row in rows for column, value in row.items()
        if any(needle in str(value) for needle in needles)
    }


def rows_about(session: Session, life: Life) -> list[tuple[str, str]]:
    ids = (life.mark, life.contact_id, life.telegram_contact_id, life.website.conversation_id, life.telegram.conversation_id)
    return sorted((name, str(row)) for name, rows in all_rows(session).items() for row in rows if any(key in str(row) for key in ids))


def test_every_table_has_a_decided_fate() -> None:
    assert set(ERASURE_OF_TABLE) == set(t.metadata.tables)


def test_example_fills_every_table_that_may_hold_something_of_a_person(store: JourneyStore, life: Life) -> None:
    with store.transaction() as session:
        redeem(session, life, issue_code(session, make_contact(session, "referrer"), TERMS, NOW).code)
        filled = {name for name, rows in all_rows(session).items() if rows}

    assert {name for name, fate in ERASURE_OF_TABLE.items() if not fate.startswith("kept: ")} <= filled


def test_nothing_of_the_person_stays_but_the_running_conversations_address(store: JourneyStore, life: Life) -> None:
    with store.transaction() as session:
        erase_person(session, life.contact_id, "contact", NOW, kept_conversation_id=life.website.conversation_id)

        assert find_places(session, [MARK]) == {
            ("conversations", "address"), ("identities", "address"), ("visitor_tokens", "address"),
        }
        assert find_places(session, [f"{MARK}-telegram"]) == set()


def test_erasure_by_staff_leaves_no_address_at_all(store: JourneyStore, life: Life) -> None:
    with store.transaction() as session:
        erase_person(session, life.telegram_contact_id, "staff:s-1", NOW)

        assert find_places(session, [MARK]) == set()
        assert find_places(session, [life.website.conversation_id, life.telegram.conversation_id]) == set()
        assert find_contact(session, "website", f"{MARK}-website") is None


def test_nobody_else_loses_a_row(store: JourneyStore, life: Life) -> None:
    with store.transaction() as session:
        other = live(session, BYSTANDER)
        before = rows_about(session, other)
        erase_person(session, life.contact_id, "contact", NOW)

        assert rows_about(session, other) == before


def test_contract_records_stay_without_email_and_words(store: JourneyStore, life: Life) -> None:
    with store.transaction() as session:
        erase_person(session, life.contact_id, "contact", NOW, kept_conversation_id=life.website.conversation_id)
        (trial,), (order,), (ticket,) = (session.execute(sa.select(table)).mappings().all() for table in (t.trials, t.orders, t.tickets))

    assert (trial["product"], trial["email"], trial["message_id"]) == ("vps", None, None)
    assert (order["number"], order["amount"], order["message_id"]) == ("DH-2001", 322_920, None)
    assert (ticket["number"], ticket["kind"], ticket["priority"]) == ("TK-10001", "outage", "normal")
    assert (ticket["subject"], ticket["details"], ticket["conversation_id"], ticket["message_id"]) == ("(erased)", "", None, None)


def test_receipt_counts_rows_by_table_and_names_nobody(store: JourneyStore, life: Life) -> None:
    with store.transaction() as session:
        receipt = erase_person(session, life.contact_id, "contact", NOW, kept_conversation_id=life.website.conversation_id)
        (row,) = session.execute(sa.select(t.erasures)).mappings().all()

    assert (row["id"], row["erased_at"], row["requested_by"], row["counts"]) == (receipt.id, NOW, "contact", receipt.counts)
    assert receipt.counts["messages"] == 6
    assert receipt.counts["turns"] == receipt.counts["trackers"] == receipt.counts["touchpoints"] == receipt.counts["consents"] == 2
    assert receipt.total == sum(receipt.counts.values())
    assert all(name in ERASURE_OF_TABLE for name in receipt.counts)
    assert all(isinstance(count, int) for count in receipt.counts.values())


def test_erasure_inside_the_running_turn_lets_the_reply_through(store: JourneyStore, life: Life) -> None:
    with store.transaction() as session:
        turn = claim_turn(session, NOW)
        assert turn is not None
        kept = turn.conversation.id
        erase_person(session, turn.conversation.contact_id, "contact", NOW, kept_conversation_id=kept)
        append_reply(session, turn.conversation, Reply("đã xoá"), Posting("bot", NOW, answers_id=turn.message_id))
        close_turn(session, turn, TurnRecord("bot"), NOW)

    with store.transaction() as session:
        assert [(message.seq, message.body["text"]) for message in read_messages(session, kept)] == [(4, "đã xoá")]
        assert count_open_turns(session) == 0
        channel = turn.conversation.channel
        again = accept_message(session, inbound("chào lại", address=f"{MARK}-{channel}", channel=channel))
        assert (again.conversation_id, again.seq) == (kept, 5)
        assert load_conversation(session, kept).responder == "bot"


def test_messages_behind_the_running_turn_are_still_answered(store: JourneyStore, life: Life) -> None:
    with store.transaction() as session:
        address = f"{MARK}-website"
        later_ones = [accept_message(session, inbound("còn nữa", number, address=address)).message_id for number in (7, 8)]
        erase_person(session, life.contact_id, "contact", NOW, kept_conversation_id=life.website.conversation_id)

        assert count_open_turns(session) == 2
        turn = claim_turn(session, later(minutes=1))
        assert turn is not None and turn.message_id == later_ones[0]
        assert [row["id"] for row in session.execute(sa.select(t.messages).order_by(t.messages.c.seq)).mappings()] == later_ones


def test_person_is_undecided_and_alone_afterwards(store: JourneyStore, life: Life) -> None:
    with store.transaction() as session:
        erase_person(session, life.contact_id, "contact", NOW, kept_conversation_id=life.website.conversation_id)

        assert find_consent(session, life.contact_id) is None
        assert find_linked_contacts(session, life.contact_id) == (life.contact_id,)


def test_address_that_was_erased_starts_as_somebody_new(store: JourneyStore, life: Life) -> None:
    with store.transaction() as session:
        erase_person(session, life.contact_id, "contact", NOW, kept_conversation_id=life.website.conversation_id)
        accepted = accept_message(session, inbound("chào", channel="telegram", address=f"{MARK}-telegram"))

        assert accepted.conversation_id != life.telegram.conversation_id
        assert load_conversation(session, accepted.conversation_id).contact_id not in (life.contact_id, life.telegram_contact_id)


def test_unused_code_goes_and_a_redeemed_one_is_closed_and_belongs_to_nobody(store: JourneyStore, life: Life) -> None:
    with store.transaction() as session:
        friend = live(session, BYSTANDER)
        redeem(session, friend, life.code)
        erase_person(session, life.contact_id, "contact", NOW, kept_conversation_id=life.website.conversation_id)

        assert find_code(session, life.contact_id) is None
        with pytest.raises(ReferralExhaustedError):
            redeem_code(session, make_contact(session, "late"), life.code, later(seconds=1))

        erase_person(session, friend.contact_id, "contact", NOW)
        assert [row["code"] for row in session.execute(sa.select(t.referral_codes)).mappings()] == [life.code]


def test_referrer_keeps_the_reward_of_a_friend_who_was_erased(store: JourneyStore, life: Life) -> None:
    with store.transaction() as session:
        referrer = live(session, BYSTANDER)
        redeem(session, life, referrer.code)
        erase_person(session, life.contact_id, "contact", NOW)

        status = find_status(session, referrer.contact_id)
        assert status is not None and (status.code.used, status.waiting) == (1, 1)


def test_erasing_twice_is_allowed_and_finds_nothing_more_to_delete(store: JourneyStore, life: Life) -> None:
    with store.transaction() as session:
        kept = life.website.conversation_id
        erase_person(session, life.contact_id, "contact", NOW, kept_conversation_id=kept)
        again = erase_person(session, life.contact_id, "contact", later(days=1), kept_conversation_id=kept)

    assert not {name for name in again.counts if ERASURE_OF_TABLE[name] == "deleted"}


def test_unknown_contact_cannot_be_erased(store: JourneyStore) -> None:
    with store.transaction() as session, pytest.raises(UnknownContactError):
        erase_person(session, "nobody", "contact", NOW)


def test_copy_holds_everything_of_the_person_as_json(store: JourneyStore, life: Life) -> None:
    with store.reading() as session:
        copy = json.loads(json.dumps(export_person(session, life.telegram_contact_id), ensure_ascii=False))

    assert {"contacts", "messages", "touchpoints", "stage_changes", "consents", "surveys", "trials", "orders", "tickets"} <= set(copy)
    assert len(copy["contacts"]) == len(copy["identities"]) == len(copy["conversations"]) == 2
    assert copy["contacts"][0]["email"] == f"{MARK}@example.com"
    assert copy["surveys"][0]["comment"] == f"{MARK} rất hài lòng"
    assert {row["body"]["text"] for row in copy["messages"]} == {f"{MARK} xin chào", f"chào {MARK}", f"khách {MARK} khó tính"}


def test_copy_gives_away_no_token_and_no_staff(store: JourneyStore, life: Life) -> None:
    with store.reading() as session:
        text = json.dumps(export_person(session, life.contact_id))
        tokens = session.execute(sa.select(t.choices.c.token)).scalars().all()

    assert not [token for token in tokens if token in text]
    assert "s-1" not in text


def test_copy_of_somebody_else_stays_out(store: JourneyStore, life: Life) -> None:
    with store.transaction() as session:
        live(session, BYSTANDER)

        assert BYSTANDER not in json.dumps(export_person(session, life.contact_id))


def test_messages_that_arrive_during_an_erasure_are_neither_lost_nor_refused(store: JourneyStore, life: Life) -> None:
    def act(number: int) -> int | None:
        with store.transaction() as session:
            if number == 0:
                erase_person(session, life.contact_id, "contact", NOW, kept_conversation_id=life.website.conversation_id)
                return None
            return accept_message(session, inbound("còn đó không", number, address=f"{MARK}-website")).seq

    seqs = run_together(12, act)[1:]

    assert sorted(seq for seq in seqs if seq) == list(range(4, 15))
