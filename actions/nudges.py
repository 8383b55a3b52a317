"""Talks unasked: the words of reminders and survey asks, and what is done with the answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import Button, make_button
from actions.turn import Turn
from journey_state.content import Content
from journey_state.messages import Choice, Reply
from journey_state.nudge_occasions import stop_nudges
from journey_state.nudges import VIETNAM, NudgeKind, Occasion
from journey_state.surveys import SCALE_OF_KIND, SurveyKind

WORDS = Path(__file__).resolve().parent.parent / "data" / "nudges.yml"
FIRST, SECOND = "first", "second"


class ActionStopNudges(JourneyAction):
    """Nothing more unasked."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        stop_nudges(turn.session, turn.contact_id)
        dispatcher.utter_message(response="utter_stop_nudges")
        return []


class ActionAnswerPath(JourneyAction):
    """How somebody found us, step by step: each answer becomes the touchpoint it declares."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        step, source = turn.entities.get("path_step") or FIRST, turn.entities.get("path_source") or ""
        answer = load_words()["path"].get(step, {}).get(source)
        if answer is not None:
            turn.record_touchpoint("survey_answered", properties={"survey": "path", "step": step, "answer": source})
        if answer is not None and answer["touchpoint"]:
            turn.record_touchpoint(answer["touchpoint"], properties={"declared": True})
        if step == FIRST:
            dispatcher.utter_message(response="utter_ask_path_reason", buttons=_path_buttons(turn.language))
        else:
            dispatcher.utter_message(response="utter_thank_path")
        return []


def compose_nudge(content: Content, occasion: Occasion, language: str) -> Reply:
    """The words and buttons of a nudge; the last button always ends them. Raises KeyError for a plan that is gone."""
    values = _values(content, occasion, language)
    text = load_words()["texts"][occasion.kind.value][language].format(**values)
    choices = (*_choices(content, occasion, language), Choice(_label("stop_nudges", language), "stop_nudges", {}))
    return Reply(text, choices=choices, language=language)


@cache
def load_words() -> Mapping[str, Any]:
    """data/nudges.yml, read once."""
    return dict(yaml.safe_load(WORDS.read_text(encoding="utf-8")))


def _values(content: Content, occasion: Occasion, language: str) -> dict[str, str]:
    if occasion.kind is not NudgeKind.TRIAL_ENDING:
        return dict(occasion.details)
    ends_at = datetime.fromisoformat(occasion.details["ends_at"]).astimezone(VIETNAM)
    day = f"{ends_at:%d/%m/%Y}" if language == "vi" else f"{ends_at.day} {ends_at:%B %Y}"
    product = content.products[occasion.details["product"]]
    return {"name": product.name.in_language(language), "plan": content.plans[_plan_of(content, occasion)].name, "day": day}


def _plan_of(content: Content, occasion: Occasion) -> str:
    """The plan that goes on from a trial: the one tried, unless it costs nothing."""
    tried = content.plans.get(occasion.details["plan"])
    return tried.id if tried and not tried.is_free else content.products[occasion.details["product"]].cheapest_paid_plan


def _choices(content: Content, occasion: Occasion, language: str) -> tuple[Choice, ...]:
    if occasion.kind is NudgeKind.TRIAL_ENDING:
        plan = _plan_of(content, occasion)
        order = Choice(_label("order_plan", language).format(plan=content.plans[plan].name), "order_plan", {"plan": plan})
        return order, Choice(_label("ask_how_to", language), "open_ticket", {})
    if occasion.kind is NudgeKind.PATH:
        return tuple(Choice(answer[language], "answer_path", {"path_step": FIRST, "path_source": name})
                     for name, answer in load_words()["path"][FIRST].items())
    kind = SurveyKind(occasion.kind.value)
    return tuple(Choice(str(score), f"rate_{kind.value}", {"rating": str(score)}) for score in SCALE_OF_KIND[kind])


def _label(key: str, language: str) -> str:
    return str(load_words()["labels"][key][language])


def _path_buttons(language: str) -> list[Button]:
    return [make_button(answer[language], "answer_path", path_step=SECOND, path_source=name)
            for name, answer in load_words()["path"][SECOND].items()]
