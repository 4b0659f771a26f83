"""People, chats, messages and files, as Telegram keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

ChatKind = Literal["private", "group", "supergroup", "channel"]
Standing = Literal["creator", "administrator", "member", "left", "kicked"]
PRESENT = frozenset({"creator", "administrator", "member"})
Json = dict[str, Any]


@dataclass(slots=True, eq=False)
class User:
    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    deactivated: bool = False
    _api: Json | None = None

    def api(self) -> Json:
        """The Bot API's User."""
        if self._api is None:
            told: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
            for name in ("last_name", "username", "language_code"):
                if value := getattr(self, name):
                    told[name] = value
            self._api = told
        return self._api


@dataclass(slots=True, eq=False)
class Topic:
    """A thread of a forum; its id is the message that opened it."""

    id: int
    name: str
    closed: bool = False


@dataclass(slots=True, eq=False)
class Chat:
    id: int
    kind: ChatKind
    title: str = ""
    username: str = ""
    user: User | None = None
    is_forum: bool = False
    bot: Standing = "member"
    started: bool = True
    """Private: this person has written to the bot, which may therefore write back."""
    blocked: bool = False
    """Private: this person has blocked the bot."""
    silenced: bool = False
    """Only administrators may post."""
    migrated_to: int | None = None
    last_id: int = 0
    members: dict[int, Standing] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    general_closed: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    prompt: Json | None = None
    """The reply keyboard or forced reply that the bot last asked for."""
    _api: Json | None = None

    def api(self) -> Json:
        """The Bot API's Chat."""
        if self._api is None:
            self._api = _chat_api(self)
        return self._api

    @property
    def sees_bot(self) -> bool:
        return self.bot in PRESENT

    def has(self, user_id: int) -> bool:
        if self.user is not None:
            return user_id == self.user.id
        return self.members.get(user_id) in PRESENT


def _chat_api(chat: Chat) -> Json:
    told: Json = {"id": chat.id, "type": chat.kind}
    if chat.user is not None:
        person = chat.user.api()
        return told | {k: person[k] for k in ("first_name", "last_name", "username") if k in person}
    told["title"] = chat.title
    if chat.username:
        told["username"] = chat.username
    if chat.is_forum:
        told["is_forum"] = True
    return told


@dataclass(slots=True, eq=False)
class Message:
    """One message; `content` holds the Bot API fields of what it says, and is replaced, never changed."""

    id: int
    chat: Chat
    date: int
    content: Json
    sender: User
    thread_id: int | None = None
    reply_to: int | None = None
    markup: Json | None = None
    edit_date: int | None = None
    extra: Json | None = None
    """Bot API fields that no edit touches: forward_origin, media_group_id, has_protected_content…"""
    silent: bool = False
    """Whether it came without a sound, which the Bot API does not tell."""

    @property
    def is_service(self) -> bool:
        return not CONTENT.intersection(self.content)

    def api(self, *, reply: bool = True) -> Json:
        """The Bot API's Message, with the message that it answers one level deep."""
        told: Json = {"message_id": self.id}
        if self.chat.kind == "channel":
            told["sender_chat"] = self.chat.api()
        else:
            told["from"] = self.sender.api()
        told["chat"] = self.chat.api()
        told["date"] = self.date
        if self.thread_id is not None:
            told["message_thread_id"] = self.thread_id
            told["is_topic_message"] = True
        if self.extra:
            told.update(self.extra)
        if self.edit_date is not None:
            told["edit_date"] = self.edit_date
        if reply and self.reply_to is not None and (answered := self.chat.messages.get(self.reply_to)):
            told["reply_to_message"] = answered.api(reply=False)
        told.update(self.content)
        if self.markup is not None:
            told["reply_markup"] = self.markup
        return told


CONTENT = frozenset(
    {"text", "photo", "video", "animation", "document", "audio", "voice", "video_note", "sticker"}
    | {"contact", "location", "venue", "poll", "dice"}
)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file and the Bot API object that describes it (`described` lists PhotoSize objects for a photo)."""

    id: str
    kind: str
    name: str
    mime_type: str
    data: bytes
    path: str


@dataclass(slots=True, eq=False)
class Callback:
    """A press of an inline button and, once the bot has answered it, the answer."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    at: float
    answer: Json | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the bot, as it ended.

    `status`, `outcome`: what Telegram made of it (0: it never came so far); `applied`: how many messages it
    stored, changed or deleted; `fault`: what the bot was given instead of the answer.
    """

    at: float
    method: str
    chat_id: int | None
    status: int
    outcome: str
    applied: int
    message_id: int | None = None
    fault: str = ""
