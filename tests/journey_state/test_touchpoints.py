"""Touchpoints: immutable, written once, never without consent."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest
import sqlalchemy as sa

from journey_state.consent import append_consent
from journey_state.contacts import ensure_contact
from journey_state.store import JourneyStore
from journey_state.tables import touchpoints
from journey_state.touchpoints import (
    GROUP_OF_TYPE,
    Touchpoint,
    TouchpointGroup,
    UnknownTouchpointTypeError,
    append_touchpoint,
    read_touchpoints,
)
from tests.fixtures.journeys import NOW, later
from tests.fixtures.threads import run_together


def asked_price(contact_id: str, minute: int = 0) -> Touchpoint:
    return Touchpoint(
        type="price_asked",
        contact_id=contact_id,
        channel="website",
        source="conversation",
        source_id=f"m-{minute}",
        occurred_at=later(minutes=minute),
        received_at=later(minutes=minute, seconds=1),
    )


def test_nothing_is_written_before_consent(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        assert not append_touchpoint(session, asked_price(contact))
        append_consent(session, contact, True, channel="website", now=later(minutes=1))

        assert read_touchpoints(session, [contact]) == []


@pytest.mark.parametrize("decisions, is_written", [([False], False), ([True], True), ([True, False], False), ([False, True], True)])
def test_latest_decision_opens_or_shuts_the_gate(store: JourneyStore, contact: str, decisions: list[bool], is_written: bool) -> None:
    with store.transaction() as session:
        for minute, is_granted in enumerate(decisions):
            append_consent(session, contact, is_granted, channel="website", now=later(minutes=minute))

        assert append_touchpoint(session, asked_price(contact)) is is_written
        assert len(read_touchpoints(session, [contact])) == is_written


def test_withdrawal_keeps_what_was_written_while_consent_stood(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        append_consent(session, contact, True, channel="website", now=NOW)
        append_touchpoint(session, asked_price(contact, minute=1))
        append_consent(session, contact, False, channel="website", now=later(minutes=2))

        assert not append_touchpoint(session, asked_price(contact, minute=3))
        assert len(read_touchpoints(session, [contact])) == 1


def test_all_that_is_known_is_kept_with_the_consent_it_rests_on(store: JourneyStore, contact: str) -> None:
    touchpoint = replace(
        asked_price(contact),
        stage="decision",
        stage_probability=0.9,
        stage_source="model",
        model_version="v1",
        emotion=-0.5,
        goal="buy",
        value=1_284_000,
        currency="VND",
        expected_from=later(days=1),
        expected_by=later(days=2),
        conversation_id="c1",
        properties={"gói": "hosting-m"},
    )
    with store.transaction() as session:
        consent_id = append_consent(session, contact, True, channel="website", now=NOW)
        append_touchpoint(session, touchpoint)
        [row] = read_touchpoints(session, [contact])

    for name in Touchpoint.__dataclass_fields__:
        if name not in ("source_id", "ordinal"):
            assert row[name] == getattr(touchpoint, name), name
    assert (row["group"], row["consent"], row["schema_version"]) == ("inquiry", consent_id, 1)
    assert row["idempotency_key"] == "conversation:m-0:price_asked:0"


def test_same_moment_is_written_once(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        append_consent(session, contact, True, channel="website", now=NOW)

    def append(_: int) -> bool:
        with store.transaction() as session:
            return append_touchpoint(session, asked_price(contact))

    assert sum(run_together(20, append)) == 1


@pytest.mark.parametrize("change", [{"ordinal": 1}, {"type": "plans_compared"}, {"source": "import"}, {"source_id": "m-9"}])
def test_other_ordinal_type_source_or_message_is_another_moment(store: JourneyStore, contact: str, change: dict) -> None:
    with store.transaction() as session:
        append_consent(session, contact, True, channel="website", now=NOW)

        assert append_touchpoint(session, asked_price(contact))
        assert append_touchpoint(session, replace(asked_price(contact), **change))


def test_journey_of_a_person_is_read_across_contacts_oldest_first(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        other = ensure_contact(session, "telegram", "42", NOW)
        stranger = ensure_contact(session, "telegram", "43", NOW)
        for contact_id, minute in [(contact, 4), (other, 2), (contact, 1), (stranger, 3)]:
            append_consent(session, contact_id, True, channel="website", now=NOW)
            append_touchpoint(session, asked_price(contact_id, minute))

        journey = read_touchpoints(session, [contact, other])
        latest = read_touchpoints(session, [contact, other], limit=1)

    assert [row["occurred_at"] for row in journey] == [later(minutes=minute) for minute in (1, 2, 4)]
    assert latest == journey[-1:]


def test_unknown_type_is_refused_with_the_remedy(store: JourneyStore, contact: str) -> None:
    with pytest.raises(UnknownTouchpointTypeError, match="'price_sung'.*GROUP_OF_TYPE"), store.transaction() as session:
        append_touchpoint(session, replace(asked_price(contact), type="price_sung"))


def test_touchpoint_cannot_be_changed_in_memory(contact: str) -> None:
    with pytest.raises(FrozenInstanceError):
        asked_price(contact).type = "ad_seen"


def test_every_group_has_a_type_and_every_name_fits_its_column() -> None:
    assert set(GROUP_OF_TYPE.values()) == set(TouchpointGroup)
    assert max(map(len, GROUP_OF_TYPE)) <= touchpoints.c.type.type.length
    assert max(len(group.value) for group in TouchpointGroup) <= touchpoints.c.group.type.length


def test_rolled_back_touchpoint_may_be_written_again(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        append_consent(session, contact, True, channel="website", now=NOW)
    with pytest.raises(ZeroDivisionError), store.transaction() as session:
        append_touchpoint(session, asked_price(contact))
        raise ZeroDivisionError

    with store.transaction() as session:
        assert append_touchpoint(session, asked_price(contact))
        assert session.execute(sa.select(sa.func.count()).select_from(touchpoints)).scalar_one() == 1
