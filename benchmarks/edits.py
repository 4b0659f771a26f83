"""What a kill costs at size: `python -m benchmarks.edits [--chats 1000000] [--database sqlite]`.

A story has gone out to three quarters of its audience. Measured: from an editor's word to the commit from
which on no new intent of it is written; the planning of an edit of each copy and a reply to it, beside a bare
`INSERT … SELECT`; and a claim of the newest copies.
"""

from __future__ import annotations

import argparse
from datetime import timedelta

import sqlalchemy as sa

from benchmarks.plan import BOT, GROUP, NOW, Took, bare, database, enlist, required, tidy, timed
from newsroom import breaking, copies, steps
from newsroom.wire import parse
from storage import engine, leases, ledger, stories
from storage.records import Push, RevisionKind, StoryState
from storage.schema import delivery, metadata

KILL_LIMIT, PLANNING_LIMIT = 1.0, 4.0  # seconds: with 250,000 open rows, and for 1,500,000 new ones
COPY = "عادت العبّارات إلى العمل صباح الأحد بعد توقف دام يومين."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=1_000_000)
    parser.add_argument("--database", default="sqlite")
    asked = parser.parse_args()
    with database(asked.database) as url:
        writer = engine.writing(engine.parse(url))
        measure(writer, asked.chats)
        writer.dispose()


def measure(writer: sa.Engine, chats: int) -> None:
    print(f"{writer.dialect.name}, {chats:,} chats, a quarter of them still open")
    prepare(writer, chats)
    made: list[Push] = []
    kill = timed(writer, lambda tx: made.append(killed(tx)))
    print(f"  kill      {told(kill)}   {chats // 4:10,} open rows   limit {KILL_LIMIT} s for 250,000")
    planned: list[int] = []
    plan = timed(writer, lambda tx: planned.append(ledger.plan(tx, made[0].id)))
    print(f"  plan      {told(plan)}   {planned[0] / plan.cpu:10,.0f} rows/s   limit {PLANNING_LIMIT} s")
    peer = timed(writer, bare)
    print(
        f"  peer      {told(peer)}   {chats / peer.cpu:10,.0f} rows/s   bare INSERT … SELECT of two columns"
    )
    claim = timed(writer, lambda tx: claimed(tx, made[0].id))
    print(f"  claim     {told(claim)}   {GROUP:10,} rows, the newest copies first")


def told(took: Took) -> str:
    """By the clock, and of CPU."""
    return f"{took.clock:6.2f} s {took.cpu:6.2f} s CPU"


def prepare(writer: sa.Engine, chats: int) -> None:
    metadata.create_all(writer)
    with writer.begin() as tx:
        enlist(tx, chats)
        leases.acquire(tx, BOT, "benchmark", timedelta(minutes=10))
        push = required(break_story(tx))
    tidy(writer)
    with writer.begin() as tx:
        ledger.plan(tx, push.id)
        sent = delivery.c.push_id == push.id, delivery.c.chat_id <= chats - chats // 4
        values_sent = {"state": "sent", "message_id": delivery.c.chat_id, "revision": 1, "done_at": NOW}
        tx.execute(sa.update(delivery).where(*sent).values(values_sent))


def break_story(tx: sa.Connection) -> Push | None:
    story_id, _ = stories.create(tx, ["AAAA"], StoryState.PUBLISHED, NOW)
    stories.add_revision(
        tx,
        story_id,
        parse(COPY.encode()),
        kind=RevisionKind.NEW,
        headline=COPY,
        headline_derived=True,
        headline_key=COPY,
        urgency=2,
        source="wire",
        related_keys=(),
        now=NOW,
    )
    return breaking.break_news(tx, story_id, 1, NOW)


def killed(tx: sa.Connection) -> Push:
    story = required(stories.by_code(tx, "AAAA"))
    return required(copies.kill(tx, story, by=steps.by_editor(1), now=NOW))


def claimed(tx: sa.Connection, push_id: int) -> None:
    claim = required(ledger.claim(tx, push_id, after=0, limit=GROUP, bot_id=BOT, epoch=1, now=NOW))
    if len(claim.deliveries) != GROUP:
        raise SystemExit(f"{len(claim.deliveries)} deliveries were claimed instead of {GROUP}")


if __name__ == "__main__":
    main()
