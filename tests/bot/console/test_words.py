"""Words: everything a page says is there in both languages, and nothing is there that no page says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from bot.console.words import FOLDER, label, load_labels, load_pages, say
from bot.settings import PROJECT
from journey_state.deals import DealState
from journey_state.orders import CANCELLED, PAID, PLACED, REFUNDED
from journey_state.payments import Verdict
from journey_state.promises import INTENTS_OF_TOPIC
from journey_state.staff import Role
from journey_state.stages import STAGES, UNSURE
from journey_state.tickets import Priority, TicketKind
from journey_state.transcripts import INNER_ENTITIES

CONSOLE = FOLDER.parent
# Put together by a page from a value.
COMPOSED = re.compile(
    r"report_by_\w+|learning_cause_\w+|contact_problem_\w+|ticket_problem_\w+|lookalike_\w+|"
    r"error_\d+|problem_\w+|tab_\w+|group_\w+|empty_\w+|author_\w+|days|hours|minutes|joined|left|passed_on|error_form"
)


def sources() -> list[Path]:
    return [*CONSOLE.glob("*.py"), *(CONSOLE / "templates").glob("*.html")]


def test_every_word_a_page_says_is_known_and_every_known_word_is_said() -> None:
    text = "\n".join(path.read_text() for path in sources())
    said = set(re.findall(r"""\b(?:t\(|say\([\w.]+, )['"](\w+)['"]""", text))
    known = {key for key in load_pages() if not COMPOSED.fullmatch(key)}

    assert known - said == set()
    assert {key for key in said if not key.endswith("_")} - set(load_pages()) == set()


def is_whole(words: Mapping[str, object]) -> bool:
    return set(words) == {"vi", "en"} and all(isinstance(text, str) and text for text in words.values())


@pytest.mark.parametrize("name", ["pages", "labels"])
def test_every_word_has_exactly_both_languages(name: str) -> None:
    groups = {"pages": load_pages()} if name == "pages" else load_labels()
    wrong = [(group, key) for group, named in groups.items() for key, words in named.items() if not is_whole(words)]

    assert wrong == []


@pytest.mark.parametrize("key", sorted(load_pages()))
def test_both_languages_have_the_same_gaps(key: str) -> None:
    gaps = {language: set(re.findall(r"\{(\w+)\}", text)) for language, text in load_pages()[key].items()}

    assert gaps["vi"] == gaps["en"]


@pytest.mark.parametrize(("kind", "values"), [
    ("stage", [*(stage.value for stage in STAGES), UNSURE]),
    ("role", [role.value for role in Role]),
    ("ticket", [kind.value for kind in TicketKind]),
    ("priority", [priority.value for priority in Priority]),
    ("deal", [state.value for state in DealState]),
    ("verdict", [verdict.value for verdict in Verdict]),
    ("state", [PLACED, PAID, CANCELLED, REFUNDED, "open", "closed"]),
    ("verb", ["sign_in", "sign_out", "look", "claim", "reply", "note", "release", "add", "disable", "assign", "transfer", "withdraw"]),
    ("topic", list(INTENTS_OF_TOPIC)),
    ("verb", ["confirm_payment", "refund", "assign_transfer", "return_transfer", "save"]),
    ("delivery", ["queued", "trying", "failed", "cancelled"]),
])
def test_every_value_of_the_store_has_a_label(kind: str, values: list[str]) -> None:
    assert set(values) - set(load_labels()[kind]) == set()


def test_every_intent_and_entity_of_the_domain_has_a_label() -> None:
    domain = yaml.safe_load((PROJECT / "domain.yml").read_text())

    assert set(domain["intents"]) - set(load_labels()["intent"]) == set()
    assert set(domain["entities"]) - INNER_ENTITIES - set(load_labels()["entity"]) == set()


def test_every_reason_that_actions_give_has_a_label() -> None:
    given = re.findall(r'\breason(?:: ClassVar\[str\])? = "(\w+)"', (PROJECT / "actions" / "handoffs.py").read_text())

    assert given and set(given) - set(load_labels()["reason"]) == set()


def test_unnamed_value_is_shown_as_it_is() -> None:
    assert label("vi", "reason", "wants_a_unicorn") == "wants a unicorn"
    assert label("en", "stage", None) == ""


def test_gaps_are_filled_in_the_readers_language() -> None:
    assert (say("vi", "queue_waiting", n=3), say("en", "queue_waiting", n=3)) == ("3 khách đang chờ", "3 waiting")
