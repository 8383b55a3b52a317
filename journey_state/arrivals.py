"""Where visitors come from: campaign, advertisement, social network, friend or receipt, as exposure touchpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import find_linked_contacts
from journey_state.conversations import Conversation
from journey_state.tables import touchpoints
from journey_state.touchpoints import Touchpoint, append_touchpoint

SOURCE = "arrival"
MAX_VALUE = 120
OLDEST = timedelta(days=30)
UTM = ("source", "medium", "campaign", "term", "content")
PAID_MEDIA = frozenset("cpc ppc cpm cpv paid paidsearch paidsocial paid_search paid_social display ads banner retargeting".split())
CLICK_IDS = ("gclid", "fbclid", "ttclid", "zclid", "msclkid")
SOCIAL = (
    "facebook.com", "fb.com", "fb.me", "m.me", "instagram.com", "tiktok.com", "youtube.com", "youtu.be", "zalo.me", "x.com", "t.co",
    "twitter.com", "linkedin.com", "lnkd.in", "threads.net", "pinterest.com", "reddit.com", "t.me",
)


@dataclass(frozen=True)
class Arrival:
    """A page that was opened from elsewhere. at: aware UTC; page, referrer: addresses as the browser had them."""

    at: datetime
    page: str
    referrer: str = ""


def classify_arrival(arrival: Arrival) -> tuple[str, dict[str, str]] | None:
    """The touchpoint type and what is worth keeping of an arrival; None when it tells nothing.

    Of addresses only host, path and the known parameters are kept: the rest may hold anybody's secrets.
    """
    page = urlsplit(arrival.page)
    query = {name.lower(): " ".join(value.split())[:MAX_VALUE] for name, value in parse_qsl(page.query)}
    came_from = _host(arrival.referrer)
    kept = {f"utm_{name}": query[f"utm_{name}"] for name in UTM if query.get(f"utm_{name}")}
    kept |= {name: query[name] for name in ("ref", "receipt") if query.get(name)}
    kind = _choose_type(kept, query, came_from, _host(arrival.page))
    if kind is None:
        return None
    return kind, {**kept, **({"referrer": came_from} if came_from else {}), "page": page.path[:MAX_VALUE] or "/"}


def append_arrivals(session: Session, conversation: Conversation, arrivals: Sequence[Arrival], now: datetime) -> int:
    """Log arrivals, oldest first, if the contact consents; returns how many are new. A repeat changes nothing.

    The person's very first is marked as such; of a later visit the last one counts.
    """
    has_first = _has_arrival(session, conversation.contact_id)
    count = 0
    for arrival in sorted(arrivals, key=lambda each: each.at):
        found = classify_arrival(arrival) if now - OLDEST <= arrival.at <= now + timedelta(minutes=5) else None
        if found is not None and append_touchpoint(session, _touchpoint(conversation, arrival, found, now, is_first=not has_first)):
            has_first, count = True, count + 1
    return count


def _touchpoint(
    conversation: Conversation, arrival: Arrival, found: tuple[str, Mapping[str, str]], now: datetime, *, is_first: bool
) -> Touchpoint:
    kind, properties = found
    digest = sha256(f"{arrival.at.isoformat()} {sorted(properties.items())}".encode()).hexdigest()[:24]
    return Touchpoint(
        kind, conversation.contact_id, conversation.channel, SOURCE, f"{conversation.id}:{digest}", min(arrival.at, now), now,
        conversation_id=conversation.id, properties={**properties, "touch": "first" if is_first else "last"},
    )


def _choose_type(kept: Mapping[str, str], query: Mapping[str, str], came_from: str, here: str) -> str | None:
    if "receipt" in kept:
        return "receipt_opened"
    if kept.get("utm_medium", "").lower() in PAID_MEDIA or any(query.get(name) for name in ("gclid", "msclkid")):
        return "ad_seen"
    if "ref" in kept:
        return "word_of_mouth"
    if kept:
        return "campaign_opened"
    if _is_of(came_from, SOCIAL) or any(query.get(name) for name in CLICK_IDS):
        return "social_seen"
    return "campaign_opened" if came_from and came_from != here else None


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")[:MAX_VALUE]
    except ValueError:
        return ""


def _is_of(host: str, sites: Sequence[str]) -> bool:
    return any(host == site or host.endswith(f".{site}") for site in sites)


def _has_arrival(session: Session, contact_id: str) -> bool:
    people = find_linked_contacts(session, contact_id)
    query = sa.select(sa.exists().where(touchpoints.c.contact_id.in_(people), touchpoints.c.source == SOURCE))
    return bool(session.execute(query).scalar_one())
