"""The review queue: closed handoffs, whether the assistant could have done it, and what that means for containment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.responses import RedirectResponse, Response

from bot.channels.inbound_text import clean_text
from bot.console.pages import page
from bot.console.visits import Visit
from journey_state.audits import Deed, append_deed
from journey_state.handoff_cards import load_card
from journey_state.handoff_reviews import (
    Cause,
    Review,
    UnreviewableError,
    Verdict,
    list_review_cards,
    measure_containment,
    review_handoff,
)

SPAN = timedelta(days=30)
# Every handoff to be reviewed is shown with its summary.
SHOWN = 20


def show_reviews(visit: Visit) -> Response:
    """Handoffs to be reviewed, or those that were."""
    is_reviewed = visit.query.get("tab") == "reviewed"
    with visit.services.store.reading() as session:
        cards = list_review_cards(session, is_reviewed=is_reviewed, limit=SHOWN)
        summaries = {card.handoff.id: load_card(session, card.handoff.conversation_id, card.handoff).summary for card in cards}
        contained = measure_containment(session, visit.now - SPAN, visit.now)
    shown: dict[str, Any] = {"cards": cards, "summaries": summaries, "contained": contained, "is_reviewed": is_reviewed}
    return page(visit, "reviews.html", causes=list(Cause), verdicts=list(Verdict), days=SPAN.days, **shown)


def review(visit: Visit, handoff_id: str) -> Response:
    """Write a review down; what is not on the form changes nothing."""
    try:
        said = Review(Verdict(visit.form.get("verdict", "")), Cause(visit.form.get("cause", "")), clean_text(visit.form.get("remedy", "")))
        with visit.services.store.transaction() as session:
            review_handoff(session, handoff_id, said, visit.member.id, visit.now)
            append_deed(session, Deed(visit.member.id, "review", "handoff", handoff_id), visit.now)
    except (ValueError, UnreviewableError):
        pass  # an old page, or a form nobody filled in: the list below says what is still open
    return RedirectResponse("/console/reviews", status_code=303)
