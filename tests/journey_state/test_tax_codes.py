"""Tax codes: the check digit of real ones fits, and a slip of the finger is seen."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from journey_state.tax_codes import check_digit, parse_tax_code

# Public: Vinamilk, FPT, Viettel, EVN head offices.
REAL = ("0300588569", "0101248141", "0100109106")
NINE = st.from_regex(r"[0-9]{9}", fullmatch=True)


@pytest.mark.parametrize("code", REAL)
def test_codes_of_known_companies_fit(code: str) -> None:
    assert parse_tax_code(code) == code


@pytest.mark.parametrize("raw, code", [
    ("0101248141-001", "0101248141-001"), ("0101248141001", "0101248141-001"), (" 0101 248 141 ", "0101248141"),
    ("0101.248.141", "0101248141"),
    ("0101248142", None), ("0101248141-000", None), ("010124814", None), ("01012481411", None), ("", None), ("abcdefghij", None),
    ("٠١٠١٢٤٨١٤١", None),
])
def test_what_is_written_is_read_or_refused(raw: str, code: str | None) -> None:
    assert parse_tax_code(raw) == code


@given(nine=NINE, branch=st.integers(1, 999))
def test_code_with_its_check_digit_fits_alone_and_for_a_branch(nine: str, branch: int) -> None:
    digit = check_digit(nine)
    assume(digit < 10)

    assert parse_tax_code(f"{nine}{digit}") == f"{nine}{digit}"
    assert parse_tax_code(f"{nine}{digit}{branch:03d}") == f"{nine}{digit}-{branch:03d}"


@given(nine=NINE, place=st.integers(0, 9), change=st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(nine: str, place: int, change: int) -> None:
    digit = check_digit(nine)
    assume(digit < 10)
    code = f"{nine}{digit}"
    wrong = code[:place] + str((int(code[place]) + change) % 10) + code[place + 1 :]

    assert parse_tax_code(wrong) is None
