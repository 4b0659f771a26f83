"""What `/related` and identity cost at size: `python -m benchmarks.kin [--stories 100000] [--database URL]`.

`--database` is sqlite, postgresql (one that is started for the run) or the URL of an empty database.
Stories are synthetic: terms as frequent as words are (Zipf), spread over a year, so that an eighth of them is
of the last 45 days. Measured: the candidate query, all of `/related`, one item filed; on SQLite beside FTS5's
"more like this": the same terms joined by OR, best first.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate

import sqlalchemy as sa

from benchmarks.plan import database
from newsroom import filing, relating
from newsroom.filing import Copy, Trust
from storage import engine, migrate, stories, terms
from storage.database import Transaction
from storage.records import Draft, RevisionKind, Section, SectionKind, StoryState
from storage.schema import revision, story, story_term, story_words, term
from storage.terms import Within

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 365  # that the stories are spread over
VOCABULARY, PER_STORY = 60_000, 24
GROUP = 5_000
ASKED = 100
LIMITS = {"candidates": 10.0, "related": 25.0, "file": 5.0}  # milliseconds, 95th percentile (file: median)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--database", default="sqlite")
    asked = parser.parse_args()
    with database(asked.database) as url:
        migrate.upgrade(url)
        writer = engine.writing(engine.parse(url))
        print(f"{writer.dialect.name}, {asked.stories:,} stories over {DAYS} days")
        fill(writer, asked.stories)
        measure(writer, asked.stories)
        writer.dispose()


def fill(writer: sa.Engine, number: int) -> None:
    """Postings in the order of their key, as a database that grew has them in the end."""
    draw = random.Random(4)  # the same stories every time
    weights = list(accumulate(1 / rank for rank in range(30, VOCABULARY + 30)))
    held = [_words(draw, weights) for _ in range(number)]
    with writer.begin() as tx:
        for start in range(0, number, GROUP):
            _add_stories(tx, range(start, min(start + GROUP, number)), number, held)
        postings = sorted((word, place + 1) for place, words in enumerate(held) for word in words)
        for start in range(0, len(postings), GROUP):
            rows = [{"term": w, "story_id": s, "weight": 0.2} for w, s in postings[start : start + GROUP]]
            tx.execute(sa.insert(story_term), rows)
        counted = sa.select(story_term.c.term, sa.func.count()).group_by(story_term.c.term)
        tx.execute(sa.insert(term).from_select(["term", "stories"], counted))
        if writer.dialect.name == "sqlite":
            _add_fts(tx, held)
    with writer.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
        tx.execute(sa.text("ANALYZE"))


def measure(writer: sa.Engine, number: int) -> None:
    recent = [number - 1 - place * max(number // 10 // ASKED, 1) for place in range(ASKED)]
    with writer.connect() as tx:
        report("candidates", timed(partial(_candidates, tx), recent))
        report("related", timed(partial(_related, tx), recent))
        if writer.dialect.name == "sqlite":
            report("FTS5 OR", timed(partial(_fts, tx), recent))
    report("file", timed(partial(_file, writer), range(ASKED)))


def report(name: str, spent: Sequence[float]) -> None:
    ordered = sorted(spent)
    limit = f"   limit {LIMITS[name]:.0f} ms" if name in LIMITS else ""
    median, high = statistics.median(ordered), ordered[len(ordered) * 95 // 100]
    print(f"  {name:12} median {median:8.2f} ms   95th percentile {high:8.2f} ms{limit}")


def timed(work: Callable[[int], object], asked: Sequence[int]) -> list[float]:
    """Milliseconds of each, after one that does not count."""
    work(asked[0])
    spent = list[float]()
    for one in asked[1:]:
        began = time.perf_counter()
        work(one)
        spent.append((time.perf_counter() - began) * 1000)
    return spent


def _words(draw: random.Random, weights: Sequence[float]) -> list[str]:
    drawn = draw.choices(range(VOCABULARY), cum_weights=weights, k=2 * PER_STORY)
    return [f"w{rank}" for rank in list(dict.fromkeys(drawn))[:PER_STORY]]


def _add_stories(tx: Transaction, places: range, number: int, held: Sequence[Sequence[str]]) -> None:
    times = [NOW - timedelta(days=DAYS) * (number - place) / number for place in places]
    rows = [
        {
            "id": place + 1,
            "code": f"{place:06}",
            "state": StoryState.PUBLISHED,
            "head": 1,
            "created_at": at,
            "updated_at": at,
            "published_at": at,
        }
        for place, at in zip(places, times, strict=True)
    ]
    tx.execute(sa.insert(story), rows)
    told = [_telling(place, at, held[place]) for place, at in zip(places, times, strict=True)]
    tx.execute(sa.insert(revision), told)
    words = [
        {"story_id": place + 1, "posted": held[place], "words": dict.fromkeys(held[place], 0.2)}
        for place in places
    ]
    tx.execute(sa.insert(story_words), words)


def _telling(place: int, at: datetime, words: Sequence[str]) -> dict[str, object]:
    return {
        "story_id": place + 1,
        "number": 1,
        "kind": RevisionKind.NEW,
        "headline": " ".join(words[:8]),
        "headline_derived": False,
        "language": "en",
        "urgency": 5,
        "topics": [],
        "related_headings": [],
        "media_type": "text/plain",
        "copy": b"",
        "source": "benchmark",
        "created_at": at,
    }


def _add_fts(tx: Transaction, held: Sequence[Sequence[str]]) -> None:
    tx.execute(sa.text("CREATE VIRTUAL TABLE peer USING fts5(words)"))
    rows = [{"id": place + 1, "words": " ".join(words)} for place, words in enumerate(held)]
    tx.execute(sa.text("INSERT INTO peer(rowid, words) VALUES (:id, :words)"), rows)


def _candidates(tx: Transaction, place: int) -> object:
    words = terms.words_of(tx, [place + 1])[place + 1]
    within = Within(since=NOW - relating.AROUND, until=NOW, of=place + 1, readable_at=NOW)
    return terms.candidates(tx, words, within, relating.CANDIDATES)


def _related(tx: Transaction, place: int) -> object:
    found = stories.by_id(tx, place + 1)
    assert found is not None  # noqa: S101 - it was put there
    words = terms.words_of(tx, [place + 1])[place + 1]
    told = Section(kind=SectionKind.LEAD, heading=None, paragraphs=(" ".join(words),), anchor="lead")
    asked = replace(found, revision=replace(found.revision, sections=(told,)))
    return relating.relations(tx, asked, now=NOW, most=6)


def _fts(tx: Transaction, place: int) -> object:
    words = terms.words_of(tx, [place + 1])[place + 1]
    alike = sa.text("SELECT rowid FROM peer WHERE peer MATCH :words ORDER BY bm25(peer) LIMIT :most")
    return tx.execute(alike, {"words": " OR ".join(words), "most": relating.CANDIDATES}).all()


def _file(writer: sa.Engine, number: int) -> object:
    draw = random.Random(number)
    words = [f"w{int(VOCABULARY ** draw.random())}" for _ in range(120)]
    told = Section(kind=SectionKind.LEAD, heading=None, paragraphs=(" ".join(words),), anchor="lead")
    draft = Draft(
        copy=b"", media_type="text/plain", language="en", headline=" ".join(words[:8]), sections=(told,)
    )
    copy = Copy(body=b"", source="benchmark", trust=Trust.PUBLISH, item_id=str(number))
    with writer.begin() as tx:
        return filing.file(tx, copy, draft, NOW + timedelta(seconds=number))


if __name__ == "__main__":
    main()
