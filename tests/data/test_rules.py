"""The rules as a contact meets them: routes by stage, forms with questions in between, offers taken up, not understood."""

from __future__ import annotations

import pytest

from tests.fixtures.customers import buy_plan
from tests.fixtures.rulebooks import Rulebook

FORM_OPENERS = {"trial_form": "begin_trial", "order_form": "order_plan", "ticket_form": "open_ticket", "referral_form": "use_referral"}


@pytest.mark.parametrize("stage, action", [
    ("unsure", "action_answer_price"), ("awareness", "action_answer_entry_prices"), ("consideration", "action_compare_period_prices"),
    ("decision", "action_answer_total_price"), ("service", "action_answer_own_price"), ("retention", "action_answer_own_price"),
    ("advocacy", "action_answer_friend_price"),
])
def test_price_follows_the_stage(rulebook: Rulebook, stage: str, action: str) -> None:
    assert rulebook.say("ask_price", journey_stage=stage).actions == (action,)


def test_stage_of_a_message_before_stays_until_the_next_estimate(rulebook: Rulebook) -> None:
    rulebook.say("greet", journey_stage="decision")

    assert rulebook.say("ask_price").actions == ("action_answer_total_price",)
    assert rulebook.say("ask_price", journey_stage="unsure").actions == ("action_answer_price",)


@pytest.mark.parametrize("question, entities, actions", [
    ("ask_price", {"plan": "hosting-l"}, ("action_answer_price", "trial_form")),
    ("ask_product", {"product": "email"}, ("action_answer_question", "trial_form")),
    ("ask_hours", {}, ("action_answer_hours", "trial_form")),
    ("affirm", {}, ("action_acknowledge", "trial_form")),
    ("nlu_fallback", {}, ("action_repeat_question", "trial_form")),
])
def test_question_inside_a_form_is_answered_and_the_form_goes_on(
    rulebook: Rulebook, question: str, entities: dict[str, str], actions: tuple[str, ...],
) -> None:
    rulebook.say("start_trial", product="vps")
    between = rulebook.say(question, text="còn gói kia thì sao", **entities)

    assert between.actions == actions
    assert (between.loop, between.slots["requested_slot"], between.slots["product"]) == ("trial_form", "email", "vps")
    done = rulebook.say("give_contact", email="lan@example.com")
    assert (done.actions, done.loop) == (("trial_form", "action_start_trial"), None)


@pytest.mark.parametrize("leaving", ["deny", "cancel_form", "goodbye"])
@pytest.mark.parametrize("form, opener", FORM_OPENERS.items())
def test_every_form_can_be_left(rulebook: Rulebook, form: str, opener: str, leaving: str) -> None:
    assert rulebook.say(opener).loop == form
    left = rulebook.say(leaving)

    assert (left.actions, left.loop) == (("action_leave_form",), None)
    assert rulebook.say("give_contact", email="lan@example.com").actions == ("action_save_contact",)


@pytest.mark.parametrize("stage", ["unsure", "consideration", "decision"])
def test_cancelling_inside_the_order_form_leaves_it(rulebook: Rulebook, stage: str) -> None:
    rulebook.say("order_plan", plan="hosting-m")

    assert rulebook.say("cancel_plan", journey_stage=stage).actions == ("action_leave_form",)


def test_form_whose_answers_are_known_ends_at_once(rulebook: Rulebook) -> None:
    rulebook.say("ask_price", plan="hosting-m")
    rulebook.say("give_contact", email="lan@example.com")
    placed = rulebook.say("buy_plan", billing_period="year")

    assert placed.actions == ("action_prepare_order", "order_form", "action_place_order")
    assert placed.loop is None and "1.285.200đ" in placed.text


def test_period_of_a_price_question_is_no_choice_but_that_of_an_offer_is(rulebook: Rulebook) -> None:
    rulebook.say("ask_price", plan="hosting-m", billing_period="year")
    assert rulebook.say("buy_plan").slots["requested_slot"] == "billing_period"
    rulebook.say("deny")

    rulebook.say("ask_price", plan="hosting-m", billing_period="year", journey_stage="decision")
    assert rulebook.say("affirm").slots["requested_slot"] == "email"


def test_offers_rest_inside_a_form_and_its_answers_stay(rulebook: Rulebook) -> None:
    rulebook.say("order_plan", plan="hosting-m")
    between = rulebook.say("ask_price", plan="hosting-l", journey_stage="decision")

    assert "258.120đ" in between.text and between.slots["plan"] == "hosting-m"
    assert "pending_offer" not in between.slots


def test_order_takes_the_plan_named_last_and_never_one_of_another_product(rulebook: Rulebook) -> None:
    rulebook.say("ask_price", plan="vps-2")
    rulebook.say("ask_product", product="email")
    asked = rulebook.say("buy_plan")

    assert (asked.loop, asked.slots["requested_slot"]) == ("order_form", "plan")
    assert [card.title for reply in asked.replies for card in reply.cards] == ["Email Basic", "Email Pro"]


def test_another_plan_ordered_inside_the_form_replaces_the_first(rulebook: Rulebook) -> None:
    rulebook.say("order_plan", plan="hosting-m")

    assert rulebook.say("order_plan", plan="hosting-l").slots["plan"] == "hosting-l"
    assert rulebook.say("ask_price", plan="vps-1").slots["plan"] == "hosting-l"


def test_product_chosen_inside_the_order_form_shows_its_plans(rulebook: Rulebook) -> None:
    asked = rulebook.say("buy_plan")
    assert asked.choices == ["order_plan"] * 3
    shown = rulebook.say("order_plan", product="vps")

    assert (shown.loop, shown.slots["requested_slot"]) == ("order_form", "plan")
    assert shown.choices == ["order_plan"] * 4


def test_trial_form_understands_a_plan_as_its_product(rulebook: Rulebook) -> None:
    rulebook.say("begin_trial")

    assert rulebook.say("start_trial", plan="vps-2").slots["product"] == "vps"


def test_ticket_keeps_the_words_and_the_reason(rulebook: Rulebook) -> None:
    rulebook.say("report_outage", text="web mình sập rồi", journey_stage="service")
    opened = rulebook.say("nlu_fallback", text="shophoa.vn báo lỗi 502 từ sáng")

    assert opened.actions == ("ticket_form", "action_open_ticket")
    assert "shophoa.vn báo lỗi 502 từ sáng" in opened.text
    assert "ticket_subject" not in opened.slots


def test_third_wrong_answer_offers_a_human(rulebook: Rulebook) -> None:
    rulebook.say("begin_trial", product="vps")
    answers = [rulebook.say("nlu_fallback", text="ờm") for _ in range(3)]

    assert [("ask_human" in answer.choices) for answer in answers] == [False, False, True]
    assert answers[-1].loop == "trial_form"


@pytest.mark.parametrize("offering, entities, actions", [
    ("start_trial", {"journey_stage": "awareness", "product": "vps"}, ("action_prepare_trial", "trial_form")),
    ("ask_price", {"journey_stage": "decision", "plan": "hosting-m"}, ("action_prepare_order", "order_form")),
    ("ask_how_to", {"journey_stage": "service"}, ("action_prepare_ticket", "ticket_form")),
    ("book_demo", {}, ("action_book_demo",)),
    ("make_complaint", {"journey_stage": "awareness"}, ("action_request_handoff",)),
    ("get_referral", {"journey_stage": "consideration"}, ("action_give_referral",)),
    ("ask_reviews", {"journey_stage": "advocacy"}, ("action_leave_review",)),
])
def test_yes_takes_up_the_last_offer(rulebook: Rulebook, offering: str, entities: dict[str, str], actions: tuple[str, ...]) -> None:
    rulebook.say(offering, text="đổi mật khẩu ở đâu", **entities)

    assert rulebook.say("affirm").actions == actions


def test_offer_lapses_with_the_next_answer(rulebook: Rulebook) -> None:
    rulebook.say("ask_price", journey_stage="decision", plan="hosting-m")
    rulebook.say("ask_hours")

    assert rulebook.say("affirm").actions == ("action_acknowledge",)


def test_no_refuses_the_offer_kindly(rulebook: Rulebook) -> None:
    rulebook.say("ask_price", journey_stage="decision", plan="hosting-m")
    refused = rulebook.say("deny")

    assert refused.actions == ("action_accept_denial",)
    assert "pending_offer" not in refused.slots


def test_unclear_twice_in_a_row_offers_a_human(rulebook: Rulebook) -> None:
    assert rulebook.say("nlu_fallback").actions == ("action_clarify",)
    assert rulebook.say("nlu_fallback").actions == ("action_offer_human",)
    assert rulebook.say("nlu_fallback").actions == ("action_offer_human",)
    assert rulebook.say("affirm").actions == ("action_request_handoff",)
    assert rulebook.say("nlu_fallback").actions == ("action_clarify",)


def test_understood_message_between_two_unclear_ones_starts_anew(rulebook: Rulebook) -> None:
    rulebook.say("nlu_fallback")
    rulebook.say("ask_hours")

    assert rulebook.say("nlu_fallback").actions == ("action_clarify",)


def test_something_else_counts_as_unclear(rulebook: Rulebook) -> None:
    rulebook.say("nlu_fallback")

    assert rulebook.say("something_else").actions == ("action_ask_rephrase",)
    assert rulebook.say("nlu_fallback").actions == ("action_offer_human",)


def test_what_is_out_of_scope_opens_nothing(rulebook: Rulebook) -> None:
    declined = rulebook.say("out_of_scope", text="viết giúp bài văn")

    assert (declined.actions, declined.loop, len(declined.replies)) == (("action_decline_topic",), None, 1)


def test_language_changes_within_the_same_answer_and_stays(rulebook: Rulebook) -> None:
    changed = rulebook.say("switch_language", text="can we speak English please")

    assert changed.actions == ("action_switch_language", "action_confirm_language")
    assert "English" in changed.text
    assert (changed.slots["language"], changed.slots["language_locked"]) == ("en", True)
    assert "₫" in rulebook.say("ask_price", plan="hosting-m").text


def test_customer_hears_of_the_own_plan(rulebook: Rulebook) -> None:
    with rulebook.store.transaction() as session:
        buy_plan(session, rulebook.conversation.contact_id, "hosting-s", "year")

    told = rulebook.say("ask_price", journey_stage="retention")
    assert "Hosting S" in told.text and "637.200đ" in told.text and "02/03/2027" in told.text
