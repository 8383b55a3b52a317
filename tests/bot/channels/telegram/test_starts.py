"""Links into Telegram: the conversation from the website with consent, friends' codes, campaigns."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from journey_state.consent import append_consent
from journey_state.contacts import find_linked_contacts
from journey_state.conversations import ensure_conversation, load_conversation, read_messages
from journey_state.identity_links import OFFER_LASTS, find_account, offer_link
from journey_state.messages import LoggedMessage
from journey_state.store import utc_now
from journey_state.tables import identities, touchpoints
from tests.fixtures.telegram import FakeTelegram
from tests.fixtures.telegram_sides import CHAT, TelegramSide


def offer(side: TelegramSide) -> tuple[str, str]:
    """(conversation on the website, token)."""
    with side.store.transaction() as session:
        web = load_conversation(session, ensure_conversation(session, "website", "visitor-1", utc_now()))
        return web.id, offer_link(session, web.contact_id, web.id, utc_now())


def rows_of(side: TelegramSide, conversation_id: str) -> list[LoggedMessage]:
    with side.store.reading() as session:
        return list(read_messages(session, conversation_id))


def count_linked(side: TelegramSide) -> int:
    with side.store.reading() as session:
        contact = session.execute(sa.select(identities.c.contact_id).where(identities.c.channel == "telegram")).scalar_one()
        return len(find_linked_contacts(session, contact))


def test_a_link_asks_first_and_joins_on_a_yes(side: TelegramSide, telegram: FakeTelegram) -> None:
    web, token = offer(side)
    payload = f"link_{token}"
    assert len(payload) <= 64
    telegram.write(CHAT, f"/start {payload}")
    side.receive()
    assert "cùng một người" in side.rows[-1].body["text"]
    assert token not in str([row.body for row in side.rows])
    assert count_linked(side) == 1
    side.press(telegram, "Đồng ý, nối lại")
    assert count_linked(side) == 2
    assert side.inbound[-1].body["choice"]["intent"] == "resume_conversation"
    [told] = rows_of(side, web)
    assert "Telegram" in told.body["text"]
    assert [choice["label"] for choice in told.body["choices"]] == ["Tách ra"]


def test_a_no_joins_nothing(side: TelegramSide, telegram: FakeTelegram) -> None:
    web, token = offer(side)
    telegram.write(CHAT, f"/start link_{token}")
    side.receive()
    side.press(telegram, "Không, để riêng")
    assert count_linked(side) == 1
    assert rows_of(side, web) == []


@pytest.mark.parametrize("case", ["forged", "used"])
def test_a_link_that_does_not_count_any_more_says_so(side: TelegramSide, telegram: FakeTelegram, case: str) -> None:
    _, token = offer(side)
    telegram.write(7, f"/start link_{token}")
    telegram.write(CHAT, f"/start link_{'x' * 32 if case == 'forged' else token}")
    side.receive()
    if case == "used":
        with side.store.reading() as session:
            tokens = session.execute(sa.text("select token from choices where label like '%nối lại%' order by token")).scalars().all()
        for chat in (7, CHAT):
            for button in tokens:
                telegram.press(chat, button)
        side.receive()
    assert "quá hạn" in [row for row in side.rows if row.direction == "out"][-1].body["text"]
    assert count_linked_of(side, str(CHAT)) == 1


def count_linked_of(side: TelegramSide, address: str) -> int:
    with side.store.reading() as session:
        contact = session.execute(sa.select(identities.c.contact_id).where(identities.c.address == address)).scalar_one()
        return len(find_linked_contacts(session, contact))


def test_an_old_link_is_told_at_once(side: TelegramSide, telegram: FakeTelegram) -> None:
    with side.store.transaction() as session:
        web = load_conversation(session, ensure_conversation(session, "website", "visitor-1", utc_now()))
        token = offer_link(session, web.contact_id, web.id, utc_now() - OFFER_LASTS)
    telegram.write(CHAT, f"/start link_{token}")
    side.receive()
    assert "quá hạn" in side.rows[-1].body["text"]


def test_a_friends_link_brings_the_code(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "/start ref_sen-ab12cd")
    side.receive()
    body = side.inbound[0].body
    assert (body["text"], body["choice"]) == ("Mình có mã SEN-AB12CD", {"intent": "use_referral", "slots": {"referral_code": "SEN-AB12CD"}})


@pytest.mark.parametrize("payload, type_, properties", [
    ("ref_SEN-AB12CD", "word_of_mouth", {"code": "SEN-AB12CD"}), ("tet_2026", "campaign_opened", {"campaign": "tet_2026"}),
])
@pytest.mark.parametrize("is_consenting", [True, False, None])
def test_what_brought_somebody_is_kept_only_with_consent(
    side: TelegramSide, telegram: FakeTelegram, payload: str, type_: str, properties: dict[str, str], is_consenting: bool | None,
) -> None:
    with side.store.transaction() as session:
        contact_id = load_conversation(session, ensure_conversation(session, "telegram", str(CHAT), utc_now())).contact_id
        if is_consenting is not None:
            append_consent(session, contact_id, is_consenting, channel="telegram", now=utc_now())
    telegram.repeat(telegram.write(CHAT, f"/start {payload}"))
    side.receive()
    with side.store.reading() as session:
        found = session.execute(sa.select(touchpoints.c.type, touchpoints.c.properties)).all()
    assert [tuple(row) for row in found] == ([(type_, properties)] if is_consenting else [])


@pytest.mark.parametrize("text", ["/start", "/start @@@", "/start " + "x" * 65])
def test_a_plain_start_greets(side: TelegramSide, telegram: FakeTelegram, text: str) -> None:
    telegram.write(CHAT, text)
    side.receive()
    assert side.inbound[0].body["choice"]["intent"] == "greet"


def test_the_bots_name_is_known_for_links(side: TelegramSide) -> None:
    side.loop.run_until_complete(side.updates.introduce())
    with side.store.reading() as session:
        assert find_account(session, "telegram") == "sen_bot"
