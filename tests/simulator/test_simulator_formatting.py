"""Formatting beside Telegram's own parser (tdlib, by the PyPI package tdjson)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import tdjson
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.detection import detected
from simulator.entities import clean, read, told, trimmed
from simulator.errors import ApiError
from simulator.formatting import text_content
from simulator.links import normal
from simulator.model import User
from simulator.nesting import arranged
from simulator.parsing import parse

Span = tuple[int, int, str, str]
OURS = {
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
    "TextUrl": "text_link",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "MentionName": "text_mention",
    "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
    "BotCommand": "bot_command",
    "Mention": "mention",
    "Hashtag": "hashtag",
    "Cashtag": "cashtag",
    "Url": "url",
    "EmailAddress": "email",
}
THEIRS = {ours: theirs for theirs, ours in OURS.items() if theirs != "PreCode"}
MODES = {
    "MarkdownV2": {"@type": "textParseModeMarkdown", "version": 2},
    "HTML": {"@type": "textParseModeHTML"},
}
MARKDOWN = [
    "a",
    "b",
    "é",
    "😀",
    "*",
    "_",
    "__",
    "~",
    "||",
    "`",
    "```",
    "[",
    "]",
    "(",
    "http://a.b",
    "b.c",
    ")",
    ">",
    "\\",
    ".",
    "!",
    "![",
    "|",
    "py",
    "*a*",
    "_b_",
    "[x](a.b)",
    "**",
    "\\*",
    "\\\\",
]
HTML = [
    "a",
    "b",
    "é",
    "😀",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<pre>",
    "</pre>",
    "<code>",
    "</code>",
    "</>",
    "<u>",
    "</u>",
    "&lt;",
    "&amp",
    "&#65;",
    "&#x1f600;",
    "&",
    "<",
    "<b",
    "</",
    "<blockquote>",
    "</blockquote>",
    "<tg-spoiler>",
    "</tg-spoiler>",
    "<a>",
    "</a>",
    "</I>",
    "a.b",
    "&#xd800;",
    "&#0;",
    "<B\n>",
    "<p>",
]
ATTRIBUTES = [
    "<a href='b.c'>",
    '<code class="language-py">',
    "<blockquote expandable>",
    '<span class="tg-spoiler">',
]
PAIRS = {
    "MarkdownV2": [
        ("*", "*"),
        ("_", "_"),
        ("__", "__"),
        ("~", "~"),
        ("||", "||"),
        ("`", "`"),
        ("```", "```"),
        ("```py\n", "```"),
        ("[", "](b.c)"),
        ("[", "](tg://user?id=7)"),
        ("[", "]"),
        ("\n>", ""),
        ("\n>", "||"),
    ],
    "HTML": [
        ("<b>", "</b>"),
        ("<em>", "</em>"),
        ("<ins>", "</ins>"),
        ("<s>", "</>"),
        ("<tg-spoiler>", "</tg-spoiler>"),
        ("<code>", "</code>"),
        ("<pre>", "</pre>"),
        ("<code class='language-py'>", "</code>"),
        ("<a href='b.c'>", "</a>"),
        ("<a>", "</a>"),
        ("<blockquote>", "</blockquote>"),
        ("<blockquote expandable>", "</blockquote>"),
    ],
}
WORDS = {"MarkdownV2": ["a", "😀", "\\.", " ", "خبر", "\n"], "HTML": ["a", "😀", "&lt;", " ", "b.c", "خبر"]}


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    answered: dict[str, Any] = json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")
    return answered


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> None:
    _ask({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def _their_spans(entities: list[dict[str, Any]]) -> list[Span]:
    return [
        (
            one["offset"],
            one["length"],
            OURS[kind],
            one["type"].get("url") or one["type"].get("language") or "",
        )
        for one in entities
        if (kind := one["type"]["@type"].removeprefix("textEntityType")) in OURS
    ]


def _our_spans(entities: list[dict[str, Any]]) -> list[Span]:
    return [
        (one["offset"], one["length"], one["type"], one.get("url") or one.get("language") or "")
        for one in entities
    ]


def _their_parse(text: str, mode: str) -> str | tuple[str, list[Span]]:
    answered = _ask({"@type": "parseTextEntities", "text": text, "parse_mode": MODES[mode]})
    if answered["@type"] == "error":
        return str(answered["message"]).lower()
    return answered["text"], _their_spans(answered["entities"])


def _our_parse(text: str, mode: str) -> str | tuple[str, list[Span]]:
    try:
        plain, entities = parse(text, mode)
    except ApiError as error:
        return error.description.removeprefix("Bad Request: ").lower()
    return plain, _our_spans(told(plain, entities))


def _nested(mode: str) -> st.SearchStrategy[str]:
    words = st.sampled_from(WORDS[mode])
    return st.recursive(
        words,
        lambda inner: st.lists(
            st.one_of(
                words,
                st.tuples(st.sampled_from(PAIRS[mode]), inner).map(
                    lambda got: got[0][0] + got[1] + got[0][1]
                ),
            ),
            max_size=4,
        ).map("".join),
        max_leaves=8,
    )


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from([*MARKDOWN, " ", "\n", "\n>", "\r"]), max_size=10).map("".join)
    | _nested("MarkdownV2")
)
def test_markdown_is_read_as_telegram_reads_it(text: str) -> None:
    assert _our_parse(text, "MarkdownV2") == _their_parse(text, "MarkdownV2")


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from([*HTML, *ATTRIBUTES, " "]), max_size=10).map("".join) | _nested("HTML"))
def test_html_is_read_as_telegram_reads_it(text: str) -> None:
    assert _our_parse(text, "HTML") == _their_parse(text, "HTML")


@st.composite
def _formatted(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    text = "".join(
        draw(st.lists(st.sampled_from("ab \nبر😀\r\t\u202a\u200f\u200e"), min_size=1, max_size=12))
    )
    places = [len(text[:at].encode("utf-16-le")) // 2 for at in range(len(text) + 1)]
    spans = draw(
        st.lists(
            st.tuples(
                st.sampled_from(places),
                st.sampled_from(places),
                st.sampled_from(
                    ["bold", "italic", "spoiler", "code", "pre", "text_link", "blockquote", "underline"]
                ),
            ),
            max_size=5,
        )
    )
    extra = {"text_link": {"url": "http://a.b/"}}
    return text, [
        {"type": kind, "offset": min(a, b), "length": abs(a - b), **extra.get(kind, {})}
        for a, b, kind in spans
    ]


@settings(max_examples=400, deadline=None)
@given(_formatted())
def test_entities_are_arranged_as_telegram_does(formatted: tuple[str, list[dict[str, Any]]]) -> None:
    text, entities = formatted
    theirs = _ask(
        {
            "@type": "parseMarkdown",
            "text": {
                "@type": "formattedText",
                "text": text,
                "entities": [
                    {
                        "@type": "textEntity",
                        "offset": one["offset"],
                        "length": one["length"],
                        "type": {"@type": f"textEntityType{THEIRS[one['type']]}", "url": one.get("url")},
                    }
                    for one in entities
                ],
            },
        }
    )
    cleaned, own = clean(text, arranged(read(text, entities)))
    if cleaned.strip(" \n"):
        assert (cleaned, _our_spans(told(cleaned, arranged(own)))) == (
            theirs["text"],
            _their_spans(theirs["entities"]),
        )
    else:
        assert theirs["text"] == ""


@pytest.mark.parametrize(
    "text",
    [
        "/start",
        "/start@AjilBot hello",
        "see /latest, /help. and a/b",
        "/بحث كلمة",
        "/a/b /a/",
        "x/start (/start) «/start»",
        "@ajil_bot @ab hi@there",
        "https://example.com/path?q=1#f. and http://127.0.0.1:80/",
        "http://localhost:8080/x",
        "example.com www.example.org/x, t.me/ajil file.txt 1.2",
        "#tag #وسم #1 #1a ##x a#b «#وسم»",
        "$USD $usd $A.",
        "https://example.com/عربي؟ ثم https://example.com/a_(b)_c, next",
        "قال أ.ب خبرا.وقال",
        "a@b.co, and x@mail.example.org.",
    ],
)
def test_what_is_found_in_a_text(text: str) -> None:
    theirs = _ask({"@type": "getTextEntities", "text": text})["entities"]
    assert _our_spans(told(text, detected(text, []))) == _their_spans(theirs)


@pytest.mark.parametrize(
    "url",
    [
        "b.c",
        "HTTP://EXAMPLE.com:80",
        "https://ex.com?x#y",
        "ftp://e.com",
        "javascript:x",
        "mailto:a@b.c",
        "localhost",
        "http://localhost:8080/x",
        "http://127.0.0.1",
        "tg://resolve?domain=x",
        "https://مثال.إختبار/ب",
        "http://a.b/x y",
        "http://a.b:0",
        "http://a.b:70000",
        "https://",
        "http://[::1]/",
        "a.b c",
        ".",
        "tonsite://x.ton",
    ],
)
def test_addresses_of_links(url: str) -> None:
    theirs = _their_parse(f"[a]({url})", "MarkdownV2")
    expected = [(0, 1, "text_link", normal(url))] if normal(url) else []
    assert theirs == ("a", expected)


@pytest.mark.parametrize(
    ("entity", "why"),
    [
        ({"offset": 2, "length": 1}, "begins in a middle of a UTF-16 symbol"),
        ({"offset": 0, "length": 2}, "ends in a middle of a UTF-16 symbol"),
        ({"offset": 0, "length": 9}, "ends after the end of the text"),
        ({"offset": -1, "length": 1}, "incorrect offset -1"),
        ({"offset": 0, "length": -1}, "incorrect length -1"),
        ({"offset": 0, "length": 1, "type": "bolder"}, 'unsupported type "bolder"'),
        ({"offset": 0, "length": 1, "type": "text_link"}, 'field "url" must be specified'),
        ({"offset": 0, "length": 1, "type": "text_link", "url": "foo"}, "URL 'foo' is invalid"),
    ],
)
def test_entities_that_telegram_refuses(entity: dict[str, Any], why: str) -> None:
    with pytest.raises(ApiError, match=why) as caught:
        text_content({"text": "a😀b", "entities": [{"type": "bold", **entity}]}, {})
    assert caught.value.code == 400


def test_white_space_at_the_ends_is_cut_and_entities_with_it() -> None:
    text, entities = trimmed("  خبر  \n", read("  خبر  \n", [{"type": "bold", "offset": 2, "length": 6}]))
    assert (text, told(text, entities)) == ("خبر", [{"type": "bold", "offset": 0, "length": 3}])


def test_who_is_unknown_is_not_mentioned() -> None:
    person = User(7, "Layla")
    mentions = [{"type": "text_mention", "offset": 0, "length": 1, "user": {"id": who}} for who in (7, 8)]
    assert text_content({"text": "ab", "entities": mentions[:1]}, {7: person})["entities"] == [
        {"type": "text_mention", "offset": 0, "length": 1, "user": person.api()}
    ]
    assert text_content({"text": "ab", "entities": mentions[1:]}, {7: person}) == {"text": "ab"}


def test_a_message_of_nothing_is_refused() -> None:
    with pytest.raises(ApiError, match="message text is empty"):
        text_content({"text": " \n\u202a "}, {})


def test_lengths_count_code_points_after_parsing() -> None:
    assert len(text_content({"text": "<b>" + "😀" * 4096 + "</b>", "parse_mode": "HTML"}, {})["text"]) == 4096
    with pytest.raises(ApiError, match="message is too long"):
        text_content({"text": "a" * 4097}, {})


def test_half_a_symbol_is_not_utf8() -> None:
    with pytest.raises(ApiError, match="must be encoded in UTF-8"):
        text_content({"text": "a\ud800"}, {})
