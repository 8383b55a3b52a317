"""A wrong content file is refused with its name, the line, the field and what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from journey_state.content import content_check, load_content
from journey_state.errors import ContentError

FLOWER_SHOP = Path(__file__).parent.parent / "fixtures" / "flower_shop"


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FLOWER_SHOP, tmp_path / "shop"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("name, old, new, line, field, remedy", [
    ("products.yml", "    monthly: 240000\n", "", 12, "products[0].plans[0].monthly", "missing; add it"),
    ("products.yml", "monthly: 240000", "monthly: 240.000", 14, "products[0].plans[0].monthly", "whole number"),
    ("products.yml", "monthly: 240000", 'monthly: "240000"', 14, "products[0].plans[0].monthly", "whole number"),
    ("products.yml", "monthly: 240000", "monthly: -1", 14, "products[0].plans[0].monthly", "negative"),
    ("products.yml", "yearly: 2640000", "yearly: 0", 15, "products[0].plans[0].yearly", "both periods|both, or write 0"),
    ("products.yml", "name: Bó nhỏ", "nmae: Bó nhỏ", 12, "products[0].plans[0].name", "missing"),
    ("products.yml", "    name: Bó nhỏ\n", "    name: Bó nhỏ\n    colour: red\n", 14, "products[0].plans[0].colour", "remove it"),
    ("products.yml", "{vi: bàn làm việc, en: a desk}", "{vi: bàn làm việc}", 16, "products[0].plans[0].suits", "'en' is missing"),
    ("products.yml", "{vi: bàn làm việc, en: a desk}", "{vi: bàn, ghế, en: a desk}", 16, "products[0].plans[0].suits", "quotes"),
    ("products.yml", "specs: {stems: 8}", "specs: 8", 17, "products[0].plans[0].specs", "one spec a line"),
    ("prices.yml", "vat_percent: 10", "vat_percent: 110", 3, "prices.vat_percent", "0 to 100"),
    ("prices.yml", "vat_percent: 10", "vat_percent: 10\n  vat_percent: 8", 4, "prices.vat_percent", "twice"),
    ("trials.yml", "needs_card: false", "needs_card: nope", 2, "trials.needs_card", "true or false"),
    ("demos.yml", "slots: {}", 'slots: {monday: ["9h"]}', 7, "demos.slots", '"09:00"'),
    ("demos.yml", "slots: {}", 'slots: {moonday: ["09:00"]}', 7, "demos.slots", "monday"),
    ("payments.yml", 'bin: "999999"', 'bin: "99"', 8, "payments.bank_account.bin", "six digits"),
    ("reviews.yml", "on: 2026-05-01", "on: yesterday", 9, "reviews[0].on", "2026-12-31"),
    ("reviews.yml", "rating: 5", "rating: 6", 8, "reviews[0].rating", "1 to 5"),
    ("promotions.yml", "promotions: []", "rules: []\npromotions: []", 1, "rules", "remove it"),
    ("articles/keep-fresh.yml", "topic: care\n", "", 1, "topic", "missing"),
])
def test_error_names_file_line_field_and_remedy(
    folder: Path, name: str, old: str, new: str, line: int, field: str, remedy: str,
) -> None:
    edit(folder, name, old, new)
    (problem,) = content_check(folder)
    assert problem.startswith(f"{name}, line {line}, {field}: ")
    assert any(part in problem for part in remedy.split("|"))
    with pytest.raises(ContentError):
        load_content(folder)


@pytest.mark.parametrize("text, words", [
    ("brand: [", "line 2"), ("brand:\n\tname: x", "line 2"), ("brand:\n  name: a: b\n", "line 2, the file: is not valid YAML"),
    ("", "is empty"), ("- a\n- b\n", "list of fields"), ("brand: *nobody\n", "not valid YAML"),
])
def test_a_file_that_is_no_yaml_says_where(folder: Path, text: str, words: str) -> None:
    (folder / "brand.yml").write_text(text, encoding="utf-8")
    (problem,) = content_check(folder)
    assert problem.startswith("brand.yml") and words in problem


def test_a_file_that_is_no_text_is_named(folder: Path) -> None:
    (folder / "brand.yml").write_bytes(b"brand: \xff\xfe")
    assert content_check(folder)[0].startswith("brand.yml cannot be read")


def test_a_missing_file_says_how_to_make_it(folder: Path) -> None:
    (folder / "support.yml").unlink()
    assert content_check(folder) == [f"support.yml is missing in {folder}; create it (the shipped data/business/ shows its fields)"]


@pytest.mark.parametrize("promotion, remedy", [
    ("percent_off: 10, amount_off_vnd: 5000, valid_from: 2026-01-01, valid_to: 2026-02-01", "one of them"),
    ("valid_from: 2026-01-01, valid_to: 2026-02-01", "one of them"),
    ("percent_off: 10, valid_from: 2026-03-01, valid_to: 2026-02-01", "ends before it starts"),
    ("percent_off: 10, periods: [week], valid_from: 2026-01-01, valid_to: 2026-02-01", "month or year"),
])
def test_a_promotion_that_makes_no_sense_is_refused(folder: Path, promotion: str, remedy: str) -> None:
    entry = f"promotions:\n- {{code: X, name: {{vi: a, en: b}}, terms: {{vi: a, en: b}}, {promotion}}}"
    edit(folder, "promotions.yml", "promotions: []", entry)
    (problem,) = content_check(folder)
    assert problem.startswith("promotions.yml, line 2, promotions[0]") and remedy in problem
