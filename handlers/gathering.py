"""What is remembered of messages that ask for nothing: the items of albums, for a later `/broadcast`."""

from __future__ import annotations

from contextlib import suppress

from telegram import Message, Update
from telegram.ext import filters

from handlers import visitor
from handlers.composing import compose, is_item
from handlers.doors import Context, Doors, Handler
from newsroom.errors import Refusal


class _OfAlbum(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        return message.media_group_id is not None


OF_ALBUM = _OfAlbum()


def album_items(doors: Doors) -> Handler:
    """Editors' own albums only; nobody is answered."""

    async def handle(update: Update, _: Context) -> None:
        message = update.effective_message
        if message is None or message.media_group_id is None or not is_item(compose(message)):
            return
        who, item = visitor.of_message(message), compose(message)
        with suppress(Refusal):
            await doors.desk.publishing.keep_album_item(who, message.media_group_id, message.message_id, item)

    return handle
