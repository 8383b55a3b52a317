"""Imported prices: all or none, the file's comments kept, and the content still whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from journey_state.content import content_check, load_content
from journey_state.content_facts import Fact
from journey_state.errors import ContentError
from journey_state.price_import import import_prices
from journey_state.price_sheets import SHEET, write_template
from tests.journey_state.test_price_sheets import HEADINGS, WHOLE, write_book

STARTER = Path("data/starter").resolve()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A content folder to be changed."""
    return Path(shutil.copytree(STARTER, tmp_path / "shop"))


def fact_of(folder: Path, attribute: str, plan: str) -> Fact:
    """What customers are told now."""
    found = load_content(folder).find_fact(attribute, plan=plan, language="vi")
    assert found is not None
    return found


def test_an_unchanged_template_changes_nothing(shop: Path, tmp_path: Path) -> None:
    before = (shop / "products.yml").read_bytes()
    write_template(load_content(shop), tmp_path / "prices.xlsx")

    assert import_prices(tmp_path / "prices.xlsx", shop) == []
    assert (shop / "products.yml").read_bytes() == before


def test_a_new_price_reaches_what_customers_are_told_and_nothing_else_moves(shop: Path, tmp_path: Path) -> None:
    write_template(load_content(shop), tmp_path / "prices.xlsx")
    book = load_workbook(tmp_path / "prices.xlsx")
    book[SHEET]["D2"] = 1350000
    book.save(tmp_path / "prices.xlsx")
    before = (shop / "products.yml").read_text(encoding="utf-8")

    assert import_prices(tmp_path / "prices.xlsx", shop) == ["talk-group: monthly 1200000 → 1350000"]
    assert (shop / "products.yml").read_text(encoding="utf-8") == before.replace("monthly: 1200000", "monthly: 1350000")
    assert "1.350.000đ/tháng" in fact_of(shop, "price", "talk-group").text


def test_a_new_plan_is_added_with_its_facts(shop: Path, tmp_path: Path) -> None:
    book = write_book(tmp_path / "prices.xlsx", WHOLE)

    assert import_prices(book, shop) == ["talk-night: new, 900000 a month, 9000000 a year"]
    assert content_check(shop) == []
    assert fact_of(shop, "lessons", "talk-night").text == "Lớp đêm có 4 buổi."
    assert import_prices(book, shop) == []  # a second time there is nothing to do


def test_a_free_cheapest_plan_would_break_the_content_and_is_not_written(shop: Path, tmp_path: Path) -> None:
    before = (shop / "products.yml").read_bytes()
    book = write_book(tmp_path / "prices.xlsx", ("ielts", "ielts-evening", None, 0, 0), headings=HEADINGS[:5])

    with pytest.raises(ContentError, match="nothing was written.*cheapest_paid_plan"):
        import_prices(book, shop)
    assert (shop / "products.yml").read_bytes() == before
    assert sorted(path.name for path in shop.iterdir()) == sorted(path.name for path in STARTER.iterdir())


def test_one_wrong_cell_keeps_all_rows_out(shop: Path, tmp_path: Path) -> None:
    before = (shop / "products.yml").read_bytes()
    rows = (("talk", "talk-group", None, 1, 1), ("ielts", "ielts-evening", None, "free", 1))

    with pytest.raises(ContentError, match=r"row 3, column D \(monthly\)"):
        import_prices(write_book(tmp_path / "prices.xlsx", *rows, headings=HEADINGS[:5]), shop)
    assert (shop / "products.yml").read_bytes() == before
