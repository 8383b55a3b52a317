"""Settings: all mistakes at once, each with its remedy, secrets never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, ensure_secret_key, load_settings


def test_an_empty_environment_is_enough() -> None:
    assert load_settings({}) == Settings()


def test_values_are_read_with_their_types() -> None:
    settings = load_settings({"DONGHANH_PORT": "9000", "DONGHANH_VAR_FOLDER": "/srv/dh", "DONGHANH_IS_SECURE_COOKIE": "true"})
    assert (settings.port, settings.var_folder, settings.is_secure_cookie) == (9000, Path("/srv/dh"), True)
    assert settings.database == "sqlite:////srv/dh/donghanh.db"


def test_all_mistakes_are_named_at_once() -> None:
    wrong = {"DONGHANH_PORT": "many", "DONGHANH_LOG_DAYS": "0", "DONGHANH_PUBLIC_URL": "chat.vn", "DONGHANH_COLOR": "red"}
    with pytest.raises(SettingsError) as caught:
        load_settings(wrong)
    for part in ("DONGHANH_PORT", "whole number", "DONGHANH_LOG_DAYS", "DONGHANH_PUBLIC_URL", "DONGHANH_COLOR is not a setting"):
        assert part in str(caught.value)


@pytest.mark.parametrize("name, value", [
    ("WEBHOOK_URL", "http://chat.example/x"), ("WEBHOOK_SECRET", "short"), ("WEBHOOK_SECRET", "with a space in it"), ("PROXY", "squid"),
])
def test_wrong_settings_of_telegram_are_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"DONGHANH_TELEGRAM_{name}"):
        load_settings({f"DONGHANH_TELEGRAM_{name}": value})


@pytest.mark.parametrize(("name", "value"), [
    ("COLOUR", "red"), ("COLOUR", "#0f766e;}"), ("COLOUR", "#fff"), ("LOGO_URL", "javascript:alert(1)"), ("LOGO_URL", "logo.svg"),
    ("EMBED_ORIGINS", "https://shop.vn https://shop.vn/chat"), ("EMBED_ORIGINS", "*"), ("EMBED_ORIGINS", "shop.vn"),
    ("EMBED_ORIGINS", "https://shop.vn;script-src"), ("UPLOAD_MB", "-1"), ("UPLOAD_MB", "500"), ("IDENTITY_SECRET", "short"),
])
def test_wrong_settings_of_the_widget_are_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"DONGHANH_{name}"):
        load_settings({f"DONGHANH_{name}": value})


@pytest.mark.parametrize("name", ["DONGHANH_SECRET_KEY", "DONGHANH_DATABASE_URL"])
def test_a_wrong_secret_is_not_shown(name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({name: "mysql://root:hunter2@db"})
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(Settings(secret_key="hunter2hunter2", telegram_token="hunter2"))


def test_a_secret_key_is_made_once(tmp_path: Path) -> None:
    settings = Settings(var_folder=tmp_path / "var")
    first = ensure_secret_key(settings)
    assert len(first) == 64 and ensure_secret_key(settings) == first
    assert (tmp_path / "var" / "secret-key").stat().st_mode & 0o077 == 0
