"""What holds for every action: it speaks, in the contact's language only, whoever asks; and the domain knows it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from inspect import isabstract

import pytest
from rasa_sdk.utils import all_subclasses

import actions
from actions.action import JourneyAction
from journey_state.contacts import ensure_contact
from journey_state.conversations import Conversation, ensure_conversation, load_conversation
from journey_state.store import JourneyStore
from tests.fixtures.customers import buy_plan
from tests.fixtures.journeys import NOW
from tests.fixtures.speaking import Message, load_domain, play

for _module in pkgutil.iter_modules(actions.__path__):
    importlib.import_module(f"actions.{_module.name}")

_FOUND = [action for action in all_subclasses(JourneyAction) if action.__module__.startswith("actions.") and not isabstract(action)]
ACTIONS = sorted({action().name(): action for action in _FOUND}.items())
# These only make ready what the form that follows asks for, or change the language before the next action speaks.
SILENT = {"action_prepare_trial", "action_prepare_order", "action_prepare_ticket", "action_prepare_redemption", "action_switch_language"}
# People, companies and streets keep their Vietnamese names in English.
QUOTES_NAMES = {"action_answer_reviews", "action_answer_rating", "action_answer_case_study", "action_invite_review"}
VIETNAMESE = re.compile(r"[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)
TOPIC = {"plan": "hosting-m", "product": "hosting"}


def test_domain_and_code_name_the_same_actions() -> None:
    named = {entry if isinstance(entry, str) else next(iter(entry)) for entry in load_domain()["actions"]}

    assert {name for name in named if not name.startswith("validate_")} == {name for name, _ in ACTIONS}


@pytest.mark.parametrize("name, action", ACTIONS, ids=[name for name, _ in ACTIONS])
def test_action_speaks_english_to_english(
    sqlite_store: JourneyStore, lone_conversation: Conversation, name: str, action: type[JourneyAction],
) -> None:
    asked = [Message(text="what about it", language="en", slots=slots) for slots in ({}, TOPIC)]
    with sqlite_store.transaction() as session:
        to_stranger = [play(action(), session, lone_conversation, message) for message in asked]
    with sqlite_store.transaction() as session:
        contact_id = ensure_contact(session, "website", "customer-1", NOW)
        customer = load_conversation(session, ensure_conversation(session, "website", "customer-1", NOW))
        buy_plan(session, contact_id)
        to_customer = [play(action(), session, customer, message) for message in asked]

    for said in (*to_stranger, *to_customer):
        shown = [said.text, *said.buttons, *(str(value) for card in said.cards for value in (card["title"], *card["lines"]))]
        assert bool(said.text or said.cards) is (name not in SILENT), "it says nothing"
        assert name in QUOTES_NAMES or not VIETNAMESE.search(" ".join(shown)), shown


@pytest.mark.parametrize("name, action", ACTIONS, ids=[name for name, _ in ACTIONS])
def test_action_speaks_vietnamese_to_vietnamese(
    sqlite_store: JourneyStore, lone_conversation: Conversation, name: str, action: type[JourneyAction],
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action(), session, lone_conversation, Message(text="thế nào ạ", slots=TOPIC))

    assert name in SILENT or VIETNAMESE.search(" ".join([said.text, *(line for card in said.cards for line in card["lines"])]))
