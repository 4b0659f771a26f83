"""What goes with a story: the headlines that came with it, then others, each with its why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

from newsroom.message import TEXT_LIMIT, Message
from newsroom.paging import clip
from newsroom.related import Relation
from newsroom.render import lists, telling
from newsroom.skeletons import names_of
from newsroom.terms import terms_of
from newsroom.text import Piece, Text, bold, code, italic
from newsroom.words import Words
from storage.records import RelatedLink, Story

PAGE_LIMIT = TEXT_LIMIT - 256
CONTEXT_LIMIT = 120
WORD_LIMIT = 30
_MARKS = "\u0640\u064b-\u065f\u0670"  # tatweel and vowel signs stand inside words
_AND = "و"
# As `arabic.tokens` divides them.
_WORDS = re.compile(rf"[A-Za-z]+\d[A-Za-z\d]*|\d+(?:[.,٫٬]\d+)*|[^\W\d_](?:[^\W\d_]|[{_MARKS}])*")
_READ = 4_000


def related(story: Story, relations: Sequence[Relation], words: Words, now: datetime) -> Message:
    text = Text(words.direction).line(bold(words.say("related.title")))
    text.line(telling.headline(story.revision, words, CONTEXT_LIMIT))
    codes = _add_own(text, story, words)
    codes += _add_others(text, story, relations, words, now=now, numbered=len(codes))
    return text.message(*telling.number_buttons(codes, words), about=story.code)


def _add_own(text: Text, story: Story, words: Words) -> list[str]:
    codes = list[str]()
    text.gap()
    for link in story.related:
        entered = Text(words.direction).line(*_own(link, len(codes) + 1, story, words))
        if text.size + entered.size > PAGE_LIMIT:
            break
        text.add(entered)
        codes += [link.code] if link.code else []
    return codes


def _own(link: RelatedLink, number: int, story: Story, words: Words) -> list[Piece]:
    told = clip(telling.unlabelled(link.headline), lists.HEADLINE_LIMIT)
    headline = bold(told, telling.way(story.revision.language, told))
    if link.code is None:
        return words.pieces("related.awaited", headline=headline)
    return words.pieces("related.here", number=number, headline=headline, code=code(link.code))


def _add_others(
    text: Text, story: Story, relations: Sequence[Relation], words: Words, *, now: datetime, numbered: int
) -> list[str]:
    codes = list[str]()
    text.gap()
    for relation in relations:
        entered = lists.entry(relation.line, numbered + len(codes) + 1, words, now)
        entered.line(*_why(relation, story, words))
        if text.size + entered.size > PAGE_LIMIT:
            break
        text.gap().add(entered)
        codes.append(relation.line.code)
    return codes


def _why(relation: Relation, story: Story, words: Words) -> list[Piece]:
    """The words that the two share, as the story writes them: terms are stems, which nobody reads."""
    written = as_written(relation.shared, story)
    told = [words.say("related.why", words=words.listed(written))] if written else []
    if relation.takes:
        told.append(words.count(len(relation.takes), "related.takes"))
    return [italic(telling.SEPARATOR.join(told))] if told else []


def as_written(terms: Sequence[str], story: Story) -> list[str]:
    wanted = dict.fromkeys(terms, "")
    for word in _WORDS.findall(_text_of(story)):
        for term in _terms(word):
            if term in wanted and not wanted[term]:
                wanted[term] = clip(_alone(word, term), WORD_LIMIT)
    return list(dict.fromkeys(word for word in wanted.values() if word))


def _terms(word: str) -> Iterator[str]:
    return chain(terms_of(word), names_of(word))


def _alone(word: str, term: str) -> str:
    """Without the «and» that Arabic writes together with it: in a list that would stand there twice."""
    alone = word.removeprefix(_AND)
    return alone if term in _terms(alone) else word


def _text_of(story: Story) -> str:
    told = story.revision
    paragraphs = (paragraph for section in told.sections for paragraph in section.paragraphs)
    return " ".join([told.headline or "", *paragraphs])[:_READ]
