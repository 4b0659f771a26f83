"""New copy of a story that is here, as a correction of it: what it says, and what it leaves. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce

from newsroom.differing import differences
from newsroom.errors import Refusal
from newsroom.words import words_for
from storage.records import Draft, Revision, RevisionKind, Section, Story

LONGEST_NOTE = 500

_NOTE = re.compile(r"[\W_]*(?:تصحيح|correction|corrects?)\s*[:：]\s*(?P<note>.+)", re.IGNORECASE | re.DOTALL)
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


def corrected(story: Story, draft: Draft) -> Draft:
    """The correction. What the copy says nothing of stays. `Refusal` where it says what the story says."""
    draft = noted(draft)
    told = story.revision
    headline = draft.headline or (None if told.headline_derived else told.headline)
    draft = replace(draft, headline=headline, kind=RevisionKind.CORRECTION)
    before, after = list(_told(told)), list(_told(draft))
    if before == after and headline == (None if told.headline_derived else told.headline):
        raise Refusal("copy_unchanged", code=story.code)
    kept = {name: getattr(draft, name) or getattr(told, name) for name in _KEPT}
    related = draft.related or tuple(link.headline for link in story.related)
    note = draft.correction_note or _difference(told, before, after)
    return replace(draft, **kept, related=related, correction_note=note)


def noted(draft: Draft) -> Draft:
    """With a first or last line «تصحيح: …» of its copy as its public note, and not as part of the story."""
    note = _note_in(draft.headline or "")
    if note:
        return _with_note(draft, note, headline=None)
    for edge in (0, -1):
        note = _note_in(_edge(draft.sections, edge))
        if note:
            return _with_note(draft, note, sections=_without(draft.sections, edge))
    return draft


def _with_note(draft: Draft, note: str, **changes: object) -> Draft:
    said = draft.correction_note or note
    return replace(draft, kind=RevisionKind.CORRECTION, correction_note=said, **changes)  # type: ignore[arg-type]


def _note_in(paragraph: str) -> str | None:
    found = _NOTE.fullmatch(paragraph) if len(paragraph) <= LONGEST_NOTE else None
    return found["note"].strip() if found else None


def _edge(sections: tuple[Section, ...], edge: int) -> str:
    """Never the only paragraph there is."""
    if sum(len(section.paragraphs) for section in sections) <= 1 or not sections[edge].paragraphs:
        return ""
    return sections[edge].paragraphs[edge]


def _without(sections: tuple[Section, ...], edge: int) -> tuple[Section, ...]:
    kept = sections[edge].paragraphs[1:] if edge == 0 else sections[edge].paragraphs[:-1]
    changed = replace(sections[edge], paragraphs=kept)
    return (changed, *sections[1:]) if edge == 0 else (*sections[:-1], changed)


def _told(telling: Draft | Revision) -> Iterator[str]:
    for section in telling.sections:
        if section.heading:
            yield section.heading
        yield from section.paragraphs


def _difference(told: Revision, before: list[str], after: list[str]) -> str | None:
    """«…» والصواب «…», in the story's own language."""
    words = words_for(told.language, default="en")
    said = [
        words.say("correction.difference", wrong=one.wrong, right=one.right)
        for one in differences(before, after)
    ]
    if not said:
        return None
    note = reduce(lambda first, second: words.say("correction.and", first=first, second=second), said)
    return note if len(note) <= LONGEST_NOTE else None
