"""New copy of a story that is here, as a correction of it: what it says, and what it leaves. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce

from newsroom.differing import differences
from newsroom.errors import Refusal
from newsroom.words import words_for
from storage.records import Draft, Revision, RevisionKind, Story

LONGEST_NOTE = 500
_NOTE = re.compile(r"[\W_]*(?:تصحيح|correction|corrects?)\s*:\s*(?P<note>\S.*?)[»\"”)\]]*\s*", re.IGNORECASE)
_KEPT = (
    "credit",
    "source_code",
    "slugline",
    "byline",
    "dateline",
    "topics",
    "uri",
    "rights",
    "link",
    "image",
)


def parted(text: str) -> tuple[str, str | None]:
    """The copy without a first or last line «تصحيح: …», and the note that such a line says."""
    lines = text.strip().splitlines()
    for edge in (0, -1) if len(lines) > 1 else ():
        found = _NOTE.fullmatch(lines[edge]) if len(lines[edge]) <= LONGEST_NOTE else None
        if found is not None:
            rest = lines[1:] if edge == 0 else lines[:-1]
            return "\n".join(rest), found["note"].strip()
    return text, None


def corrected(story: Story, draft: Draft) -> Draft:
    """The correction. What the copy says nothing of stays. `Refusal` where it says what the story says."""
    told = story.revision
    headline = draft.headline or (None if told.headline_derived else told.headline)
    draft = replace(draft, headline=headline, kind=RevisionKind.CORRECTION)
    before, after = _said(told), _said(draft)
    if before == after and headline == (None if told.headline_derived else told.headline):
        raise Refusal("copy_unchanged", code=story.code)
    kept = {name: getattr(draft, name) or getattr(told, name) for name in _KEPT}
    related = draft.related or tuple(link.headline for link in story.related)
    note = draft.correction_note or _difference(told, before, after)
    return replace(draft, **kept, related=related, correction_note=note)


@dataclass(frozen=True, slots=True)
class _Said:
    """Paragraphs and headings, in order."""

    all: tuple[str, ...]
    lead: tuple[str, ...]


def _said(telling: Draft | Revision) -> _Said:
    lead = telling.sections[0].paragraphs if telling.sections else ()
    return _Said(all=tuple(_told(telling)), lead=lead)


def _told(telling: Draft | Revision) -> Iterator[str]:
    for section in telling.sections:
        if section.heading:
            yield section.heading
        yield from section.paragraphs


def _difference(told: Revision, before: _Said, after: _Said) -> str | None:
    """«…» والصواب «…», in the story's own language: of all that it says, or at least of its lead."""
    words = words_for(told.language, default="en")
    found = differences(before.all, after.all) or differences(before.lead, after.lead)
    said = [words.say("correction.difference", wrong=one.wrong, right=one.right) for one in found]
    if not said:
        return None
    note = reduce(lambda first, second: words.say("correction.and", first=first, second=second), said)
    return note if len(note) <= LONGEST_NOTE else None
