"""The host's signed word: taken as documented, and nothing that is forged, old, long-lived or odd."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import Any

import pytest

from bot.channels.website.host_tokens import parse_host_token
from bot.channels.website.problems import RefusedError
from bot.settings import PROJECT
from journey_state.host_identities import HostIdentity
from journey_state.store import utc_now
from tests.fixtures.host_tokens import SECRET, encode, make_claims, sign
from tests.fixtures.journeys import NOW

AT = int(NOW.timestamp())
GUIDE = PROJECT / "docs" / "embedding.md"


def test_signed_identity_is_read() -> None:
    claims = make_claims(now_s=AT, name=" Lan\u202e ", email="lan@example.vn", phone="0901234567")
    assert parse_host_token(sign(claims), SECRET, NOW) == HostIdentity("customer-1", "Lan", "lan@example.vn", "0901234567")


@pytest.mark.parametrize("claims", [
    {"iat": AT - 60, "exp": AT}, {"iat": AT + 59, "exp": AT + 300}, {"exp": AT + 900},
])
def test_clocks_may_differ_a_little(claims: dict[str, Any]) -> None:
    assert parse_host_token(sign(make_claims(now_s=AT, **claims)), SECRET, NOW).subject == "customer-1"


@pytest.mark.parametrize("token", [
    sign(make_claims(now_s=AT), secret="another-secret-of-at-least-32-chars"),
    sign(make_claims(now_s=AT), head={"alg": "none"}),
    sign(make_claims(now_s=AT), head={"alg": "HS512"}),
    sign(make_claims(now_s=AT)).rpartition(".")[0] + ".",
    sign(make_claims(now_s=AT)).rpartition(".")[0],
    sign(make_claims(now_s=AT, aud="another")),
    sign(make_claims(now_s=AT, iat=AT - 400, exp=AT - 61)),
    sign(make_claims(now_s=AT, iat=AT + 120)),
    sign(make_claims(now_s=AT, exp=AT + 3600)),
    sign(make_claims(now_s=AT, exp=AT - 1)),
    sign(make_claims(now_s=AT, exp=None)),
    sign(make_claims(now_s=AT, exp="NaN")),
    sign(make_claims(now_s=AT, iat=[])),
    sign(make_claims("", now_s=AT)),
    sign(make_claims("x" * 101, now_s=AT)),
    sign(make_claims(now_s=AT, sub=5)),
    sign(make_claims(now_s=AT, name=["Lan"])),
    sign(make_claims(now_s=AT, name="x" * 1900)),
    f"{encode(b'[]')}.{encode(b'{}')}.{encode(b'x')}",
    "", "a.b", "a.b.c", "ế.ế.ế", "....", 5, {}, None,
])
def test_everything_else_is_refused_without_saying_why(token: object) -> None:
    with pytest.raises(RefusedError, match="bad_identity"):
        parse_host_token(token, SECRET, NOW)


def test_without_a_secret_nobody_is_believed() -> None:
    with pytest.raises(RefusedError, match="bad_identity"):
        parse_host_token(sign(make_claims(now_s=AT), secret=""), "", NOW)


def run(*command: str) -> str:
    """What a program prints that knows the secret."""
    done = subprocess.run(command, env={"DONGHANH_IDENTITY_SECRET": SECRET}, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def snippet(language: str) -> str:
    """The code of the guide in one language that makes a token."""
    blocks = re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    return next(block for block in blocks if "HS256" in block)


def test_python_snippet_of_the_guide_makes_such_a_token() -> None:
    code = snippet("python") + '\nprint(donghanh_identity("customer-7", "Lan", "lan@example.vn"))'
    assert parse_host_token(run(sys.executable, "-c", code), SECRET, utc_now()) == HostIdentity("customer-7", "Lan", "lan@example.vn")


def test_javascript_snippet_of_the_guide_signs_by_the_same_rule() -> None:
    code = snippet("js")
    for said in ('alg: "HS256"', 'aud: "donghanh"', "iat: now", "exp: now + 300", '"sha256"', '"base64url"', "DONGHANH_IDENTITY_SECRET"):
        assert said in code
    node = shutil.which("node")
    if node:
        token = run(node, "--input-type=module", "-e", f"{code}\nconsole.log(donghanhIdentity('customer-7', 'Lan'));")
        assert parse_host_token(token, SECRET, utc_now()) == HostIdentity("customer-7", "Lan")
