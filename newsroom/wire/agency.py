"""Agency text: an optional credit and headline, a lead, sub-heads that open sections, related blocks.

Whatever it says, nothing of it is lost: flag, headline, credit line, byline, related headings and headlines
and sections together hold every character that is not blank. `dateline`, and a credit that stands inside a
paragraph, are annotations: the paragraph keeps its words.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from newsroom.language import language_of
from newsroom.terms import words_key
from newsroom.wire import credits as names
from newsroom.wire import front
from newsroom.wire.blocks import Related, items
from newsroom.wire.credits import Credit
from newsroom.wire.decode import BLANKS, decode
from newsroom.wire.shape import headline_like, subhead_like
from storage.records import Draft, Section, SectionKind

URGENT = 2

# Beyond these the copy is kept, but no more structure is looked for in it.
_MOST_LINES = 5_000
_MOST_SECTIONS = 64
_MOST_RELATED = 100

_BLANK_LINES = re.compile(r"\n\s*\n")


def parse(copy: bytes, media_type: str, charset: str | None) -> Draft:
    text = decode(copy, charset)
    lines, overflow = _lines(text)
    taken, left = front.take_off(lines)
    found = items(left)
    headline, found = _take_headline(found)
    sections = _sections([*found, *overflow])
    if not sections:
        return _plain(copy, media_type, text, [*filter(None, lines), *overflow])
    related = [item for item in found if isinstance(item, Related)]
    told_by = taken.credit or _inside(sections)
    dateline = names.in_dateline(sections[0].paragraphs[0])
    return Draft(
        copy=copy,
        media_type=media_type,
        language=language_of(text),
        headline=headline,
        alert=taken.alert,
        credit=told_by.raw if told_by else None,
        source_code=told_by.code if told_by else None,
        byline=taken.byline,
        dateline=next((place.place for place in (dateline, told_by) if place and place.place), None),
        sections=sections,
        related_headings=_bounded([block.heading for block in related], _MOST_RELATED),
        related=_bounded([line for block in related for line in block.headlines], _MOST_RELATED),
        urgency=URGENT if taken.alert else None,
    )


def _lines(text: str) -> tuple[list[str], list[str]]:
    """Lines without the blanks at their ends, runs of blank lines as one; and the rest of a huge copy."""
    evened = _BLANK_LINES.sub("\n\n", text, count=_MOST_LINES)
    lines = [line.strip(BLANKS) for line in evened.split("\n", _MOST_LINES)]
    return lines[:_MOST_LINES], [line for line in lines[_MOST_LINES:] if line]


def _take_headline(found: list[str | Related]) -> tuple[str | None, list[str | Related]]:
    """The first paragraph, where it reads as a headline and there is text to be the lead after it."""
    first, *rest = found or [""]
    if not isinstance(first, str) or not any(isinstance(item, str) for item in rest):
        return None, found
    if not headline_like(first) or names.in_dateline(first):
        return None, found
    return first.replace("\n", " "), rest


def _sections(found: Sequence[str | Related]) -> tuple[Section, ...]:
    sections: list[tuple[str | None, list[str]]] = []
    for text, opens in _opening([item for item in found if isinstance(item, str)]):
        if not sections:
            sections.append((None, [text]))
        elif opens and len(sections) < _MOST_SECTIONS:
            sections.append((text, []))
        else:
            sections[-1][1].append(text)
    anchors = _anchors([heading for heading, _ in sections])
    return tuple(_section(heading, tuple(told), next(anchors)) for heading, told in sections)


def _opening(texts: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Each text with whether it opens a section: as short as a sub-head, and followed by what is not."""
    short = [subhead_like(text) for text in texts]
    followed = [not next_short for next_short in short[1:]] + [False]
    for text, is_short, has_text in zip(texts, short, followed, strict=False):
        yield text, is_short and has_text


def _section(heading: str | None, told: tuple[str, ...], anchor: str) -> Section:
    kind = SectionKind.LEAD if heading is None else SectionKind.BODY
    return Section(kind=kind, heading=heading, paragraphs=told, anchor=anchor)


def _anchors(headings: Sequence[str | None]) -> Iterator[str]:
    """Six letters of the heading's words, so that a take with one more section keeps the others' anchors."""
    seen: Counter[str] = Counter()
    for heading in headings:
        if heading is None:
            yield "lead"
            continue
        anchor = hashlib.sha256(words_key(heading).encode()).hexdigest()[:6]
        seen[anchor] += 1
        yield anchor if seen[anchor] == 1 else f"{anchor}-{seen[anchor]}"


def _inside(sections: tuple[Section, ...]) -> Credit | None:
    return names.in_dateline(sections[0].paragraphs[0]) or names.at_the_end(sections[-1].paragraphs[-1])


def _bounded(lines: Sequence[str], most: int) -> tuple[str, ...]:
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], "\n".join(lines[most - 1 :]))


def _plain(copy: bytes, media_type: str, text: str, paragraphs: list[str]) -> Draft:
    """Copy that is all credit, flag or related headlines: one lead section."""
    lead = Section(kind=SectionKind.LEAD, heading=None, paragraphs=tuple(paragraphs), anchor="lead")
    return Draft(copy=copy, media_type=media_type, language=language_of(text), sections=(lead,))
