"""Quotes in writing: worked out exactly, on a page of their own that can be printed."""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import Card, known_button, make_card, utter_cards
from actions.facts import fact_text
from actions.lexicon import word
from actions.offers import offer_order
from actions.plan_cards import PERIODS, describe_total, quote_plan
from actions.promotions import find_usable_promotion
from actions.turn import Turn
from journey_state.content import Discount, Plan, PriceQuote
from journey_state.links import QUOTE, ensure_link
from journey_state.orders import has_friend_discount
from journey_state.periods import format_date
from journey_state.quotes import Quote, QuoteRequest, write_quote


def asks_for_quote(turn: Turn) -> bool:
    """True when the message wants a price in writing."""
    return "formal_quote" in turn.content.find_attributes(turn.text, turn.language)


def give_quote(turn: Turn, dispatcher: CollectingDispatcher, plan: Plan | None, quantity: int) -> list[EventType]:
    """Write the quote of a plan for the period that was named, for each when none was; without a plan ask for it."""
    if plan is None or plan.is_free:
        buttons = [known_button(turn, "see_prices"), known_button(turn, "recommend")]
        dispatcher.utter_message(response="utter_ask_quote_plan", buttons=buttons, formal=fact_text(turn, "formal_quote"))
        return []
    named = turn.entities.get("billing_period")
    quotes = [_write(turn, plan, period, quantity) for period in ([named] if named in PERIODS else PERIODS)]
    valid = format_date(quotes[0].valid_until, turn.language)
    dispatcher.utter_message(response="utter_give_quote", name=plan.name, valid=valid, formal=fact_text(turn, "formal_quote"))
    utter_cards(dispatcher, [_card(turn, quote) for quote in quotes])
    return offer_order(turn, dispatcher, plan)


def _write(turn: Turn, plan: Plan, period: str, quantity: int) -> Quote:
    discount, name = _find_discount(turn, plan, period, quantity)
    price = quote_plan(turn, plan, period, quantity=quantity, discount=discount)
    request = QuoteRequest(
        plan.id, period, quantity, price, turn.content.prices.vat_percent, turn.content.payments.order_valid_days,
        name if price.discount else "", turn.scope.message_id,
    )
    return write_quote(turn.session, turn.contact_id, request, turn.now)


def _find_discount(turn: Turn, plan: Plan, period: str, quantity: int) -> tuple[Discount | None, str]:
    # As the order will have it: a friend's code that was redeemed goes before a promotion code.
    if has_friend_discount(turn.session, turn.contact_id, plan.id, period):
        return turn.content.referral.discount, word("friend_code", turn.language)
    promotion = find_usable_promotion(turn, plan, period, quantity)
    return promotion, promotion.code if promotion else ""


def _card(turn: Turn, quote: Quote) -> Card:
    token = ensure_link(turn.session, QUOTE, quote.number, quote.contact_id, turn.now)
    price = PriceQuote(quote.list_price, quote.discount, quote.net, quote.vat, quote.total)
    total = describe_total(turn, price, quote.billing_period)
    return make_card(word("quote_page", turn.language, number=quote.number), [total], url=f"/quotes/{token}?lang={turn.language}")
