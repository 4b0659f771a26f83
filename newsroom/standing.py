"""How pushes stand, as editors ask for it: each function reads inside one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from newsroom import stopping
from newsroom.engine import EngineState
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import control, stats
from newsroom.render.stats import Standing, Whole
from newsroom.words import Words
from storage import doubts, figures, leases, pushes, stories
from storage.database import Transaction
from storage.records import Push


def ask(tx: Transaction, asker: Asker, _editor: int, typed: str, engine: EngineState) -> Message:
    """Of the push with this number; without one, of all."""
    if typed.strip():
        push = stopping.find(tx, typed)
        found = explained(tx, standing(tx, push, asker.words, engine, asker.now))
        return stats.of_push(found, asker.words, asker.now)
    whole = Whole(
        totals=figures.totals(tx),
        going=pushes.due(tx, asker.now),
        engine=engine,
        brake=brakes(tx, asker.words, engine),
    )
    return stats.of_all(whole, asker.words, asker.now)


def standing(tx: Transaction, push: Push, words: Words, engine: EngineState, now: datetime) -> Standing:
    return Standing(
        push=push,
        story=stories.by_id(tx, push.story_id) if push.story_id is not None else None,
        rate=figures.rate(tx, push.id, now),
        unsure=doubts.of(tx, push.id).unsure if push.counts.unknown else 0,
        brake=brakes(tx, words, engine) if push.state in control.GOING else (),
    )


def explained(tx: Transaction, found: Standing) -> Standing:
    """With why chats refused it, which is much to count while a big push goes out."""
    if not found.push.counts.rejected:
        return found
    return replace(found, refused=figures.refusals(tx, found.push.id))


def brakes(tx: Transaction, words: Words, engine: EngineState) -> list[str]:
    return control.brake(words, leases.halted(tx), engine.halt_file)
