"""Topics: what people and standards call them, and what words say of a story without any."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsroom import topic_rules, topic_tree, topics, wire
from newsroom.wire import said
from storage.records import Draft, Section, SectionKind

SAMPLES = Path(__file__).parents[2] / "samples"


def draft(headline: str, *paragraphs: str, named: tuple[str, ...] = ()) -> Draft:
    lead = Section(kind=SectionKind.LEAD, heading=None, paragraphs=paragraphs, anchor="lead")
    return Draft(
        copy=b"", media_type="text/plain", language="ar", headline=headline, sections=(lead,), topics=named
    )


def test_the_list_is_the_top_level_of_media_topics() -> None:
    assert sorted(topic.code for topic in topics.TOPICS) == [f"{n:02}000000" for n in range(1, 18)]
    assert all(re.fullmatch(r"[a-z]{2,32}", topic.slug) for topic in topics.TOPICS)


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("medtop:15000000", "sport"),
        ("http://cv.iptc.org/newscodes/mediatopic/04000000", "economy"),
        ("Sport", "sport"),
        ("الرِّياضة", "sport"),
        ("رياضه", "sport"),
        ("#sport", "sport"),
        ("economy, business and finance", "economy"),
        ("Science and Technology", "science"),
        ("human interest", "people"),
        ("الاحوال الجوية", "weather"),
        ("medtop:20000002", None),
        ("كلام", None),
        ("", None),
    ],
)
def test_a_topic_is_known_by_its_names_and_codes(typed: str, slug: str | None) -> None:
    assert topics.read(typed) == slug


def test_no_name_is_that_of_two_topics() -> None:
    names = [
        (topics._key(name), topic.slug) for topic in topics.TOPICS for name in topics.ALIASES[topic.slug]
    ]
    assert [(name, slug) for name, slug in names if topics.read(name) != slug] == []


def test_what_the_copy_says_of_itself_goes_before_its_words() -> None:
    told = draft("المنتخب يفوز في المباراة النهائية", named=("medtop:04000000", "بورصة الجزر"))
    assert topics.of(told) == ("economy", "بورصة الجزر")
    assert topics.of(draft("المنتخب يفوز في المباراة النهائية")) == ("sport",)
    assert topics.of(draft("المنتخب يفوز في المباراة النهائية", named=("بطولة ودية",))) == (
        "بطولة ودية",
        "sport",
    )


@pytest.mark.parametrize(
    ("sample", "found"),
    [
        ("01", ("disaster", "weather")),
        ("04", ("economy",)),
        ("05", ("sport",)),
        ("06", ("environment", "science")),
        ("08", ("disaster", "education")),
        ("10", ("economy",)),
    ],
)
def test_samples_are_about_what_their_words_say(sample: str, found: tuple[str, ...]) -> None:
    told = wire.parse(next(SAMPLES.glob(f"{sample}*")).read_bytes(), "text/plain", charset="utf-8")
    assert topic_rules.topics_of(told.headline, told.sections) == found


def test_one_word_is_not_enough() -> None:
    assert topics.of(draft("وصل الوزير إلى العاصمة", "زار الوزير مدرسة في الضاحية.")) == ()


def test_places_and_phrases_count_as_one() -> None:
    assert topics.of(draft("حشود في المسجد الحرام", "بلغ عدد الحجاج مليونين.")) == ("religion",)
    assert topics.of(draft("Security Council meets", "The foreign minister spoke.")) == ()


@pytest.mark.parametrize(
    ("code", "slug"),
    [
        ("medtop:20000142", "disaster"),
        ("http://cv.iptc.org/newscodes/mediatopic/20000002", "culture"),
        ("20001135", "culture"),
        ("medtop:29999999", None),
        ("medtop:2000", None),
        ("earthquake", None),
        ("", None),
    ],
)
def test_a_deeper_topic_stands_under_one_of_the_list(code: str, slug: str | None) -> None:
    assert topic_tree.above(code) == slug


def test_the_tree_has_every_code_once_and_every_topic() -> None:
    numbers = [number for told in topic_tree.UNDER.values() for number in topic_tree.numbers(told)]
    assert len(numbers) == len(set(numbers)) == 1344
    assert topic_tree.UNDER.keys() == topics.SLUGS


@pytest.mark.parametrize(
    ("called", "told"),
    [
        ([["medtop:20000142", "accident"]], ("disaster", "accident")),
        ([["medtop:20000142"]], ("disaster",)),
        ([["medtop:20000142", "accident"], ["medtop:03000000", "disaster"]], ("disaster", "accident")),
        ([["medtop:15000000", "sport"]], ("sport",)),
        ([["medtop:29999999", "bees"]], ("bees",)),
        ([[None], []], ()),
    ],
)
def test_subjects_are_told_by_the_top_and_by_their_own_name(
    called: list[list[str | None]], told: tuple[str, ...]
) -> None:
    assert said.subjects(called) == told


def test_the_standards_subjects_lead_to_the_list() -> None:
    ninjs = (
        b'{"uri": "urn:1", "headline": "Ferry sinks", "body_text": "A ferry sank off the coast on Sunday.",'
        b' "subjects": [{"uri": "http://cv.iptc.org/newscodes/mediatopic/20000142", "name": "accident"}]}'
    )
    newsml = """<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:1"><contentMeta>
<headline>Ferry sinks</headline><subject qcode="medtop:20000142"><name>accident</name></subject></contentMeta>
<contentSet><inlineData>A ferry sank off the coast on Sunday.</inlineData></contentSet></newsItem>"""
    for body, media_type in ((ninjs, "application/json"), (newsml.encode(), "application/xml")):
        assert wire.parse(body, media_type).topics == ("disaster", "accident")
