"""The handoff card: trigger, stages, what was tried and what failed."""

from __future__ import annotations

from journey_state.content_gaps import ContentGap, append_gap
from journey_state.handoff_cards import load_card
from journey_state.stages import Stage
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW
from tests.fixtures.staff import Customer, make_estimate, make_understanding


def test_card_tells_what_happened_before_somebody_asked_for_a_human(store: JourneyStore) -> None:
    customer = Customer(store)
    customer.say("gói M giá bao nhiêu một tháng", "119.000đ", minute=1)
    gap = customer.say("có hỗ trợ Plesk không", "Mình chưa rõ", minute=2, understanding=make_understanding((("ask_product", 0.8),)))
    upset = {**make_understanding((("nlu_fallback", 0.9),), (), make_estimate(Stage.SERVICE)), "emotion": -0.6}
    customer.say("trời ơi", "Dạ?", minute=3, understanding=upset, action="action_clarify")
    customer.write("cho gặp người thật", minute=4)
    handoff = customer.ask_for_human(minute=5)
    with store.transaction() as session:
        append_gap(session, ContentGap(customer.conversation_id, gap, "ask_product", "có hỗ trợ Plesk không"), NOW)
    customer.write("alo", minute=6)
    with store.reading() as session:
        card = load_card(session, customer.conversation_id, handoff)

    assert card.trigger == "cho gặp người thật" and "gói M giá bao nhiêu một tháng" in card.summary
    assert [move.estimate.chosen for move in card.moves] == [Stage.CONSIDERATION, Stage.SERVICE]
    assert [attempt.why_failed for attempt in card.attempts] == ["", "gap", "unclear"]
    assert [attempt.text for attempt in card.failures] == ["có hỗ trợ Plesk không", "trời ơi"]
    assert (list(card.gaps), list(card.moods)) == (["có hỗ trợ Plesk không"], [-0.6])


def test_card_of_somebody_who_said_nothing_is_empty(store: JourneyStore) -> None:
    with store.reading() as session:
        card = load_card(session, "nobody", None)

    assert (card.summary, card.trigger, card.attempts) == ([], "", [])
