"""Labelled news (a set's items, judgements and clusters) and a store filled with it, as the product fills it.

A set is `NAME.SPLIT.jsonl.gz` (`id`, `lang`, `published`, `title`, `text`, and where there are any
`abstract`, `source`, `cluster`) and perhaps `NAME_qrels.SPLIT.jsonl.gz` (`qid`, `docid`, `grade`).
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage import engine, migrate
from storage.records import Draft, Section, SectionKind

AT_ONCE = 500
_SENTENCES = re.compile(r"(?<=[.!؟?])\s+")
_LEAD_SENTENCES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    id: str
    language: str
    published: datetime
    source: str
    cluster: str | None
    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """`items` in time order. `grades` of each query, where readers judged; else clusters tell."""

    items: list[Item]
    grades: Mapping[str, Mapping[str, int]]

    def relevant(self) -> dict[str, dict[str, int]]:
        """Of each query, the grades of what is relevant."""
        if self.grades:
            return {query: dict(judged) for query, judged in self.grades.items()}
        members = defaultdict(list)
        for item in self.items:
            members[item.cluster].append(item.id)
        return {
            item.id: {other: 1 for other in members[item.cluster] if other != item.id}
            for item in self.items
            if item.cluster and len(members[item.cluster]) > 1
        }


def options(described: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=described)
    parser.add_argument("--data", type=Path, help="directory of the sets")
    parser.add_argument("--split", default="dev")
    parser.add_argument(
        "--set", dest="name", help="og2021_titles, uci_headlines_en, ant21_ar, saudinewsnet_ar"
    )
    parser.add_argument("--run", type=Path, help="write this file instead of printing measures")
    parser.add_argument("--languages", choices=["same", "other"], default="same")
    return parser


def read(directory: Path, name: str, split: str) -> Labelled:
    items = sorted(
        map(_item, _lines(directory / f"{name}.{split}.jsonl.gz")), key=lambda item: item.published
    )
    judged = directory / f"{name}_qrels.{split}.jsonl.gz"
    grades: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for line in _lines(judged) if judged.exists() else ():
        grades[line["qid"]][line["docid"]] = line["grade"]
    return Labelled(items=items, grades=grades)


@contextmanager
def empty_store() -> Iterator[sa.Engine]:
    """A migrated SQLite database that goes when the work is done."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/news.db"
        migrate.upgrade(url)
        writer = engine.writing(engine.parse(url))
        yield writer
        writer.dispose()


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _item(line: Mapping[str, Any]) -> Item:
    published = datetime.fromisoformat(line["published"])
    return Item(
        id=line["id"],
        language=line["lang"],
        published=published,
        source=line.get("source") or "unnamed",
        cluster=line.get("cluster"),
        draft=Draft(
            copy=json.dumps(line).encode(),
            media_type="application/json",
            language=line["lang"],
            headline=line["title"],
            sections=tuple(_sections(line)),
        ),
    )


def _sections(line: Mapping[str, Any]) -> Iterator[Section]:
    sentences = _SENTENCES.split(line["text"])
    abstract = line.get("abstract")
    opening, rest = (
        ([abstract], sentences) if abstract else (sentences[:_LEAD_SENTENCES], sentences[_LEAD_SENTENCES:])
    )
    yield Section(kind=SectionKind.LEAD, heading=None, paragraphs=tuple(filter(None, opening)), anchor="lead")
    if any(rest):
        yield Section(kind=SectionKind.BODY, heading=None, paragraphs=(" ".join(rest),), anchor="s1")
