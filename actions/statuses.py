"""What stands open between a person and us, in one line."""

from __future__ import annotations

from actions.lexicon import word
from actions.turn import Turn
from journey_state.facts import Facts, load_facts


def describe_status(turn: Turn) -> str:
    """A line of what the person has with us that matters now; empty when there is nothing."""
    facts = load_facts(turn.session, turn.contact_id, turn.now)
    return " ".join(word(key, turn.language, days=days) for key, days in _list_matters(facts))


def _list_matters(facts: Facts) -> list[tuple[str, int]]:
    matters = [
        ("status_open_ticket", facts.open_ticket, 0),
        ("status_open_order", facts.open_order, 0),
        ("status_active_trial", facts.active_trial, facts.trial_days_left or 0),
        ("status_renewal_due", "renewal_due" in facts.names, facts.renewal_days or 0),
        ("status_lapsed_plan", facts.lapsed_plan, 0),
    ]
    return [(key, days) for key, holds, days in matters if holds]
