"""What every page tells of a story in the same way: its headline, who says it, when, by what code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from newsroom import actions
from newsroom.actions import Action, Verb
from newsroom.bidi import Direction, direction_of
from newsroom.message import Button
from newsroom.paging import clip
from newsroom.text import Piece, code, plain
from newsroom.words import Words
from storage.records import Revision, Story, StoryLine, StoryState

HEADLINE_LIMIT = 500
CREDIT_LIMIT = 60
BREAKING_URGENCY = 2
BUTTONS_A_ROW = 5
MOST_BUTTONS = 95  # Telegram takes 100; the rest is for the ways back
SEPARATOR = " · "

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})
_WORD = r"(?:خبر\s+)?عاجل|(?:BREAKING(?:\s+NEWS)?|URGENT|FLASH)"
_LABEL = re.compile(
    rf"\W*(?:(?<=#)(?:{_WORD})\b|(?:{_WORD})\s*(?:[]\)»\"”/|:!.…،–—-]+|$))[\s\W]*?(?=[\w«\"“(\[#@'‘$€£+-]|$)",
    re.IGNORECASE,
)
_MARKED = re.compile(rf"\W*(?:{_WORD})\b", re.IGNORECASE)


def way(language: str, text: str = "") -> Direction:
    """How a text in this language reads."""
    likely: Direction = "rtl" if language.partition("-")[0].casefold() in _RIGHT_TO_LEFT else "ltr"
    return direction_of(text, likely)


def unlabelled(text: str) -> str:
    """Without the label of urgency that agencies write into their copy: we show it, once."""
    label = _LABEL.match(text[:80])
    return text[label.end() :] if label and label.end() < len(text) else text


def calls_itself_breaking(text: str) -> bool:
    return _MARKED.match(text[:80]) is not None


def headline(told: Revision | StoryLine, words: Words, limit: int = HEADLINE_LIMIT) -> Piece:
    """As a unit that reads its own way. Use `styled` for formatting."""
    text = headline_text(told, words, limit)
    return plain(text, way(told.language, text))


def headline_text(told: Revision | StoryLine, words: Words, limit: int = HEADLINE_LIMIT) -> str:
    text = clip(unlabelled(told.headline or ""), limit)
    return text or words.say("story.untitled")


def credit(told: Revision | StoryLine, words: Words) -> list[Piece]:
    """As the copy writes it, with the agency's code where that says more; empty where nobody is named."""
    written, source = clip(told.credit or "", CREDIT_LIMIT), clip(told.source_code or "", CREDIT_LIMIT)
    if not written or not source or written.casefold() == source.casefold():
        return [written or source] if written or source else []
    return words.pieces("story.credit", credit=_bare(written), source=source)


def _bare(credit: str) -> str:
    """«(أ ب)» without its brackets, before brackets of ours."""
    inner = credit[1:-1].strip()
    return inner if credit[:1] + credit[-1:] == "()" and inner and "(" not in inner else credit


def sign(told: Revision | StoryLine, words: Words, time: str) -> list[Piece]:
    """Who says it and when, on one line."""
    said = credit(told, words)
    return [*said, SEPARATOR, time] if said else [time]


def code_line(story: Story, words: Words) -> list[Piece]:
    return words.pieces("story.code", code=code(story.code))


def standing(story: Story, words: Words, now: datetime) -> list[str]:
    """Why no reader sees it; empty where readers do."""
    if story.state in (StoryState.PUBLISHED, StoryState.KILLED):
        return []
    said = words.say(f"story.{story.state}")
    if story.opens_at is None or story.opens_at <= now:
        return [said]
    time = words.moment(story.opens_at, now)
    if story.state is StoryState.SCHEDULED:
        return [said, words.say("story.opens", time=time)]
    return [said, words.say("story.embargo", time=time)]


def is_urgent(line: StoryLine, now: datetime) -> bool:
    """Breaking news of yesterday is news no more."""
    return line.urgency <= BREAKING_URGENCY and (now - line.published_at).total_seconds() < 86_400  # noqa: PLR2004


def button(text: str, verb: Verb, subject: str, anchor: str = "", page: int = 1) -> Button:
    return Button(text, data=actions.encode(Action(verb, subject, anchor, page)))


def number_buttons(codes: Sequence[str], words: Words) -> Iterator[list[Button]]:
    """Rows of numbered buttons that open the stories of a numbered list."""
    numbered = [
        button(words.number(number), Verb.OPEN, code)
        for number, code in enumerate(codes[:MOST_BUTTONS], start=1)
    ]
    for start in range(0, len(numbered), BUTTONS_A_ROW):
        yield numbered[start : start + BUTTONS_A_ROW]
