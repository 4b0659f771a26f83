"""How pushes stand, as editors ask for it: each function reads inside one transaction."""

from __future__ import annotations

from newsroom import stopping
from newsroom.engine import EngineState
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import control, stats
from newsroom.render.stats import Standing, Whole
from newsroom.words import Words
from storage import figures, leases, pushes, stories
from storage.database import Transaction
from storage.records import Push


def ask(tx: Transaction, asker: Asker, _editor: int, typed: str, engine: EngineState) -> Message:
    """Of the push with this number; without one, of all."""
    if typed.strip():
        push = stopping.find(tx, typed)
        return stats.of_push(standing(tx, asker, push, engine), asker.words, asker.now)
    whole = Whole(
        totals=figures.totals(tx),
        going=pushes.due(tx, asker.now),
        engine=engine,
        brake=brakes(tx, asker.words, engine),
    )
    return stats.of_all(whole, asker.words, asker.now)


def standing(tx: Transaction, asker: Asker, push: Push, engine: EngineState) -> Standing:
    return Standing(
        push=push,
        story=stories.by_id(tx, push.story_id) if push.story_id is not None else None,
        rate=figures.rate(tx, push.id, asker.now),
        brake=brakes(tx, asker.words, engine) if push.state in control.GOING else (),
        refused=figures.refusals(tx, push.id) if push.counts.rejected else (),
    )


def brakes(tx: Transaction, words: Words, engine: EngineState) -> list[str]:
    return control.brake(words, leases.halted(tx), engine.halt_file)
