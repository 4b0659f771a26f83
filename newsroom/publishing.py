"""The Desk's hand on what is to go out: taken in, shown first, and sent on an editor's word."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from newsroom import albums, approving, deciding, editing, joining, questions, scheduling
from newsroom.control import AsEditor
from newsroom.feeds import places
from newsroom.filing import Taken
from newsroom.incoming import Copy
from newsroom.message import Message
from newsroom.outside import Outside, asked
from newsroom.proposing import Desktop, Proposal
from newsroom.questions import Asker
from newsroom.render import editing as pages
from newsroom.visitor import Visitor
from storage import audit
from storage.database import Transaction
from storage.records import Composed


class Publishing:
    """`edit` may change what is remembered, `consult` only reads; `woken` is called when a push may go.

    `take` files copy; it raises `newsroom.wire.CopyRefused`.
    """

    def __init__(
        self,
        edit: AsEditor,
        consult: AsEditor,
        take: Callable[[Copy], Awaitable[Taken]],
        *,
        desktop: Desktop,
        outside: Outside,
        woken: Callable[[], None],
    ) -> None:
        self._edit = edit
        self._consult = consult
        self._take = take
        self._desktop = desktop
        self._outside = outside
        self._woken = woken

    async def publish(self, who: Visitor, copy: Copy) -> Message:
        await self._consult(who, _by_an_editor)
        taken = await self._take(copy)
        return await self._edit(who, partial(_filed, taken=taken))

    async def publish_page(self, who: Visitor, url: str) -> Message:
        """What is at the address becomes a story that waits for an editor, who sees it first."""
        await self._consult(who, _by_an_editor)
        fetched = await asked(self._outside, url)
        return await self.publish(who, places.copy_of(fetched, places.name_of(fetched.url)))

    async def propose_breaking(self, who: Visitor, typed: str) -> Proposal:
        return await self._edit(who, partial(editing.propose_breaking, typed=typed, desktop=self._desktop))

    async def propose_broadcast(self, who: Visitor, composed: Composed) -> Proposal:
        act = partial(editing.propose_broadcast, composed=composed, desktop=self._desktop)
        return await self._edit(who, act)

    async def require_readers(self, who: Visitor) -> None:
        """Raises `Refusal` where a broadcast would reach nobody."""
        await self._consult(who, editing.require_readers)

    async def keep_album_item(self, who: Visitor, group: str, message_id: int, item: Composed) -> None:
        """An item of an album (`media_group_id`) that an editor sent: Telegram tells of each alone."""
        await self._edit(who, partial(albums.keep, group=group, message_id=message_id, item=item))

    async def album(self, who: Visitor, group: str, message_id: int) -> Sequence[Composed]:
        """All items of the album that this message is of."""
        return await self._consult(who, partial(albums.whole, group=group, message_id=message_id))

    async def send(self, who: Visitor, token: str) -> Message:
        answer = await self._edit(who, partial(approving.send, token=token, desktop=self._desktop))
        self._woken()
        return answer

    async def drop(self, who: Visitor, token: str) -> Message:
        return await self._edit(who, partial(approving.drop, token=token))

    async def schedule(self, who: Visitor, typed: str) -> Message:
        return await self._edit(who, partial(scheduling.schedule, typed=typed))

    async def approve(self, who: Visitor, typed: str) -> Message | Proposal:
        answer = await self._edit(who, partial(approving.approve, typed=typed, desktop=self._desktop))
        self._woken()
        return answer

    async def decide(self, who: Visitor, typed: str) -> Message | Proposal:
        """What an advisory is about, and the number of the telling that it showed."""
        answer = await self._edit(who, partial(deciding.decide, typed=typed, desktop=self._desktop))
        self._woken()
        return answer

    async def turn_down(self, who: Visitor, typed: str) -> Message:
        return await self._edit(who, partial(deciding.turn_down, typed=typed))

    async def approve_push(self, who: Visitor, typed: str) -> Message:
        answer = await self._edit(who, partial(approving.approve_push, typed=typed, desktop=self._desktop))
        self._woken()
        return answer

    async def reject(self, who: Visitor, typed: str) -> Message:
        return await self._edit(who, partial(approving.reject, typed=typed))

    async def merge(self, who: Visitor, typed: str) -> Message:
        return await self._edit(who, partial(joining.merge, typed=typed))

    async def split(self, who: Visitor, typed: str) -> Message:
        return await self._edit(who, partial(joining.split, typed=typed))

    async def queue(self, who: Visitor) -> Message:
        return await self._consult(who, editing.queue)


def _by_an_editor(_tx: Transaction, _asker: Asker, _editor: int) -> None:
    """Nothing is asked but this; everybody else is refused."""


def _filed(tx: Transaction, asker: Asker, editor: int, *, taken: Taken) -> Message:
    detail = {"outcome": taken.outcome, "revision": taken.revision}
    subject = f"story:{taken.code}"
    actor = f"editor:{editor}"
    audit.append(tx, actor=actor, action="publish", subject=subject, detail=detail, now=asker.now)
    story = questions.find(tx, asker, taken.code)
    return pages.filed(story, taken.outcome, asker.words, asker.now)
