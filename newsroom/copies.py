"""What becomes of a story after it went out, and with it of every delivered copy.

Each function is one act inside one transaction, for editors and for the wire alike: a new revision, the push
that brings the copies up to it (none where no copy went out), and an entry in the audit.
"""

from __future__ import annotations

from datetime import datetime

from newsroom import corrections, digests, following, identity, revising, steps
from newsroom.cycle import Step
from newsroom.steps import By
from storage import audit, copies, edits, keys, pushes, repeats, stories, terms
from storage.database import Transaction
from storage.records import Draft, Lane, Push, PushKind, RevisionKind, Story, StoryState, Subject

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
    pushes.stop_story(tx, story.id, now)
    terms.index(tx, story.id, {}, terms.words_of(tx, [story.id]).get(story.id, {}))
    return _bring_up(tx, story, PushKind.KILL, number, by=by, now=now, loud=True)


def hold(tx: Transaction, story: Story, *, by: By, now: datetime) -> Push | None:
    """Stop whatever of it goes out (G4), and mark every copy as being checked."""
    steps.take(tx, steps.case_of(story), Step.HOLD, by, now)
    pushes.hold_story(tx, story.id)
    number = _tell_again(tx, story, story.revision.kind, now)
    return _bring_up(tx, story, PushKind.HOLD, number, by=by, now=now)


def release(tx: Transaction, story: Story, *, by: By, now: datetime) -> Push | None:
    """What was out is out again, its pushes go on, and its copies lose the mark."""
    case = steps.take(tx, steps.case_of(story), Step.RELEASE, by, now)
    if story.published_at is not None:
        steps.let_out(tx, case, by, now)
    told = story.revision.kind
    number = _tell_again(tx, story, RevisionKind.NEW if told is RevisionKind.HOLD else told, now)
    pushes.release_story(tx, story.id, now)
    return _bring_up(tx, story, PushKind.RELEASE, number, by=by, now=now)


def correct(
    tx: Transaction, story: Story, draft: Draft, *, by: By, now: datetime, loud: bool = False
) -> Push | None:
    """`loud`: each copy is answered as well, which rings. `Refusal` where the new copy changes nothing."""
    draft = corrections.corrected(story, draft)
    number = revising.add(tx, story.id, draft, urgency=story.revision.urgency, source="chat", now=now)
    _claim_words(tx, story, draft, number)
    _note(tx, story, by, "story.correct", now, revision=number, note=draft.correction_note)
    return _bring_up(tx, story, PushKind.CORRECTION, number, by=by, now=now, loud=loud)


def follow(tx: Transaction, story_id: int, *, by: By, now: datetime, loud: bool = False) -> Push | None:
    """After a new telling is shown: followers hear of it, and the copies come to say the same."""
    story = stories.by_id(tx, story_id)
    if story is None or story.state is not StoryState.PUBLISHED:
        return None
    if by.tells:
        following.note(tx, story_id, now)
    told = story.revision
    kind = PushKind.CORRECTION if told.kind is RevisionKind.CORRECTION else PushKind.UPDATE
    return _bring_up(tx, story, kind, told.number, by=by, now=now, loud=loud)


def _bring_up(
    tx: Transaction, story: Story, kind: PushKind, number: int, *, by: By, now: datetime, loud: bool = False
) -> Push | None:
    """The push that edits every copy that is behind this revision, in place of all earlier edits.

    An update is not told to digests: they say what was known at their hour, and it was right then.
    """
    if kind is not PushKind.UPDATE and _may_be_shown(story, kind):
        digests.tell_anew(tx, story.id, LANES[kind], now)
    if not (_may_be_shown(story, kind) and copies.went_out(tx, story.id)):
        return None
    edits.supersede(tx, Subject(story_id=story.id), now)
    made = pushes.create(
        tx,
        kind=kind,
        lane=LANES[kind],
        story_id=story.id,
        revision=number,
        once=f"{kind}:{story.id}:{number}",
        loud=loud,
        now=now,
    )
    if made is not None:
        _note(tx, story, by, f"copies.{kind}", now, revision=number, push=made.id, loud=loud)
    return made


def _may_be_shown(story: Story, kind: PushKind) -> bool:
    """While a story is held its copies stay as the hold has marked them; its release brings them up."""
    return story.state is StoryState.PUBLISHED or kind not in (PushKind.CORRECTION, PushKind.UPDATE)


def _note(tx: Transaction, story: Story, by: By, action: str, now: datetime, **detail: object) -> None:
    """In the audit."""
    audit.append(tx, actor=by.name, action=action, subject=f"story:{story.code}", detail=detail, now=now)


def _tell_again(tx: Transaction, story: Story, kind: RevisionKind, now: datetime) -> int:
    """Copies know only a newer telling as a reason to change."""
    number = repeats.repeat(tx, story.id, story.revision.number, kind, now)
    revising.show(tx, story.id, number, now)
    repeats.repeat_waiting(tx, story.id, now)
    return number


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
