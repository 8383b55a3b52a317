"""Payments: whose a transfer is, and what every amount means."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey_state.content import get_content
from journey_state.orders import Order
from journey_state.payments import Balance, Verdict, balance_of, find_order_numbers, is_late, judge_transfer, transfer_for
from journey_state.vietqr import BankTransfer
from tests.fixtures.journeys import NOW, later

ORDER = Order("DH-2041", "c-1", "hosting-m", "month", 128_520, "VND", "placed", NOW, None, None, None, None)
AMOUNTS = st.integers(1, 10**10)


@pytest.mark.parametrize("content, numbers", [
    ("DH-2041", ["DH-2041"]),
    ("dh2041", ["DH-2041"]),
    ("DH 2041 thanh toan hosting", ["DH-2041"]),
    ("Đh_2041", ["DH-2041"]),
    ("MBVCB.3351.DH2041.CT tu 0011 NGUYEN VAN A", ["DH-2041"]),
    ("thanh toan don DH2041 va DH-2042", ["DH-2041", "DH-2042"]),
    ("DH2041 DH-2041", ["DH-2041"]),
    ("DH02041", ["DH-2041"]),
    ("tra tien", []),
    ("", []),
    ("ABDH2041", []),
    ("DH2041123456789012", []),
    ("HD2041", []),
])
def test_order_is_found_in_what_banks_make_of_a_message(content: str, numbers: list[str]) -> None:
    assert find_order_numbers(content) == numbers


@given(number=st.integers(1, 10**11))
def test_message_of_a_code_leads_back_to_its_order(number: int) -> None:
    order = replace(ORDER, number=f"DH-{number}")

    assert find_order_numbers(transfer_for(order, get_content().payments.bank_account).content) == [order.number]


def test_rest_of_an_order_is_what_its_code_asks_for() -> None:
    account = get_content().payments.bank_account

    assert transfer_for(ORDER, account, 100_000) == BankTransfer("999999", "0123 4567 8900", 28_520, "DH2041")


def waiting(received: int = 0) -> Balance:
    return balance_of(ORDER, received)


@pytest.mark.parametrize("before, amount, verdict", [
    (waiting(), 128_520, Verdict.PAID),
    (waiting(), 128_519, Verdict.PARTIAL),
    (waiting(), 128_521, Verdict.EXCESS),
    (waiting(100_000), 28_520, Verdict.PAID),
    (waiting(100_000), 28_519, Verdict.PARTIAL),
    (waiting(100_000), 100_000, Verdict.EXCESS),
    (balance_of(replace(ORDER, state="paid", paid_at=NOW), 128_520), 128_520, Verdict.DOUBLED),
    (balance_of(replace(ORDER, state="cancelled", paid_at=NOW), 128_520), 1, Verdict.DOUBLED),
    (balance_of(replace(ORDER, state="cancelled"), 0), 128_520, Verdict.CLOSED),
    (balance_of(replace(ORDER, state="refunded", paid_at=NOW), 0), 128_520, Verdict.CLOSED),
])
def test_every_amount_has_a_decided_answer(before: Balance, amount: int, verdict: Verdict) -> None:
    assert judge_transfer(before, amount) is verdict


def test_late_money_waits_for_staff_whatever_its_amount() -> None:
    assert {judge_transfer(waiting(), amount, comes_late=True) for amount in (1, 128_520, 999_999)} == {Verdict.LATE}
    assert judge_transfer(replace(waiting(), is_open=False), 128_520, comes_late=True) is Verdict.CLOSED


@pytest.mark.parametrize("after, late", [(timedelta(0), False), (timedelta(days=7), False), (timedelta(days=7, seconds=1), True)])
def test_price_is_held_to_the_hour(after: timedelta, late: bool) -> None:
    assert is_late(ORDER, NOW + after, 7) is late


@given(due=AMOUNTS, parts=st.lists(AMOUNTS, min_size=1, max_size=6))
def test_parts_sum_up_whatever_their_order(due: int, parts: list[int]) -> None:
    """Verdicts follow the running sum: partial below the price, paid at it, excess above; nothing is lost or counted twice."""
    order, received = replace(ORDER, amount=due), 0
    for amount in parts:
        balance = balance_of(order, received)
        verdict = judge_transfer(balance, amount)
        received += amount
        assert balance.missing == due - (received - amount)
        assert (verdict is Verdict.PARTIAL) == (received < due)
        assert (verdict is Verdict.PAID) == (received == due)
        if verdict is not Verdict.PARTIAL:
            break
    paid = balance_of(replace(order, state="paid", paid_at=later(days=1)), received)
    assert max(0, received - due) == paid.excess
    assert paid.missing == 0


@given(due=AMOUNTS, received=st.integers(0, 10**10))
def test_missing_and_excess_never_stand_together(due: int, received: int) -> None:
    for changed in ({}, {"state": "paid", "paid_at": NOW}, {"state": "cancelled"}, {"state": "refunded", "paid_at": NOW}):
        balance = balance_of(replace(ORDER, amount=due, **changed), received)  # type: ignore[arg-type]
        assert balance.missing == 0 or balance.excess == 0
        assert 0 <= balance.missing <= due and 0 <= balance.excess <= received
