"""The API description says what the API does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, RefResolver
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

import bot.channels.website.routes as routes
from bot.channels.website import problems
from bot.channels.website.problems import Problem
from bot.services import Services
from journey_state.conversations import Posting, append_reply
from journey_state.messages import Card, Choice, Reply
from journey_state.store import utc_now
from journey_state.turns import claim_turn
from tests.fixtures.visiting import send

DOCUMENT: dict[str, Any] = json.loads((Path(routes.__file__).parent / "openapi.json").read_text(encoding="utf-8"))


def check(instance: object, schema: str) -> None:
    """Raise ValidationError unless the instance is what the description says."""
    reference = {"$ref": f"#/components/schemas/{schema}"}
    Draft202012Validator(reference, resolver=RefResolver.from_schema(DOCUMENT)).validate(instance)


def test_the_description_is_served(visitor: TestClient) -> None:
    assert visitor.get("/api/openapi.json").json() == DOCUMENT


def test_every_route_is_described_and_nothing_else(services: Services) -> None:
    mounts = [route for route in routes.website_routes(services) if isinstance(route, Mount) and route.path == "/api/website"]
    served = {
        (mount.path + route.path, method.lower())
        for mount in mounts for route in mount.routes if isinstance(route, Route) for method in route.methods or () if method != "HEAD"
    }
    assert served == {(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods}


def test_every_status_of_a_problem_is_described() -> None:
    known = {str(value.status) for value in vars(problems).values() if isinstance(value, Problem)}
    described = {status for methods in DOCUMENT["paths"].values() for operation in methods.values() for status in operation["responses"]}
    assert known <= described


def test_what_the_api_answers_is_what_the_description_says(visitor: TestClient, services: Services) -> None:
    check(visitor.post("/api/website/session", json={"carry": "token"}).json(), "Session")
    check(send(visitor).json(), "Written")
    check(send(visitor, text="").json(), "Problem")
    with services.store.transaction() as session:
        turn = claim_turn(session, utc_now())
        assert turn is not None
        choice = Choice("Mua", "buy_plan")
        reply = Reply("Dạ", (choice,), (Card("M", ("1",), "Phổ biến", "https://x.example", choice), Card("L")), "/qr.png", "en")
        append_reply(session, turn.conversation, reply, Posting("bot", utc_now()))
    page = visitor.get("/api/website/messages").json()
    check(page, "Page")
    assert len(page["messages"]) == 2


@pytest.mark.parametrize("schema", sorted(DOCUMENT["components"]["schemas"]))
def test_every_schema_is_a_schema(schema: str) -> None:
    Draft202012Validator.check_schema(DOCUMENT["components"]["schemas"][schema])
