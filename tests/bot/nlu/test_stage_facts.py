import pytest

from bot.nlu.stage_examples import LabelledConversation, LabelledTurn
from bot.nlu.stage_facts import simulate_facts
from journey_state.facts import FACT_NAMES
from journey_state.stages import Stage

DRAWS = range(400)


def conversation(*turns: tuple[str, Stage], id_: str = "c-1") -> LabelledConversation:
    return LabelledConversation(id_, tuple(LabelledTurn("…", stage, intent) for intent, stage in turns))


def share(told: LabelledConversation, fact: str, turn: int = 0) -> float:
    """How often a fact holds before a turn, over many draws."""
    return sum(fact in simulate_facts(told, draw)[turn] for draw in DRAWS) / len(DRAWS)


BUYING = conversation(
    ("ask_price", Stage.CONSIDERATION), ("buy_plan", Stage.DECISION), ("report_payment", Stage.DECISION), ("ask_setup", Stage.SERVICE),
)
OUTAGE = conversation(("report_outage", Stage.SERVICE), ("thank", Stage.SERVICE))


def test_a_draw_is_deterministic_and_depends_on_id_and_seed() -> None:
    assert simulate_facts(OUTAGE, 3) == simulate_facts(OUTAGE, 3)
    assert len({tuple(simulate_facts(OUTAGE, draw)) for draw in DRAWS}) > 5


def test_half_of_the_customers_are_unknown_to_the_store() -> None:
    unknown = sum(not any(simulate_facts(OUTAGE, draw)) for draw in DRAWS) / len(DRAWS)
    assert 0.4 < unknown < 0.6


def test_facts_follow_a_turn_and_never_precede_it() -> None:
    assert share(BUYING, "open_order", 1) < 0.1 < 0.25 < share(BUYING, "open_order", 2)
    assert share(BUYING, "paid_plan", 2) < 0.15 < 0.25 < share(BUYING, "paid_plan", 3)


def test_a_payment_ends_the_open_order() -> None:
    for draw in DRAWS:
        before, after = simulate_facts(BUYING, draw)[2:4]
        if "paid_plan" in after and "paid_plan" not in before:
            assert "open_order" not in after


@pytest.mark.parametrize("fact, turn, least", [("paid_plan", 0, 0.3), ("open_ticket", 1, 0.3), ("renewal_due", 0, 0.05)])
def test_who_opens_in_service_is_mostly_a_customer(fact: str, turn: int, least: float) -> None:
    assert share(OUTAGE, fact, turn) > least


def test_a_stranger_is_hardly_ever_known() -> None:
    stranger = conversation(("ask_brand", Stage.AWARENESS))
    assert all(share(stranger, fact) < 0.05 for fact in FACT_NAMES)


def test_facts_never_contradict_each_other() -> None:
    for told in (BUYING, OUTAGE, conversation(("renew_plan", Stage.RETENTION)), conversation(("check_trial", Stage.SERVICE))):
        for draw in DRAWS:
            held = set(simulate_facts(told, draw)[0])
            assert not {"paid_plan", "lapsed_plan"} <= held
            assert "paid_plan" in held or "renewal_due" not in held
            assert "active_trial" in held or "trial_ending" not in held
