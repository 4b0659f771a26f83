"""The grammar of agency copy: headline, lead, sub-heads, related blocks, flags."""

from __future__ import annotations

import pytest

from newsroom.wire import parse
from storage.records import Draft, RevisionKind, SectionKind

LEAD = "أعلنت البلدية فتح الجسر الجديد أمام السيارات صباح الأحد بعد عامين من العمل."
MORE = "وقال رئيس البلدية إن الكلفة بلغت 12 مليون دينار."
LAST = "ويعبر الجسر نهراً عرضه 300 متر."
HEADLINE = "فتح الجسر الجديد بعد عامين من العمل"
FIRST_OTHER = "توسعة المطار تبدأ في الربيع بكلفة 90 مليون دينار"
SECOND_OTHER = "«قطار الساحل».. مشروع ينتظر التمويل منذ عشر سنوات"

Outline = list[tuple[str | None, tuple[str, ...]]]


def told(*paragraphs: str) -> Draft:
    return parse("\n\n".join(paragraphs).encode())


def outline(draft: Draft) -> Outline:
    return [(section.heading, section.paragraphs) for section in draft.sections]


def test_a_story_with_all_its_parts() -> None:
    draft = parse(
        f"""رويترز

{HEADLINE}

{LEAD}

كلفة المشروع

{MORE}

أخبار ذات صلة

{FIRST_OTHER}
{SECOND_OTHER}

«جسر الأمل»

{LAST}
""".encode()
    )
    assert (draft.headline, draft.credit, draft.source_code, draft.language) == (
        HEADLINE,
        "رويترز",
        "REUTERS",
        "ar",
    )
    assert outline(draft) == [(None, (LEAD,)), ("كلفة المشروع", (MORE,)), ("«جسر الأمل»", (LAST,))]
    assert (draft.related_headings, draft.related) == (("أخبار ذات صلة",), (FIRST_OTHER, SECOND_OTHER))
    assert [section.kind for section in draft.sections] == [
        SectionKind.LEAD,
        SectionKind.BODY,
        SectionKind.BODY,
    ]
    assert (draft.kind, draft.urgency, draft.alert, draft.byline) == (RevisionKind.NEW, None, None, None)


def test_an_english_story_with_wrapped_lines() -> None:
    draft = parse(
        b"""Suha opens its new bridge after two years
By Laila Haddad

MARFA, Jan 6 (AP) -- The city opened the new bridge to cars on Sunday, two
years after work began, and thousands walked across it before noon to see
the river from above.

What it cost

The mayor said that 12 million dinars had been spent.

Related stories:

- Airport extension to begin in spring
- Coast railway still looks for money

Ferries will go on until summer.
"""
    )
    lead = draft.sections[0].paragraphs[0]
    assert draft.headline == "Suha opens its new bridge after two years"
    assert (draft.credit, draft.source_code, draft.dateline, draft.byline) == (
        "(AP)",
        "AP",
        "MARFA",
        "By Laila Haddad",
    )
    assert lead.startswith(
        "MARFA, Jan 6 (AP) -- The city opened the new bridge to cars on Sunday, two years after"
    )
    assert "\n" not in lead
    assert outline(draft)[1:] == [
        (
            "What it cost",
            ("The mayor said that 12 million dinars had been spent.", "Ferries will go on until summer."),
        )
    ]
    assert draft.related == (
        "- Airport extension to begin in spring",
        "- Coast railway still looks for money",
    )
    assert draft.language == "en"


# Headlines


@pytest.mark.parametrize(
    "copy",
    [(HEADLINE, LEAD, MORE), ("أ ب", HEADLINE, LEAD, MORE), (HEADLINE, "(أ ب)", LEAD, MORE)],
    ids=["no credit", "credit before", "credit after"],
)
def test_a_headline_is_a_short_first_paragraph(copy: tuple[str, ...]) -> None:
    draft = told(*copy)
    assert (draft.headline, outline(draft)) == (HEADLINE, [(None, (LEAD, MORE))])


@pytest.mark.parametrize(
    "headline", ["هل يفتح الجسر اليوم؟", "الجسر يفتح أبوابه!", "«جسر الأمل»", "الجسر: عامان من العمل"]
)
def test_a_headline_may_ask_shout_and_quote(headline: str) -> None:
    assert told(headline, LEAD).headline == headline


@pytest.mark.parametrize(
    "first",
    [LEAD, "فتح الجسر اليوم.", "فتح الجسر اليوم…", "- فتح الجسر", "وقال رئيس البلدية:", "2031", "كلمة " * 40],
    ids=["long", "full stop", "ellipsis", "bullet", "colon", "no letters", "many words"],
)
def test_what_is_no_headline_is_lead(first: str) -> None:
    draft = told(first, MORE)
    assert draft.headline is None
    assert outline(draft) == [(None, (first.strip(), MORE))]


def test_a_lone_line_is_the_lead() -> None:
    assert (told(HEADLINE).headline, outline(told(HEADLINE))) == (None, [(None, (HEADLINE,))])


def test_a_second_short_line_is_lead_not_an_empty_section() -> None:
    assert outline(told(HEADLINE, "عامان من العمل", LEAD)) == [(None, ("عامان من العمل", LEAD))]


def test_a_headline_on_two_lines_is_one() -> None:
    draft = parse(f"فتح الجسر الجديد\nبعد عامين من العمل\n\n{LEAD}".encode())
    assert draft.headline == HEADLINE


# Sub-heads


@pytest.mark.parametrize(
    "line",
    [
        "كلفة المشروع",
        "«إرهابيون»",
        '"جسر الأمل"',
        "كفى!",
        "الجسر: أرقام",
        "6 يناير",
        "What it cost",
        "A bridge (again)",
    ],
)
def test_a_subhead_opens_a_section(line: str) -> None:
    assert outline(told(LEAD, line, MORE)) == [(None, (LEAD,)), (line, (MORE,))]


@pytest.mark.parametrize(
    "line",
    [
        "فتح الجسر.",
        "لماذا الآن؟",
        "Why now?",
        "ثم ماذا..",
        "ثم ماذا…",
        "«فتح الجسر.»",
        "وقال رئيس البلدية:",
        "وقال رئيس البلدية،",
        "- فتح الجسر",
        "• فتح الجسر",
        "ـ نعم، فتح الجسر",
        "1. فتح الجسر",
        "٢- فتح الجسر",
        "س: متى يفتح الجسر",
        "Q: When does it open",
        "https://example.org/bridge",
        "desk@example.org",
        "@desk",
        "#جسر_الأمل",
        "***",
        "2031",
        "كلمة " * 13,
        "ا" * 81,
    ],
)
def test_what_is_no_subhead_is_text(line: str) -> None:
    assert outline(told(LEAD, line, MORE)) == [(None, (LEAD, line.strip(), MORE))]


def test_a_subhead_needs_text_after_it() -> None:
    assert outline(told(LEAD, MORE, "كلفة المشروع")) == [(None, (LEAD, MORE, "كلفة المشروع"))]


def test_of_short_lines_in_a_row_the_last_opens_the_section() -> None:
    assert outline(told(LEAD, "الأحمر", "الأزرق", "كلفة المشروع", MORE)) == [
        (None, (LEAD, "الأحمر", "الأزرق")),
        ("كلفة المشروع", (MORE,)),
    ]


def test_a_subhead_may_touch_its_text() -> None:
    draft = parse(f"{LEAD}\n\nكلفة المشروع\n{MORE}\n\n{LAST}".encode())
    assert outline(draft) == [(None, (LEAD,)), ("كلفة المشروع", (MORE, LAST))]


def test_a_subhead_and_its_text_may_be_parted_by_a_related_block() -> None:
    draft = told(LEAD, "كلفة المشروع", f"اقرأ أيضا\n{FIRST_OTHER}\n{SECOND_OTHER}", MORE)
    assert outline(draft) == [(None, (LEAD,)), ("كلفة المشروع", (MORE,))]


def test_too_many_sections_fold_into_the_last_without_loss() -> None:
    draft = told(LEAD, *(part for n in range(200) for part in (f"باب رقم {n}", MORE)))
    assert len(draft.sections) == 64
    assert sum(len(section.paragraphs) for section in draft.sections) == 1 + 200 + 200 - 63
    assert draft.sections[-1].paragraphs[-2:] == ("باب رقم 199", MORE)


def test_too_many_lines_are_kept_as_they_are() -> None:
    draft = told(*([MORE] * 9_000))
    paragraphs = draft.sections[0].paragraphs
    assert len(paragraphs) < 5_000
    assert "".join(paragraphs).count(MORE) == 9_000


# Anchors


def test_anchors_survive_a_take_with_one_more_section() -> None:
    before = told(LEAD, "كلفة المشروع", MORE, "«جسر الأمل»", LAST)
    after = told(LEAD, "حركة السير", MORE, "كُلفة المشـــروع", MORE, "جسر الأمل", LAST)
    assert [s.anchor for s in before.sections[1:]] == [s.anchor for s in after.sections[2:]]
    assert before.sections[0].anchor == "lead"


def test_anchors_are_unique_short_and_plain() -> None:
    draft = told(LEAD, *["أرقام", MORE] * 30)
    anchors = [section.anchor for section in draft.sections]
    assert len(set(anchors)) == len(anchors) == 31
    assert all(anchor.isascii() and len(anchor) <= 16 for anchor in anchors)


# Related blocks


@pytest.mark.parametrize(
    "heading",
    [
        "أخبار ذات صلة",
        "أخبار ذات صلة:",
        "** أخبار ذات صلة **",
        "أخبـــار ذات صِلة",
        "مواضيع ذات صلة",
        "موضوعات متعلقة",
        "اقرأ أيضا",
        "اقرأ أيضاً:",
        "إقرأ أيضًا",
        "شاهد أيضا",
        "قد يهمك أيضا",
        "Related",
        "Related stories",
        "RELATED STORIES:",
        "Read also",
        "You may also like",
        "Lire aussi",
        "À lire aussi :",
    ],
)
def test_related_headlines_leave_the_text(heading: str) -> None:
    draft = told(LEAD, f"{heading}\n{FIRST_OTHER}\n{SECOND_OTHER}", MORE)
    assert (draft.related_headings, draft.related) == ((heading,), (FIRST_OTHER, SECOND_OTHER))
    assert outline(draft) == [(None, (LEAD, MORE))]


@pytest.mark.parametrize(
    "line", ["أخبار ذات صلة بالحرب نشرت أمس.", "اقرأ أيضا ما كتبه زميلنا.", "Related parties met."]
)
def test_a_sentence_that_begins_like_a_heading_is_text(line: str) -> None:
    draft = told(LEAD, line, MORE)
    assert (draft.related_headings, outline(draft)) == ((), [(None, (LEAD, line, MORE))])


BLOCKS = {
    "touching": "أخبار ذات صلة\n{0}\n{1}",
    "after a blank line": "أخبار ذات صلة\n\n{0}\n{1}",
    "after many": "أخبار ذات صلة\n\n\n \n{0}\n{1}",
    "spread out": "أخبار ذات صلة\n\n{0}\n\n{1}",
    "half spread out": "أخبار ذات صلة\n{0}\n\n{1}",
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
@pytest.mark.parametrize("bullet", ["", "- ", "• ", "1. "], ids=["plain", "dash", "dot", "number"])
def test_a_block_ends_after_its_last_headline(block: str, bullet: str) -> None:
    others = (bullet + FIRST_OTHER, bullet + SECOND_OTHER)
    block = block.format(*others)
    inside = told(LEAD, "كلفة المشروع", MORE, block, LAST)
    assert (inside.related, outline(inside)) == (others, [(None, (LEAD,)), ("كلفة المشروع", (MORE, LAST))])
    before = told(LEAD, block, "كلفة المشروع", LAST)
    assert (before.related, outline(before)) == (others, [(None, (LEAD,)), ("كلفة المشروع", (LAST,))])
    at_end = told(LEAD, MORE, block)
    assert (at_end.related, outline(at_end)) == (others, [(None, (LEAD, MORE))])


def test_a_block_of_one_headline_leaves_the_subhead_after_it() -> None:
    draft = told(LEAD, f"أخبار ذات صلة\n{FIRST_OTHER}", "كلفة المشروع", MORE)
    assert (draft.related, outline(draft)) == ((FIRST_OTHER,), [(None, (LEAD,)), ("كلفة المشروع", (MORE,))])


def test_headlines_in_a_block_may_end_with_a_full_stop() -> None:
    draft = told(LEAD, "أخبار ذات صلة\nالمطار يتوسع.\nالقطار ينتظر.", MORE)
    assert (draft.related, outline(draft)) == (("المطار يتوسع.", "القطار ينتظر."), [(None, (LEAD, MORE))])


def test_several_blocks() -> None:
    draft = told(LEAD, f"اقرأ أيضا\n{FIRST_OTHER}", MORE, f"مواضيع ذات صلة\n{SECOND_OTHER}", LAST)
    assert draft.related_headings == ("اقرأ أيضا", "مواضيع ذات صلة")
    assert (draft.related, outline(draft)) == ((FIRST_OTHER, SECOND_OTHER), [(None, (LEAD, MORE, LAST))])


def test_heading_and_headline_on_one_line() -> None:
    draft = told(LEAD, f"اقرأ أيضًا: {FIRST_OTHER}", MORE)
    assert (draft.related_headings, draft.related) == (("اقرأ أيضًا:",), (FIRST_OTHER,))
    assert outline(draft) == [(None, (LEAD, MORE))]


def test_a_heading_without_headlines_takes_no_text() -> None:
    draft = told(LEAD, "أخبار ذات صلة", LEAD + " " + LEAD + " " + LEAD, MORE)
    assert (draft.related, draft.related_headings) == ((), ("أخبار ذات صلة",))
    assert outline(draft) == [(None, (LEAD, LEAD + " " + LEAD + " " + LEAD, MORE))]


def test_a_block_before_the_lead() -> None:
    draft = told(HEADLINE, f"أخبار ذات صلة\n{FIRST_OTHER}\n{SECOND_OTHER}", LEAD)
    assert (draft.headline, draft.related) == (HEADLINE, (FIRST_OTHER, SECOND_OTHER))
    assert outline(draft) == [(None, (LEAD,))]


# Copy without blank lines


def test_without_blank_lines_each_line_is_a_paragraph() -> None:
    draft = parse(
        f"أ ب\n{HEADLINE}\n{LEAD}\nكلفة المشروع\n{MORE}\nأخبار ذات صلة\n{FIRST_OTHER}\n{LAST}\n".encode()
    )
    assert (draft.credit, draft.headline, draft.related) == ("أ ب", HEADLINE, (FIRST_OTHER,))
    assert outline(draft) == [(None, (LEAD,)), ("كلفة المشروع", (MORE, LAST))]


def test_without_blank_lines_wrapped_text_is_one_paragraph() -> None:
    lines = ["The city opened the new bridge to cars on Sunday, two years after"] * 4
    assert outline(parse("\n".join(lines).encode())) == [(None, (" ".join(lines),))]


def test_verse_and_lists_keep_their_lines() -> None:
    verse = "الجسر فوق النهر\nوالنهر تحت الجسر\nوالليل بينهما"
    assert outline(told(LEAD, verse, MORE)) == [(None, (LEAD, verse, MORE))]


# Flags


@pytest.mark.parametrize(
    ("flag", "alert"),
    [
        ("عاجل: ", "عاجل:"),
        ("عاجل | ", "عاجل |"),
        ("عاجل - ", "عاجل -"),
        ("عاجل.. ", "عاجل.."),
        ("عاجل/ ", "عاجل/"),
        ("#عاجل ", "#عاجل"),
        ("(عاجل) ", "(عاجل)"),
        ("**عاجل** ", "**عاجل**"),
        ("🔴 عاجل | ", "🔴 عاجل |"),
        ("عـــاجل: ", "عـــاجل:"),
        ("عاجل\n", "عاجل"),
        ("عاجل\n\n", "عاجل"),
        ("عاجل: عاجل: ", "عاجل: عاجل:"),
        ("خبر عاجل: ", "خبر عاجل:"),
        ("BREAKING: ", "BREAKING:"),
        ("Breaking news - ", "Breaking news -"),
        ("URGENT\n\n", "URGENT"),
        ("أ ب\n\nعاجل: ", "عاجل:"),
    ],
)
def test_a_flag_means_urgent_and_leaves_the_headline(flag: str, alert: str) -> None:
    draft = parse(f"{flag}{HEADLINE}\n\n{LEAD}".encode())
    assert (draft.alert, draft.urgency, draft.headline) == (alert, 2, HEADLINE)
    assert outline(draft) == [(None, (LEAD,))]


@pytest.mark.parametrize(
    "headline",
    [
        "اجتماع عاجل لمجلس البلدية",
        "عاجلا أم آجلا يفتح الجسر",
        "عاجلة: فتح الجسر",
        "عاجل الرئيس خصمه",
        "Breaking the silence on the bridge",
        "Breaking-point for the bridge",
        "Urgent talks on the bridge",
        "Flash floods close the bridge",
    ],
)
def test_the_word_in_a_sentence_is_no_flag(headline: str) -> None:
    draft = told(headline, LEAD)
    assert (draft.alert, draft.urgency, draft.headline) == (None, None, headline)


def test_a_flagged_line_alone_is_the_lead() -> None:
    draft = told("عاجل: فتح الجسر")
    assert (draft.alert, draft.urgency, draft.headline, outline(draft)) == (
        "عاجل:",
        2,
        None,
        [(None, ("فتح الجسر",))],
    )


def test_a_flag_alone_is_kept() -> None:
    assert outline(told("عاجل")) == [(None, ("عاجل",))]
