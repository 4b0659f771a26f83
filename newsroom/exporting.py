"""What is out, written for others: a page of it at a time, and whether it changed since somebody asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsroom.syndication import jsonfeed, ninjs, rss
from newsroom.syndication.item import About
from newsroom.words import words_for
from storage import exports, stories, topics
from storage.database import Transaction
from storage.exports import Entry
from storage.records import Story

PAGE, LARGEST_PAGE = 50, 100


@dataclass(frozen=True, slots=True)
class Format:
    """`killed`: it tells of what was withdrawn, that it was; in the others such stories are gone."""

    write: Callable[[Sequence[Story], About], bytes]
    media_type: str
    killed: bool = False


FORMATS = {
    "ninjs": Format(ninjs.write, ninjs.MEDIA_TYPE, killed=True),
    "jsonfeed": Format(jsonfeed.write, jsonfeed.MEDIA_TYPE),
    "rss": Format(rss.write, rss.MEDIA_TYPE),
}


class NoSuchPlace(LookupError):  # noqa: N818 - it is an answer, not a fault
    """No story of that code was ever out, so nothing comes after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`before`: the code of the last story of the page before. `here` is the address of the first page."""

    format: str
    home: str
    here: str | None = None
    limit: int = PAGE
    before: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """`body` is None where it is what `tag` was known for. `next` is the address of the next page."""

    tag: str
    body: bytes | None
    media_type: str
    changed_at: datetime | None
    next: str | None


def export(
    tx: Transaction, wanted: Wanted, *, known: frozenset[str] = frozenset(), language: str, now: datetime
) -> Exported:
    """Raises `NoSuchPlace`."""
    form = FORMATS[wanted.format]
    found = _entries(tx, wanted, form, now)
    page = found[: wanted.limit]
    following = _next(wanted, page[-1]) if len(found) > wanted.limit else None
    chosen = topics.chosen(tx, [entry.id for entry in page])
    tag = _tag(wanted, page, chosen, following, language)
    body = None
    if tag not in known:
        told = [story for entry in page if (story := stories.by_id(tx, entry.id))]
        about = _about(wanted, language, following)
        body = form.write([_as_chosen(story, chosen) for story in told], about)
    changed_at = max((entry.updated_at for entry in page), default=None)
    return Exported(tag=tag, body=body, media_type=form.media_type, changed_at=changed_at, next=following)


def _entries(tx: Transaction, wanted: Wanted, form: Format, now: datetime) -> list[Entry]:
    """One more than the page holds, where there is one."""
    before = exports.by_code(tx, wanted.before.upper()) if wanted.before else None
    if wanted.before and before is None:
        raise NoSuchPlace(wanted.before)
    limit = wanted.limit + 1
    return exports.entries(tx, now, limit=limit, before=before, since=wanted.since, killed=form.killed)


def _next(wanted: Wanted, last: Entry) -> str | None:
    if wanted.here is None:
        return None
    size = "" if wanted.limit == PAGE else f"&limit={wanted.limit}"
    return f"{wanted.here}?before={last.code}{size}"


def _as_chosen(story: Story, chosen: Mapping[int, tuple[str, ...]]) -> Story:
    """With the topics that an editor chose in place of those of its copy."""
    if story.id not in chosen:
        return story
    return replace(story, revision=replace(story.revision, topics=chosen[story.id]))


def _tag(
    wanted: Wanted,
    page: Sequence[Entry],
    chosen: Mapping[int, tuple[str, ...]],
    following: str | None,
    language: str,
) -> str:
    """Of all that the body is made from, so that nothing need be written to know it."""
    parts = [repr(wanted), repr(following), language, repr(chosen), *map(repr, page)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _about(wanted: Wanted, language: str, following: str | None) -> About:
    words = words_for(language)
    return About(
        title=words.say("feed.title"),
        description=words.say("feed.description"),
        language=language,
        home=wanted.home,
        here=wanted.here,
        next=following,
    )
