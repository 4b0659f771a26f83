"""Which reports tell one event: what joins, what never does, and what is the same copy again."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom import figures
from newsroom.related import Telling, rarities
from newsroom.sameness import Band, Match, match
from newsroom.terms import bag_of
from storage.records import Candidate, Section, SectionKind, StoryLine

NOW = datetime(2024, 5, 6, 12, tzinfo=UTC)
numbers = count(1)

LEAD = (
    "ضرب زلزال قوي غرب تركيا فجر اليوم وخلف ضحايا وأضرارا كبيرة في عشرات المباني بمدينة إزمير وشعر به "
    "سكان الجزر القريبة وأعلنت هيئة الكوارث بدء عمليات البحث والإنقاذ ودعت المواطنين إلى الابتعاد "
    "عن الأبنية المتصدعة وتوجهت فرق الإسعاف إلى المنطقة المنكوبة"
)


def line(headline: str, hours: float = 0, language: str = "ar") -> StoryLine:
    return StoryLine(
        id=next(numbers),
        code="C",
        headline=headline,
        language=language,
        urgency=5,
        source_code=None,
        credit=None,
        published_at=NOW - timedelta(hours=hours),
    )


def words(headline: str, lead: str) -> dict[str, float]:
    told = Section(kind=SectionKind.LEAD, heading=None, paragraphs=(lead,), anchor="lead")
    return bag_of(headline, (told,)).everything


def told(headline: str, lead: str = LEAD, hours: float = 1) -> Candidate:
    return Candidate(line=line(headline, hours), terms=words(headline, lead))


def matched(
    headline: str,
    lead: str,
    *candidates: Candidate,
    events: dict[int, int] | None = None,
    sizes: dict[int, int] | None = None,
) -> Match | None:
    """All stories of the `events` are candidates, but where `sizes` says that there are more."""
    item = Telling(line=line(headline), terms=words(headline, lead))
    known = {one.line.id: one.line.id for one in candidates} | (events or {})
    known_sizes = Counter(known.values()) | Counter(sizes or {})
    return match(item, candidates, rarities(dict.fromkeys(item.terms, 2), 1000), known, known_sizes)


def test_the_same_event_in_other_words_joins_and_says_why() -> None:
    first = told("زلزال قوي يضرب غرب تركيا")
    other = told("المنتخب يتأهل إلى النهائي", "فاز المنتخب على ضيفه بهدف في الدقيقة الأخيرة.")
    found = matched(
        "ضحايا في زلزال عنيف ضرب غرب تركيا",
        "قضى مواطنون في زلزال هز إزمير غرب تركيا وبدأ البحث والإنقاذ.",
        other,
        first,
    )
    assert found is not None
    assert (found.band, found.event_id) == (Band.SAME, first.line.id)
    assert 0.3 < found.sureness < 1
    assert "زلزال" in found.shared


def test_what_is_new_joins_nothing() -> None:
    first = told("زلزال قوي يضرب غرب تركيا")
    assert matched("البرلمان يقر الموازنة العامة", "أقر البرلمان الموازنة بعد جلسة طويلة.", first) is None
    assert matched("زلزال", "خبر.") is None


def test_copied_text_is_a_duplicate_whoever_sends_it() -> None:
    first = told("زلزال قوي يضرب غرب تركيا")
    found = matched("زلزال قوي يضرب غرب تركيا", LEAD.replace("فجر", "صباح"), first)
    assert found is not None
    assert found.band is Band.DUPLICATE


def test_a_take_with_more_in_it_is_no_duplicate() -> None:
    first = told("زلزال قوي يضرب غرب تركيا")
    more = (
        LEAD + " وأعلن الرئيس الحداد ثلاثة أيام وطلبت الحكومة مساعدات دولية عاجلة ووصلت طائرات من دول مجاورة"
    )
    found = matched("زلزال قوي يضرب غرب تركيا وإعلان الحداد", more, first)
    assert found is not None
    assert found.band is Band.SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("زلزال بقوة 5.4 يضرب غرب تركيا", "زلزال بقوة 6.1 يضرب غرب تركيا"),
        ("زلزال قوي يضرب غرب تركيا", "زلزال قوي يضرب غرب إيران"),
        ("الدولار يرتفع 2% أمام العملات", "الدولار يرتفع 3% أمام العملات"),
        ("الفريق يفوز 2-1 على ضيفه", "الفريق يفوز 3-0 على ضيفه"),
        ("خبر عاجل رقم 11", "خبر عاجل رقم 12"),
    ],
)
def test_what_differs_in_figures_or_places_never_joins_however_alike(one: str, other: str) -> None:
    assert matched(one, LEAD, told(other)) is None


def test_a_growing_toll_is_still_the_event() -> None:
    first = told("مقتل 5 أشخاص في انفجار ببغداد", "قتل 5 أشخاص في انفجار هز وسط بغداد صباح اليوم وفق الشرطة.")
    found = matched(
        "مقتل 12 شخصا في انفجار وسط بغداد",
        "ارتفعت حصيلة انفجار بغداد إلى 12 قتيلا وعشرات الجرحى، وقالت وزارة الصحة إن المستشفيات استقبلتهم.",
        first,
    )
    assert found is not None
    assert found.event_id == first.line.id


def test_the_stories_of_an_event_speak_together() -> None:
    loner = told("هزة تضرب غرب تركيا", LEAD[:150])
    one, two = told("هزة تضرب غرب تركيا", LEAD[:150]), told("هزة عنيفة تركيا", LEAD[150:])
    ours = {two.line.id: one.line.id}
    found = matched("هزة عنيفة ضربت غرب تركيا", LEAD, loner, one, two, events=ours)
    assert found is not None
    assert (found.event_id, found.story_id) == (one.line.id, one.line.id)


def test_an_event_that_told_much_else_is_less_like_an_item_than_one_that_did_not() -> None:
    plain, busy = told("هزة تضرب غرب تركيا"), told("هزة تضرب غرب تركيا")
    others = [
        told("البرلمان يقر الموازنة العامة", "أقر البرلمان الموازنة بعد جلسة طويلة ونقاش حاد."),
        told("المنتخب يتأهل إلى النهائي", "فاز المنتخب على ضيفه بهدف في الدقيقة الأخيرة."),
    ]
    ours = {other.line.id: busy.line.id for other in others}
    found = matched("هزة عنيفة ضربت غرب تركيا", LEAD, busy, *others, plain, events=ours)
    assert found is not None
    assert found.event_id == plain.line.id


def test_three_stories_very_like_an_item_outweigh_much_else_that_their_event_told() -> None:
    elsewhere = "المنتخب يتأهل إلى النهائي", "فاز المنتخب على ضيفه بهدف في الدقيقة الأخيرة."
    headline = "هزة عنيفة ضربت غرب تركيا"
    less = told("هزة تضرب غرب تركيا", LEAD[: len(LEAD) // 2])
    event = [*(told(headline, LEAD[40:]) for _ in range(3)), *(told(*elsewhere) for _ in range(9))]
    ours = {one.line.id: event[0].line.id for one in event}
    found = matched(headline, LEAD + " ووصلت فرق الإنقاذ", less, *event, events=ours)
    assert found is not None
    assert found.event_id == event[0].line.id


def test_an_event_of_which_little_was_found_is_less_like_an_item() -> None:
    whole, part = told("هزة تضرب غرب تركيا"), told("هزة تضرب غرب تركيا")
    said = ("هزة عنيفة ضربت غرب تركيا", LEAD)
    both = matched(*said, part, whole, sizes={part.line.id: 40})
    alone = matched(*said, part, sizes={part.line.id: 40})
    assert both is not None
    assert alone is not None
    assert both.event_id == whole.line.id
    assert alone.sureness < both.sureness


def test_an_event_is_as_near_as_the_last_story_of_it() -> None:
    first, later = told("هزة تضرب غرب تركيا", hours=70), told("هزة تضرب غرب تركيا", hours=1)
    ours = {later.line.id: first.line.id}
    said = ("هزة عنيفة ضربت غرب تركيا", LEAD[:120])
    old, gone_on = matched(*said, first), matched(*said, first, later, events=ours)
    assert gone_on is not None
    assert old is None or old.sureness < gone_on.sureness


@pytest.mark.parametrize(
    ("headline", "figures_told", "places_told"),
    [
        ("زلزال بقوة ٥٫٤ في تركيا", {"5.4"}, {"تركيا"}),
        ("Quake of 5.4 hits Iranian border", {"5.4"}, {"ايران"}),
        ("مقتل 12 في بغداد", set(), {"بغداد"}),
        ("South Korea beats Japan 3-1", {"3-1"}, {"كوريا الجنوبيه", "يابان"}),
        ("الأسعار ترتفع 10 %", {"10"}, set()),
    ],
)
def test_figures_and_places_of_a_headline(
    headline: str, figures_told: set[str], places_told: set[str]
) -> None:
    assert (set(figures.exact(headline)), set(figures.places(headline))) == (figures_told, places_told)


magnitudes = st.decimals(1, 9, places=1)


@settings(max_examples=25)
@given(magnitudes, magnitudes)
def test_two_magnitudes_are_two_quakes(one: object, other: object) -> None:
    found = matched(f"زلزال بقوة {one} يضرب تركيا", LEAD, told(f"زلزال بقوة {other} يضرب تركيا"))
    assert (found is None) == (one != other)


places = st.sampled_from(["تركيا", "إيران", "اليابان", "المكسيك", "الصين", "تشيلي", "إندونيسيا"])


@settings(max_examples=25)
@given(places, places)
def test_two_places_are_two_quakes(one: str, other: str) -> None:
    found = matched(f"زلزال قوي يضرب {one}", LEAD, told(f"زلزال قوي يضرب {other}"))
    assert (found is None) == (one != other)
