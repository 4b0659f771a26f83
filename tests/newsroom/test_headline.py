"""Headlines made from leads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.headline import MOST_LETTERS, derive


@pytest.mark.parametrize(
    ("lead", "headline"),
    [
        ("فتحت البلدية الجسر. وقال رئيسها إن الكلفة كبيرة.", "فتحت البلدية الجسر"),
        ("فتحت البلدية الجسر\nوقال رئيسها إن الكلفة كبيرة.", "فتحت البلدية الجسر"),
        ("القاهرة (رويترز) - فتحت البلدية الجسر.", "فتحت البلدية الجسر"),
        ("CAIRO (AP) — The city opened its bridge. More follows.", "The city opened its bridge"),
        ("هل يفتح الجسر؟ لا أحد يعرف.", "هل يفتح الجسر؟"),
        ("«نعم. فتحنا الجسر» قال رئيس البلدية. ثم مضى.", "«نعم. فتحنا الجسر» قال رئيس البلدية"),
        ("بلغ النمو 3.5 في المئة. وانخفضت البطالة.", "بلغ النمو 3.5 في المئة"),
        ("قال رئيس البلدية «فتحنا الجسر.", "قال رئيس البلدية فتحنا الجسر"),
        ("The U.S. bank cut rates. Markets rose.", "The U.S. bank cut rates"),
        ("", ""),
        ("...", ""),
    ],
)
def test_the_first_sentence(lead: str, headline: str) -> None:
    assert derive(lead, "ar") == headline


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    lead = (
        "أعلنت البلدية فتح الجسر الجديد أمام السيارات صباح الأحد، بعد عامين من العمل المتواصل فيه "
        "ومن الخلافات على كلفته التي بلغت 12 مليون دينار."
    )
    assert derive(lead, "ar") == "أعلنت البلدية فتح الجسر الجديد أمام السيارات صباح الأحد"


def test_a_sentence_without_clauses_is_cut_at_a_word_that_can_stand_last() -> None:
    lead = "The city council opened the long awaited new bridge to thousands of cars and to the marching band"
    cut = derive(lead, "en")
    assert cut == "The city council opened the long awaited new bridge to thousands of cars…"


def test_a_cut_leaves_no_quotation_open() -> None:
    lead = "قال رئيس البلدية أمام حشد من السكان إن الجسر «سيغير وجه المدينة كلها في السنوات العشر المقبلة»"
    assert derive(lead, "ar").count("«") == derive(lead, "ar").count("»")


@given(
    st.text(max_size=300) | st.text(alphabet='اب «».،…!؟ab"()- \n', max_size=300),
    st.sampled_from(["ar", "en", "und"]),
)
def test_whatever_the_lead_the_headline_is_short_and_clean(lead: str, language: str) -> None:
    headline = derive(lead, language)
    assert len(headline) <= MOST_LETTERS
    assert "\n" not in headline
    assert headline == headline.strip()
    assert not headline.endswith((".", "،", ",", ":"))
    assert headline.count("«") == headline.count("»")
    assert headline.count('"') % 2 == 0
