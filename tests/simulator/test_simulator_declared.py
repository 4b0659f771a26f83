"""The table of methods against the Bot API's machine-readable reference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.declared import METHODS, OBJECTS, declared
from simulator.dispatch import POLL
from simulator.methods import HANDLERS
from simulator.updates import KINDS

REFERENCE = Path(__file__).parents[3] / "shared" / "botapi" / "api-10.1.json"
TYPES = {
    ("Integer",): "int",
    ("Float",): "float",
    ("String",): "str",
    ("Boolean",): "bool",
    ("Integer", "String"): "chat",
    ("InputFile", "String"): "media",
    ("InputFile",): "file",
    ("ForceReply", "InlineKeyboardMarkup", "ReplyKeyboardMarkup", "ReplyKeyboardRemove"): "Markup",
}
ALBUM = "Array of InputMedia"


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    if not REFERENCE.exists():
        pytest.skip("the Bot API's reference (../shared/botapi/api-10.1.json) is not here")
    found: dict[str, Any] = json.loads(REFERENCE.read_text())
    return found


def test_kinds_of_updates_are_those_of_the_bot_api(reference: dict[str, Any]) -> None:
    fields = {one["name"] for one in reference["types"]["Update"]["fields"]}
    assert fields - {"update_id"} == set(KINDS)


def _kind(types: list[str]) -> str:
    if types[0].startswith(ALBUM):
        return "[InputMedia]"
    if types[0].startswith("Array of "):
        return f"[{_kind([types[0].removeprefix('Array of ')])}]"
    return TYPES.get(tuple(sorted(types)), types[0])


def _told(fields: list[dict[str, Any]], *, files: frozenset[str] = frozenset()) -> set[tuple[str, str, bool]]:
    return {
        (one["name"], "media" if one["name"] in files else _kind(one["types"]), one["required"])
        for one in fields
    }


def _ours(line: str) -> set[tuple[str, str, bool]]:
    return {(one.name, one.type, one.required) for one in declared(line)}


def test_every_method_that_is_declared_is_served() -> None:
    assert METHODS.keys() == HANDLERS.keys() | {POLL}


@pytest.mark.parametrize("name", METHODS)
def test_parameters_are_those_of_the_bot_api(name: str, reference: dict[str, Any]) -> None:
    assert _ours(METHODS[name]) == _told(reference["methods"][name].get("fields", []))


@pytest.mark.parametrize("name", OBJECTS)
def test_fields_are_those_of_the_bot_api(name: str, reference: dict[str, Any]) -> None:
    files = frozenset({"media", "thumbnail", "cover"}) if name.startswith("InputMedia") else frozenset()
    assert _ours(OBJECTS[name]) == _told(reference["types"][name].get("fields", []), files=files)
