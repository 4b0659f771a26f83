"""RSS, Atom and JSON Feed: their fields, what goes without saying in the wild, and what is hostile."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from formats import FORMATS, SAMPLE
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom import wire
from newsroom.wire import Bundle, CopyRefused, Feed, Reason
from newsroom.wire.bundle import MOST_ITEMS
from storage.records import Draft, RevisionKind

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>جريدة الجزيرة &amp; الساحل</title><link>https://example.org/</link>
<language>ar-sa</language>
<ttl>15</ttl><atom:link rel="self" href="https://example.org/rss"/>
<atom:link rel="hub" href="https://hub.example.org/"/>
<item><title>BREAKING: Port &amp;amp; ferries reopen</title>
<link>/news/1?a=1&amp;b=2</link>
<guid>https://example.org/?p=1</guid>
<pubDate>Sun, 01 Mar 2026 09:30:00 +0300</pubDate>
<dc:creator>Laila Haddad</dc:creator><dc:creator>Reuters</dc:creator>
<category>Business</category><category>موانئ</category>
<media:group><media:content url="https://example.org/v.mp4" medium="video"/>
<media:content url="https://example.org/p.jpg" medium="image"/></media:group>
<media:description>A ship.</media:description>
<description>The short version.</description>
<content:encoded><![CDATA[<p>The port opened on Sunday.</p>
<p><b>What is next</b></p><p>Ferries sail today.</p>]]></content:encoded></item>
<item><title>ثان</title><guid isPermaLink="false">story-2</guid>
<enclosure url="https://example.org/2.png" type="image/png"/>
<description>عادت السفن &lt;img src="/b.png"&gt; إلى المرفأ.</description></item>
<item><link>https://example.org/3</link><description>ثالث بلا عنوان.</description></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/a/" xml:lang="fr">
<title type="html">Le &amp;lt;b&amp;gt;Journal&amp;lt;/b&amp;gt;</title><link href="https://example.org/"/>
<entry xml:base="https://example.org/b/"><id>tag:example.org,2026:1</id><title>Un titre</title>
<link rel="self" href="/s"/>
<link href="1.html"/><link rel="enclosure" type="image/jpeg" href="1.jpg"/>
<published>2026-03-01T06:00:00Z</published>
<updated>2026-03-01T06:30:00Z</updated><author><name>AFP</name><uri>https://afp.example</uri></author>
<category term="sport" label="Le sport"/><rights>© AFP</rights>
<summary>Bref.</summary><content type="text">Le port &lt;rouvre&gt; dimanche.</content></entry></feed>"""

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "مثال",
    "home_page_url": "https://example.org/",
    "feed_url": "https://example.org/feed.json",
    "hubs": [{"type": "WebSub", "url": "https://hub.example.org/"}],
    "items": [
        {
            "id": 7,
            "url": "https://example.org/7",
            "title": "قطار الساحل",
            "content_html": "<p>عاد القطار إلى العمل.</p>",
            "date_published": "2026-03-01T06:00:00Z",
            "date_modified": "2026-03-01T06:30:00Z",
            "authors": [{"name": "ليلى حداد"}, {"name": "سامر نصار"}, {"name": "أ ف ب"}],
            "tags": ["رياضة", "قطارات", 5],
            "attachments": [{"url": "https://example.org/a.jpg", "mime_type": "image/jpeg"}],
            "language": "ar",
        },
        "not an item",
        {"id": "9", "summary": "خلاصة وحدها."},
    ],
}


def read(text: str | bytes, media_type: str = "application/xml", at: str | None = None) -> Bundle:
    return wire.read(text.encode() if isinstance(text, str) else text, media_type, at=at)


def drafts(bundle: Bundle) -> list[Draft]:
    return [item for item in bundle.items if isinstance(item, Draft)]


def rss(items: str) -> str:
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'


def refused(copy: str | bytes, media_type: str = "application/xml") -> Reason:
    with pytest.raises(CopyRefused) as found:
        read(copy, media_type)
    return found.value.reason


def test_rss() -> None:
    bundle = read(RSS, at="https://example.org/rss")
    assert bundle.feed == Feed(
        title="جريدة الجزيرة & الساحل",
        language="ar-sa",
        hubs=("https://hub.example.org/",),
        topic="https://example.org/rss",
        home="https://example.org/",
        ttl=15,
    )
    first, second, third = drafts(bundle)
    assert (first.headline, first.alert, first.urgency) == ("Port & ferries reopen", "BREAKING:", 2)
    assert (first.uri, first.link) == ("https://example.org/?p=1", "https://example.org/news/1?a=1&b=2")
    assert first.version_created == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    assert (first.byline, first.credit, first.source_code) == ("Laila Haddad", "Reuters", "REUTERS")
    assert (first.topics, first.image) == (("economy", "موانئ"), "https://example.org/p.jpg")
    assert [(part.heading, part.paragraphs) for part in first.sections] == [
        (None, ("The port opened on Sunday.",)),
        ("What is next", ("Ferries sail today.",)),
    ]
    assert (second.uri, second.alt_ids, second.image) == (None, ("story-2",), "https://example.org/2.png")
    assert second.sections[0].paragraphs == ("عادت السفن إلى المرفأ.",)
    assert (third.alt_ids, third.headline, third.link) == (
        ("https://example.org/3",),
        None,
        "https://example.org/3",
    )
    assert first.copy.startswith(b"<item")
    assert b"story-2" not in first.copy


def test_atom() -> None:
    bundle = read(ATOM)
    assert bundle.feed == Feed(title="Le <b>Journal</b>", language="fr", home="https://example.org/")
    (draft,) = drafts(bundle)
    assert (draft.uri, draft.link) == ("tag:example.org,2026:1", "https://example.org/b/1.html")
    assert draft.image == "https://example.org/b/1.jpg"
    assert draft.version_created == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    assert (draft.credit, draft.source_code, draft.byline) == ("AFP", "AFP", None)
    assert (draft.language, draft.topics, draft.rights) == ("fr", ("sport",), "© AFP")
    assert draft.sections[0].paragraphs == ("Le port <rouvre> dimanche.",)
    assert draft.copy == ATOM.encode()


def test_json_feed() -> None:
    bundle = read(json.dumps(JSON_FEED), "application/feed+json")
    assert bundle.feed == Feed(
        title="مثال",
        hubs=("https://hub.example.org/",),
        topic="https://example.org/feed.json",
        home="https://example.org/",
    )
    first, refusal, last = bundle.items
    assert isinstance(first, Draft)
    assert (first.alt_ids, first.link) == (("7",), "https://example.org/7")
    assert first.version_created == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    assert (first.byline, first.credit) == ("ليلى حداد، سامر نصار", "أ ف ب")
    assert (first.topics, first.image) == (("sport", "قطارات"), "https://example.org/a.jpg")
    assert isinstance(refusal, CopyRefused)
    assert isinstance(last, Draft)
    assert last.sections[0].paragraphs == ("خلاصة وحدها.",)


def test_a_name_that_several_items_have_is_no_name() -> None:
    same = "<item><guid>https://example.org/</guid><description>{}</description></item>"
    bundle = read(rss(same.format("واحد.") + same.format("اثنان.")))
    assert [(draft.uri, draft.alt_ids) for draft in drafts(bundle)] == [(None, ()), (None, ())]


def test_a_feed_may_be_empty_and_an_item_too() -> None:
    assert read(rss("")).items == ()
    empty, told = read(rss("<item><guid>1</guid></item><item><title>خبر</title></item>")).items
    assert isinstance(empty, CopyRefused)
    assert empty.reason is Reason.EMPTY
    assert isinstance(told, Draft)


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("windows-1256", "cp1256"),
        ("utf-8", "cp1256"),
        ("windows-1252", "utf-8"),
        ("utf-16", "utf-16"),
        ("x-none", "utf-8"),
    ],
)
def test_an_encoding_that_is_declared_and_one_that_is_not_so(declared: str, written: str) -> None:
    text = RSS.replace('encoding="utf-8"', f'encoding="{declared}"')
    assert drafts(read(text.encode(written)))[1].sections[0].paragraphs == ("عادت السفن إلى المرفأ.",)


def test_what_programs_forget_is_mended() -> None:
    bundle = read(
        rss("<item><title>R&D &nbsp;&eacute;tude&foo; <b></title><description>Fin.</description></item>")
    )
    (draft,) = drafts(bundle)
    assert draft.sections[0].paragraphs == ("Fin.",)
    assert draft.headline is not None
    assert draft.headline.startswith("R&D")
    assert "étude" in draft.headline


def test_a_feed_that_cannot_be_mended_is_read_all_the_same() -> None:
    told = "<pubDate>Sun, 01 Mar 2026 09:30:00 +0300</pubDate><category>sport</category>"
    told += "<author>a@b.c (Adam)</author>"
    first, second = drafts(read(rss(f"<item><title>a < b</title>{told}</item><item><title>c</title></item>")))
    assert first.sections[0].paragraphs == ("a < b",)
    assert first.version_created == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    assert (first.topics, first.byline) == (("sport",), "Adam")
    assert second.sections[0].paragraphs == ("c",)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("copy", "reason"),
    [
        (
            f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>' + rss("<item><title>&l9;</title></item>"),
            Reason.FOREIGN,
        ),
        (
            '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss("<item><title>&x;</title></item>"),
            Reason.FOREIGN,
        ),
        (f'<!DOCTYPE r [<!ENTITY a "{"a" * 50_000}">]>' + rss("&a;" * 50_000), Reason.FOREIGN),
        ("<a>" * 100_000, Reason.TOO_DEEP),
        (rss("<a>" * 5_000 + "</a>" * 5_000), Reason.TOO_DEEP),
        (RSS[: len(RSS) // 2], Reason.MALFORMED),
        (RSS[:-5], Reason.MALFORMED),
        ("<svg><p>x</p></svg>", Reason.FOREIGN),
        ("no markup", Reason.MALFORMED),
        ('{"a": 1}', Reason.MALFORMED),
        ("", Reason.EMPTY),
        (b"\x89PNG\r\n\x1a\n", Reason.BINARY),
        ("<rss &" + "<item " * 200_000 + "</rss>", Reason.MALFORMED),
    ],
)
def test_hostile_and_broken_documents_have_a_clear_outcome(copy: str | bytes, reason: Reason) -> None:
    assert refused(copy) is reason


def test_a_document_type_without_entities_does_no_harm() -> None:
    doctype = (
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://unreachable.invalid/rss-0.91.dtd">'
    )
    (draft,) = drafts(read(doctype + rss("<item><title>خبر</title></item>")))
    assert draft.sections[0].paragraphs == ("خبر",)


def test_a_hundred_thousand_items_are_bounded() -> None:
    bundle = read(rss("<item><title>a</title></item>" * 100_000))
    assert len(bundle.items) == MOST_ITEMS + 1
    last = bundle.items[-1]
    assert isinstance(last, CopyRefused)
    assert last.reason is Reason.TOO_MANY


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/1.1", "http://jsonfeed.org/version/1"])
@pytest.mark.parametrize("items", [None, {}, 5, "x"])
def test_a_json_feed_without_items_is_refused(version: str, items: object) -> None:
    assert refused(json.dumps({"version": version, "items": items}), "application/json") is Reason.MALFORMED


written = st.sampled_from([write(SAMPLE.read_text(encoding="utf-8")) for write in FORMATS.values()])


@settings(max_examples=60)
@given(written, st.integers(0, 6000), st.integers(0, 40), st.binary(max_size=12))
def test_any_cut_in_any_format_gives_drafts_or_refusals(
    document: tuple[bytes, str], at: int, length: int, put: bytes
) -> None:
    copy, media_type = document
    with suppress(CopyRefused):
        for item in wire.read(copy[:at] + put + copy[at + length :], media_type).items:
            assert isinstance(item, (Draft, CopyRefused))


TAGS = (
    "item",
    "title",
    "description",
    "guid",
    "link",
    "pubDate",
    "category",
    "entry",
    "content",
    "id",
    "p",
    "b",
    "br",
    "li",
    "h2",
    "a",
    "img",
)

tags = st.sampled_from(TAGS)
markup = st.lists(
    st.tuples(tags, st.sampled_from(["<{}>", "</{}>", "<{}/>", "&{};", "{}", "<{} type='html'>"])),
    max_size=20,
)


@settings(max_examples=60)
@given(markup)
def test_any_row_of_tags_gives_drafts_or_refusals(parts: list[tuple[str, str]]) -> None:
    inside = "".join(form.format(tag) for tag, form in parts)
    for text in (rss(inside), f'<feed xmlns="http://www.w3.org/2005/Atom">{inside}</feed>', inside):
        with suppress(CopyRefused):
            read(text)


GRAVES = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<title>The Coast</title>
<at:deleted-entry ref="tag:coast.example,2026:1" when="2026-03-01T12:00:00Z">
<at:by><name>Laila</name></at:by><at:comment>It was not true</at:comment></at:deleted-entry>
<at:deleted-entry ref="story-2"/>
<at:deleted-entry when="2026-03-01T12:00:00Z"/>
{entries}</feed>"""
ENTRY = """<entry><id>{id}</id><title>The quay opens</title><updated>{updated}</updated>
<content type="text">The northern quay opens on Sunday.</content></entry>"""


def test_what_a_feed_has_deleted_is_withdrawn() -> None:
    bundle = read(GRAVES.format(entries=""))
    assert [draft.kind for draft in drafts(bundle)] == [RevisionKind.KILL] * 2
    first, second = drafts(bundle)
    assert (first.uri, first.alt_ids, first.sections) == ("tag:coast.example,2026:1", (), ())
    assert (first.editor_note, first.version_created) == (
        "It was not true",
        datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
    )
    assert (second.uri, second.alt_ids) == (None, ("story-2",))
    assert b"It was not true" in first.copy


@pytest.mark.parametrize(
    ("name", "updated", "kinds"),
    [
        ("tag:coast.example,2026:1", "2026-03-01T13:00:00Z", [RevisionKind.KILL, RevisionKind.NEW]),
        ("tag:coast.example,2026:1", "2026-03-01T11:00:00Z", [RevisionKind.KILL] * 2 + [RevisionKind.NEW]),
        ("story-2", "2026-03-01T11:00:00Z", [RevisionKind.KILL, RevisionKind.NEW]),
        ("another", "2026-03-01T11:00:00Z", [RevisionKind.KILL] * 2 + [RevisionKind.NEW]),
    ],
)
def test_an_entry_that_was_told_again_is_back(name: str, updated: str, kinds: list[RevisionKind]) -> None:
    bundle = read(GRAVES.format(entries=ENTRY.format(id=name, updated=updated)))
    assert [draft.kind for draft in drafts(bundle)] == kinds


def test_no_more_graves_are_read_than_items() -> None:
    many = "".join(f'<at:deleted-entry ref="g{n}"/>' for n in range(MOST_ITEMS + 5))
    bundle = read(GRAVES.format(entries=many))
    assert len(bundle.items) == MOST_ITEMS
