"""From bytes to text: encodings, refusals, and that nothing is slow."""

from __future__ import annotations

import pytest

from newsroom import wire
from newsroom.wire import MAX_BYTES, CopyRefused, Reason, parse
from newsroom.wire.decode import decode

ARABIC = "أعلنت البلدية فتح الجسر الجديد، وقال رئيسها: «عامان من العمل».\n\nعاجل"
FRENCH = "Le ministre a déclaré à l'été que « tout était réglé » — même à Genève."


@pytest.mark.parametrize(
    ("copy", "charset", "text"),
    [
        (ARABIC.encode(), None, ARABIC),
        (ARABIC.encode("utf-8-sig"), None, ARABIC),
        (ARABIC.encode("utf-8-sig"), "windows-1256", ARABIC),
        (ARABIC.encode("utf-16"), None, ARABIC),
        (b"\xfe\xff" + ARABIC.encode("utf-16-be"), None, ARABIC),
        (ARABIC.encode("utf-16-le"), "UTF-16LE", ARABIC),
        (ARABIC.encode("cp1256"), None, ARABIC),
        (ARABIC.encode("cp1256"), "windows-1256", ARABIC),
        (ARABIC.encode("cp1256"), "utf-8", ARABIC),
        ("عاجل".encode("cp1256"), None, "عاجل"),
        ("أعلنت البلدية فتح الجسر".encode("iso8859-6"), "ISO-8859-6", "أعلنت البلدية فتح الجسر"),
        (FRENCH.encode("cp1252"), None, FRENCH),
        (FRENCH.encode("cp1252"), "iso-8859-1", FRENCH),
        (b"It\x92s \x93open\x94.", None, "It’s “open”."),
        (ARABIC.encode(), "rot13", ARABIC),
    ],
)
def test_encodings(copy: bytes, charset: str | None, text: str) -> None:
    assert decode(copy, charset) == text


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x85", "\u2028", "\u2029", "\x0c"])
def test_line_ends_become_one(end: str) -> None:
    assert decode(f"one{end}two".encode(), None) == "one\ntwo"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\u202bفتح \u202eالجسر\u202c\u202c", "فتح الجسر"),
        ("\u2067فتح\u2069", "فتح"),
        ("\ufeffفتح\ufeff", "فتح"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200fفتح\u200f", "فتح"),
        ("AP\u200f:", "AP\u200f:"),
        ("cafe\u0301", "café"),
        ("ا\u0653", "آ"),
        ("ﷲ", "ﷲ"),
        ("\x01\x02فتح\x03", "فتح"),
    ],
)
def test_what_must_not_be_shown_is_taken_out_and_the_rest_composed(written: str, shown: str) -> None:
    assert decode(written.encode(), None) == shown


@pytest.mark.parametrize(
    ("copy", "reason"),
    [
        (b"", Reason.EMPTY),
        (b" \r\n\t\n", Reason.EMPTY),
        ("\u200f\u202e\ufeff\u00a0".encode(), Reason.EMPTY),
        (b"\xef\xbb\xbf", Reason.EMPTY),
        (b"\xff\xfe", Reason.EMPTY),
        (b"text\x00text", Reason.BINARY),
        (b"\x89PNG\r\n\x1a\n and so on", Reason.BINARY),
        (b"%PDF-1.7\n%text", Reason.BINARY),
        (b"{\\rtf1 text}", Reason.BINARY),
        (bytes(range(1, 32)) * 10, Reason.BINARY),
        (ARABIC.encode("utf-16-le"), Reason.BINARY),
        (ARABIC.encode()[:-1], Reason.UNDECODABLE),
        (ARABIC.encode()[:50] + b"\xff" + ARABIC.encode()[50:], Reason.UNDECODABLE),
        (ARABIC.encode("utf-16")[:-1], Reason.UNDECODABLE),
        ("Министр сообщил об открытии моста".encode("cp1251"), Reason.UNDECODABLE),
        (b"a" * (MAX_BYTES + 1), Reason.TOO_LARGE),
    ],
)
def test_refusals_say_why_and_how_to_mend_it(copy: bytes, reason: Reason) -> None:
    with pytest.raises(CopyRefused) as refused:
        parse(copy)
    assert refused.value.reason is reason
    finding, mend = str(refused.value).split(": ")
    assert finding
    assert mend.startswith(("send", "save"))


def test_the_limit_is_the_callers() -> None:
    assert parse(b"a" * 10, limit=10).copy == b"a" * 10
    with pytest.raises(CopyRefused, match="11 bytes and at most 10"):
        parse(b"a" * 11, limit=10)


def test_a_format_that_is_not_read_is_refused_by_name() -> None:
    with pytest.raises(CopyRefused, match="image/png") as refused:
        parse(b"text", "image/png")
    assert refused.value.reason is Reason.FORMAT


def test_parameters_of_the_media_type_do_not_matter() -> None:
    assert parse(b"text", "Text/Plain; charset=utf-8").media_type == "text/plain"


@pytest.mark.parametrize(
    "piece",
    [
        "\u0327\u0301",
        "\u0f73",
        "\n",
        "«",
        "عاجل: ",
        "(",
        "\u202ea",
        " - ",
        "a\n\n",
        "😀\U0001e8d0",
        "Related:\n",
        "ـ",
        "؛ ",
    ],
)
def test_a_million_of_anything_becomes_a_draft(piece: str) -> None:
    """Where anything took more than linear time, this would not come back before the test's own limit."""
    draft = parse((piece * 300_000 + "end").encode())
    assert len(draft.sections) <= 64
    assert len(draft.related) <= 100
    assert sum(len(section.paragraphs) for section in draft.sections) <= 5_001


@pytest.mark.parametrize(
    ("beginning", "told"),
    [
        ('[{"uri": "urn:1"}]', "application/json"),
        ('\ufeff\n{ "version": "https://jsonfeed.org/version/1.1"}', "application/json"),
        ("<?xml version='1.0'?><rss/>", "application/xml"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'/>", "application/xml"),
        ("<!DOCTYPE html><html></html>", "text/html"),
        ("<HTML lang=ar>", "text/html"),
        ("[عاجل] أبحرت العبّارات", "text/plain"),
        ("{أ ب} أبحرت العبّارات", "text/plain"),
        ("<أ ب> أبحرت العبّارات", "text/plain"),
        ("<3 ferries sailed", "text/plain"),
        ("أبحرت العبّارات", "text/plain"),
        ("", "text/plain"),
    ],
)
def test_what_nobody_named_is_told_by_how_it_begins(beginning: str, told: str) -> None:
    assert wire.media_type_within(beginning.encode()) == told
