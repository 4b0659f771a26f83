"""What a story is about, in weighted terms."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsroom.terms import MOST_NAMES, MOST_POSTED, MOST_WORDS, bag_of, query, terms_of, weigh, words_key
from storage.records import Section, SectionKind


def section(heading: str | None, *paragraphs: str) -> Section:
    kind = SectionKind.BODY if heading else SectionKind.LEAD
    return Section(kind=kind, heading=heading, paragraphs=paragraphs, anchor="a")


LEAD = "أعلنت إيران اليوم رفع صادراتها من النفط إلى 1,600 برميل في اليوم."
SECTIONS = (section(None, LEAD), section("أسواق النفط", "وقال محللون إن الأسواق تترقب قرار أوبك في يونيو."))


def test_headline_and_lead_weigh_more_than_the_body() -> None:
    weights = dict(weigh("إيران ترفع صادرات النفط", LEAD, SECTIONS))
    assert list(weights)[:2] == ["نفط", "ايران"]
    assert weights["ايران"] > weights["اوبك"] > 0
    assert weights["1600"] > 0


def test_words_of_every_story_are_left_out() -> None:
    terms = dict(weigh("إيران ترفع صادرات النفط", LEAD, SECTIONS))
    assert not {"الي", "من", "في", "ان", "قال", "يوم", "اعلنت"} & terms.keys()
    assert list(terms_of("The minister said on Tuesday that it was the bridge")) == [
        "minister",
        "tuesday",
        "bridge",
    ]


def test_an_english_story() -> None:
    assert list(dict(weigh("Iran raises oil exports", "Iran's oil exports rose.", ())))[:3] == [
        "export",
        "iran",
        "oil",
    ]


def test_nothing_weighs_nothing() -> None:
    assert weigh(None, "", ()) == ()
    assert query("في من") == []


def test_a_search_meets_the_story() -> None:
    story = dict(weigh("إيران ترفع صادرات النفط", LEAD, SECTIONS))
    assert query("صادرات النفط الإيراني؟ الصادرات") == ["صادر", "نفط", "ايران"]
    assert set(query("الصَادِرات لإيران")) <= story.keys()


def test_the_key_of_a_headline_is_its_words() -> None:
    written = "«تحدٍّ جديد».. فرص المواجهة بين أمريكا والصين في ٢٠٣٠"
    assert words_key(written) == words_key("- تحد جديد: فرص المواجهه بين امريكا والصين في 2030!")
    assert words_key(written) != words_key(written.replace("٢٠٣٠", "2031"))
    assert words_key("...") == ""
    assert len(words_key("كلمة " * 1000)) <= 400


@given(st.none() | st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_weights_are_few_ordered_and_of_unit_length(
    headline: str | None, lead: str, paragraphs: list[str]
) -> None:
    weights = weigh(headline, lead, (section(None, lead), section("h", *paragraphs)))
    values = [weight for _, weight in weights]
    assert len(weights) <= MOST_WORDS
    assert values == sorted(values, reverse=True)
    assert all(0 < weight <= 1 for weight in values)
    assert not weights or abs(sum(weight**2 for weight in values) - 1) < 0.01
    assert weights == weigh(headline, lead, (section(None, lead), section("h", *paragraphs)))


def test_a_huge_story_is_read_as_far_as_it_tells() -> None:
    body = section("تفاصيل", *["كلمة أخرى مختلفة تماما"] * 100_000)
    assert dict(weigh("إيران", LEAD, (*SECTIONS, body)))["ايران"] > 0


def test_a_story_is_found_by_few_of_its_words_and_by_its_names() -> None:
    told = section(None, " ".join(f"كلمة{letter}" for letter in "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"))
    bag = bag_of("بايدن في باريس", (told,))
    assert list(bag.posted)[:MOST_POSTED] == list(bag.words)[:MOST_POSTED]
    assert len(bag.posted) <= MOST_POSTED + MOST_NAMES
    assert {"=bdn", "=brs"} <= bag.posted.keys()
    assert bag.everything.keys() == bag.words.keys() | bag.names.keys()
