"""How well takes find their event: `python -m benchmarks.identity --data DIR --set NAME`.

Items are filed in time order, as copy that comes in: identity by their words, in the store, one by one.
`--run` writes `id<TAB>story`, where the story is the code of the first story of the event. An event is of one
language: the default compares with clusters so divided, `--languages other` with clusters across languages.
`--most N` files the first N only.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

import sqlalchemy as sa

from benchmarks import labelled, measures
from benchmarks.labelled import AT_ONCE, Item
from newsroom import filing
from newsroom.incoming import Copy, Trust
from storage import events, stories
from storage.database import Transaction


def main() -> int:
    parser = labelled.options(__doc__ or "")
    parser.add_argument("--most", type=int)
    asked = parser.parse_args()
    if not (asked.data and asked.name):
        print("no labelled news given (--data, --set): nothing to measure")
        return 0
    items = labelled.read(asked.data, asked.name, asked.split).items[: asked.most]
    with labelled.empty_store() as store:
        began = time.perf_counter()
        found = file(store, items)
        spent = time.perf_counter() - began
    print(f"{len(items):,} items filed, {spent / len(items) * 1000:.1f} ms each", file=sys.stderr)
    if asked.run:
        asked.run.write_text("".join(f"{item.id}\t{found[item.id]}\n" for item in items), encoding="utf-8")
    else:
        report(items, found, across=asked.languages == "other")
    return 0


def file(store: sa.Engine, items: list[Item]) -> dict[str, str]:
    """Of each item, the code of the first story of its event, once all are in."""
    codes = dict[str, str]()
    for start in range(0, len(items), AT_ONCE):
        with store.begin() as tx:
            codes |= {item.id: _file(tx, item) for item in items[start : start + AT_ONCE]}
    with store.connect() as tx:
        return {item: _first(tx, code) for item, code in codes.items()}


def report(items: list[Item], found: Mapping[str, str], *, across: bool) -> None:
    truth = {
        item.id: item.cluster if across else f"{item.cluster} {item.language}"
        for item in items
        if item.cluster
    }
    for name, measure in (("B-cubed", measures.b_cubed), ("pairs", measures.pairs)):
        precise, recalled, both = measure(found, truth)
        print(f"{name:8} F1 {both:.4f}   precision {precise:.4f}   recall {recalled:.4f}")


def _file(tx: Transaction, item: Item) -> str:
    copy = Copy(body=item.draft.copy, source=item.source, trust=Trust.PUBLISH, item_id=item.id)
    return filing.file(tx, copy, item.draft, item.published).code


def _first(tx: Transaction, code: str) -> str:
    story = stories.by_code(tx, code)
    assert story is not None  # noqa: S101 - it has just been filed
    event = events.of(tx, [story.id])[story.id]
    first = stories.by_id(tx, event)
    return first.code if first else code


if __name__ == "__main__":
    sys.exit(main())
