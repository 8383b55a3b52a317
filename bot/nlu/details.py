"""Reads codes, ways of contact, ratings and counts off single tokens, and checks them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bot.nlu.tokens import Token

_COUNTED = {
    "users": frozenset(
        "user users nguoi account accounts tai seat seats mailbox mailboxes hop hom licence licences license licenses people person persons"
        " nhan employees staff colleagues".split()
    ),
    "units": frozenset("x goi may cai con vps server servers hosting plan plans".split()),
    "count": frozenset("web website websites site sites ban domain domains ten".split()),
}
# "VPS 2 gói năm", "error 502, plan M": the number belongs to the word before it.
_NUMBERED = frozenset("vps php windows ubuntu error loi code ma version so thu".split())
_COUNTING = ("mot hai ba bon nam sau bay tam chin muoi", "one two three four five six seven eight nine ten")
_COUNT_WORDS = {word: str(number) for words in _COUNTING for number, word in enumerate(words.split(), 1)}
_RATED = frozenset("sao diem star stars point points".split())
_RATING_TALK = frozenset(
    "cham cho danh gia rate rating diem score i give a it nps csat toi em minh anh chi la thi nha nhe ok say d vote day".split()
)
_LEADING = re.compile(r"^\D*(\d+)")


@dataclass(frozen=True)
class Detail:
    """A value found in one or two tokens (first, past the last)."""

    entity: str
    value: str
    first: int
    last: int


def find_details(tokens: Sequence[Token]) -> list[Detail]:
    """List codes, addresses, ratings and counts, left to right."""
    return [detail for at, token in enumerate(tokens) for detail in _read(tokens, at, token)]


def _read(tokens: Sequence[Token], at: int, token: Token) -> Iterator[Detail]:
    if token.kind in _READERS:
        entity, value = _READERS[token.kind](token)
        if value:
            yield Detail(entity, value, at, at + 1)
    elif token.folded in _COUNT_WORDS or token.kind == "number":
        yield from _read_number(tokens, at)


def _read_number(tokens: Sequence[Token], at: int) -> Iterator[Detail]:
    value = _COUNT_WORDS.get(tokens[at].folded, tokens[at].text)
    after = tokens[at + 1].folded if at + 1 < len(tokens) else ""
    if not value.isdigit():
        return
    if int(value) <= 10 and (after in _RATED or _is_bare_rating(tokens, at)):
        yield Detail("rating", value, at, at + 1 + (after in _RATED))
    elif at == 0 or tokens[at - 1].folded not in _NUMBERED:
        yield from (Detail(entity, value, at, at + 1) for entity, nouns in _COUNTED.items() if after in nouns)


def _is_bare_rating(tokens: Sequence[Token], at: int) -> bool:
    """Only talk of a rating around one number: "8", "cho 9 nha", "chấm 4"."""
    words = [token for position, token in enumerate(tokens) if position != at and token.kind not in ("mark", "emoji")]
    return tokens[at].kind == "number" and len(words) <= 4 and all(token.folded in _RATING_TALK for token in words)


def parse_phone(text: str) -> str | None:
    """Give a Vietnamese or foreign number in E.164 form; None when no such number can exist."""
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def parse_email(text: str) -> str | None:
    """Give an address in its normal form; None when it cannot be one. No mail server is asked."""
    try:
        return str(validate_email(text.rstrip("."), check_deliverability=False).normalized)
    except EmailNotValidError:
        return None


def _digits(text: str) -> str:
    found = _LEADING.match(text)
    return found.group(1) if found else ""


def _referral(token: Token) -> tuple[str, str]:
    return "referral_code", "SEN-" + re.sub(r"^sen[\W_]?", "", token.folded).upper()


_READERS = {
    "email": lambda token: ("email", parse_email(token.text)),
    "phone": lambda token: ("phone", parse_phone(token.text)),
    "ticket": lambda token: ("ticket_number", f"TK-{_digits(token.text)}"),
    "order": lambda token: ("order_number", f"DH-{_digits(token.text)}"),
    "ratio": lambda token: ("rating", _digits(token.text)),
    "referral": _referral,
}
