"""Telegram's descriptions and what they mean. From the Bot API server's source and answers seen."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from storage.records import ChatState


class Reason(StrEnum):
    """Why Telegram will not do it, however often it is asked. The values are stored."""

    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    KICKED = "kicked"
    NOT_MEMBER = "not_member"
    NEVER_STARTED = "never_started"
    FORBIDDEN = "forbidden"
    CHAT_NOT_FOUND = "chat_not_found"
    CHAT_DELETED = "chat_deleted"
    NO_RIGHTS = "no_rights"
    THREAD_NOT_FOUND = "thread_not_found"
    THREAD_CLOSED = "thread_closed"
    COPY_NOT_FOUND = "copy_not_found"
    COPY_NOT_EDITABLE = "copy_not_editable"
    COPY_NOT_DELETABLE = "copy_not_deletable"
    COPY_UNCHANGED = "copy_unchanged"
    REPLY_NOT_FOUND = "reply_not_found"
    TOO_LONG = "too_long"
    TOO_BIG = "too_big"
    EMPTY = "empty"
    BAD_ENTITIES = "bad_entities"
    DEAD_FILE = "dead_file"
    STALE_QUERY = "stale_query"
    UNCERTAIN_EDIT = "uncertain_edit"
    OTHER = "other"


ENDS: Mapping[Reason, ChatState] = {
    Reason.BLOCKED: ChatState.BLOCKED,
    Reason.KICKED: ChatState.BLOCKED,
    Reason.NOT_MEMBER: ChatState.BLOCKED,
    Reason.NEVER_STARTED: ChatState.BLOCKED,
    Reason.FORBIDDEN: ChatState.BLOCKED,
    Reason.DEACTIVATED: ChatState.GONE,
    Reason.CHAT_NOT_FOUND: ChatState.GONE,
    Reason.CHAT_DELETED: ChatState.GONE,
    Reason.THREAD_CLOSED: ChatState.BLOCKED,  # the general thread: another one is left for it first
}

UNTHREADED = frozenset({Reason.THREAD_NOT_FOUND, Reason.THREAD_CLOSED})
"""The forum thread takes nothing more; the chat's general thread may."""

CONTENT = frozenset(
    {Reason.TOO_LONG, Reason.TOO_BIG, Reason.EMPTY, Reason.BAD_ENTITIES, Reason.DEAD_FILE},
)

PHRASES: tuple[tuple[str, Reason], ...] = (
    ("blocked by the user", Reason.BLOCKED),
    ("user is deactivated", Reason.DEACTIVATED),
    ("bot was kicked", Reason.KICKED),
    ("bot is not a member", Reason.NOT_MEMBER),
    ("can't initiate conversation", Reason.NEVER_STARTED),
    ("chat not found", Reason.CHAT_NOT_FOUND),
    ("peer_id_invalid", Reason.CHAT_NOT_FOUND),
    ("group chat was deleted", Reason.CHAT_DELETED),
    ("group chat was deactivated", Reason.CHAT_DELETED),
    ("group chat was upgraded", Reason.CHAT_DELETED),
    ("message thread not found", Reason.THREAD_NOT_FOUND),
    ("topic_deleted", Reason.THREAD_NOT_FOUND),
    ("topic_closed", Reason.THREAD_CLOSED),
    ("message to edit not found", Reason.COPY_NOT_FOUND),
    ("message to delete not found", Reason.COPY_NOT_FOUND),
    ("message_id_invalid", Reason.COPY_NOT_FOUND),
    ("message can't be edited", Reason.COPY_NOT_EDITABLE),
    ("message can't be deleted", Reason.COPY_NOT_DELETABLE),
    ("message to be replied not found", Reason.REPLY_NOT_FOUND),
    ("message to reply not found", Reason.REPLY_NOT_FOUND),
    ("is too long", Reason.TOO_LONG),
    ("_too_long", Reason.TOO_LONG),
    ("entity too large", Reason.TOO_BIG),
    ("file is too big", Reason.TOO_BIG),
    ("text is empty", Reason.EMPTY),
    ("text must be non-empty", Reason.EMPTY),
    ("can't parse entities", Reason.BAD_ENTITIES),
    ("wrong file identifier", Reason.DEAD_FILE),
    ("wrong remote file identifier", Reason.DEAD_FILE),
    ("file_reference_", Reason.DEAD_FILE),
    ("query is too old", Reason.STALE_QUERY),
    ("not enough rights", Reason.NO_RIGHTS),
    ("have no rights", Reason.NO_RIGHTS),
    ("need administrator rights", Reason.NO_RIGHTS),
    ("chat_write_forbidden", Reason.NO_RIGHTS),
    ("chat_admin_required", Reason.NO_RIGHTS),
)
