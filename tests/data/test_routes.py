"""The table intent × stage → action is complete, and stages matter where they should."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.settings import PROJECT
from journey_state.stages import STAGES
from tests.fixtures.speaking import load_domain

STAGE_NAMES = [stage.value for stage in STAGES]
# Routes that differ from the neutral one in three stages or more, by facts or next step.
STAGED_INTENTS_WANTED = 10


def _load_rules() -> list[dict[str, Any]]:
    files = sorted((PROJECT / "data" / "rules").glob("*.yml"))
    return [rule for path in files for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]]


def _slots(rule: dict[str, Any]) -> dict[str, Any]:
    conditions = rule.get("condition") or []
    return {name: value for item in conditions for slot in item.get("slot_was_set") or [] for name, value in slot.items()}


def _has_loop(rule: dict[str, Any]) -> bool:
    return any("active_loop" in item for item in rule.get("condition") or [])


def _routes(stage: str | None) -> dict[str, list[str]]:
    """intent → actions, for rules that ask for this stage only (None: for nothing at all)."""
    wanted = {} if stage is None else {"journey_stage": stage}
    found = [rule for rule in _load_rules() if "intent" in rule["steps"][0] and not _has_loop(rule) and _slots(rule) == wanted]
    return {rule["steps"][0]["intent"]: [step["action"] for step in rule["steps"] if "action" in step] for rule in found}


def _staged(intent: str) -> list[str]:
    neutral = _routes(None)[intent]
    return [stage for stage in STAGE_NAMES if _routes(stage).get(intent, neutral) != neutral]


def test_every_intent_has_one_neutral_rule() -> None:
    neutral = [rule["steps"][0]["intent"] for rule in _load_rules() if "intent" in rule["steps"][0] and not rule.get("condition")]

    assert sorted(neutral) == sorted(load_domain()["intents"])


@pytest.mark.parametrize("stage", STAGE_NAMES)
def test_stage_rules_name_known_intents(stage: str) -> None:
    assert set(_routes(stage)) <= set(load_domain()["intents"])


def test_rules_run_actions_that_the_domain_knows() -> None:
    domain = load_domain()
    known = {entry if isinstance(entry, str) else next(iter(entry)) for entry in domain["actions"]} | set(domain["forms"])
    run = {step["action"] for rule in _load_rules() for step in rule["steps"] if "action" in step}

    assert run <= known


def test_stage_changes_the_action_of_many_intents() -> None:
    changed = {intent: stages for intent in _routes(None) if len(stages := _staged(intent)) >= 3}

    assert len(changed) >= STAGED_INTENTS_WANTED, changed


def test_every_offer_has_a_yes() -> None:
    offers = {_slots(rule)["pending_offer"] for rule in _load_rules() if "pending_offer" in _slots(rule)}

    assert offers == set(load_domain()["slots"]["pending_offer"]["values"])
