"""Companies: read out of what people paste, kept bit by bit."""

from __future__ import annotations

import pytest

from journey_state.companies import Company, find_company, keep_company, read_company
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import link_contacts, make_contact

HOA_SEN = Company("Công ty TNHH Hoa Sen", "0101248141", "12 Trần Phú, Ba Đình, Hà Nội", "ketoan@hoasen.vn")


@pytest.mark.parametrize("text, company", [
    ("Xuất hoá đơn cho Công ty TNHH Hoa Sen, MST 0101248141, địa chỉ: 12 Trần Phú, Ba Đình, Hà Nội, email ketoan@hoasen.vn", HOA_SEN),
    ("Công ty TNHH Hoa Sen\nMST: 0101248141\nĐịa chỉ: 12 Trần Phú, Ba Đình, Hà Nội\nEmail: ketoan@hoasen.vn", HOA_SEN),
    ("mã số thuế là 0101248141-001 nhé", Company(tax_code="0101248141-001")),
    ("our tax code is 0300588569", Company(tax_code="0300588569")),
    ("đ/c 5 Lê Lợi, Q1", Company(address="5 Lê Lợi, Q1")),
    ("công ty mình cần xuất hoá đơn", Company()),
    ("số điện thoại 0101248141", Company()),
    ("", Company()),
])
def test_parts_are_found_where_they_are_called_by_name(text: str, company: Company) -> None:
    told = read_company(text)

    assert (told.company, told.wrong_code) == (company, "")
    assert told.says_something == (company != Company())


def test_wrong_check_digit_is_named_and_not_kept() -> None:
    told = read_company("MST 0101248142, địa chỉ 5 Lê Lợi")

    assert (told.wrong_code, told.company.tax_code, told.company.address) == ("0101248142", "", "5 Lê Lợi")


def test_parts_add_up_and_the_newest_counts(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        keep_company(session, contact, Company(name="Cty Hoa Sen", tax_code="0101248141"), NOW)
        kept = keep_company(session, contact, Company(name=HOA_SEN.name, address=HOA_SEN.address), later(minutes=1))

        assert kept == Company(HOA_SEN.name, "0101248141", HOA_SEN.address) and kept.missing == ("email",)
        assert find_company(session, contact) == kept


def test_company_is_the_whole_persons_and_nobody_elses(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        keep_company(session, contact, HOA_SEN, NOW)
        telegram = make_contact(session, "42", channel="telegram")
        assert find_company(session, telegram) is None
        link_contacts(session, contact, telegram)

        assert find_company(session, telegram) == HOA_SEN
