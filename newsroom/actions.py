"""What a button does, as the up to 64 bytes that Telegram carries for it (`callback_data`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from newsroom.message import DATA_LIMIT


class Verb(StrEnum):
    """`OPEN` shows a story as a new message; `STORY` in place of the one under the button."""

    STORY = "st"
    CONTENTS = "sl"
    SECTION = "se"
    RELATED = "re"
    OPEN = "op"
    FOLLOW = "fo"
    UNFOLLOW = "uf"
    LANGUAGE = "la"
    TOPIC = "to"
    SEND = "go"
    DROP = "no"
    PAUSE = "pa"
    UNPAUSE = "un"
    CANCEL = "ca"
    UNHALT = "uh"
    UNSURE = "uk"
    RESEND = "rs"
    LET_BE = "lv"
    APPROVE = "ap"
    REJECT = "rj"
    AUDIT = "au"
    SETTING = "ss"
    FOLLOWING = "fl"
    AMEND = "am"
    AMEND_LOUDLY = "al"
    LEAVE = "le"
    RELEASE = "rl"
    FEED = "fe"
    FEEDS = "fs"
    FEED_PAUSE = "fp"
    FEED_RESUME = "fr"
    DECIDE = "de"
    TURN_DOWN = "td"


@dataclass(frozen=True, slots=True)
class Action:
    """`subject`: a story code, a language tag, a topic, a token, the number of a push or feed, a choice.

    After a push's number and a dot stands the page of a list, or the mark of what is decided about; after a
    story's code and a dot the number of a telling. `anchor` and `page` are of a section.
    """

    verb: Verb
    subject: str
    anchor: str = ""
    page: int = 1


_NUMBER = r"[1-9][0-9]{0,17}"
_SUBJECTS = {
    **dict.fromkeys(Verb, r"[0-9A-Z]{4,6}"),
    Verb.LANGUAGE: r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*",
    Verb.TOPIC: r"[a-z]{2,32}",
    Verb.SEND: r"[A-Za-z0-9_-]{1,48}",
    Verb.DROP: r"[A-Za-z0-9_-]{1,48}",
    **dict.fromkeys((Verb.AMEND, Verb.AMEND_LOUDLY, Verb.LEAVE), r"[A-Za-z0-9_-]{1,32}"),
    **dict.fromkeys((Verb.PAUSE, Verb.UNPAUSE, Verb.CANCEL, Verb.APPROVE, Verb.REJECT), _NUMBER),
    **dict.fromkeys((Verb.FEED, Verb.FEED_PAUSE, Verb.FEED_RESUME), _NUMBER),
    **dict.fromkeys((Verb.DECIDE, Verb.TURN_DOWN), r"[0-9A-Z]{4,6}\.[1-9][0-9]{0,5}"),
    Verb.FEEDS: "all",
    Verb.UNHALT: "bot",
    Verb.AUDIT: r"[0-9]{1,18}",
    Verb.UNSURE: rf"{_NUMBER}\.[1-9][0-9]{{0,5}}",
    **dict.fromkeys((Verb.RESEND, Verb.LET_BE), rf"{_NUMBER}\.[0-9_]{{1,40}}"),
    Verb.FOLLOWING: "all",
    Verb.SETTING: r"[a-z]{1,16}",
}
_SECTION = re.compile(r"([A-Za-z0-9_.-]{1,16}):([1-9][0-9]{0,5})", re.ASCII)


def encode(action: Action) -> str:
    data = f"{action.verb}:{action.subject}"
    if action.verb is Verb.SECTION:
        data = f"{data}:{action.anchor}:{action.page}"
    if decode(data) != action:
        raise ValueError(f"no button can carry {action!r}")
    return data


def decode(data: str) -> Action | None:
    """The action, or None for what no button of ours carries: anybody can send anything."""
    if len(data) > DATA_LIMIT:
        return None
    prefix, _, rest = data.partition(":")
    if prefix not in set(Verb):
        return None
    verb = Verb(prefix)
    subject, _, tail = rest.partition(":")
    if not re.fullmatch(_SUBJECTS[verb], subject, re.ASCII):
        return None
    if verb is Verb.SECTION:
        return _section(subject, tail)
    return Action(verb, subject) if rest == subject else None


def _section(code: str, tail: str) -> Action | None:
    place = _SECTION.fullmatch(tail)
    return Action(Verb.SECTION, code, place[1], int(place[2])) if place else None
