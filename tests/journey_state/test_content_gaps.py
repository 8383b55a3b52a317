"""Questions without an answer are kept once."""

from __future__ import annotations

import sqlalchemy as sa

from journey_state.content_gaps import ContentGap, append_gap
from journey_state.store import JourneyStore
from journey_state.tables import content_gaps
from tests.fixtures.journeys import NOW


def test_question_of_a_message_is_kept_once(store: JourneyStore) -> None:
    gap = ContentGap("c-1", "m-1", "ask_product", "có nuôi mèo không")
    with store.transaction() as session:
        written = [append_gap(session, gap, NOW) for _ in range(2)]
        rows = session.execute(sa.select(content_gaps.c.question, content_gaps.c.noticed_at)).all()

    assert written == [True, False]
    assert [tuple(row) for row in rows] == [("có nuôi mèo không", NOW)]
