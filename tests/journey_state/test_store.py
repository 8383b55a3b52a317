"""The store: transactions that hold together, rows that are written once, remedies for a lost database."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from threading import Event, Thread

import pytest
import sqlalchemy as sa

from journey_state.errors import StoreError
from journey_state.store import JourneyStore, insert_once, new_id, next_number, utc_now
from journey_state.tables import channel_cursors, contacts, counters
from tests.fixtures.journeys import NOW
from tests.fixtures.threads import run_together


def test_transaction_commits_at_its_end(store: JourneyStore) -> None:
    with store.transaction() as session:
        session.execute(counters.insert().values(name="tickets", value=1))

    assert read_counter(store) == 1


def test_transaction_rolls_everything_back_on_an_error(store: JourneyStore) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as session:
        session.execute(counters.insert().values(name="tickets", value=1))
        raise ZeroDivisionError

    assert read_counter(store) is None


def test_savepoint_of_a_rolled_back_transaction_leaves_no_row(store: JourneyStore) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as session:
        with session.begin_nested():
            session.execute(counters.insert().values(name="tickets", value=1))
        raise ZeroDivisionError

    assert read_counter(store) is None


def test_rolled_back_savepoint_keeps_what_was_written_before_it(store: JourneyStore) -> None:
    with store.transaction() as session:
        session.execute(counters.insert().values(name="tickets", value=1))
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.execute(counters.insert().values(name="tickets", value=2))

    assert read_counter(store) == 1


def test_insert_once_writes_a_row_the_first_time_only(store: JourneyStore) -> None:
    with store.transaction() as session:
        assert insert_once(session, channel_cursors, {"channel": "telegram", "cursor": "1"})
        assert not insert_once(session, channel_cursors, {"channel": "telegram", "cursor": "2"})
        assert session.execute(sa.select(channel_cursors.c.cursor)).scalar_one() == "1"


def test_insert_once_of_twenty_threads_writes_one_row(store: JourneyStore) -> None:
    def write(number: int) -> bool:
        with store.transaction() as session:
            return insert_once(session, channel_cursors, {"channel": "telegram", "cursor": str(number)})

    assert sum(run_together(20, write)) == 1


def test_numbers_are_given_once_and_without_gaps(store: JourneyStore) -> None:
    def take(_: int) -> int:
        with store.transaction() as session:
            return next_number(session, "tickets", start=10_000)

    assert sorted(run_together(20, take)) == list(range(10_001, 10_021))


def test_number_of_a_rolled_back_transaction_is_given_again(store: JourneyStore) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as session:
        next_number(session, "orders", start=0)
        raise ZeroDivisionError

    with store.transaction() as session:
        assert next_number(session, "orders", start=0) == 1


def test_reader_sees_the_state_before_an_open_write_and_does_not_wait(store: JourneyStore) -> None:
    with store.transaction() as writing:
        writing.execute(counters.insert().values(name="tickets", value=1))
        assert read_counter(store) is None


def test_second_writer_waits_for_the_first(store: JourneyStore) -> None:
    with store.transaction() as session:
        session.execute(counters.insert().values(name="tickets", value=1))
    is_inside = Event()

    def add_ten() -> None:
        is_inside.set()
        with store.transaction() as session:
            session.execute(counters.update().values(value=counters.c.value + 10))

    with store.transaction() as session:
        session.execute(counters.update().values(value=counters.c.value * 2))
        other = Thread(target=add_ten)
        other.start()
        is_inside.wait(10)
    other.join(20)

    assert read_counter(store) == 12


@pytest.mark.parametrize("moment", [NOW, NOW.astimezone(timezone(timedelta(hours=7))), NOW.replace(microsecond=123_456)])
def test_moments_come_back_as_the_same_aware_utc(store: JourneyStore, moment: datetime) -> None:
    with store.transaction() as session:
        session.execute(contacts.insert().values(id=new_id(), created_at=moment, preferences={}))
        kept = session.execute(sa.select(contacts.c.created_at)).scalar_one()

    assert kept == moment
    assert kept.utcoffset() == timedelta(0)


def test_naive_moment_is_refused(store: JourneyStore) -> None:
    with pytest.raises(sa.exc.StatementError, match="aware UTC"), store.transaction() as session:
        session.execute(contacts.insert().values(id=new_id(), created_at=datetime(2026, 3, 2), preferences={}))


def test_json_keeps_vietnamese_and_nesting(store: JourneyStore) -> None:
    wishes = {"tên": "Nguyễn Thị Ánh", "gói": ["hosting-m", {"kỳ": "năm"}], "trống": None}
    with store.transaction() as session:
        session.execute(contacts.insert().values(id=new_id(), created_at=NOW, preferences=wishes))

    with store.reading() as session:
        assert session.execute(sa.select(contacts.c.preferences)).scalar_one() == wishes


def test_foreign_keys_are_enforced(store: JourneyStore) -> None:
    with pytest.raises(sa.exc.IntegrityError), store.transaction() as session:
        session.execute(sa.text("INSERT INTO trackers (conversation_id, state, saved_at) VALUES ('none', '{}', '2026-03-02 09:00:00')"))


def test_sqlite_keeps_a_write_ahead_log_and_syncs_every_commit(sqlite_store: JourneyStore) -> None:
    with sqlite_store.reading() as session:
        pragmas = [session.execute(sa.text(f"PRAGMA {name}")).scalar_one() for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert pragmas == ["wal", 2, 1]


@pytest.mark.parametrize("url", ["postgresql://nobody:secret@127.0.0.1:1/none", "sqlite:////dev/null/journey.db"])
def test_lost_database_is_named_with_a_remedy_and_without_the_password(url: str) -> None:
    with pytest.raises(StoreError, match="DONGHANH_DATABASE_URL") as raised:
        JourneyStore(url).check()

    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("url", ["", "journey.db", "not a url"])
def test_unreadable_url_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(StoreError, match="sqlite:///var/donghanh.db"):
        JourneyStore(url)


@pytest.mark.parametrize("url", ["mysql://host/journey", "oracle://host/journey"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(StoreError, match="sqlite:///var/donghanh.db or postgresql://"):
        JourneyStore(url)


def test_check_is_calm_when_the_database_answers(store: JourneyStore) -> None:
    store.check()

    assert store.engine.pool.checkedout() == 0


def test_ids_are_fresh_and_now_is_aware() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000
    assert utc_now().utcoffset() == timedelta(0)


def read_counter(store: JourneyStore) -> int | None:
    with store.reading() as session:
        value = session.execute(sa.select(counters.c.value).where(counters.c.name == "tickets")).scalar_one_or_none()
    return None if value is None else int(value)
