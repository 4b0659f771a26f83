"""How entities may overlap: sorted, merged, cut at each other's borders (tdlib's `fix_entities`)."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.entities import Entity


def arranged(text: str, entities: Sequence[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(entities, key=lambda one: (one.start, -one.end)))
