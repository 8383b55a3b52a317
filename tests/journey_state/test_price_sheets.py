"""Prices in a spreadsheet: what is written comes back, and every wrong cell is named with its remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from journey_state.content import get_content, load_content
from journey_state.errors import ContentError
from journey_state.price_sheets import COLUMNS, GUIDE, SHEET, parse_money, read_prices, write_template

SHOP = load_content(Path("data/starter").resolve())
HEADINGS = ("product", "plan", "name", "monthly", "yearly", "suits vi", "suits en", "popular", "spec lessons", "spec class_size")
WHOLE = ("talk", "talk-night", "Lớp đêm", 900000, 9000000, "người bận", "busy people", None, "4 buổi | 4 lessons", "8 | 8 people")


def write_book(path: Path, *rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS, sheet: str = SHEET) -> Path:
    """A workbook as a shop owner might leave it."""
    book = Workbook()
    book.active.title = sheet
    for row in (headings, *rows):
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("content", [SHOP, get_content()], ids=["starter", "sen"])
def test_the_template_holds_every_plan_and_reads_back_as_it_is(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "prices.xlsx"
    write_template(content, path)
    rows = {row.plan: row for row in read_prices(path, content)}

    assert list(rows) == list(content.plans)
    for plan in content.plans.values():
        row = rows[plan.id]
        assert (row.product, row.name, row.monthly, row.yearly) == (plan.product, plan.name, plan.monthly, plan.yearly)
        assert dict(row.specs) == dict(plan.specs) and (row.suits_vi, row.suits_en) == (plan.suits.vi, plan.suits.en)
    assert GUIDE in load_workbook(path).sheetnames


def test_the_shipped_template_is_what_the_command_makes(tmp_path: Path) -> None:
    write_template(SHOP, tmp_path / "prices.xlsx")
    shipped, made = (load_workbook(path) for path in (Path("docs/prices-template.xlsx").resolve(), tmp_path / "prices.xlsx"))

    assert shipped.sheetnames == made.sheetnames
    for name in made.sheetnames:
        assert list(shipped[name].values) == list(made[name].values)


@pytest.mark.parametrize(("change", "problem"), [
    ({"monthly": "49k"}, "row 2, column D (monthly): '49k' is not a whole number of đồng; write it in digits, such as 119000"),
    ({"monthly": -5}, "row 2, column D (monthly): '-5' is not"), ({"yearly": 1200.5}, "row 2, column E (yearly): '1200.5' is not"),
    ({"monthly": 0}, "row 2, column E (yearly): is free in one period only; price both, or write 0 for both"),
    ({"product": "tlak"}, "row 2, column A (product): 'tlak' is not a product; use one of talk, ielts"),
    ({"product": None}, "row 2, column A (product): is empty; write its id"), ({"plan": None}, "row 2, column B (plan): is empty"),
    ({"plan": "Lớp Đêm"}, "row 2, column B (plan): 'Lớp Đêm' is no id; use small letters, digits and -"),
    ({"plan": "ielts-evening"}, "row 2, column A (product): 'talk' does not sell ielts-evening; write ielts"),
    ({"name": None}, "row 2, column C (name): is empty; talk-night is a new plan and needs it"),
    ({"spec lessons": None}, "row 2, column I (spec lessons): is empty; talk-night is a new plan and needs it"),
    ({"spec lessons": "4 buổi |"}, "row 2, column I (spec lessons): '4 buổi |' lacks one language; write Vietnamese | English"),
    ({"popular": "maybe"}, "row 2, column H (popular): 'maybe' is neither yes nor no; write x, or leave it empty"),
])
def test_a_wrong_cell_is_named_with_its_remedy(tmp_path: Path, change: dict[str, Any], problem: str) -> None:
    row = tuple({**dict(zip(HEADINGS, WHOLE, strict=True)), **change}.values())

    with pytest.raises(ContentError) as caught:
        read_prices(write_book(tmp_path / "prices.xlsx", row), SHOP)
    assert f"prices.xlsx, sheet Plans, {problem}" in str(caught.value)


def test_all_wrong_cells_are_told_at_once_and_a_plan_may_stand_once(tmp_path: Path) -> None:
    rows = (("talk", "talk-group", None, "abc", None), ("talk", "talk-group", None, 5, "xyz"))
    book = write_book(tmp_path / "prices.xlsx", *rows, headings=HEADINGS[:5])

    with pytest.raises(ContentError) as caught:
        read_prices(book, SHOP)
    lines = str(caught.value).splitlines()
    assert len(lines) == 3 and "row 3, column B (plan): 'talk-group' stands in row 2 already" in lines[1]


def _write_nothing(path: Path) -> None:
    write_book(path)


def _write_other_sheet(path: Path) -> None:
    write_book(path, sheet="Sheet1")


def _write_odd_heading(path: Path) -> None:
    write_book(path, headings=("product", "plan", "monthly", "cost"))


@pytest.mark.parametrize(("make", "problem"), [
    (_write_nothing, "there is no plan"), (_write_other_sheet, "has no sheet Plans"),
    (_write_odd_heading, "column D: 'cost' is not a known heading"), (_write_odd_heading, "the heading 'yearly' is missing"),
    (lambda path: path.write_bytes(b"PK not a zip"), "is no Excel workbook"), (lambda path: None, "does not exist"),
])
def test_a_workbook_that_is_none_is_refused_with_a_remedy(tmp_path: Path, make: Callable[[Path], object], problem: str) -> None:
    make(tmp_path / "prices.xlsx")

    with pytest.raises(ContentError, match=problem):
        read_prices(tmp_path / "prices.xlsx", SHOP)


@pytest.mark.parametrize(("raw", "amount"), [
    ("119000", 119000), ("119.000", 119000), ("1.190.000đ", 1190000), ("59,000 VND", 59000), ("0", 0),
])
def test_money_is_read_as_people_type_it(raw: str, amount: int) -> None:
    assert parse_money(raw) == amount


@given(st.text(max_size=12))
def test_money_is_a_number_of_its_own_digits_or_refused(raw: str) -> None:
    try:
        amount = parse_money(raw)
    except ValueError:
        return
    assert amount >= 0


def test_headings_are_told_in_vietnamese_too() -> None:
    assert COLUMNS["monthly"] == "giá tháng"
