"""Lines to a draft: what stands around the text is taken off, and the text is set in sections."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from newsroom.arabic import tokens
from newsroom.language import language_of
from newsroom.terms import words_key
from newsroom.wire import credits as names
from newsroom.wire import front
from newsroom.wire.blocks import Related, items
from newsroom.wire.credits import Credit
from newsroom.wire.front import Front
from newsroom.wire.sections import in_sections, plain
from newsroom.wire.shape import Heading, Headline, headline_like
from newsroom.wire.signs import Signs
from storage.records import Draft, Section

_MOST_RELATED = 100
_OPENING_LETTERS = 1_000

Found = list[str | Related]


def of(
    lines: Sequence[str],
    overflow: Sequence[str] = (),
    *,
    copy: bytes,
    media_type: str,
    title: str | None = None,
    credit: Credit | None = None,
) -> Draft:
    """The draft of lines whose structure is told by how they read, and by the headings marked among them.

    `title` and `credit` are what the format says beside the text; a credit line in the text outranks it.
    """
    signs = Signs()
    title = signs.take_flags(title) or None if title else None
    taken, left = front.take_off(lines, signs)
    headline, found = _take_headline(items(left), title)
    texts = [*_texts(found), *overflow]
    sections = in_sections(texts, marked=any(isinstance(text, Heading) for text in texts))
    if not sections and title:
        headline, sections = None, plain([title])
    elif not sections:
        taken, found = Front(signs=signs.untold()), []
        sections = plain([*filter(None, lines), *overflow])
    return _draft(taken, headline, found, sections, copy=copy, media_type=media_type, credit=credit)


def of_marked(
    lines: Sequence[str], *, copy: bytes, media_type: str, title: str | None, credit: Credit | None
) -> Draft:
    """The draft of lines that say themselves what they are: nothing is guessed from how they read."""
    blocks = [list(group) for filled, group in groupby(lines, key=bool) if filled]
    found: Found = [_as_marked(block) for block in blocks]
    sections = in_sections(_texts(found), marked=True) or plain([title or ""])
    return _draft(Front(), title, found, sections, copy=copy, media_type=media_type, credit=credit)


def _draft(
    taken: Front,
    headline: str | None,
    found: Found,
    sections: tuple[Section, ...],
    *,
    copy: bytes,
    media_type: str,
    credit: Credit | None,
) -> Draft:
    related = [item for item in found if isinstance(item, Related)]
    told_by = taken.credit or credit or _inside(sections)
    dateline = names.in_dateline(sections[0].paragraphs[0])
    return Draft(
        copy=copy,
        media_type=media_type,
        language=language_of(_sample(headline, sections)),
        headline=headline,
        kind=taken.signs.kind,
        alert=" ".join(taken.signs.alerts) or None,
        marks=tuple(taken.signs.marks),
        slugline=taken.signs.slugline,
        correction_note=taken.signs.correction_note,
        editor_note=taken.signs.editor_note,
        embargo=taken.signs.embargo,
        credit=told_by.raw if told_by else None,
        source_code=(told_by.code or None) if told_by else None,
        byline=taken.byline,
        dateline=next((place.place for place in (dateline, told_by) if place and place.place), None),
        sections=sections,
        related_headings=_bounded([block.heading for block in related], _MOST_RELATED),
        related=_bounded([line for block in related for line in block.headlines], _MOST_RELATED),
        urgency=taken.signs.urgency,
    )


def _sample(headline: str | None, sections: tuple[Section, ...]) -> str:
    return "\n".join([headline or "", *(text for part in sections[:3] for text in part.paragraphs[:20])])


def _take_headline(found: Found, title: str | None) -> tuple[str | None, Found]:
    """The title, or else the first paragraph, where it reads as a headline and a lead comes after it."""
    first, *rest = found or [""]
    told = any(isinstance(item, str) for item in rest)
    if not isinstance(first, str):
        return _unless_opening(title, found), found
    if title is not None:
        repeats = told and words_key(first) == words_key(title)
        return _unless_opening(title, rest if repeats else found), rest if repeats else found
    if not told or not headline_like(first) or names.in_dateline(first):
        return None, found
    return first.replace("\n", " "), rest


def _unless_opening(title: str | None, found: Found) -> str | None:
    lead = next(iter(_texts(found)), "")
    return None if title is None or _opens(title, lead) else title


def _opens(title: str, lead: str) -> bool:
    """Whether a title is only the beginning of the text: made from it by whoever wants a title for all."""
    opening = lead[:_OPENING_LETTERS]
    told = tokens(opening[names.dateline_length(opening) :])
    wanted = tokens(title[:_OPENING_LETTERS])
    return told[: len(wanted)] == wanted or tokens(opening)[: len(wanted)] == wanted


def _texts(found: Found) -> list[str]:
    return [item for item in found if isinstance(item, str)]


def _as_marked(block: list[str]) -> str | Related:
    if len(block) > 1 and isinstance(block[1], Headline):
        return Related(heading=block[0], headlines=tuple(block[1:]))
    return block[0] if len(block) == 1 else "\n".join(block)


def _inside(sections: tuple[Section, ...]) -> Credit | None:
    return names.in_dateline(sections[0].paragraphs[0]) or names.at_the_end(sections[-1].paragraphs[-1])


def _bounded(lines: Sequence[str], most: int) -> tuple[str, ...]:
    if len(lines) <= most:
        return tuple(map(str, lines))
    return (*map(str, lines[: most - 1]), "\n".join(lines[most - 1 :]))
