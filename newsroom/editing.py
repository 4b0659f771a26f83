"""What editors do: each function is one act inside one transaction, and answers with what they see."""

from __future__ import annotations

from datetime import timedelta

from newsroom import cycle, events, questions, topics
from newsroom.errors import Refusal
from newsroom.events import Kin
from newsroom.incoming import BREAKING_URGENCY
from newsroom.message import Message
from newsroom.proposing import Desktop, Proposal, new_token
from newsroom.questions import Asker
from newsroom.render import cards, whole
from newsroom.render import editing as pages
from newsroom.render import queue as queue_page
from newsroom.render import topics as topic_pages
from storage import audiences, audit, promises, pushes, stories, waiting
from storage import topics as kept_topics
from storage.database import Transaction
from storage.records import Composed, Lane, Push, PushKind, Story, StoryState

PASSED_OVER_FOR = timedelta(hours=12)
"""For so long editors are shown what did not break, for its event had broken already."""

BREAKABLE = frozenset(
    {StoryState.DRAFT, StoryState.REVIEW, StoryState.APPROVED, StoryState.SCHEDULED, StoryState.PUBLISHED}
)


def propose_breaking(tx: Transaction, asker: Asker, editor: int, typed: str, desktop: Desktop) -> Proposal:
    story = questions.find(tx, asker, typed)
    require_breakable(story, asker)
    require_unbroken(tx, story)
    token, parts = new_token(), whole.count(story.revision)
    proposed = pushes.propose(
        tx,
        kind=PushKind.BREAKING,
        lane=Lane.BREAKING,
        story_id=story.id,
        revision=story.revision.number,
        parts=parts,
        created_by=editor,
        token=token,
        now=asker.now,
    )
    shown = cards.alert(story, asker.words, asker.now)
    question = _question(tx, asker, proposed, token, desktop, parts=parts)
    rest = range(1, parts) if audiences.wants_whole(tx, PushKind.BREAKING) else ()
    more = tuple(whole.part(story, number, asker.words) for number in rest)
    return Proposal(shown=shown, more=more, question=question)


def propose_broadcast(
    tx: Transaction, asker: Asker, editor: int, composed: Composed, desktop: Desktop
) -> Proposal:
    token = new_token()
    proposed = pushes.propose(
        tx,
        kind=PushKind.BROADCAST,
        lane=Lane.BROADCAST,
        composed=composed,
        created_by=editor,
        token=token,
        now=asker.now,
    )
    return Proposal(shown=composed, question=_question(tx, asker, proposed, token, desktop))


def require_readers(tx: Transaction, _asker: Asker, _editor: int) -> None:
    if not audiences.size(tx, audiences.readers(PushKind.BROADCAST)):
        raise Refusal("nobody_subscribed")


def choose_topics(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    """`typed`: a story's code, then its topics by any of their names, commas between.

    They outlive its next takes.
    """
    code, _, named = typed.strip().partition(" ")
    story = questions.find(tx, asker, code)
    wanted = [part.strip() for part in named.replace("،", ",").split(",") if part.strip()]
    known = {part: topics.read(part) for part in wanted}
    unknown = [part for part, slug in known.items() if slug is None]
    if unknown or not wanted:
        raise Refusal("topic_unknown", typed=", ".join(unknown)[:80], code=story.code)
    slugs = list(dict.fromkeys(slug for slug in known.values() if slug))
    kept_topics.choose(tx, story.id, slugs)
    detail = {"topics": slugs}
    subject = f"story:{story.code}"
    audit.append(tx, actor=f"editor:{editor}", action="topics", subject=subject, detail=detail, now=asker.now)
    return topic_pages.chosen(story, topics.known_among(slugs), asker.words)


def queue(tx: Transaction, asker: Asker, _editor: int) -> Message:
    tellings = waiting.for_editors(tx, limit=10)
    out = [*pushes.asked_for(tx, limit=5), *pushes.recent(tx, limit=10)]
    waits = stories.in_review(tx, limit=10)
    since = asker.now - PASSED_OVER_FOR
    passed_over = promises.passed_over(tx, urgency=BREAKING_URGENCY, since=since, limit=5)
    codes = {line.code for line in (*waits, *passed_over)} | {telling.code for telling in tellings}
    found = [story for code in sorted(codes) if (story := stories.by_code(tx, code))]
    kin = {story.code: Kin(story=story, company=events.company(tx, story)) for story in found}
    return queue_page.queue(waits, tellings, out, asker.words, asker.now, passed_over=passed_over, kin=kin)


def _question(
    tx: Transaction, asker: Asker, proposed: Push, token: str, desktop: Desktop, *, parts: int = 1
) -> Message:
    audience = pushes.audience_size(tx, proposed)
    if not audience:
        raise Refusal("nobody_subscribed")
    each = proposed.composed.messages if proposed.composed else 1
    seconds = each * audiences.messages(tx, proposed.kind, parts) / desktop.rate_per_second
    return pages.proposal(proposed, audience, seconds, asker.words, token=token)


def require_unbroken(tx: Transaction, story: Story) -> None:
    """An event breaks once, whoever tells it."""
    if pushes.broke(tx, story.id):
        raise Refusal("already_pushed", code=story.code)
    by = promises.broken_by(tx, story.id)
    other = stories.by_id(tx, by) if by is not None else None
    if other is not None:
        raise Refusal("event_pushed", code=story.code, other=other.code)


def require_breakable(story: Story, asker: Asker) -> None:
    if story.state is not StoryState.SCHEDULED and (until := cycle.running(story.opens_at, asker.now)):
        raise Refusal("under_embargo", code=story.code, time=asker.words.moment(until, asker.now))
    if story.state not in BREAKABLE:
        raise Refusal("story_not_public", code=story.code)


def may_break(story: Story, asker: Asker) -> bool:
    try:
        require_breakable(story, asker)
    except Refusal:
        return False
    return True


def story_of(tx: Transaction, push: Push) -> Story:
    """The story of a push, in its newest telling."""
    story = stories.by_id(tx, push.story_id) if push.story_id is not None else None
    if story is None:
        raise LookupError(f"push {push.id} is about no story")
    return story
