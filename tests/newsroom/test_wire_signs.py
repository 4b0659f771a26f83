"""Signs of the wire: flags, corrections, kills, embargoes, slugs, endings; and the same words in a story."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsroom.wire import embargoes, parse
from storage.records import Draft, RevisionKind

HEADLINE = "فتح الجسر الجديد بعد عامين من العمل"
LEAD = "أعلنت البلدية فتح الجسر الجديد أمام السيارات صباح الأحد بعد عامين من العمل."
MORE = "وقال رئيس البلدية إن الكلفة بلغت 12 مليون دينار."
ENGLISH = "Suha opens its new bridge"
ENGLISH_LEAD = "The city opened the new bridge to cars on Sunday, two years after work began."


def told(*paragraphs: str) -> Draft:
    return parse("\n\n".join(paragraphs).encode())


def texts(draft: Draft) -> list[str]:
    return [text for section in draft.sections for text in (section.heading, *section.paragraphs) if text]


@pytest.mark.parametrize(
    ("flag", "urgency"),
    [
        ("عاجل", 2),
        ("عاجل:", 2),
        ("« عاجل »", 2),
        ("عاجل جدا:", 1),
        ("عاجل للغاية |", 1),
        ("URGENT:", 2),
        ("ALERT -", 2),
        ("BREAKING:", 2),
        ("« URGENT »", 2),
        ("« FLASH »", 1),
        ("FLASH -", 1),
        ("NEWSFLASH:", 1),
        ("URGENTE:", 2),
    ],
)
def test_a_flag_is_urgency_and_leaves_the_headline(flag: str, urgency: int) -> None:
    for apart in (" ", "\n", "\n\n"):
        draft = (
            told(f"{flag}{apart}{HEADLINE}", LEAD)
            if flag != "عاجل" or apart != " "
            else told(flag, HEADLINE, LEAD)
        )
        assert (draft.headline, draft.alert, draft.urgency) == (HEADLINE, flag, urgency)
        assert (draft.kind, draft.marks) == (RevisionKind.NEW, ())


@pytest.mark.parametrize(
    ("sign", "kind"),
    [
        ("تصحيح:", RevisionKind.CORRECTION),
        ("(تصحيح)", RevisionKind.CORRECTION),
        ("تصحيح\n\n", RevisionKind.CORRECTION),
        ("خبر مصحح |", RevisionKind.CORRECTION),
        ("CORRECTION:", RevisionKind.CORRECTION),
        ("CORRECTED -", RevisionKind.CORRECTION),
        ("« CORRECTIF »", RevisionKind.CORRECTION),
        ("RECTIFICATIF :", RevisionKind.CORRECTION),
        ("REFILE -", RevisionKind.REFILE),
        ("تحديث 2:", RevisionKind.UPDATE),
        ("UPDATE 1 -", RevisionKind.UPDATE),
        ("1st LEAD:", RevisionKind.UPDATE),
        ("إلغاء\n\n", RevisionKind.KILL),
        ("BULLETIN KILL\n\n", RevisionKind.KILL),
        ("KILL:", RevisionKind.KILL),
        ("ANNULATION\n\n", RevisionKind.KILL),
        ("HOLD\n\n", RevisionKind.HOLD),
        ("يرجى عدم النشر\n\n", RevisionKind.HOLD),
    ],
)
def test_a_status_is_the_kind_and_leaves_the_headline(sign: str, kind: RevisionKind) -> None:
    draft = told(f"{sign} {HEADLINE}", LEAD, MORE)
    assert (draft.kind, draft.headline, draft.marks) == (kind, HEADLINE, (sign.strip(),))
    assert (draft.alert, draft.urgency) == (None, None)
    assert texts(draft) == [LEAD, MORE]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("CORRECTED-", RevisionKind.CORRECTION),
        ("UPDATE 2-", RevisionKind.UPDATE),
        ("REFILE-", RevisionKind.REFILE),
    ],
)
def test_a_sign_that_touches_the_headline(line: str, kind: RevisionKind) -> None:
    draft = told(f"{line}{ENGLISH}", ENGLISH_LEAD)
    assert (draft.kind, draft.headline, draft.marks) == (kind, ENGLISH, (line,))


def test_the_weightiest_of_several_signs_counts() -> None:
    draft = told(f"URGENT: CORRECTION: {ENGLISH}", ENGLISH_LEAD)
    assert (draft.kind, draft.urgency, draft.headline) == (RevisionKind.CORRECTION, 2, ENGLISH)
    assert told("UPDATE 1\n\nKILL", ENGLISH, ENGLISH_LEAD).kind is RevisionKind.KILL


@pytest.mark.parametrize(
    "headline",
    [
        "تصحيح مسار الاقتصاد يبدأ في الربيع",
        "إلغاء: كلمة السر في خطة الحكومة",
        "إلغاء الرحلات إلى الجزيرة",
        "تحديث الأسطول يكتمل",
        "Correction officers strike in Suha",
        "Update on the bridge expected",
        "Kill: a review of the new film",
        "Hold your horses",
        "Lead mine closes",
        "Flash floods hit Suha",
        "(Correction of the map of Suha) is out",
        "Self-correction in markets",
    ],
)
def test_the_same_words_in_a_headline_are_the_story(headline: str) -> None:
    draft = told(headline, LEAD)
    assert (draft.kind, draft.headline, draft.marks, draft.alert) == (RevisionKind.NEW, headline, (), None)


@pytest.mark.parametrize(
    "note",
    [
        "(Corrects year in paragraph 3)",
        "(تصحيح السنة في الفقرة الثالثة)",
        "(يصحح اسم الوزير في العنوان)",
        "(Rectifie le nom du ministre)",
    ],
)
def test_a_correction_says_what_was_wrong(note: str) -> None:
    draft = told(HEADLINE, note, LEAD)
    assert (draft.kind, draft.correction_note, draft.editor_note) == (RevisionKind.CORRECTION, note, None)
    assert (draft.headline, texts(draft)) == (HEADLINE, [LEAD])


@pytest.mark.parametrize(
    "note",
    [
        "(Adds quotes, background)",
        "Eds: story moves again at noon",
        "ملاحظة للمحررين: الصور لاحقا",
        "(إضافة تفاصيل)",
    ],
)
def test_a_note_to_desks_is_none_to_readers(note: str) -> None:
    draft = told("أ ب", note, HEADLINE, LEAD)
    assert (draft.editor_note, draft.correction_note, draft.kind) == (note, None, RevisionKind.NEW)
    assert (draft.headline, texts(draft)) == (HEADLINE, [LEAD])


@pytest.mark.parametrize(
    "end",
    [
        "(يتبع)",
        "«يتبع»",
        "يتبع",
        "// انتهى //",
        "(MORE)",
        "MORE",
        "-- ends --",
        "-END-",
        "###",
        "-30-",
        "(suite)",
        "FIN",
        "***",
    ],
)
def test_an_ending_is_a_mark(end: str) -> None:
    draft = told(HEADLINE, LEAD, MORE, end)
    assert (draft.marks, texts(draft)) == ((end,), [LEAD, MORE])
    with_credit = told(HEADLINE, LEAD, MORE, "(رويترز)", end)
    assert (with_credit.credit, with_credit.marks) == ("(رويترز)", (end,))
    assert texts(with_credit) == [LEAD, MORE]
    assert told(HEADLINE, LEAD, MORE, end, "رويترز").credit == "رويترز"


def test_an_ending_may_close_a_paragraph() -> None:
    draft = told(HEADLINE, LEAD, f"{MORE} (يتبع)")
    assert (draft.marks, texts(draft)) == (("(يتبع)",), [LEAD, MORE])
    assert told(f"{LEAD} (MORE)").marks == ("(MORE)",)


@pytest.mark.parametrize(
    "last", ["ولم يقل إن الأمر انتهى.", "The end of the road is more", "What follows is more."]
)
def test_the_same_words_in_a_last_sentence_stay(last: str) -> None:
    draft = told(HEADLINE, LEAD, last)
    assert (draft.marks, texts(draft)) == ((), [LEAD, last])


@pytest.mark.parametrize(
    "slug",
    [
        "/العين/",
        "الإمارات/ رياضة/ العين",
        "SUHA-BRIDGE/",
        "BC-EU-SUHA-BRIDGE",
        "SUHA-BRIDGE/ (UPDATE 2)",
        "^SUHA-BRIDGE",
    ],
)
def test_a_slug_on_a_line_of_its_own(slug: str) -> None:
    draft = told(slug, HEADLINE, LEAD)
    assert (draft.slugline, draft.headline, texts(draft)) == (slug, HEADLINE, [LEAD])
    after = told("أ ب", slug, HEADLINE, LEAD)
    assert (after.slugline, after.credit, after.headline) == (slug, "أ ب", HEADLINE)


def test_a_slug_before_the_headline() -> None:
    draft = told(f"/العين/ {HEADLINE}", LEAD)
    assert (draft.slugline, draft.headline) == ("/العين/", HEADLINE)


@pytest.mark.parametrize("line", ["/ وام /", "القاهرة/رويترز"])
def test_a_credit_in_slashes_is_no_slug(line: str) -> None:
    draft = told(line, HEADLINE, LEAD)
    assert (draft.slugline, draft.credit) == (None, line)


NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("محظور النشر حتى الساعة 12:00 بتوقيت غرينتش يوم 25 نوفمبر 2026", NOON),
        ("محظور النشر حتى الساعة ١٥:٠٠ بتوقيت مكة المكرمة ٢٥ نوفمبر/ تشرين الثاني ٢٠٢٦", NOON),
        ("يحظر النشر قبل 14:00 بتوقيت القاهرة، 25 تشرين الثاني 2026", NOON),
        ("لا ينشر قبل 2026-11-25 12:00", NOON),
        ("EMBARGOED UNTIL 1200 GMT NOV 25, 2026", NOON),
        ("Embargoed: not for publication before 7:00 a.m. EST, November 25, 2026", NOON),
        ("Under embargo until 25 November 2026 at 12.00 UTC", NOON),
        ("Embargo 25/11/2026 13:00 CET", NOON),
        ("SOUS EMBARGO jusqu'au 25 novembre 2026 à 13h00 CET", NOON),
        ("Not for release before 2026-11-25 15:00 GMT+3", NOON),
        ("Embargo 2026-11-25 07:00-05:00", NOON),
        ("*** HOLD FOR RELEASE 12:00 GMT, 25th November 2026 ***", NOON),
        ("EMBARGO: 12 p.m. GMT, 25 Nov 2026", NOON),
        ("Embargoed until noon on Sunday", None),
        ("محظور النشر حتى ظهر الأحد", None),
        ("Embargoed until 99/99/2026 12:00", None),
        ("Embargoed until 25/11/2026 27:00", None),
        ("Embargoed until 25/11/2026 12:00 GMT+99", None),
    ],
)
def test_an_embargo_line(line: str, until: datetime | None) -> None:
    """One without a time that is understood holds the story: it must not go out before somebody looks."""
    assert embargoes.until(line) == until
    draft = told(line, HEADLINE, LEAD)
    assert (draft.embargo, draft.headline, draft.marks) == (until, HEADLINE, (line,))
    assert draft.kind is (RevisionKind.NEW if until else RevisionKind.HOLD)
    assert texts(draft) == [LEAD]


@pytest.mark.parametrize(
    "headline",
    [
        "Embargo on oil hurts Suha",
        "Embargoed goods reach Suha",
        "حظر النشر في قضية الجسر",
        "Embargo 25/11/2026 27:00",
    ],
)
def test_an_embargo_in_the_news_is_the_story(headline: str) -> None:
    draft = told(headline, LEAD)
    assert (draft.kind, draft.headline, draft.embargo) == (RevisionKind.NEW, headline, None)


def test_copy_that_is_all_signs_keeps_its_meaning_and_its_words() -> None:
    draft = told("KILL", "محظور النشر حتى ظهر الأحد")
    assert draft.kind is RevisionKind.KILL
    assert texts(draft) == ["KILL", "محظور النشر حتى ظهر الأحد"]
