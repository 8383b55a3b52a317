"""Journey models: the six stages told in the words of KDATA, AIDA, AARRR and others. Data, one file a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Extra

from journey_state.content_files import ContentFile, FieldPath, check_schema, read_file
from journey_state.errors import JourneyError
from journey_state.stages import STAGES, Stage
from journey_state.texts import Text
from journey_state.touchpoints import TouchpointGroup

PAST_END = "past"
ANY = "any"
Cell = tuple[Stage, TouchpointGroup]


class UnknownJourneyModelError(JourneyError):
    """No journey model has this name."""


@dataclass(frozen=True)
class NativeStage:
    """One stage of a journey model in its own words. order: 0 for the first; past the model's end comes last."""

    id: str
    label: Text
    order: int


@dataclass(frozen=True)
class JourneyModel:
    """A pure function of (canonical stage, touchpoint group), defined for every pair.

    stages: the native stages in the model's own order.
    """

    name: str
    label: Text
    stages: tuple[NativeStage, ...]
    cells: Mapping[Cell, NativeStage]

    def locate(self, stage: Stage, group: TouchpointGroup) -> NativeStage:
        """The native stage of a touchpoint; its id is `past` where the model has ended."""
        return self.cells[stage, group]


class _NativeSchema(BaseModel):
    id: str
    label: Text

    class Config:
        extra = Extra.forbid


class _OverrideSchema(BaseModel):
    stages: list[str]
    groups: list[str]
    becomes: str

    class Config:
        extra = Extra.forbid


class _ModelSchema(BaseModel):
    label: Text
    stages: list[_NativeSchema]
    canonical: dict[str, str]
    overrides: list[_OverrideSchema] = []

    class Config:
        extra = Extra.forbid


def load_journey_models(folder: Path) -> dict[str, JourneyModel]:
    """Read every *.yml of a folder; name of a model = name of its file. Raises ContentError as `load_journey_model`."""
    return {path.stem: load_journey_model(path) for path in sorted(folder.glob("*.yml"))}


def load_journey_model(path: Path) -> JourneyModel:
    """Read one model.

    Raises ContentError naming file, line, field and remedy: for fields that are missing or unknown, a canonical
    stage without native stage, two overrides of one cell, a native stage that no cell reaches, and a cell that
    goes backwards while the canonical stage goes forwards.
    """
    file = read_file(path.parent, path.name)
    schema = check_schema(file, _ModelSchema)
    natives = _list_natives(file, schema)
    model = JourneyModel(path.stem, schema.label, tuple(natives[item.id] for item in schema.stages), _fill_cells(file, schema, natives))
    _check_reach(file, model)
    _check_order(file, model)
    return model


def find_journey_model(models: Mapping[str, JourneyModel], name: str) -> JourneyModel:
    """The model with a name. Raises UnknownJourneyModelError naming those there are."""
    if name not in models:
        raise UnknownJourneyModelError(f"journey model {name!r} does not exist; choose one of {', '.join(sorted(models))}")
    return models[name]


def _list_natives(file: ContentFile, schema: _ModelSchema) -> dict[str, NativeStage]:
    if not schema.stages:
        raise file.error(("stages",), "is empty; list the model's stages in its own order")
    natives: dict[str, NativeStage] = {}
    for order, item in enumerate(schema.stages):
        if item.id in natives or item.id == PAST_END:
            raise file.error(("stages", order, "id"), f"{item.id!r} is taken; choose another id")
        natives[item.id] = NativeStage(item.id, item.label, order)
    past = Text(vi="đã qua", en="past the end")
    return {**natives, PAST_END: NativeStage(PAST_END, past, len(natives))}


def _fill_cells(file: ContentFile, schema: _ModelSchema, natives: Mapping[str, NativeStage]) -> dict[Cell, NativeStage]:
    cells: dict[Cell, NativeStage] = {}
    for stage in STAGES:
        if stage.value not in schema.canonical:
            raise file.error(("canonical",), f"{stage.value!r} is missing; say which native stage it is, or {PAST_END!r}")
        native = _find_native(file, natives, ("canonical", stage.value), schema.canonical[stage.value])
        cells.update({(stage, group): native for group in TouchpointGroup})
    _check_names(file, ("canonical",), schema.canonical, [stage.value for stage in STAGES])
    return cells | _override_cells(file, schema, natives)


def _override_cells(file: ContentFile, schema: _ModelSchema, natives: Mapping[str, NativeStage]) -> dict[Cell, NativeStage]:
    written: dict[Cell, NativeStage] = {}
    for number, item in enumerate(schema.overrides):
        where: FieldPath = ("overrides", number)
        native = _find_native(file, natives, (*where, "becomes"), item.becomes)
        for cell in _list_cells(file, where, item):
            if cell in written:
                raise file.error(where, f"{cell[0].value} with {cell[1].value} was overridden before; keep one of the two")
            written[cell] = native
    return written


def _list_cells(file: ContentFile, where: FieldPath, item: _OverrideSchema) -> Iterator[Cell]:
    all_stages, all_groups = [stage.value for stage in STAGES], [group.value for group in TouchpointGroup]
    stages = all_stages if item.stages == [ANY] else item.stages
    _check_names(file, (*where, "stages"), stages, all_stages)
    _check_names(file, (*where, "groups"), item.groups, all_groups)
    return ((Stage(stage), TouchpointGroup(group)) for stage in stages for group in item.groups)


def _check_names(file: ContentFile, where: FieldPath, given: Any, known: list[str]) -> None:
    for name in given:
        if name not in known:
            raise file.error(where, f"{name!r} is not known; write one of {', '.join(known)}")


def _find_native(file: ContentFile, natives: Mapping[str, NativeStage], where: FieldPath, name: str) -> NativeStage:
    if name not in natives:
        raise file.error(where, f"{name!r} is no stage of this model; write one of {', '.join(natives)}")
    return natives[name]


def _check_reach(file: ContentFile, model: JourneyModel) -> None:
    reached = {native.id for native in model.cells.values()}
    for native in model.stages:
        if native.id not in reached:
            raise file.error(("stages", native.order), f"nothing leads to {native.id!r}; name it in canonical or overrides, or remove it")


def _check_order(file: ContentFile, model: JourneyModel) -> None:
    for group in TouchpointGroup:
        for earlier, later in pairwise(STAGES):
            if model.locate(earlier, group).order > model.locate(later, group).order:
                raise file.error((), (
                    f"with {group.value}, {earlier.value} is {model.locate(earlier, group).id} but the later {later.value} is "
                    f"{model.locate(later, group).id}; a later stage must not go back: correct canonical or overrides"
                ))
