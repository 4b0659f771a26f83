"""Who there is: people, groups, channels, forums, and how they come and go."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.model import Chat, ChatKind, Json, Standing, Topic, User
from simulator.state import GENERAL_TOPIC, State

FIRST_PERSON = 100_001
SUPERGROUP = -1_000_000_000_000


class Founding(State):
    """Makes users and chats. Every call changes the world at once, and tells the bot what Telegram would."""

    def add_user(
        self,
        first_name: str = "Reader",
        *,
        user_id: int | None = None,
        last_name: str = "",
        username: str = "",
        language_code: str = "",
        started: bool = True,
    ) -> User:
        """A person; one who has not `started` the bot cannot be written to (403)."""
        number = self._free_person() if user_id is None else user_id
        if number in self.users:
            raise ValueError(f"there is a user {number} already")
        user = User(number, first_name, last_name, username, language_code)
        self.users[number] = user
        chat = Chat(number, "private", username=username, user=user, started=started)
        self._add_chat(chat)
        return user

    def add_people(self, count: int, *, first_id: int | None = None, language_code: str = "") -> range:
        """Many people who have started the bot; gives their ids, which are their chats' ids too."""
        start = self._free_person() if first_id is None else first_id
        ids = range(start, start + count)
        if any(number in self.users for number in ids):
            raise ValueError(f"some of the users {start} to {start + count - 1} are there already")
        for number in ids:
            user = User(number, f"Reader {number}", language_code=language_code)
            self.users[number] = user
            self.chats[number] = Chat(number, "private", user=user)
        self.changes.add("chats", None, {"first_id": start, "count": count})
        return ids

    def add_group(
        self,
        title: str = "Group",
        *,
        kind: ChatKind = "group",
        chat_id: int | None = None,
        username: str = "",
        members: Iterable[int] = (),
        administrators: Iterable[int] = (),
        bot: Standing = "member",
        is_forum: bool = False,
    ) -> Chat:
        """A group, supergroup or channel; the first of the administrators owns it."""
        number = self._free_chat(kind) if chat_id is None else chat_id
        if number in self.chats:
            raise ValueError(f"there is a chat {number} already")
        chat = Chat(number, kind, title, username, is_forum=is_forum, bot=bot)
        chat.members.update(dict.fromkeys(members, "member"))
        chat.members.update(dict.fromkeys(administrators, "administrator"))
        for owner in list(administrators)[:1]:
            chat.members[owner] = "creator"
        chat.members[self.bot.id] = bot
        chat.last_id = GENERAL_TOPIC if is_forum else 0
        self._add_chat(chat)
        return chat

    def add_supergroup(
        self,
        title: str = "Supergroup",
        *,
        chat_id: int | None = None,
        username: str = "",
        members: Iterable[int] = (),
        administrators: Iterable[int] = (),
        bot: Standing = "member",
    ) -> Chat:
        return self.add_group(
            title,
            kind="supergroup",
            chat_id=chat_id,
            username=username,
            members=members,
            administrators=administrators,
            bot=bot,
        )

    def add_channel(
        self,
        title: str = "Channel",
        *,
        chat_id: int | None = None,
        username: str = "",
        members: Iterable[int] = (),
        administrators: Iterable[int] = (),
        bot: Standing = "administrator",
    ) -> Chat:
        return self.add_group(
            title,
            kind="channel",
            chat_id=chat_id,
            username=username,
            members=members,
            administrators=administrators,
            bot=bot,
        )

    def add_forum(
        self,
        title: str = "Forum",
        *,
        topics: Iterable[str] = (),
        chat_id: int | None = None,
        members: Iterable[int] = (),
        administrators: Iterable[int] = (),
        bot: Standing = "member",
    ) -> Chat:
        """A supergroup with topics; their thread ids are the keys of `chat.topics`."""
        chat = self.add_group(
            title,
            kind="supergroup",
            chat_id=chat_id,
            members=members,
            administrators=administrators,
            bot=bot,
            is_forum=True,
        )
        for name in topics:
            self.add_topic(chat.id, name)
        return chat

    def add_topic(self, chat_id: int, name: str) -> Topic:
        chat = self.chats[chat_id]
        colour = 7322096
        created = self.post(chat, self.bot, {"forum_topic_created": {"name": name, "icon_color": colour}})
        created.thread_id = created.id
        topic = Topic(created.id, name)
        chat.topics[topic.id] = topic
        self.changes.add("chat", chat.id)
        return topic

    def close_topic(self, chat_id: int, thread_id: int, *, closed: bool = True) -> None:
        """Close a topic for all but administrators, or open it again; the general one has the id 1."""
        chat = self.chats[chat_id]
        if thread_id == GENERAL_TOPIC:
            chat.general_closed = closed
        else:
            chat.topics[thread_id].closed = closed
        self.changes.add("chat", chat_id)

    def delete_topic(self, chat_id: int, thread_id: int) -> None:
        del self.chats[chat_id].topics[thread_id]
        self.changes.add("chat", chat_id)

    def _add_chat(self, chat: Chat) -> None:
        self.chats[chat.id] = chat
        if chat.username:
            self.names[chat.username.lower()] = chat
        self.changes.add("chat", chat.id)

    def _free_person(self) -> int:
        self._people = max(getattr(self, "_people", FIRST_PERSON - 1) + 1, FIRST_PERSON)
        while self._people in self.users:
            self._people += 1
        return self._people

    def _free_chat(self, kind: ChatKind) -> int:
        number = -2001 if kind == "group" else SUPERGROUP - 3001
        while number in self.chats:
            number -= 1
        return number


def member_json(user: User, standing: Standing) -> Json:
    """The Bot API's ChatMember."""
    told: Json = {"user": user.api(), "status": standing}
    if standing == "creator":
        told["is_anonymous"] = False
    elif standing == "administrator":
        told |= _ADMINISTRATOR
    elif standing == "kicked":
        told["until_date"] = 0
    return told


_RIGHTS_GIVEN = (
    "can_be_edited",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_post_messages",
    "can_edit_messages",
    "can_pin_messages",
    "can_manage_topics",
)
_ADMINISTRATOR: Json = dict.fromkeys(_RIGHTS_GIVEN, True) | {
    "is_anonymous": False,
    "can_promote_members": False,
}
