"""`donghanh content`: a business's own files, from a starter folder to what customers will read."""

from __future__ import annotations

import shutil
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.settings import PROJECT
from journey_state.content import Content, content_check, load_content
from journey_state.errors import ContentError
from journey_state.price_import import import_prices
from journey_state.price_sheets import write_template
from journey_state.texts import LANGUAGES, format_vnd

STARTER = PROJECT / "data" / "starter"


def new(folder: Path, out: Console) -> int:
    """Copy the starter business, to be edited. Raises ContentError when the folder holds anything."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ContentError(f"{folder} is not empty; name a new folder")
    shutil.copytree(STARTER, folder, dirs_exist_ok=True)
    _say(out, f"{folder} holds a small example business; docs/your-own-business.md tells what to change.")
    return 0


def check(folder: Path, out: Console) -> int:
    """List everything that is wrong, with file, line, field and remedy; returns 1 when anything is."""
    problems = content_check(folder)
    for problem in problems:
        _say(out, problem)
    if not problems:
        content = load_content(folder)
        _say(out, f"✓ {content.brand.name}: {len(content.products)} products, {len(content.plans)} plans, "
                  f"{len(content.facts.attributes)} facts, {len(content.articles)} articles")
    return 1 if problems else 0


def preview(folder: Path, question: str | None, out: Console) -> int:
    """Print what customers will be told, in both languages; with a question, only what answers it. Raises ContentError."""
    content = load_content(folder)
    if question:
        return _answer(content, question, out)
    out.print(_plan_table(content))
    for language in LANGUAGES:
        out.print(_fact_table(content, language))
    return 0


def take_prices(workbook: Path, folder: Path, out: Console) -> int:
    """Import prices; says what changed. Raises ContentError naming sheet, row, column and remedy."""
    changes = import_prices(workbook, folder)
    for line in changes or ["nothing to change: the prices are the same"]:
        _say(out, line)
    return 0


def template(workbook: Path, folder: Path, out: Console) -> int:
    """Write a workbook with the plans of a content folder. Raises ContentError."""
    if workbook.suffix.lower() != ".xlsx":
        raise ContentError(f"{workbook} must end in .xlsx")
    if workbook.exists():
        raise ContentError(f"{workbook} exists; move it away, or name another file")
    write_template(load_content(folder), workbook)
    _say(out, f"{workbook}: change the prices in the sheet Plans, save, then `donghanh content import {workbook}`")
    return 0


def _answer(content: Content, question: str, out: Console) -> int:
    """The facts and the article that a question leads to; returns 1 when there are none."""
    found = False
    for language in LANGUAGES:
        for attribute in content.find_attributes(question, language):
            fact = content.find_fact(attribute, language=language)
            if fact is not None:
                found = True
                _say(out, f"[{language}] {fact.text}  ({fact.source_file}, {attribute})")
        for hit in content.search_articles(question, language, limit=1):
            found = True
            _say(out, f"[{language}] {hit.title}: {hit.passage}  ({hit.source_file})")
    if not found:
        _say(out, "The content does not say: customers are told so, and offered a person. Add a fact, a phrase or an article.")
    return 0 if found else 1


def _plan_table(content: Content) -> Table:
    table = Table(title=f"{content.brand.name}: plans, VAT {content.prices.vat_percent}%")
    for heading in ("product", "plan", "month", "year", "year with VAT"):
        table.add_column(heading)
    for plan in content.plans.values():
        total = content.price_of(plan.id, "year").total
        amounts = (format_vnd(amount, "vi") for amount in (plan.monthly, plan.yearly, total))
        table.add_row(content.product(plan.product).name.vi, plan.name, *amounts)
    return table


def _fact_table(content: Content, language: str) -> Table:
    table = Table(title=f"facts ({language})", show_lines=True)
    for heading in ("asked as", "said", "file"):
        table.add_column(heading, overflow="fold")
    for name, attribute in content.attributes.items():
        fact = content.find_fact(name, language=language)
        if fact is not None:
            table.add_row(*map(escape, (", ".join(attribute.phrases.in_language(language)[:3]), fact.text, fact.source_file)))
    return table


def _say(out: Console, line: str) -> None:
    out.print(line, markup=False, highlight=False, soft_wrap=True)
