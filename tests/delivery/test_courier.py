"""The engine against a simulated Telegram over real HTTP; the server's own journal is the judge."""

from __future__ import annotations

from office import opened

from storage.database import Database
from storage.records import Counts


async def test_every_reader_gets_the_message_once(db: Database) -> None:
    async with opened(db) as office:
        readers = await office.enlist(100)
        push_id = await office.push(text="سقوط الأمطار على المدينة")
        async with office.courier():
            await office.over(push_id)
        assert await office.counts(push_id) == Counts(planned=100, sent=100)
        assert set(office.world.journal.sent.values()) == {1}
        assert len(office.world.journal.sent) == len(readers)
        assert office.world.texts(1001) == ["سقوط الأمطار على المدينة"]
        assert len(office.echo.asked) == 1
