"""Why a chat did not get its copy, in editors' words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from newsroom.words import Words
from storage.figures import Refused

KNOWN = frozenset(
    {
        "bad_entities",
        "blocked",
        "chat_deleted",
        "chat_not_found",
        "copy_not_deletable",
        "copy_not_editable",
        "copy_not_found",
        "copy_unchanged",
        "dead_file",
        "deactivated",
        "empty",
        "forbidden",
        "gone",
        "kicked",
        "moved",
        "never_started",
        "no_rights",
        "not_member",
        "other",
        "reply_not_found",
        "stale_query",
        "thread_closed",
        "thread_not_found",
        "too_big",
        "too_long",
        "uncertain_edit",
    }
)


def lines(refused: Iterable[Refused], words: Words) -> list[str]:
    """A line for each reason, the most frequent first."""
    chats: Counter[str] = Counter()
    for one in refused:
        chats[name(one.error)] += one.chats
    return [words.say("stats.because", why=said(why, words), n=n) for why, n in chats.most_common()]


def said(why: str, words: Words) -> str:
    return words.say(f"reason.{why if why in KNOWN else 'other'}")


def name(error: str | None) -> str:
    """The reason in an error of the ledger, which writes it before Telegram's own words."""
    why = (error or "").partition(":")[0]
    return why if why in KNOWN else _LEFT.get(why, "other")


_LEFT = {"my_chat_member": "not_member"}
