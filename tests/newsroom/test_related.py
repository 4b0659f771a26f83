"""Which stories go with one: by words, names, numbers, pieces of words, and time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom import filing, related, relating, wire
from newsroom.incoming import Copy, Trust
from newsroom.likeness import Weighed, cosine
from newsroom.related import Relation, Telling, collapse, fullness, kin_of, rank, rarities, widened
from newsroom.terms import bag_of
from storage import stories
from storage.database import Database, Transaction
from storage.records import Candidate, Section, SectionKind, StoryLine

NOW = datetime(2024, 5, 6, 12, tzinfo=UTC)
numbers = count(1)


def line(headline: str, *, hours: float = 0, language: str = "ar") -> StoryLine:
    number = next(numbers)
    return StoryLine(
        id=number,
        code=f"C{number:03}",
        headline=headline,
        language=language,
        urgency=5,
        source_code=None,
        credit=None,
        published_at=NOW - timedelta(hours=hours),
    )


def words(headline: str, lead: str = "") -> dict[str, float]:
    told = (Section(kind=SectionKind.LEAD, heading=None, paragraphs=(lead,), anchor="lead"),) if lead else ()
    return bag_of(headline, told).everything


def candidate(headline: str, **when: object) -> Candidate:
    told = line(headline, **when)  # type: ignore[arg-type]
    return Candidate(line=told, terms=words(headline))


def ranked(headline: str, *others: Candidate, language: str = "ar") -> list[str]:
    story = Telling(line=line(headline, language=language), terms=words(headline))
    found = rank(story, others, rarities(dict.fromkeys(story.terms, 1), 100), most=9)
    return [relation.line.headline for relation in found]


def test_what_shares_more_comes_first_and_what_shares_nothing_not_at_all() -> None:
    quake = candidate("زلزال قوي يضرب غرب تركيا")
    felt = candidate("هزات بعد زلزال تركيا تعيق الإنقاذ")
    match = candidate("فوز المنتخب في المباراة النهائية")
    assert ranked("زلزال يضرب غرب تركيا ويخلف ضحايا", match, felt, quake) == [
        "زلزال قوي يضرب غرب تركيا",
        "هزات بعد زلزال تركيا تعيق الإنقاذ",
    ]


def test_of_two_alike_the_nearer_in_time_comes_first_before_or_after() -> None:
    old, near, later = (candidate("زلزال تركيا", hours=hours) for hours in (90, 5, -30))
    told = [
        relation.line.published_at
        for relation in rank(
            Telling(line=line("زلزال تركيا"), terms=words("زلزال تركيا")),
            [old, later, near],
            rarities(dict.fromkeys(words("زلزال تركيا"), 1), 9),
            most=9,
        )
    ]
    assert told == [near.line.published_at, later.line.published_at, old.line.published_at]


@pytest.mark.parametrize(
    ("ours", "theirs", "language"),
    [
        ("بايدن يلتقي ماكرون في باريس", "Biden meets Macron in Paris", "en"),
        ("بوتين يتصل بنتنياهو", "Путин позвонил Нетаньяху", "ru"),
        ("سيمون بايلز تنسحب من النهائي", "Simone Biles se retira de la final", "es"),
    ],
)
def test_names_cross_languages(ours: str, theirs: str, language: str) -> None:
    other = candidate("Stocks rise on hopes of lower rates", language="en")
    assert ranked(ours, other, candidate(theirs, language=language)) == [theirs]


def test_the_likeness_says_what_it_rests_on() -> None:
    story = Telling(line=line("زلزال يضرب غرب تركيا"), terms=words("زلزال يضرب غرب تركيا"))
    found = rank(
        story,
        [candidate("زلزال تركيا")],
        rarities({"زلزال": 1, "تركيا": 50} | dict.fromkeys(story.terms, 9), 100),
        most=9,
    )
    assert set(found[0].shared) <= {"زلزال", "تركيا", *(name for name in story.terms if name.startswith("="))}


def relation(headline: str, score: float, *, hours: float = 0, language: str = "ar") -> Relation:
    told = line(headline, hours=hours, language=language)
    return Relation(line=told, score=score, shared=(), terms=words(headline))


def test_takes_of_one_event_are_one_line() -> None:
    first, again = relation("زلزال قوي يضرب غرب تركيا", 0.9), relation("زلزال قوي يضرب غرب تركيا اليوم", 0.8)
    aid = relation("وصول المساعدات إلى المناطق المنكوبة", 0.5)
    old = relation("زلزال قوي يضرب غرب تركيا", 0.4, hours=400)
    kept = collapse([first, again, aid, old])
    assert [told.line for told in kept] == [first.line, aid.line, old.line]
    assert kept[0].takes == (again.line,)


STORY = " ".join(f"{one}{other}كلمة" for one in "بتجدرسش" for other in "فقكلمنهصطعغ")


def test_an_old_story_keeps_more_of_its_likeness_to_a_whole_story_than_to_a_headline() -> None:
    def kept(lead: str) -> float:
        story = Telling(line=line("زلزال تركيا"), terms=words("زلزال تركيا", lead))
        scores = []
        for hours in (0, 400):
            other = Candidate(line=line("زلزال تركيا", hours=hours), terms=dict(story.terms))
            scores.append(rank(story, [other], rarities(dict.fromkeys(story.terms, 1), 9), most=1)[0].score)
        return scores[1] / scores[0]

    assert fullness(words("زلزال تركيا", STORY)) == 1
    assert 0.05 < kept("") < 0.2
    assert 0.5 < kept(STORY) < 0.7


def test_a_headline_is_heard_with_what_it_is_most_like() -> None:
    """The third shares nothing with the first but the second."""
    first, second = words("زلزال يضرب إزمير"), candidate("زلزال يضرب إزمير والسلطات تجلي السكان")
    third, stranger = candidate("السلطات تجلي السكان"), candidate("فوز المنتخب في المباراة")
    story = Telling(line=line("زلزال يضرب إزمير"), terms=first)
    pool = [third, stranger, second]
    rarity = rarities(dict.fromkeys([*first, *second.terms, *third.terms], 1), 100)
    alone = rank(story, pool, rarity, most=9)
    assert [told.line for told in alone] == [second.line]
    together = rank(story, pool, rarity, most=9, kin=kin_of(story, alone))
    assert [told.line for told in together] == [second.line, third.line]


def test_kin_that_repeats_the_headline_makes_it_louder() -> None:
    headline = "زلزال يضرب إزمير"
    story = Telling(line=line(headline), terms=words(headline))
    again = Candidate(line=line(headline), terms={})
    same, other = relation(headline, 0.5), relation("السلطات تجلي السكان", 0.5)
    rarity = rarities(dict.fromkeys([*story.terms, *other.terms], 1), 100)

    def score(*kin: Relation) -> float:
        return rank(story, [again], rarity, most=1, kin=kin)[0].score

    assert score(other) < score(same, other) < score(same)


def test_kin_say_in_what_order_and_not_that_it_is_likely_at_all() -> None:
    """A story that is like no other would else find that it is just like the one that it was heard with."""
    first, hardly = words("زلزال يضرب إزمير"), candidate("السلطات تجلي سكان قرية بعد زلزال في الجبال البعيدة")
    story = Telling(line=line("زلزال يضرب إزمير"), terms=first)
    rarity = rarities(dict.fromkeys([*first, *hardly.terms], 1), 100)
    (alone,) = rank(story, [hardly], rarity, most=1)
    (heard,) = rank(story, [hardly], rarity, most=1, kin=[alone])
    assert heard.score > 2 * alone.score
    assert heard.likely == pytest.approx(alone.likely, rel=0.01)


@pytest.mark.parametrize(
    ("headline", "language", "is_shown"),
    [
        ("Biden meets Zelensky", "en", True),
        ("Biden returns", "en", False),
        ("بايدن يعود", "ar", True),
    ],
)
def test_abroad_one_name_alone_may_be_an_accident(headline: str, language: str, is_shown: bool) -> None:
    story = Telling(line=line("بايدن يلتقي زيلينسكي"), terms=words("بايدن يلتقي زيلينسكي"))
    other = candidate(headline, language=language)
    (found,) = rank(story, [other], rarities(dict.fromkeys(story.terms, 1), 100), most=1)
    assert related.is_likely(story, found) is is_shown


def test_a_whole_story_speaks_for_itself() -> None:
    story = Telling(line=line("زلزال"), terms=words("زلزال", STORY))
    heard = [relation("زلزال يضرب إزمير", 0.9)]
    assert kin_of(story, heard) == ()
    assert widened(story, heard) == story.terms


weights = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.01, 1), max_size=8)


@given(weights, weights)
def test_likeness_is_a_share_and_whole_of_itself(one: dict[str, float], other: dict[str, float]) -> None:
    known = rarities(dict.fromkeys(one, 3), 100)
    assert 0 <= Weighed(one, known).likeness(other) <= 1.0000001
    assert not one or abs(Weighed(one, known).likeness(one) - 1) < 1e-6
    assert not one or abs(cosine(one, one) - 1) < 1e-6


async def test_readers_are_not_shown_what_is_hardly_alike(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(tx: Transaction) -> tuple[list[Relation], list[Relation]]:
        for place in ("بيروت", "عدن"):
            body = (
                f"انفجار يهز مرفأ {place}\n\nرويترز\n\nهز انفجار كبير المرفأ مساء اليوم في {place}.".encode()
            )
            taken = filing.file(tx, Copy(body=body, source=place, trust=Trust.PUBLISH), wire.parse(body), NOW)
        story = stories.by_code(tx, taken.code)
        assert story is not None
        return relating.kin(tx, story, most=9), relating.relations(tx, story, now=NOW, most=9)

    monkeypatch.setattr(related, "LEAST", 0.99)
    ranked, shown = await db.write(work)
    assert [relation.likely < 0.99 for relation in ranked] == [True]
    assert shown == []


def test_pieces_of_words_are_as_rare_as_the_rarest_word_that_they_are_in() -> None:
    rarity = related.gram_rarities_by_words({"harbour": 4.0, "harbours": 6.0, "in": 2.0})
    assert (rarity["_har"], rarity["our_"], rarity["_in_"], rarity["fire"]) == (6.0, 4.0, 2.0, 4.0)
