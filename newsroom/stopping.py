"""How editors stop what goes out and let it go on: each function is one act inside one transaction."""

from __future__ import annotations

from newsroom.engine import EngineState
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import control as pages
from storage import audit, leases, pushes, recovery, tally
from storage.database import Transaction
from storage.records import Push, PushState

ENDED = (PushState.DONE, PushState.CANCELLED)
LONGEST_ID = 18


def pause(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    push = find(tx, typed)
    if not pushes.pause(tx, push.id):
        raise _not_going(push)
    return _stopped(tx, asker, editor, "pause", push)


def unpause(tx: Transaction, asker: Asker, editor: int, typed: str, engine: EngineState) -> Message:
    push = find(tx, typed)
    if not pushes.unpause(tx, push.id):
        raise Refusal("push_ended" if push.state in ENDED else "push_not_paused", id=str(push.id))
    note(tx, asker, editor, "unpause", push)
    if push.deliver_by is not None and push.deliver_by <= asker.now:
        recovery.expire(tx, push.id, asker.now)
        return pages.too_late(_again(tx, push), asker.words, asker.now)
    brake = pages.brake(asker.words, leases.halted(tx), engine.halt_file)
    return pages.going_on(_again(tx, push), brake, asker.words, asker.now)


def cancel(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    push = find(tx, typed)
    if not pushes.cancel(tx, push.id, asker.now):
        raise Refusal("push_ended", id=str(push.id))
    return _stopped(tx, asker, editor, "cancel", push)


def halt(tx: Transaction, asker: Asker, editor: int) -> Message:
    if not leases.halt(tx, f"editor:{editor}"):
        raise Refusal("halted_already")
    _note_bot(tx, asker, editor, "halt")
    return pages.halted(tally.under_way(tx), asker.words)


def unhalt(tx: Transaction, asker: Asker, editor: int, engine: EngineState) -> Message:
    """What goes on is told; a file that halts besides is the operator's, and is left where it is."""
    lifted = leases.unhalt(tx)
    if lifted:
        _note_bot(tx, asker, editor, "unhalt")
    elif engine.halt_file is None:
        raise Refusal("not_halted")
    return pages.unhalted(pushes.due(tx, asker.now), engine.halt_file, asker.words, asker.now)


def find(tx: Transaction, typed: str) -> Push:
    """The push of a number as editors type it."""
    number = typed.strip().removeprefix("#")
    if not number:
        raise Refusal("push_missing")
    known = number.isdecimal() and len(number) <= LONGEST_ID
    push = pushes.by_id(tx, int(number)) if known else None
    if push is None:
        raise Refusal("push_unknown", typed=number)
    return push


def note(tx: Transaction, asker: Asker, editor: int, action: str, push: Push, **more: int) -> None:
    """In the audit."""
    audit.append(
        tx,
        actor=f"editor:{editor}",
        action=action,
        subject=f"push:{push.id}",
        detail={"kind": push.kind, "story": push.story_id, "revision": push.revision, **more},
        now=asker.now,
    )


def _note_bot(tx: Transaction, asker: Asker, editor: int, action: str) -> None:
    audit.append(tx, actor=f"editor:{editor}", action=action, subject="bot", detail={}, now=asker.now)


def _stopped(tx: Transaction, asker: Asker, editor: int, action: str, push: Push) -> Message:
    note(tx, asker, editor, action, push)
    under_way = tally.under_way(tx, push.id)
    return pages.stopped(_again(tx, push), under_way, asker.words, asker.now)


def _again(tx: Transaction, push: Push) -> Push:
    """As it is now that something was done to it."""
    return pushes.by_id(tx, push.id) or push


def _not_going(push: Push) -> Refusal:
    reasons = {PushState.PROPOSED: "push_proposed", PushState.PAUSED: "push_paused"}
    return Refusal(reasons.get(push.state, "push_ended"), id=str(push.id))
