"""Files that do not fit together are refused: names that lead nowhere, ids given twice, facts that cannot be filled in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from journey_state.content import content_check

FLOWER_SHOP = Path(__file__).parent.parent / "fixtures" / "flower_shop"


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FLOWER_SHOP, tmp_path / "shop"))


@pytest.mark.parametrize("name, old, new, place, remedy", [
    ("products.yml", "cheapest_paid_plan: weekly-small", "cheapest_paid_plan: weekly-tiny", "line 10, products[0].cheapest_paid_plan",
     "use one of weekly-large, weekly-small"),
    ("products.yml", "id: weekly-large", "id: weekly-small", "line 2, products", "given twice"),
    ("products.yml", "specs: {stems: 8}", "specs: {petals: 8}", "line 17, products[0].plans[0].specs", "'petals' is not known"),
    ("reviews.yml", "plan: weekly-small", "plan: daily", "line 7, reviews[0].plan", "use one of weekly-large"),
    ("reviews.yml", "persona: home", "persona: office", "line 6, reviews[0].persona", "use one of home"),
    ("trials.yml", "plans: {}", "plans: {weekly: daily}", "line 6, trials.plans", "'daily' is not known"),
    ("troubleshooting.yml", "  steps:", "  article: nowhere\n  steps:", "line 7, problems[0].article", "use one of keep-fresh"),
    ("articles/keep-fresh.yml", "topic: care", "topic: care\nproducts: [gold]", "line 2, products", "use one of weekly"),
    ("support.yml", "attribute: support_phone", "attribute: fax", "line 12, facts[0].attribute", "use one of delivery"),
    ("attributes.yml", "  delivery:", "  smell:\n    label: {vi: mùi, en: smell}\n    phrases: {vi: [mùi], en: [smell]}\n  delivery:",
     "line 9, attributes.smell", "has no fact"),
    ("attributes.yml", "[số điện thoại]", "[giao hoa]", "line 14, attributes.support_phone.phrases.vi", "stands for delivery already"),
    ("attributes.yml", "[số điện thoại]", '["?!"]', "line 14, attributes.support_phone.phrases.vi", "holds no word"),
    ("delivery.yml", "{delivery.fee_vnd|money}", "{delivery.fee|money}", "facts[0].text", "{delivery.fee} names nothing"),
    ("delivery.yml", "{delivery.fee_vnd|money}", "{delivery}", "facts[0].text", "no single value"),
    ("delivery.yml", "{delivery.fee_vnd|money}", "{delivery.hours|money}", "facts[0].text", "not a whole number"),
    ("prices.yml", "each_plan_of: [weekly]", "each_plan_of: [monthly]", "facts[0]", "use one of weekly"),
    ("prices.yml", "facts:", "facts:\n- {attribute: price, each_plan_of: [weekly], value: x, text: {vi: a, en: b}}",
     "facts[1]", "a second time"),
])
def test_files_must_fit_together(folder: Path, name: str, old: str, new: str, place: str, remedy: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = content_check(folder)
    assert any(problem.startswith(f"{name}, line ") and place in problem and remedy in problem for problem in problems), problems


def test_a_plan_s_own_fact_stands_before_one_for_each_plan(folder: Path) -> None:
    path = folder / "prices.yml"
    own = '- attribute: stems\n  plans: [weekly-large]\n  value: "20"\n  text: {vi: Rất nhiều cành., en: Plenty.}\n'
    path.write_text(path.read_text(encoding="utf-8") + own, encoding="utf-8")
    assert content_check(folder) == []
