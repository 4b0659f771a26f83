"""Pages of the web: the story without what stands around it, and what the page says of itself."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom import wire
from newsroom.wire import CopyRefused, Reason
from newsroom.wire.markup import body, looks_like, plain
from storage.records import Draft

AT = "https://example.org/news/1?from=feed"
FIRST = "عاد قطار الساحل إلى العمل صباح الأحد بعد توقف دام يوما على معظم خطه، وقالت الشركة إن الرحلات تنتظم."
SECOND = "وقال مدير المحطة إن أول رحلة أقلت ثلاثمئة راكب، بينهم طلاب وموظفون عادوا إلى أعمالهم بعد العاصفة."
THIRD = "وقدرت الشركة كلفة الإصلاح بأربعة ملايين، تدفع البلدية نصفها وتدفع الحكومة النصف الآخر خلال عامين."
RELATED = "<ul><li><a href='/2'>العاصفة تغمر الشارع</a></li><li><a href='/3'>ميناء النور يستعد</a></li></ul>"

HEAD = """<title>قطار الساحل يعود | جريدة الجزيرة</title><meta charset="utf-8">
<link rel="canonical" href="/news/1"><meta property="og:title" content="قطار">
<meta property="og:image" content="/og.jpg">
<meta property="article:published_time" content="2026-03-01T09:30:00+03:00">
<meta property="article:tag" content="رياضة"><meta property="article:tag" content="قطارات">
<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": ["NewsArticle"],
"headline": "قطار الساحل يعود &amp; يسرع", "dateModified": "2026-03-01T10:00:00+03:00", "inLanguage": "ar",
"author": [{"@type": "Person", "name": "ليلى حداد"}, {"@type": "Organization", "name": "رويترز"}],
"image": {"@type": "ImageObject", "url": "https://example.org/ld.jpg"}, "articleSection": "اقتصاد"}]}</script>
<script type="application/ld+json">{broken</script>"""


def page(inside: str, head: str = HEAD) -> str:
    return f"""<!DOCTYPE html><html lang="ar-SA"><head>{head}</head><body>
<header><nav><a href="/">الرئيسية</a> <a href="/sport">رياضة</a></nav></header>
<main><article><h1>قطار الساحل يعود</h1><div class="tools"><button>شارك</button><form><input></form></div>
<figure><img src="/1.jpg"><figcaption>قطار في المحطة.</figcaption></figure>{inside}</article></main>
<aside><h3>الأكثر قراءة</h3><ul><li><a href="/9">خبر آخر من الجزيرة</a></li></ul></aside>
<footer><p>جميع الحقوق محفوظة.</p></footer><script>var x = "<p>لا</p>";</script></body></html>"""


def read(text: str | bytes, at: str | None = AT) -> Draft:
    copy = text.encode() if isinstance(text, str) else text
    found = wire.read(copy, "text/html", at=at).only
    if isinstance(found, CopyRefused):
        raise found
    assert found.copy == copy
    return found


def outline(draft: Draft) -> list[tuple[str | None, tuple[str, ...]]]:
    return [(section.heading, section.paragraphs) for section in draft.sections]


def test_what_the_page_says_of_itself() -> None:
    draft = read(page(f"<p>{FIRST}</p><p>{SECOND}</p>"))
    assert draft.headline == "قطار الساحل يعود & يسرع"
    assert (draft.uri, draft.link) == ("https://example.org/news/1", "https://example.org/news/1")
    assert draft.version_created == datetime(2026, 3, 1, 7, tzinfo=UTC)
    assert (draft.byline, draft.credit, draft.source_code) == ("ليلى حداد", "رويترز", "REUTERS")
    assert (draft.language, draft.topics) == ("ar", ("economy", "sport", "قطارات"))
    assert draft.image == "https://example.org/ld.jpg"
    assert outline(draft) == [(None, (FIRST, SECOND))]


def test_what_a_poorer_page_says() -> None:
    draft = read(page(f"<p>{FIRST}</p><p>{SECOND}</p>", "<title>عنوان آخر - الجريدة</title>"))
    assert (draft.headline, draft.image, draft.link) == ("قطار الساحل يعود", "https://example.org/1.jpg", AT)
    assert read(f"<title>عنوان - الجريدة</title><p>{FIRST}</p><p>{SECOND}</p>").headline == "عنوان"


@pytest.mark.parametrize(
    "heading",
    ["<h2>كلفة الإصلاح</h2>", "<p><strong>كلفة الإصلاح</strong></p>", "<h4><b>كلفة <i>الإصلاح</i></b></h4>"],
)
@pytest.mark.parametrize(
    "related",
    [
        f"<h3>أخبار ذات صلة</h3>{RELATED}",
        f"<div><p><b>اقرأ أيضا</b></p>{RELATED}</div>",
        "<h3>أخبار ذات صلة</h3><p><a>العاصفة تغمر الشارع</a></p><p><a>ميناء النور يستعد</a></p>",
    ],
)
def test_sections_and_related_stories(heading: str, related: str) -> None:
    draft = read(page(f"<p>{FIRST}</p>{related}<p>{SECOND}</p>{heading}<p>{THIRD}</p>"))
    assert outline(draft) == [(None, (FIRST, SECOND)), ("كلفة الإصلاح", (THIRD,))]
    assert draft.related == ("العاصفة تغمر الشارع", "ميناء النور يستعد")


def test_a_related_heading_with_nothing_under_it_takes_nothing_of_the_story() -> None:
    draft = read(
        page(f"<p>{FIRST}</p><h3>أخبار ذات صلة</h3><p>{SECOND}</p><h3>كلفة الإصلاح</h3><p>{THIRD}</p>")
    )
    assert outline(draft) == [(None, (FIRST, SECOND)), ("كلفة الإصلاح", (THIRD,))]
    assert draft.related == ()


def test_a_page_speaks_for_its_own_site_only() -> None:
    elsewhere = '<link rel="canonical" href="https://other.example/story">'
    assert read(page(f"<p>{FIRST}</p><p>{SECOND}</p>", elsewhere)).uri == AT
    assert (
        read(page(f"<p>{FIRST}</p><p>{SECOND}</p>", elsewhere), at=None).link == "https://other.example/story"
    )


def test_an_encoding_that_only_the_page_declares() -> None:
    text = page(
        f"<p>{FIRST}</p><p>{SECOND}</p>",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1256">',
    )
    assert outline(read(text.encode("cp1256"))) == [(None, (FIRST, SECOND))]


def test_a_front_page_is_no_story() -> None:
    links = "".join(f"<li><a href='/{n}'>خبر رقم {n} من الجزيرة</a></li>" for n in range(40))
    front = f"<html><head><title>الجزيرة</title></head><body><nav>x</nav><ul>{links}</ul></body></html>"
    with pytest.raises(CopyRefused) as refused:
        read(front)
    assert refused.value.reason is Reason.EMPTY


def test_a_page_too_large_to_be_looked_through_is_read_by_its_tags() -> None:
    many = "<p>" + "</p><p>".join(f"{FIRST} {number}." for number in range(9_000)) + "</p>"
    draft = read(page(f"<p>{FIRST}</p>{many}"))
    assert draft.sections[0].paragraphs[0] == FIRST
    assert len(draft.sections[0].paragraphs) == 9_001


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 100_000 + FIRST + " .",
        "<nav>" + "<div>" * 50_000 + f"</nav><p>{FIRST}</p>",
        f"<p>{FIRST}</p>" + "<b>" * 100_000,
        f"<p>{FIRST}</p><script type='application/ld+json'>" + "[" * 100_000 + "</script>",
        "<p title='" + "x" * 1_000_000 + f"'>{FIRST}</p>",
        f"<p>{FIRST}</p><!--" + "-" * 500_000,
        f"<form><p>{FIRST}</p>" + "<a href=x>" * 100_000,
    ],
)
def test_hostile_pages_come_to_an_end(text: str) -> None:
    with suppress(CopyRefused):
        assert read(text).sections


def test_nothing_of_a_script_or_a_link_gets_through() -> None:
    draft = read(
        f"<p onclick='x()'>{FIRST} <a href='javascript:x()'>هنا</a>.<script>x</script></p><img src='data:x'>"
    )
    assert outline(draft) == [(None, (f"{FIRST} هنا.",))]
    assert draft.image is None


@given(
    st.lists(
        st.sampled_from(
            [*"<>/&;\"'= ", "p", "div", "b", "ul", "li", "h2", "br", "script", "&#0;", FIRST, "أخبار ذات صلة"]
        ),
        max_size=40,
    )
)
@settings(max_examples=60)
def test_any_markup_gives_a_draft_or_a_refusal(parts: list[str]) -> None:
    with suppress(CopyRefused):
        assert read("".join(parts)).sections


@given(st.lists(st.tuples(st.booleans(), st.text("ابتثجحخ وين.", min_size=1, max_size=60)), max_size=6))
def test_text_between_tags_is_neither_lost_nor_doubled(parts: list[tuple[bool, str]]) -> None:
    written = "".join(f"<h2>{text}</h2>" if is_head else f"<div>{text}<br></div>" for is_head, text in parts)
    told = "".join("".join(line.split()) for line in body(written).lines)
    assert told == "".join("".join(text.split()) for _, text in parts)


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("AT&amp;T <b>today</b>", "AT&T today"),
        ("a < b & c > d", "a < b & c > d"),
        ("x<y", "x<y"),
        ("<p>one</p><p>two</p>", "one two"),
        ("&lt;b&gt; is bold", "<b> is bold"),
        ("R&D", "R&D"),
    ],
)
def test_a_title_with_tags_or_without(written: str, line: str) -> None:
    assert plain(written) == line
    assert looks_like(written) == (written != line)
