"""Vietnamese syllables: diacritics off, tone marks in one place, Telex keystrokes into letters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONE_MARKS = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_TELEX_LETTERS = (("uow", "ươ"), ("aa", "â"), ("ee", "ê"), ("oo", "ô"), ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"))
_MARKED = "âêôăơư"
_VOWELS = "aeiouy" + _MARKED
_ONSETS = "ngh ng nh ch gh gi kh ph qu th tr b c d đ g h k l m n p q r s t v x".split()
_OPEN_NUCLEI = frozenset(
    "ai ao au ay âu ây eo êu ia iêu iu oai oao oay oeo oi ôi ơi ua uây uôi ui uơ ưa ưi ươi ươu ưu uya uyu yêu".split()
)
_NUCLEI = frozenset("a ă â e ê i o ô ơ u ư y iê yê oa oă oe uâ uê uô uy uyê ươ".split())
_NEEDS_CODA = frozenset("ă â iê yê oă uâ uô uyê ươ".split())
_SHAPE = re.compile(rf"^({'|'.join(_ONSETS)})?([{_VOWELS}]+)(ch|ng|nh|[cmnpt])?$")
_TELEX_TONE = re.compile(rf"(?<=[{_VOWELS}w])[sfrxj]|(?<=[cghmnpt])[sfrxj]$")
_STOPS, _STOP_TONES = ("c", "ch", "p", "t"), "sj"
_LATE_HORN = re.compile("uo(ng|[cnmpti])w")
_Y_ONSETS = frozenset("klm")


@lru_cache(maxsize=1 << 15)
def fold(text: str) -> str:
    """Take all diacritics off, keep the number of letters: "Đồng" → "Dong"."""
    plain = unicodedata.normalize("NFD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("đ", "d").replace("Đ", "D")


def place_tone(syllable: str) -> str:
    """Write a lower-case syllable's tone mark where the old spelling has it: "hoà" → "hòa", "kí" → "ký"."""
    letters, tone = _split_tone(syllable)
    shape = _SHAPE.match(letters)
    if not tone or shape is None:
        return syllable
    return _with_tone(shape.group(1) or "", shape.group(2), (shape.group(3) or "", tone))


def decode_telex(word: str) -> str | None:
    """Read Telex keystrokes left as typed: "khoong" → "không"; None when they spell no Vietnamese syllable."""
    letters = _LATE_HORN.sub(r"uow\1", re.sub("^dd", "đ", word))
    tone = _TELEX_TONE.search(letters, 1)
    bare = letters[: tone.start()] + letters[tone.end():] if tone else letters
    for keys, letter in _TELEX_LETTERS:
        bare = bare.replace(keys, letter)
    if bare == word or not is_syllable(bare):
        return None
    if tone is None:
        return bare
    if bare.endswith(_STOPS) and tone.group() not in _STOP_TONES:
        return None
    return place_tone(unicodedata.normalize("NFC", _mark_first_vowel(bare, _TELEX_TONES[tone.group()])))


def is_syllable(letters: str) -> bool:
    """Tell whether letters without a tone can be a Vietnamese syllable."""
    shape = _SHAPE.match(letters)
    if shape is None:
        return False
    nucleus, coda = shape.group(2), shape.group(3)
    return nucleus in _NUCLEI if coda else nucleus in _OPEN_NUCLEI or nucleus in _NUCLEI - _NEEDS_CODA


def _split_tone(syllable: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", syllable)
    tones = [c for c in parts if c in _TONE_MARKS]
    letters = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONE_MARKS))
    return letters, tones[0] if len(tones) == 1 else ""


def _with_tone(onset: str, nucleus: str, rest: tuple[str, str]) -> str:
    coda, tone = rest
    if nucleus == "i" and not coda and (onset in _Y_ONSETS or onset == "qu"):
        nucleus = "y"
    at = _tone_index(nucleus, coda)
    return onset + unicodedata.normalize("NFC", nucleus[: at + 1] + tone) + nucleus[at + 1:] + coda


def _tone_index(nucleus: str, coda: str) -> int:
    marked = [i for i, c in enumerate(nucleus) if c in _MARKED]
    if marked:
        return marked[-1]
    if len(nucleus) == 1 or (len(nucleus) == 2 and not coda):
        return 0
    return 1


def _mark_first_vowel(letters: str, tone: str) -> str:
    shape = _SHAPE.match(letters)
    at = len(shape.group(1) or "") if shape else 0
    return letters[: at + 1] + tone + letters[at + 1:]
