"""Settings: owners change them, what would not work is refused, and what they change counts at once."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from journey_state.desk_choices import load_desk
from journey_state.desk_settings import TIERS, WEEKDAYS, DeskSettings, load_default_settings
from journey_state.opening_hours import Shift
from journey_state.staff import Role, StaffMember
from journey_state.stages import STAGES
from journey_state.store import JourneyStore
from tests.fixtures.consoles import Browser, Console
from tests.fixtures.staff import Customer, add_member

CLOSED_WEEK = dict.fromkeys(WEEKDAYS, "")


@pytest.fixture
def owner(console: Console, sqlite_store: JourneyStore) -> Browser:
    return console.visit(add_member(sqlite_store, "Hoa", Role.OWNER))


def desk_of(store: JourneyStore) -> DeskSettings:
    with store.reading() as session:
        return load_desk(session)


def test_only_owners_come_in(browser: Browser, owner: Browser) -> None:
    assert browser.open("/settings").status_code == 403
    assert browser.send("/settings/unattended", minutes="30").status_code == 403
    html = owner.open("/settings").text
    assert "08:30-17:30" in html and "Thứ Bảy" in html and "Kinh doanh" in html and "{customer}" in html


def test_every_section_is_changed(owner: Browser, sqlite_store: JourneyStore, lan: StaffMember) -> None:
    minutes = {f"{stage.value}.{tier}": "25" for stage in STAGES for tier in TIERS}
    for section, fields in (
        ("schedule", {"id": "office", **CLOSED_WEEK, "mon": "08:00-12:00, 13:00-17:00"}), ("days_off", {"days": "2026-12-24\n2026-12-25"}),
        ("team", {
            "id": "sales", "label.vi": "Bán", "label.en": "Sell", "schedule": "always", "stage.decision": "1", f"member.{lan.id}": "1",
        }),
        ("answer_minutes", minutes), ("unattended", {"minutes": "30"}), ("face", {"name": "Sao Mai", "colour": "#123456"}),
        ("canned", {"id": "", "title.vi": "Mới", "title.en": "New", "text.vi": "Chào {customer}", "text.en": "Hi {customer}"}),
    ):
        assert owner.send(f"/settings/{section}", **fields).status_code == 303, section
    desk = desk_of(sqlite_store)

    hours = desk.hours_of(desk.teams[1])
    assert hours.week[0] == (Shift(480, 720), Shift(780, 1020)) and hours.week[1] == () and len(desk.days_off) == 2
    assert (desk.teams[0].label.vi, desk.teams[0].stages, desk.teams[0].members) == ("Bán", ("decision",), (lan.id,))
    assert desk.answer_minutes["service"]["priority"] == 25 and desk.unattended_minutes == 30
    assert len(desk.canned_replies) == len(load_default_settings().canned_replies) + 1
    assert "Sao Mai" in owner.open("/").text and "#123456" in owner.open("/settings").text


def test_reply_and_team_are_taken_away(owner: Browser, sqlite_store: JourneyStore) -> None:
    owner.send("/settings/canned", id="hello", delete="1")
    owner.send("/settings/team", id="billing", delete="1")

    assert "hello" not in {reply.id for reply in desk_of(sqlite_store).canned_replies}
    assert [team.id for team in desk_of(sqlite_store).teams] == ["sales", "support"]


@pytest.mark.parametrize(("section", "fields"), [
    ("schedule", {"id": "office", **CLOSED_WEEK, "mon": "17:00-08:00"}), ("days_off", {"days": "Tết"}), ("unattended", {"minutes": "abc"}),
    ("team", {"id": "sales", "label.vi": "", "label.en": "", "schedule": "always"}), ("face", {"colour": "#ffffff"}),
    ("face", {"logo_url": "javascript:alert(1)"}), ("answer_minutes", {}),
    ("canned", {"title.vi": "x", "title.en": "x", "text.vi": "{x}", "text.en": "x"}),
])
def test_what_would_not_work_is_refused_with_the_reason(
    owner: Browser, sqlite_store: JourneyStore, section: str, fields: Mapping[str, str]
) -> None:
    answer = owner.send(f"/settings/{section}", **fields)

    assert answer.status_code == 422 and "Chưa lưu được:" in answer.text
    assert desk_of(sqlite_store) == load_default_settings()


def test_changed_promise_counts_in_the_queue_at_once(owner: Browser, customer: Customer) -> None:
    assert "quá hẹn" not in owner.open("/").text
    owner.send("/settings/answer_minutes", **{f"{stage.value}.{tier}": "1" for stage in STAGES for tier in TIERS})
    assert "quá hẹn" in owner.open("/").text
    assert owner.send("/settings/nonsense").status_code == 404
