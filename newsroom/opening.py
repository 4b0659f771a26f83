"""What comes due by itself: stories that open, and tellings that come out of their embargo."""

from __future__ import annotations

from datetime import datetime

from newsroom import breaking, copies, digests, revising, steps
from newsroom.cycle import Step
from storage import promises, stories, waiting
from storage.database import Transaction
from storage.records import Lane, Push

MOST = 100  # in one transaction; the rest at the next tick


def open_due(tx: Transaction, now: datetime) -> list[Push]:
    """Publish what has come due; the pushes that it makes."""
    opened = _open_stories(tx, now)
    for telling in waiting.due(tx, now, MOST):
        if revising.let_in(tx, telling.story_id, telling.number, now):
            edit = copies.follow(tx, telling.story_id, by=steps.by_clock(), now=now)
            opened += [edit] if edit else []
    return opened


def _open_stories(tx: Transaction, now: datetime) -> list[Push]:
    pushed, due = [], stories.opening(tx, now, MOST)
    if due:
        promises.alone(tx)
    for story in due:
        steps.take(tx, steps.case_of(story), Step.OPEN, steps.by_clock(), now)
        digests.tell_anew(tx, story.id, Lane.CORRECTION, now)  # it may have been out before it was held
        if stories.breaks_when_open(tx, story.id):
            pushed.append(breaking.break_news(tx, story.id, story.revision.number, now))
    return [push for push in pushed if push is not None]
