"""What is spoken of: the plan and the product of the message, else of the messages before."""

from __future__ import annotations

from dataclasses import dataclass

from rasa_sdk.events import EventType, SlotSet

from actions.turn import Turn
from journey_state.content import Content, Plan, Product


@dataclass(frozen=True)
class Topic:
    """A plan always comes with its product."""

    product: Product | None = None
    plan: Plan | None = None

    @property
    def properties(self) -> dict[str, str]:
        """For touchpoints."""
        found = {"product": self.product and self.product.id, "plan": self.plan and self.plan.id}
        return {name: value for name, value in found.items() if value}


def find_topic(turn: Turn) -> Topic:
    """The message's own plan or product; without one, what was spoken of before."""
    said = mentioned_topic(turn)
    if said.product is None:
        return _make_topic(turn.content, turn.slots.get("product"), turn.slots.get("plan"))
    known = str(turn.slots.get("plan"))
    if len(turn.find_mentions("plan")) > 1:
        return said
    is_of_product = said.plan is None and known in turn.content.plans and turn.content.plans[known].product == said.product.id
    return _make_topic(turn.content, said.product.id, known) if is_of_product else said


def mentioned_topic(turn: Turn) -> Topic:
    """The plan or product that the message itself names; of several plans side by side only what they have in common."""
    plans = turn.find_mentions("plan")
    if len(plans) < 2:
        return _make_topic(turn.content, turn.entities.get("product"), turn.entities.get("plan"))
    products = {turn.content.plans[plan].product for plan in plans if plan in turn.content.plans}
    return _make_topic(turn.content, products.pop() if len(products) == 1 else turn.entities.get("product"), None)


def keep_topic(turn: Turn) -> list[EventType]:
    """Slot events that make plan and product agree, so that a form never orders yesterday's plan."""
    wanted = find_topic(turn)
    kept = {"product": wanted.product.id if wanted.product else None, "plan": wanted.plan.id if wanted.plan else None}
    return [SlotSet(slot, value) for slot, value in kept.items() if turn.slots.get(slot) != value]


def _make_topic(content: Content, product_id: str | None, plan_id: str | None) -> Topic:
    plan = content.plans.get(plan_id or "")
    if plan is not None:
        return Topic(content.products[plan.product], plan)
    return Topic(content.products.get(product_id or ""))
