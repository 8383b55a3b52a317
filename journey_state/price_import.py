"""Prices from a spreadsheet into products.yml: all of them or none, with the file's comments and order kept."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from journey_state.content import Content, load_content
from journey_state.content_files import read_file
from journey_state.errors import ContentError
from journey_state.price_sheets import PlanRow, read_prices
from journey_state.texts import Text

PRODUCTS = "products.yml"


def import_prices(path: Path, folder: Path) -> list[str]:
    """Take a workbook's plans over into a content folder; returns what changed, a line each.

    The folder is first tried as it would be: when anything is wrong, nothing is written. Raises ContentError.
    """
    content = load_content(folder)
    rows = read_prices(path, content)
    changes = [line for row in rows for line in _describe(row, content)]
    if changes:
        _replace_whole(folder, _apply(folder, rows))
    return changes


def _apply(folder: Path, rows: Sequence[PlanRow]) -> str:
    """The text of products.yml with the rows in it."""
    read_file(folder, PRODUCTS)  # raises with line and remedy
    yaml = _yaml()
    document = yaml.load((folder / PRODUCTS).read_text(encoding="utf-8"))
    products = {product["id"]: product for product in document["products"]}
    for row in rows:
        plans = products[row.product]["plans"]
        known = next((plan for plan in plans if plan["id"] == row.plan), None)
        if known is None:
            plans.append(known := CommentedMap(id=row.plan))
        _fill(known, row)
    text = io.StringIO()
    yaml.dump(document, text)
    return text.getvalue()


def _fill(plan: Any, row: PlanRow) -> None:
    for name, value in (("name", row.name), ("monthly", row.monthly), ("yearly", row.yearly)):
        if value is not None:
            plan[name] = value
    for language, words in (("vi", row.suits_vi), ("en", row.suits_en)):
        if words is not None:
            plan.setdefault("suits", CommentedMap())[language] = words
    if row.is_popular is not None:
        plan["is_popular"] = row.is_popular
    for name, text in row.specs.items():
        if _read(plan.get("specs", {}).get(name)) != text:
            plan.setdefault("specs", CommentedMap())[name] = text.vi if text.vi == text.en else CommentedMap(vi=text.vi, en=text.en)


def _read(value: Any) -> Text | None:
    if value is None:
        return None
    return Text.parse(value) if isinstance(value, Mapping) else Text(str(value), str(value))


def _describe(row: PlanRow, content: Content) -> Iterator[str]:
    """What a row changes, in words."""
    plan = content.plans.get(row.plan)
    if plan is None:
        yield f"{row.plan}: new, {row.monthly} a month, {row.yearly} a year"
        return
    given = {"name": row.name, "monthly": row.monthly, "yearly": row.yearly, "is_popular": row.is_popular}
    now = {"name": plan.name, "monthly": plan.monthly, "yearly": plan.yearly, "is_popular": plan.is_popular}
    suits = {"suits vi": (plan.suits.vi, row.suits_vi), "suits en": (plan.suits.en, row.suits_en)}
    specs = {f"spec {name}": (plan.specs.get(name), text) for name, text in row.specs.items()}
    for name, (old, new) in {**{name: (now[name], given[name]) for name in now}, **suits, **specs}.items():
        if new is not None and new != old:
            yield f"{row.plan}: {name} {_plain(old)} → {_plain(new)}"


def _plain(value: object) -> str:
    return f"{value.vi} | {value.en}" if isinstance(value, Text) else str(value)


def _replace_whole(folder: Path, text: str) -> None:
    """Put a new products.yml in place in one step, after the whole folder was read with it."""
    with TemporaryDirectory(prefix="donghanh-import-") as trial:
        tried = Path(shutil.copytree(folder, Path(trial) / "content"))
        (tried / PRODUCTS).write_text(text, encoding="utf-8")
        try:
            load_content(tried)
        except ContentError as error:
            raise ContentError(f"nothing was written, because the content would be wrong with these prices: {error}") from error
    unfinished = folder / f".{PRODUCTS}.new"
    unfinished.write_text(text, encoding="utf-8")
    os.replace(unfinished, folder / PRODUCTS)


def _yaml() -> Any:
    yaml: Any = YAML()
    yaml.width = 1_000_000
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=2, offset=0)
    return yaml
