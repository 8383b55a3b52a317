"""What staff promised is told to the customer who asks about it."""

from __future__ import annotations

from journey_state.messages import Reply
from journey_state.periods import format_date
from journey_state.promises import Promise

_WORDS = {
    "vi": ("Nhân viên {name} đã hẹn với bạn: {text}", " (có hiệu lực đến hết ngày {day})"),
    "en": ("Our colleague {name} promised you: {text}", " (valid until the end of {day})"),
}


def promise_reply(promise: Promise, language: str) -> Reply:
    """The promise in its maker's words, with who made it and until when it holds."""
    spoken = "en" if language == "en" else "vi"
    told, until = _WORDS[spoken]
    name = promise.staff_name or ("của bên mình" if spoken == "vi" else "")
    text = told.format(name=name, text=promise.text).replace("  ", " ")
    if promise.valid_until is not None:
        text += until.format(day=format_date(promise.valid_until, spoken))
    return Reply(text, language=spoken)
