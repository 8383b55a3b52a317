"""Cards of the staff's group as Telegram shows them."""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram.texts import split_text
from bot.channels.telegram.words import name_of, say
from journey_state.desk_cards import DeskCard, Said

CLAIM, RELEASE = "claim", "release"
LONGEST_QUOTE = 600
_KIND_OF = {"video_note": "video", "animation": "video", "audio": "voice", "venue": "location", "button": "text"}


def render_card(card: DeskCard, language: str) -> str:
    """What staff need to decide whether to take it."""
    handoff = card.handoff
    if handoff is None:
        return say(language, "desk_erased")
    stage = say(language, "desk_stage", stage=name_of(language, "stage", card.stage)) if card.stage else ""
    head = say(
        language, "desk_card", reason=name_of(language, "reason", handoff.reason), name=_name(card, language),
        channel=name_of(language, "channel", card.channel), stage=stage,
    )
    quotes = "\n".join(f"“{_short(text)}”" for text in card.quoted)
    return "\n\n".join(part for part in (head, quotes, _state(card, language)) if part)


def render_news(card: DeskCard, said: Said, language: str) -> list[str]:
    """What the customer wrote since, in as many parts as it takes."""
    kind = _KIND_OF.get(said.kind, said.kind)
    mark = "" if kind == "text" else name_of(language, "kind", kind)
    words = " ".join(part for part in (mark, said.text) if part) or "…"
    return split_text(say(language, "desk_news", name=_name(card, language), text=words.replace("{", "(").replace("}", ")")))


def card_buttons(card: DeskCard, language: str) -> InlineKeyboardMarkup | None:
    """Claim while it waits, give back while it is served."""
    state = card.handoff.state if card.handoff else ""
    button = {"requested": (CLAIM, "desk_claim"), "claimed": (RELEASE, "desk_release")}.get(state)
    if button is None:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(say(language, button[1]), callback_data=f"{button[0]}:{card.handoff_id}")]])


def _state(card: DeskCard, language: str) -> str:
    state = card.handoff.state if card.handoff else ""
    if state == "claimed":
        return say(language, "desk_claimed", name=card.staff_name)
    return say(language, "desk_waiting" if state == "requested" else "desk_released")


def _name(card: DeskCard, language: str) -> str:
    return card.contact_name or say(language, "desk_somebody")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
