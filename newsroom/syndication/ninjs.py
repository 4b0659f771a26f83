"""IPTC ninjs 3.0: a list of items."""

from __future__ import annotations

import json
from collections.abc import Sequence

from newsroom import topics
from newsroom.syndication import item
from newsroom.syndication.item import About
from storage.records import Revision, Story, StoryState

MEDIA_TYPE = "application/json"
_CODES = "http://cv.iptc.org/newscodes/mediatopic/"
_STANDARD = {
    "name": "ninjs",
    "version": "3.0",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json",
}


def write(stories: Sequence[Story], about: About) -> bytes:  # noqa: ARG001 - a list of items says nothing of itself
    return json.dumps([_item(story) for story in stories], ensure_ascii=False).encode()


def _item(story: Story) -> dict[str, object]:
    """Of what was withdrawn, that it was: none of its words."""
    told = story.revision
    known: dict[str, object] = {
        "uri": item.uri(story),
        "type": "text",
        "standard": _STANDARD,
        "version": str(told.number),
        "firstCreated": item.moment(story.created_at),
        "versionCreated": item.moment(story.updated_at),
        "language": told.language,
    }
    if story.state is StoryState.KILLED:
        return known | {"pubStatus": "canceled"}
    return known | {"pubStatus": "usable"} | {name: value for name, value in _told(story).items() if value}


def _told(story: Story) -> dict[str, object]:
    told = story.revision
    body = item.html(story)
    return {
        "urgency": told.urgency,
        "headlines": [{"role": "main", "value": item.title(told)}] if told.headline else [],
        "bodies": [{"role": "main", "contentType": "text/html", "value": body}],
        "by": told.byline,
        "slugline": told.slugline,
        "located": told.dateline,
        "infoSources": [{"role": "source", "name": told.credit}] if told.credit else [],
        "copyrightNotice": told.rights,
        "subjects": [_subject(topic) for topic in told.topics],
        "altIds": [{"role": "source", "value": told.uri}] if told.uri else [],
        "associations": [_picture(told)] if told.image else [],
    }


def _subject(topic: str) -> dict[str, str]:
    known = topics.BY_SLUG.get(topic)
    return (
        {"uri": f"{_CODES}{known.code}", "name": known.slug} if known else {"literal": topic, "name": topic}
    )


def _picture(told: Revision) -> dict[str, object]:
    address = told.image or ""
    return {
        "name": "picture",
        "uri": address,
        "type": "picture",
        "renditions": [{"name": "main", "href": address}],
    }
