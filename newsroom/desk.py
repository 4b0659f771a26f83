"""The Desk: the newsroom's face. Every door of the house (chat, HTTP, files, delivery) speaks to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from newsroom import (
    auditing,
    correcting,
    digests,
    editing,
    exporting,
    filing,
    following,
    opening,
    questions,
    roles,
    settings,
    staff,
    subscribing,
    wire,
)
from newsroom.advising import Advising
from newsroom.amending import Amending
from newsroom.control import Act, Control
from newsroom.engine import Engine, EngineState
from newsroom.errors import Refusal
from newsroom.exporting import Exported, Wanted
from newsroom.feeds import Feeds, Reading
from newsroom.filing import Taken
from newsroom.house import House
from newsroom.incoming import Copy
from newsroom.message import Message
from newsroom.outside import Nowhere, Outside
from newsroom.progress import Progress
from newsroom.proposing import Desktop
from newsroom.publishing import Publishing
from newsroom.questions import Asker
from newsroom.render import cards, greetings, refusals, whole
from newsroom.render import copies as copy_pages
from newsroom.visitor import Visitor
from newsroom.wire import Bundle, CopyRefused
from newsroom.words import words_for
from storage import chats, pushes
from storage.database import Database, Transaction
from storage.records import EDITS, Chat, ChatState, Composed, Draft, Push, PushKind, Variant

T = TypeVar("T")
Question = Callable[[Transaction, Asker], T]
Choice = Callable[[Transaction, Asker, str], Message]


class Desk:
    """Async outside, plain functions on one transaction inside. `pushed` is called after a push commits.

    `asked`: after something came in that may want an editor's word.
    """

    def __init__(
        self,
        db: Database,
        house: House,
        *,
        now: Callable[[], datetime],
        pushed: Callable[[], None],
        asked: Callable[[], None] = lambda: None,
        engine: Engine = EngineState,
        outside: Outside | None = None,
    ) -> None:
        """Without an `engine`, nothing sends here; without an `outside`, nothing is fetched."""
        self._db = db
        self._house = house
        self._now = now
        self._pushed = pushed
        self._asked = asked
        desktop = Desktop(
            approvals=house.approvals, rate_per_second=house.rate_per_second, owners=house.owners
        )
        self.progress = Progress(db, house, engine, now)
        self.advising = Advising(db, house, now)
        self.control = Control(self._edit, self._consult, house=house, engine=engine, woken=pushed)
        self.amending = Amending(self._edit, self.draft, desktop, pushed)
        self._outside = outside or Nowhere()
        self.publishing = Publishing(
            self._edit, self._consult, self.take, desktop=desktop, outside=self._outside, woken=pushed
        )
        self.feeds = Feeds(self._reading(), self._consult, self._edit)

    async def read(self, copy: Copy) -> Bundle:
        """The items that the copy holds. Raises `newsroom.wire.CopyRefused` where none can be read."""
        return await asyncio.to_thread(
            wire.read, copy.body, copy.media_type, charset=copy.charset, at=copy.at
        )

    async def file(self, copy: Copy, draft: Draft) -> Taken:
        """One item of the copy, in a transaction of its own."""
        taken = await self._db.write(partial(filing.file, copy=copy, draft=draft, now=self._now()))
        if taken.push or taken.edit:
            self._pushed()
        if taken.waits:
            self._asked()
        return taken

    async def draft(self, copy: Copy) -> Draft:
        """Of copy that holds one item. Raises `CopyRefused`."""
        item = (await self.read(copy)).only
        if isinstance(item, CopyRefused):
            raise item
        return item

    async def take(self, copy: Copy) -> Taken:
        """Copy that holds one item. Raises `CopyRefused`."""
        return await self.file(copy, await self.draft(copy))

    async def take_all(self, copy: Copy) -> list[Taken | CopyRefused]:
        """Whatever the copy holds, in its order: one bad item does not lose the others.

        Raises `CopyRefused` where there is nothing to take. A name for one item is not used for several.
        """
        bundle = await self.read(copy)
        if len(bundle.items) > 1:
            copy = replace(copy, item_id=None)
        elif isinstance(bundle.only, CopyRefused):
            raise bundle.only
        return [
            item if isinstance(item, CopyRefused) else await self.file(copy, item) for item in bundle.items
        ]

    async def export(self, wanted: Wanted, known: frozenset[str] = frozenset()) -> Exported:
        """A page of what is out. Raises `newsroom.exporting.NoSuchPlace`."""
        page = partial(exporting.export, wanted=wanted, known=known, language=self._house.language)
        return await self._db.read(lambda tx: page(tx, now=self._now()))

    # What readers ask.

    async def start(self, who: Visitor) -> Message:
        roles.require_settings_right(who)
        return await self._change(who, partial(subscribing.start, thread_id=who.thread_id))

    async def join(self, who: Visitor) -> Message:
        """The bot was let in to post in a channel."""
        return await self._change(who, subscribing.join)

    async def stop(self, who: Visitor) -> Message:
        roles.require_settings_right(who)
        return await self._change(who, subscribing.stop)

    async def help(self, who: Visitor) -> Message:
        return await self._ask(who, lambda _, asker: greetings.help_page(asker.words, for_editor=asker.edits))

    async def latest(self, who: Visitor, argument: str) -> Message:
        return await self._ask(who, partial(questions.latest, argument=argument))

    async def topics(self, who: Visitor, typed: str) -> Message:
        """The list of topics; with a story's code and topics, an editor's choice for that story."""
        if not typed.strip():
            return await self._ask(who, questions.topic_list)
        return await self._edit(who, partial(editing.choose_topics, typed=typed))

    async def search(self, who: Visitor, wanted: str) -> Message:
        return await self._ask(who, partial(questions.search, wanted=wanted))

    async def story(self, who: Visitor, typed: str) -> Message:
        return await self._ask(who, partial(questions.story, typed=typed))

    async def sections(self, who: Visitor, typed: str) -> Message:
        return await self._ask(who, partial(questions.contents, typed=typed))

    async def section(self, who: Visitor, code: str, anchor: str, page: int) -> Message:
        return await self._ask(who, partial(questions.section, code=code, anchor=anchor, page=page))

    async def related(self, who: Visitor, typed: str, replied_to: int | None = None) -> Message:
        return await self._ask(who, partial(questions.related, typed=typed, replied_to=replied_to))

    async def follow(self, who: Visitor, typed: str) -> Message:
        roles.require_settings_right(who)
        return await self._change(who, partial(following.follow, typed=typed))

    async def unfollow(self, who: Visitor, typed: str) -> Message:
        roles.require_settings_right(who)
        return await self._change(who, partial(following.unfollow, typed=typed))

    async def choose_language(self, who: Visitor, wanted: str) -> Message:
        """With nothing wanted, the choice."""
        if not wanted.strip():
            return await self._ask(who, lambda _, asker: greetings.languages(asker.words))
        roles.require_settings_right(who)
        tag = subscribing.read_language(wanted, self._house.languages)
        return await self._change(who, partial(subscribing.choose_language, tag=tag))

    async def following(self, who: Visitor) -> Message:
        return await self._ask(who, settings.following)

    async def settings(self, who: Visitor) -> Message:
        return await self._ask(who, settings.card)

    async def choose_quiet(self, who: Visitor, typed: str) -> Message:
        """With nothing typed, the settings as they are."""
        return await self._choose(who, settings.choose_quiet, typed)

    async def choose_zone(self, who: Visitor, typed: str) -> Message:
        """With nothing typed, the settings as they are."""
        return await self._choose(who, settings.choose_zone, typed)

    async def choose_digests(self, who: Visitor, typed: str) -> Message:
        """With nothing typed, the settings as they are."""
        return await self._choose(who, settings.choose_digests, typed)

    async def press_setting(self, who: Visitor, choice: str) -> Message:
        roles.require_settings_right(who)
        return await self._change(who, partial(settings.press, choice=choice))

    async def hint(self, who: Visitor, typed: str) -> Message:
        """For a message or a command that nobody here understands."""
        return await self._ask(who, partial(questions.hint, typed=typed))

    async def shown(self, who: Visitor, message_id: int, code: str) -> None:
        """Remember what a message of ours is about, so that a reply to it is understood."""
        chat = await self._chat(who)
        seen = partial(
            subscribing.remember, chat_id=chat.id, message_id=message_id, code=code, now=self._now()
        )
        await self._db.write(seen)

    async def moved(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup (`migrate_to_chat_id`): its subscriptions go with it."""
        now = self._now()
        await self._db.write(lambda tx: chats.move(tx, old_chat_id, new_chat_id, now))

    async def left(self, chat_id: int, state: ChatState, why: str) -> None:
        """The bot was blocked or removed (`my_chat_member`)."""
        ended = partial(subscribing.end, telegram_id=chat_id, state=state, why=why, now=self._now())
        await self._db.write(ended)

    async def refuse(self, who: Visitor, refusal: Refusal) -> Message:
        """What somebody sees whose request cannot be met."""
        return await self._ask(who, lambda _, asker: refusals.refusal(asker.words, refusal))

    async def words_of(self, who: Visitor) -> str:
        """The language tag in which this chat is answered."""
        return (await self._chat(who)).language

    # What editors do.

    async def all_editors(self) -> frozenset[int]:
        return await self._db.read(lambda tx: roles.all_editors(tx, self._house.owners))

    async def require_editor(self, who: Visitor) -> int:
        return await self._db.read(lambda tx: roles.require_editor(tx, who, self._house.owners))

    async def awaits_copy(self, who: Visitor) -> bool:
        """Whether what an editor says next is the copy that was asked for."""
        return await self._ask(who, correcting.is_awaited)

    async def audit(self, who: Visitor, before: str = "") -> Message:
        return await self._consult(who, partial(auditing.show, subject=before))

    async def editors(self, who: Visitor, typed: str) -> Message:
        return await self._edit(who, partial(staff.manage, typed=typed, owners=self._house.owners))

    # What the clock asks.

    async def open_due(self) -> None:
        """Publish what is scheduled or under embargo and has come due, and tell followers."""
        now = self._now()
        opened = await self._db.write(partial(opening.open_due, now=now))
        if opened or await self._db.write(partial(following.tell, now=now)):
            self._pushed()

    async def send_digests(self) -> None:
        """Those whose hour has come."""
        if await self._db.write(partial(digests.send_due, now=self._now())):
            self._pushed()

    # What delivery asks.

    async def prepare(self, push: Push, variant: Variant) -> Message | Composed:
        """What the chats of one variant (language, zone, kind) get of a push: the same for all of them."""
        words = words_for(variant.language, variant.zone)
        if push.kind is PushKind.DIGEST or push.digest_id is not None:
            told = partial(digests.message, push=push, words=words, now=self._now())
            return await self._db.read(told)
        if push.composed is not None:
            return push.composed
        story = await self._db.read(partial(editing.story_of, push=push))
        if variant.part:
            return whole.part(story, variant.part, words)
        if push.kind in EDITS:
            broke = await self._db.read(partial(pushes.broke, story_id=story.id))
            return copy_pages.told(story, push, variant.act, words, broke=broke)
        if push.kind is PushKind.FOLLOW:
            return cards.follow_up(story, words, push.created_at)
        return cards.alert(story, words, push.created_at)

    # The way through.

    def _reading(self) -> Reading:
        every = timedelta(seconds=self._house.feed_every)
        return Reading(
            db=self._db,
            outside=self._outside,
            read=self.read,
            file=self.file,
            now=self._now,
            every=every,
            callbacks=self._house.callbacks,
        )

    async def _ask(self, who: Visitor, question: Question[T]) -> T:
        chat = await self._chat(who)
        return await self._db.read(lambda tx: question(tx, self._asker(tx, chat, who)))

    async def _change(self, who: Visitor, act: Question[T]) -> T:
        chat = await self._chat(who)
        return await self._db.write(lambda tx: act(tx, self._asker(tx, chat, who)))

    async def _choose(self, who: Visitor, choose: Choice, typed: str) -> Message:
        if not typed.strip():
            return await self.settings(who)
        roles.require_settings_right(who)
        return await self._change(who, lambda tx, asker: choose(tx, asker, typed))

    async def _consult(self, who: Visitor, act: Act[T]) -> T:
        return await self._ask(who, self._by_editor(who, act))

    async def _edit(self, who: Visitor, act: Act[T]) -> T:
        return await self._change(who, self._by_editor(who, act))

    def _by_editor(self, who: Visitor, act: Act[T]) -> Question[T]:
        return lambda tx, asker: act(tx, asker, roles.require_editor(tx, who, self._house.owners))

    async def _chat(self, who: Visitor) -> Chat:
        known = await self._db.read(lambda tx: chats.by_telegram_id(tx, who.chat_id))
        if known is not None and subscribing.is_fresh(known, who):
            return known
        return await self._db.write(partial(subscribing.see, who=who, house=self._house, now=self._now()))

    def _asker(self, tx: Transaction, chat: Chat, who: Visitor) -> Asker:
        return Asker(
            chat=chat,
            words=words_for(chat.language, chat.zone),
            now=self._now(),
            edits=self._may_edit(tx, who),
        )

    def _may_edit(self, tx: Transaction, who: Visitor) -> bool:
        try:
            roles.require_editor(tx, who, self._house.owners)
        except Refusal:
            return False
        return True
