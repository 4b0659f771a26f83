"""Credits: the usual spellings, and only where a credit stands."""

from __future__ import annotations

import pytest

from newsroom.wire import parse
from newsroom.wire.credits import at_the_end, credit_line, dateline_length, in_dateline
from newsroom.wire.sources import SPELLINGS, WITH_A_SIGN
from storage.records import Draft

LEAD = "أعلنت البلدية فتح الجسر الجديد أمام السيارات صباح الأحد بعد عامين من العمل."
MORE = "وقال رئيس البلدية إن الكلفة بلغت 12 مليون دينار."


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("أ ب", "AP"),
        ("ا ب", "AP"),
        ("(أ ب)", "AP"),
        ("أ.ب", "AP"),
        ("«أ. ب.»", "AP"),
        ("- أ ب -", "AP"),
        ("أسوشيتد برس", "AP"),
        ("أ ف ب", "AFP"),
        ("ا ف ب", "AFP"),
        ("(أ.ف.ب)", "AFP"),
        ("وكالة فرانس برس", "AFP"),
        ("رويترز", "REUTERS"),
        ("(رويترز)", "REUTERS"),
        ("وكالة رويترز", "REUTERS"),
        ("رويـــترز", "REUTERS"),
        ("رُويترز", "REUTERS"),
        ("د ب أ", "DPA"),
        ("د.ب.أ", "DPA"),
        ("وكالة الأنباء الألمانية", "DPA"),
        ("واس", "SPA"),
        ("وكالة الأنباء السعودية (واس)", "SPA"),
        ("وام", "WAM"),
        ("سبوتنيك", "SPUTNIK"),
        ("الأناضول", "AA"),
        ("وكالة أنباء الأناضول", "AA"),
        ("أ ش أ", "MENA"),
        ("قنا", "QNA"),
        ("كونا", "KUNA"),
        ("شينخوا", "XINHUA"),
        ("تاس", "TASS"),
        ("وكالات", "AGENCIES"),
        ("المصدر: رويترز", "REUTERS"),
        ("AP", "AP"),
        ("(AP)", "AP"),
        ("A.P.", "AP"),
        ("AFP", "AFP"),
        ("Reuters", "REUTERS"),
        ("REUTERS", "REUTERS"),
        ("dpa", "DPA"),
        ("Associated Press", "AP"),
        ("Source: Reuters", "REUTERS"),
        ("رويترز، أ ف ب", "REUTERS"),
        ("أ ف ب / رويترز", "AFP"),
        ("رويترز وأ ف ب", "REUTERS"),
        ("(رويترز) و(أ ف ب)", "REUTERS"),
        ("رويترز - أ ب", "REUTERS"),
        ("AFP and Reuters", "AFP"),
    ],
)
def test_a_line_of_agencies_is_a_credit(line: str, code: str) -> None:
    credit = credit_line(line)
    assert credit is not None
    assert (credit.raw, credit.code) == (line, code)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "أب وأم",
        "آب",
        "قال مراسل رويترز",
        "رويترز: الهدنة تبدأ غدا",
        "بوتين",
        "Ap",
        "Map",
        "Reuters reporter freed",
        "الهدنة تبدأ غدا في العاصمة - رويترز",
        "رويترز، صحيفة الجبل",
        "؟",
        "12",
        "( )",
    ],
)
def test_other_lines_are_not(line: str) -> None:
    assert credit_line(line) is None


@pytest.mark.parametrize(
    ("line", "code", "place"),
    [
        ("القاهرة - رويترز", "REUTERS", "القاهرة"),
        ("القاهرة ـ رويترز", "REUTERS", "القاهرة"),
        ("القدس المحتلة - أ ف ب", "AFP", "القدس المحتلة"),
        ("دمشق/ سانا", "SANA", "دمشق"),
        ("CAIRO - Reuters", "REUTERS", "CAIRO"),
        ("لندن (أ ب)", None, None),
    ],
)
def test_a_place_may_stand_before_it(line: str, code: str | None, place: str | None) -> None:
    credit = credit_line(line)
    assert (credit and credit.code, credit and credit.place) == (code, place)


@pytest.mark.parametrize(
    ("opening", "raw", "code", "place"),
    [
        ("القاهرة (رويترز) - قال الوزير", "(رويترز)", "REUTERS", "القاهرة"),
        ("القاهرة (رويترز) ـ قال الوزير", "(رويترز)", "REUTERS", "القاهرة"),
        ("(رويترز) - قال الوزير", "(رويترز)", "REUTERS", None),
        ("الرياض 12 يناير 2031 (واس) -- قال", "(واس)", "SPA", "الرياض"),
        ("الكويت - 3 - 4 (كونا) -- قال", "(كونا)", "KUNA", "الكويت"),
        ("القاهرة - رويترز - قال الوزير", "رويترز", "REUTERS", "القاهرة"),
        ("القاهرة - رويترز: قال الوزير", "رويترز", "REUTERS", "القاهرة"),
        ("CAIRO (AP) — The minister said", "(AP)", "AP", "CAIRO"),
        ("CAIRO, Jan 6 (Reuters) - The minister", "(Reuters)", "REUTERS", "CAIRO"),
        ("WASHINGTON, D.C. (AFP) – The minister", "(AFP)", "AFP", "WASHINGTON"),
    ],
)
def test_a_dateline_holds_it(opening: str, raw: str, code: str, place: str | None) -> None:
    credit = in_dateline(opening)
    assert credit is not None
    assert (credit.raw, credit.code, credit.place) == (raw, code, place)
    assert opening[dateline_length(opening) :].startswith(("قال", "The minister"))


@pytest.mark.parametrize(
    "opening",
    [
        "قالت وكالة الأنباء (رويترز) إن الجسر فتح",
        "قال الوزير. (رويترز) - ثم خرج",
        "القاهرة (صحيفة الجبل) - قال",
        "نقلت رويترز - وهي وكالة - عن الوزير",
        "وقال الوزير في لقاء مع - رويترز - أمس",
        "The agency (Reuters) said",
        "he told Reuters - again",
    ],
)
def test_a_name_in_a_sentence_is_no_credit(opening: str) -> None:
    assert in_dateline(opening) is None
    assert dateline_length(opening) == 0


def test_the_last_sentence_may_be_followed_by_it() -> None:
    assert (credit := at_the_end(f"{MORE} (رويترز)")) is not None
    assert (credit.raw, credit.code) == ("(رويترز)", "REUTERS")
    assert at_the_end("وقال الوزير ذلك لوكالة (رويترز)") is None


def told(*paragraphs: str) -> Draft:
    return parse("\n\n".join(paragraphs).encode())


@pytest.mark.parametrize("where", [0, 2], ids=["first line", "last line"])
def test_a_credit_line_leaves_the_text(where: int) -> None:
    paragraphs = [LEAD, MORE]
    paragraphs.insert(where, "(د ب أ)")
    draft = told(*paragraphs)
    assert (draft.credit, draft.source_code) == ("(د ب أ)", "DPA")
    assert draft.sections[0].paragraphs == (LEAD, MORE)


def test_a_credit_inside_a_paragraph_stays_there() -> None:
    opening = f"القاهرة (رويترز) - {LEAD}"
    draft = told(opening, MORE)
    assert (draft.credit, draft.source_code, draft.dateline) == ("(رويترز)", "REUTERS", "القاهرة")
    assert draft.sections[0].paragraphs == (opening, MORE)


def test_of_two_credit_lines_the_first_counts_and_the_other_stays() -> None:
    draft = told("رويترز", LEAD, MORE, "أ ب")
    assert (draft.credit, draft.source_code) == ("رويترز", "REUTERS")
    assert draft.sections[0].paragraphs == (LEAD, MORE, "أ ب")


@pytest.mark.parametrize("middle", ["رويترز", "أ ب", "AP"])
def test_a_credit_in_the_middle_is_text(middle: str) -> None:
    draft = told(LEAD, middle, MORE)
    assert draft.credit is None
    assert middle in [*draft.sections[0].paragraphs, *(section.heading for section in draft.sections)]


def test_a_credit_line_touching_the_text_is_still_one() -> None:
    draft = parse(f"أ ب\n{LEAD}\n{MORE}".encode())
    assert (draft.credit, draft.headline, draft.sections[0].paragraphs) == ("أ ب", None, (LEAD, MORE))


@pytest.mark.parametrize("copy", ["رويترز", "(أ ب)", "AP"])
def test_copy_that_is_only_a_credit_is_its_own_lead(copy: str) -> None:
    draft = told(copy)
    assert draft.credit is None
    assert draft.sections[0].paragraphs == (copy,)


@pytest.mark.parametrize(
    ("paragraph", "raw", "code", "place"),
    [
        ("CAIRO, Nov 25 (Reuters) - The minister said so.", "(Reuters)", "REUTERS", "CAIRO"),
        ("SAN'A, Nov. 25, 2026 (Saba) -- The minister said so.", "(Saba)", "SABA", "SAN'A"),
        ("PARIS, 25 nov 2026 (AFP) - Le ministre l'a dit.", "(AFP)", "AFP", "PARIS"),
        ("Le Caire (AFP) – Le ministre l'a dit.", "(AFP)", "AFP", "Le Caire"),
        ("MADRID, 25 (EUROPA PRESS) El ministro lo dijo.", "(EUROPA PRESS)", "EUROPAPRESS", "MADRID"),
        ("BERLIN (dpa) - Der Minister sagte es.", "(dpa)", "DPA", "BERLIN"),
        ("القاهرة 25 نوفمبر (رويترز) - قال الوزير.", "(رويترز)", "REUTERS", "القاهرة"),
        ("واشنطن، 25 نوفمبر/ تشرين الثاني (أسوشيتد برس) - قال.", "(أسوشيتد برس)", "AP", "واشنطن"),
        ("بيروت 25-11-2026 (أ ف ب) - قال الوزير.", "(أ ف ب)", "AFP", "بيروت"),
        ("أبوظبي في 25 نوفمبر / وام / أعلنت الوزارة.", "وام", "WAM", "أبوظبي"),
        ("طهران/25 نوفمبر/إرنا- قال الوزير.", "إرنا", "IRNA", "طهران"),
        ("القدس المحتلة - وفا: قال الوزير.", "وفا", "WAFA", "القدس المحتلة"),
        ("غزة- معا- قال الوزير.", "معا", "MAAN", "غزة"),
        ("موسكو - سبوتنيك. قال الوزير.", "سبوتنيك", "SPUTNIK", "موسكو"),
    ],
)
def test_datelines_of_many_houses(paragraph: str, raw: str, code: str, place: str) -> None:
    found = in_dateline(paragraph)
    assert found is not None
    assert (found.raw, found.code, found.place) == (raw, code, place)
    assert paragraph[dateline_length(paragraph) :].lstrip()[:3] in {"The", "Le ", "El ", "Der", "قال", "أعل"}


@pytest.mark.parametrize(
    ("line", "code", "place"),
    [
        ("الرياض 06 ربيع الأول 1448 هـ الموافق 25 نوفمبر 2026 م واس", "SPA", "الرياض"),
        ("لندن: «الشرق الأوسط»", "AAWSAT", "لندن"),
        ("دبي - «الخليج»", "ALKHALEEJ", "دبي"),
        ("القاهرة - رويترز", "REUTERS", "القاهرة"),
        ("«الحياة»", "ALHAYAT", None),
        ("(«القدس العربي»)", "ALQUDSALARABI", None),
        ("بيروت ـ «النهار»، أ ف ب", "ANNAHAR", "بيروت"),
    ],
)
def test_lines_of_papers(line: str, code: str, place: str | None) -> None:
    found = credit_line(line)
    assert found is not None
    assert (found.raw, found.code, found.place) == (line, code, place)


@pytest.mark.parametrize(
    "text",
    [
        "الحياة",
        "السياسة",
        "المدينة",
        "إيران - العرب: لقاء جديد",
        "نيويورك - الخليج العربي. قال",
        "lusa",
        "«الحياة حلوة»",
    ],
)
def test_words_of_the_language_are_no_papers(text: str) -> None:
    assert credit_line(text) is None
    assert in_dateline(text) is None


@pytest.mark.parametrize("spelling", [spelling for spelling, _ in WITH_A_SIGN])
def test_every_paper_is_known_in_quotes_and_in_a_dateline(spelling: str) -> None:
    codes = {code for name, code in (*SPELLINGS, *WITH_A_SIGN) if name == spelling}
    quoted, dated = credit_line(f"«{spelling}»"), in_dateline(f"لندن ({spelling}) - قال.")
    assert quoted is not None
    assert dated is not None
    assert {quoted.code, dated.code} <= codes


def test_no_spelling_means_two_sources() -> None:
    known = dict(SPELLINGS)
    assert len(known) == len(SPELLINGS)
    signed = dict(WITH_A_SIGN)
    assert len(signed) == len(WITH_A_SIGN)
    assert not known.keys() & signed.keys()
