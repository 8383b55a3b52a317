"""Files that customers send: what is known of them. The bytes lie in a folder, under the upload's id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import Accepted, accept_wordless, ensure_conversation, find_accepted, load_conversation
from journey_state.errors import TooManyUploadsError
from journey_state.messages import InboundMessage, Reply
from journey_state.tables import uploads

MAX_A_DAY = 20


@dataclass(frozen=True)
class Upload:
    """One file. media_type: as its bytes say; size: bytes."""

    id: str
    name: str
    media_type: str
    size: int


def accept_upload(session: Session, inbound: InboundMessage, upload: Upload, reply: Reply) -> Accepted:
    """Write a file into the log, and the reply after it while the bot answers; a repeat changes nothing.

    Raises TooManyUploadsError after MAX_A_DAY files of one conversation within a day.
    """
    conversation_id = ensure_conversation(session, inbound.channel, inbound.address, inbound.received_at)
    load_conversation(session, conversation_id, locked=True)
    earlier = find_accepted(session, conversation_id, inbound.channel_message_id)
    if earlier is not None:
        return earlier
    _check_count(session, conversation_id, inbound)
    accept_wordless(session, inbound, reply, is_mailbox=True)
    written = find_accepted(session, conversation_id, inbound.channel_message_id)
    assert written is not None
    accepted = replace(written, is_repeat=False)
    session.execute(uploads.insert().values(
        **vars(upload), conversation_id=conversation_id, message_id=accepted.message_id, stored_at=inbound.received_at,
    ))
    return accepted


def find_upload(session: Session, upload_id: str, conversation_id: str | None = None) -> Upload | None:
    """The upload with this id (of this conversation, when one is named), or None."""
    query = sa.select(*(uploads.c[name] for name in Upload.__dataclass_fields__)).where(uploads.c.id == upload_id)
    if conversation_id is not None:
        query = query.where(uploads.c.conversation_id == conversation_id)
    row = session.execute(query).one_or_none()
    return None if row is None else Upload(*row)


def find_known_uploads(session: Session, ids: Sequence[str]) -> set[str]:
    """Which of these ids are uploads."""
    return set(session.execute(sa.select(uploads.c.id).where(uploads.c.id.in_(ids))).scalars())


def _check_count(session: Session, conversation_id: str, inbound: InboundMessage) -> None:
    is_recent = (uploads.c.conversation_id == conversation_id) & (uploads.c.stored_at > inbound.received_at - timedelta(days=1))
    count = session.execute(sa.select(sa.func.count()).select_from(uploads).where(is_recent)).scalar_one()
    if count >= MAX_A_DAY:
        raise TooManyUploadsError(f"conversation {conversation_id} has {count} uploads of one day; send the rest tomorrow or by e-mail")
