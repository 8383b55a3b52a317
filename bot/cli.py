"""The `donghanh` command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from bot.commands import checking, evaluating, keeping, seeding, serving, staffing
from bot.settings import Settings, SettingsError, load_settings
from journey_state.errors import JourneyError

app = App(name="donghanh", help="Đồng Hành: the journey-aware customer-experience assistant.", version_flags=["--version"])
staff = App(name="staff", help="People who answer in the console.")
app.command(staff)
out = Console()


@app.command
def serve(*, host: str | None = None, port: int | None = None) -> int:
    """Train if training files changed, migrate the database, serve website, console and Telegram."""
    return serving.serve(_settings(), host, port)


@app.command
def train() -> int:
    """Train a new model from config.yml, domain.yml and data/."""
    return serving.train(_settings())


@app.command
def check() -> int:
    """Format, lint, types, import contracts, Rasa's data validation, content schema."""
    return checking.check(out)


@app.command
def routes(*, intent: str | None = None) -> int:
    """Print the table intent × stage → action, as the rules decide it."""
    return checking.print_routes(out, intent)


@app.command
def seed(*, contacts: int = 120, days: int = 30) -> int:
    """Fill the database with a believable month of demo journeys; the same every time."""
    return seeding.seed(_settings(), contacts, days, out)


@staff.command
def add(email: str, *, name: str, role: str = "staff", password: str | None = None) -> int:
    """Add a staff member (role: staff, supervisor or owner); asks for the password unless given."""
    return staffing.add(_settings(), staffing.NewStaff(email, name, role, password), out)


@staff.command(name="list")
def list_staff() -> int:
    """List staff members."""
    return staffing.list_all(_settings(), out)


@staff.command
def disable(email: str) -> int:
    """Take a staff member's access away and end their sessions."""
    return staffing.disable(_settings(), email, out)


@app.command
def evaluate(file: Path, *, json_: Annotated[bool, Parameter(name="--json")] = False, predictions: Path | None = None) -> int:
    """Play labelled conversations through the live path and score intents and stages.

    Parameters
    ----------
    file: rows {"id","language","channel","turns":[{"text","stage","intent"}]} or {"text","language","intent"}
    json_: print one JSON object instead of a table
    predictions: write each turn's predicted intent, stage and probabilities to this file
    """
    return evaluating.evaluate(_settings(), file, predictions, out if not json_ else None)


@app.command
def backup(folder: Path) -> int:
    """Copy database, uploads and the model in use into a new folder, while the server runs."""
    return keeping.backup(_settings(), folder, out)


@app.command
def restore(folder: Path, *, force: bool = False) -> int:
    """Put a backup in place; refuses to replace an existing database without --force."""
    return keeping.restore(_settings(), folder, force, out)


def main() -> None:
    """Entry of the console script: errors that name a remedy are printed as they are, without a trace."""
    try:
        sys.exit(app() or 0)
    except (SettingsError, JourneyError) as error:
        Console(stderr=True).print(f"[red]{error}[/red]")
        sys.exit(2)


def _settings() -> Settings:
    return load_settings()


if __name__ == "__main__":
    main()
