"""Somebody follows docs/your-own-business.md and chats with the business that comes out, through the live path."""

from __future__ import annotations

import re
import shlex
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.cli import run
from bot.engine.engine import Engine
from bot.rehearsal import Rehearsal
from bot.settings import PROJECT
from journey_state.content import DEFAULT_FOLDER, get_content, use_content
from journey_state.price_sheets import SHEET
from journey_state.store import JourneyStore
from tests.fixtures.dialogues import talk
from tests.fixtures.journeys import NOW

pytestmark = pytest.mark.slow
GUIDE = PROJECT / "docs" / "your-own-business.md"
# What is asked, and what the answer must hold.
DIALOGUE = (
    ("chào shop", "Sao Đêm"),
    ("bên mình có những lớp nào", "Luyện thi IELTS"),
    ("lop giao tiep hoc phi bao nhieu", "1.350.000đ"),
    ("so sánh nhóm nhỏ với một kèm một", "6 người"),
    ("có để xe không", "40 chỗ"),
    ("how much is the evening class", "2,400,000₫"),
    ("is there parking", "40 motorbikes"),
    ("cho mình đăng ký dùng thử lớp giao tiếp", "email"),
    ("lan@example.com", "7 ngày"),
)


def read_commands() -> list[list[str]]:
    """The guide's `donghanh content` commands, in order."""
    found = re.findall(r"^\.venv/bin/donghanh (content .*)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    return [shlex.split(line) for line in found]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder that the guide leads to, with another name and another price."""
    monkeypatch.chdir(tmp_path)
    for command in read_commands():
        if command[1] == "import":
            book = load_workbook("prices.xlsx")
            book[SHEET]["D2"] = 1350000
            book.save("prices.xlsx")
        assert run(command) == 0, command
        if command[1] == "new":
            brand = tmp_path / "my-shop" / "brand.yml"
            brand.write_text(brand.read_text(encoding="utf-8").replace("name: Sao Mai", "name: Sao Đêm"), encoding="utf-8")
    use_content(tmp_path / "my-shop")
    yield tmp_path / "my-shop"
    use_content(DEFAULT_FOLDER)


def test_the_guide_names_every_file_of_the_starter(shop: Path) -> None:
    named = GUIDE.read_text(encoding="utf-8")

    assert [path.name for path in shop.glob("*.yml") if f"`{path.name}`" not in named] == []


def test_the_second_business_is_chatted_with_and_nothing_of_the_first_is_said(
    shop: Path, sqlite_store: JourneyStore, model_path: Path,
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rehearsal = Rehearsal(sqlite_store, Engine(model_path), NOW)
    answers = talk(rehearsal, [text for text, _ in DIALOGUE])
    rehearsal.close()

    assert get_content().brand.name == "Sao Đêm"
    for (asked, wanted), said in zip(DIALOGUE, answers, strict=True):
        assert wanted in said, (asked, said)
        assert not re.search(r"sen cloud|hosting|vps", said, re.IGNORECASE), (asked, said)
