"""Candidates and search, by weighted terms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from stored_samples import MINUTE, NOW, file, move

from storage import candidates, stories, terms
from storage.candidates import Effort, Within
from storage.database import Database, Transaction
from storage.records import Candidate, StoryState
from storage.schema import story_term

LONG_AGO = NOW - timedelta(days=400)

LOOKED_AT = 4  # times as many as become candidates


def fill(tx: Transaction) -> dict[str, int]:
    """Four stories of a quake and one of a match; "اليوم" is in all."""
    told = {
        "AAAA": {"زلزال": 2.0, "تركيا": 1.0, "اليوم": 0.5},
        "BBBB": {"زلزال": 1.0, "اليوم": 0.5},
        "CCCC": {"مباراة": 2.0, "اليوم": 0.5},
        "DDDD": {"زلزال": 2.0, "تركيا": 1.5, "إغاثة": 1.0, "اليوم": 0.5},
    }
    return {code: file(tx, code=code, words=words) for code, words in told.items()}


def find(
    tx: Transaction, asked: Mapping[str, float], within: Within, limit: int, postings: int = 1000
) -> list[Candidate]:
    known = candidates.survey(tx, asked, within.since, within.until)
    effort = Effort(postings=postings, looked_at=LOOKED_AT * limit, lines=2 * limit, candidates=limit)
    return candidates.find(tx, asked, within, known, effort, worth=lambda *_: 1.0)


async def ask(db: Database, story_id: int, *words: str, limit: int = 9) -> list[Candidate]:
    within = Within(since=LONG_AGO, until=NOW, of=story_id, readable_at=NOW)
    return await db.read(lambda tx: find(tx, dict.fromkeys(words, 1.0), within, limit))


async def search(db: Database, *words: str, limit: int = 9) -> list[str]:
    return [told.code for told in await db.read(partial(terms.search, terms=words, limit=limit, now=NOW))]


async def test_what_shares_more_and_rarer_terms_comes_first(db: Database) -> None:
    ids = await db.write(fill)
    found = await ask(db, ids["AAAA"], "زلزال", "تركيا", "اليوم")
    assert [candidate.line.code for candidate in found] == ["DDDD", "BBBB", "CCCC"]
    assert found[0].terms == {"زلزال": 2.0, "تركيا": 1.5, "إغاثة": 1.0, "اليوم": 0.5}
    assert [each.line.code for each in await ask(db, ids["AAAA"], "زلزال", "تركيا", limit=1)] == ["DDDD"]


async def test_a_story_that_shares_nothing_has_no_candidates(db: Database) -> None:
    ids = await db.write(fill)
    assert await ask(db, ids["CCCC"], "مباراة", "غائب") == []
    assert await ask(db, ids["CCCC"]) == []


async def test_candidates_are_readable_and_of_the_time_asked_for(db: Database) -> None:
    words = {"زلزال": 1.0}

    def work(tx: Transaction) -> int:
        for state in StoryState:
            file(tx, code=state[:4].upper(), state=state, words=words)
        file(tx, code="UNDR", words=words, embargo=NOW + MINUTE)
        file(tx, code="PAST", words=words, now=LONG_AGO - MINUTE)
        return file(tx, code="SELF", words=words)

    own = await db.write(work)
    assert [each.line.code for each in await ask(db, own, "زلزال")] == ["PUBL"]
    assert await search(db, "زلزال") == ["SELF", "PAST", "PUBL"]


async def test_no_story_at_all_gives_no_candidates(db: Database) -> None:
    assert await ask(db, 1, "زلزال") == []
    assert await search(db, "زلزال") == []
    assert await search(db) == []
    assert await db.read(terms.story_count) == 0


async def test_common_terms_are_left_out_when_they_cost_too_much(db: Database) -> None:
    ids = await db.write(fill)
    within = Within(since=LONG_AGO, until=NOW, of=ids["AAAA"])
    asked = dict.fromkeys(("زلزال", "تركيا", "اليوم"), 1.0)
    found = await db.read(lambda tx: find(tx, asked, within, 9, postings=5))
    assert [candidate.line.code for candidate in found] == ["DDDD", "BBBB"]


async def test_what_a_story_is_worth_decides_whose_words_are_read(db: Database) -> None:
    ids = await db.write(fill)
    await db.write(lambda tx: file(tx, code="EEEE", words={"زلزال": 0.5}, now=NOW - MINUTE))
    within, asked = Within(since=LONG_AGO, until=NOW, of=ids["CCCC"]), {"زلزال": 1.0, "تركيا": 1.0}

    def worth(language: str, at: datetime) -> float:
        return float((language, at) == ("ar", NOW - MINUTE))

    def work(tx: Transaction) -> list[Candidate]:
        known = candidates.survey(tx, asked, within.since, within.until)
        effort = Effort(postings=1000, looked_at=9, lines=9, candidates=1)
        return candidates.find(tx, asked, within, known, effort, worth=worth)

    assert [candidate.line.code for candidate in await db.read(work)] == ["EEEE"]


async def test_of_what_shares_most_only_the_best_in_their_time_become_lines(db: Database) -> None:
    def work(tx: Transaction) -> list[Candidate]:
        for number in range(4):
            file(tx, code=f"OLD{number}", words={"زلزال": 1.0}, now=NOW - 60 * MINUTE)
        file(tx, code="NEAR", words={"زلزال": 0.5}, now=NOW)
        within, asked = Within(since=LONG_AGO, until=NOW, language="ar"), {"زلزال": 1.0}
        known = candidates.survey(tx, asked, within.since, within.until)
        effort = Effort(postings=1000, looked_at=5, lines=1, candidates=1)
        return candidates.find(tx, asked, within, known, effort, worth=lambda _, at: float(at == NOW))

    assert [candidate.line.code for candidate in await db.write(work)] == ["NEAR"]


async def test_the_best_abroad_are_found_behind_any_number_of_better_ones_at_home(db: Database) -> None:
    def work(tx: Transaction) -> list[Candidate]:
        for number in range(2 * LOOKED_AT):
            file(tx, code=f"HO{number:02}", words={"=nbl": 1.0})
        file(tx, code="AWAY", words={"=nbl": 0.1}, language="en")
        within = Within(since=LONG_AGO, until=NOW, language="ar", foreign=True)
        return find(tx, {"=nbl": 1.0}, within, 1)

    assert [candidate.line.code for candidate in await db.write(work)] == ["AWAY"]


async def test_frequencies_follow_what_stories_hold(db: Database) -> None:
    ids = await db.write(fill)
    asked = ["زلزال", "تركيا", "غائب"]
    assert await db.read(lambda tx: terms.frequencies(tx, asked)) == {"زلزال": 3, "تركيا": 2, "غائب": 0}
    await db.write(lambda tx: terms.index(tx, ids["BBBB"], {"تركيا": 1.0, "غائب": 1.0}))
    assert await db.read(lambda tx: terms.frequencies(tx, asked)) == {"زلزال": 2, "تركيا": 3, "غائب": 1}
    await db.write(lambda tx: terms.index(tx, ids["BBBB"], {}))
    assert await db.read(lambda tx: terms.frequencies(tx, asked)) == {"زلزال": 2, "تركيا": 2, "غائب": 0}
    assert await db.read(terms.story_count) == 4


async def test_indexing_again_the_same_changes_no_count(db: Database) -> None:
    ids = await db.write(fill)
    for _ in range(2):
        await db.write(lambda tx: terms.index(tx, ids["CCCC"], {"مباراة": 3.0}))
    assert await db.read(lambda tx: terms.frequencies(tx, ["مباراة", "اليوم"])) == {"مباراة": 1, "اليوم": 3}


async def test_what_is_no_word_is_not_indexed(db: Database) -> None:
    story_id = await db.write(lambda tx: file(tx, words={"": 1.0, "w" * 65: 1.0, "و" * 64: 1.0}))
    held = await db.read(lambda tx: tx.execute(sa.select(story_term.c.term, story_term.c.story_id)).all())
    assert [tuple(row) for row in held] == [("و" * 64, story_id)]


async def test_search_gives_what_holds_all_the_words_first_and_newest_first(db: Database) -> None:
    await db.write(fill)
    assert await search(db, "زلزال") == ["DDDD", "BBBB", "AAAA"]
    assert await search(db, "تركيا", "زلزال") == ["DDDD", "AAAA", "BBBB"]
    assert await search(db, "زلزال", "تركيا", "إغاثة") == ["DDDD", "AAAA"]
    assert await search(db, "زلزال", "غائب") == ["DDDD", "BBBB", "AAAA"]
    assert await search(db, "زلزال", "غائب", "معدوم") == []
    assert await search(db, "تركيا", "زلزال", limit=2) == ["DDDD", "AAAA"]
    assert await search(db, "تركيا", "زلزال", limit=3) == ["DDDD", "AAAA", "BBBB"]


async def test_a_search_of_very_many_words_is_answered(db: Database) -> None:
    await db.write(fill)
    assert await search(db, "زلزال", *(f"كلمة{number}" for number in range(500))) == []


async def test_a_killed_story_is_found_nowhere(db: Database) -> None:
    ids = await db.write(fill)
    await db.write(lambda tx: move(tx, ids["DDDD"], StoryState.KILLED))
    assert await search(db, "إغاثة") == []
    assert [each.line.code for each in await ask(db, ids["AAAA"], "تركيا")] == []


async def test_questions_are_answered_from_indexes(sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    plans: list[str] = []

    def explain(tx: Transaction) -> None:
        @sa.event.listens_for(tx, "before_cursor_execute")
        def plan(
            connection: sa.Connection, cursor: object, statement: str, parameters: Any, *_: object
        ) -> None:
            if statement.startswith(("SELECT", "WITH")):
                raw = connection.connection.cursor()
                raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
                plans.extend(row[3] for row in raw.fetchall())

        for language in (None, "ar"):
            within = Within(since=LONG_AGO, until=NOW, of=1, language=language)
            find(tx, {"زلزال": 1.0, "تركيا": 1.0}, within, 9)
        terms.index(tx, 1, {"زلزال": 1.0})
        terms.search(tx, ["زلزال", "تركيا"], limit=9, now=NOW)
        stories.latest(tx, limit=9, now=NOW)
        stories.latest(tx, limit=9, topic="سياسة", now=NOW)

    await database.write(fill)
    await database.write(explain)
    await database.close()
    ours = ("story", "revision", "story_term", "story_words", "term", "story_topic", "story_term_1")
    assert plans
    assert [step for step in plans if step.startswith(tuple(f"SCAN {name}" for name in ours))] == []


async def test_candidates_in_other_languages_are_asked_for_apart(db: Database) -> None:
    def work(tx: Transaction) -> None:
        file(tx, code="ARAB", language="ar", words={"=btn": 1.0})
        file(tx, code="ENGL", language="en", words={"=btn": 1.0})

    def codes(tx: Transaction, *, foreign: bool) -> list[str]:
        within = Within(since=LONG_AGO, until=NOW, language="ar", foreign=foreign)
        return [found.line.code for found in find(tx, {"=btn": 1.0}, within, 9)]

    await db.write(work)
    assert await db.read(partial(codes, foreign=False)) == ["ARAB"]
    assert await db.read(partial(codes, foreign=True)) == ["ENGL"]


async def test_candidates_are_of_the_time_before_its_end_too(db: Database) -> None:
    def work(tx: Transaction) -> None:
        for code, at in (("OLDD", LONG_AGO), ("MIDD", NOW - MINUTE), ("NEWW", NOW)):
            file(tx, code=code, words={"زلزال": 1.0}, now=at)

    await db.write(work)
    within = Within(since=LONG_AGO, until=NOW - MINUTE)
    found = await db.read(lambda tx: find(tx, {"زلزال": 1.0}, within, 9))
    assert {each.line.code for each in found} == {"OLDD", "MIDD"}


async def test_a_story_is_compared_by_more_than_it_is_found_by(db: Database) -> None:
    ids = await db.write(fill)
    words = {"مباراة": 1.0, "ملعب": 0.5}
    await db.write(lambda tx: terms.index(tx, ids["CCCC"], {"مباراة": 1.0}, words))
    assert await db.read(lambda tx: terms.words_of(tx, [ids["CCCC"]])) == {ids["CCCC"]: words}
    assert await search(db, "ملعب") == []
    await db.write(lambda tx: terms.index(tx, ids["CCCC"], {"ملعب": 1.0}))
    assert (await search(db, "ملعب"), await search(db, "مباراة")) == (["CCCC"], [])
