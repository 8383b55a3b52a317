"""VietQR: the specification's own codes, and codes that any reader takes apart again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey_state.vietqr import BankTransfer, VietQrError, checksum, encode_transfer, plain_content

SEN = BankTransfer("999999", "0123 4567 8900", 128_520, "DH-2041")
# Printed in NAPAS's VietQR specification, each with its seal.
PRINTED = (
    "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN63044F52",
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN"
    "62340107NPS68690819thanh toan don hang63042E2E",
)


def fields_of(text: str) -> Iterator[tuple[str, str]]:
    """Tag and value of every field, as a scanner reads them."""
    while text:
        length = int(text[2:4])
        yield text[:2], text[4 : 4 + length]
        text = text[4 + length :]


def read(code: str) -> BankTransfer:
    """What a banking app fills in."""
    fields = dict(fields_of(code))
    receiver = dict(fields_of(dict(fields_of(fields["38"]))["01"]))
    return BankTransfer(receiver["00"], receiver["01"], int(fields["54"]), dict(fields_of(fields["62"]))["08"])


def test_checksum_of_the_standard_test_word() -> None:
    assert f"{checksum('123456789'):04X}" == "29B1"


@pytest.mark.parametrize("code", PRINTED)
def test_seal_is_the_one_that_the_specification_prints(code: str) -> None:
    assert f"{checksum(code[:-4]):04X}" == code[-4:]


def test_code_is_laid_out_as_the_specifications_own() -> None:
    code = encode_transfer(BankTransfer("970403", "0011012345678", 180_000, "thanh toan don hang"))

    assert code.startswith("00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN")
    assert code[:-4].endswith("62230819THANH TOAN DON HANG6304")


def test_code_names_account_amount_and_message_of_the_order() -> None:
    assert read(encode_transfer(SEN)) == BankTransfer("999999", "012345678900", 128_520, "DH2041")


@given(
    account=st.from_regex(r"[0-9A-Za-z]{1,19}", fullmatch=True), amount=st.integers(1, 9_999_999_999_999),
    number=st.integers(1, 10**12), bank=st.from_regex(r"[0-9]{6}", fullmatch=True),
)
def test_whatever_is_encoded_is_read_back_and_sealed(account: str, amount: int, number: int, bank: str) -> None:
    code = encode_transfer(BankTransfer(bank, account, amount, f"DH-{number}"))

    assert read(code) == BankTransfer(bank, account, amount, f"DH{number}")
    assert [tag for tag, _ in fields_of(code)] == ["00", "01", "38", "53", "54", "58", "62", "63"]
    assert dict(fields_of(code))["63"] == f"{checksum(code[:-4]):04X}"


@pytest.mark.parametrize("changed", [
    {"bank": "9704"}, {"account": ""}, {"account": "1" * 20}, {"amount": 0}, {"amount": -5}, {"amount": 10**13}, {"content": " - "},
    {"content": "A" * 26},
])
def test_what_no_app_could_read_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(VietQrError):
        encode_transfer(BankTransfer(**{**vars(SEN), **changed}))  # type: ignore[arg-type]


@pytest.mark.parametrize("content, plain", [("DH-2041", "DH2041"), ("  đơn  hàng: dh-7 ", "DON HANG DH7"), ("Ơ!", "O")])
def test_message_keeps_letters_digits_and_single_spaces(content: str, plain: str) -> None:
    assert plain_content(content) == plain
