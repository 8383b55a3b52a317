from itertools import pairwise, product
from pathlib import Path

import pytest

from journey_state.errors import ContentError
from journey_state.journey_models import JourneyModel, UnknownJourneyModelError, find_journey_model, load_journey_model, load_journey_models
from journey_state.stages import STAGES, Stage
from journey_state.touchpoints import TouchpointGroup

FOLDER = Path("data/journey_models")
MODELS = load_journey_models(FOLDER)
G = TouchpointGroup
MINE = """\
label: {vi: "Của tôi", en: "Mine"}
stages:
- {id: before, label: {vi: "trước", en: "before"}}
- {id: after, label: {vi: "sau", en: "after"}}
canonical:
  awareness: before
  consideration: before
  decision: before
  service: after
  retention: after
  advocacy: after
overrides:
- {stages: [decision], groups: [payment], becomes: after}
"""


@pytest.fixture(params=sorted(MODELS))
def model(request: pytest.FixtureRequest) -> JourneyModel:
    return MODELS[request.param]


def test_the_eight_models_are_there() -> None:
    assert sorted(MODELS) == ["aarrr", "accsr", "aida", "aisas", "five_a", "funnel", "kdata", "race"]


def test_every_model_knows_every_stage_with_every_group(model: JourneyModel) -> None:
    natives = {*(native.id for native in model.stages), "past"}
    assert len(TouchpointGroup) == 12 and len(STAGES) == 6
    assert all(model.locate(stage, group).id in natives for stage, group in product(STAGES, TouchpointGroup))


def test_every_native_stage_is_reached(model: JourneyModel) -> None:
    reached = {model.locate(stage, group) for stage, group in product(STAGES, TouchpointGroup)}
    assert set(model.stages) <= reached


@pytest.mark.parametrize("group", list(TouchpointGroup))
def test_a_later_stage_never_goes_back(model: JourneyModel, group: TouchpointGroup) -> None:
    orders = [model.locate(stage, group).order for stage in STAGES]
    assert all(earlier <= later for earlier, later in pairwise(orders))


def test_every_label_speaks_both_languages(model: JourneyModel) -> None:
    assert all(native.label.vi and native.label.en for native in model.stages)


@pytest.mark.parametrize("name, stage, group, native", [
    ("kdata", "awareness", G.INQUIRY, "awareness"),
    ("kdata", "consideration", G.PAYMENT, "decision"),
    ("kdata", "retention", G.TRIAL, "decision"),
    ("kdata", "retention", G.RENEWAL, "advocacy"),
    ("kdata", "service", G.SHARING, "advocacy"),
    ("funnel", "service", G.SUPPORT, "past"),
    ("funnel", "service", G.TRIAL, "bofu"),
    ("five_a", "awareness", G.PROOF, "appeal"),
    ("five_a", "consideration", G.EXPOSURE, "appeal"),
    ("five_a", "decision", G.INQUIRY, "ask"),
    ("five_a", "decision", G.COMMITMENT, "act"),
    ("aida", "awareness", G.INQUIRY, "interest"),
    ("aida", "consideration", G.PROOF, "desire"),
    ("aida", "decision", G.PAYMENT, "action"),
    ("aida", "service", G.SUPPORT, "past"),
    ("aisas", "decision", G.PROOF, "search"),
    ("aisas", "retention", G.SHARING, "share"),
    ("race", "awareness", G.PAYMENT, "convert"),
    ("race", "service", G.TRIAL, "act"),
    ("race", "advocacy", G.SHARING, "engage"),
    ("aarrr", "awareness", G.PAYMENT, "revenue"),
    ("aarrr", "advocacy", G.PAYMENT, "revenue"),
    ("aarrr", "service", G.ONBOARDING, "activation"),
    ("aarrr", "retention", G.ONBOARDING, "retention"),
    ("accsr", "decision", G.INQUIRY, "consideration"),
    ("accsr", "decision", G.COMMITMENT, "conversion"),
    ("accsr", "advocacy", G.SHARING, "retention"),
])
def test_models_say_what_the_table_says(name: str, stage: str, group: TouchpointGroup, native: str) -> None:
    assert MODELS[name].locate(Stage(stage), group).id == native


def test_an_unknown_model_names_those_there_are() -> None:
    with pytest.raises(UnknownJourneyModelError, match="aarrr, accsr, aida"):
        find_journey_model(MODELS, "aidaa")
    assert find_journey_model(MODELS, "aida").name == "aida"


def test_a_model_of_ones_own_is_read(tmp_path: Path) -> None:
    model = load_mine(tmp_path, MINE)
    assert model.name == "mine" and model.locate(Stage.DECISION, G.PAYMENT).id == "after"


@pytest.mark.parametrize("was, becomes, message", [
    ("label: {vi", "labels: {vi", r"mine.yml, line 1, label: is missing; add it"),
    ("  decision: before\n", "", r"mine.yml, line 5, canonical: 'decision' is missing; say which native stage"),
    ("decision: before", "decision: during", r"mine.yml, line 8, canonical.decision: 'during' is no stage of this model; write one of"),
    ("  decision: before", "  decison: before\n  decision: before", r"canonical: 'decison' is not known; write one of awareness"),
    ("[payment]", "[paying]", r"mine.yml, line 13, overrides\[0\].groups: 'paying' is not known; write one of exposure"),
    ("[decision], groups", "[deciding], groups", r"overrides\[0\].stages: 'deciding' is not known"),
    ("becomes: after", "becomes: later", r"overrides\[0\].becomes: 'later' is no stage of this model"),
    ("{id: after,", "{id: before,", r"mine.yml, line 4, stages\[1\].id: 'before' is taken; choose another id"),
    ("service: after", "service: before", r"with payment, decision is after but the later service is before; a later stage must not go"),
    ("- {id: after,", "- {id: never, label: {vi: \"x\", en: \"y\"}}\n- {id: after,", r"line 4, stages\[1\]: nothing leads to 'never'"),
    ("becomes: after}", "becomes: after}\n- {stages: [any], groups: [payment], becomes: after}", r"\[1\]: decision with payment was"),
    ("becomes: after}", "becomes: after, why: x}", r"overrides\[0\].why: is not known here; remove it"),
    (", en: \"after\"}", "}", r"stages\[1\].label: the text in 'en' is missing"),
])
def test_a_wrong_file_names_file_field_and_remedy(tmp_path: Path, was: str, becomes: str, message: str) -> None:
    assert was in MINE
    with pytest.raises(ContentError, match=message):
        load_mine(tmp_path, MINE.replace(was, becomes, 1))


def load_mine(folder: Path, text: str) -> JourneyModel:
    (folder / "mine.yml").write_text(text, encoding="utf-8")
    return load_journey_model(folder / "mine.yml")
