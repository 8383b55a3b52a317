"""The plan a person has with us, as answers to customers need it."""

from __future__ import annotations

from dataclasses import dataclass

from actions.topics import Topic
from actions.turn import Turn
from journey_state.content import Plan
from journey_state.orders import Order, find_current_order
from journey_state.trials import find_active_trials


@dataclass(frozen=True)
class OwnPlan:
    """A paid plan and the order it runs on."""

    plan: Plan
    order: Order


def find_own_plan(turn: Turn) -> OwnPlan | None:
    """The person's latest paid plan, running or lapsed; None when they never paid."""
    order = find_current_order(turn.session, turn.contact_id)
    plan = turn.content.plans.get(order.plan) if order else None
    return OwnPlan(plan, order) if order and plan else None


def find_own_topic(turn: Turn) -> Topic | None:
    """What a customer's question is about when it names nothing: the paid plan, else what is on trial."""
    own = find_own_plan(turn)
    if own is not None:
        return Topic(turn.content.products[own.plan.product], own.plan)
    for trial in find_active_trials(turn.session, turn.contact_id, turn.now):
        return Topic(turn.content.products.get(trial.product), turn.content.plans.get(trial.plan or ""))
    return None


def find_next_plan(turn: Turn, plan: Plan) -> Plan | None:
    """The next bigger plan of the same product; None for the biggest."""
    plans = turn.content.plans_of(plan.product)
    bigger = [other for other in plans if other.monthly > plan.monthly]
    return min(bigger, key=lambda other: other.monthly, default=None)
