"""What Prometheus reads: counters kept here, gauges measured at the moment of asking."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy.orm import Session

from journey_state.tables import handoffs, outbox
from journey_state.turns import count_open_turns, find_oldest_open

REGISTRY = CollectorRegistry()
TURN_SECONDS = Histogram(
    "donghanh_turn_seconds", "Time of one turn in the engine", registry=REGISTRY,
    buckets=(0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 1, 5),
)
TURNS = Counter("donghanh_turns_total", "Turns by who answered", ["answered_by"], registry=REGISTRY)
TURN_FAILURES = Counter("donghanh_turn_failures_total", "Attempts at a turn that failed", registry=REGISTRY)
DELIVERIES = Counter("donghanh_deliveries_total", "Deliveries by channel and result", ["channel", "result"], registry=REGISTRY)
OPEN_TURNS = Gauge("donghanh_open_turns", "Turns waiting", registry=REGISTRY)
QUEUE_AGE = Gauge("donghanh_queue_age_seconds", "Age of the oldest waiting turn", registry=REGISTRY)
OUTBOX_LAG = Gauge("donghanh_outbox_lag_seconds", "Age of the oldest undelivered reply", registry=REGISTRY)
HANDOFF_WAIT = Gauge("donghanh_handoff_wait_seconds", "Age of the oldest unclaimed handoff", registry=REGISTRY)
NUDGES = Counter("donghanh_nudges_total", "Messages sent unasked", ["kind"], registry=REGISTRY)
STREAMS = Gauge("donghanh_streams", "Open event streams", registry=REGISTRY)


def render_metrics(session: Session, now: datetime) -> bytes:
    """Measure the gauges and give everything in Prometheus' text form."""
    OPEN_TURNS.set(count_open_turns(session))
    QUEUE_AGE.set(_age_s(find_oldest_open(session), now))
    undelivered = sa.select(sa.func.min(outbox.c.queued_at)).where(outbox.c.state.in_(("queued", "trying")))
    OUTBOX_LAG.set(_age_s(session.execute(undelivered).scalar_one(), now))
    unclaimed = sa.select(sa.func.min(handoffs.c.requested_at)).where(handoffs.c.state == "requested")
    HANDOFF_WAIT.set(_age_s(session.execute(unclaimed).scalar_one(), now))
    return generate_latest(REGISTRY)


def _age_s(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
