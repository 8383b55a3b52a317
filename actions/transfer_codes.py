"""Shows what pays an order: its VietQR code and the page that has it too."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import make_card
from actions.lexicon import word
from actions.plan_cards import money
from actions.turn import Turn
from journey_state.links import ORDER, ensure_link
from journey_state.orders import Order


def show_transfer_code(turn: Turn, dispatcher: CollectingDispatcher, order: Order) -> None:
    """The code as a picture, with the address of the order's own page below it."""
    token = ensure_link(turn.session, ORDER, order.number, order.contact_id, turn.now)
    plan = turn.content.plans.get(order.plan)
    lines = [plan.name if plan else order.plan, money(turn, order.amount)]
    card = make_card(word("pay_page", turn.language, number=order.number), lines, url=f"/pay/{token}?lang={turn.language}")
    dispatcher.utter_message(json_message={"image_url": f"/pay/{token}.png", "cards": [card]})
