"""Is this copy a new story, the next take of one that is here, or one that we have already?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from newsroom import slugs
from newsroom.arabic import tokens
from storage.events import Because
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the wire itself calls an item: its names outlive a change of words.

    `own` hold within its source, `world` for everybody, `before` is what it evolved from. `heard` is a name
    of the world from a source that speaks for itself alone: it leads to kin, never to a story. `slug` is used
    for one story after another, and counts where the words agree.
    """

    own: tuple[WireKey, ...] = ()
    world: tuple[WireKey, ...] = ()
    before: tuple[WireKey, ...] = ()
    heard: tuple[WireKey, ...] = ()
    slug: tuple[WireKey, ...] = ()

    @property
    def leading(self) -> tuple[WireKey, ...]:
        """To a story, the surest first."""
        return (*self.own, *self.world, *self.before)

    @property
    def everything(self) -> tuple[WireKey, ...]:
        return (*self.leading, *self.heard, *self.slug)


def names(draft: Draft, source: str, item_id: str | None) -> Names:
    within = f"item:{source}"
    own = [WireKey(within, name) for name in (draft.uri, item_id, *draft.alt_ids) if name]
    before = [WireKey(scheme, draft.evolved_from) for scheme in (within, "uri") if draft.evolved_from]
    return Names(
        own=tuple(own),
        world=(WireKey("uri", draft.uri),) if draft.uri else (),
        before=tuple(before),
        heard=(WireKey("heard", draft.uri),) if draft.uri else (),
        slug=_slug(draft, source),
    )


def _slug(draft: Draft, source: str) -> tuple[WireKey, ...]:
    """Within an agency, since one door may bring the copy of several."""
    slug = slugs.normal(draft.slugline)
    return (WireKey(f"slug:{source}", f"{draft.source_code or ''} {slug}"),) if slug else ()


def because(key: WireKey, draft: Draft) -> Because:
    """Which kind of name this is, for whoever asks why the item came to its story."""
    if key.scheme.startswith("slug:"):
        return Because.SLUG
    kinds = {draft.uri: Because.URI, draft.evolved_from: Because.EVOLVED}
    return kinds.get(key.value, Because.ITEM)


def text_key(draft: Draft) -> WireKey:
    """The same words in another encoding, spacing or format are the same copy."""
    told = "\n".join(_words_of(draft))
    words = " ".join(tokens(told[:FOLDED_LETTERS]))
    rest = "".join(told[FOLDED_LETTERS:].split())
    return WireKey("text", hashlib.sha256(f"{words}\n{rest}".strip().encode() or draft.copy).hexdigest())


def decide(draft: Draft, named: KeyHit | None, by_text: KeyHit | None) -> Verdict:
    """By the wire's own name first, then by the words.

    Only under its own name may a story go back to words that it had before: without one they come late.
    """
    hit = named or by_text
    if hit is None:
        return Verdict(outcome=Outcome.NEW)
    if hit.state is StoryState.KILLED:
        return Verdict(outcome=Outcome.KILLED, hit=hit)
    if draft.kind in (RevisionKind.HOLD, RevisionKind.KILL):
        return _ending(draft, hit, by_text)
    if by_text is not None and (named is None or _is_newest_telling(by_text, hit)):
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
