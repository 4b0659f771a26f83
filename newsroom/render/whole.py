"""The rest of a story after its alert, in as many messages as it takes: for chats that want it whole."""

from __future__ import annotations

from collections.abc import Iterator

from newsroom import paging
from newsroom.bidi import Direction
from newsroom.message import Message
from newsroom.paging import Page, clip
from newsroom.render import cards, telling
from newsroom.text import Text, bold
from newsroom.words import Words
from storage.records import Revision, RevisionKind, SectionKind, Story, StoryState

PART_LIMIT = 3_400
"""UTF-16 units of copy in a part; the heading that may join it, the title and the foot have the rest."""

TITLE_LIMIT, HEADING_LIMIT = 120, 200
MOST_PARTS = 20
MOST_BOLD = 90  # Telegram takes 100 entities


def count(told: Revision) -> int:
    """How many messages the story is with its alert. The same in every language of the readers."""
    return 1 + len(_pages(told))


def part(story: Story, number: int, words: Words) -> Message:
    """`number` 1 is the first after the alert. One that a newer telling no longer fills says so."""
    if story.state is StoryState.KILLED or story.revision.kind is RevisionKind.KILL:
        return cards.withdrawn(story, words)
    pages = _pages(story.revision)
    text = _title(story, number, len(pages), words)
    if number > len(pages):
        text.gap().line(words.say("whole.none"))
    else:
        _add_page(text.gap(), pages[number - 1], story.revision)
    if number >= len(pages):
        text.gap().line(*telling.code_line(story, words))
    return text.message(about=story.code)


def _title(story: Story, number: int, parts: int, words: Words) -> Text:
    told = story.revision
    text = Text(words.direction)
    place = words.say("whole.part", part=number + 1, parts=max(parts, number) + 1)
    text.line(*words.pieces("whole.title", headline=telling.headline(told, words, TITLE_LIMIT), place=place))
    if told.kind is RevisionKind.HOLD or story.state is StoryState.HELD:
        text.line(bold(words.say("story.on_hold")))
    if told.kind is RevisionKind.CORRECTION:
        text.line(bold(words.say("story.corrected")))
    return text


def _add_page(text: Text, page: Page, told: Revision) -> None:
    headings, way, shown = set(_headings(told)), _way(told), 0
    for paragraph in page:
        is_heading = paragraph in headings and shown < MOST_BOLD
        shown += is_heading
        text.gap().line(bold(paragraph) if is_heading else paragraph, direction=way)


def _pages(told: Revision) -> list[Page]:
    """Of what the alert does not show: the lead where it is cut there, then the sections."""
    pages = paging.pages(list(_rest(told)), PART_LIMIT, _way(told))[:MOST_PARTS]
    headings = set(_headings(told))
    for number in range(len(pages) - 1):
        if pages[number][-1] in headings and len(pages[number]) > 1:  # it goes with what it heads
            pages[number + 1] = (pages[number][-1], *pages[number + 1])
            pages[number] = pages[number][:-1]
    return pages


def _rest(told: Revision) -> Iterator[str]:
    if cards.is_cut(told):
        yield from cards.lead_of(told)
    for section in told.sections:
        if section.kind is SectionKind.BODY:
            yield clip(section.heading or "", HEADING_LIMIT)
            yield from section.paragraphs


def _headings(told: Revision) -> Iterator[str]:
    for section in told.sections:
        if section.kind is SectionKind.BODY and section.heading:
            yield clip(section.heading, HEADING_LIMIT)


def _way(told: Revision) -> Direction:
    opening = " ".join(paragraph for section in told.sections[:2] for paragraph in section.paragraphs)
    return telling.way(told.language, opening[:1_000])
