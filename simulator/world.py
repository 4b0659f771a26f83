"""What people do with their phones."""

from __future__ import annotations

import asyncio
from typing import Any

from simulator.files import described
from simulator.formatting import caption_content, said
from simulator.founding import Founding, member_json
from simulator.model import PRESENT, Callback, Chat, Json, Message, Standing, StoredFile, User


class World(Founding):
    """A Telegram with one bot in it; its methods are what people (and tests) do to it."""

    def send_text(
        self,
        user_id: int,
        text: str,
        *,
        chat_id: int | None = None,
        thread_id: int | None = None,
        reply_to: int | None = None,
    ) -> Message:
        """A person writes, in private to the bot where no chat is named."""
        return self._say(user_id, said(text), chat_id, thread_id=thread_id, reply_to=reply_to)

    def send_file(
        self,
        user_id: int,
        data: bytes,
        *,
        kind: str = "document",
        name: str = "file.txt",
        mime_type: str = "text/plain",
        caption: str = "",
        chat_id: int | None = None,
        thread_id: int | None = None,
        reply_to: int | None = None,
        media_group_id: str | None = None,
    ) -> Message:
        """A person sends a file; `kind` is document, photo, video, animation, audio or voice."""
        content = described(self.store(kind, data, name, mime_type)) | caption_content(
            {"caption": caption}, self.users
        )
        extra = {"media_group_id": media_group_id} if media_group_id else None
        return self._say(user_id, content, chat_id, thread_id=thread_id, reply_to=reply_to, extra=extra)

    def send_content(self, user_id: int, content: Json, *, chat_id: int | None = None) -> Message:
        """A person sends what is neither text nor file: `poll`, `dice`, `location`, `venue`, `contact`."""
        return self._say(user_id, content, chat_id)

    def forward(
        self, user_id: int, from_chat_id: int, message_id: int, *, chat_id: int | None = None
    ) -> Message:
        """A person forwards a message, to the bot where no chat is named."""
        original = self.chats[from_chat_id].messages[message_id]
        return self._say(user_id, original.content, chat_id, extra=forwarded(original))

    def edit_text(self, user_id: int, message_id: int, text: str, *, chat_id: int | None = None) -> Message:
        """A person changes a message of their own."""
        chat = self.chats[user_id if chat_id is None else chat_id]
        message = chat.messages[message_id]
        if message.sender.id != user_id:
            raise ValueError("only its author can change a message")
        message.content = said(text)
        self.edited(message)
        if self._bot_sees(message):
            kind = "edited_channel_post" if chat.kind == "channel" else "edited_message"
            self.tell(kind, message.api(), chat_key(chat))
        return message

    def press(
        self,
        user_id: int,
        message_id: int,
        *,
        data: str | None = None,
        row: int = 0,
        column: int = 0,
        forged: bool = False,
        chat_id: int | None = None,
    ) -> Callback:
        """A person presses the button with that data, or the one at that place of the inline keyboard.

        `forged`: the data need not be on the keyboard (a client may send what it likes).
        """
        chat = self.chats[user_id if chat_id is None else chat_id]
        message = chat.messages[message_id]
        if not (forged and data is not None):
            data = _button(message, data, row, column)
        now = self.clock()
        query_id = str(self.random.getrandbits(62))
        callback = self.callbacks[query_id] = Callback(query_id, user_id, chat.id, message_id, data, now)
        payload = {
            "id": query_id,
            "from": self.users[user_id].api(),
            "message": message.api(),
            "chat_instance": str(chat.id),
            "data": data,
        }
        self.tell("callback_query", payload, f"user {user_id}")
        return callback

    async def answer_to(self, callback: Callback, seconds: float = 10.0) -> Json:
        """What the bot answered to a press, waiting for it; raises TimeoutError where it does not."""
        async with asyncio.timeout(seconds):
            seen = self.changes.last
            while callback.answer is None:
                await self.changes.wait(seen, seconds)
                seen = self.changes.last
        return callback.answer

    def block(self, user_id: int) -> None:
        """A person blocks the bot."""
        self._set_blocked(user_id, blocked=True)

    def unblock(self, user_id: int) -> None:
        self._set_blocked(user_id, blocked=False)

    def deactivate(self, user_id: int) -> None:
        """A person's account is deleted; Telegram tells the bot nothing."""
        self.users[user_id].deactivated = True

    def set_bot(self, chat_id: int, standing: Standing, *, by: int | None = None) -> None:
        """Add the bot to a chat, make it administrator, remove (left) or ban it (kicked)."""
        chat = self.chats[chat_id]
        before, chat.bot = chat.bot, standing
        chat.members[self.bot.id] = standing
        self._announce(chat, self.bot, before, standing)
        self._tell_standing("my_chat_member", chat, self.bot, (before, standing), by)
        self.changes.add("chat", chat.id)

    def kick_bot(self, chat_id: int, *, by: int | None = None) -> None:
        self.set_bot(chat_id, "kicked", by=by)

    def set_member(self, chat_id: int, user_id: int, standing: Standing, *, by: int | None = None) -> None:
        """A person joins, leaves, is promoted or banned."""
        chat = self.chats[chat_id]
        before: Standing = chat.members.get(user_id, "left")
        chat.members[user_id] = standing
        self._announce(chat, self.users[user_id], before, standing)
        self._tell_standing("chat_member", chat, self.users[user_id], (before, standing), by)
        self.changes.add("chat", chat.id)

    def silence(self, chat_id: int, *, silenced: bool = True) -> None:
        """Only administrators may post here."""
        self.chats[chat_id].silenced = silenced

    def vanish(self, chat_id: int) -> None:
        """The chat is deleted: «chat not found» from now on."""
        chat = self.chats.pop(chat_id)
        self.names.pop(chat.username.lower(), None)
        self.changes.add("chat", chat_id)

    def upgrade(self, chat_id: int, *, new_id: int | None = None) -> Chat:
        """A group becomes a supergroup with a new id; the bot hears of it from both sides."""
        old = self.chats[chat_id]
        members = {user: standing for user, standing in old.members.items() if user != self.bot.id}
        new = self.add_group(old.title, kind="supergroup", chat_id=new_id, bot=old.bot)
        new.members.update(members)
        owner = self.users.get(next(iter(members), self.bot.id), self.bot)
        left = self.post(old, owner, {"migrate_to_chat_id": new.id})
        came = self.post(new, owner, {"migrate_from_chat_id": old.id})
        old.migrated_to = new.id
        self.tell("message", left.api(), chat_key(old))
        self.tell("message", came.api(), chat_key(new))
        self.changes.add("chat", old.id)
        return new

    def messages(self, chat_id: int) -> list[Message]:
        """A chat as it stands: edits made, deleted messages gone, oldest first."""
        return list(self.chats[chat_id].messages.values())

    def texts(self, chat_id: int) -> list[str]:
        """The texts and captions of what the bot has put into a chat, oldest first."""
        return [
            message.content.get("text") or message.content.get("caption", "")
            for message in self.messages(chat_id)
            if message.sender is self.bot and not message.is_service
        ]

    def _say(
        self,
        user_id: int,
        content: Json,
        chat_id: int | None,
        *,
        thread_id: int | None = None,
        reply_to: int | None = None,
        extra: Json | None = None,
    ) -> Message:
        chat = self.chats[user_id if chat_id is None else chat_id]
        user = self.users[user_id]
        if chat.user is not None:
            self._greet(chat)
        message = self.post(
            chat, user, content, thread_id=self.thread(chat, thread_id), reply_to=reply_to, extra=extra
        )
        if self._bot_sees(message):
            kind = "channel_post" if chat.kind == "channel" else "message"
            self.tell(kind, message.api(), chat_key(chat))
        return message

    def _greet(self, chat: Chat) -> None:
        """Who writes to the bot has started it, and blocks it no more."""
        chat.started = True
        if chat.blocked and chat.user is not None:
            self._set_blocked(chat.user.id, blocked=False)

    def _bot_sees(self, message: Message) -> bool:
        chat = message.chat
        if not chat.sees_bot:
            return False
        if chat.kind in {"private", "channel"} or not self.options.privacy or chat.bot == "administrator":
            return True
        answered = chat.messages.get(message.reply_to or 0)
        return (answered is not None and answered.sender is self.bot) or self._addressed(message)

    def _addressed(self, message: Message) -> bool:
        text: str = message.content.get("text") or message.content.get("caption", "")
        if f"@{self.bot.username}".lower() in text.lower():
            return True
        command = text.partition(" ")[0].partition("\n")[0]
        return command.startswith("/") and "@" not in command

    def _set_blocked(self, user_id: int, *, blocked: bool) -> None:
        chat = self.chats[user_id]
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        standings: tuple[Standing, Standing] = ("member", "kicked") if blocked else ("kicked", "member")
        self._tell_standing("my_chat_member", chat, self.bot, standings, user_id)
        self.changes.add("chat", chat.id)

    def _announce(self, chat: Chat, user: User, before: Standing, after: Standing) -> None:
        """The line in a group that somebody came or went."""
        if chat.kind == "channel" or (before in PRESENT) == (after in PRESENT):
            return
        came = after in PRESENT
        content: Json = {"new_chat_members": [user.api()]} if came else {"left_chat_member": user.api()}
        line = self.post(chat, user, content)
        if chat.sees_bot:
            self.tell("message", line.api(), chat_key(chat))

    def _tell_standing(
        self, kind: str, chat: Chat, user: User, standings: tuple[Standing, Standing], by: int | None
    ) -> None:
        actor = self.users.get(by or 0) or next(
            (self.users[one] for one in chat.members if one != self.bot.id and one in self.users), user
        )
        payload = {
            "chat": chat.api(),
            "from": actor.api(),
            "date": int(self.clock()),
            "old_chat_member": member_json(user, standings[0]),
            "new_chat_member": member_json(user, standings[1]),
        }
        self.tell(kind, payload, chat_key(chat))

    def download(self, file_id: str) -> StoredFile:
        """A file by its id, as a phone would open it."""
        return self.files[file_id]


def chat_key(chat: Chat) -> str:
    """Updates with the same key reach the bot in order."""
    return f"chat {chat.id}"


def forwarded(original: Message) -> dict[str, Any]:
    """The `forward_origin` of a copy that says where it came from."""
    if original.extra and (origin := original.extra.get("forward_origin")):
        return {"forward_origin": origin}
    if original.chat.kind != "channel":
        return {
            "forward_origin": {
                "type": "user",
                "date": original.date,
                "sender_user": original.sender.api(),
            }
        }
    return {
        "forward_origin": {
            "type": "channel",
            "date": original.date,
            "chat": original.chat.api(),
            "message_id": original.id,
        }
    }


def _button(message: Message, data: str | None, row: int, column: int) -> str:
    rows: list[list[Json]] = (message.markup or {}).get("inline_keyboard", [])
    if data is None:
        if row >= len(rows) or column >= len(rows[row]):
            raise ValueError(f"there is no button at row {row}, column {column}")
        found: str | None = rows[row][column].get("callback_data")
        if found is None:
            raise ValueError("that button sends nothing to the bot")
        return found
    if any(button.get("callback_data") == data for line in rows for button in line):
        return data
    raise ValueError(f"no button of the message sends {data!r}")
