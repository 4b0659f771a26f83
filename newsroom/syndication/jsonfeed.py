"""JSON Feed 1.1."""

from __future__ import annotations

import json
from collections.abc import Sequence

from newsroom.syndication import item
from newsroom.syndication.item import About
from storage.records import Story, StoryState

MEDIA_TYPE = "application/feed+json"
_VERSION = "https://jsonfeed.org/version/1.1"


def write(stories: Sequence[Story], about: About) -> bytes:
    items = [_item(story) for story in stories if story.state is StoryState.PUBLISHED]
    about_it: dict[str, object] = {
        "version": _VERSION,
        "title": about.title,
        "description": about.description,
        "language": about.language,
        "home_page_url": about.home,
        "feed_url": about.here,
        "next_url": about.next,
    }
    return json.dumps(_filled(about_it) | {"items": items}, ensure_ascii=False).encode()


def _item(story: Story) -> dict[str, object]:
    told = story.revision
    names = [name for name in (told.byline, told.credit) if name]
    return _filled(
        {
            "id": item.uri(story),
            "url": told.link,
            "title": item.title(told),
            "content_html": item.html(story),
            "date_published": item.moment(story.published_at or story.created_at),
            "date_modified": item.moment(story.updated_at),
            "language": told.language,
            "authors": [{"name": name} for name in names],
            "tags": item.topic_names(told),
            "image": told.image,
        }
    )


def _filled(members: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value}
