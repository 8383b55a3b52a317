"""Business facts for training conversations: what a store might have known of each customer.

The conversations carry no facts, and a store need not know who writes. So facts are drawn, seeded by the
conversation's id: half of the customers are unknown to the store (all facts false, as `donghanh evaluate` starts
everybody); of the others it knows what people who open at that stage, with that question, usually have. The rates
are assumptions, kept far from certain on purpose: many a customer with a renewal due writes because of an outage.
During a conversation facts follow from the turns before a message, never from the message itself.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from bot.nlu.stage_examples import LabelledConversation, LabelledTurn
from journey_state.facts import FACT_NAMES
from journey_state.stages import Stage

KNOWN_SHARE = 0.5
FOLLOWS_SHARE = 0.7
CUSTOMER_STAGES = frozenset({Stage.SERVICE, Stage.RETENTION, Stage.ADVOCACY})
Rates = Mapping[str, float]
_CUSTOMER: Rates = {
    "paid_plan": 0.85, "renewal_due": 0.25, "lapsed_plan": 0.08, "active_trial": 0.1, "open_ticket": 0.2, "open_order": 0.08,
    "referral_code": 0.2,
}
_PROSPECT: Rates = {
    "paid_plan": 0.12, "renewal_due": 0.2, "lapsed_plan": 0.06, "active_trial": 0.1, "open_ticket": 0.03, "open_order": 0.06,
    "referral_code": 0.03,
}
_STRANGER: Rates = dict.fromkeys(FACT_NAMES, 0.02)
_ASKED: Mapping[str, Rates] = {
    "renew_plan": {"renewal_due": 0.6, "lapsed_plan": 0.25},
    "start_trial": {"active_trial": 0.3},
    "check_trial": {"active_trial": 0.9, "trial_ending": 0.6, "paid_plan": 0.1},
    "check_ticket": {"open_ticket": 0.8},
    "make_complaint": {"open_ticket": 0.5},
    "ask_payment": {"open_order": 0.5},
    "report_payment": {"open_order": 0.7},
    "check_order": {"open_order": 0.7},
    "get_referral": {"referral_code": 0.3},
    "check_referral": {"referral_code": 0.9},
}
TRIAL_ENDING = 0.3
_BEGINS = {
    "start_trial": "active_trial", "buy_plan": "open_order", "report_payment": "paid_plan", "report_outage": "open_ticket",
    "report_billing": "open_ticket", "make_complaint": "open_ticket", "get_referral": "referral_code",
}
_ENDS = {"report_payment": frozenset({"open_order", "active_trial", "trial_ending", "lapsed_plan", "renewal_due"})}


def simulate_facts(conversation: LabelledConversation, seed: int = 0) -> list[tuple[str, ...]]:
    """Names of the facts that hold before each turn, in order; deterministic for a conversation's id and the seed."""
    draw = random.Random(f"{seed}:{conversation.id}")
    if draw.random() >= KNOWN_SHARE:
        return [()] * len(conversation.turns)
    held, told = _open(conversation.turns[0], draw), []
    for turn in conversation.turns:
        told.append(tuple(sorted(held)))
        if turn.intent in _BEGINS and draw.random() < FOLLOWS_SHARE:
            held = (held - _ENDS.get(turn.intent, frozenset())) | {_BEGINS[turn.intent]}
    return told


def _open(first: LabelledTurn, draw: random.Random) -> frozenset[str]:
    base = _CUSTOMER if first.stage in CUSTOMER_STAGES else _STRANGER if first.stage is Stage.AWARENESS else _PROSPECT
    rates = {"trial_ending": TRIAL_ENDING, **base, **_ASKED.get(first.intent, {})}
    held = {name for name in FACT_NAMES if draw.random() < rates[name]}
    if "lapsed_plan" in held:
        held -= {"paid_plan"}
    if "paid_plan" not in held:
        held -= {"renewal_due"}
    return frozenset(held if "active_trial" in held else held - {"trial_ending"})
