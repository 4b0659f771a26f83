"""Every table of Ajil, in SQLAlchemy Core: one schema for SQLite and PostgreSQL.

Stored names of states and kinds are the values of the enums in `storage.records`.
"""

from __future__ import annotations

from storage.schema.base import Id, metadata
from storage.schema.chats import chat, follow_up, shown, subscription
from storage.schema.delivery import delivery, digest_story, pulse, push
from storage.schema.desk import advisory, album_item, amendment, approval, audit, bulletin, editor, question
from storage.schema.feeds import feed, feed_host, feed_hub, feed_log
from storage.schema.machine import fact, lease, schedule_occurrence, update_log
from storage.schema.stories import related_link, revision, section, story, waiting, wire_key
from storage.schema.words import story_event, story_term, story_topic, story_words, take_reason, term

__all__ = [
    "Id",
    "advisory",
    "album_item",
    "amendment",
    "approval",
    "audit",
    "bulletin",
    "chat",
    "delivery",
    "digest_story",
    "editor",
    "fact",
    "feed",
    "feed_host",
    "feed_hub",
    "feed_log",
    "follow_up",
    "lease",
    "metadata",
    "pulse",
    "push",
    "question",
    "related_link",
    "revision",
    "schedule_occurrence",
    "section",
    "shown",
    "story",
    "story_event",
    "story_term",
    "story_topic",
    "story_words",
    "subscription",
    "take_reason",
    "term",
    "update_log",
    "waiting",
    "wire_key",
]
