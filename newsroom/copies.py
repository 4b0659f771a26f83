"""What becomes of a story after it went out, and with it of every delivered copy.

Each function is one act inside one transaction, for editors and for the wire alike: a new revision, the push
that brings the copies up to it (none where no copy went out), and an entry in the audit.
"""

from __future__ import annotations

from datetime import datetime

from newsroom import corrections, identity, revising, steps
from newsroom.cycle import Step
from newsroom.steps import By
from storage import audit, copies, edits, keys, pushes, stories, terms
from storage.database import Transaction
from storage.records import Draft, Lane, Push, PushKind, RevisionKind, Story, StoryState

LANES = {
    PushKind.KILL: Lane.KILL,
    PushKind.HOLD: Lane.KILL,
    PushKind.CORRECTION: Lane.CORRECTION,
    PushKind.RELEASE: Lane.CORRECTION,
    PushKind.UPDATE: Lane.UPDATE,
}


def kill(tx: Transaction, story: Story, *, by: By, now: datetime) -> Push | None:
    """Withdraw it for good. Once this commits, no new intent of it is written (G4)."""
    steps.take(tx, steps.case_of(story), Step.KILL, by, now)
    number = _add_withdrawal(tx, story, now)
    pushes.cancel_story(tx, story.id, now)
    terms.index(tx, story.id, {})
    return bring_up(tx, story, PushKind.KILL, number, by=by, now=now, loud=True)


def correct(
    tx: Transaction, story: Story, draft: Draft, *, by: By, now: datetime, loud: bool = False
) -> Push | None:
    """`loud`: each copy is answered as well, which rings. `Refusal` where the new copy changes nothing."""
    draft = corrections.corrected(story, draft)
    number = revising.add(tx, story.id, draft, urgency=story.revision.urgency, source="chat", now=now)
    _claim_words(tx, story, draft, number)
    return bring_up(tx, story, PushKind.CORRECTION, number, by=by, now=now, loud=loud)


def bring_up(
    tx: Transaction, story: Story, kind: PushKind, number: int, *, by: By, now: datetime, loud: bool
) -> Push | None:
    """The push that edits every copy that is behind this revision, in place of all earlier edits."""
    made = None
    if _may_be_shown(story, kind) and copies.went_out(tx, story.id):
        edits.supersede(tx, story.id, now)
        once = f"{kind}:{story.id}:{number}"
        made = pushes.create(
            tx,
            kind=kind,
            lane=LANES[kind],
            story_id=story.id,
            revision=number,
            once=once,
            loud=loud,
            now=now,
        )
    detail = {"revision": number, "push": made.id if made else None, "loud": loud}
    audit.append(
        tx, actor=by.name, action=f"copies.{kind}", subject=f"story:{story.code}", detail=detail, now=now
    )
    return made


def _may_be_shown(story: Story, kind: PushKind) -> bool:
    """While a story is held its copies stay as the hold has marked them; its release brings them up."""
    return story.state is StoryState.PUBLISHED or kind not in (PushKind.CORRECTION, PushKind.UPDATE)


def _claim_words(tx: Transaction, story: Story, draft: Draft, number: int) -> None:
    """The same words, coming by the wire later, are this telling; unless they were another story's before."""
    key = identity.text_key(draft)
    hit = keys.find(tx, [key]).get(key)
    if hit is None or hit.story_id == story.id:
        keys.claim(tx, [key], story.id, number)


def _add_withdrawal(tx: Transaction, story: Story, now: datetime) -> int:
    """A revision that says nothing, so that whatever shows the newest one shows nothing of the story."""
    told = story.revision
    nothing = Draft(copy=b"", media_type="text/plain", language=told.language, sections=(), uri=told.uri)
    return stories.add_revision(
        tx,
        story.id,
        nothing,
        kind=RevisionKind.KILL,
        headline=None,
        headline_derived=False,
        headline_key="",
        urgency=told.urgency,
        source="desk",
        related_keys=(),
        now=now,
    )
