"""The staff's group: cards that are claimed once, answers that reach the customer wherever they are, nothing left after an erasure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.telegram.desk import StaffDesk
from bot.channels.telegram.pace import Pace
from journey_state.conversations import BOT, accept_message, load_conversation, read_messages
from journey_state.desk_cards import map_account
from journey_state.handoffs import HandoffRequest, claim_conversation, find_open_handoff, release_conversation, request_handoff
from journey_state.messages import InboundMessage, LoggedMessage
from journey_state.privacy import erase_person
from journey_state.staff import StaffMember, disable_staff
from journey_state.store import JourneyStore, utc_now
from journey_state.tables import audit_entries, desk_cards, desk_messages, outbox
from tests.fixtures.staff import add_member
from tests.fixtures.telegram import FakeTelegram
from tests.fixtures.telegram_sides import TelegramSide

GROUP = -1005
LAN, MINH, STRANGER = 71, 72, 73
PLACE = {"id": GROUP, "type": "supergroup", "title": "Đội hỗ trợ"}


class Office:
    """A staff group with two members of the staff, and a customer on some channel."""

    def __init__(self, side: TelegramSide, telegram: FakeTelegram) -> None:
        self.side = side
        self.telegram = telegram
        self.store = side.store
        self.desk = StaffDesk(side.services, side.channel, side.updates.group)
        self.numbers = count(1)
        self.members = {user: self._add(name, user) for name, user in (("Lan", LAN), ("Minh", MINH))}
        self.conversation_id = ""
        self.contact_id = ""

    def _add(self, name: str, user: int) -> StaffMember:
        member = add_member(self.store, name)
        with self.store.transaction() as session:
            map_account(session, member.id, "telegram", str(user), utc_now())
        return member

    def write(self, text: str, channel: str = "website", **details: Any) -> None:
        """The customer writes."""
        number = next(self.numbers)
        with self.store.transaction() as session:
            self.conversation_id = accept_message(session, InboundMessage(
                channel, "visitor-1", f"client-{number}", text, utc_now(), details={"kind": "text", **details},
            )).conversation_id
            self.contact_id = load_conversation(session, self.conversation_id).contact_id

    def ask_for_human(self, reason: str = "complaint") -> str:
        """The customer wants a human; returns the handoff's id."""
        with self.store.transaction() as session:
            request = HandoffRequest(reason, utc_now(), stage="retention")
            return request_handoff(session, self.conversation_id, self.contact_id, request)[0].id

    def refresh(self) -> int:
        """Let the desk tell what it has to tell."""
        return self.side.loop.run_until_complete(self.desk.refresh())

    def press(self, user: int, verb: str, handoff_id: str) -> str:
        """Somebody presses a button of a card; returns what they are told."""
        self.telegram.press(user, f"{verb}:{handoff_id}", chat=PLACE)
        self.side.receive()
        return self.telegram.alerts[-1]

    def answer(self, user: int, text: str | None, ref: int, **fields: Any) -> int:
        """Somebody replies to a message of the group."""
        answered = {"message_id": ref, "date": 1767225600, "chat": PLACE, "text": "…"}
        person = {"id": user, "is_bot": False, "first_name": "X"}
        update = self.telegram.write(user, "", chat=PLACE, reply_to_message=answered, text=text, **{"from": person, **fields})
        self.side.receive()
        return update

    @property
    def responder(self) -> str:
        """Who answers the customer."""
        with self.store.reading() as session:
            return load_conversation(session, self.conversation_id).responder

    @property
    def log(self) -> list[LoggedMessage]:
        """The customer's log."""
        with self.store.reading() as session:
            return list(read_messages(session, self.conversation_id))

    def edits(self) -> list[str]:
        """What cards were changed to."""
        return [str(arguments["text"]) for method, arguments in self.telegram.calls if method == "editMessageText"]


@pytest.fixture
def office(sqlite_store: JourneyStore, telegram: FakeTelegram, tmp_path: Path) -> Iterator[Office]:
    """A staff group that is told at once."""
    side = TelegramSide(sqlite_store, telegram, tmp_path, telegram_staff_group=GROUP)
    ticks = count(0, 100)
    side.channel.pace = Pace(lambda: float(next(ticks)))
    telegram.is_hasty = True
    yield Office(side, telegram)
    side.close()


def open_card(office: Office) -> tuple[str, int]:
    """(handoff, the card's message) of an angry customer."""
    office.write("dịch vụ kém quá")
    handoff = office.ask_for_human()
    assert office.refresh() == 1
    return handoff, len(office.telegram.sent)


def test_a_handoff_is_shown_once_with_what_staff_need(office: Office) -> None:
    handoff, _ = open_card(office)
    [text] = office.telegram.texts(GROUP)
    for part in ("Khách không hài lòng", "Website", "Gắn bó", "“dịch vụ kém quá”"):
        assert part in text
    assert [button["callback_data"] for button in office.telegram.buttons(GROUP)] == [f"claim:{handoff}"]
    assert office.refresh() == 0


def test_of_two_who_claim_one_wins_and_the_card_says_who(office: Office) -> None:
    handoff, _ = open_card(office)
    assert "đang trả lời" in office.press(LAN, "claim", handoff)
    assert "người khác" in office.press(MINH, "claim", handoff)
    assert office.responder == office.members[LAN].id
    assert office.log[-1].body["text"] == "Lan đã vào hỗ trợ bạn."
    office.refresh()
    assert "✅ Lan" in office.edits()[-1]


def test_a_claim_in_the_console_shows_in_the_group(office: Office) -> None:
    handoff, _ = open_card(office)
    with office.store.transaction() as session:
        claim_conversation(session, office.conversation_id, office.members[MINH].id, utc_now())
    office.refresh()
    assert "✅ Minh" in office.edits()[-1]
    assert "người khác" in office.press(LAN, "claim", handoff)
    with office.store.transaction() as session:
        release_conversation(session, office.conversation_id, office.members[MINH].id, utc_now())
    office.refresh()
    assert "☑️" in office.edits()[-1]


@pytest.mark.parametrize("channel, state", [("website", "sent"), ("telegram", "queued")])
def test_a_reply_reaches_the_customer_on_whichever_channel_once(office: Office, channel: str, state: str) -> None:
    office.write("cứu với", channel)
    handoff = office.ask_for_human()
    office.refresh()
    card = len(office.telegram.sent)
    office.press(LAN, "claim", handoff)
    office.telegram.repeat(office.answer(LAN, "Mình đây ạ", card))
    office.side.receive()
    said = [row for row in office.log if row.author == f"staff:{office.members[LAN].id}"]
    assert [row.body["text"] for row in said] == ["Mình đây ạ"]
    with office.store.reading() as session:
        assert session.execute(sa.select(outbox.c.state).where(outbox.c.message_id == said[0].id)).scalar_one() == state


def test_what_the_customer_goes_on_to_write_comes_below_the_card_and_can_be_answered(office: Office) -> None:
    handoff, _ = open_card(office)
    office.press(LAN, "claim", handoff)
    office.write("bao giờ xong?")
    office.write("", kind="photo")
    office.refresh()
    assert [text for text in office.telegram.texts(GROUP) if text.startswith("💬")] == ["💬 Khách: bao giờ xong?", "💬 Khách: [ảnh]"]
    assert office.refresh() == 0
    office.answer(LAN, "Trong hôm nay ạ", len(office.telegram.sent))
    assert office.log[-1].body["text"] == "Trong hôm nay ạ"


def test_before_a_claim_only_the_assistant_answers(office: Office) -> None:
    _, card = open_card(office)
    office.write("còn đó không?")
    assert office.refresh() == 0
    office.answer(LAN, "Mình đây", card)
    assert "chưa nhận" in office.telegram.texts(GROUP)[-1]
    assert office.responder == BOT
    assert not any(row.author.startswith("staff") for row in office.log)


@pytest.mark.parametrize("user", [STRANGER, MINH])
def test_only_staff_who_are_still_there_may_act(office: Office, user: int) -> None:
    handoff, card = open_card(office)
    with office.store.transaction() as session:
        disable_staff(session, office.members[MINH].email, utc_now())
    assert f"--telegram {user}" in office.press(user, "claim", handoff)
    office.answer(user, "xin chào", card)
    assert f"--telegram {user}" in office.telegram.texts(GROUP)[-1]
    assert office.responder == BOT
    assert not any(row.author.startswith("staff") for row in office.log)


def test_giving_back_ends_the_card_and_only_who_answers_may(office: Office) -> None:
    handoff, _ = open_card(office)
    office.press(LAN, "claim", handoff)
    assert "chưa nhận" in office.press(MINH, "release", handoff)
    assert "trả lại" in office.press(LAN, "release", handoff)
    assert office.responder == BOT
    office.refresh()
    assert "☑️" in office.edits()[-1]
    with office.store.reading() as session:
        assert find_open_handoff(session, office.conversation_id) is None
        deeds = session.execute(sa.select(audit_entries.c.verb).order_by(audit_entries.c.at)).scalars().all()
    assert deeds == ["claim", "release"]


@pytest.mark.parametrize("fields", [{"text": None, "sticker": {
    "file_id": "f", "file_unique_id": "u", "width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular"}}])
def test_what_cannot_be_passed_on_is_said(office: Office, fields: dict[str, Any]) -> None:
    handoff, card = open_card(office)
    office.press(LAN, "claim", handoff)
    office.answer(LAN, ref=card, **fields)
    assert "chỉ chuyển được chữ" in office.telegram.texts(GROUP)[-1]


def test_talk_among_staff_stays_among_staff(office: Office) -> None:
    handoff, _ = open_card(office)
    office.press(LAN, "claim", handoff)
    before = len(office.log)
    office.telegram.write(LAN, "khách này khó tính ghê", chat=PLACE)
    office.answer(LAN, "ừ đúng đó", 999)
    office.side.receive()
    assert len(office.log) == before
    assert len(office.telegram.texts(GROUP)) == 1


def test_an_erased_person_is_taken_out_of_the_group(office: Office) -> None:
    handoff, card = open_card(office)
    office.press(LAN, "claim", handoff)
    office.write("bí mật")
    office.refresh()
    with office.store.transaction() as session:
        erase_person(session, office.contact_id, "staff:1", utc_now())
    office.refresh()
    deleted = {int(arguments["message_id"]) for method, arguments in office.telegram.calls if method == "deleteMessage"}
    assert {card, len(office.telegram.sent)} <= deleted
    with office.store.reading() as session:
        assert session.execute(sa.select(desk_cards)).all() == session.execute(sa.select(desk_messages)).all() == []
    assert "không còn" in office.press(LAN, "claim", handoff)


def test_a_group_that_cannot_be_reached_is_told_later(office: Office) -> None:
    office.write("alo")
    office.ask_for_human()
    office.telegram.refused = {"sendMessage": "Bad Request: chat not found"}
    assert office.refresh() == 0
    office.telegram.refused = {}
    with office.store.transaction() as session:
        session.execute(desk_cards.update().values(leased_until=utc_now()))
    assert office.refresh() == 1


def test_the_group_is_followed_when_it_becomes_a_supergroup(office: Office) -> None:
    office.telegram.write(LAN, "", text=None, chat=PLACE, migrate_to_chat_id=-100777)
    office.side.receive()
    office.write("alo")
    office.ask_for_human()
    office.refresh()
    assert len(office.telegram.texts(-100777)) == 1
    assert office.telegram.texts(GROUP) == []


def test_whoever_sets_it_up_learns_the_ids(office: Office) -> None:
    office.telegram.write(LAN, "/id", chat={"id": -99, "type": "group", "title": "Mới"})
    office.side.receive()
    assert "-99" in office.telegram.texts(-99)[0] and str(LAN) in office.telegram.texts(-99)[0]
