"""NewsML-G2 and NITF: fields, states, messages and packages; checked by the library of its own makers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from formats import FORMATS, G2, SAMPLE
from lxml import etree
from NewsMLG2 import NewsMLG2Document

from newsroom import wire
from newsroom.wire import CopyRefused, Reason
from storage.records import Draft, RevisionKind

BODY = """<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><head/><body><body.head><hedline>
<hl1>Coast train back</hl1>
<hl2>Second line</hl2></hedline><byline>By <person>Laila Haddad</person></byline>
<distributor>AFP</distributor>
<dateline><location>NOUR PORT</location>, March 1</dateline></body.head><body.content><block>
<p lede="true">The coast train is back.</p><hl2>What is left</hl2><p>The rest follows &amp; ends.</p>
<media media-type="image"><media-reference source="https://example.org/n.jpg"/>
<media-caption>A train.</media-caption></media>
</block></body.content><body.end><tagline>(editing by X)</tagline></body.end></body></nitf>"""


def item(
    management: str = "", content: str = "", body: str = BODY, guid: str = "tag:example.org,2026:train"
) -> str:
    return f"""<newsItem xmlns="{G2}" guid="{guid}" version="3" standard="NewsML-G2" standardversion="2.34"
 conformance="power" xml:lang="en">
<catalogRef href="http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_41.xml"/>
<rightsInfo><copyrightHolder literal="Example"/><copyrightNotice>© 2026 Example</copyrightNotice></rightsInfo>
<itemMeta><itemClass qcode="ninat:text"/><provider qcode="nprov:REUTERS"/>
<versionCreated>2026-03-01T09:30:00+03:00</versionCreated>{management}</itemMeta>
<contentMeta>{content}</contentMeta><contentSet>
<inlineXML contenttype="application/nitf+xml">{body}</inlineXML>
</contentSet></newsItem>"""


FULL = item(
    """<embargoed>2026-03-01T12:00:00Z</embargoed><pubStatus qcode="stat:usable"/>
<edNote>More to come</edNote>
<signal qcode="sig:correction"/>
<link rel="irel:evolvedFrom" residref="tag:example.org,2026:alert"/>""",
    """<urgency>2</urgency><located qcode="city:nour"><name>Nour Port</name></located>
<infoSource literal="Reuters"/><altId type="idtype:desk">TR-7</altId><language tag="en"/>
<subject type="cpnat:abstract" qcode="medtop:20000337"><name>railway</name>
<broader qcode="medtop:04000000"/></subject>
<subject type="cpnat:abstract" qcode="medtop:15000000"><name>sport</name></subject>
<subject type="cpnat:person" qcode="p:1"><name>Somebody</name></subject>
<subject qcode="x:1"><name>Trains</name></subject>
<slugline separator="/">train/coast</slugline><headline role="hld:alert">Train!</headline>
<headline role="hld:main">The coast train is running again</headline><by>Laila Haddad</by>
<by>Adam Nasr</by>""",
)


def read(text: str) -> wire.Bundle:
    return wire.read(text.encode(), "application/xml")


def draft_of(text: str) -> Draft:
    found = read(text).only
    assert isinstance(found, Draft), found
    return found


def by_their_library(text: str) -> str:
    """The document as the independent library understands and writes it."""
    return str(etree.tostring(NewsMLG2Document(text.encode()).get_item().to_xml(), encoding="unicode"))


@pytest.mark.parametrize("text", [FULL, by_their_library(FULL)], ids=["ours", "theirs"])
def test_every_field_arrives(text: str) -> None:
    draft = draft_of(text)
    assert draft.headline == "The coast train is running again"
    assert (draft.uri, draft.version, draft.language) == ("tag:example.org,2026:train", "3", "en")
    assert draft.version_created == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    assert draft.embargo == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert (draft.kind, draft.urgency) == (RevisionKind.CORRECTION, 2)
    assert (draft.credit, draft.source_code) == ("Reuters", "REUTERS")
    assert (draft.slugline, draft.dateline) == ("train/coast", "Nour Port")
    assert (draft.byline, draft.editor_note) == ("Laila Haddad, Adam Nasr", "More to come")
    assert draft.topics == ("economy", "sport", "Trains")
    assert draft.rights == "© 2026 Example"
    assert [(part.heading, part.paragraphs) for part in draft.sections] == [
        (None, ("The coast train is back.",)),
        ("What is left", ("The rest follows & ends.",)),
    ]


def test_what_the_wrapper_says_is_what_their_library_reads() -> None:
    told = NewsMLG2Document(FULL.encode()).get_item()
    draft = draft_of(FULL)
    assert (str(told.guid), str(told.version)) == (draft.uri, draft.version)
    assert str(told.contentmeta.urgency) == str(draft.urgency)
    assert str(told.contentmeta.headline[1]) == draft.headline
    assert str(told.itemmeta.ednote[0]) == draft.editor_note
    assert draft.alt_ids == ("TR-7",)
    assert draft.evolved_from == "tag:example.org,2026:alert"


@pytest.mark.parametrize(
    "name", [name for name in FORMATS if name.startswith("NewsML") and "message" not in name]
)
def test_the_samples_are_what_their_library_takes(name: str) -> None:
    body, media_type = FORMATS[name](SAMPLE.read_text(encoding="utf-8"))
    plain = wire.parse(body, media_type)
    written = by_their_library(body.decode().partition("?>\n")[2])
    again = wire.parse(written.encode(), media_type)
    assert (again.headline, again.uri) == (plain.headline, plain.uri)


def test_the_body_tells_what_the_wrapper_does_not() -> None:
    bare = item().replace('<provider qcode="nprov:REUTERS"/>', "")
    draft = draft_of(bare)
    assert (draft.headline, draft.byline) == ("Coast train back", "By Laila Haddad")
    assert (draft.credit, draft.dateline) == ("AFP", "NOUR PORT")


def test_who_made_it_is_the_byline_where_none_is_written() -> None:
    creator = "<creator uri='https://example.org/x'><name>Laila Haddad</name></creator>"
    plain = BODY.replace("<byline>By <person>Laila Haddad</person></byline>", "")
    assert draft_of(item("", creator, plain)).byline == "Laila Haddad"
    assert draft_of(item("", creator)).byline == "By Laila Haddad"


@pytest.mark.parametrize(
    ("management", "kind"),
    [
        ('<pubStatus qcode="stat:canceled"/>', RevisionKind.KILL),
        ('<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/withheld"/>', RevisionKind.HOLD),
        ('<signal qcode="sig:update"/>', RevisionKind.UPDATE),
        ("<embargoed/>", RevisionKind.HOLD),
        ('<embargoed/><pubStatus qcode="stat:canceled"/>', RevisionKind.KILL),
        ("", RevisionKind.NEW),
    ],
)
def test_states_and_signals(management: str, kind: RevisionKind) -> None:
    assert draft_of(item(management)).kind is kind


def test_a_cancelled_item_needs_no_content() -> None:
    draft = draft_of(
        f'<newsItem xmlns="{G2}" guid="urn:1"><itemMeta>'
        '<pubStatus qcode="stat:canceled"/></itemMeta></newsItem>'
    )
    assert (draft.kind, draft.uri, draft.sections) == (RevisionKind.KILL, "urn:1", ())


PICTURE = f"""<newsItem xmlns="{G2}" guid="urn:pic"><itemMeta><itemClass qcode="ninat:picture"/></itemMeta>
<contentSet>
<remoteContent href="https://example.org/v.mp4" contenttype="video/mp4"/>
<remoteContent href="https://example.org/p.jpg" contenttype="image/jpeg" rendition="rnd:highRes"/>
</contentSet></newsItem>"""


def message(*items: str) -> str:
    return f'<newsMessage xmlns="{G2}"><header/><itemSet>{"".join(items)}</itemSet></newsMessage>'


def package(*names: str) -> str:
    refs = "".join(f'<itemRef residref="{name}"/>' for name in names)
    groups = f'<groupSet root="r"><group id="r">{refs}</group></groupSet>'
    return f'<packageItem xmlns="{G2}" guid="urn:set">{groups}</packageItem>'


def test_a_package_says_which_picture_goes_with_which_text() -> None:
    first, second = (item(guid=guid) for guid in ("urn:1", "urn:2"))
    drafts = read(message(first, PICTURE, second, package("urn:2", "urn:pic"))).items
    assert [(d.uri, d.image) for d in drafts if isinstance(d, Draft)] == [
        ("urn:1", "https://example.org/n.jpg"),
        ("urn:2", "https://example.org/p.jpg"),
    ]
    alone = draft_of(message(first, PICTURE))
    assert alone.image == "https://example.org/p.jpg"
    assert alone.copy == message(first, PICTURE).encode()


def test_one_bad_item_of_a_message_does_not_lose_the_others() -> None:
    good, empty = item(guid="urn:1"), item(guid="urn:2", body="")
    first, second = read(message(good, empty)).items
    assert isinstance(first, Draft)
    assert b"urn:2" not in first.copy
    assert isinstance(second, CopyRefused)
    assert second.reason is Reason.EMPTY


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PICTURE, "picture"),
        (package("urn:1"), "packageItem"),
        (message(PICTURE, package("a")), "packageItem and picture"),
    ],
)
def test_what_has_no_text_says_what_it_is(text: str, told: str) -> None:
    with pytest.raises(CopyRefused, match=told) as refused:
        read(text)
    assert refused.value.reason is Reason.FOREIGN


def test_an_empty_message_is_empty() -> None:
    assert read(message()).items == ()


NITF = """<?xml version="1.0"?>
<!DOCTYPE nitf PUBLIC "-//IPTC//DTD NITF 3.6//EN" "http://unreachable.invalid/nitf-3-6.dtd">
<nitf><head><title>The train</title><tobject><tobject.subject tobject.subject.refnum="15001000"
 tobject.subject.type="Sport" tobject.subject.matter="Rail"/></tobject>
<docdata management-status="{status}"><correction info="Corrects the year" id-string="TR-6"/>
<doc-id id-string="TR-7"/>
<urgency ed-urg="3"/><date.issue norm="20260301T063000Z"/><date.release norm="{release}"/>
<doc.copyright holder="Example" year="2026"/><ed-msg info="For editors"/>
<du-key key="train-coast" version="2"/></docdata></head>
{body}</nitf>"""


def nitf(status: str = "usable", release: str = "20260301T063000+0000") -> Draft:
    body = BODY.partition("<head/>")[2].removesuffix("</nitf>")
    return draft_of(NITF.format(status=status, release=release, body=body))


def test_nitf() -> None:
    draft = nitf()
    assert (draft.headline, draft.alt_ids, draft.uri) == ("Coast train back", ("TR-7",), None)
    assert (draft.kind, draft.correction_note) == (RevisionKind.CORRECTION, "Corrects the year")
    assert (draft.urgency, draft.slugline, draft.version) == (3, "train-coast", "2")
    assert draft.version_created == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    assert (draft.topics, draft.rights, draft.editor_note) == (("sport",), "© 2026 Example", "For editors")
    assert (draft.credit, draft.dateline, draft.image) == ("AFP", "NOUR PORT", "https://example.org/n.jpg")
    assert draft.embargo is None


@pytest.mark.parametrize(
    ("status", "release", "kind", "embargo"),
    [
        ("embargoed", "20260302T060000Z", RevisionKind.CORRECTION, datetime(2026, 3, 2, 6, tzinfo=UTC)),
        ("usable", "2026-03-02T06:00:00Z", RevisionKind.CORRECTION, datetime(2026, 3, 2, 6, tzinfo=UTC)),
        ("embargoed", "soon", RevisionKind.HOLD, None),
        ("withheld", "", RevisionKind.HOLD, None),
        ("canceled", "", RevisionKind.KILL, None),
    ],
)
def test_nitf_states(status: str, release: str, kind: RevisionKind, embargo: datetime | None) -> None:
    draft = nitf(status, release)
    assert (draft.kind, draft.embargo) == (kind, embargo)
