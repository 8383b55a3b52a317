"""The table intent × stage → actions, as the rules in data/rules decide it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from journey_state.stages import STAGES, UNSURE

Routes = dict[str, dict[str, str]]
_SLOT = "journey_stage"


def read_routes(project: Path) -> Routes:
    """intent → {"unsure" or stage: actions joined by " → "}.

    A rule without a stage condition is the neutral one and answers every stage that has no rule of its own.
    Rules that depend on anything else (an active form, another slot) are no routes and left out.
    """
    neutral: dict[str, str] = {}
    staged: Routes = {}
    for path in sorted((project / "data" / "rules").glob("*.yml")):
        for rule in YAML(typ="safe").load(path.read_text(encoding="utf-8")).get("rules", []):
            _file_rule(rule, neutral, staged)
    names = sorted({*neutral, *staged})
    every = (UNSURE, *(stage.value for stage in STAGES))
    return {name: _fill(every, neutral.get(name), staged.get(name, {})) for name in names}


def _fill(every: tuple[str, ...], neutral: str | None, staged: dict[str, str]) -> dict[str, str]:
    row = {stage: staged.get(stage, neutral) for stage in every}
    return {stage: actions for stage, actions in row.items() if actions}


def _file_rule(rule: dict[str, Any], neutral: dict[str, str], staged: Routes) -> None:
    steps = rule["steps"]
    if "intent" not in steps[0]:
        return
    actions = " → ".join(step["action"] for step in steps[1:] if "action" in step)
    conditions = _conditions(rule)
    if not conditions:
        neutral[steps[0]["intent"]] = actions
    elif set(conditions) == {_SLOT}:
        staged.setdefault(steps[0]["intent"], {})[conditions[_SLOT]] = actions


def _conditions(rule: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for condition in rule.get("condition") or []:
        if "active_loop" in condition:
            found["active_loop"] = str(condition["active_loop"])
        for slot in condition.get("slot_was_set") or []:
            found.update({name: str(value) for name, value in slot.items()})
    return found
