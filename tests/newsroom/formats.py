"""One story in every format, written here by hand and by nothing that reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from newsroom import headline
from newsroom.wire import parse
from storage.records import Draft

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "03-storm-landfall.txt"
SEED = ROOT.parent / "shared" / "seed" / "kazakhstan.txt"
URI = "urn:newsml:example.org:20260301:storm-3"
CREATED = "2026-03-01T09:30:00+03:00"


def title(draft: Draft) -> str:
    """What a format gets that wants a title, whatever the copy has."""
    return draft.headline or headline.derive("\n".join(draft.sections[0].paragraphs), draft.language)


def html(draft: Draft, heading: str = "h2") -> str:
    def parts() -> Iterator[str]:
        for section in draft.sections:
            if section.heading:
                yield f"<{heading}>{escape(section.heading)}</{heading}>"
            yield from (f"<p>{escape(told)}</p>" for told in section.paragraphs)
        if draft.related:
            lines = "".join(f'<li><a href="/x">{escape(line)}</a></li>' for line in draft.related)
            yield f"<h3>{draft.related_headings[0]}</h3><ul>{lines}</ul>"

    return "\n".join(parts())


def ninjs_1(draft: Draft, text: str) -> dict[str, object]:
    """Plain text in it, as an agency's editor wrote it."""
    return {
        "uri": URI,
        "type": "text",
        "versioncreated": CREATED,
        "pubstatus": "usable",
        "headline": title(draft),
        "language": "ar-SA",
        "body_text": text,
    }


def ninjs_2(draft: Draft, text: str) -> dict[str, object]:
    return {
        "uri": URI,
        "standard": {"name": "ninjs", "version": "2.1"},
        "versioncreated": CREATED,
        "pubstatus": "usable",
        "urgency": 4,
        "headlines": [{"role": "alert", "value": "عاصفة"}, {"role": "main", "value": title(draft)}],
        "bodies": [
            {"role": "teaser", "contenttype": "text/plain", "value": "لا يقرأ هذا."},
            {"role": "main", "contenttype": "text/html", "value": html(draft)},
        ],
    }


def ninjs_3(draft: Draft, text: str) -> dict[str, object]:
    return {
        "uri": URI,
        "versionCreated": CREATED,
        "pubStatus": "usable",
        "headlines": [{"value": title(draft)}],
        "bodies": [{"contentType": "application/xhtml+xml", "value": html(draft, "h4")}],
        "infoSources": [{"name": draft.credit, "role": "source"}],
    }


def _json(write: Callable[[Draft, str], dict[str, object]]) -> Callable[[str], tuple[bytes, str]]:
    def written(text: str) -> tuple[bytes, str]:
        return json.dumps(write(parse(text.encode()), text)).encode(), "application/json"

    return written


FORMATS: dict[str, Callable[[str], tuple[bytes, str]]] = {
    "ninjs 1": _json(ninjs_1),
    "ninjs 2": _json(ninjs_2),
    "ninjs 3": _json(ninjs_3),
}
