"""The sections of a story: their list, and one of them, page by page, in place of the message before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsroom import paging
from newsroom.actions import Verb
from newsroom.bidi import Direction
from newsroom.errors import Refusal
from newsroom.message import TEXT_LIMIT, Button, Message
from newsroom.paging import clip
from newsroom.render import telling
from newsroom.text import Piece, Text, bold, plain
from newsroom.words import Words
from storage.records import Section, SectionKind, Story

PAGE_LIMIT = 2_800
CONTENTS_LIMIT = TEXT_LIMIT - 96
HEADING_LIMIT, CONTEXT_LIMIT, LABEL_LIMIT = 200, 120, 40
MOST_NAMED = 8  # sections with a button that names them; where there are more, buttons carry numbers

Row = list[Button]


def contents(story: Story, words: Words) -> Message:
    """Raises Refusal `no_sections` where the story has a lead only."""
    body = [section for section in story.revision.sections if section.kind is SectionKind.BODY]
    if not body:
        raise Refusal("no_sections", code=story.code)
    text = Text(words.direction).line(bold(words.say("sections.title")))
    text.line(telling.headline(story.revision, words, CONTEXT_LIMIT)).gap()
    for line in _lines(story, body, words):
        if text.size + Text(words.direction).line(*line).size >= CONTENTS_LIMIT:
            break
        text.line(*line)
    rows = [*_lead_row(story, words), *_openers(story, body, words), [_back(story, words)]]
    return text.message(*rows, about=story.code)


def section(story: Story, anchor: str, page: int, words: Words) -> Message:
    """Page numbers and anchors of an older telling lead to the nearest that there is."""
    sections = story.revision.sections
    if not sections:
        raise Refusal("no_sections", code=story.code)
    at = next((i for i, section in enumerate(sections) if section.anchor == anchor), 0)
    told = paging.pages(sections[at].paragraphs, PAGE_LIMIT, _way(story, sections[at]))
    number = min(max(page, 1), max(len(told), 1))
    text = _heading(story, sections[at], words)
    if told:
        text.paragraphs(told[number - 1], direction=_way(story, sections[at]))
    if len(told) > 1:
        text.gap().line(words.say("sections.page", page=number, pages=len(told)))
    rows = [_page_row(story, sections[at], number, len(told), words), _neighbours(story, at, words)]
    return text.message(*rows, _ways_back(story, words), about=story.code)


def _way(story: Story, section: Section) -> Direction:
    return telling.way(story.revision.language, " ".join(section.paragraphs)[:1_000])


def _heading(story: Story, section: Section, words: Words) -> Text:
    text = Text(words.direction).line(telling.headline(story.revision, words, CONTEXT_LIMIT)).gap()
    heading = clip(section.heading or "", HEADING_LIMIT)
    if not heading:
        return text.line(bold(words.say("sections.lead"))).gap()
    return text.line(bold(heading), direction=telling.way(story.revision.language, heading)).gap()


def _lines(story: Story, body: Sequence[Section], words: Words) -> Iterator[list[Piece]]:
    for number, section in enumerate(body, start=1):
        heading = clip(section.heading or words.say("sections.untitled"), HEADING_LIMIT)
        yield words.pieces(
            "sections.line",
            number=number,
            heading=plain(heading, telling.way(story.revision.language, heading)),
            length=words.count(len(section.paragraphs), "count.paragraphs"),
        )


def _lead_row(story: Story, words: Words) -> list[Row]:
    first = story.revision.sections[0]
    if first.kind is not SectionKind.LEAD or not first.paragraphs:
        return []
    return [[_opener(story, first, words.say("sections.lead"))]]


def _openers(story: Story, body: Sequence[Section], words: Words) -> list[Row]:
    if len(body) <= MOST_NAMED:
        return [[_opener(story, section, _label(section, words))] for section in body]
    numbered = [
        _opener(story, section, words.number(number))
        for number, section in enumerate(body[: telling.MOST_BUTTONS], start=1)
    ]
    width = telling.BUTTONS_A_ROW
    return [numbered[start : start + width] for start in range(0, len(numbered), width)]


def _opener(story: Story, section: Section, label: str) -> Button:
    return telling.button(label, Verb.SECTION, story.code, section.anchor)


def _label(section: Section, words: Words) -> str:
    return clip(section.heading or "", LABEL_LIMIT) or words.say("sections.untitled")


def _page_row(story: Story, section: Section, page: int, pages: int, words: Words) -> Row:
    row = []
    if page > 1:
        label = words.say("button.page_before")
        row.append(telling.button(label, Verb.SECTION, story.code, section.anchor, page - 1))
    if page < pages:
        label = words.say("button.page_after")
        row.append(telling.button(label, Verb.SECTION, story.code, section.anchor, page + 1))
    return row


def _neighbours(story: Story, at: int, words: Words) -> Row:
    sections, row = story.revision.sections, []
    if at > 0:
        row.append(_opener(story, sections[at - 1], words.say("button.section_before")))
    if at + 1 < len(sections):
        row.append(_opener(story, sections[at + 1], words.say("button.section_after")))
    return row


def _ways_back(story: Story, words: Words) -> Row:
    if len(story.revision.sections) == 1:
        return [_back(story, words)]
    return [telling.button(words.say("button.sections"), Verb.CONTENTS, story.code), _back(story, words)]


def _back(story: Story, words: Words) -> Button:
    return telling.button(words.say("button.back_to_story"), Verb.STORY, story.code)
