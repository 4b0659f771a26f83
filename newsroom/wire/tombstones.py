"""Entries that an Atom feed says it has deleted (RFC 6721): withdrawals of what they name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from newsroom.wire import entries, said, xmls
from newsroom.wire.bundle import MOST_ITEMS, Bundle
from newsroom.wire.story import Source
from newsroom.wire.xmls import Element, child, text
from storage.records import Draft, RevisionKind

_DELETED: Final = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


def over(bundle: Bundle, root: Element, source: Source) -> Bundle:
    """The bundle with them before its items, as what is newest. An entry that was told later is back."""
    told = {name: item for item in bundle.items if isinstance(item, Draft) for name in _names(item)}
    found = list(_withdrawals(root, source))[:MOST_ITEMS]
    gone = tuple(one for one in found if not _is_back(one, told))
    return replace(bundle, items=(*gone, *bundle.items)) if gone else bundle


def _withdrawals(root: Element, source: Source) -> Iterator[Draft]:
    for deleted in root.iterchildren(_DELETED):
        name = said.line(deleted.get("ref"))
        if name is None:
            continue
        is_uri = entries.is_uri(name)
        yield Draft(
            copy=xmls.written(deleted),
            media_type=source.media_type,
            language="und",
            sections=(),
            kind=RevisionKind.KILL,
            uri=name if is_uri else None,
            alt_ids=() if is_uri else (name,),
            version_created=said.moment(deleted.get("when")),
            editor_note=said.line(text(child(deleted, "comment"))),
        )


def _is_back(withdrawn: Draft, told: dict[str, Draft]) -> bool:
    again = next((told[name] for name in _names(withdrawn) if name in told), None)
    if again is None:
        return False
    when, since = withdrawn.version_created, again.version_created
    return when is None or (since is not None and since > when)


def _names(draft: Draft) -> tuple[str, ...]:
    return (draft.uri, *draft.alt_ids) if draft.uri else draft.alt_ids
