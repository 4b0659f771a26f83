"""All that this Telegram remembers, in memory, and the few ways in which it changes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.errors import bad_request, forbidden, migrated
from simulator.faults import Faults
from simulator.journal import Changes, Journal
from simulator.limits import TELEGRAM, Limits, Rates
from simulator.model import Callback, Chat, Json, Message, StoredFile, User
from simulator.updates import Updates

TOKEN = "1000:simulated-telegram-token"  # noqa: S105 (it opens nothing but a simulator)
GENERAL_TOPIC = 1


@dataclass(frozen=True, slots=True)
class Options:
    """How true to life, and how much is kept.

    `strict`: an unknown parameter is refused, where Telegram ignores it.
    `privacy`: in groups the bot sees only commands, replies to it and mentions.
    `realistic`: Telegram's own sending limits, and its holding back of pollers that ask too often.
    `keep_messages`: of each chat, the newest (None: all); `keep_calls`, `keep_changes`: over all chats.
    `watch_chats`: the fullest second and minute of each chat are measured also where no limit is set.
    `webhook_pace`: factor on the pauses between tries of a webhook; 0 tries again at once.
    """

    strict: bool = True
    privacy: bool = True
    realistic: bool = False
    rates: Rates | None = None
    seed: int = 0
    callback_seconds: float = 150.0
    keep_messages: int | None = None
    keep_calls: int | None = None
    keep_changes: int = 10_000
    watch_chats: bool = True
    webhook_pace: float = 1.0


class State:
    """One bot, and everyone that it may meet."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        username: str = "AjilBot",
        name: str = "Ajil",
        options: Options | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.options = options or Options()
        self.token = token
        self.clock = clock
        self.random = random.Random(self.options.seed)  # noqa: S311 (repeatable on purpose)
        self.bot = User(_bot_id(token), name, username=username, is_bot=True)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.names: dict[str, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.paths: dict[str, StoredFile] = {}
        self.callbacks: dict[str, Callback] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.webhook: Json = {}
        self.faults = Faults(self.options.seed)
        rates = self.options.rates or (TELEGRAM if self.options.realistic else None)
        self.limits = Limits(rates, watch_chats=self.options.watch_chats)
        self.updates = Updates(
            clock, first_id=self.random.randrange(10_000_000, 90_000_000), hold_repeats=self.options.realistic
        )
        self.journal = Journal(self.options.keep_calls)
        self.changes = Changes(self.options.keep_changes)
        self.on_hook: Callable[[], None] | None = None
        self._box = 0

    def chat(self, ref: int | str) -> Chat:
        """The chat of an id or an `@name`; raises as Telegram answers where the bot cannot know it."""
        found = self.chats.get(ref) if isinstance(ref, int) else self.names.get(ref.lstrip("@").lower())
        if found is None:
            raise bad_request("chat not found")
        if found.migrated_to is not None:
            raise migrated(found.migrated_to)
        return found

    def reachable(self, ref: int | str) -> Chat:
        """The chat, where the bot may still do something in it; else Telegram's 403."""
        chat = self.chat(ref)
        if chat.user is not None:
            _check_person(chat, chat.user)
        elif chat.bot == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        elif chat.bot == "left":
            raise forbidden(f"bot is not a member of the {chat.kind} chat")
        return chat

    def writable(self, ref: int | str) -> Chat:
        """The chat, where the bot may post."""
        chat = self.reachable(ref)
        if chat.kind == "channel" and chat.bot not in {"administrator", "creator"}:
            raise bad_request("need administrator rights in the channel chat")
        if chat.silenced and chat.bot == "member":
            raise bad_request("not enough rights to send text messages to the chat")
        return chat

    def thread(self, chat: Chat, thread_id: int | None) -> int | None:
        """The forum thread to post in; the general topic is none."""
        if thread_id in (None, 0, GENERAL_TOPIC) and chat.is_forum:
            if chat.general_closed and chat.bot == "member":
                raise bad_request("TOPIC_CLOSED")
            return None
        if thread_id is None or thread_id == 0:
            return None
        if not chat.is_forum:
            raise bad_request("message thread not found")
        topic = chat.topics.get(thread_id)
        if topic is None:
            raise bad_request("message thread not found")
        if topic.closed and chat.bot == "member":
            raise bad_request("TOPIC_CLOSED")
        return thread_id

    def next_id(self, chat: Chat) -> int:
        """Private chats and groups share one sequence of message ids, the others have their own."""
        if chat.kind in {"private", "group"}:
            self._box += 1
            return self._box
        chat.last_id += 1
        return chat.last_id

    def post(
        self,
        chat: Chat,
        sender: User,
        content: Json,
        *,
        thread_id: int | None = None,
        reply_to: int | None = None,
        markup: Json | None = None,
        extra: Json | None = None,
    ) -> Message:
        """Put a message into a chat; who is to hear of it is the caller's business."""
        message = Message(
            self.next_id(chat),
            chat,
            int(self.clock()),
            content,
            sender,
            thread_id,
            reply_to,
            markup,
            None,
            extra,
        )
        chat.messages[message.id] = message
        keep = self.options.keep_messages
        if keep is not None and len(chat.messages) > keep:
            del chat.messages[next(iter(chat.messages))]
        self.changes.add("message", chat.id, message.id)
        return message

    def edited(self, message: Message) -> None:
        message.edit_date = int(self.clock())
        self.changes.add("edited", message.chat.id, message.id)

    def delete(self, message: Message) -> None:
        del message.chat.messages[message.id]
        self.changes.add("deleted", message.chat.id, message.id)

    def tell(self, kind: str, payload: Any, key: str) -> int | None:
        """Queue an update for the bot."""
        return self.updates.push(kind, payload, key)

    def hook(self, webhook: Json) -> None:
        """Set the webhook (an empty object: none); whoever delivers is told."""
        self.webhook = webhook
        self.updates.webhook_active = bool(webhook)
        if webhook:
            self.updates.stop_polling()
        if self.on_hook is not None:
            self.on_hook()

    def store(self, kind: str, data: bytes, name: str, mime_type: str) -> StoredFile:
        """Keep a file; its path says what it is, as Telegram's does."""
        number = len(self.files)
        file_id = f"{kind[:3].upper()}{number:08d}{self.random.getrandbits(64):016x}"
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        path = f"{_FOLDERS.get(kind, 'documents')}/file_{number}.{suffix}"
        stored = StoredFile(file_id, kind, name, mime_type, data, path)
        self.files[file_id] = self.paths[path] = stored
        return stored


_FOLDERS = {
    "photo": "photos",
    "video": "videos",
    "animation": "animations",
    "audio": "music",
    "voice": "voice",
}


def _check_person(chat: Chat, person: User) -> None:
    if person.deactivated:
        raise forbidden("user is deactivated")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")


def _bot_id(token: str) -> int:
    number = token.partition(":")[0]
    return int(number) if number.isdecimal() else 1000
