"""The face that owners chose goes over what the environment says, field by field."""

from __future__ import annotations

from pathlib import Path

from bot.faces import FaceHolder, FaceJob
from bot.services import Services
from bot.settings import Settings
from bot.wakeups import Wakeups
from journey_state.desk_choices import DeskChange, change_desk
from journey_state.desk_settings import Face
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW


def test_empty_fields_leave_the_environment() -> None:
    holder, settings = FaceHolder(), Settings(name="Sen", colour="#111111")
    assert holder.apply(settings) == settings
    holder.face = Face(name="Sao Mai", greeting_vi="Chào {name}")

    assert (holder.apply(settings).name, holder.apply(settings).colour) == ("Sao Mai", "#111111")
    assert holder.apply(settings).greeting("vi") == "Chào Sao Mai"


def test_job_sees_what_another_replica_wrote(store: JourneyStore, tmp_path: Path) -> None:
    services = Services(store, Wakeups(), Settings(var_folder=tmp_path))
    with store.transaction() as session:
        change_desk(session, "face", {"name": "Sao Mai"}, DeskChange("face", "s-1", NOW))
    FaceJob(services.store, services.faces).refresh()

    assert services.faces.apply(services.settings).name == "Sao Mai"
