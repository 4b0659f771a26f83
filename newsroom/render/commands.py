"""The commands as readers and editors see them: the menu that Telegram shows, and the help page."""

from __future__ import annotations

from newsroom.words import Words

READERS = (
    "latest",
    "story",
    "sections",
    "related",
    "search",
    "topics",
    "follow",
    "unfollow",
    "following",
    "settings",
    "quiet",
    "digest",
    "timezone",
    "language",
    "help",
    "start",
    "stop",
)
EDITORS = (
    "publish",
    "breaking",
    "broadcast",
    "schedule",
    "approve",
    "reject",
    "correct",
    "hold",
    "release",
    "kill",
    "merge",
    "split",
    "queue",
    "stats",
    "feeds",
    "pause",
    "unpause",
    "cancel",
    "halt",
    "unhalt",
    "audit",
    "editors",
)


def menu(words: Words, *, for_editor: bool = False) -> tuple[tuple[str, str], ...]:
    """(command, description) pairs for Bot API `setMyCommands`."""
    return described(EDITORS + READERS if for_editor else READERS, words)


def described(commands: tuple[str, ...], words: Words) -> tuple[tuple[str, str], ...]:
    return tuple((command, words.say(f"command.{command}")) for command in commands)
