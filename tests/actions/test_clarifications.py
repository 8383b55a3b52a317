"""Not understood: the two likeliest meanings as buttons, then a human."""

from __future__ import annotations

import pytest

from actions.clarifications import ActionAskRephrase, ActionClarify, ActionOfferHuman
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from tests.fixtures.speaking import Message, play

RANKINGS = [
    ([("nlu_fallback", 0.6), ("ask_price", 0.3), ("ask_promotion", 0.2), ("ask_setup", 0.1)], ["/ask_price", "/ask_promotion"]),
    ([("nlu_fallback", 0.6), ("chitchat", 0.3), ("ask_price", 0.2), ("ask_setup", 0.1)], ["/ask_price", "/ask_setup"]),
    ([("nlu_fallback", 0.6), ("greet", 0.3)], []),
]


@pytest.mark.parametrize("ranking, meanings", RANKINGS)
def test_two_likeliest_meanings_are_asked_back(
    sqlite_store: JourneyStore, lone_conversation: Conversation, ranking: list[tuple[str, float]], meanings: list[str],
) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionClarify(), session, lone_conversation, Message(text="ờ thì", ranking=ranking))

    assert list(said.buttons.values()) == [*meanings, "/something_else"]
    assert said.slots["unclear_count"] == 1.0


def test_meanings_are_labelled_in_the_language_of_the_contact(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    messages = [Message(language=language, ranking=RANKINGS[0][0]) for language in ("vi", "en")]
    with sqlite_store.transaction() as session:
        labels = [list(play(ActionClarify(), session, lone_conversation, message).buttons) for message in messages]

    assert labels == [["Hỏi giá", "Hỏi khuyến mãi", "Chuyện khác"], ["Prices", "Offers and promo codes", "Something else"]]


def test_second_time_offers_a_human_and_goes_on_counting(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionOfferHuman(), session, lone_conversation, Message(slots={"unclear_count": 1.0}))

    assert said.slots == {"pending_offer": "offer_human", "unclear_count": 2.0}
    assert list(said.buttons.values()) == ["/ask_human", "/deny"]


def test_asking_for_other_words_keeps_counting(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionAskRephrase(), session, lone_conversation, Message(slots={"unclear_count": 1.0}))

    assert said.slots["unclear_count"] == 1.0
