"""Orders as staff list them."""

from __future__ import annotations

import pytest

from journey_state.contacts import update_contact
from journey_state.errors import UnknownOrderError
from journey_state.ledger import Notice
from journey_state.order_lists import list_order_cards, list_payable, load_order_file
from journey_state.payments import PaymentTerms
from journey_state.store import JourneyStore
from journey_state.transfers import receive_transfer
from tests.fixtures.journeys import NOW, later
from tests.fixtures.shops import Shop

PAYMENT_TERMS = PaymentTerms(7, {})


@pytest.fixture
def shop(store: JourneyStore) -> Shop:
    """DH-2001 of Lan, half paid; DH-2002 of Minh, paid; DH-2003 of nobody known."""
    shop = Shop(store)
    for number, (address, name) in enumerate((("lan", "Chị Lan_1"), ("minh", "Anh Minh"), ("guest", "")), 1):
        order = shop.order(address, at=later(minutes=number))
        with store.transaction() as session:
            if name:
                update_contact(session, order.contact_id, name=name, phone=f"+8490000000{number}")
    with store.transaction() as session:
        receive_transfer(session, Notice(64_260, NOW, "DH2001", "FT-1"), PAYMENT_TERMS, later(hours=1))
        receive_transfer(session, Notice(128_520, NOW, "DH2002", "FT-2"), PAYMENT_TERMS, later(hours=1))
    return shop


@pytest.mark.parametrize("wanted, numbers", [
    ({}, ["DH-2003", "DH-2002", "DH-2001"]),
    ({"state": "placed"}, ["DH-2003", "DH-2001"]),
    ({"state": "paid"}, ["DH-2002"]),
    ({"search": "minh"}, ["DH-2002"]),
    ({"search": "dh-2001"}, ["DH-2001"]),
    ({"search": "90000000"}, ["DH-2002", "DH-2001"]),
    ({"search": "_"}, ["DH-2001"]),
    ({"search": "%"}, []),
    ({"search": "lan", "state": "paid"}, []),
])
def test_list_is_of_a_state_and_of_a_text(shop: Shop, wanted: dict[str, str], numbers: list[str]) -> None:
    with shop.store.reading() as session:
        assert [card.order.number for card in list_order_cards(session, **wanted)] == numbers


def test_list_says_whose_it_is_and_how_much_is_there(shop: Shop) -> None:
    with shop.store.reading() as session:
        cards = list_order_cards(session)

    assert [(card.contact_name, card.received) for card in cards] == [("", 0), ("Anh Minh", 128_520), ("Chị Lan_1", 64_260)]


def test_file_has_ledger_balance_and_the_customers_conversation(shop: Shop) -> None:
    with shop.store.reading() as session:
        file = load_order_file(session, "dh-2001")
        with pytest.raises(UnknownOrderError):
            load_order_file(session, "DH-1")

    assert (file.balance.missing, [line.reference for line in file.transfers], file.contact_name) == (64_260, ["FT-1"], "Chị Lan_1")
    assert file.conversation is not None and file.conversation.address == "lan"


def test_orders_of_just_the_amount_are_offered_first(shop: Shop) -> None:
    yearly = shop.order("yearly", period="year")
    with shop.store.reading() as session:
        assert [order.number for order in list_payable(session, yearly.amount)] == [yearly.number, "DH-2003", "DH-2001"]
