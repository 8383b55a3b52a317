"""The `donghanh` command: reads arguments, and prints errors that name a remedy without a trace.

Commands that load Rasa (seconds) are named by path, so that only who calls them waits for it.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

from bot.commands import checking, contenting, keeping, modelling, staffing, training
from bot.model_files import ModelMissingError
from bot.settings import SettingsError, load_settings
from journey_state.errors import JourneyError

WRONG_INPUT = 2
INTERRUPTED = 130

app = App(name="donghanh", help="Đồng Hành: the journey-aware customer-experience assistant.", version=lambda: version("donghanh"))
models = App(name="models", help="Trained models: what there is, and which one answers.")
content = App(name="content", help="The business's own files: check, preview, prices from a spreadsheet.")
staff = App(name="staff", help="People who answer in the console.")
telegram = App(name="telegram", help="The Telegram channel.")
out = Console()

app.command(
    "bot.commands.serving:serve", name="serve",
    help="Train if training files changed, migrate the database, serve website, console and Telegram.",
)
app.command("bot.commands.seeding:seed", name="seed", help="Fill the database with a believable month of demo journeys.")
app.command(
    "bot.commands.evaluating:evaluate", name="evaluate",
    help="Play labelled conversations through the live path and score intents and stages.",
)
telegram.command(
    "bot.commands.telegramming:check", name="check", help="Tell a blocked network from a wrong token or webhook, with the remedy.",
)
app.command(models)
app.command(content)
app.command(staff)
app.command(telegram)


@app.command
def train(*, with_corrections: bool = False, force: bool = False) -> int:
    """Train a new model from config.yml, domain.yml and data/; a running server takes it by itself.

    with_corrections: learn from staff's approved corrections too, and keep the model only if the held-out texts
    show that it is not worse; force: keep it all the same.
    """
    if with_corrections:
        return training.train_with_corrections(load_settings(), out, force=force)
    return training.train(load_settings(), out)


@app.command
def check() -> int:
    """Lint, types, import contracts, Rasa's data validation, content schema."""
    return checking.check(out)


@app.command
def routes(*, intent: str | None = None) -> int:
    """Print the table intent × stage → action, as the rules decide it."""
    return checking.print_routes(out, intent)


@models.command(name="list")
def list_models() -> int:
    """List trained models, newest first, and say which one answers."""
    return modelling.list_all(load_settings(), out)


@models.command
def use(model: str) -> int:
    """Let one version answer on every replica, from the next turn on; `newest` follows training again."""
    return modelling.use(load_settings(), model, out)


@content.command
def new(folder: Path) -> int:
    """Begin a business of your own: copies a small example into a new folder."""
    return contenting.new(folder, out)


@content.command(name="check")
def check_content(folder: Path | None = None) -> int:
    """Say everything that is wrong in the content files, with file, line, field and remedy."""
    return contenting.check(folder or load_settings().content_folder, out)


@content.command
def preview(folder: Path | None = None, *, ask: str | None = None) -> int:
    """Print what customers will be told, in both languages; with --ask, only what answers a question."""
    return contenting.preview(folder or load_settings().content_folder, ask, out)


@content.command(name="import")
def import_workbook(workbook: Path, *, folder: Path | None = None) -> int:
    """Take prices over from a spreadsheet (see `content template`), all of them or none."""
    return contenting.take_prices(workbook, folder or load_settings().content_folder, out)


@content.command
def template(workbook: Path, *, folder: Path | None = None) -> int:
    """Write a spreadsheet with today's plans and prices, to be changed and imported."""
    return contenting.template(workbook, folder or load_settings().content_folder, out)


@staff.command
def add(email: str, *, name: str, role: str = "staff", password: str | None = None) -> int:
    """Add a staff member (role: staff, supervisor or owner); asks for the password unless given."""
    return staffing.add(load_settings(), staffing.NewStaff(email, name, role, password), out)


@staff.command(name="list")
def list_staff() -> int:
    """List staff members."""
    return staffing.list_all(load_settings(), out)


@staff.command
def disable(email: str) -> int:
    """Take a staff member's access away and end their sessions."""
    return staffing.disable(load_settings(), email, out)


@staff.command
def link(email: str, *, telegram: int) -> int:
    """Say which Telegram account (its ID; /id in the group tells it) is a staff member's."""
    return staffing.link(load_settings(), email, telegram, out)


@app.command
def backup(folder: Path) -> int:
    """Copy database, uploads, signing key and the model in use into a new folder, while the server runs."""
    return keeping.backup(load_settings(), folder, out)


@app.command
def restore(folder: Path, *, force: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Put a backup in place with the server stopped; replaces an existing database only with --force."""
    return keeping.restore(load_settings(), folder, force, out)


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code: 2 when what was given is wrong, with the remedy on stderr."""
    try:
        return app(arguments, exit_on_error=False, result_action="return_value") or 0
    except CycloptsError:
        return WRONG_INPUT  # cyclopts has said what is wrong
    except (SettingsError, JourneyError, ModelMissingError) as error:
        print_error(str(error))
        return WRONG_INPUT
    except KeyboardInterrupt:
        print_error("interrupted")
        return INTERRUPTED


def print_error(message: str) -> None:
    """Say on stderr what is wrong, on lines that nothing breaks or colours in the middle."""
    Console(stderr=True).print(message, style="red", markup=False, highlight=False, soft_wrap=True)


def main() -> None:
    """Entry of the console script."""
    # What libraries say about their own old habits helps nobody here. A filter does not last: Sanic, which Rasa imports, sets its own.
    logging.captureWarnings(not sys.warnoptions)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
