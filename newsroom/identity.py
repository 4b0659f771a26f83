"""Is this copy a new story, the next take of one that is here, or one that we have already?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from newsroom.arabic import tokens
from storage.keys import KeyHit, WireKey
from storage.records import Draft, RevisionKind, StoryState

FOLDED_LETTERS = 100_000  # spelling is forgiven this far: folding megabytes would hold up the wire


class Outcome(StrEnum):
    """What became of copy that was taken, as `POST /wire` answers it."""

    NEW = "new"
    UPDATE = "update"
    CORRECTION = "correction"
    DUPLICATE = "duplicate"
    HOLD = "hold"
    KILLED = "killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`hit` is the story that the copy belongs to; None where it is new."""

    outcome: Outcome
    hit: KeyHit | None = None


def item_keys(draft: Draft, source: str, item_id: str | None) -> tuple[WireKey, ...]:
    """What the wire itself calls this item: its own names outlive a change of words."""
    keys = []
    if draft.uri:
        keys.append(WireKey("uri", draft.uri))
    keys += [WireKey(f"item:{source}", name) for name in (item_id, *draft.alt_ids) if name]
    return tuple(keys)


def origin_keys(draft: Draft) -> tuple[WireKey, ...]:
    """What the item says that it evolved from: the same story, under another name."""
    return (WireKey("uri", draft.evolved_from),) if draft.evolved_from else ()


def text_key(draft: Draft) -> WireKey:
    """The same words in another encoding, spacing or format are the same copy."""
    told = "\n".join(_words_of(draft))
    words = " ".join(tokens(told[:FOLDED_LETTERS]))
    rest = "".join(told[FOLDED_LETTERS:].split())
    return WireKey("text", hashlib.sha256(f"{words}\n{rest}".strip().encode() or draft.copy).hexdigest())


def decide(
    draft: Draft, items: tuple[WireKey, ...], text: WireKey, hits: Mapping[WireKey, KeyHit]
) -> Verdict:
    """By the wire's own name first, then by the words.

    Only under its own name may a story go back to words that it had before: without one they come late.
    """
    by_item = next((hits[key] for key in items if key in hits), None)
    by_text = hits.get(text)
    hit = by_item or by_text
    if hit is None:
        return Verdict(outcome=Outcome.NEW)
    if hit.state is StoryState.KILLED:
        return Verdict(outcome=Outcome.KILLED, hit=hit)
    if draft.kind in (RevisionKind.HOLD, RevisionKind.KILL):
        return _ending(draft, hit, by_text)
    if by_text is not None and (by_item is None or _is_newest_telling(by_text, hit)):
        return Verdict(outcome=Outcome.DUPLICATE, hit=by_text)
    return Verdict(outcome=_take(draft.kind), hit=hit)


def _ending(draft: Draft, hit: KeyHit, by_text: KeyHit | None) -> Verdict:
    """What takes a story back may repeat its words; it came before only where it is kept back already."""
    known = by_text is not None and by_text.story_id == hit.story_id and by_text.number > hit.head
    return (
        Verdict(outcome=Outcome.DUPLICATE, hit=by_text)
        if known
        else Verdict(outcome=_take(draft.kind), hit=hit)
    )


def _is_newest_telling(by_text: KeyHit, hit: KeyHit) -> bool:
    return by_text.story_id != hit.story_id or by_text.number >= hit.head


def _take(kind: RevisionKind) -> Outcome:
    outcomes = {
        RevisionKind.CORRECTION: Outcome.CORRECTION,
        RevisionKind.HOLD: Outcome.HOLD,
        RevisionKind.KILL: Outcome.KILLED,
    }
    return outcomes.get(kind, Outcome.UPDATE)


def _words_of(draft: Draft) -> Iterator[str]:
    yield draft.headline or ""
    for section in draft.sections:
        yield section.heading or ""
        yield from section.paragraphs
