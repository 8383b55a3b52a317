"""What is said about tickets and complaints, with the real store, content and words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.tickets import ActionCheckTicket, ActionMakeComplaint, ActionOpenTicket, ValidateTicketForm
from journey_state.conversations import Conversation
from journey_state.handoffs import find_open_handoff
from journey_state.store import JourneyStore
from journey_state.tickets import TicketKind, TicketRequest, close_ticket, list_tickets, open_ticket
from journey_state.touchpoints import read_touchpoints
from tests.fixtures.customers import buy_plan
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import grant_consent, make_contact
from tests.fixtures.speaking import Message, play, play_validation

SUBJECT = {"ticket_subject": "web shop lỗi 500 từ sáng"}
OPENED = {"event": "active_loop", "name": "ticket_form"}


def said_before(*intents: str) -> list[dict[str, object]]:
    return [{"event": "user", "parse_data": {"intent": {"name": intent}}} for intent in intents]


@pytest.mark.parametrize("before, kind, minutes", [
    (["report_outage"], "outage", 15),
    (["report_billing"], "billing", 60),
    (["ask_setup", "affirm"], "setup", 240),
    (["greet", "open_ticket"], "other", 240),
    (["report_outage", "thank", "ask_price", "open_ticket"], "other", 240),
    ([], "other", 240),
])
def test_ticket_is_about_what_its_form_was_opened_for(
    store: JourneyStore, conversation: Conversation, before: list[str], kind: str, minutes: int,
) -> None:
    events = [*said_before(*before), OPENED, *said_before("make_complaint"), {"event": "active_loop", "name": None}]
    with store.transaction() as session:
        said = play(ActionOpenTicket(), session, conversation, Message(slots=SUBJECT, events=events))
        (ticket,) = list_tickets(session, conversation.contact_id)

    assert (ticket.kind, ticket.due_at) == (kind, later(minutes=minutes))
    assert ticket.subject == ticket.details == "web shop lỗi 500 từ sáng"
    assert ticket.number in said.text and ticket.subject in said.text
    assert said.slots["ticket_subject"] is None


def test_time_of_the_answer_is_told_in_vietnam_time(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        vi = play(ActionOpenTicket(), session, conversation, Message(slots=SUBJECT, events=[*said_before("report_outage"), OPENED]))
        en = play(ActionOpenTicket(), session, conversation, Message(slots=SUBJECT, language="en"))

    assert "16:15 ngày 02/03/2026" in vi.text
    assert "20:00 on 2 March 2026" in en.text


def test_ticket_of_a_payment_reads_like_words(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        buy_plan(session, conversation.contact_id)
        vi, en = (play(ActionCheckTicket(), session, conversation, Message(language=language)) for language in ("vi", "en"))

    assert vi.text == 'Phiếu TK-10001 ("kích hoạt gói mới") đang được xử lý, bạn sẽ được trả lời sớm nhất có thể.'
    assert en.text == 'TK-10001 ("setting up a new plan") is being worked on; you get an answer as soon as possible.'


def test_priority_plan_is_answered_sooner(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        buy_plan(session, conversation.contact_id, "hosting-l")
        play(ActionOpenTicket(), session, conversation, Message(slots=SUBJECT))
        ticket = list_tickets(session, conversation.contact_id)[0]

    assert (ticket.priority, ticket.due_at) == ("high", later(hours=1))


def test_replayed_turn_opens_no_second_ticket(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        for _ in range(2):
            play(ActionOpenTicket(), session, conversation, Message(slots=SUBJECT, id="m-1"))
        assert len(list_tickets(session, conversation.contact_id)) == 1


@pytest.mark.parametrize("value, kept", [("web lỗi  500\n từ sáng", "web lỗi 500 từ sáng"), ("lỗi", None), ("  ", None)])
def test_form_wants_words_to_begin_with(store: JourneyStore, conversation: Conversation, value: str, kept: str | None) -> None:
    with store.transaction() as session:
        said = play_validation(ValidateTicketForm(), session, conversation, "ticket_subject", Message(slots={"ticket_subject": value}))

    assert said.slots["ticket_subject"] == kept
    assert said.responses == (() if kept else ("utter_refuse_ticket_subject",))


@pytest.mark.parametrize("text, wrong_inputs, is_kept", [
    ("shopmay.vn mở mất 10 giây từ sáng nay", 0, True), ("hôm nay trời đẹp ghê", 0, False), ("khách đặt mãi không xong", 1, True),
])
def test_form_takes_unforeseen_words_when_they_are_particular_or_said_again(
    sqlite_store: JourneyStore, lone_conversation: Conversation, text: str, wrong_inputs: int, is_kept: bool,
) -> None:
    message = Message(text, "out_of_scope", slots={"ticket_subject": text, "wrong_inputs": float(wrong_inputs)})
    with sqlite_store.transaction() as session:
        said = play_validation(ValidateTicketForm(), session, lone_conversation, "ticket_subject", message)

    assert (said.slots["ticket_subject"] == text) is is_kept


def test_complaint_ends_the_ticket_form(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionMakeComplaint(), session, lone_conversation, Message("làm ăn quá tệ", loop="ticket_form"))

    assert [event["name"] for event in said.events if event["event"] == "active_loop"] == [None]


def test_open_tickets_are_told_when_none_is_named(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        first = open_ticket(session, conversation.contact_id, TicketRequest(TicketKind.OTHER, "một"), NOW)
        second = open_ticket(session, conversation.contact_id, TicketRequest(TicketKind.OTHER, "hai"), NOW)
        close_ticket(session, first.number, NOW)
        said = play(ActionCheckTicket(), session, conversation, Message())

    assert second.number in said.text
    assert first.number not in said.text


@pytest.mark.parametrize("passed, is_closed, response", [
    ({"minutes": 5}, False, "utter_say_ticket_open"),
    ({"hours": 5}, False, "utter_say_ticket_late"),
    ({"hours": 5}, True, "utter_say_ticket_closed"),
])
def test_ticket_is_told_as_it_stands(
    store: JourneyStore, conversation: Conversation, passed: dict[str, float], is_closed: bool, response: str,
) -> None:
    request = TicketRequest(TicketKind.OTHER, "một", answer_within=timedelta(hours=4))
    with store.transaction() as session:
        ticket = open_ticket(session, conversation.contact_id, request, NOW)
        if is_closed:
            close_ticket(session, ticket.number, later(hours=1))
        said = play(ActionCheckTicket(), session, conversation, Message(entities={"ticket_number": ticket.number}, at=later(**passed)))

    assert said.responses == (response,)
    assert ticket.number in said.text


def test_strangers_ticket_reads_like_no_ticket(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        stranger = make_contact(session, "visitor-2")
        theirs = open_ticket(session, stranger, TicketRequest(TicketKind.OTHER, "bí mật của người khác"), NOW)
        known = play(ActionCheckTicket(), session, conversation, Message(entities={"ticket_number": theirs.number}))
        unknown = play(ActionCheckTicket(), session, conversation, Message(entities={"ticket_number": "TK-99999"}))

    assert known.responses == unknown.responses
    assert known.texts[0].replace(theirs.number, "#") == unknown.texts[0].replace("TK-99999", "#")
    assert "bí mật" not in known.text
    assert known.slots["pending_offer"] == "offer_human"


def test_who_has_no_ticket_is_offered_one(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        said = play(ActionCheckTicket(), session, conversation, Message(language="en"))

    assert said.responses[0] == "utter_find_no_ticket"
    assert said.slots["pending_offer"] == "offer_ticket"


def test_complaint_becomes_a_ticket_and_calls_staff_first_in_line(store: JourneyStore, conversation: Conversation) -> None:
    words = "nhân viên hứa 3 lần rồi vẫn chưa gọi lại, quá thất vọng"
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        said = play(ActionMakeComplaint(), session, conversation, Message(text=words))
        (ticket,) = list_tickets(session, conversation.contact_id)
        handoff = find_open_handoff(session, conversation.id)
        types = [row["type"] for row in read_touchpoints(session, [conversation.contact_id])]

    assert (ticket.kind, ticket.priority, ticket.details) == ("complaint", "high", words)
    assert handoff is not None and (handoff.reason, handoff.priority) == ("complaint", 10)
    assert ticket.number in said.text and "vị trí 1" in said.text and "xin lỗi" in said.text
    assert sorted(types) == ["complaint_made", "handoff_requested", "ticket_opened"]
