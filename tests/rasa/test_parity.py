"""Thirty conversations mean the same to `rasa shell` beside `rasa run actions` as to the website.

On one side stock Rasa (tests/rasa/shell_way.py): TensorFlow and all, trackers in memory, actions over HTTP in a local
store of their own, no metadata. On the other the live path: log, turn, engine, one row a tracker, SQLite.

Both start from a contact nobody knows who has not decided about consent: in `rasa shell` nobody asks. What actions
write changes how later messages are understood (a trial started, a ticket open). The website reads these facts from its
store with every message; in the shell understanding has no store, so the action server tells them by the slot `facts`
(actions/local_scope.py). Nothing is left out of the comparison.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.engine.engine import Engine
from bot.rehearsal import Rehearsal
from bot.settings import PROJECT
from journey_state.messages import InboundMessage
from journey_state.store import JourneyStore, utc_now
from journey_state.turns import read_turn_record
from tests.fixtures.action_servers import running_action_server

FORMS: tuple[tuple[str, ...], ...] = (
    ("cho mình dùng thử hosting", "giá gói M bao nhiêu vậy?", "lan.parity@example.com", "còn mấy ngày dùng thử nữa?", "cảm ơn bạn nhé"),
    ("I want to try a VPS for free", "my mail is john.parity@example.com", "how many days of my trial are left?", "it is down, error 502!",
     "my shop at shop.example answers 502 since this morning", "where is my ticket?"),
    ("mình muốn mua gói Hosting M", "trả theo năm", "minh.parity@example.com", "đơn của mình tới đâu rồi?", "mình chuyển khoản rồi nhé"),
    ("I'd like to buy VPS 2", "no, forget it", "what does it cost per month?", "ok, I take it", "monthly", "anna.parity@example.com"),
    ("web mình sập rồi, cứu với", "bên bạn làm việc mấy giờ?", "trang shophoa.example báo lỗi 503 từ sáng", "phiếu của mình tới đâu rồi?",
     "làm ăn kiểu gì vậy, quá tệ", "cho mình gặp nhân viên"),
    ("cho mình xin mã giới thiệu", "asdf qwer", "hjkl zxcv", "😀", "we can speak English, please", "how do I upgrade my plan?"),
)
PLAYED = 30


def list_conversations() -> list[dict[str, Any]]:
    """Those with forms, and labelled ones picked evenly from all files."""
    files = [*sorted((PROJECT / "data" / "stages").glob("*.jsonl")), PROJECT / "tests" / "conversations" / "held_out.jsonl"]
    rows = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    wanted = PLAYED - len(FORMS)
    chosen = [rows[number * len(rows) // wanted] for number in range(wanted)]
    labelled = [{"id": row["id"], "language": row["language"], "texts": [turn["text"] for turn in row["turns"]]} for row in chosen]
    return labelled + [{"id": f"form-{number}", "texts": list(texts)} for number, texts in enumerate(FORMS)]


def play_shell_way(model: Path, conversations: Sequence[Mapping[str, Any]], folder: Path) -> list[dict[str, Any]]:
    with running_action_server(folder) as url:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.rasa.shell_way", str(model), url], cwd=PROJECT,
            input=json.dumps(conversations), capture_output=True, text=True, check=False,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"id"')]


def play_website_way(rehearsal: Rehearsal, engine: Engine, conversations: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for conversation in conversations:
        rehearsal.open("website", conversation["id"], is_consenting=None)
        for number, text in enumerate(conversation["texts"]):
            written = rehearsal.say(InboundMessage("website", conversation["id"], f"{conversation['id']}-{number}", text, rehearsal.now))
            with rehearsal.store.reading() as session:
                record = read_turn_record(session, written)
            assert engine.trackers.saved is not None
            yield {
                "id": conversation["id"], "text": text, "intent": record.understanding["intent"]["name"],
                "stage": engine.trackers.saved.get_slot("journey_stage"), "actions": list(record.actions),
            }


@pytest.mark.slow
@pytest.mark.timeout(900)  # two hundred turns over HTTP, beside whatever else runs
def test_shell_and_website_understand_and_act_alike(
    model_path: Path, engine: Engine, sqlite_store: JourneyStore, tmp_path: Path,
) -> None:
    conversations = list_conversations()
    assert len({conversation["id"] for conversation in conversations}) == PLAYED
    assert {conversation.get("language") for conversation in conversations} >= {"vi", "en"}

    rehearsal = Rehearsal(sqlite_store, engine, utc_now())
    on_website = list(play_website_way(rehearsal, engine, conversations))
    rehearsal.close()
    in_shell = play_shell_way(model_path, conversations, tmp_path)

    different = [(here, there) for here, there in zip(on_website, in_shell, strict=True) if here != there]
    assert not different, "website / shell:\n" + "\n".join(f"{here}\n{there}\n" for here, there in different)
    assert {"action_start_trial", "action_place_order", "action_open_ticket"} <= {name for turn in in_shell for name in turn["actions"]}
