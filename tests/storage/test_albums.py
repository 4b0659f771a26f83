"""Albums: gathered item by item, and not for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from stored_samples import NOW

from storage import albums
from storage.database import Database, Transaction
from storage.records import Composed


def keep(tx: Transaction, group: str, *message_ids: int) -> None:
    for number in message_ids:
        item = Composed(method="sendPhoto", params={"photo": f"P{number}"})
        now = NOW + timedelta(seconds=number)
        albums.keep(tx, 7, group=group, message_id=number, item=item, now=now)


async def test_items_come_back_in_the_order_of_the_album_and_each_once(db: Database) -> None:
    await db.write(lambda tx: keep(tx, "a", 3, 1, 2, 2))
    await db.write(lambda tx: keep(tx, "b", 4))
    found = await db.read(lambda tx: albums.items(tx, 7, "a"))
    assert [(number, item.params["photo"]) for number, item in found.items()] == [
        (1, "P1"),
        (2, "P2"),
        (3, "P3"),
    ]
    assert await db.read(lambda tx: albums.items(tx, 8, "a")) == {}


async def test_the_oldest_albums_are_forgotten_whole(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(albums, "KEPT", 3)
    await db.write(lambda tx: keep(tx, "a", 1, 2))
    await db.write(lambda tx: keep(tx, "b", 3, 4))
    assert await db.read(lambda tx: albums.items(tx, 7, "a")) == {}
    assert list(await db.read(lambda tx: albums.items(tx, 7, "b"))) == [3, 4]
