"""Says why Telegram does not work: a blocked network, a wrong token or a wrong webhook are different troubles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import Bot, WebhookInfo
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.channels.telegram.channel import create_bot
from bot.settings import Settings

RECENT = timedelta(hours=1)
MANY_WAITING = 100
_WEBHOOK_REMEDIES = (
    ("401", "the secret differs: restart the server; replicas need the same DONGHANH_SECRET_KEY or DONGHANH_TELEGRAM_WEBHOOK_SECRET"),
    ("404", "the proxy does not pass the path on: let it pass the whole path of DONGHANH_TELEGRAM_WEBHOOK_URL to the server"),
    ("503", "the server could not write to its database: see its log"),
    ("ssl", "the certificate is not trusted: use one of a public authority, with its chain"),
    ("resolve", "the host name is not known to the world: correct DONGHANH_TELEGRAM_WEBHOOK_URL or the DNS"),
    ("timed out", "the server cannot be reached from outside: open port 443, or leave DONGHANH_TELEGRAM_WEBHOOK_URL empty to poll"),
    ("refused", "nobody listens there: start the server and its proxy, or leave DONGHANH_TELEGRAM_WEBHOOK_URL empty to poll"),
)


@dataclass(frozen=True)
class Finding:
    """One thing looked at. remedy: empty when it is in order."""

    what: str
    remedy: str = ""

    @property
    def is_ok(self) -> bool:
        """True when nothing needs to be done."""
        return not self.remedy


async def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Look at network, token, webhook, in this order; what depends on something broken is not looked at."""
    if not settings.telegram_token:
        return [Finding("no token: Telegram is off", "ask @BotFather for a bot and set DONGHANH_TELEGRAM_TOKEN")]
    bot = create_bot(settings)
    findings: list[Finding] = []
    try:
        async for finding in _look(bot, settings, now):
            findings.append(finding)
    except TelegramError as error:
        findings.append(_explain(error, settings))
    finally:
        await bot.request.shutdown()  # the bot itself was never initialised: that would fail on a wrong token
    return findings


async def _look(bot: Bot, settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    me = await bot.get_me()
    yield Finding(f"network and token: this is @{me.username}")
    info = await bot.get_webhook_info()
    yield _judge_webhook(info, settings, now) if settings.telegram_webhook_url else _judge_polling(info)
    if settings.telegram_staff_group:
        yield await _look_at_group(bot, settings.telegram_staff_group)


async def _look_at_group(bot: Bot, group: int) -> Finding:
    try:
        chat = await bot.get_chat(group)
    except (BadRequest, Forbidden, ChatMigrated) as error:
        remedy = "add the bot to the group, write /id there, and set DONGHANH_TELEGRAM_STAFF_GROUP to the number it answers"
        return Finding(f"staff group {group}: {error.message}", remedy)
    return Finding(f"staff group: {chat.title or group}")


def _explain(error: TelegramError, settings: Settings) -> Finding:
    host = settings.telegram_base_url
    # An answer that could not be read as Telegram's is the error's cause, whatever its status was.
    is_foreign = isinstance(error.__cause__, TelegramError) or type(error) is TelegramError
    if is_foreign:
        remedy = "something between answers instead: correct DONGHANH_TELEGRAM_BASE_URL, or go through DONGHANH_TELEGRAM_PROXY"
        return Finding(f"{host} does not answer as Telegram does ({type(error).__name__})", remedy)
    if isinstance(error, (InvalidToken, Forbidden)):
        return Finding("the token is wrong or was revoked", "copy the token anew from @BotFather into DONGHANH_TELEGRAM_TOKEN")
    reason = type(error.__cause__ or error).__name__
    remedy = "the network blocks it or is down: set DONGHANH_TELEGRAM_PROXY, or DONGHANH_TELEGRAM_BASE_URL to a mirror of the Bot API"
    return Finding(f"{host} cannot be reached ({reason})", remedy)


def _judge_webhook(info: WebhookInfo, settings: Settings, now: datetime) -> Finding:
    wanted = settings.telegram_webhook_url
    if info.url != wanted:
        return Finding(f"webhook: Telegram posts to {info.url or 'nobody'}, not to {wanted}", "start the server: it sets the webhook")
    trouble = info.last_error_message or ""
    if trouble and info.last_error_date and now - info.last_error_date < RECENT:
        remedy = next((text for sign, text in _WEBHOOK_REMEDIES if sign in trouble.lower()), "see the server's log")
        return Finding(f"webhook: Telegram says {trouble!r}; {info.pending_update_count} updates wait", remedy)
    if info.pending_update_count > MANY_WAITING:
        return Finding(f"webhook: {info.pending_update_count} updates wait", "the server takes them too slowly: see /metrics")
    return Finding(f"webhook: Telegram posts to {wanted}")


def _judge_polling(info: WebhookInfo) -> Finding:
    if info.url:
        return Finding(
            f"polling, but Telegram posts to {info.url}",
            "another program uses this token, or did: start the server, which takes the webhook away; give each program a bot of its own",
        )
    return Finding(f"polling: {info.pending_update_count} updates wait to be fetched")
