"""What `/related` and identity cost at size: `python -m benchmarks.kin [--stories 1000000] [--database URL]`.

`--database` is sqlite, postgresql (one that is started for the run) or the URL of a database: an empty one is
filled, one that an earlier run filled is asked again. Stories are synthetic (`benchmarks.newsroom_at_size`),
spread over a year, so that an eighth of them is of the last 45 days.

Measured, by the clock and of this process's CPU: the candidate query; all of `/related`, from the story's id
on; one item filed, from the agency's bytes to the commit; beside that a commit of one row, which is the
disk's part of it. On SQLite beside FTS5's "more like this": the same terms joined by OR, best first.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice

import sqlalchemy as sa

from benchmarks.newsroom_at_size import NOW, Vocabulary, fill
from benchmarks.plan import database
from newsroom import filing, relating, wire
from newsroom.incoming import Copy, Trust
from newsroom.terms import MOST_POSTED
from storage import candidates as pool
from storage import engine, migrate, stories, terms
from storage.candidates import Within
from storage.database import Transaction
from storage.records import SectionKind
from storage.schema import section, story

ASKED = 200
LIMITS = {
    "candidates": "95th percentile under 10 ms",
    "related": "95th percentile under 25 ms",
    "file": "median under 5 ms",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=1_000_000)
    parser.add_argument("--database", default="sqlite")
    asked = parser.parse_args()
    vocabulary = Vocabulary()
    with database(asked.database) as url:
        migrate.upgrade(url)
        writer = engine.writing(engine.parse(url))
        number = filled(writer, vocabulary, asked.stories)
        print(f"{writer.dialect.name}, {number:,} stories")
        measure(writer, vocabulary, number)
        writer.dispose()


def filled(writer: sa.Engine, vocabulary: Vocabulary, number: int) -> int:
    """How many stories there are, after `number` were put there if there were none."""
    with writer.begin() as tx:
        found = terms.story_count(tx)
        if found:
            return found
        fill(tx, vocabulary, number)
    with writer.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
        tx.execute(sa.text("VACUUM ANALYZE" if writer.dialect.name == "postgresql" else "ANALYZE"))
    return number


def measure(writer: sa.Engine, vocabulary: Vocabulary, number: int) -> None:
    recent = [number - place * max(number // 10 // ASKED, 1) for place in range(ASKED)]
    with writer.begin() as tx:
        for story_id in recent:
            give_text(tx, vocabulary, story_id)
    with writer.connect() as tx:
        report("candidates", timed(partial(candidates, tx, vocabulary), recent))
        report("related", timed(partial(related, tx), recent))
        if writer.dialect.name == "sqlite":
            report("FTS5 OR", timed(partial(more_like_this, tx), recent))
    report("file", timed(partial(file, writer, vocabulary), range(number, number + ASKED)))
    report("commit", timed(partial(commit, writer), recent))


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds."""

    clock: float
    cpu: float


def report(name: str, spent: Sequence[Took]) -> None:
    clock, cpu = sorted(took.clock for took in spent), [took.cpu for took in spent]
    limit = f"   limit: {LIMITS[name]}" if name in LIMITS else ""
    median, high = statistics.median(clock), clock[len(clock) * 95 // 100]
    told = f"median {median:8.2f} ms   95th percentile {high:8.2f} ms   CPU {statistics.median(cpu):7.2f} ms"
    print(f"  {name:12} {told}{limit}")


def timed(work: Callable[[int], object], asked: Sequence[int]) -> list[Took]:
    """Of each, after a few that do not count."""
    warm, counted = asked[: len(asked) // 20], asked[len(asked) // 20 :]
    for one in warm:
        work(one)
    return [_took(partial(work, one)) for one in counted]


def _took(work: Callable[[], object]) -> Took:
    began, busy = time.perf_counter(), time.process_time()
    work()
    return Took((time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000)


def give_text(tx: Transaction, vocabulary: Vocabulary, story_id: int) -> None:
    """Only what is asked about is read as a whole."""
    if tx.execute(sa.select(section).where(section.c.story_id == story_id)).first():
        return
    _, words = vocabulary.story(story_id - 1)
    told = " ".join(word.written for word in words)
    values = {"story_id": story_id, "number": 1, "ordinal": 0, "anchor": "lead", "paragraphs": [told]}
    tx.execute(sa.insert(section).values(kind=SectionKind.LEAD, **values))


def candidates(tx: Transaction, vocabulary: Vocabulary, story_id: int) -> object:
    language, _ = vocabulary.story(story_id - 1)
    since = NOW - relating.AROUND
    within = Within(since=since, until=NOW, of=story_id, readable_at=NOW, language=language)
    asked = posted(tx, story_id)
    known = pool.survey(tx, asked, since, NOW)
    return pool.find(tx, asked, within, known, relating.HERE, worth=lambda *_: 1.0)


def posted(tx: Transaction, story_id: int) -> dict[str, float]:
    """The words that a story is found by."""
    return dict(islice(terms.words_of(tx, [story_id])[story_id].items(), MOST_POSTED))


def related(tx: Transaction, story_id: int) -> object:
    found = stories.by_id(tx, story_id)
    assert found is not None  # noqa: S101 - it was put there
    return relating.relations(tx, found, now=NOW, most=6)


def more_like_this(tx: Transaction, story_id: int) -> object:
    alike = sa.text("SELECT rowid FROM peer WHERE peer MATCH :words ORDER BY bm25(peer) LIMIT :most")
    return tx.execute(
        alike, {"words": " OR ".join(posted(tx, story_id)), "most": relating.HERE.candidates}
    ).all()


def file(writer: sa.Engine, vocabulary: Vocabulary, place: int) -> object:
    copy = Copy(body=vocabulary.copy(place), source="benchmark", trust=Trust.PUBLISH, item_id=str(place))
    draft = wire.parse(copy.body)
    with writer.begin() as tx:
        return filing.file(tx, copy, draft, NOW + timedelta(seconds=place % 1000))


def commit(writer: sa.Engine, story_id: int) -> None:
    with writer.begin() as tx:
        tx.execute(sa.update(story).where(story.c.id == story_id).values(updated_at=NOW))


if __name__ == "__main__":
    main()
