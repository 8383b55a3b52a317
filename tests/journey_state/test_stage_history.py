import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.consent import append_consent
from journey_state.conversations import Conversation
from journey_state.errors import UnknownContactError
from journey_state.stage_history import EstimateOrigin, load_posterior, save_estimate
from journey_state.stages import STAGES, Evidence, Stage, StageEstimate
from journey_state.store import JourneyStore
from journey_state.tables import contact_stages, conversations, stage_changes
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import grant_consent, link_contacts, make_contact


def estimate(chosen: Stage, *, is_sure: bool = True) -> StageEstimate:
    probabilities = {**dict.fromkeys(STAGES, 0.06), chosen: 0.7}
    runner_up = next(stage for stage in STAGES if stage is not chosen)
    return StageEstimate(probabilities, chosen, runner_up, is_sure, evidence=(Evidence("intent", "hỏi giá", "asked the price", 0.9),))


def read_marks(session: Session, conversation_id: str) -> tuple[str | None, ...]:
    marks = conversations.c.opening_stage, conversations.c.peak_stage, conversations.c.closing_stage
    return tuple(session.execute(sa.select(*marks).where(conversations.c.id == conversation_id)).one())


def read_changes(session: Session, contact_id: str) -> list[tuple[str | None, str]]:
    query = sa.select(stage_changes.c.from_stage, stage_changes.c.to_stage).where(stage_changes.c.contact_id == contact_id)
    return [tuple(row) for row in session.execute(query.order_by(stage_changes.c.changed_at))]


@pytest.fixture
def consenting(store: JourneyStore, contact: str) -> str:
    """The contact of visitor-1, who agreed to being remembered."""
    with store.transaction() as session:
        grant_consent(session, contact)
    return contact


def test_somebody_never_estimated_has_no_posterior(store: JourneyStore, contact: str) -> None:
    with store.reading() as session:
        assert load_posterior(session, contact, NOW) is None


def test_the_latest_estimate_comes_back_with_the_time_passed(store: JourneyStore, consenting: str) -> None:
    with store.transaction() as session:
        assert save_estimate(session, estimate(Stage.AWARENESS), EstimateOrigin(consenting, NOW))
        assert save_estimate(session, estimate(Stage.DECISION), EstimateOrigin(consenting, later(minutes=1)))
        record = load_posterior(session, consenting, later(minutes=3))
    assert record is not None
    assert (record.estimate.chosen, record.source, record.elapsed_s) == (Stage.DECISION, "model", 120.0)
    assert record.estimate.evidence == estimate(Stage.DECISION).evidence
    assert record.posterior["decision"] == 0.7 and set(record.posterior) == {stage.value for stage in STAGES}


def test_only_changes_are_kept_as_changes(store: JourneyStore, consenting: str) -> None:
    stages = [Stage.CONSIDERATION, Stage.CONSIDERATION, Stage.DECISION, Stage.SERVICE, Stage.SERVICE, Stage.DECISION]
    with store.transaction() as session:
        for minute, stage in enumerate(stages):
            save_estimate(session, estimate(stage), EstimateOrigin(consenting, later(minutes=minute), message_id=f"m-{minute}"))
        assert read_changes(session, consenting) == [
            (None, "consideration"), ("consideration", "decision"), ("decision", "service"), ("service", "decision"),
        ]
        row = session.execute(sa.select(stage_changes).where(stage_changes.c.to_stage == "service")).mappings().one()
    assert (row["message_id"], row["source"], row["probability"]) == ("m-3", "model", 0.7)
    assert row["evidence"] == [{"kind": "intent", "vi": "hỏi giá", "en": "asked the price", "weight": 0.9}]


def test_a_conversation_keeps_its_opening_peak_and_close(store: JourneyStore, consenting: str, conversation: Conversation) -> None:
    stages = [(Stage.CONSIDERATION, True), (Stage.ADVOCACY, False), (Stage.RETENTION, True), (Stage.SERVICE, True)]
    with store.transaction() as session:
        for minute, (stage, is_sure) in enumerate(stages):
            origin = EstimateOrigin(consenting, later(minutes=minute), conversation.id)
            save_estimate(session, estimate(stage, is_sure=is_sure), origin)
        assert read_marks(session, conversation.id) == ("consideration", "retention", "service")


def test_an_unsure_opening_is_a_peak_until_a_sure_one_comes(store: JourneyStore, consenting: str, conversation: Conversation) -> None:
    with store.transaction() as session:
        save_estimate(session, estimate(Stage.AWARENESS, is_sure=False), EstimateOrigin(consenting, NOW, conversation.id))
        assert read_marks(session, conversation.id) == ("awareness", "awareness", "awareness")
        save_estimate(session, estimate(Stage.DECISION), EstimateOrigin(consenting, NOW, conversation.id))
        assert read_marks(session, conversation.id) == ("awareness", "decision", "decision")


@pytest.mark.parametrize("decisions", [(), (False,), (True, False)])
def test_without_consent_nothing_is_written(
    store: JourneyStore, contact: str, conversation: Conversation, decisions: tuple[bool, ...]
) -> None:
    with store.transaction() as session:
        for minute, is_granted in enumerate(decisions):
            append_consent(session, contact, is_granted, channel="website", now=later(minutes=minute))
        assert not save_estimate(session, estimate(Stage.DECISION), EstimateOrigin(contact, later(hours=1), conversation.id))
        assert read_marks(session, conversation.id) == (None, None, None)
        assert session.execute(sa.select(contact_stages)).all() == [] and read_changes(session, contact) == []


def test_the_stage_belongs_to_the_person_across_channels(store: JourneyStore, consenting: str) -> None:
    with store.transaction() as session:
        other = make_contact(session, "777", channel="telegram")
        grant_consent(session, other)
        link_contacts(session, consenting, other)
        save_estimate(session, estimate(Stage.DECISION), EstimateOrigin(consenting, NOW))
        record = load_posterior(session, other, later(hours=1))
        assert record is not None and record.estimate.chosen is Stage.DECISION
        save_estimate(session, estimate(Stage.DECISION), EstimateOrigin(other, later(hours=2)))
        assert read_changes(session, other) == []


def test_a_rolled_back_turn_leaves_no_stage(store: JourneyStore, consenting: str) -> None:
    with pytest.raises(RuntimeError), store.transaction() as session:
        save_estimate(session, estimate(Stage.DECISION), EstimateOrigin(consenting, NOW))
        raise RuntimeError("the action failed")
    with store.reading() as session:
        assert load_posterior(session, consenting, NOW) is None


def test_an_erased_contact_is_named(store: JourneyStore) -> None:
    with pytest.raises(UnknownContactError, match="nobody"), store.transaction() as session:
        save_estimate(session, estimate(Stage.DECISION), EstimateOrigin("nobody", NOW))
