"""The real Desk behind the real handlers, in front of a simulated Telegram: tests are readers and editors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from telegram import Update

from handlers.doors import Chats
from handlers.failures import process
from handlers.register import ALLOWED_UPDATES
from newsroom.desk import Desk
from newsroom.engine import EngineState
from newsroom.filing import Taken
from newsroom.house import House
from newsroom.incoming import Copy, Trust
from newsroom.words import words_for
from simulator import World
from simulator.model import Message
from storage.database import Database

OWNER = 7
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUSE = House(owners=frozenset({OWNER}), language="ar", zone="UTC")


def said(msgid: str, language: str = "en", **facts: str | int) -> str:
    """What the catalogue says."""
    return words_for(language).say(msgid, **facts)


@dataclass
class Engine:
    """What the newsroom is told of the engine."""

    window: int = 5
    rate: float = 30.0
    penalty: float = 0.0
    halt_file: str | None = None
    sends: bool = True

    def __call__(self) -> EngineState:
        return EngineState(
            sends=self.sends,
            window=self.window,
            rate=self.rate,
            permitted=30.0,
            penalty=self.penalty,
            halt_file=self.halt_file,
        )


@dataclass
class Bureau:
    """The bot and the people around it. Nothing happens in it until somebody is waited for."""

    world: World
    desk: Desk
    database: Database
    application: Chats
    engine: Engine = field(default_factory=Engine)
    wakings: list[None] = field(default_factory=list)
    url: str = ""
    offset: int = 0
    now: datetime = NOW

    async def settle(self) -> None:
        """Handle all that is waiting."""
        while updates := await self.application.bot.get_updates(
            self.offset, timeout=0, allowed_updates=ALLOWED_UPDATES
        ):
            for update in updates:
                self.offset = update.update_id + 1
                await process(self.application, update)

    async def handle(self, update: dict[str, Any]) -> None:
        """An update that no simulated person can bring about."""
        parsed = Update.de_json(update, self.application.bot)
        assert parsed is not None
        await process(self.application, parsed)

    async def say(self, user_id: int, text: str, **where: Any) -> list[Message]:
        """Write, and get what the bot put into that chat since."""
        sent = self.world.send_text(user_id, text, **where)
        await self.settle()
        return self.since(sent)

    async def hand(self, user_id: int, data: bytes, **what: Any) -> list[Message]:
        """Send a file, and get what the bot put into that chat since."""
        sent = self.world.send_file(user_id, data, **what)
        await self.settle()
        return self.since(sent)

    async def press(
        self, user_id: int, message: Message, data: str, *, forged: bool = False
    ) -> dict[str, Any]:
        """Press a button, and get what `answerCallbackQuery` was called with."""
        chat_id = message.chat.id
        pressed = self.world.press(user_id, message.id, data=data, forged=forged, chat_id=chat_id)
        await self.settle()
        assert pressed.answer is not None, "the button goes on turning"
        return pressed.answer

    def since(self, message: Message) -> list[Message]:
        later = [one for one in self.world.messages(message.chat.id) if one.id > message.id]
        return [one for one in later if one.sender is self.world.bot]

    async def file(self, copy: str, **more: Any) -> Taken:
        return await self.desk.take(Copy(body=copy.encode(), source="wire", trust=Trust.PUBLISH, **more))


FERRY = """(رويترز)

عادت عبّارات الخليج الصغير إلى العمل صباح الأحد بعد توقف دام يومين بسبب الضباب.

وقالت هيئة الملاحة إن أول رحلة أقلت ثلاثمئة راكب.

ازدحام على الأرصفة

وانتظر مئات المسافرين ساعات قبل أن تفتح شبابيك التذاكر.

ووزع متطوعون الشاي على المنتظرين.

أخبار ذات صلة
الضباب يغلق الخليج الصغير يومين
"""
FOG = """الضباب يغلق الخليج الصغير يومين

(رويترز)

قررت هيئة الملاحة وقف العبّارات في الخليج الصغير حتى ينقشع الضباب.
"""
