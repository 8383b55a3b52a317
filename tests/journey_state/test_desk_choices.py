"""What owners change is kept by version, and only what they changed leaves the files."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from journey_state.desk_choices import BadSettingError, DeskChange, change_desk, load_desk
from journey_state.desk_settings import load_default_settings
from journey_state.store import JourneyStore
from journey_state.tables import desk_versions
from tests.fixtures.journeys import NOW


def change(section: str) -> DeskChange:
    return DeskChange(section, "s-1", NOW)


def test_files_count_until_somebody_changes_something(store: JourneyStore) -> None:
    with store.reading() as session:
        assert load_desk(session) == load_default_settings()


def test_changes_of_sections_add_up_and_keep_their_history(store: JourneyStore) -> None:
    with store.transaction() as session:
        change_desk(session, "unattended_minutes", 45, change("unattended_minutes"))
        change_desk(session, "face", {"name": "Sao Mai"}, change("face"))
    with store.reading() as session:
        desk = load_desk(session)
        kept = session.execute(sa.select(desk_versions.c.section).order_by(desk_versions.c.number)).scalars().all()

    assert (desk.unattended_minutes, desk.face.name, desk.teams) == (45, "Sao Mai", load_default_settings().teams)
    assert kept == ["unattended_minutes", "face"]


def test_bad_change_changes_nothing_and_says_why(store: JourneyStore) -> None:
    with pytest.raises(BadSettingError, match="unattended_minutes: must be 2 to 1440 minutes"), store.transaction() as session:
        change_desk(session, "unattended_minutes", 0, change("unattended_minutes"))
    with store.reading() as session:
        assert load_desk(session).unattended_minutes == 20
