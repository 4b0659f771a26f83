"""A page of the web to a draft: its story, without what stands around it.

trafilatura says which paragraphs are the story's; how they hang together is read from the page itself, since
headings and related lists are what it drops first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from newsroom.wire import entries, markup, pagehead, said, xmls
from newsroom.wire.bundle import Bundle
from newsroom.wire.decode import decode
from newsroom.wire.entries import Entry
from newsroom.wire.links import safe
from newsroom.wire.markup import Body
from newsroom.wire.pagehead import Survey
from newsroom.wire.related import related_heading
from newsroom.wire.shape import Headline, full_stop, headline_like
from newsroom.wire.story import Source

# What trafilatura is asked to look through: it takes about half a millisecond for an element.
MOST_ELEMENTS, MOST_LEVELS = 8_000, 256
MOST_RELATED = 10
LONGEST_HEADLINE = 160
FEWEST_FOUND = 0.8  # of the letters that it calls the story's

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9._-]{1,40})", re.IGNORECASE)
_HEAD = 4_096
_AROUND = frozenset(("header", "aside", "footer", "dialog", "menu"))
_SITE = re.compile(r"\s[|–—»-]\s")
_BULLET = "• "


def read(copy: bytes, media_type: str, charset: str | None, at: str | None) -> Bundle:
    declared = _CHARSET.search(copy[:_HEAD])
    named = charset or (declared[1].decode("ascii") if declared else None)
    text = decode(copy, None if xmls.is_utf8(copy) else named)
    source = Source(copy=copy, media_type=media_type, at=at)
    return entries.bundle([text], _entry, partial(_whole, copy), source, None)


def _whole(copy: bytes, _: str) -> bytes:
    return copy


def _entry(text: str, source: Source) -> Entry:
    """Without a title where there is no text: the title of a front page is no flash."""
    about = pagehead.survey(text)
    article = next(about.articles(), {})
    metas = about.metas
    at = source.at
    link = _own(safe(about.canonical or metas.get("og:url"), at), at)
    authors = [*pagehead.names(article.get("author")), *pagehead.names(metas.get("author"))]
    dates = (article.get("dateModified"), metas.get("article:modified_time"), article.get("datePublished"))
    pictures = [*pagehead.addresses(article.get("image")), metas.get("og:image")]
    body = _body(text, about, at)
    sections = [article.get("articleSection"), metas.get("article:section"), *about.tags]
    return Entry(
        id=link,
        link=link,
        title=_title(about, said.title(article.get("headline"))) if any(body.lines) else None,
        body=body,
        language=said.line(article.get("inLanguage")) or about.language,
        created=next(filter(None, map(said.moment, (*dates, metas.get("article:published_time")))), None),
        names=said.distinct(authors, said.MOST_NAMES),
        sources=tuple(pagehead.names(article.get("sourceOrganization"))),
        topics=said.subjects([said.line(section)] for section in sections),
        image=next(filter(None, (safe(url, at) for url in pictures)), None),
    )


def _own(link: str | None, at: str | None) -> str | None:
    """A page speaks for its own site only."""
    if link is None or at is None:
        return link or at
    return link if urlsplit(link).hostname == urlsplit(at).hostname else at


def _title(about: Survey, headline: str | None) -> str | None:
    tops = [top for written in about.tops if (top := said.line(written))]
    if headline or len(tops) == 1:
        return headline or tops[0]
    titles = [about.metas.get("og:title"), *about.titles]
    told = next((title for written in titles if (title := said.line(written))), None)
    return _SITE.split(told)[0] if told else None


def _body(text: str, about: Survey, at: str | None) -> Body:
    """Nothing, where a page of several things has no text among them."""
    tops = {"h1"} if len(about.tops) == 1 else set()
    whole = markup.body(text, at, without=tops)
    if not about.is_cluttered or whole.marked:
        return whole
    fits = about.elements <= MOST_ELEMENTS and about.deepest <= MOST_LEVELS
    lines = _chosen(whole, text) if fits else ()
    if not lines:
        within = next((name for name in ("article", "main") if about.places[name] == 1), None)
        lines = markup.body(text, at, without=tops | _AROUND, within=within).lines
    is_told = any(full_stop(line) or len(line) > LONGEST_HEADLINE for line in lines)
    return Body(lines=lines if is_told else (), image=whole.image)


def _chosen(whole: Body, text: str) -> tuple[str, ...]:
    """The lines of the story as trafilatura sees it; none where it sees a page in another way than we do."""
    wanted = set(map(_key, _found(text)))
    blocks = [list(group) for filled, group in groupby(whole.lines, key=bool) if filled]
    kept = list(_kept(blocks, wanted))
    letters = sum(len(_key("".join(block))) for block in kept)
    if letters < FEWEST_FOUND * sum(map(len, wanted)):
        return ()
    return tuple(line for block in kept for line in ("", *block))


def _found(text: str) -> Iterator[str]:
    from trafilatura import bare_extraction  # noqa: PLC0415 - it takes a second to load, and few need it

    document: Any = bare_extraction(
        text,
        fast=True,  # its second opinions cost ten times as much, and ours comes after it
        include_formatting=True,
        include_comments=False,
        include_tables=False,
        with_metadata=False,
    )
    if document is None or document.body is None:
        return
    for block in document.body.iter("p", "head", "item", "quote", "code"):
        yield "".join(map(str, block.itertext()))


def _kept(blocks: list[list[str]], wanted: set[str]) -> Iterator[list[str]]:
    """The blocks of the story, and between them the headlines under a related heading."""
    places = [at for at, block in enumerate(blocks) if _key("".join(block)) in wanted]
    if not places:
        return
    for at in range(places[0], len(blocks)):
        block = blocks[at]
        if related_heading(block[0]) and at <= places[-1] + 1:
            if under := _under(blocks, at, wanted):
                yield [block[0], *under]
        elif _key("".join(block)) in wanted:
            yield block


def _under(blocks: list[list[str]], at: int, wanted: set[str]) -> list[str]:
    """Headlines in a list, or in blocks of their own that are no part of the story."""
    listed = blocks[at][1:]
    for block in blocks[at + 1 :]:
        if listed or _key("".join(block)) in wanted or not (len(block) == 1 and headline_like(block[0])):
            break
        listed = [*listed, block[0]]
    return [Headline(line) for line in listed[:MOST_RELATED]]


def _key(text: str) -> str:
    return "".join(text.removeprefix(_BULLET).split())
