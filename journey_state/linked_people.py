"""Many contacts at once: which of them are linked, and so the same person."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.tables import identity_links


def group_linked(session: Session, contact_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For each contact all contacts that are the same person, itself first; one query a step of the chain.

    The same rule as `find_linked_contacts`: a link that a later row undoes does not count.
    """
    neighbours: dict[str, set[str]] = {}
    seen, frontier = set(contact_ids), sorted(set(contact_ids))
    while frontier:
        pairs = session.execute(_LINKS, {"frontier": frontier}).all()
        for one, other in pairs:
            neighbours.setdefault(one, set()).add(other)
            neighbours.setdefault(other, set()).add(one)
        frontier = sorted({side for pair in pairs for side in pair} - seen)
        seen.update(frontier)
    return {contact_id: _reach(contact_id, neighbours) for contact_id in contact_ids}


def _reach(start: str, neighbours: dict[str, set[str]]) -> tuple[str, ...]:
    found = [start]
    for each in found:
        found.extend(sorted(neighbours.get(each, set()) - set(found)))
    return tuple(found)


_FRONTIER = sa.bindparam("frontier", expanding=True)
_UNDONE = sa.select(identity_links.c.undoes).where(identity_links.c.undoes.is_not(None))
_LINKS = sa.select(identity_links.c.contact_id, identity_links.c.joined_contact_id).where(
    identity_links.c.contact_id.in_(_FRONTIER) | identity_links.c.joined_contact_id.in_(_FRONTIER),
    identity_links.c.undoes.is_(None), identity_links.c.id.not_in(_UNDONE),
)
