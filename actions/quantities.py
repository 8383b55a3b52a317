"""How many of a plan are meant: seats of a plan sold by the user, else units."""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet

from actions.lexicon import word
from actions.topics import Topic
from actions.turn import Turn
from journey_state.content import Plan

# Entities of understanding; whoever wants more talks to staff.
USERS, UNITS = "users", "units"
MOST = 1_000


def is_sold_by_user(turn: Turn, plan: Plan) -> bool:
    """True when the price is for one person, as with mailboxes."""
    return turn.content.product(plan.product).unit.en == "user"


def read_quantity(turn: Turn, plan: Plan) -> int | None:
    """The number of this plan that the message itself names; None when it names none. People do not count servers."""
    names = (USERS, UNITS) if is_sold_by_user(turn, plan) else (UNITS,)
    return parse_quantity(next((turn.entities[name] for name in names if name in turn.entities), ""))


def wanted_quantity(turn: Turn, plan: Plan) -> int:
    """The number in the message, else the one kept with this plan (people stay as many in another plan of theirs), else 1."""
    is_same = turn.slots.get("plan") == plan.id or (is_sold_by_user(turn, plan) and turn.slots.get("product") == plan.product)
    kept = turn.slots.get("quantity") if is_same else None
    return read_quantity(turn, plan) or parse_quantity(str(kept or "")) or 1


def keep_quantity(turn: Turn, topic: Topic) -> list[EventType]:
    """Slot events that remember how many were asked about, for the order that may follow; a form keeps its own number."""
    plan = topic.plan or (turn.content.plan(topic.product.cheapest_paid_plan) if topic.product else None)
    named = read_quantity(turn, plan) if plan else None
    return [SlotSet("quantity", str(named))] if named and not turn.form else []


def parse_quantity(text: str) -> int | None:
    """A whole number that one order takes; None for anything else."""
    return int(text) if text.isdecimal() and 1 <= int(text) <= MOST else None


def name_quantity(turn: Turn, plan: Plan, quantity: int) -> str:
    """The plan's name with how many: "Email Pro cho 5 người dùng", "2 × VPS 2", "Hosting M"."""
    if is_sold_by_user(turn, plan):
        return word("plan_for_users" if quantity > 1 else "plan_for_one_user", turn.language, name=plan.name, count=quantity)
    return word("plan_times", turn.language, name=plan.name, count=quantity) if quantity > 1 else plan.name
