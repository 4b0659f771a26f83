"""Every word is in both catalogues, whole, and used."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from gettext import c2py
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from newsroom import topics
from newsroom.feeds import outcomes
from newsroom.feeds.trust import FeedTrust
from newsroom.identity import Outcome
from newsroom.render import auditing, commands, particulars, reasons, refusals
from newsroom.words import LANGUAGES
from storage.advisories import Matter
from storage.events import Because
from storage.feeds import FeedState
from storage.hubs import HubState
from storage.records import ChatKind, PushKind, PushState, RevisionKind, StoryState

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "web", "delivery", "newsroom")
FAMILIES: Mapping[str, Collection[str]] = {
    "command.": set(commands.READERS + commands.EDITORS),
    "refusal.": set(refusals.REASONS),
    "filed.": set(Outcome),
    "story.": set(StoryState) - {StoryState.PUBLISHED, StoryState.KILLED},
    "telling.": set(RevisionKind) - {RevisionKind.NEW},
    "take.by_": set(Because) - {Because.TEXT, Because.EDITOR},
    "topic.": set(topics.SLUGS),
    "advisory.": set(Matter),
    "button.decide_": {*Matter, "embargoed"} - {Matter.DOUBTFUL},
    "push.": set(PushKind),
    "push.state.": set(PushState),
    "stopped.": {"paused", "cancelled"},
    "chat.": set(ChatKind),
    "audit.did.": set(auditing.ACTIONS),
    "audit.by.": set(auditing.ACTORS) - {"editor"},
    "audit.of.": set(auditing.SUBJECTS) - {"story"},
    "audit.state.": set(particulars.STATES),
    "reason.": set(reasons.KNOWN),
    "feeds.outcome.": set(outcomes.EVERY),
    "feeds.trust.": set(FeedTrust),
    "feeds.state.": {FeedState.PAUSED, FeedState.GONE},
    "feeds.hub.": set(HubState),
    "feeds.brought.": {"fresh", "changed", "refused", "pushed"},
    "duration.": {"days", "hours", "minutes", "seconds"},
}
COUNTED_FAMILIES = {"duration.", "feeds.brought."}
SAYING = ("say", "pieces", "count")
ID = re.compile(r"[a-z]+(?:\.[a-z_]+)+")
PLURALS = {"ar": ("zero", "one", "two", "few", "many", "other"), "en": ("one", "other")}


@cache
def catalogue(language: str) -> Catalog:
    with (ROOT / "locales" / language / "LC_MESSAGES" / "ajil.po").open("rb") as source:
        return read_po(source, locale=language)


def entries(language: str) -> dict[str, Message]:
    return {name(message): message for message in catalogue(language) if message.id}


def name(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string),)


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


@cache
def used() -> frozenset[str]:
    written = {text for room in ROOMS for path in (ROOT / room).rglob("*.py") for text in ids_in(path)}
    families = {prefix + member for prefix, members in FAMILIES.items() for member in members}
    return frozenset(written | families)


def ids_in(path: Path) -> Iterator[str]:
    """Literal ids in the calls that say them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SAYING:
            yield from literals(node)


def literals(call: ast.Call) -> Iterator[str]:
    for argument in call.args[:2]:
        said = argument.value if isinstance(argument, ast.Constant) else None
        if isinstance(said, str) and ID.fullmatch(said):
            yield said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_is_used_is_there(language: str) -> None:
    assert used() - set(entries(language)) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_there_for_nothing(language: str) -> None:
    assert set(entries(language)) - used() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_empty_or_uncertain(language: str) -> None:
    for message in entries(language).values():
        assert not message.fuzzy
        assert all(form.strip() == form and form for form in forms(message)), message.id
    assert not catalogue(language).obsolete


def test_placeholders_agree() -> None:
    for key, arabic in entries("ar").items():
        english = entries("en")[key]
        said = {frozenset(placeholders(form)) for form in forms(arabic) + forms(english)}
        if arabic.pluralizable:
            assert said | {frozenset({"n"})} <= {frozenset(), frozenset({"n"})}, key
            assert placeholders(forms(arabic)[-1]) == {"n"}, key
        else:
            assert len(said) == 1, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_are_whole_and_in_the_order_of_cldr(language: str) -> None:
    plural = Locale(language).plural_form
    choose = c2py(catalogue(language).plural_expr)
    assert catalogue(language).num_plurals == len(PLURALS[language])
    for number in range(1_200):
        assert PLURALS[language][choose(number)] == plural(number), number
    for message in entries(language).values():
        if message.pluralizable:
            assert len(forms(message)) == len(PLURALS[language]), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_has_its_plurals(language: str) -> None:
    calls = (call for room in ROOMS for path in (ROOT / room).rglob("*.py") for call in counting(path))
    counted = {key for call in calls for key in literals(call)}
    counted |= {prefix + member for prefix in COUNTED_FAMILIES for member in FAMILIES[prefix]}
    found = entries(language)
    assert [key for key in sorted(counted) if not found[key].pluralizable] == []


def counting(path: Path) -> Iterator[ast.Call]:
    """The calls of `Words.count`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "count":
            yield node


def test_arabic_words_are_arabic() -> None:
    arabic = re.compile("[\u0600-\u06ff]")
    formats_only = re.compile(r"(?:\{\w+\}|[\s·|:.•()،/]|[a-zA-Z])+")
    for key, message in entries("ar").items():
        for form in forms(message):
            assert arabic.search(form) or formats_only.fullmatch(form), key
