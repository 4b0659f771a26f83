"""Parse modes: MarkdownV2, HTML."""

from __future__ import annotations

from simulator.entities import Entity
from simulator.errors import bad_request


def parse(text: str, mode: str) -> tuple[str, list[Entity]]:
    raise bad_request(f"unsupported parse_mode {mode!r} for {len(text)} characters")
