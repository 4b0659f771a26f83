"""Text that Telegram takes as it is, and that reads the way it should."""

from __future__ import annotations

import unicodedata
from html import escape

import hostile
import pytest
import tdlib
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom import bidi
from newsroom.bidi import FSI, LRM, PDI, RLM, Direction, clean
from newsroom.message import Entity, Message
from newsroom.text import Span, Text, bold, code, italic, link, plain, quote, utf16_length

directions: st.SearchStrategy[Direction] = st.sampled_from(["rtl", "ltr"])
styles = st.sampled_from([None, "bold", "italic", "code"])
spans = st.builds(Span, text=hostile.texts, style=styles, url=st.none(), direction=st.none() | directions)


def test_entities_count_utf16_units() -> None:
    message = Text("ltr").line("😀 ", bold("a😀b"), " ", code("K7MP")).message()
    assert message.text == f"{LRM}😀 a😀b K7MP"
    assert message.entities == (
        Entity(type="bold", offset=4, length=4),
        Entity(type="code", offset=9, length=4),
    )


def test_a_link_keeps_its_address() -> None:
    message = Text("ltr").line("See ", link("the page", "https://example.org/")).message()
    assert message.entities == (Entity(type="text_link", offset=4, length=8, url="https://example.org/"),)


def test_a_quotation_owns_its_lines() -> None:
    message = Text("rtl").line("قال:").line(quote("سطر\n3 أسطر")).message()
    assert message.text == f"قال:\nسطر\n{RLM}3 أسطر"
    assert hostile.entity_texts(message) == [("blockquote", f"سطر\n{RLM}3 أسطر")]


@pytest.mark.parametrize("opening", hostile.OPENINGS)
def test_an_arabic_line_reads_right_to_left_whatever_it_opens_with(opening: str) -> None:
    hostile.assert_every_line_reads(Text("rtl").line(opening).message(), "rtl")


def test_an_english_line_reads_left_to_right_whatever_it_opens_with() -> None:
    message = Text("ltr").line("12 dead").line("«رويترز» says so").line("Said رويترز").message()
    assert message.text == f"{LRM}12 dead\n{LRM}«{FSI}رويترز{PDI}» says so\nSaid {FSI}رويترز{PDI}"


@pytest.mark.parametrize(
    ("line", "laid"),
    [
        ("قال C++ هنا", f"قال {FSI}C++{PDI} هنا"),
        ("عاد «COVID-19» أمس", f"عاد «{FSI}COVID-19{PDI}» أمس"),
        ("طائرة Boeing 737 هنا", f"طائرة {FSI}Boeing 737{PDI} هنا"),
        ("صفحة https://x.org/a/ هنا.", f"صفحة {FSI}https://x.org/a/{PDI} هنا."),
        ("قال John Smith, Jr. هنا", f"قال {FSI}John Smith, Jr{PDI}. هنا"),
        ("الأمر /story K7MP؟", f"الأمر {FSI}/story K7MP{PDI}؟"),
        ("وقع 2030 جنديًا و250 مركبة", "وقع 2030 جنديًا و250 مركبة"),
    ],
)
def test_foreign_words_stand_in_an_isolate(line: str, laid: str) -> None:
    assert Text("rtl").line(line).message().text == laid


def test_a_unit_of_the_other_direction_stays_whole() -> None:
    headline = bold("حملة ضد COVID-19", "rtl")
    message = Text("ltr").line("1. ", headline, " · AP").message()
    assert message.text == f"{LRM}1. {FSI}حملة ضد {FSI}COVID-19{PDI}{PDI} · AP"
    assert [(kind, hostile.bare(text)) for kind, text in hostile.entity_texts(message)] == [
        ("bold", "حملة ضد COVID-19")
    ]


def test_overrides_and_controls_of_the_source_are_gone() -> None:
    dirty = "\ufeffa\u202eb\u2067c\u200fd\x00e\u061cf\r\ng\u2028h\ud800"
    assert clean(dirty) == "abcdef\ng\nh\ufffd"


def test_empty_lines_stand_only_between_lines() -> None:
    text = Text("ltr").gap().line("a").gap().gap().line(" ").line("b").gap()
    assert text.message().text == "a\n\nb"


def test_what_is_too_long_is_never_a_message() -> None:
    assert utf16_length(Text("ltr").line("a" * 4096).message().text) == 4096
    with pytest.raises(ValueError, match="4099 UTF-16 units"):
        Text("ltr").line("😀" * 2049).message()


def test_letters_are_what_unicode_says() -> None:
    for number in [*range(0x0530, 0x0780), *range(0xFB1D, 0xFDC0), *range(0xFE70, 0xFEFD)]:
        character = chr(number)
        if unicodedata.category(character) != "Cn":
            is_rtl = unicodedata.bidirectional(character) in ("R", "AL")
            assert bidi.is_foreign(f"{character}ع", "ltr") or not is_rtl
            assert (bidi.direction_of(character, "ltr") == "rtl") == is_rtl, hex(number)


@given(st.lists(st.tuples(st.lists(spans, max_size=4), directions), max_size=4), directions)
@example([([bold("\u200cx"), italic(" y ")], "rtl")], "rtl")
def test_telegram_changes_nothing(lines: list[tuple[list[Span], Direction]], direction: Direction) -> None:
    text = Text(direction).line("الرمز" if direction == "rtl" else "Code")
    for pieces, way in lines:
        text.line(*pieces, direction=way)
    if text.size > 4096:
        return
    message = text.message()
    if any(sign in message.text for sign in tdlib.SIGNS):
        return
    kept, entities = tdlib.received(message)
    assert kept == message.text
    assert tdlib.covered(entities) == tdlib.covered(tdlib.placed(message))


@given(st.lists(spans, min_size=1, max_size=4), directions)
def test_entities_cover_the_words_that_they_are_for(pieces: list[Span], direction: Direction) -> None:
    text = Text(direction).line(*pieces)
    if not 0 < text.size <= 4096:
        return
    shown = [
        (kind, "".join(hostile.bare(part).split())) for kind, part in hostile.entity_texts(text.message())
    ]
    meant = [(piece.style, "".join(clean(piece.text).split())) for piece in pieces if piece.style]
    assert shown == [(style, words) for style, words in meant if words]


@given(st.lists(spans, min_size=1, max_size=4), directions)
def test_html_with_the_same_entities_parses_to_the_same_message(
    pieces: list[Span], direction: Direction
) -> None:
    text = Text(direction).line(*pieces)
    if not 0 < text.size <= 4096:
        return
    message = text.message()
    assert tdlib.parsed_html(_html(message)) == (message.text, tdlib.placed(message))


@given(hostile.texts, directions)
def test_a_line_reads_its_own_way_whatever_is_in_it(words: str, direction: Direction) -> None:
    text = Text(direction).line(plain(words, direction))
    if 0 < text.size <= 4096:
        hostile.assert_every_line_reads(text.message(), direction)


def _html(message: Message) -> str:
    tags = {"bold": "b", "italic": "i", "code": "code"}
    units, done, html = message.text.encode("utf-16-le"), 0, ""
    for entity in message.entities:
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        tag = tags[entity.type]
        html += escape(units[done:start].decode("utf-16-le"), quote=False)
        html += f"<{tag}>{escape(units[start:end].decode('utf-16-le'), quote=False)}</{tag}>"
        done = end
    return html + escape(units[done:].decode("utf-16-le"), quote=False)
