"""The environment, read once and checked as a whole. Nothing else reads `os.environ`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parent.parent
PREFIX = "DONGHANH_"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")


class SettingsError(Exception):
    """One or more settings are wrong; the message lists all of them with their remedies."""


@dataclass(frozen=True)
class Settings:
    """Everything that may differ between two installations; each field is DONGHANH_<NAME>.

    database_url: SQLAlchemy URL, SQLite or PostgreSQL. var_folder: where the database, uploads and the
    secret key live. models_folder: trained models. public_url: the address customers see, for links.
    secret_key: signs tokens; made and kept in var_folder when not given. telegram_token turns Telegram on;
    telegram_base_url and telegram_proxy (http://host:port) lead there where the network blocks it;
    telegram_webhook_url: our public https address that Telegram posts to (empty: we poll), telegram_webhook_secret proves it;
    telegram_staff_group: id of the group in which staff claim and answer (/id there tells it), in telegram_staff_language.
    payments_secret turns the webhook of payments on: whoever knows it can mark orders as paid.
    messages_per_minute: rate limit of one visitor. log_days: days a conversation is kept after its last message.
    embed_origins: other sites that may show the widget, https://shop.example, separated by spaces.
    upload_mb: how large a file customers may send, in megabytes; 0 turns that off.
    identity_secret: shared with the host site, which signs with it who is signed in; docs/embedding.md.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    var_folder: Path = PROJECT / "var"
    database_url: str = ""
    models_folder: Path = PROJECT / "models"
    content_folder: Path = PROJECT / "data" / "business"
    public_url: str = "http://localhost:8000"
    secret_key: str = field(default="", repr=False)
    name: str = "Sen Cloud"
    colour: str = "#0f766e"
    logo_url: str = ""
    greeting_vi: str = "Chào bạn, mình là trợ lý của {name}. Bạn cần mình giúp gì ạ?"
    greeting_en: str = "Hello, I'm the {name} assistant. How can I help you?"
    telegram_token: str = field(default="", repr=False)
    telegram_base_url: str = "https://api.telegram.org"
    payments_secret: str = field(default="", repr=False)
    telegram_proxy: str = field(default="", repr=False)
    telegram_webhook_url: str = ""
    telegram_webhook_secret: str = field(default="", repr=False)
    telegram_staff_group: int = 0
    telegram_staff_language: str = "vi"
    messages_per_minute: int = 30
    sessions_per_minute: int = 60
    log_days: int = 30
    log_level: str = "INFO"
    is_secure_cookie: bool = False
    embed_origins: str = ""
    upload_mb: int = 5
    identity_secret: str = field(default="", repr=False)

    @property
    def database(self) -> str:
        """The URL of the journey database; a SQLite file in var_folder unless one is named."""
        return self.database_url or f"sqlite:///{self.var_folder / 'donghanh.db'}"

    def greeting(self, language: str) -> str:
        """The first line the widget shows."""
        template = self.greeting_en if language == "en" else self.greeting_vi
        return template.replace("{name}", self.name)


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read DONGHANH_* variables. Raises SettingsError naming every wrong one at once."""
    env = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    errors = [f"{name} is not a setting; see README, Settings" for name in _unknown_names(env)]
    for item in fields(Settings):
        raw = env.get(PREFIX + item.name.upper())
        if raw is not None:
            try:
                values[item.name] = _PARSERS[str(item.type)](raw.strip())
            except ValueError as error:
                errors.append(f"{PREFIX}{item.name.upper()}={_shown(item.name, raw)}: {error}")
    settings = Settings(**values)
    errors += _check(settings)
    if errors:
        raise SettingsError("settings are wrong:\n  " + "\n  ".join(errors))
    return settings


def ensure_secret_key(settings: Settings) -> str:
    """The signing key: the configured one, or one made once and kept in var_folder."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.var_folder / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(token_hex(32))
    return path.read_text().strip()


def child_environment(**added: object) -> dict[str, str]:
    """The environment for a program we start, with some variables added; None adds nothing."""
    return {**os.environ, **{name: str(value) for name, value in added.items() if value is not None}}


def _unknown_names(env: Mapping[str, str]) -> list[str]:
    known = {PREFIX + item.name.upper() for item in fields(Settings)}
    return sorted(name for name in env if name.startswith(PREFIX) and name not in known)


def _check(settings: Settings) -> list[str]:
    errors = []
    if not 1 <= settings.port <= 65535:
        errors.append(f"{PREFIX}PORT={settings.port}: choose a port from 1 to 65535")
    if settings.database_url and urlsplit(settings.database_url).scheme.split("+")[0] not in ("sqlite", "postgresql"):
        errors.append(f"{PREFIX}DATABASE_URL: write sqlite:///path/to/file.db or postgresql://user:password@host/name")
    if urlsplit(settings.public_url).scheme not in ("http", "https"):
        errors.append(f"{PREFIX}PUBLIC_URL={settings.public_url}: write the whole address, https://chat.example.vn")
    if settings.secret_key and len(settings.secret_key) < 32:
        errors.append(f"{PREFIX}SECRET_KEY is shorter than 32 characters; make one with `openssl rand -hex 32`")
    if settings.payments_secret and len(settings.payments_secret) < 32:
        errors.append(f"{PREFIX}PAYMENTS_SECRET is shorter than 32 characters; make one with `openssl rand -hex 32`")
    errors += _check_telegram(settings)
    if not _COLOUR.fullmatch(settings.colour):
        errors.append(f"{PREFIX}COLOUR={settings.colour}: write six digits, #0f766e")
    if settings.logo_url and urlsplit(settings.logo_url).scheme not in ("http", "https"):
        errors.append(f"{PREFIX}LOGO_URL={settings.logo_url}: write the whole address, https://shop.example/logo.svg")
    errors += [
        f"{PREFIX}EMBED_ORIGINS names {origin}: write scheme and host alone, https://shop.example"
        for origin in settings.embed_origins.split() if not _ORIGIN.fullmatch(origin)
    ]
    if settings.identity_secret and len(settings.identity_secret) < 32:
        errors.append(f"{PREFIX}IDENTITY_SECRET is shorter than 32 characters; make one with `openssl rand -hex 32`")
    if not 0 <= settings.upload_mb <= 100:
        errors.append(f"{PREFIX}UPLOAD_MB={settings.upload_mb}: choose 1 to 100, or 0 to take no files")
    if settings.messages_per_minute < 1 or settings.log_days < 1:
        errors.append(f"{PREFIX}MESSAGES_PER_MINUTE and {PREFIX}LOG_DAYS must be at least 1")
    return errors


def _check_telegram(settings: Settings) -> list[str]:
    errors = []
    if settings.telegram_webhook_url and not settings.telegram_webhook_url.startswith("https://"):
        errors.append(f"{PREFIX}TELEGRAM_WEBHOOK_URL: Telegram posts to https:// only; write https://…, or leave it empty to poll")
    if settings.telegram_webhook_secret and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", settings.telegram_webhook_secret):
        errors.append(f"{PREFIX}TELEGRAM_WEBHOOK_SECRET: 16 to 256 letters, digits, _ or -; or leave it empty, one is made")
    if settings.telegram_staff_group > 0:
        errors.append(f"{PREFIX}TELEGRAM_STAFF_GROUP={settings.telegram_staff_group}: a group's id is negative; write /id in the group")
    if settings.telegram_staff_language not in ("vi", "en"):
        errors.append(f"{PREFIX}TELEGRAM_STAFF_LANGUAGE={settings.telegram_staff_language}: write vi or en")
    if settings.telegram_proxy and urlsplit(settings.telegram_proxy).scheme not in ("http", "https"):
        errors.append(f"{PREFIX}TELEGRAM_PROXY: write http://host:port")
    return errors


def _shown(name: str, raw: str) -> str:
    return "(hidden)" if name in _SECRET else repr(raw)


_SECRET = (
    "secret_key", "identity_secret", "payments_secret", "telegram_token", "telegram_proxy", "telegram_webhook_secret", "database_url",
)


def _parse_bool(raw: str) -> bool:
    if raw.lower() not in ("true", "false", "1", "0", "yes", "no"):
        raise ValueError("write true or false")
    return raw.lower() in ("true", "1", "yes")


def _parse_int(raw: str) -> int:
    try:
        return int(raw)
    except ValueError:
        raise ValueError("write a whole number") from None


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "str": str, "int": _parse_int, "bool": _parse_bool, "Path": lambda raw: Path(raw).expanduser(),
}
