"""Canned replies with their gaps filled for one customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from journey_state.desk_settings import CannedReply

# How a customer is spoken to whose name nobody knows.
NAMELESS = {"vi": "bạn", "en": "there"}
UNKNOWN = "…"


@dataclass(frozen=True)
class FilledReply:
    """A canned reply ready to be edited; what nobody knows stands as an ellipsis."""

    id: str
    title: str
    text: str


def fill_canned(replies: Sequence[CannedReply], language: str, known: Mapping[str, str]) -> list[FilledReply]:
    """Fill every reply in the customer's language. known: customer, staff, business, plan, order, ticket; empty when unknown."""
    spoken = "en" if language == "en" else "vi"
    values = {gap: known.get(gap) or UNKNOWN for gap in ("staff", "business", "plan", "order", "ticket")}
    values["customer"] = known.get("customer") or NAMELESS[spoken]
    return [FilledReply(reply.id, reply.title.in_language(spoken), reply.text.in_language(spoken).format(**values)) for reply in replies]
