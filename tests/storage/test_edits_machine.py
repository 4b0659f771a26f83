"""The ledger and a story or digest that changes while it goes out, against every order of events (DESIGN §4).

The machine is the world around the ledger: editors who correct, hold, release, kill, cancel and pause;
senders that die; requests that land, late or never. It remembers what every message really shows.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from readership import NOON, add_readers

from newsroom import breaking, copies, digests, steps
from newsroom.wire import parse
from storage import engine, leases, ledger, pushes, recovery, stories
from storage.records import (
    EDITS,
    Act,
    Delivery,
    DeliveryState,
    Lane,
    OnUnknown,
    Push,
    PushKind,
    PushState,
    RevisionKind,
    Settlement,
    Story,
    StoryState,
)
from storage.schema import chat, delivery, metadata, push, story

BOT = 7
TTL = timedelta(seconds=15)
HOUR = timedelta(hours=1)
READERS = 3
MANY_TELLINGS = 4
ROUNDS = 6  # in which a sender that nothing happens to is done with everything
EDITOR = steps.by_editor(1)
BEGUN = (PushState.RUNNING, PushState.PAUSED, PushState.HELD, PushState.CANCELLED, PushState.DONE)
ENDS = (
    "lands",
    "lands",
    *3 * ("waits",),
    "lands in silence",
    "flies",
    "throttled",
    "refused",
    "out of reach",
)
"""What may happen to a request."""

LATE = timedelta(seconds=20)
"""In which an edit may still land that nobody waits for any more; what is sent may land at any time."""


@dataclass(slots=True)
class Attempt:
    """What the world knows of an intent: `message` is the one that it has made or changed, once it landed."""

    delivery: Delivery
    message: int | None = None
    left: bool = False


class Desk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ajil-edits-"))
        self.writer = engine.writing(engine.parse(f"sqlite:///{self.folder / 'ajil.db'}"))
        metadata.create_all(self.writer)
        self.tx = self.writer.connect()
        self.now = NOON
        self.tellings = 0
        self.after: Counter[int] = Counter()
        self.alive: list[Attempt] = []
        self.flying: list[tuple[datetime, Attempt]] = []
        self.shown: dict[tuple[int, int], int] = {}
        self.made: Counter[tuple[int, int, int]] = Counter()

    def teardown(self) -> None:
        try:
            if hasattr(self, "story_id"):
                self.all_ends_well()
        finally:
            self.tx.close()
            self.writer.dispose()
            shutil.rmtree(self.folder)

    @initialize(delivered=st.integers(0, READERS))
    def open(self, delivered: int) -> None:
        """A story broke, and some have it."""
        add_readers(self.tx, range(1, READERS + 1))
        self.story_id, _ = stories.create(self.tx, ["AAAA"], StoryState.PUBLISHED, self.now)
        self._tell(RevisionKind.NEW)
        self.take_over()
        made = breaking.break_news(self.tx, self.story_id, 1, self.now)
        assert made is not None
        ledger.plan(self.tx, made.id)
        self._claim(made.id, delivered)
        self._land_all()

    # The sender.

    @precondition(lambda self: self.alive)
    @rule()
    def take_over(self) -> None:
        """The sender dies, or is only cut off, and another begins. What was on its way still is."""
        lease = leases.acquire(self.tx, BOT, "a", TTL, dead=leases.holder(self.tx, BOT))
        assert lease is not None
        self.epoch = lease.epoch
        recovery.abandon(self.tx, self.epoch, OnUnknown.PARK, self.now)
        self.after.clear()
        for attempt in self.alive:
            self._let_fly(attempt)
        self.alive = []

    @precondition(lambda self: self._in(PushState.APPROVED))
    @rule()
    def plan(self) -> None:
        self._plan_all(True)

    @precondition(lambda self: self.alive or self._in(PushState.RUNNING))
    @rule(data=st.data(), limit=st.integers(0, 2 * READERS), turns=st.integers(1, 3))
    def work(self, data: st.DataObject, limit: int, turns: int) -> None:
        """The sender's. Each attempt goes on as it may, or is left for a later turn."""
        for _ in range(turns):
            self._claim_all(limit)
            going, self.alive = self.alive, []
            for attempt in going:
                self._go_on(attempt, data.draw(st.sampled_from(ENDS)))

    @precondition(lambda self: self.flying)
    @rule(data=st.data())
    def land_late(self, data: st.DataObject) -> None:
        flight = data.draw(st.sampled_from(self.flying))
        self.flying.remove(flight)
        self._land(flight[1])

    @precondition(lambda self: self.flying or self._waits() or self._is_killed())
    @rule(seconds=st.sampled_from([5, 20]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.flying = [(until, one) for until, one in self.flying if until > self.now]

    # The editors.

    @precondition(lambda self: self._state() == StoryState.PUBLISHED)
    @rule(
        act=st.sampled_from(["correct", "correct loudly", "correct loudly", "update", "hold", "kill"]),
        planned=st.sampled_from([True, True, False]),
    )
    def edit(self, act: str, planned: bool) -> None:
        match act:
            case "update":
                self._tell(RevisionKind.UPDATE)
                copies.follow(self.tx, self.story_id, by=EDITOR, now=self.now)
            case "hold":
                copies.hold(self.tx, self._story(), by=EDITOR, now=self.now)
            case "kill" if self.tellings > MANY_TELLINGS:
                copies.kill(self.tx, self._story(), by=EDITOR, now=self.now)
            case _:  # and in place of a kill that would end the story too soon
                self._correct(loud=act == "correct loudly")
        self._plan_all(planned)

    @precondition(lambda self: self._state() == StoryState.HELD)
    @rule(planned=st.sampled_from([True, True, False]))
    def release(self, planned: bool) -> None:
        copies.release(self.tx, self._story(), by=EDITOR, now=self.now)
        self._plan_all(planned)

    @precondition(lambda self: self._in(*pushes.LIVE))
    @rule(data=st.data(), act=st.sampled_from([pushes.pause, *2 * [pushes.unpause], pushes.cancel]))
    def control(self, data: st.DataObject, act: Callable[..., bool]) -> None:
        chosen = data.draw(st.sampled_from(self._in(*pushes.LIVE))).id
        act(self.tx, chosen, self.now) if act is pushes.cancel else act(self.tx, chosen)

    # What is promised at every moment.

    @invariant()
    def every_delivery_is_counted(self) -> None:
        """G1, by the rows and by the counters."""
        assert recovery.verify(self.tx) == []

    @invariant()
    def a_message_has_one_edit_under_way(self) -> None:
        message = delivery.c.of_push, delivery.c.chat_id, delivery.c.of_part
        editing = sa.select(sa.func.count()).where(delivery.c.act == Act.EDIT, delivery.c.state == "intent")
        assert max(self.tx.execute(editing.group_by(*message)).scalars(), default=0) <= 1

    @invariant()
    def nothing_of_a_killed_story_is_left_to_begin(self) -> None:
        if hasattr(self, "story_id") and self._is_killed():
            going = [one for one in self._in(*PushState) if one.kind is not PushKind.KILL]
            under_way = delivery.c.state == DeliveryState.INTENT
            for one in going:
                intents = sa.select(sa.func.count()).where(delivery.c.push_id == one.id, under_way)
                assert one.counts.open == self.tx.execute(intents).scalar_one()

    @invariant()
    def nobody_gets_a_message_twice(self) -> None:
        """G3."""
        assert max(self.made.values(), default=0) <= 1

    def all_ends_well(self) -> None:
        """G5: once everybody did what is left to do, no copy shows less than the newest edit says."""
        if self._state() == StoryState.HELD:
            self.release(planned=True)
        for _ in range(ROUNDS):
            self.wait(120)
            self._settle_down()
        assert [one.id for one in self._in(*PushState) if one.counts.open] == []
        edits = [one for one in self._in(*PushState) if one.kind in EDITS]
        if edits and edits[-1].state is PushState.DONE:
            self._require_shown(edits[-1])

    def _require_shown(self, edition: Push) -> None:
        refused = sa.select(delivery.c.chat_id, delivery.c.of_push, delivery.c.of_part).where(
            delivery.c.push_id == edition.id, delivery.c.state == DeliveryState.REJECTED
        )
        reasons = {tuple(row) for row in self.tx.execute(refused)}
        known = sa.select(delivery).where(delivery.c.act != Act.EDIT, delivery.c.message_id.is_not(None))
        for row in self.tx.execute(known):
            if (row.chat_id, row.push_id, row.part) not in reasons:
                assert self.shown[row.chat_id, row.message_id] >= (edition.revision or 0), row

    def _settle_down(self) -> None:
        """As a sender does that nothing happens to."""
        for one in self._in(*PushState):
            pushes.unpause(self.tx, one.id)
        self._plan_all(True)
        for one in self._in(PushState.RUNNING):
            self._claim(one.id, 100)
        self._land_all()

    def _plan_all(self, planned: bool) -> None:
        for one in self._in(PushState.APPROVED) if planned else ():
            ledger.plan(self.tx, one.id)

    def _land_all(self) -> None:
        going, self.alive = self.alive, []
        for attempt in going:
            self._go_on(attempt, "lands")

    def _correct(self, *, loud: bool) -> None:
        self.tellings += 1
        draft = parse(f"عادت {self.tellings} عبّارات إلى العمل صباح الأحد بعد توقف دام يومين.".encode())
        copies.correct(self.tx, self._story(), draft, by=EDITOR, now=self.now, loud=loud)

    def _waits(self) -> bool:
        again = sa.select(delivery.c.chat_id).where(delivery.c.state == DeliveryState.RETRY_AT)
        return self.tx.execute(again.limit(1)).first() is not None

    def _story(self) -> Story:
        found = stories.by_id(self.tx, self.story_id)
        assert found is not None
        return found

    def _state(self) -> str:
        return str(self.tx.execute(sa.select(story.c.state)).scalar_one())

    def _is_killed(self) -> bool:
        return self._state() == StoryState.KILLED

    def _in(self, *states: PushState) -> list[Push]:
        """The oldest first."""
        ids = self.tx.execute(sa.select(push.c.id).order_by(push.c.id)).scalars().all()
        found = [pushes.by_id(self.tx, push_id) for push_id in ids]
        return [one for one in found if one is not None and one.state in states]

    def _tell(self, kind: RevisionKind) -> None:
        self.tellings += 1
        words = f"الخبر {self.tellings}"
        stories.add_revision(
            self.tx,
            self.story_id,
            parse(f"{words} عادت العبّارات إلى العمل.".encode()),
            kind=kind,
            headline=words,
            headline_derived=False,
            headline_key=words,
            urgency=2,
            source="wire",
            related_keys=(),
            now=self.now,
        )

    def _claim_all(self, limit: int) -> None:
        for one in self._in(*BEGUN):
            claimed = self._claim(one.id, limit)
            assert not claimed or one.state is PushState.RUNNING, "G4"
            assert not claimed or not self._is_killed() or one.kind is PushKind.KILL, "G4"

    def _claim(self, push_id: int, limit: int) -> bool:
        after = self.after[push_id]
        claim = ledger.claim(
            self.tx, push_id, after=after, limit=limit, bot_id=BOT, epoch=self.epoch, now=self.now
        )
        assert claim is not None
        self.after[push_id] = claim.after
        self.alive += [Attempt(one) for one in claim.deliveries]
        return bool(claim.deliveries)

    def _land(self, attempt: Attempt) -> None:
        one, attempt.left = attempt.delivery, True
        assert one.revision is not None
        if one.act is Act.EDIT:
            assert one.message_id is not None
            message = one.chat_id, one.message_id
            assert self.shown[message] <= one.revision, "a copy goes back"
        else:
            self.made[one.push_id, one.chat_id, one.part] += 1
            message = one.chat_id, len(self.shown) + 1
            attempt.message = message[1]
        self.shown[message] = one.revision

    def _let_fly(self, attempt: Attempt) -> None:
        if not attempt.left:
            late = LATE if attempt.delivery.act is Act.EDIT else timedelta(days=9)
            self.flying.append((self.now + late, attempt))

    def _go_on(self, attempt: Attempt, end: str) -> None:
        one = attempt.delivery
        if end == "waits":
            self.alive.append(attempt)
        elif end in ("lands", "lands in silence"):
            self._land(attempt)
            self._record(attempt, self._sent(attempt) if end == "lands" else self._uncertain(one))
        elif end == "flies":
            self._record(attempt, self._uncertain(one))
            self._let_fly(attempt)
        else:
            self._record(attempt, self._refused(one, end))

    def _sent(self, attempt: Attempt) -> dict[str, object]:
        doubts = attempt.delivery.doubts
        return {"state": DeliveryState.SENT, "message_id": attempt.message, "doubts": doubts}

    def _uncertain(self, one: Delivery) -> dict[str, object]:
        doubted = {"doubts": one.doubts + 1}
        if one.act is not Act.EDIT:
            return doubted | {"state": DeliveryState.UNKNOWN}
        return doubted | {"state": DeliveryState.RETRY_AT, "not_before": self.now + LATE}

    def _refused(self, one: Delivery, end: str) -> dict[str, object]:
        again = {"state": DeliveryState.RETRY_AT, "not_before": self.now + timedelta(seconds=7)}
        never = {
            "state": DeliveryState.REJECTED,
            "unreachable": end == "out of reach" and one.act is Act.EDIT,
        }
        return (again if end == "throttled" else never) | {"doubts": one.doubts}

    def _record(self, attempt: Attempt, what: dict[str, object]) -> None:
        one = attempt.delivery
        settlement = Settlement(chat_id=one.chat_id, part=one.part, attempt=one.attempt, **what)  # type: ignore[arg-type]
        ledger.settle(self.tx, one.push_id, [settlement], self.now)


class Lists(Desk):
    """A digest in place of the story: its list is told anew again and again."""

    @initialize(delivered=st.integers(0, READERS))
    def open(self, delivered: int) -> None:
        """A digest lists a story, and some have it."""
        add_readers(self.tx, range(1, READERS + 1))
        self.story_id, _ = stories.create(self.tx, ["AAAA"], StoryState.PUBLISHED, self.now - HOUR)
        self._tell(RevisionKind.NEW)
        self.take_over()
        wanted = {"zone": "UTC", "digest_times": ["12:00"], "digest_since": self.now - timedelta(days=1)}
        self.tx.execute(sa.update(chat).values(wanted))
        (made,) = digests.send_due(self.tx, self.now)
        ledger.plan(self.tx, made.id)
        self._claim(made.id, delivered)
        self._land_all()

    @rule(
        lane=st.sampled_from([Lane.KILL, Lane.CORRECTION]),
        planned=st.sampled_from([True, True, False]),
    )
    def edit(self, lane: Lane, planned: bool) -> None:
        digests.tell_anew(self.tx, self.story_id, lane, self.now)
        self._plan_all(planned)


MACHINES = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestEdits = Desk.TestCase
TestEdits.settings = MACHINES
TestLists = Lists.TestCase
TestLists.settings = MACHINES
