"""Where copy belongs: to a story that is here, by a name of the wire or by its words, or to none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from newsroom import authority, cycle, events, identity, slugs, withdrawn
from newsroom.authority import Say
from newsroom.identity import Outcome, Verdict
from newsroom.incoming import Copy, Incoming
from newsroom.sameness import Band, Match
from storage import keys, stories
from storage.database import Transaction
from storage.records import Draft, StoryState
from storage.withdrawn import Withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`said` is what the source may do with the story of the verdict.

    Of a story that is new: `match` is the event that its words tell, `apart` a story that the wire calls by
    the same name and that is not this source's to change.
    """

    incoming: Incoming
    verdict: Verdict
    said: Say
    match: Match | None
    apart: keys.KeyHit | None

    @property
    def may_go_on(self) -> bool:
        hit = self.verdict.hit
        return self.said is Say.GO_ON and hit is not None and hit.state is not StoryState.KILLED


def find(tx: Transaction, copy: Copy, draft: Draft, now: datetime) -> Place:
    """By names first, then by the same words, then by words like them."""
    incoming = _understood(tx, copy, _believed(draft, now), now)
    by_text = incoming.hits.get(incoming.text)
    named = incoming.hits[incoming.led] if incoming.led else None
    said = _say(tx, incoming, named or by_text)
    apart = named if said is Say.APART else None
    verdict = identity.decide(incoming.draft, None if apart else named, by_text)
    place = Place(incoming=incoming, verdict=verdict, said=said, match=None, apart=apart)
    return _shadowed(tx, place if verdict.hit else _by_words(tx, place))


def knows(tx: Transaction, copy: Copy, draft: Draft) -> bool:
    """Whether a name of the wire leads to a story that is here."""
    return bool(keys.find(tx, identity.names(draft, copy.source, copy.item_id).leading))


def _by_words(tx: Transaction, place: Place) -> Place:
    """Of what no name and no copy of it leads anywhere."""
    incoming = place.incoming
    match = events.find(tx, incoming.draft, incoming.now)
    if match is None:
        return place
    slug = None if place.apart else _slug(tx, incoming, match)
    if slug:
        led = replace(incoming, led=slug)
        verdict = identity.decide(incoming.draft, incoming.hits[slug], None)
        return replace(place, incoming=led, verdict=verdict, said=Say.GO_ON)
    copied = _copied(tx, match) if match.band is Band.DUPLICATE else None
    if copied is None:
        return replace(place, match=match)
    verdict = identity.decide(incoming.draft, None, copied)
    return replace(place, verdict=verdict, said=_say(tx, incoming, copied))


def _shadowed(tx: Transaction, place: Place) -> Place:
    """With the story taken back that it looks like, where that would go out."""
    incoming, verdict = place.incoming, place.verdict
    if incoming.draft.kind in cycle.ENDS or verdict.outcome in (Outcome.DUPLICATE, Outcome.KILLED):
        return place
    shadow = _shadow(tx, incoming, verdict.hit)
    return replace(place, incoming=replace(incoming, shadow=shadow)) if shadow else place


def _understood(tx: Transaction, copy: Copy, draft: Draft, now: datetime) -> Incoming:
    names, text = identity.names(draft, copy.source, copy.item_id), identity.text_key(draft)
    hits = keys.find(tx, (*names.everything, text))
    led = next((key for key in names.leading if key in hits), None)
    return Incoming(copy=copy, draft=draft, names=names, text=text, hits=hits, now=now, led=led)


def _slug(tx: Transaction, incoming: Incoming, match: Match) -> keys.WireKey | None:
    """The slug, where it was used lately by this source for a story that its words lead to as well."""
    for key in incoming.names.slug:
        hit = incoming.hits.get(key)
        if hit and hit.state is not StoryState.KILLED and events.tells(tx, hit.story_id, match):
            told = stories.by_id(tx, hit.story_id)
            is_recent = told is not None and incoming.now - told.updated_at <= slugs.RECENT
            return key if is_recent and _say(tx, incoming, hit) is Say.GO_ON else None
    return None


def _copied(tx: Transaction, match: Match) -> keys.KeyHit | None:
    """The story that an item is a copy of; of one that is on hold an editor is to see each copy."""
    copied = keys.hit(tx, match.story_id)
    return None if copied.state is StoryState.HELD else copied


def _shadow(tx: Transaction, incoming: Incoming, hit: keys.KeyHit | None) -> Withdrawn | None:
    found = withdrawn.shadow(tx, incoming.draft, incoming.now)
    return None if found and hit and found.story_id == hit.story_id else found


def _say(tx: Transaction, incoming: Incoming, hit: keys.KeyHit | None) -> Say:
    """What this source may do with the story that was hit."""
    copy = incoming.copy
    if hit is None or copy.trust.speaks_for_all:
        return Say.GO_ON
    return authority.say(copy.source, incoming.draft.kind, hit.state, stories.tellers(tx, hit.story_id))


def _believed(draft: Draft, now: datetime) -> Draft:
    """Nothing was told after it came, whatever it says."""
    if draft.version_created is None or draft.version_created <= now:
        return draft
    return replace(draft, version_created=now)
