"""`donghanh models`: what was trained, and which model answers."""

from __future__ import annotations

from datetime import datetime, timezone

from rich.console import Console
from rich.table import Table

from bot.model_files import ModelMissingError, choose_model, list_models, model_version
from bot.settings import Settings
from journey_state.audits import COMMAND_LINE
from journey_state.migrate import migrate
from journey_state.model_choices import NEWEST, append_model_choice
from journey_state.store import JourneyStore, utc_now


def list_all(settings: Settings, out: Console) -> int:
    """Print every model, newest first. Raises ModelMissingError when there is none."""
    migrate(settings.database)
    answering = choose_model(JourneyStore(settings.database), settings.models_folder)
    table = Table("Model", "Trained", "MB", "Answers")
    for path in list_models(settings.models_folder):
        trained_at = datetime.fromtimestamp(path.stat().st_mtime, timezone.utc)
        table.add_row(
            model_version(path), f"{trained_at:%Y-%m-%d %H:%M} UTC", f"{path.stat().st_size / 1e6:.1f}", "yes" if path == answering else ""
        )
    out.print(table)
    return 0


def use(settings: Settings, version: str, out: Console) -> int:
    """Choose the model that answers. Raises ModelMissingError when the models folder has no such version."""
    known = [model_version(path) for path in list_models(settings.models_folder)]
    if version not in (NEWEST, *known):
        raise ModelMissingError(f"no model {version} in {settings.models_folder}; `donghanh models list` names those there are")
    migrate(settings.database)
    with JourneyStore(settings.database).transaction() as session:
        append_model_choice(session, version, by=COMMAND_LINE, now=utc_now())
    out.print(f"A running server answers with the {version} model within seconds.", highlight=False)
    return 0
