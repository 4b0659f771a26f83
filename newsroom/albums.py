"""Albums that editors send: gathered from the messages of their items."""

from __future__ import annotations

from collections.abc import Sequence

from newsroom.errors import Refusal
from newsroom.questions import Asker
from storage import albums
from storage.database import Transaction
from storage.records import Composed


def keep(tx: Transaction, asker: Asker, _editor: int, group: str, message_id: int, item: Composed) -> None:
    place = asker.chat.telegram_id
    albums.keep(tx, place, group=group, message_id=message_id, item=item, now=asker.now)


def whole(tx: Transaction, asker: Asker, _editor: int, group: str, message_id: int) -> Sequence[Composed]:
    """Raises `Refusal` where it is not known whole: it came before we listened, or long ago."""
    found = albums.items(tx, asker.chat.telegram_id, group)
    if message_id not in found or len(found) == 1:
        raise Refusal("album_forgotten")
    return list(found.values())
