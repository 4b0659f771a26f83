"""How pushes stand, as editors ask for it: each function reads inside one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from newsroom import roles, stopping
from newsroom.engine import EngineState
from newsroom.house import House
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import approving, control, stats
from newsroom.render.approving import Asking
from newsroom.render.stats import Standing, Whole
from newsroom.words import Words
from storage import doubts, figures, leases, pushes, stories
from storage.database import Transaction
from storage.records import EDITS, Push, PushState

FEW = 50_000
"""So many deliveries are looked through in a moment, while a push is paused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The editor who is shown something, in which words, of which house and engine, at which instant."""

    editor: int
    words: Words
    house: House
    engine: EngineState
    now: datetime


def ask(
    tx: Transaction, asker: Asker, editor: int, typed: str, *, house: House, engine: EngineState
) -> Message:
    """Of the push with this number, with why chats refused it; without one, of all."""
    viewer = Viewer(editor=editor, words=asker.words, house=house, engine=engine, now=asker.now)
    if typed.strip():
        push = stopping.find(tx, typed)
        waits = push.state is PushState.PROPOSED
        return question(tx, push, viewer) if waits else _explained(tx, push, viewer)
    whole = Whole(
        totals=figures.totals(tx),
        going=pushes.due(tx, asker.now),
        engine=engine,
        brake=_brakes(tx, viewer),
    )
    return stats.of_all(whole, asker.words, asker.now)


def page(tx: Transaction, push: Push, viewer: Viewer) -> Message:
    """As it is shown while it goes on. Why chats refused it is told when it stops: it is much to count."""
    if push.state is PushState.PROPOSED:
        return question(tx, push, viewer)
    if is_over(push) or (push.state is PushState.PAUSED and push.counts.planned <= FEW):
        return _explained(tx, push, viewer)
    return stats.of_push(_standing(tx, push, viewer), viewer.words, viewer.now)


def question(tx: Transaction, push: Push, viewer: Viewer) -> Message:
    """A push that waits for editors' words."""
    spoken = pushes.approvers(tx, push.id)
    audience = pushes.audience_size(tx, push)
    asked = Asking(
        standing=_standing(tx, push, viewer),
        audience=audience,
        seconds=audience / viewer.house.rate_per_second,
        given=len(spoken & roles.all_editors(tx, viewer.house.owners)),
        needed=viewer.house.approvals,
        may_approve=bool(spoken) and viewer.editor not in spoken,
    )
    return approving.asking(asked, viewer.words, viewer.now)


def is_over(push: Push) -> bool:
    """Nothing of it will change any more, but for an answer that comes after all."""
    return push.state in stopping.ENDED and not push.counts.open


def _explained(tx: Transaction, push: Push, viewer: Viewer) -> Message:
    found = _standing(tx, push, viewer)
    if push.counts.rejected:
        found = replace(found, refused=figures.refusals(tx, push.id))
    if push.kind in EDITS and push.counts.sent:
        found = replace(found, unchanged=figures.remarks(tx, push.id))
    return stats.of_push(found, viewer.words, viewer.now)


def _standing(tx: Transaction, push: Push, viewer: Viewer) -> Standing:
    return Standing(
        push=push,
        story=stories.by_id(tx, push.story_id) if push.story_id is not None else None,
        rate=figures.rate(tx, push.id, viewer.now),
        unsure=doubts.of(tx, push.id).unsure if push.counts.unknown else 0,
        brake=_brakes(tx, viewer) if push.state in control.GOING else (),
    )


def _brakes(tx: Transaction, viewer: Viewer) -> list[str]:
    return control.brake(viewer.words, leases.halted(tx), viewer.engine.halt_file)
