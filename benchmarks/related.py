"""How well `/related` ranks: `python -m benchmarks.related --data DIR --set NAME [--run OUT]`.

Every item of a set is stored as a story of its own, then each query is asked as the product asks: candidates
by SQL from posting lists, ranked by `newsroom.related`. Takes are not collapsed; the whole set is searched.
`--languages other` ranks stories in other languages than the query's. `--every N` asks one query of N.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta

import sqlalchemy as sa

from benchmarks import labelled, measures
from benchmarks.labelled import AT_ONCE, Item, Labelled
from newsroom import codes, relating, revising
from storage import stories
from storage.database import Transaction
from storage.records import StoryState

DEPTH = 50
WHOLE_SET = timedelta(days=3650)


def main() -> int:
    parser = labelled.options(__doc__ or "")
    parser.add_argument("--every", type=int, default=1)
    asked = parser.parse_args()
    if not (asked.data and asked.name):
        print("no labelled news given (--data, --set): nothing to measure")
        return 0
    data = labelled.read(asked.data, asked.name, asked.split)
    relevant = _relevant(data, foreign=asked.languages == "other")
    queries = sorted(relevant)[:: asked.every]
    with labelled.empty_store() as store:
        began = time.perf_counter()
        ids = fill(store, data.items)
        print(f"{len(ids):,} stories stored in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        ranked = dict(ask(store, ids, queries, foreign=asked.languages == "other"))
    if asked.run:
        lines = (f"{query}\t{found}\t{score:.6f}\n" for query in queries for found, score in ranked[query])
        asked.run.write_text("".join(lines), encoding="utf-8")
    else:
        report(ranked, relevant)
    return 0


def fill(store: sa.Engine, items: list[Item]) -> dict[str, int]:
    """Each as a story of its own; their ids."""
    ids = dict[str, int]()
    for start in range(0, len(items), AT_ONCE):
        with store.begin() as tx:
            ids |= {item.id: _store(tx, item) for item in items[start : start + AT_ONCE]}
    return ids


def ask(
    store: sa.Engine, ids: Mapping[str, int], queries: list[str], *, foreign: bool
) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    names = {story_id: item for item, story_id in ids.items()}
    with store.connect() as tx:
        for query in queries:
            story = stories.by_id(tx, ids[query])
            assert story is not None  # noqa: S101 - it has just been stored
            found = relating.kin(tx, story, foreign=foreign, span=WHOLE_SET, most=DEPTH)
            yield query, [(names[relation.line.id], relation.score) for relation in found]


def report(ranked: Mapping[str, list[tuple[str, float]]], relevant: Mapping[str, Mapping[str, int]]) -> None:
    found = {query: [item for item, _ in lines] for query, lines in ranked.items()}
    for name, measure in (
        ("nDCG@10", measures.ndcg),
        ("P@5", measures.precision),
        ("MRR", measures.reciprocal_rank),
    ):
        scores = [measure(lines, relevant[query]) for query, lines in found.items()]
        print(f"{name:8} {sum(scores) / len(scores):.4f}   over {len(scores):,} queries")


def _relevant(data: Labelled, *, foreign: bool) -> dict[str, dict[str, int]]:
    """Of the queries that have an answer in the languages asked for."""
    language = {item.id: item.language for item in data.items}
    told = {
        query: {
            other: grade for other, grade in judged.items() if (language[other] != language[query]) == foreign
        }
        for query, judged in data.relevant().items()
    }
    return {query: judged for query, judged in told.items() if any(judged.values())}


def _store(tx: Transaction, item: Item) -> int:
    story_id, _ = stories.create(tx, codes.fresh(), StoryState.PUBLISHED, item.published)
    revising.add(tx, story_id, item.draft, urgency=5, source=item.source, now=item.published)
    return story_id


if __name__ == "__main__":
    sys.exit(main())
