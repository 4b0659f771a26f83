"""Text as nobody should send it, and stories made of it."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from newsroom.message import TEXT_LIMIT, Message
from newsroom.text import utf16_length
from storage.records import Revision, RevisionKind, Section, SectionKind, Story, StoryLine, StoryState

NOW = datetime(2026, 1, 9, 12, 5, tzinfo=UTC)
CONTROLS = re.compile("[\u200e\u200f\u2066-\u2069]")

OPENINGS = (
    "AP: أعلن المجلس قراره",
    "3 قتلى في حادث",
    "🔴 اشتعال حريق",
    "«تحدٍّ» جديد أمام الاقتصاد",
    "https://example.org/ خبر",
    "COVID-19 يعود إلى المدينة",
    "K7MP رمز في أول السطر",
    "@channel ينقل الخبر",
    "/latest ليس أمرًا هنا",
    "\u202eمقلوب\u202c",
    "\u2066\u2066\u2066بلا إغلاق",
    "\u200c\u200dواصل",
    "🇪🇬 مصر",
)

WORDS = ("عاجل", "عاجل: ", "AP", "x", "ع", "C++ ", "12 ", "٣ ", ". ", "؟ ", "«", "»", "(")
SIGNS = (" ", "\n", "\r\n", "\u200d", "\u200f", "\u202e", "\u2069", "\u2068", "\x00", "\ud800", "\u2028")
CLUSTERS = ("👨\u200d👩\u200d👧\u200d👦", "🇪🇬", "e\u0301", "\u0651")
LONG = ("كلمة" * 40, "word " * 200, "جملة قصيرة. " * 200, "a ع " * 300, "😀" * 500)

_pieces = st.sampled_from((*OPENINGS, *WORDS, *SIGNS, *CLUSTERS, *LONG))
texts = st.one_of(
    st.text(alphabet=st.characters(exclude_characters="*_`~|["), max_size=60),
    st.lists(_pieces, max_size=8).map("".join),
)
languages = st.sampled_from(["ar", "en", "fa", "und", ""])
anchors = st.sampled_from(["lead", "s1", "s2", "s3", "a" * 16])
codes = st.sampled_from(["K7MP", "ABCDE", "Z9Y8X7"])


def _sections(kinds: Any) -> st.SearchStrategy[tuple[Section, ...]]:
    section = st.builds(
        Section,
        kind=kinds,
        heading=st.none() | texts,
        paragraphs=st.lists(texts, max_size=4).map(tuple),
        anchor=anchors,
    )
    return st.lists(section, max_size=12).map(tuple)


revisions = st.builds(
    Revision,
    story_id=st.just(1),
    number=st.integers(1, 10**9),
    kind=st.sampled_from(RevisionKind),
    language=languages,
    urgency=st.integers(1, 9),
    created_at=st.just(NOW),
    sections=_sections(st.sampled_from(SectionKind)),
    headline=st.none() | texts,
    headline_derived=st.booleans(),
    credit=st.none() | texts,
    source_code=st.none() | texts,
    correction_note=st.none() | texts,
)
stories = st.builds(
    Story,
    id=st.just(1),
    code=codes,
    state=st.sampled_from(StoryState),
    created_at=st.just(NOW),
    updated_at=st.just(NOW),
    revision=revisions,
)
story_lines = st.builds(
    StoryLine,
    id=st.just(1),
    code=codes,
    headline=texts,
    language=languages,
    urgency=st.integers(1, 9),
    source_code=st.none() | texts,
    credit=st.none() | texts,
    published_at=st.just(NOW),
    headline_derived=st.booleans(),
)


def bare(text: str) -> str:
    """Without what was put in to make it read its own way."""
    return CONTROLS.sub("", text)


def entity_texts(message: Message) -> list[tuple[str, str]]:
    units = message.text.encode("utf-16-le")
    return [
        (entity.type, units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le"))
        for entity in message.entities
    ]


def assert_sendable(message: Message) -> None:
    """Within every limit of the Bot API, entities on whole characters, data that a button can carry."""
    assert 0 < utf16_length(message.text) <= TEXT_LIMIT
    assert message.text == message.text.strip()
    assert len(message.entities) <= 100
    for _, text in entity_texts(message):
        assert text.strip() == text
        assert bare(text)
    buttons = [button for row in message.buttons for button in row]
    assert len(buttons) <= 100
    assert all(len(row) <= 8 for row in message.buttons)
    assert all(button.text and len((button.data or "").encode()) <= 64 for button in buttons)


def assert_every_line_reads(message: Message, direction: str) -> None:
    strong = {"rtl": ("R", "AL"), "ltr": ("L",)}[direction]
    for line in filter(None, message.text.split("\n")):
        assert first_strong(line) in strong, ascii(line)


def first_strong(line: str) -> str:
    """By UAX #9, P2 and P3: what stands in an isolate does not count."""
    depth = 0
    for character in line:
        kind = unicodedata.bidirectional(character)
        if kind in ("LRI", "RLI", "FSI"):
            depth += 1
        elif kind == "PDI":
            depth = max(depth - 1, 0)
        elif not depth and kind in ("L", "R", "AL"):
            return kind
    return "none"
