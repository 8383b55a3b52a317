"""Model choices: the last one counts, and all are kept."""

from __future__ import annotations

import sqlalchemy as sa

from journey_state.model_choices import NEWEST, append_model_choice, find_model_choice
from journey_state.store import JourneyStore
from journey_state.tables import models_in_use
from tests.fixtures.journeys import later


def test_the_last_choice_counts_and_all_are_kept(store: JourneyStore) -> None:
    found = []
    with store.transaction() as session:
        found.append(find_model_choice(session))
        for minute, version in enumerate(("1", "2", NEWEST)):
            append_model_choice(session, version, by="lan", now=later(minutes=minute))
            found.append(find_model_choice(session))
        kept = session.execute(sa.select(models_in_use.c.version).order_by(models_in_use.c.chosen_at)).scalars().all()
    assert found == [None, "1", "2", None]
    assert kept == ["1", "2", NEWEST]
