"""Where visitors come from: told apart, kept with consent only, first and last, and nothing of an address but what is known."""

from __future__ import annotations

from datetime import datetime

import pytest

from journey_state.arrivals import Arrival, append_arrivals, classify_arrival
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from journey_state.touchpoints import TouchpointGroup, read_touchpoints
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import grant_consent

SHOP = "https://shop.vn/hosting"


def arrive(page: str = "", referrer: str = "", at: datetime = NOW) -> Arrival:
    return Arrival(at, SHOP + page, referrer)


@pytest.mark.parametrize(("page", "referrer", "kind", "kept"), [
    ("?utm_source=zalo&utm_medium=CPC&utm_campaign=tet", "", "ad_seen", {"utm_source": "zalo", "utm_medium": "CPC", "utm_campaign": "tet"}),
    ("?gclid=abc", "https://www.google.com/", "ad_seen", {"referrer": "google.com"}),
    ("?utm_source=newsletter&utm_medium=email", "", "campaign_opened", {"utm_source": "newsletter", "utm_medium": "email"}),
    ("?receipt=HD-102&utm_source=qr", "", "receipt_opened", {"receipt": "HD-102", "utm_source": "qr"}),
    ("?ref=SEN-AB12CD", "", "word_of_mouth", {"ref": "SEN-AB12CD"}),
    ("", "https://l.facebook.com/l.php?u=secret", "social_seen", {"referrer": "l.facebook.com"}),
    ("?fbclid=zz", "", "social_seen", {}),
    ("", "https://blog.example.com/bai-viet?session=secret", "campaign_opened", {"referrer": "blog.example.com"}),
    ("?UTM_SOURCE=a%20%0A%20b", "", "campaign_opened", {"utm_source": "a b"}),
    ("?utm_source=" + "x" * 500, "", "campaign_opened", {"utm_source": "x" * 120}),
])
def test_kinds_of_arrivals_are_told_apart(page: str, referrer: str, kind: str, kept: dict[str, str]) -> None:
    assert classify_arrival(arrive(page, referrer)) == (kind, {**kept, "page": "/hosting"})


@pytest.mark.parametrize(("page", "referrer"), [
    ("", ""), ("?utm_source=", ""), ("?token=secret", ""), ("", "https://www.shop.vn/"), ("", "about:blank"), ("", "https://[bad"),
])
def test_arrival_that_tells_nothing_is_nothing(page: str, referrer: str) -> None:
    assert classify_arrival(arrive(page, referrer)) is None


def test_without_consent_nothing_is_kept(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        assert append_arrivals(session, conversation, [arrive("?utm_source=a")], NOW) == 0
        assert read_touchpoints(session, [conversation.contact_id]) == []


def test_first_and_last_are_kept_once(store: JourneyStore, conversation: Conversation) -> None:
    first, last = arrive("?utm_source=a"), arrive("?receipt=HD-1", at=later(hours=2))
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        assert append_arrivals(session, conversation, [last, first], later(hours=3)) == 2
        assert append_arrivals(session, conversation, [first, last], later(hours=4)) == 0
        assert append_arrivals(session, conversation, [arrive("?utm_source=c", at=later(days=2))], later(days=2)) == 1

        rows = read_touchpoints(session, [conversation.contact_id])
        assert [(row["type"], row["properties"]["touch"], row["occurred_at"]) for row in rows] == [
            ("campaign_opened", "first", NOW), ("receipt_opened", "last", later(hours=2)), ("campaign_opened", "last", later(days=2)),
        ]
        assert {row["group"] for row in rows} == {TouchpointGroup.EXPOSURE.value}


def test_moments_that_cannot_be_are_left_out(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        odd = [arrive("?utm_source=old", at=later(days=-31)), arrive("?utm_source=future", at=later(hours=1))]
        assert append_arrivals(session, conversation, odd, NOW) == 0
        assert append_arrivals(session, conversation, [arrive("?utm_source=fast", at=later(minutes=4))], NOW) == 1
        assert read_touchpoints(session, [conversation.contact_id])[0]["occurred_at"] == NOW
