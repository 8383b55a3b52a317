"""`donghanh content`: a new business, its mistakes, its preview, its prices."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli import run
from bot.commands import contenting
from journey_state.content import DEFAULT_FOLDER, content_check
from journey_state.errors import ContentError


@pytest.fixture
def out() -> Console:
    """A terminal that keeps what is printed."""
    return Console(file=StringIO(), width=400)


def printed(out: Console) -> str:
    assert isinstance(out.file, StringIO)
    return out.file.getvalue()


def test_a_new_business_is_whole_from_the_start(tmp_path: Path, out: Console) -> None:
    assert contenting.new(tmp_path / "shop", out) == 0
    assert content_check(tmp_path / "shop") == []
    with pytest.raises(ContentError, match="is not empty; name a new folder"):
        contenting.new(tmp_path / "shop", out)


def test_check_counts_what_is_there_or_lists_every_mistake(tmp_path: Path, out: Console) -> None:
    contenting.new(tmp_path / "shop", out)
    assert contenting.check(tmp_path / "shop", out) == 0
    assert "✓ Sao Mai: 2 products, 3 plans" in printed(out)

    (tmp_path / "shop" / "help.yml").write_text("help: {topics: {other: {vi: Khác, en: Other}}}", encoding="utf-8")
    assert contenting.check(tmp_path / "shop", out) == 1
    assert "articles/join-online.yml, line 1, topic: 'lessons' is not known; use one of other" in printed(out)


def test_preview_shows_prices_with_vat_and_every_sentence_with_its_file(out: Console) -> None:
    assert contenting.preview(DEFAULT_FOLDER, None, out) == 0
    assert "1.285.200đ" in printed(out)  # Hosting M for a year with VAT
    assert "Our website is https://sencloud.example." in printed(out) and "brand.yml" in printed(out)


@pytest.mark.parametrize(("question", "code", "said"), [
    ("co may nguoi tu van 24/7 khong", 0, "support.yml"), ("nhận nuôi mèo", 1, "The content does not say"),
    ("cài ssl", 0, "articles/install-ssl.yml"),
])
def test_preview_answers_a_question_with_its_source(out: Console, question: str, code: int, said: str) -> None:
    assert contenting.preview(DEFAULT_FOLDER, question, out) == code
    assert said in printed(out)


def test_a_template_is_never_written_over(tmp_path: Path, out: Console) -> None:
    assert contenting.template(tmp_path / "p.xlsx", DEFAULT_FOLDER, out) == 0
    for path, problem in ((tmp_path / "p.xlsx", "exists"), (tmp_path / "p.ods", "must end in .xlsx")):
        with pytest.raises(ContentError, match=problem):
            contenting.template(path, DEFAULT_FOLDER, out)


def test_wrong_prices_exit_with_2_and_the_remedy_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.xlsx").write_bytes(b"no")

    assert run(["content", "import", str(tmp_path / "p.xlsx")]) == 2
    assert "p.xlsx is no Excel workbook; save it as .xlsx" in capsys.readouterr().err
