"""The rules as served decide what Rasa's own rule policy decides."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.engine import Engine
from bot.engine.rule_policy import ServingRulePolicy
from bot.rehearsal import Rehearsal
from bot.settings import PROJECT
from journey_state.messages import InboundMessage
from tests.fixtures.journeys import NOW

CONVERSATIONS = PROJECT / "tests" / "conversations" / "held_out.jsonl"
Asked = list[tuple[PolicyPrediction, DialogueStateTracker, Domain]]


@pytest.fixture
def node(engine: Engine) -> Any:
    """The place of the rules in the model's graph."""
    return engine._processor.graph_runner._instantiated_nodes["run_RulePolicy0"]


@pytest.fixture
def asked(node: Any, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What was predicted from now on, with a copy of the tracker as it was."""
    kept: Asked = []

    def predict(policy: ServingRulePolicy, tracker: DialogueStateTracker, domain: Domain, **_: Any) -> PolicyPrediction:
        prediction = policy.predict_action_probabilities(tracker, domain)
        kept.append((prediction, tracker.copy(), domain))
        return prediction

    monkeypatch.setattr(node, "_fn", predict)
    return kept


def test_every_step_of_real_conversations_is_predicted_as_rasa_predicts_it(rehearsal: Rehearsal, node: Any, asked: Asked) -> None:
    rows = [json.loads(line) for line in CONVERSATIONS.read_text(encoding="utf-8").splitlines()][::4]
    for row in rows:
        rehearsal.open("website", row["id"], is_consenting=True)
        for number, turn in enumerate(row["turns"]):
            rehearsal.say(InboundMessage("website", row["id"], f"{row['id']}-{number}", turn["text"], NOW))

    served = node._component
    assert isinstance(served, ServingRulePolicy)
    context = ExecutionContext(GraphSchema({}))
    stock = RulePolicy(dict(served.config), served._model_storage, served._resource, context, lookup=served.lookup)
    assert len(asked) > 150
    for prediction, tracker, domain in asked:
        theirs = stock.predict_action_probabilities(tracker, domain)
        assert (prediction.max_confidence_index, prediction.max_confidence) == (theirs.max_confidence_index, theirs.max_confidence)
        assert (prediction.events, prediction.hide_rule_turn) == (theirs.events, theirs.hide_rule_turn)
