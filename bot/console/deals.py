"""Deals: the list, and one person's."""

from __future__ import annotations

from datetime import date, datetime

from starlette.responses import RedirectResponse, Response

from bot.channels.inbound_text import clean_text
from bot.console.money_forms import BadFormError, read_amount
from bot.console.pages import error_page, page
from bot.console.visits import Visit
from journey_state.audits import Deed, append_deed
from journey_state.conversations import find_latest_conversation
from journey_state.deals import DealPlan, DealState, LostWithoutReasonError, find_deal, list_deals, save_deal
from journey_state.errors import UnknownContactError
from journey_state.periods import VIETNAM, local_date
from journey_state.profiles import load_profile
from journey_state.staff import list_staff

TEXTS = {"next_step": 300, "reason": 300, "competitor": 100}


def show_deals(visit: Visit) -> Response:
    """Deals that are open, won or lost."""
    asked = visit.query.get("state", DealState.OPEN.value)
    state = DealState(asked) if asked in {known.value for known in DealState} else DealState.OPEN
    with visit.services.store.reading() as session:
        found = list_deals(session, state)
    total = sum(deal.plan.value for deal in found)
    return page(
        visit, "deals.html", deals=found, state=state.value, states=[known.value for known in DealState], total=total,
        today=local_date(visit.now), moment_of=_moment_of,
    )


def show_deal(visit: Visit, contact_id: str, problem: str = "") -> Response:
    """One person's deal, to be written down or changed."""
    try:
        with visit.services.store.reading() as session:
            profile, deal = load_profile(session, contact_id, visit.now), find_deal(session, contact_id)
            conversation = find_latest_conversation(session, contact_id)
            members = [member for member in list_staff(session) if member.is_active]
    except UnknownContactError:
        return error_page(visit, 404)
    plan = deal.plan if deal else DealPlan(owner_id=visit.member.id)
    return page(
        visit, "deal.html", 422 if problem else 200, contact_id=contact_id, profile=profile, plan=plan, members=members, problem=problem,
        conversation=conversation, states=[state.value for state in DealState],
    )


def save(visit: Visit, contact_id: str) -> Response:
    """Write a deal down."""
    try:
        plan = _read_plan(visit)
        with visit.services.store.transaction() as session:
            save_deal(session, contact_id, plan, visit.now)
            append_deed(session, Deed(visit.member.id, "save", "deal", contact_id), visit.now)
    except UnknownContactError:
        return error_page(visit, 404)
    except LostWithoutReasonError:
        return show_deal(visit, contact_id, "no_reason")
    except BadFormError as error:
        return show_deal(visit, contact_id, str(error))
    return RedirectResponse(f"/console/deals?state={plan.state.value}", status_code=303)


def _read_plan(visit: Visit) -> DealPlan:
    texts = {name: clean_text(visit.form.get(name, ""))[:length] for name, length in TEXTS.items()}
    with visit.services.store.reading() as session:
        known = {member.id for member in list_staff(session)}
    owner, state = visit.form.get("owner", ""), visit.form.get("state", "")
    if state not in {known_state.value for known_state in DealState}:
        raise BadFormError("bad_state")
    return DealPlan(
        owner_id=owner if owner in known else None, value=read_amount(visit.form.get("value", "") or "0"), state=DealState(state),
        expected_close=_read_day(visit.form.get("expected_close", "")), **texts,
    )


def _read_day(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw) if raw else None
    except ValueError:
        raise BadFormError("bad_day") from None


def _moment_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=VIETNAM)
