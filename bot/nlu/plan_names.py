"""Reads plans named by a letter or a number: "gói M", "S hay M", "vps2", "con VPS 4"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.nlu.phrases import Phrase
from bot.nlu.tokens import Token

_LETTERS = {"s": "hosting-s", "m": "hosting-m", "l": "hosting-l"}
_SIZES = {"1": "vps-1", "2": "vps-2", "4": "vps-4", "8": "vps-8"}
_BEFORE_LETTER = frozenset("goi hosting host plan package tier ban size len xuong sang ve qua con".split())
_AFTER_LETTER = frozenset("plan package tier".split())
_BETWEEN = frozenset("hay va voi vs or and to vao len xuong sang so".split())
_BEFORE_SIZE = frozenset("vps server so con goi".split())
_UNITS = frozenset(
    "thang nam ngay tuan gio phut month months year years day days week weeks hour hours nguoi user users web website site sites cai"
    " core cores cpu vcpu gb g ram tb lan sao diem con may goi chu trieu nghin dong don domain people seats mailbox mailboxes".split()
)


def find_plan_names(tokens: Sequence[Token]) -> list[Phrase]:
    """List plans named by letter or number, in the order of the tokens."""
    named = (read(tokens, at) for at in range(len(tokens)) for read in (_read_letter, _read_size))
    return [phrase for phrase in named if phrase is not None]


def _read_letter(tokens: Sequence[Token], at: int) -> Phrase | None:
    plan = _LETTERS.get(tokens[at].text)
    if plan is None or not _is_named(tokens, at):
        return None
    return Phrase("plan", plan, at, at + 1)


def _is_named(tokens: Sequence[Token], at: int) -> bool:
    before, after = _word(tokens, at - 1), _word(tokens, at + 1)
    if before in _BEFORE_LETTER or after in _AFTER_LETTER:
        return True
    far_before, far_after = _word(tokens, at - 2), _word(tokens, at + 2)
    return (after in _BETWEEN and far_after in _LETTERS) or (before in _BETWEEN and far_before in _LETTERS)


def _read_size(tokens: Sequence[Token], at: int) -> Phrase | None:
    plan = _SIZES.get(tokens[at].text)
    if plan is None or _word(tokens, at - 1) not in _BEFORE_SIZE or _word(tokens, at + 1) in _UNITS:
        return None
    near = {_word(tokens, at - 1), _word(tokens, at - 2), _word(tokens, at - 3)}
    return Phrase("plan", plan, at, at + 1) if near & {"vps", "server"} else None


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].folded if 0 <= at < len(tokens) else ""
