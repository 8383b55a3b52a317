"""The bot's commands: what each means, and the menu that Telegram shows of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats

from bot.channels.telegram.words import say
from journey_state.messages import Choice

# The meaning of a command, as a button would carry it: nothing is left to the classifier.
MEANINGS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "start": ("greet", {}),
    "help": ("show_help", {}),
    "staff": ("ask_human", {}),
    "language": ("switch_language", {}),
    "privacy": ("ask_privacy", {}),
    "forget": ("ask_privacy", {"privacy_request": "erase"}),
}
LANGUAGES = ("vi", "en")
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


def find_command(text: str) -> tuple[str, str] | None:
    """(name, what follows it) of a text that is one of our commands; None for any other text."""
    found = _COMMAND.fullmatch(text)
    name = found[1].lower() if found else ""
    return (name, (found[2] or "").strip()) if found and name in MEANINGS else None


def read_command(name: str, argument: str, language: str) -> Choice:
    """What a command means; its label, in the contact's language, is what the log shows.

    argument: `/language english` names the language it asks for.
    """
    intent, slots = MEANINGS[name]
    is_named = name == "language" and argument
    return Choice(argument[:200] if is_named else say(language, f"said_{name}"), intent, slots)


def strip_slash(text: str) -> str:
    """Words of a command that we do not have: `/bang_gia` asks what "bang gia" asks."""
    found = _COMMAND.fullmatch(text)
    return " ".join(part for part in (found[1].replace("_", " "), found[2]) if part) if found else text


async def set_menu(bot: Bot) -> None:
    """Tell Telegram the menu: in the language of each person's app, Vietnamese for all others; none in groups."""
    for code in (None, *LANGUAGES):
        menu = [BotCommand(name, say(code or "vi", f"command_{name}")) for name in MEANINGS]
        await bot.set_my_commands(menu, scope=BotCommandScopeAllPrivateChats(), language_code=code)
