"""Who is there, who types, who is away."""

from __future__ import annotations

from journey_state.presence import CONSOLE, Onlooker, end_presence, list_availability, list_onlookers, note_presence, set_away
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW, later
from tests.fixtures.staff import add_member


def test_onlooker_is_seen_typing_and_gone_after_a_while(store: JourneyStore) -> None:
    lan = add_member(store, "Lan")
    with store.transaction() as session:
        news = [note_presence(session, lan.id, "c-1", later(seconds=at), is_typing=typing) for at, typing in (
            (0, False), (20, False), (40, True), (50, True), (60, False),
        )]
        note_presence(session, lan.id, "c-1", later(seconds=70), is_typing=True)

        assert news == [True, False, True, False, True]
        assert list_onlookers(session, "c-1", later(seconds=75)) == [Onlooker(lan.id, "Lan", True)]
        assert list_onlookers(session, "c-1", later(seconds=100)) == [Onlooker(lan.id, "Lan", False)]
        assert list_onlookers(session, "c-1", later(seconds=131)) == [] == list_onlookers(session, "c-2", NOW)


def test_members_are_online_away_or_offline(store: JourneyStore) -> None:
    lan, minh, _hoa = (add_member(store, name) for name in ("Lan", "Minh", "Hoa"))
    with store.transaction() as session:
        for member in (lan, minh):
            note_presence(session, member.id, CONSOLE, NOW)
        for _ in range(2):
            set_away(session, minh.id, True, NOW)

        def states() -> dict[str, str]:
            return {each.name: each.state for each in list_availability(session, NOW)}

        assert states() == {"Lan": "online", "Minh": "away", "Hoa": "offline"}
        set_away(session, minh.id, False, NOW)
        end_presence(session, lan.id)
        assert states() == {"Lan": "offline", "Minh": "online", "Hoa": "offline"}
