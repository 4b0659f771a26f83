"""Paragraphs and headings to sections: the lead, and what each heading opens."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from newsroom.terms import words_key
from newsroom.wire.shape import Heading, subhead_like
from storage.records import Section, SectionKind

_MOST_SECTIONS = 64


def in_sections(texts: Sequence[str], *, marked: bool) -> tuple[Section, ...]:
    """`marked`: headings are those that the copy calls so, and not what reads as one."""
    sections: list[tuple[str | None, list[str]]] = []
    for text, opens in _opening(texts, marked=marked):
        if not sections:
            sections.append((None, [text]))
        elif opens and len(sections) < _MOST_SECTIONS:
            sections.append((text, []))
        else:
            sections[-1][1].append(text)
    anchors = _anchors([heading for heading, _ in sections])
    return tuple(_section(heading, tuple(told), next(anchors)) for heading, told in sections)


def _opening(texts: Sequence[str], *, marked: bool) -> Iterator[tuple[str, bool]]:
    """Each text with whether it opens a section: a sub-head, and followed by what is none."""
    short = [isinstance(text, Heading) if marked else subhead_like(text) for text in texts]
    followed = [not next_short for next_short in short[1:]] + [False]
    for text, is_short, has_text in zip(texts, short, followed, strict=False):
        yield text, is_short and has_text


def _section(heading: str | None, told: tuple[str, ...], anchor: str) -> Section:
    kind = SectionKind.LEAD if heading is None else SectionKind.BODY
    plain = None if heading is None else str(heading)
    return Section(kind=kind, heading=plain, paragraphs=tuple(map(str, told)), anchor=anchor)


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


def plain(paragraphs: list[str]) -> tuple[Section, ...]:
    """Copy that is all credit, flag or related headlines: one lead section."""
    return (Section(kind=SectionKind.LEAD, heading=None, paragraphs=tuple(paragraphs), anchor="lead"),)
