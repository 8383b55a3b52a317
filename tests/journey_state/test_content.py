"""The shipped content is whole and consistent, and another business takes its place by its files alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from journey_state.content import DEFAULT_FOLDER, Content, content_check, get_content, load_content, use_content
from journey_state.errors import ContentError
from journey_state.periods import UnknownPeriodError

FLOWER_SHOP = Path(__file__).parent.parent / "fixtures" / "flower_shop"
PLANS = get_content().plans
LANGUAGES = ("vi", "en")


@pytest.fixture()
def flower_shop() -> Iterator[Content]:
    use_content(FLOWER_SHOP)
    yield get_content()
    use_content(DEFAULT_FOLDER)


def test_shipped_content_has_no_problem() -> None:
    assert content_check(DEFAULT_FOLDER) == []


def test_content_is_loaded_once() -> None:
    assert get_content() is get_content()


@pytest.mark.parametrize("plan_id, monthly", [
    ("hosting-free", 0), ("hosting-s", 59_000), ("hosting-m", 119_000), ("hosting-l", 239_000), ("vps-1", 149_000), ("vps-2", 299_000),
    ("vps-4", 599_000), ("vps-8", 1_190_000), ("email-basic", 19_000), ("email-pro", 49_000),
])
def test_every_plan_is_priced_in_both_periods(plan_id: str, monthly: int) -> None:
    plan = get_content().plan(plan_id)
    assert (plan.price("month"), plan.price("year")) == (monthly, 10 * monthly)


def test_no_plan_is_missing_from_the_price_table_above() -> None:
    assert len(PLANS) == 10 and [plan.product for plan in PLANS.values()] == ["hosting"] * 4 + ["vps"] * 4 + ["email"] * 2


@pytest.mark.parametrize("product, trial_days, refund_days, uptime", [
    ("hosting", 14, 30, "99.9"), ("vps", 7, 7, "99.95"), ("email", 14, 30, "99.9"),
])
def test_products_keep_the_terms_of_the_business(product: str, trial_days: int, refund_days: int, uptime: str) -> None:
    content = get_content()
    assert (content.trial_days(product), content.refund_days(product)) == (trial_days, refund_days)
    assert content.product(product).details["uptime_percent"] == uptime


def test_terms_shared_by_all_products() -> None:
    content = get_content()
    assert (content.prices.vat_percent, content.terms.grace_days, content.terms.data_kept_days) == (8, 7, 30)
    referral = content.referral
    assert (referral.friend_percent_off, referral.reward_vnd, referral.max_uses, referral.valid_months) == (10, 100_000, 20, 12)


def test_there_is_enough_to_read() -> None:
    content = get_content()
    assert len(content.articles) >= 25 and len(content.reviews) >= 12 and len(content.problems) >= 10
    assert {"dns", "email", "ssl", "backup", "migration", "performance", "security", "billing", "setup"} == {
        article.topic for article in content.articles.values()
    }


def test_every_product_has_reviews_and_every_persona_speaks() -> None:
    content = get_content()
    assert {content.plan(review.plan).product for review in content.reviews} == set(content.products)
    assert {review.persona for review in content.reviews} == set(content.personas)


@pytest.mark.parametrize("plan_id", PLANS)
@pytest.mark.parametrize("period", ["month", "year"])
def test_a_price_adds_vat(plan_id: str, period: str) -> None:
    quote = get_content().price_of(plan_id, period)
    assert quote.total * 100 == quote.net * 108  # all prices here are whole thousands


def test_price_of_takes_quantity_and_any_discount() -> None:
    content = get_content()
    assert content.price_of("email-pro", "month", 7, content.find_promotion("mailteam")).net == 7 * 49_000 * 9 // 10
    assert content.price_of("vps-2", "month", promotion=content.referral.discount).discount == 29_900
    assert content.price_of("hosting-l", "year", promotion=content.loyalty.tiers[-1].discount).discount == 191_200


def test_price_of_refuses_an_unknown_period_or_plan() -> None:
    with pytest.raises(UnknownPeriodError, match="month or year"):
        get_content().price_of("hosting-m", "week")
    with pytest.raises(ContentError, match="hosting-m"):
        get_content().price_of("hosting-xl", "month")


@pytest.mark.parametrize("day, is_valid", [("2026-09-30", False), ("2026-10-01", True), ("2027-03-31", True), ("2027-04-01", False)])
def test_a_promotion_runs_from_its_first_to_its_last_day(day: str, is_valid: bool) -> None:
    promotion = get_content().find_promotion(" vps20 ")
    assert promotion is not None and promotion.is_valid_on(date.fromisoformat(day)) is is_valid


@pytest.mark.parametrize("code, plan_id, is_covered", [
    ("SENMOI", "hosting-m", True), ("SENMOI", "hosting-free", False), ("SENMOI", "vps-1", False), ("VPS20", "vps-1", False),
    ("VPS20", "vps-8", True), ("MAILTEAM", "email-basic", True),
])
def test_a_promotion_covers_its_plans_only(code: str, plan_id: str, is_covered: bool) -> None:
    content = get_content()
    assert content.promotions[code].covers(content.plan(plan_id)) is is_covered


def test_an_unknown_code_is_no_promotion() -> None:
    assert get_content().find_promotion("FREE100") is None


@pytest.mark.parametrize("years, percent", [(0, None), (1, 3), (2, 5), (3, 8), (10, 8)])
def test_loyalty_grows_with_the_years(years: int, percent: int | None) -> None:
    tier = get_content().loyalty.tier_after(years)
    assert (tier.renewal_percent_off if tier else None) == percent


def test_another_business_needs_other_files_only(flower_shop: Content) -> None:
    assert flower_shop.brand.name == "Tiệm hoa Mây"
    assert flower_shop.price_of("weekly-small", "month").total == 264_000
    asked = flower_shop.find_attributes("phí giao hoa bao nhiêu tiền", "vi")
    assert asked[0] == "delivery"
    fact = flower_shop.find_fact("delivery", language="vi")
    assert fact is not None and "15.000đ" in fact.text and fact.source_file == "delivery.yml"
    assert [hit.slug for hit in flower_shop.search_articles("lam sao giu hoa tuoi lau", "vi")] == ["keep-fresh"]
    assert flower_shop.find_problem("hoa của mình chưa tới", "vi") is not None


def test_use_content_brings_the_first_business_back() -> None:
    assert get_content().brand.name == "Sen Cloud"


def test_check_names_every_broken_file(tmp_path: Path) -> None:
    folder = shutil.copytree(FLOWER_SHOP, tmp_path / "shop")
    (folder / "brand.yml").unlink()
    (folder / "terms.yml").write_text("terms: [", encoding="utf-8")
    assert [problem.split(",")[0].split(" ")[0] for problem in content_check(folder)] == ["brand.yml", "terms.yml"]


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no folder"):
        load_content(tmp_path / "nowhere")
