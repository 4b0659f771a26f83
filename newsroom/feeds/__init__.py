"""The Desk's hand on feeds: which are polled, what they may do, how they fare."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from newsroom.control import AsEditor
from newsroom.feeds import acts, asking, hubs, looking, polling
from newsroom.feeds.asking import Verb
from newsroom.feeds.outcomes import Report
from newsroom.feeds.reading import Reading
from newsroom.message import Message
from newsroom.outside import Fetched
from newsroom.visitor import Visitor
from storage.feeds import Feed

__all__ = ["Feeds", "Reading"]

_ACTS = {Verb.PAUSE: acts.pause, Verb.RESUME: acts.resume, Verb.REMOVE: acts.remove, Verb.TRUST: acts.trust}


class Feeds:
    """`consult` only looks, `edit` may change what is remembered."""

    def __init__(self, reading: Reading, consult: AsEditor, edit: AsEditor) -> None:
        self._reading = reading
        self._consult = consult
        self._edit = edit

    async def command(self, who: Visitor, typed: str) -> Message:
        """`/feeds`: the list; with a number one feed and its log; else what is to be done."""
        verb, rest = asking.verb(typed)
        if verb is Verb.ADD:
            return await self.add(who, rest)
        if verb is not None:
            return await self._edit(who, partial(_ACTS[verb], typed=rest))
        return await self._consult(who, partial(acts.shown, typed=rest) if rest else acts.listed)

    async def add(self, who: Visitor, typed: str) -> Message:
        """The address is looked at first: it may be a page that names its feed."""
        wanted = asking.wanted(typed)
        await self._consult(who, partial(acts.refuse_known, url=wanted.url))
        found = await looking.look(self._reading, wanted.url, wanted.source or "")
        return await self._edit(who, partial(acts.add, wanted=wanted, found=found))

    async def add_named(self, urls: Sequence[str]) -> None:
        now = self._reading.now()
        await self._reading.db.write(lambda tx: acts.add_named(tx, urls, now))

    async def due(self, most: int) -> list[Feed]:
        """Claimed for this caller."""
        return await polling.claim(self._reading, most)

    async def subscribe_due(self) -> None:
        await hubs.subscribe_due(self._reading)

    async def hub_asks(self, token: str, intent: hubs.Intent) -> str | None:
        return await hubs.verify(self._reading, token, intent)

    async def hub_brings(self, token: str, signature: str | None, brought: Fetched) -> bool:
        return await hubs.deliver(self._reading, token, signature, brought)

    async def poll(self, feed: Feed) -> Report:
        """Raises `StorageError`."""
        return await polling.poll(self._reading, feed)
