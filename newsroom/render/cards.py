"""A story as one message: the breaking alert, and the card that answers `/story`."""

from __future__ import annotations

from datetime import datetime

from newsroom import paging
from newsroom.actions import Verb
from newsroom.bidi import Direction
from newsroom.events import Company
from newsroom.message import TEXT_LIMIT, Button, Message
from newsroom.paging import clip
from newsroom.render import events, telling
from newsroom.text import Piece, Span, Text, bold, italic
from newsroom.words import Words
from storage.records import Revision, RevisionKind, SectionKind, Story, StoryState

ALERT_LEAD, CARD_LEAD = 900, 2_400
NOTE_LIMIT = 500
SAME_LIMIT = 1_000
MARGIN = 96  # UTF-16 units that are never filled

Row = list[Button]


def alert(story: Story, words: Words, now: datetime, *, unsure: bool = False) -> Message:
    """The breaking push. Says the same at any `now` of one year: it is rendered before and after sending.

    `unsure` as in `withdrawn`.
    """
    if story.state is StoryState.KILLED or story.revision.kind is RevisionKind.KILL:
        return withdrawn(story, words, unsure=unsure)
    head = _doubt(words, unsure=unsure).add(_alarm(story.revision, words))
    return _told(story, words, now, head=head, most=ALERT_LEAD)


def news(story: Story, words: Words, now: datetime, *, unsure: bool = False) -> Message:
    """As an alert, of a story that never was breaking news."""
    if story.state is StoryState.KILLED or story.revision.kind is RevisionKind.KILL:
        return withdrawn(story, words, unsure=unsure)
    head = _doubt(words, unsure=unsure)
    head.line(_bold_headline(story.revision, words), direction=_way(story, words))
    return _told(story, words, now, head=head, most=ALERT_LEAD)


def follow_up(story: Story, words: Words, now: datetime) -> Message:
    """The push to followers: what is new, or that it is an update of what they know."""
    is_gone = story.state is StoryState.KILLED or story.revision.kind is RevisionKind.KILL
    if is_gone or story.revision.number == 1:
        return news(story, words, now)
    headline = telling.headline(story.revision, words)
    labelled = words.pieces("update.headline", headline=headline)
    head = Text(words.direction).line(*(_in_bold(piece) for piece in labelled))
    return _told(story, words, now, head=head, most=ALERT_LEAD)


def story(
    story: Story,
    words: Words,
    now: datetime,
    *,
    for_editor: bool = False,
    company: Company | None = None,
    followed: bool = False,
) -> Message:
    """The answer to `/story`: as an alert without the alarm, and more of the lead."""
    if story.state is StoryState.KILLED:
        return withdrawn(story, words)
    head = Text(words.direction).line(_bold_headline(story.revision, words), direction=_way(story, words))
    if for_editor:
        head.add(_for_editor(story, words, now))
    if company:
        head.add(events.shown(company, story, words))
    return _told(story, words, now, head=head, most=CARD_LEAD, followed=followed)


def withdrawn(story: Story, words: Words, *, unsure: bool = False) -> Message:
    """What takes the place of a story that was killed. It says nothing of what the story said.

    `unsure`: an older copy may stand in the chat, where nobody can find it.
    """
    text = Text(words.direction).line(bold(words.say("story.withdrawn")))
    if unsure:
        text.line(words.say("story.withdrawn.unsure"))
    text.line(words.say("story.withdrawn.ask"))
    text.gap().line(*telling.code_line(story, words))
    return text.message(about=story.code)


def _doubt(words: Words, *, unsure: bool) -> Text:
    text = Text(words.direction)
    return text.line(italic(words.say("story.replaces_copy"))) if unsure else text


def _told(
    story: Story, words: Words, now: datetime, *, head: Text, most: int, followed: bool = False
) -> Message:
    head.add(marks(story, words))
    foot = _foot(story, words, now)
    room = min(most, TEXT_LIMIT - MARGIN - head.size - foot.size)
    way = telling.way(story.revision.language, " ".join(lead_of(story.revision))[:1_000])
    lead = paging.fit(lead_of(story.revision), room, way)
    head.paragraphs(lead, direction=way).gap().add(foot)
    is_cut = bool(lead) and lead[-1].endswith(paging.ELLIPSIS)
    return head.message(*_buttons(story, words, more=is_cut, followed=followed), about=story.code)


def _alarm(told: Revision, words: Words) -> Text:
    text = Text(words.direction)
    own = telling.headline_text(told, words)
    if telling.calls_itself_breaking(own):
        return text.line(bold(own, telling.way(told.language, own)))
    alarm = words.pieces("alert.headline", headline=telling.headline(told, words))
    return text.line(*(_in_bold(piece) for piece in alarm))


def _bold_headline(told: Revision, words: Words) -> Span:
    return bold(telling.headline_text(told, words))


def _way(story: Story, words: Words) -> Direction:
    """How the headline reads; one that is missing is told in the reader's words."""
    told = story.revision
    return telling.way(told.language, told.headline) if told.headline else words.direction


def _in_bold(piece: Piece) -> Span:
    return Span(text=piece, style="bold") if isinstance(piece, str) else bold(piece.text, piece.direction)


def marks(story: Story, words: Words) -> Text:
    """What a reader must know before the story itself: that it was corrected, or is being checked."""
    told = story.revision
    text = Text(words.direction)
    if RevisionKind.HOLD is told.kind or story.state is StoryState.HELD:
        text.line(bold(words.say("story.on_hold")))
    if told.kind is RevisionKind.CORRECTION:
        text.line(*_correction(told, words))
    return text


def _correction(told: Revision, words: Words) -> list[Piece]:
    note = clip(told.correction_note or "", NOTE_LIMIT)
    if not note:
        return [bold(words.say("story.corrected"))]
    said = Span(text=note, direction=telling.way(told.language, note))
    return words.pieces("story.correction", mark=bold(words.say("story.corrected")), note=said)


def is_cut(told: Revision) -> bool:
    """Whether an alert shows less than the lead, in whatever language it is told."""
    lead = lead_of(told)
    shown = paging.fit(lead, ALERT_LEAD, telling.way(told.language, " ".join(lead)[:1_000]))
    return bool(shown) and shown[-1].endswith(paging.ELLIPSIS)


def lead_of(told: Revision) -> list[str]:
    """The opening paragraphs, without one that only says the headline again."""
    sections = told.sections[:1]
    paragraphs = [paragraph for section in sections for paragraph in section.paragraphs]
    if not paragraphs:
        return []
    first = telling.unlabelled(paragraphs[0])
    repeats = len(first) <= SAME_LIMIT and _bare(first) == _bare(telling.unlabelled(told.headline or ""))
    return paragraphs[1:] if repeats else [first, *paragraphs[1:]]


def _bare(text: str) -> str:
    return " ".join(text.split()).strip(" .…")


def _foot(story: Story, words: Words, now: datetime) -> Text:
    told = story.revision
    text = Text(words.direction)
    text.line(*telling.sign(told, words, words.moment(story.created_at, now)))
    if told.number > 1:
        text.line(words.say("story.updated", time=words.moment(told.created_at, now)))
    return text.line(*telling.code_line(story, words))


def _for_editor(story: Story, words: Words, now: datetime) -> Text:
    text = Text(words.direction)
    if story.revision.headline_derived:
        text.line(italic(words.say("story.headline_derived")))
    return text.lines(italic(said) for said in telling.standing(story, words, now))


def _buttons(story: Story, words: Words, *, more: bool, followed: bool) -> list[Row]:
    code, sections = story.code, story.revision.sections
    row = [telling.button(words.say("button.related"), Verb.RELATED, code), _follow(code, words, followed)]
    if any(section.kind is SectionKind.BODY for section in sections):
        row.insert(0, telling.button(words.say("button.sections"), Verb.CONTENTS, code))
    if not more:
        return [row]
    return [[telling.button(words.say("button.more"), Verb.SECTION, code, sections[0].anchor)], row]


def _follow(code: str, words: Words, followed: bool) -> Button:
    if followed:
        return telling.button(words.say("button.unfollow"), Verb.UNFOLLOW, code)
    return telling.button(words.say("button.follow"), Verb.FOLLOW, code)
