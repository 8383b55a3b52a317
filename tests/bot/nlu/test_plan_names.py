import pytest

from bot.nlu.normaliser import normalise
from bot.nlu.plan_names import PlanNames, is_short

NAMES = PlanNames({"hosting-s": "Hosting S", "hosting-m": "Hosting M", "vps-2": "VPS 2", "vps-4": "VPS 4", "email-pro": "Email Pro",
"solo": "Solo"})


@pytest.mark.parametrize(("text", "plans"), [
    ("gói M giá sao", ["hosting-m"]), ("goi m", ["hosting-m"]), ("s hay m", ["hosting-s", "hosting-m"]),
    ("từ S lên M", ["hosting-s", "hosting-m"]),
    ("the M plan", ["hosting-m"]), ("hosting s", ["hosting-s"]), ("vps2", ["vps-2"]), ("VPS-4 đi", ["vps-4"]), ("con vps số 2", ["vps-2"]),
    ("vps 2 và vps 4", ["vps-2", "vps-4"]), ("vps 2 tháng", []), ("2 vps", []), ("gói 2", []), ("m nói gì", []), ("it's m", []), ("", []),
])
def test_letters_and_numbers_name_plans_only_where_they_are_meant(text: str, plans: list[str]) -> None:
    assert [phrase.value for phrase in NAMES.find(normalise(text).tokens)] == plans


@pytest.mark.parametrize(("name", "short"), [("Hosting M", True), ("VPS 2", True), ("Email Pro", False), ("M", False), ("", False)])
def test_a_name_is_short_by_its_last_word(name: str, short: bool) -> None:
    assert is_short(name) is short
