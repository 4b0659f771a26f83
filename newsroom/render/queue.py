"""What waits for editors, and what goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from newsroom.events import Kin
from newsroom.message import TEXT_LIMIT, Message
from newsroom.paging import clip
from newsroom.render import control, events, lists, telling
from newsroom.text import Text, bold
from newsroom.words import Words
from storage.records import Push, RevisionKind, StoryLine
from storage.waiting import Waiting

MOST_PUSHES, MOST_WAITING = 10, 10
HEADING_LIMIT = 80
PAGE_LIMIT = TEXT_LIMIT - 256
TAKE_BACK = (RevisionKind.HOLD, RevisionKind.KILL)


def queue(
    waiting: Sequence[StoryLine],
    tellings: Sequence[Waiting],
    pushes: Sequence[Push],
    words: Words,
    now: datetime,
    *,
    passed_over: Sequence[StoryLine],
    kin: Mapping[str, Kin],
) -> Message:
    """Stories that wait for an editor, tellings of published ones, urgent stories that did not go out, for
    another one broke their event (`passed_over`), then what goes out or went out.

    `kin`, by code: what other stories tell the same, and why.
    """
    text = Text(words.direction)
    companies = {code: events.shown(one.company, one.story, words) for code, one in kin.items()}
    nobody = Text(words.direction)
    stories = [
        (line.code, lists.entry(line, number, words, now).add(companies.get(line.code, nobody)))
        for number, line in enumerate(waiting[:MOST_WAITING], start=1)
    ]
    codes = _add_waiting(text, stories, words)
    told = [
        _to_decide(one, words, now).add(companies.get(one.code, nobody)) for one in tellings[:MOST_WAITING]
    ]
    _add(text, words.say("queue.tellings"), told)
    kept = [unsent(line, companies.get(line.code, nobody), words, now) for line in passed_over]
    _add(text, words.say("queue.passed_over"), kept)
    _add_pushes(text, pushes, words, now)
    if not any((waiting, tellings, passed_over, pushes)):
        text.line(words.say("queue.empty"))
    return text.message(*telling.number_buttons(codes, words))


def _add(text: Text, title: str, entries: Sequence[Text]) -> None:
    if entries:
        text.gap().line(bold(title))
    for place, entered in enumerate(entries):
        if text.size + entered.size > PAGE_LIMIT:
            break
        (text.gap() if place else text).add(entered)


def telling_of(one: Waiting, words: Words, now: datetime) -> Text:
    """What it says, who says so and when."""
    said = clip(telling.unlabelled(one.headline or ""), HEADING_LIMIT) or words.say("story.untitled")
    source = clip(one.source, HEADING_LIMIT)
    kind, time = words.say(f"telling.{one.kind}"), words.time(one.created_at, now)
    text = Text(words.direction).line(bold(said, telling.way(one.language, said)))
    return text.line(*words.pieces("queue.telling", kind=kind, source=source, time=time))


def _to_decide(one: Waiting, words: Words, now: datetime) -> Text:
    text = telling_of(one, words, now)
    do = f"/{one.kind} {one.code}" if one.kind in TAKE_BACK else f"/approve {one.code}"
    return text.line(words.say("queue.decide", do=do, leave=f"/reject {one.code}"))


def said(line: StoryLine, words: Words, now: datetime) -> Text:
    """The headline; who says it, when, and the code."""
    told = telling.headline_text(line, words, HEADING_LIMIT)
    text = Text(words.direction).line(bold(told, telling.way(line.language, told)))
    return text.line(*lists.signed(line, words, now))


def unsent(line: StoryLine, company: Text, words: Words, now: datetime) -> Text:
    """With whom it shares its event, and what to do where it tells another after all."""
    text = said(line, words, now).add(company)
    part, send = f"/split {line.code}", f"/breaking {line.code}"
    return text.line(words.say("queue.send_anyway", part=part, send=send))


def _add_waiting(text: Text, stories: Sequence[tuple[str, Text]], words: Words) -> list[str]:
    """The codes of those that found room."""
    codes = list[str]()
    if stories:
        text.line(bold(words.say("queue.waiting")))
    for code, entered in stories:
        if text.size + entered.size > PAGE_LIMIT:
            break
        text.add(entered)
        codes.append(code)
    return codes


def _add_pushes(text: Text, pushes: Sequence[Push], words: Words, now: datetime) -> None:
    if pushes:
        text.gap().line(bold(words.say("queue.pushes")))
    for push in pushes[:MOST_PUSHES]:
        entered = control.entry(push, words, now)
        if text.size + entered.size > PAGE_LIMIT:
            break
        text.add(entered)
