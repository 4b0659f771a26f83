"""ninjs of every generation: its fields, its states, several items, and what is no news in it."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom import wire
from newsroom.wire import Bundle, CopyRefused, Reason
from newsroom.wire.bundle import MOST_ITEMS
from storage.records import Draft, RevisionKind

LEAD = "عاد القطار إلى العمل بعد توقف يوم واحد على معظم خطه الساحلي."

FIRST: dict[str, Any] = {
    "uri": "tag:example.org,2026:train",
    "type": "text",
    "version": "2",
    "versioncreated": "2026-03-01T11:00:00+0300",
    "pubstatus": "usable",
    "urgency": 2,
    "embargoed": "2026-03-01T12:00:00Z",
    "ednote": "يتبع بعد الظهر",
    "language": "ar",
    "headline": "قطار الساحل يعود",
    "slugline": "قطار-الساحل",
    "byline": "ليلى حداد",
    "located": "ميناء النور",
    "infosource": [{"name": "Reuters", "code": "rtr"}],
    "copyrightnotice": "© 2026 مثال",
    "subject": [
        {"code": "medtop:04000000", "name": "economy"},
        {"code": "20000337", "name": "سكك حديدية"},
        {"name": "Sport"},
        {"code": "06010000", "name": "Umwelt"},
    ],
    "altids": {"desk": "TR-7", "site": "19"},
    "evolvedfrom": "tag:example.org,2026:train-alert",
    "body_text": f"{LEAD}\n\nوقالت الشركة إن الرحلات تنتظم غدا.",
    "body_html": f"<p>{LEAD}</p><h2>ما تبقى</h2><p>وقالت الشركة إن الرحلات تنتظم غدا.</p>",
    "associations": {
        "video": {"type": "video", "renditions": {"main": {"href": "https://example.org/a.mp4"}}},
        "picture": {
            "type": "picture",
            "renditions": {
                "small": {"href": "https://example.org/s.jpg", "mimetype": "image/jpeg"},
                "main": {"href": "https://example.org/m.jpg", "mimetype": "image/jpeg"},
            },
        },
    },
}

THIRD: dict[str, Any] = {
    "uri": FIRST["uri"],
    "version": "2",
    "versionCreated": "2026-03-01T08:00:00Z",
    "pubStatus": "usable",
    "urgency": 2,
    "embargoedUntil": "2026-03-01T15:00:00+03:00",
    "edNote": FIRST["ednote"],
    "language": "ar",
    "headlines": [{"role": "alert", "value": "قطار"}, {"role": "main", "value": FIRST["headline"]}],
    "slugline": FIRST["slugline"],
    "by": FIRST["byline"],
    "located": {"name": "ميناء النور"},
    "infoSources": [{"role": "source", "name": "Reuters"}],
    "rightsInfo": {"copyrightNotice": "© 2026 مثال"},
    "subjects": [
        {"uri": "http://cv.iptc.org/newscodes/mediatopic/04000000", "name": "economy"},
        {"literal": "20000337", "name": "سكك حديدية"},
        {"uri": "medtop:15000000"},
        {"literal": "06010000", "name": "Umwelt"},
    ],
    "altIds": [{"role": "desk", "value": "TR-7"}, {"role": "site", "value": "19"}],
    "evolvedFrom": FIRST["evolvedfrom"],
    "bodies": [
        {"role": "plain", "contentType": "text/plain", "value": FIRST["body_text"]},
        {"role": "rich", "contentType": "text/html", "value": FIRST["body_html"]},
    ],
    "associations": [
        {"name": "v", "type": "video", "renditions": [{"name": "main", "href": "https://example.org/a.mp4"}]},
        {
            "name": "p",
            "type": "picture",
            "renditions": [
                {"name": "small", "href": "https://example.org/s.jpg", "contentType": "image/jpeg"},
                {"name": "main", "href": "https://example.org/m.jpg", "contentType": "image/jpeg"},
            ],
        },
    ],
}


def read(document: object) -> Bundle:
    return wire.read(json.dumps(document).encode(), "application/json")


def draft_of(document: object) -> Draft:
    item = read(document).only
    assert isinstance(item, Draft), item
    return item


@pytest.mark.parametrize("document", [FIRST, THIRD], ids=["1.x", "3.x"])
def test_every_field_arrives(document: dict[str, Any]) -> None:
    draft = draft_of(document)
    assert draft.copy == json.dumps(document).encode()
    assert (draft.headline, draft.language, draft.urgency) == ("قطار الساحل يعود", "ar", 2)
    assert (draft.uri, draft.version) == ("tag:example.org,2026:train", "2")
    assert draft.version_created == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert draft.embargo == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert (draft.slugline, draft.byline, draft.dateline) == ("قطار-الساحل", "ليلى حداد", "ميناء النور")
    assert (draft.credit, draft.source_code) == ("Reuters", "REUTERS")
    assert draft.topics == ("economy", "سكك حديدية", "sport", "environment")
    assert draft.alt_ids == ("TR-7", "19")
    assert draft.evolved_from == "tag:example.org,2026:train-alert"
    assert (draft.rights, draft.editor_note) == ("© 2026 مثال", "يتبع بعد الظهر")
    assert draft.image == "https://example.org/m.jpg"
    assert [section.heading for section in draft.sections] == [None, "ما تبقى"]
    assert draft.kind is RevisionKind.NEW


@pytest.mark.parametrize(
    ("signs", "kind"),
    [
        ({"pubstatus": "canceled"}, RevisionKind.KILL),
        ({"pubStatus": "withheld"}, RevisionKind.HOLD),
        ({"pubstatus": "usable", "signals": [{"code": "sig:correction"}]}, RevisionKind.CORRECTION),
        ({"signals": [{"uri": "http://cv.iptc.org/newscodes/signal/update"}]}, RevisionKind.UPDATE),
        ({"pubstatus": "canceled", "signals": [{"code": "sig:correction"}]}, RevisionKind.KILL),
    ],
)
def test_states_and_signals(signs: dict[str, Any], kind: RevisionKind) -> None:
    item = {name: value for name, value in FIRST.items() if name != "pubstatus"}
    assert draft_of(item | signs).kind is kind


def test_a_picture_of_the_size_of_a_page_is_chosen_by_its_use_too() -> None:
    sizes = [("r00", "Hires"), ("r01", "Preview"), ("r02", "Thumbnail")]
    renditions = [
        {"name": name, "usage": use, "href": f"https://example.org/{use}.jpg"} for name, use in sizes
    ]
    draft = draft_of(THIRD | {"associations": [{"name": "p", "type": "picture", "renditions": renditions}]})
    assert draft.image == "https://example.org/Preview.jpg"


def test_a_cancelled_item_needs_no_text() -> None:
    draft = draft_of({"uri": "urn:1", "pubstatus": "canceled"})
    assert (draft.kind, draft.uri, draft.sections) == (RevisionKind.KILL, "urn:1", ())


def test_a_headline_alone_is_a_flash_and_its_flag_makes_it_urgent() -> None:
    draft = draft_of({"uri": "urn:1", "pubstatus": "usable", "headline": "عاجل | زلزال يضرب جزيرة سهى"})
    assert draft.sections[0].paragraphs == ("زلزال يضرب جزيرة سهى",)
    assert (draft.headline, draft.alert, draft.urgency) == (None, "عاجل |", 2)


def test_a_flag_leaves_the_headline() -> None:
    draft = draft_of(FIRST | {"headline": "BREAKING: The coast train is back", "urgency": None})
    assert (draft.headline, draft.alert, draft.urgency) == ("The coast train is back", "BREAKING:", 2)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (FIRST | {"type": "picture"}, Reason.FOREIGN),
        ({"uri": "urn:1", "pubstatus": "usable", "body_text": " \n "}, Reason.EMPTY),
        ({"hello": "world"}, Reason.FOREIGN),
        ([], Reason.EMPTY),
        ("text", Reason.FOREIGN),
        (7, Reason.FOREIGN),
        (None, Reason.FOREIGN),
    ],
)
def test_what_is_no_story_is_refused(item: object, reason: Reason) -> None:
    with pytest.raises(CopyRefused) as refused:
        wire.parse(json.dumps(item).encode(), "application/json")
    assert refused.value.reason is reason


@pytest.mark.parametrize("wrap", [list, lambda items: {"items": items}, lambda items: {"_items": items}])
def test_one_bad_item_does_not_lose_the_others(wrap: Any) -> None:
    second = FIRST | {"uri": "urn:2"}
    bundle = read(wrap([FIRST, {"uri": "urn:0", "headline": ""}, 5, second]))
    first, empty, number, last = bundle.items
    assert isinstance(first, Draft)
    assert isinstance(last, Draft)
    assert (first.uri, last.uri) == (FIRST["uri"], "urn:2")
    assert json.loads(last.copy) == second
    assert isinstance(empty, CopyRefused)
    assert isinstance(number, CopyRefused)
    assert (empty.reason, number.reason) == (Reason.EMPTY, Reason.FOREIGN)


def test_a_hundred_thousand_items_are_bounded() -> None:
    bundle = read([{"headline": "h"}] * 100_000)
    assert len(bundle.items) == MOST_ITEMS + 1
    last = bundle.items[-1]
    assert isinstance(last, CopyRefused)
    assert last.reason is Reason.TOO_MANY


@pytest.mark.parametrize(
    ("copy", "reason"),
    [
        (json.dumps(FIRST).encode()[:-9], Reason.MALFORMED),
        (b"[" * 200_000, Reason.TOO_DEEP),
        (b'{"headline":' * 200 + b"1" + b"}" * 200, Reason.TOO_DEEP),
        (b'{"urgency":' + b"9" * 10_000 + b"}", Reason.MALFORMED),
        (b"", Reason.EMPTY),
        (b"\xff\xfe\xfa" * 9, Reason.UNDECODABLE),
    ],
)
def test_broken_documents_have_a_clear_outcome(copy: bytes, reason: Reason) -> None:
    with pytest.raises(CopyRefused) as refused:
        wire.read(copy, "application/json")
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    "written", ["2026-13-45", "yesterday", 20260301, "0001-01-01T00:00:00+14:00", "9" * 900]
)
def test_a_time_that_is_none_is_left_out(written: object) -> None:
    draft = draft_of(FIRST | {"versioncreated": written, "embargoed": written})
    assert (draft.version_created, draft.embargo) == (None, None)


def test_what_comes_escaped_is_clean_all_the_same() -> None:
    hostile = FIRST | {
        "headline": "a\u202e\x00b \ud800 c",
        "slugline": "x\ny",
        "body_html": "<p>\ud800&#x202e;t</p>",
    }
    draft = draft_of(hostile)
    assert (draft.headline, draft.slugline) == ("ab c", "x y")
    assert draft.sections[0].paragraphs == ("t",)


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "file:///etc/passwd", "https://u:p@example.org/", "//x", "http://[", 5]
)
def test_only_addresses_on_the_web_are_kept(href: object) -> None:
    item = FIRST | {
        "associations": {"p": {"type": "picture", "renditions": {"main": {"href": href}}}},
        "link": href,
    }
    draft = draft_of(item)
    assert (draft.image, draft.link) == (None, None)


def test_a_declared_language_is_believed_where_the_letters_are_of_it() -> None:
    assert draft_of(FIRST | {"language": "en-GB"}).language == "ar"
    assert draft_of(FIRST | {"language": "fa"}).language == "fa"


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*THIRD, "value", "name"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted({*FIRST, *THIRD, "signals"})), values, max_size=8))
def test_any_object_gives_drafts_or_refusals(item: dict[str, Any]) -> None:
    with suppress(CopyRefused):
        for found in read(FIRST | item).items:
            assert isinstance(found, (Draft, CopyRefused))


@given(st.binary(max_size=200))
def test_any_bytes_give_drafts_or_refusals(copy: bytes) -> None:
    with suppress(CopyRefused):
        wire.read(copy, "application/json")
    with suppress(CopyRefused):
        wire.read(json.dumps(FIRST).encode()[: len(copy) * 9] + copy, "application/json")
