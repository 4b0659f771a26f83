"""How a push gets the words that it needs to go out. Each function is one act inside one transaction."""

from __future__ import annotations

from dataclasses import replace

from newsroom import deadlines, editing, roles, scheduling, steps, stopping
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.proposing import Desktop, Proposal
from newsroom.questions import Asker
from newsroom.render import approving as pages
from newsroom.render import editing as editing_pages
from storage import bulletins, promises, pushes, stories
from storage.database import Transaction
from storage.records import Push, PushKind, PushState


def send(tx: Transaction, asker: Asker, editor: int, token: str, desktop: Desktop) -> Message:
    """The button under a proposal: once, and only for what was shown."""
    proposed = pushes.by_token(tx, token)
    approved = _give_word(tx, asker, editor, proposed, desktop) if proposed else None
    if approved is None:
        _tell_who_was_first(tx, proposed)
        raise Refusal("proposal_gone")
    stopping.note(tx, asker, editor, "send", approved)
    return replace(_answer(tx, asker, approved, desktop), tracks=approved.id)


def drop(tx: Transaction, asker: Asker, editor: int, token: str) -> Message:
    proposed = pushes.by_token(tx, token)
    if proposed is None or pushes.reject(tx, token, editor, asker.now) is None:
        raise Refusal("proposal_gone")
    stopping.note(tx, asker, editor, "drop", proposed)
    return editing_pages.dropped(asker.words)


def approve(tx: Transaction, asker: Asker, editor: int, typed: str, desktop: Desktop) -> Message | Proposal:
    """Another editor's word for a push, or a story that waits for review: numbers are pushes."""
    if not names_push(tx, typed):
        return scheduling.approve(tx, asker, editor, typed, desktop)
    return approve_push(tx, asker, editor, typed, desktop)


def approve_push(tx: Transaction, asker: Asker, editor: int, typed: str, desktop: Desktop) -> Message:
    push = _waiting(tx, typed)
    given = pushes.approvers(tx, push.id)
    if editor in given:
        raise Refusal("approved_already", id=str(push.id))
    if not given:
        raise Refusal("push_unasked", id=str(push.id))
    approved = _give_word(tx, asker, editor, push, desktop)
    if approved is None:
        _tell_who_was_first(tx, push)
        raise Refusal("push_stale", id=str(push.id))
    stopping.note(tx, asker, editor, "approve", approved)
    return _kept_up(tx, asker, approved, _answer(tx, asker, approved, desktop))


def reject(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    """For good: what is to go out all the same has to be proposed anew."""
    if not names_push(tx, typed):
        return scheduling.reject(tx, asker, editor, typed)
    push = _waiting(tx, typed)
    if push.token is None or pushes.reject(tx, push.token, editor, asker.now) is None:
        raise Refusal("push_not_waiting", id=str(push.id))
    bulletins.revive(tx, push.id)
    stopping.note(tx, asker, editor, "reject", push)
    return pages.rejected(push, asker.words)


def names_push(tx: Transaction, typed: str) -> bool:
    """Codes are stories. The few that are nothing but digits are, too, where no push has that number."""
    number = typed.strip().removeprefix("#")
    if not number.isdecimal() or len(number) > stopping.LONGEST_ID:
        return False
    return pushes.by_id(tx, int(number)) is not None or stories.by_code(tx, number) is None


def _waiting(tx: Transaction, typed: str) -> Push:
    push = stopping.find(tx, typed)
    if push.state is not PushState.PROPOSED:
        raise Refusal("push_not_waiting", id=str(push.id))
    return push


def _give_word(tx: Transaction, asker: Asker, editor: int, proposed: Push, desktop: Desktop) -> Push | None:
    """The push with this word; None where it is not what was shown any more. The last word lets it go."""
    if proposed.kind is PushKind.BREAKING:
        promises.alone(tx)
    if proposed.token is None or not _stands(tx, proposed, asker):
        return None
    approved = pushes.approve(
        tx,
        proposed.token,
        editor,
        desktop.approvals,
        asker.now,
        deliver_by=deadlines.deadline(proposed.kind, max(asker.now, proposed.not_before or asker.now)),
        among=roles.all_editors(tx, desktop.owners),
    )
    if approved is not None and approved.state is not PushState.PROPOSED:
        _publish(tx, approved, editor, asker)
    bulletins.revive(tx, proposed.id)
    return approved


def _publish(tx: Transaction, approved: Push, editor: int, asker: Asker) -> None:
    story = stories.by_id(tx, approved.story_id) if approved.story_id is not None else None
    if story is not None:
        steps.let_out(tx, steps.case_of(story), steps.by_editor(editor), asker.now)


def _stands(tx: Transaction, proposed: Push, asker: Asker) -> bool:
    """What was shown is still what there is: no newer telling, not pushed by somebody else."""
    if proposed.story_id is None:
        return True
    story = stories.by_id(tx, proposed.story_id)
    return (
        story is not None
        and story.revision.number == proposed.revision
        and editing.may_break(story, asker)
        and not pushes.broke(tx, story.id)
        and promises.broken_by(tx, story.id) is None
    )


def _tell_who_was_first(tx: Transaction, proposed: Push | None) -> None:
    """Where somebody else broke the event in the meantime. Raises `Refusal`."""
    waits = pushes.by_id(tx, proposed.id) if proposed else None
    story = stories.by_id(tx, waits.story_id) if waits and waits.story_id else None
    if story is not None and waits and waits.state is PushState.PROPOSED:
        editing.require_unbroken(tx, story)


def _answer(tx: Transaction, asker: Asker, push: Push, desktop: Desktop) -> Message:
    if push.state is PushState.PROPOSED:
        given = len(pushes.approvers(tx, push.id) & roles.all_editors(tx, desktop.owners))
        return pages.noted(push, given, desktop.approvals, asker.words)
    return editing_pages.sending(push, pushes.audience_size(tx, push), asker.words)


def _kept_up(tx: Transaction, asker: Asker, push: Push, answer: Message) -> Message:
    """One message of a chat shows a push: the one that asked for the word, where one did."""
    shown = bulletins.known(tx, push.id, asker.chat.telegram_id)
    return replace(answer, tracks=None if shown else push.id)
