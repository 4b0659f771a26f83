"""The digest: what was published since the last one, at the hours that a chat chose."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from newsroom import deadlines, hours
from newsroom.message import Message
from newsroom.render import digest as pages
from newsroom.words import Words, clock_of
from storage import digests, edits, pushes
from storage.database import Transaction
from storage.digests import Round, Told
from storage.records import Composed, Lane, Push, PushKind, Subject

MOST_STORIES = 12


@dataclass(frozen=True, slots=True)
class Window:
    """The last hour of a digest that has come (`until`), and the one before it: both in UTC."""

    since: datetime
    until: datetime


def window(times: Sequence[str], zone: tzinfo, now: datetime) -> Window:
    """On the wall of the zone. An hour that comes twice in autumn counts once, by its first coming."""
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=days) for days in range(3)]
    walls = [
        datetime(day.year, day.month, day.day, *divmod(hours.minute_of(clock), 60), tzinfo=zone)
        for day in days
        for clock in times
    ]
    instants = {wall.astimezone(UTC) for wall in walls}
    past = sorted(instant for instant in instants if instant <= now)
    return Window(since=past[-2], until=past[-1])


def send_due(tx: Transaction, now: datetime) -> list[Push]:
    """The pushes of digests whose hour has come, unless that is long past or there is nothing to tell."""
    sent = [_send(tx, one, now) for one in digests.rounds(tx)]
    return [push for push in sent if push is not None]


def message(tx: Transaction, push: Push, words: Words, now: datetime) -> Message:
    """Of a digest, or of a push that changes one: the stories that it lists, as they are now.

    The time in its title is as it was at its hour: all chats are to have the same words.
    """
    params = push.composed.params if push.composed else {}
    since, until = (datetime.fromisoformat(str(params[name])) for name in ("since", "until"))
    number = push.digest_id or push.id
    lines = digests.listed(tx, number, now)
    if push.revision is None:  # planned by a version that kept no lists
        lines = digests.most_urgent(tx, since, until, limit=MOST_STORIES, now=now)
    withdrawn = digests.withdrawn(tx, number) if push.digest_id else 0  # who never saw them need not know
    listing = pages.Listing(lines=lines, count=digests.count(tx, since, until, now), withdrawn=withdrawn)
    return pages.digest(listing, since, words, until)


def tell_anew(tx: Transaction, story_id: int, lane: Lane, now: datetime) -> None:
    """Every digest that lists the story comes to list it as it is now, where it was delivered too.

    One of which nothing is left goes out no further.
    """
    for told in digests.tell_anew(tx, story_id):
        if not digests.listed(tx, told.id, now):
            pushes.cancel(tx, told.id, now)
        if told.planned:
            _bring_up(tx, told, lane, now)


def _bring_up(tx: Transaction, told: Told, lane: Lane, now: datetime) -> None:
    """The push that changes the delivered copies."""
    edits.supersede(tx, Subject(digest_id=told.id), now)
    pushes.create(
        tx,
        kind=PushKind.UPDATE,
        lane=lane,
        digest_id=told.id,
        revision=told.revision,
        composed=told.composed,
        once=f"digest:{told.id}:{told.revision}",
        now=now,
    )


def _send(tx: Transaction, one: Round, now: datetime) -> Push | None:
    of = window(one.times, clock_of(one.zone), now)
    deliver_by = deadlines.deadline(PushKind.DIGEST, of.until)
    name = f"digest:{_short(one)}"
    if (deliver_by and deliver_by <= now) or not digests.begin(tx, name, of.until):
        return None
    lines = digests.most_urgent(tx, of.since, of.until, limit=MOST_STORIES, now=now)
    if not lines:
        return None
    told = {"zone": one.zone, "times": list(one.times)}
    told |= {"since": of.since.isoformat(), "until": of.until.isoformat()}
    made = pushes.create(
        tx,
        kind=PushKind.DIGEST,
        lane=Lane.DIGEST,
        revision=1,
        composed=Composed(method=digests.METHOD, params={**told}),
        once=f"{name}:{of.until:%Y%m%d%H%M}",
        now=now,
        deliver_by=deliver_by,
    )
    if made is not None:
        digests.note_stories(tx, made.id, [line.id for line in lines])
    return made


def _short(one: Round) -> str:
    """Names the round, however many hours it has."""
    return hashlib.sha256(" ".join((one.zone, *one.times)).encode()).hexdigest()[:24]
