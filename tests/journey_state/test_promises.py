"""Promises hold for the person until their day, and are told to whoever asks about them."""

from __future__ import annotations

from datetime import datetime

import pytest

from journey_state.conversations import Conversation
from journey_state.promises import (
    INTENTS_OF_TOPIC,
    NewPromise,
    Promise,
    append_promise,
    is_asked_about,
    list_promises,
    note_said,
    withdraw_promise,
)
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import link_contacts, make_contact
from tests.fixtures.staff import add_member


def promise(text: str = "giảm 10% đến hết thứ Sáu", topic: str = "price", said_at: datetime | None = None) -> Promise:
    return Promise("p-1", topic, text, None, NOW, said_at, "Lan")


@pytest.mark.parametrize(("intent", "text", "expected"), [
    ("ask_price", "gói M giá sao", True),
    ("greet", "hôm trước bên mình hứa giảm 10% mà", True),
    ("greet", "hua giam 10 % dung khong", True),
    ("affirm", "thứ Sáu hết hạn giảm đúng không", True),
    ("report_outage", "web chậm quá", False),
    ("report_outage", "chậm từ thứ sáu", False),
    ("chitchat", "", False),
])
def test_customer_who_asks_about_it_is_told(intent: str, text: str, expected: bool) -> None:
    assert is_asked_about(promise(), intent, text, NOW) is expected


def test_topic_alone_brings_it_up_once_in_a_while_and_its_own_words_always() -> None:
    told = promise(said_at=NOW)

    assert not is_asked_about(told, "ask_price", "giá bao nhiêu", later(hours=1))
    assert is_asked_about(told, "ask_price", "giá bao nhiêu", later(hours=13))
    assert is_asked_about(told, "ask_price", "còn giảm 10% không", later(hours=1))


def test_every_topic_but_other_has_intents() -> None:
    assert {topic for topic, intents in INTENTS_OF_TOPIC.items() if not intents} == {"other"}


def test_promise_holds_on_every_channel_until_its_day_or_until_it_is_withdrawn(store: JourneyStore, conversation: Conversation) -> None:
    lan = add_member(store)
    with store.transaction() as session:
        other = make_contact(session, "42", channel="telegram")
        link_contacts(session, conversation.contact_id, other)
        made = [
            append_promise(session, NewPromise(conversation.contact_id, conversation.id, "other", text, lan.id, until), later(minutes=at))
            for at, (text, until) in enumerate((("một", None), ("hai", later(days=2)), ("ba", later(days=1))))
        ]
        note_said(session, made[0], NOW)

        assert [f"{each.text} {each.staff_name}" for each in list_promises(session, other, NOW)] == ["ba Lan", "hai Lan", "một Lan"]
        assert [each.text for each in list_promises(session, other, later(days=1, minutes=1))] == ["hai", "một"]
        assert list_promises(session, other, NOW)[2].said_at == NOW
        withdraw_promise(session, made[0], NOW)
        assert [each.text for each in list_promises(session, other, later(days=3))] == []
