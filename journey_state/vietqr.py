"""VietQR: a transfer's account, amount and message as the EMVCo text that Vietnamese banking apps scan."""

from __future__ import annotations

import re
from dataclasses import dataclass

from journey_state.errors import JourneyError
from journey_state.texts import fold

NAPAS = "A000000727"
TO_ACCOUNT = "QRIBFTTA"
DONG, VIETNAM_CODE = "704", "VN"
LONGEST_ACCOUNT, LONGEST_CONTENT, MOST_DIGITS = 19, 25, 13


class VietQrError(JourneyError):
    """Something that no banking app could read out of a code."""


@dataclass(frozen=True)
class BankTransfer:
    """What the code fills in. bank: the bank's six digits (BIN); amount: in đồng; content: the transfer's message."""

    bank: str
    account: str
    amount: int
    content: str


def encode_transfer(transfer: BankTransfer) -> str:
    """The text of the code for one payment. Raises VietQrError when a field cannot be carried.

    Source: EMVCo QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1; NAPAS VietQR 1.5.2.
    """
    account = re.sub(r"[^0-9A-Za-z]", "", transfer.account)
    _check(transfer, account)
    receiver = _field("00", transfer.bank) + _field("01", account)
    parts = (
        _field("00", "01"), _field("01", "12"),
        _field("38", _field("00", NAPAS) + _field("01", receiver) + _field("02", TO_ACCOUNT)),
        _field("53", DONG), _field("54", str(transfer.amount)), _field("58", VIETNAM_CODE),
        _field("62", _field("08", plain_content(transfer.content))),
    )
    unsealed = "".join(parts) + "6304"
    return unsealed + f"{checksum(unsealed):04X}"


def checksum(text: str) -> int:
    """CRC-16/CCITT-FALSE: polynomial 1021, start FFFF, nothing reflected."""
    remainder = 0xFFFF
    for byte in text.encode():
        remainder ^= byte << 8
        for _ in range(8):
            remainder = (remainder << 1) ^ (0x1021 if remainder & 0x8000 else 0)
            remainder &= 0xFFFF
    return remainder


def plain_content(content: str) -> str:
    """A transfer's message as banks carry it: capital letters, digits and single spaces only; DH-2041 is DH2041."""
    return " ".join(re.sub(r"[^0-9A-Z ]", "", fold(content).upper()).split())


def _check(transfer: BankTransfer, account: str) -> None:
    if not re.fullmatch(r"\d{6}", transfer.bank):
        raise VietQrError(f"bank {transfer.bank!r} has no BIN of six digits; correct payments.bank_account.bin")
    if not 1 <= len(account) <= LONGEST_ACCOUNT:
        raise VietQrError(f"an account number has 1 to {LONGEST_ACCOUNT} letters and digits; correct payments.bank_account.number")
    if transfer.amount < 1 or len(str(transfer.amount)) > MOST_DIGITS:
        raise VietQrError(f"{transfer.amount} đồng cannot be transferred; there is nothing to pay, or far too much")
    if not 1 <= len(plain_content(transfer.content)) <= LONGEST_CONTENT:
        raise VietQrError(f"the transfer's message must have 1 to {LONGEST_CONTENT} letters and digits")


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"
