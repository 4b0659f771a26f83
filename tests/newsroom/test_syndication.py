"""Stories out again: what others read, and that what comes back in is the same story."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from formats import FORMATS as FORMATS_IN
from formats import SAMPLE
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from lxml import etree

from newsroom import exporting, headline, identity, wire
from newsroom.exporting import FORMATS
from newsroom.syndication import item
from newsroom.syndication.item import About
from newsroom.wire import CopyRefused, decode
from storage.records import Draft, RelatedLink, Revision, RevisionKind, Section, Story, StoryState

WHEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 1, 13, 30, tzinfo=UTC)
ABOUT = About(
    title="عاجل & co",
    description="d",
    language="ar",
    home="https://example.org/",
    here="https://example.org/feed",
    next="https://example.org/feed?before=ABCD",
)


def story_of(draft: Draft, **other: object) -> Story:
    """As filing stores it."""
    told = draft.headline or headline.derive("\n".join(draft.sections[0].paragraphs), draft.language)
    known = {name: getattr(draft, name) for name in Revision.__dataclass_fields__ if hasattr(draft, name)}
    known |= {"urgency": draft.urgency or 5, "headline": told or None, "headline_derived": not draft.headline}
    revision = Revision(story_id=1, number=2, created_at=WHEN, **known | other)
    related = tuple(RelatedLink(ordinal=at, headline=line) for at, line in enumerate(draft.related))
    return Story(
        id=1,
        code="ABCD",
        state=StoryState.PUBLISHED,
        created_at=WHEN,
        updated_at=LATER,
        published_at=WHEN,
        revision=revision,
        related=related,
    )


def written(name: str, *stories: Story) -> bytes:
    return FORMATS[name].write(stories, ABOUT)


def again(name: str, story: Story) -> Draft:
    found = wire.read(written(name, story), FORMATS[name].media_type).only
    assert isinstance(found, Draft), found
    return found


def assert_same(story: Story, draft: Draft, original: Draft) -> None:
    assert draft.sections == original.sections
    assert draft.related == original.related
    assert identity.text_key(draft) == identity.text_key(original)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("source", [*FORMATS_IN, "plain"])
def test_what_comes_back_is_the_same_story(name: str, source: str) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    body, media_type = FORMATS_IN[source](text) if source in FORMATS_IN else (text.encode(), "text/plain")
    original = wire.parse(body, media_type)
    assert_same(story_of(original), again(name, story_of(original)), original)


lines = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn"))
    | st.sampled_from("<>&\"'ًّ\u0338;ءa  "),
    min_size=1,
    max_size=40,
)
paragraphs = st.lists(lines, min_size=1, max_size=3).map("\n".join)
bodies = st.lists(st.tuples(lines, st.lists(paragraphs, min_size=1, max_size=3)), min_size=1, max_size=3)


def clean(text: str) -> str:
    return "\n".join(filter(None, (decode.clean(line) for line in text.split("\n"))))


@settings(max_examples=40)
@given(bodies, st.none() | lines, st.lists(lines, max_size=3))
def test_any_story_comes_back_with_every_letter(
    body: list[tuple[str, list[str]]], title: str | None, related: Sequence[str]
) -> None:
    """Of clean text, as every reader of copy leaves it."""
    sections: list[Section] = []
    for heading, texts in body:
        told = tuple(filter(None, map(clean, texts)))
        head = clean(heading)
        if told and (head or not sections):
            sections.append(
                replace(wire.parse(b"x").sections[0], heading=head if sections else None, paragraphs=told)
            )
    if not sections:
        return
    draft = replace(
        wire.parse(b"x"),
        sections=tuple(sections),
        headline=clean(title or "") or None,
        related=tuple(filter(None, map(clean, related))),
    )
    for name in FORMATS:
        found = again(name, story_of(draft))
        assert [(part.heading, part.paragraphs) for part in found.sections] == [
            (part.heading, part.paragraphs) for part in sections
        ]
        assert found.related == draft.related
        assert identity.text_key(found) == identity.text_key(draft)


FULL = replace(
    wire.parse(SAMPLE.read_bytes()),
    headline="ميناء <النور> يفتح & يعمل",
    byline="ليلى حداد",
    dateline="ميناء النور",
    slugline="port-nour",
    topics=("economy", "موانئ"),
    rights="© 2026",
    link="https://example.org/news/1",
    image="https://example.org/1.jpg",
    uri="tag:example.org,2026:1",
    urgency=3,
    editor_note="للمحررين فقط",
    kind=RevisionKind.CORRECTION,
)


@pytest.mark.parametrize("name", FORMATS)
def test_the_fields_come_back_too(name: str) -> None:
    draft = again(name, story_of(FULL))
    assert (draft.headline, draft.byline, draft.language) == (FULL.headline, "ليلى حداد", "ar")
    assert (draft.credit, draft.source_code) == ("أ ب", "AP")
    assert (draft.topics, draft.image) == (("economy", "موانئ"), FULL.image)
    assert draft.uri == "urn:ajil:20260301T120000Z:abcd"
    assert draft.version_created == LATER
    if name == "ninjs":
        assert (draft.urgency, draft.slugline, draft.dateline) == (3, "port-nour", "ميناء النور")
        assert (draft.rights, draft.alt_ids, draft.version) == ("© 2026", ("tag:example.org,2026:1",), "2")
    else:
        assert draft.link == FULL.link


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_for_editors_stays_here(name: str) -> None:
    assert "للمحررين".encode() not in written(name, story_of(FULL))


def test_of_what_was_withdrawn_only_that_it_was() -> None:
    killed = replace(story_of(FULL), state=StoryState.KILLED)
    for name in ("rss", "jsonfeed"):
        assert wire.read(written(name, killed), FORMATS[name].media_type).items == ()
    (told,) = json.loads(written("ninjs", killed))
    assert told["pubStatus"] == "canceled"
    assert "النور" not in json.dumps(told, ensure_ascii=False)
    draft = wire.parse(written("ninjs", killed), "application/json")
    assert (draft.kind, draft.uri) == (RevisionKind.KILL, item.uri(killed))


def properties(**types: str) -> dict[str, object]:
    return {name: {"type": kind} for name, kind in types.items()}


def listed(required: list[str], **types: str) -> dict[str, object]:
    one = {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties(**types),
    }
    return {"type": "array", "items": one}


MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
PICTURE = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "uri"],
        "properties": properties(name="string", uri="string", type="string", renditions="array"),
        "additionalProperties": False,
    },
}
NINJS_3 = {  # the shape that the public schema of ninjs 3.0 gives to what is used of it here
    "type": "array",
    "items": {
        "type": "object",
        "required": ["uri"],
        "additionalProperties": False,
        "properties": {
            **properties(uri="string", version="string", language="string", by="string", slugline="string"),
            **properties(located="string", copyrightNotice="string", urgency="number", standard="object"),
            "type": {"enum": ["text"]},
            "pubStatus": {"enum": ["usable", "withheld", "canceled"]},
            "firstCreated": MOMENT,
            "versionCreated": MOMENT,
            "headlines": listed(["value"], role="string", contentType="string", value="string"),
            "bodies": listed(["value"], role="string", contentType="string", value="string"),
            "subjects": listed([], name="string", rel="string", uri="string", literal="string"),
            "infoSources": listed([], name="string", role="string", uri="string", literal="string"),
            "altIds": listed([], role="string", value="string"),
            "associations": PICTURE,
        },
    },
}


@pytest.mark.parametrize("draft", [FULL, wire.parse(SAMPLE.read_bytes())], ids=["full", "plain"])
def test_ninjs_has_the_shape_of_its_schema(draft: Draft) -> None:
    story = story_of(draft)
    killed = replace(story, state=StoryState.KILLED)
    document = json.loads(written("ninjs", story, killed))
    Draft202012Validator(NINJS_3).validate(document)
    assert [one["pubStatus"] for one in document] == ["usable", "canceled"]


def test_rss_has_what_rss_requires() -> None:
    root = etree.fromstring(written("rss", story_of(FULL)))
    channel = root[0]
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    assert [channel.findtext(name) for name in ("title", "link", "language")] == [
        ABOUT.title,
        ABOUT.home,
        "ar",
    ]
    links = {link.get("rel"): link.get("href") for link in channel.iter("{http://www.w3.org/2005/Atom}link")}
    assert links == {"self": ABOUT.here, "next": ABOUT.next}
    entry = channel.find("item")
    assert entry is not None
    assert entry.findtext("pubDate") == "Sun, 01 Mar 2026 12:00:00 GMT"
    assert channel.findtext("lastBuildDate") == "Sun, 01 Mar 2026 13:30:00 GMT"


def test_json_feed_has_what_it_requires() -> None:
    feed = json.loads(written("jsonfeed", story_of(FULL)))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["feed_url"], feed["next_url"], feed["home_page_url"]) == (ABOUT.here, ABOUT.next, ABOUT.home)
    (one,) = feed["items"]
    assert one["date_modified"] == "2026-03-01T13:30:00Z"
    assert json.loads(written("jsonfeed")) == {key: feed[key] for key in feed if key != "items"} | {
        "items": []
    }


def test_every_format_is_read_here() -> None:
    assert all(form.media_type in wire.MEDIA_TYPES for form in exporting.FORMATS.values())
    with pytest.raises(CopyRefused):
        wire.parse(written("rss"), "application/rss+xml")
