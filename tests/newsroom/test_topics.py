"""Topics: what people and standards call them, and what words say of a story without any."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsroom import topic_rules, topics, wire
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
