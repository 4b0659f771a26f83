"""What a page says of itself beside its text: in its head, in JSON-LD, in its headings."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from newsroom.wire import said
from newsroom.wire.jsons import Object

_CLUTTER = frozenset(("nav", "aside", "footer", "form", "script", "iframe", "button"))
_CAPTURED = frozenset(("title", "h1", "script"))
_ARTICLES = ("article", "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "blogposting", "report")
_LONGEST_DATA = 200_000
_MOST_OBJECTS = 100


@dataclass(slots=True)
class Survey:
    """One pass over a page: what it says, and how much of it there is."""

    language: str | None = None
    canonical: str | None = None
    titles: list[str] = field(default_factory=list)
    tops: list[str] = field(default_factory=list)
    metas: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    data_blocks: list[str] = field(default_factory=list)
    elements: int = 0
    deepest: int = 0
    is_cluttered: bool = False
    places: Counter[str] = field(default_factory=Counter)
    _depth: int = 0
    _into: list[str] | None = None
    _text: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.elements += 1
        self._depth += 1
        self.deepest = max(self.deepest, self._depth)
        self.places[tag] += 1
        self.is_cluttered |= tag in _CLUTTER
        if tag in _CAPTURED:
            self._capture(tag, attributes)
        elif tag == "meta":
            self._meta((attributes.get("property") or attributes.get("name") or "").lower(), attributes)
        elif tag == "html":
            self.language = attributes.get("lang")
        elif tag == "link" and (attributes.get("rel") or "").lower() == "canonical":
            self.canonical = self.canonical or attributes.get("href")

    def data(self, text: str) -> None:
        if self._into is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        self._depth -= 1
        if tag in _CAPTURED and self._into is not None:
            self._into.append("".join(self._text))
            self._into, self._text = None, []

    def close(self) -> None:
        """For the parser: there is nothing to hand over."""

    def articles(self) -> Iterator[Object]:
        """What JSON-LD tells of articles on the page."""
        for block in self.data_blocks:
            for found in _objects(block):
                kinds = found.get("@type")
                named = kinds if isinstance(kinds, list) else [kinds]
                if any(isinstance(kind, str) and kind.lower() in _ARTICLES for kind in named):
                    yield found

    def _capture(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "script":
            is_data = (attributes.get("type") or "").lower() == "application/ld+json"
            self._into = self.data_blocks if is_data else None
        else:
            self._into = self.titles if tag == "title" else self.tops
        self._text = []

    def _meta(self, name: str, attributes: Mapping[str, str]) -> None:
        content = attributes.get("content") or ""
        if name == "article:tag":
            self.tags.append(content)
        elif name:
            self.metas.setdefault(name, content)


def survey(text: str) -> Survey:
    found = Survey()
    parser = etree.HTMLParser(target=found)  # type: ignore[arg-type]  # text comes as text, comments are not asked for
    parser.feed(text)
    parser.close()
    return found


def _objects(block: str) -> list[Object]:
    if len(block) > _LONGEST_DATA:
        return []
    try:
        told = json.loads(block, strict=False)
    except (ValueError, RecursionError):
        return []
    top = told if isinstance(told, list) else [told]
    found = [one for one in top if isinstance(one, dict)]
    graphs = [one["@graph"] for one in found if isinstance(one.get("@graph"), list)]
    return [*found, *(one for graph in graphs for one in graph if isinstance(one, dict))][:_MOST_OBJECTS]


def names(written: Any) -> Iterator[str]:
    """The names in what JSON-LD says of an author: a text, an object, or a list of either."""
    for one in written if isinstance(written, list) else [written]:
        name = one.get("name") if isinstance(one, dict) else one
        for each in name if isinstance(name, list) else [name]:
            if found := said.line(each):
                yield found


def addresses(written: Any) -> Iterator[object]:
    """The addresses in what JSON-LD says of a picture."""
    for one in written if isinstance(written, list) else [written]:
        yield (one.get("url") or one.get("contentUrl")) if isinstance(one, dict) else one
