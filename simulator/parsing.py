"""Parse modes: what a text with marks says."""

from __future__ import annotations

from simulator.entities import Entity
from simulator.errors import bad_request
from simulator.hypertext import parse_html
from simulator.markdown import parse_markdown
from simulator.nesting import in_order

_PARSERS = {"markdownv2": parse_markdown, "html": parse_html}


def parse(text: str, mode: str) -> tuple[str, list[Entity]]:
    """The text and its entities, in order; the old Markdown mode is not served."""
    parser = _PARSERS.get(mode.lower())
    if parser is None:
        raise bad_request("unsupported parse_mode")
    plain, entities = parser(text)
    return plain, in_order(entities)
