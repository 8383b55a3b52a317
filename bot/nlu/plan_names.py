"""Reads plans called by the last letter or number of their name: "gói M", "S hay M", "vps2", "con VPS 4"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.nlu.phrases import Phrase
from bot.nlu.tokens import Token

_BEFORE_LETTER = frozenset("goi hosting host plan package tier ban size len xuong sang ve qua con gimme take get lay chot mua dat".split())
_AFTER_LETTER = frozenset("plan package tier".split())
_BETWEEN = frozenset("hay va voi vs or and to vao len xuong sang so".split())
_BEFORE_NUMBER = frozenset("so con goi plan".split())
_UNITS = frozenset(
    "thang nam ngay tuan gio phut month months year years day days week weeks hour hours nguoi user users web website site sites cai"
    " core cores cpu vcpu gb g ram tb lan sao diem may goi chu trieu nghin dong don domain people seats mailbox mailboxes".split()
)
_NEAR = 3


class PlanNames:
    """The plans of the business whose names end in one letter or a number."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """names: plan id → name, as "hosting-m" → "Hosting M"."""
        words = {plan: name.lower().split() for plan, name in names.items() if is_short(name)}
        short = {last: (plan, first) for plan, (first, *_, last) in words.items()}
        self._letters = {last: plan for last, (plan, _) in short.items() if last.isalpha()}
        self._numbers = {last: found for last, found in short.items() if last.isdigit()}

    def find(self, tokens: Sequence[Token]) -> list[Phrase]:
        """List plans named by letter or number, in the order of the tokens."""
        plans = ((at, self._read_letter(tokens, at) or self._read_number(tokens, at)) for at in range(len(tokens)))
        return [Phrase("plan", plan, at, at + 1) for at, plan in plans if plan is not None]

    def find_bare(self, tokens: Sequence[Token]) -> list[Phrase]:
        """List plans called by their letter alone, where only a plan can be meant."""
        return [Phrase("plan", self._letters[token.text], at, at + 1) for at, token in enumerate(tokens) if token.text in self._letters]

    def _read_letter(self, tokens: Sequence[Token], at: int) -> str | None:
        plan = self._letters.get(tokens[at].text)
        return plan if plan is not None and self._is_named(tokens, at) else None

    def _is_named(self, tokens: Sequence[Token], at: int) -> bool:
        before, after = _word(tokens, at - 1), _word(tokens, at + 1)
        if before in _BEFORE_LETTER or after in _AFTER_LETTER:
            return True
        is_first = after in _BETWEEN and _word(tokens, at + 2) in self._letters
        return is_first or (before in _BETWEEN and _word(tokens, at - 2) in self._letters)

    def _read_number(self, tokens: Sequence[Token], at: int) -> str | None:
        plan, head = self._numbers.get(tokens[at].text, (None, ""))
        if _word(tokens, at + 1) in _UNITS or _word(tokens, at - 1) not in {head, *_BEFORE_NUMBER}:
            return None
        return plan if head in {_word(tokens, at - step) for step in range(1, _NEAR + 1)} else None


def is_short(name: str) -> bool:
    """Tell whether a plan can be called by the last letter or number of its name."""
    words = name.split()
    return len(words) > 1 and (len(words[-1]) == 1 or words[-1].isdigit())


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].folded if 0 <= at < len(tokens) else ""
