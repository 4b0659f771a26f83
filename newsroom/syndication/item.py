"""A story as every format tells it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from html import escape

from newsroom import topics
from newsroom.wire.markup import LEAD, UNTITLED
from newsroom.words import LANGUAGES, words_for
from storage.records import Revision, Section, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The feed. `home` is the house on the web, `here` the address of the page, `next` of the one after."""

    title: str
    description: str
    language: str
    home: str
    here: str | None = None
    next: str | None = None


def uri(story: Story) -> str:
    """The same for all of its tellings, and of no other house."""
    since = story.published_at or story.created_at
    return f"urn:ajil:{since:%Y%m%dT%H%M%SZ}:{story.code.lower()}"


def title(told: Revision) -> str:
    return told.headline or ""


def moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def topic_names(told: Revision) -> list[str]:
    """Those of the house by their name in the story's language, others as they are called."""
    words = words_for(told.language if told.language in LANGUAGES else "en")
    known = topics.BY_SLUG
    return [words.say(known[slug].name) if slug in known else slug for slug in told.topics]


def html(story: Story) -> str:
    """Its body, with all of its structure marked, so that nothing has to be guessed when it is read."""
    told = story.revision
    sign = f"{LEAD} {UNTITLED}" if told.headline_derived or not told.headline else LEAD
    parts = [_section(section, sign if at == 0 else "") for at, section in enumerate(told.sections)]
    return "".join(parts) + _related(story)


def lead(told: Revision) -> str:
    return "\n\n".join(told.sections[0].paragraphs) if told.sections else ""


def _section(section: Section, sign: str) -> str:
    opening = f'<section class="{sign}">' if sign else "<section>"
    heading = f"<h2>{_text(section.heading)}</h2>" if section.heading else ""
    return opening + heading + "".join(f"<p>{_text(told)}</p>" for told in section.paragraphs) + "</section>"


def _related(story: Story) -> str:
    if not story.related:
        return ""
    language = story.revision.language
    heading = words_for(language if language in LANGUAGES else "en").say("feed.related")
    lines = "".join(f"<li>{_text(link.headline)}</li>" for link in story.related)
    return f"<aside><h2>{heading}</h2><ul>{lines}</ul></aside>"


def _text(written: str) -> str:
    """Markup-safe; a mark that would join the tag before it is written by its number."""
    lines = (_line(line) for line in written.split("\n"))
    return "<br>".join(lines)


def _line(line: str) -> str:
    first = f"&#{ord(line[0])};" if line and unicodedata.combining(line[0]) else escape(line[:1])
    return first + escape(line[1:])
