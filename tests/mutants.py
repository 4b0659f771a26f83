"""`python -m tests.mutants [WORD…]`: take out what keeps a promise, one thing at a time, and see a test fail.

Each mutant is one change of a line or two, in a copy of the tree. A suite that still passes without the fence
would prove nothing of it. WORD picks the mutants whose name holds it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST = 900.0  # seconds: a mutant that hangs is killed as well, but nobody should wait for it for ever

STORIES = "tests/delivery/test_simulation.py"
LEDGER = "tests/storage/test_ledger.py"
COURIER = "tests/delivery/test_courier.py"
TABLE = "tests/delivery/test_outcomes.py"
EDITS = "tests/storage/test_edits.py"
DIGESTS = "tests/storage/test_digest_edits.py"
PARTS = "tests/storage/test_parts.py"
MACHINE = "tests/storage/test_edits_machine.py"
END_TO_END = "tests/delivery/test_classification.py"
TRANSPORT = "tests/delivery/test_transport.py"


@dataclass(frozen=True, slots=True)
class Mutant:
    """`old` stands once in `file`, a path of the tree. `tests` are run in turn until one of them fails.

    One whose `old` is not there any more is STALE: the code went on, and its mutant has to follow.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = (STORIES, LEDGER)


ENGINE = [
    Mutant(
        "a pause before the planning",
        "storage/editions.py",
        "and (self.planned > 0 or self.state is not PushState.PAUSED)",
        "",
        (EDITS,),
    ),
    Mutant(
        "the fence of an epoch", "storage/ledger.py", "gate is None or gate.epoch != epoch", "gate is None"
    ),
    Mutant(
        "one at a time decides what breaks",
        "storage/promises.py",
        'tx.dialect.name == "postgresql"',
        "not tx",
        ("tests/newsroom/test_one_push.py",),
    ),
    Mutant(
        "one key for an editor's word and a source's",
        "storage/pushes.py",
        "promises.key(tx, proposal.story_id)",
        'f"editor:{proposal.story_id}"',
        ("tests/newsroom/test_one_push.py",),
    ),
    Mutant(
        "whose story it is",
        "newsroom/authority.py",
        "(told.first, told.newest) == (source, source)",
        "source in (told.first, told.newest)",
        ("tests/newsroom/test_names.py",),
    ),
    Mutant(
        "the shadow of a withdrawn story",
        "newsroom/withdrawn.py",
        ">= ALIKE",
        "> 2",
        ("tests/newsroom/test_withdrawn.py",),
    ),
    Mutant("the halt", "storage/ledger.py", " or leases.halted(tx) is not None:", ":"),
    Mutant("pause and cancel", "storage/ledger.py", "gate.state != PushState.RUNNING or ", ""),
    Mutant(
        "the intent",
        "storage/claims.py",
        "    attempts.intend(\n",
        "    len(keys) < 0 and attempts.intend(\n",
    ),
    Mutant(
        "the lock on what stops a push",
        "storage/ledger.py",
        "    .with_for_update(read=True, of=(push, lease))\n",
        "",
        ("tests/storage/test_ledger_locks.py",),
    ),
    Mutant(
        "chats that ended",
        "storage/claims.py",
        "active = [row for row in rows if _may_go(row)]",
        "active = [*rows]",
        (LEDGER, STORIES),
    ),
    Mutant(
        "a late answer is believed",
        "storage/ledger.py",
        "if news == len(group) or group[0].state not in _CERTAIN:",
        "if group:",
    ),
    Mutant(
        "the attempt's number",
        "storage/attempts.py",
        " AND delivery.attempt = {of}attempt",
        " AND {of}attempt >= 0",
    ),
    Mutant(
        "the state before",
        "storage/attempts.py",
        "{of}attempt AND delivery.state = :before",
        "{of}attempt AND :before <> ''",
    ),
    Mutant(
        "the state before, of a stretch",
        "storage/attempts.py",
        "delivery.part = 0 AND delivery.state = :before",
        "delivery.part = 0 AND :before <> ''",
    ),
    Mutant(
        "the parts of a stretch", "storage/attempts.py", "AND delivery.part = 0 AND", "AND", (PARTS, LEDGER)
    ),
    Mutant(
        "the counters", "storage/attempts.py", "    tally.move(tx, push_id, before, after, settled)\n", ""
    ),
    Mutant(
        "the end of a push",
        "storage/tally.py",
        "sa.case((_ENDS, PushState.DONE.value), else_=push.c.state)",
        "push.c.state",
    ),
    Mutant(
        "what comes back to a cancelled push",
        "storage/tally.py",
        "    if is_cancelled(tx, push_id):\n        close_returned",
        "    if is_cancelled(tx, push_id) and push_id < 0:\n        close_returned",
    ),
    Mutant(
        "what waits when a push is cancelled",
        "storage/pushes.py",
        "    if cancelled:\n        tally",
        "    if cancelled and push_id < 0:\n        tally",
    ),
    Mutant(
        "giving up what the dead left",
        "delivery/courier.py",
        "        await self._insist(partial(shift.take_over, self._departed(lease)))\n",
        "",
    ),
    Mutant(
        "parking what the dead left",
        "storage/recovery.py",
        "if policy is OnUnknown.RESEND_ONCE:",
        "if policy:",
    ),
    Mutant(
        "one copy more of what the dead left", "storage/recovery.py", "left, delivery.c.doubts == 0", "left"
    ),
    Mutant("the doubt that is counted", "storage/recovery.py", "doubts=delivery.c.doubts + 1, ", ""),
    Mutant("what is known is not taken back", "storage/recovery.py", " if attempt not in known\n", "\n"),
    Mutant(
        "what a lost commit left",
        "delivery/shift.py",
        "        if self._in_doubt:\n",
        "        if self._in_doubt and not self._lease:\n",
        (STORIES, COURIER),
    ),
    Mutant("parking a doubt", "delivery/verdicts.py", "policy is OnUnknown.RESEND_ONCE and not", "not"),
    Mutant(
        "one copy more of a doubt",
        "delivery/verdicts.py",
        "RESEND_ONCE and not delivery.doubts:",
        "RESEND_ONCE:",
    ),
    Mutant(
        "the doubt that is carried on", "delivery/verdicts.py", "doubts = delivery.doubts + 1", "doubts = 0"
    ),
    Mutant(
        "an outcome that could not be written",
        "delivery/shift.py",
        "            self.sender.restore(collected)\n",
        "",
    ),
    Mutant(
        "a lease that is over",
        "delivery/sender.py",
        "self.health.ill or now >= self._until",
        "self.health.ill",
        ("tests/delivery/test_sender.py",),
    ),
    Mutant(
        "the doubt of a recall",
        "delivery/sender.py",
        'outcomes.Uncertain("the sender stopped before the answer came")',
        "outcomes.Unsent(outcomes.Failure.POOL)",
        (STORIES, "tests/delivery/test_sender.py"),
    ),
    Mutant(
        "the note of what leaves",
        "delivery/sender.py",
        "        self._departures.left(errand.delivery)\n",
        "",
        (STORIES, "tests/delivery/test_departures.py"),
    ),
    Mutant(
        "whose notes they are",
        "delivery/departures.py",
        "if _whole(written[:_HEAD_SIZE]) != _HEAD.pack(_MAGIC, holder.encode(), epoch):",
        "if not written:",
        ("tests/delivery/test_departures.py",),
    ),
    Mutant(
        "that he is dead whose notes are believed",
        "delivery/courier.py",
        "if lease.before is None or not self._is_dead(lease.before):",
        "if lease.before is None:",
        (STORIES, "tests/delivery/test_departures.py"),
    ),
    Mutant(
        "a move",
        "delivery/planner.py",
        "    if isinstance(change, Moved):",
        "    if not isinstance(change, Ended):\n        return\n    if isinstance(change, Moved):",
    ),
    Mutant(
        "an end",
        "delivery/planner.py",
        "        chats.end(tx, change",
        "        change.why and 0 and chats.end(tx, change",
        (COURIER,),
    ),
    Mutant(
        "one edit of a message at a time",
        "storage/edits.py",
        "(act == Act.REPLY) | message.not_in(_under_way(edition.story_id))",
        "sa.true()",
        (MACHINE, STORIES, EDITS),
    ),
    Mutant(
        "the distance of two edits",
        "storage/edits.py",
        "    _keep_distance(tx, edition)\n    return planned",
        "    return planned",
        (STORIES, EDITS),
    ),
    Mutant(
        "copies that come late to an edit",
        "storage/edits.py",
        "if newest.is_planned:",
        "if newest.is_planned and not chats:",
        (STORIES, EDITS),
    ),
    Mutant(
        "what a newer edit takes over",
        "storage/edits.py",
        "        _close(tx, push_id, now)\n",
        "        pass\n",
        (EDITS,),
    ),
    Mutant(
        "what a copy shows",
        "storage/edits.py",
        "        delivery.c.revision < edit.c.revision,\n",
        "",
        (STORIES, EDITS),
    ),
    Mutant(
        "which edit of a digest is the newest",
        "storage/editions.py",
        "    return _edition(_NEWEST_OF_DIGEST.first(tx, subject=subject.digest_id, push_id=push_id))\n",
        "    return None\n",
        (DIGESTS,),
    ),
    Mutant(
        "which telling of a digest goes out",
        "storage/ledger.py",
        "sa.func.coalesce(story.c.head, push.c.revision)",
        "sa.func.coalesce(story.c.head, 1)",
        (DIGESTS,),
    ),
    Mutant("the window", "delivery/shift.py", " - self.sender.under_way)", ")"),
    Mutant(
        "an outage ends the sending",
        "delivery/health.py",
        "ILL_AFTER = 4",
        "ILL_AFTER = 4_000",
        ("tests/delivery/test_health.py", COURIER),
    ),
    Mutant(
        "one at a time on trial",
        "delivery/health.py",
        "1 if self.on_trial else window",
        "window",
        ("tests/delivery/test_health.py", COURIER),
    ),
    Mutant(
        "the brake",
        "delivery/shift.py",
        "if self._braked or self",
        "if self",
        ("tests/delivery/test_stopping.py",),
    ),
    Mutant(
        "the lease of another",
        "storage/leases.py",
        "kept.expires_at > now and ",
        "kept.expires_at > now > now and ",
        (STORIES, "tests/storage/test_leases.py"),
    ),
    Mutant("a new epoch", "storage/leases.py", "kept.epoch + 1 if kept", "kept.epoch if kept"),
    Mutant(
        "a renewal's epoch",
        "storage/leases.py",
        " lease.c.epoch == held.epoch,",
        "",
        ("tests/storage/test_leases.py",),
    ),
    Mutant(
        "a renewal's holder",
        "storage/leases.py",
        ", lease.c.holder == held.holder",
        "",
        ("tests/storage/test_leases.py",),
    ),
    Mutant(
        "the halt after a restore",
        "storage/backup.py",
        "    leases.halt(tx, RESTORE)\n",
        "",
        ("tests/bot/test_commands.py",),
    ),
    Mutant(
        "the mark of a restore that is not halted yet",
        "storage/migrate.py",
        "    unfinished.require_none(connection, engine.safe(connection.engine.url))\n    return _bring_up",
        "    return _bring_up",
        ("tests/bot/test_commands.py",),
    ),
]


def _rows(file: str, begins: str, row: str, tests: tuple[str, ...]) -> list[Mutant]:
    """A mutant for each row of a table: the lines of `file` that match `row`, after the line `begins`."""
    table = (ROOT / file).read_text().partition(f"\n{begins}")[2].partition("\n}")[0].partition("\n)")[0]
    found = re.findall(rf"^    {row}.*\n", f"{table}\n", re.MULTILINE)
    return [Mutant(f"the row {line.strip()}", file, line, "", tests) for line in found]


def mutants() -> list[Mutant]:
    return [
        *ENGINE,
        *_rows("delivery/reasons.py", "PHRASES", r"\(", (TABLE,)),
        *_rows("delivery/reasons.py", "ENDS", r"Reason\.", (TABLE,)),
        *_rows(
            "delivery/transport.py",
            "_FAILURES",
            r"\(",
            (END_TO_END, "tests/delivery/test_request.py", TRANSPORT),
        ),
    ]


@contextmanager
def _copy() -> Iterator[Path]:
    """The tree as it is now, without what git ignores."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    told = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - ours
    names = told.stdout.decode().split("\0")
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        for name in filter(None, names):
            target = Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
        yield Path(folder)


def verdict(mutant: Mutant) -> tuple[str, str]:
    """What became of it, and the test that killed it."""
    with _copy() as tree:
        file = tree / mutant.file
        text = file.read_text()
        if text.count(mutant.old) != 1:
            return "STALE", f"{mutant.file}: {mutant.old!r}"
        file.write_text(text.replace(mutant.old, mutant.new))
        killer = next(filter(None, (_failing(tree, test) for test in mutant.tests)), None)
    return ("killed", killer) if killer else ("SURVIVED", "")


def _failing(tree: Path, test: str) -> str | None:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--timeout=120", "-p", "no:cacheprovider", test]
    environment = os.environ | {"AJIL_SEEDS": os.environ.get("AJIL_SEEDS", "60")}
    try:
        done = subprocess.run(  # noqa: S603 - ours
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return f"{test} (never ends)"
    if not done.returncode:
        return None
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return failed[1] if failed else f"{test} ({done.stdout.strip().splitlines()[-1:]})"


def main() -> int:
    words = sys.argv[1:]
    chosen = [one for one in mutants() if not words or any(word in one.name for word in words)]
    all_killed = True
    for mutant in chosen:
        found, why = verdict(mutant)
        all_killed &= found == "killed"
        sys.stdout.write(f"{found:9} {mutant.name:45} {why}\n")
        sys.stdout.flush()
    return 0 if all_killed else 1


if __name__ == "__main__":
    sys.exit(main())
