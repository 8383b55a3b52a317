"""Brings a fresh machine to the point where the project runs: uv, Python 3.10, the locked packages, a browser.

Runs on any Python from 3.9 with the standard library alone. Each step looks before it works, so that a
second run takes a moment; each failure says what to do. The Makefile calls it through scripts/prepare.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.browser import ensure_browser
from scripts.steps import PrepareError, has_program, is_root, run, say

PROJECT = Path(__file__).resolve().parent.parent
TOOLS = PROJECT / ".tools"
TOOLS_LOCK = PROJECT / "scripts" / "tools.lock"
UV = TOOLS / "bin" / "uv"
ENVIRONMENT = PROJECT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOCK = PROJECT / "requirements.lock"
STAMP = ENVIRONMENT / "prepared"
PYTHON_VERSION = "3.10"
GIGABYTES_NEEDED = 5
NO_NETWORK = """Most often this is the network. Check that this machine reaches the internet; behind a proxy set HTTPS_PROXY,
  with a mirror of the package index set PIP_INDEX_URL and UV_DEFAULT_INDEX. Then run the same command again:
  what has been fetched is kept."""


def main(arguments: Sequence[str]) -> int:
    """Prepare the project; returns the exit code."""
    try:
        with _alone():
            if not is_prepared():
                check_disk()
                ensure_tools()
                ensure_environment(find_python())
                install_packages()
            if "--for-tests" in arguments:
                ensure_browser(PYTHON)
    except PrepareError as error:
        print(f"\n✗ {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; run the same command again to go on.", file=sys.stderr)
        return 130
    return 0


def is_prepared() -> bool:
    """True when the environment was made from exactly these files."""
    return STAMP.exists() and STAMP.read_text() == fingerprint() and _version_of(PYTHON).startswith(f"Python {PYTHON_VERSION}.")


def fingerprint() -> str:
    """What the environment is made from, as one line."""
    digest = hashlib.sha256()
    for path in (LOCK, PROJECT / "pyproject.toml", TOOLS_LOCK):
        digest.update(path.read_bytes())
    return f"{digest.hexdigest()} {PROJECT}"


def check_disk() -> None:
    """Raise PrepareError when the packages will not fit."""
    free = _free_gigabytes()
    if not PYTHON.exists() and free < GIGABYTES_NEEDED:
        raise PrepareError(f"The disk is too full: {free:.1f} GB free at {PROJECT}, {GIGABYTES_NEEDED} needed. Free some and run again.")


def ensure_tools() -> None:
    """Put uv, the installer, into .tools by whatever this Python can do. Raises PrepareError."""
    wanted = TOOLS_LOCK.read_text().split()[0].replace("==", " ")
    if _version_of(UV).startswith(wanted):
        return
    say(f"Installing {wanted} into .tools")
    TOOLS.mkdir(exist_ok=True)
    if not (_has_pip_environment() or _has_virtualenv() or _has_debian_venv()):
        _install_by_pip([sys.executable, "-m", "pip"], ["--target", str(TOOLS), "--upgrade"])
    else:
        _install_by_pip([str(TOOLS / "bin" / "python"), "-m", "pip"], [])
    if not _version_of(UV).startswith(wanted):
        raise PrepareError(f"{wanted} was installed but does not run on this machine ({UV}); remove .tools and run again.")


def find_python() -> str:
    """The path of a Python 3.10: one that is here, else one that uv fetches. Raises PrepareError."""
    here = subprocess.run(
        [str(UV), "python", "find", PYTHON_VERSION, "--no-python-downloads", "--no-project", "--system"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if here.returncode == 0:
        return here.stdout.strip()
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for candidate in sorted(pyenv.glob(f"versions/{PYTHON_VERSION}*/bin/python")):
        return str(candidate)
    say(f"Fetching Python {PYTHON_VERSION}, which Rasa needs")
    if run([str(UV), "python", "install", PYTHON_VERSION], PROJECT) != 0:
        raise PrepareError(
            f"No Python {PYTHON_VERSION} is here and none could be fetched (uv's own words are above).\n"
            f"  Install it yourself (`pyenv install {PYTHON_VERSION}`, or your distribution's python{PYTHON_VERSION} package), or let uv\n"
            "  reach its downloads: through a proxy by HTTPS_PROXY, from a mirror by UV_PYTHON_INSTALL_MIRROR. Then run it again."
        )
    return PYTHON_VERSION


def ensure_environment(python: str) -> None:
    """Make .venv with this Python unless it is there. Raises PrepareError."""
    if _version_of(PYTHON).startswith(f"Python {PYTHON_VERSION}."):
        return
    say(f"Making .venv with {python}")
    if run([str(UV), "venv", "--quiet", "--no-project", "--clear", "--relocatable", "--python", python, str(ENVIRONMENT)], PROJECT) != 0:
        raise PrepareError(f"{ENVIRONMENT} could not be made (uv's own words are above). Remove it and run again.")


def install_packages() -> None:
    """Bring .venv to exactly the locked packages and the project itself. Raises PrepareError."""
    say("Installing the locked packages into .venv (first time: about 2.8 GB)")
    STAMP.unlink(missing_ok=True)
    pip = [str(UV), "pip"]
    locked = ["sync", "--python", str(PYTHON), "--require-hashes", "--compile-bytecode", str(LOCK)]
    # The build tools are locked packages too, so this step needs no network.
    project = ["install", "--quiet", "--python", str(PYTHON), "--no-deps", "--no-build-isolation", "--editable", str(PROJECT)]
    if run(pip + locked, PROJECT) != 0 or run(pip + project, PROJECT) != 0:
        raise PrepareError(f"The packages could not be installed (uv's own words are above). {_likely_cause()}")
    STAMP.write_text(fingerprint())


def _likely_cause() -> str:
    free = _free_gigabytes()
    if free < 1:
        return f"The disk is full: {free:.1f} GB free at {PROJECT}. Free {GIGABYTES_NEEDED} GB and run the same command again."
    return NO_NETWORK


def _free_gigabytes() -> float:
    return shutil.disk_usage(PROJECT).free / 1e9


def _has_pip_environment() -> bool:
    return _is_quiet_success([sys.executable, "-m", "venv", "--clear", str(TOOLS)])


def _has_virtualenv() -> bool:
    commands = ([sys.executable, "-m", "virtualenv"], ["virtualenv"])
    return any(_is_quiet_success([*command, "--clear", str(TOOLS)]) for command in commands)


def _has_debian_venv() -> bool:
    """Debian and Ubuntu keep venv in a package of its own; as root it is installed here."""
    if not (has_program("apt-get") and is_root()) or _is_quiet_success([sys.executable, "-m", "pip", "--version"]):
        return False
    say("Installing python3-venv from the system's packages")
    return (
        run(["apt-get", "update", "-qq"], PROJECT) == 0
        and run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "python3-venv"], PROJECT) == 0
        and _has_pip_environment()
    )


def _install_by_pip(pip: Sequence[str], options: Sequence[str]) -> None:
    if not _is_quiet_success([*pip, "--version"]):
        raise PrepareError(
            "This Python has neither venv nor pip, one of which is needed to fetch the installer.\n"
            "  Debian, Ubuntu: sudo apt-get install python3-venv    Fedora: sudo dnf install python3-pip"
        )
    command = [*pip, "install", "--disable-pip-version-check", "--require-hashes", "--requirement", str(TOOLS_LOCK), *options]
    if run(command, PROJECT) != 0:
        raise PrepareError(f"The installer could not be fetched (pip's own words are above). {NO_NETWORK}")


def _is_quiet_success(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def _version_of(program: Path) -> str:
    try:
        return subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


@contextmanager
def _alone() -> Iterator[None]:
    """Let one preparation run at a time."""
    with (PROJECT / "scripts" / "prepare").open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another preparation to finish")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
