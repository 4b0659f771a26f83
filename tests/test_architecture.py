"""The law of the house (DESIGN §1), read from the code's own imports."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

SEES = {
    "bot": {"handlers", "web", "delivery", "newsroom", "storage", "simulator", "locales"},
    "handlers": {"newsroom", "storage", "locales"},
    "web": {"newsroom", "storage", "locales"},
    "delivery": {"newsroom", "storage"},
    "newsroom": {"storage", "locales"},
    "storage": set(),
    "simulator": set(),
}
"""What each room may import beside itself: what lies below it. The demo alone sees the simulator."""

LIVES_IN = {
    "telegram": {"handlers", "delivery", "bot"},
    "sqlalchemy": {"storage"},
    "alembic": {"storage"},
    "psycopg": {"storage"},
    "sqlite3": {"storage"},
    "apscheduler": {"bot"},
    "aiohttp": {"web", "delivery", "simulator"},
    "httptools": {"delivery"},
    "typer": {"bot"},
    "rich": {"bot"},
    "pydantic_settings": {"bot"},
    "httpx": set(),
    "requests": set(),
}

READS_THE_ENVIRONMENT = {"bot/settings.py"}
STARTS_TASKS = {
    "bot/tasks.py",  # what lives beside the program
}
SEES_THE_SIMULATOR = "bot/demo"
NOT_A_NAME = {"utils", "util", "common", "services", "helpers", "misc", "managers"}


@dataclass(frozen=True, slots=True)
class Source:
    room: str
    path: str
    tree: ast.Module

    @property
    def imports(self) -> Iterator[str]:
        """Dotted names, wherever in the file they are imported."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield "." * node.level + (node.module or "")

    @property
    def attributes(self) -> Iterator[str]:
        """`os.environ`, `asyncio.create_task` and the like, as written."""
        return (ast.unparse(node) for node in ast.walk(self.tree) if isinstance(node, ast.Attribute))


@cache
def sources() -> tuple[Source, ...]:
    return tuple(
        Source(room, file.relative_to(ROOT).as_posix(), ast.parse(file.read_text(encoding="utf-8")))
        for room in SEES
        for file in sorted((ROOT / room).rglob("*.py"))
    )


def breaches(room: str) -> list[str]:
    """Imports of other rooms that this room must not see."""
    return [
        f"{source.path} imports {name}"
        for source in sources()
        if source.room == room
        for name in source.imports
        if (top := name.partition(".")[0]) in SEES and top != room and top not in SEES[room]
    ]


@pytest.mark.parametrize("room", SEES)
def test_a_room_sees_only_what_lies_below_it(room: str) -> None:
    assert breaches(room) == []


def test_every_room_is_there() -> None:
    assert {source.room for source in sources()} == set(SEES)


def test_the_demo_alone_sees_the_simulator() -> None:
    seen = {
        source.path
        for source in sources()
        if source.room == "bot"
        for name in source.imports
        if name.partition(".")[0] == "simulator"
    }
    assert all(path.startswith(SEES_THE_SIMULATOR) for path in seen)


@pytest.mark.parametrize("library", LIVES_IN)
def test_a_library_lives_in_its_rooms(library: str) -> None:
    strays = {
        source.path
        for source in sources()
        for name in source.imports
        if name.partition(".")[0] == library and source.room not in LIVES_IN[library]
    }
    assert strays == set()


def test_the_simulator_needs_nothing_but_aiohttp_and_the_standard_library() -> None:
    needed = {
        name.partition(".")[0]
        for source in sources()
        if source.room == "simulator"
        for name in source.imports
    }
    assert needed - sys.stdlib_module_names - {"simulator"} == {"aiohttp"}


def test_no_import_is_relative() -> None:
    assert [source.path for source in sources() for name in source.imports if name.startswith(".")] == []


def users_of(*attributes: str) -> set[str]:
    return {source.path for source in sources() if not set(attributes).isdisjoint(source.attributes)}


def test_one_place_reads_the_environment() -> None:
    assert users_of("os.environ", "os.getenv", "os.environb") <= READS_THE_ENVIRONMENT


def test_one_place_starts_background_tasks() -> None:
    """A `TaskGroup` is no background: it waits for what it starts."""
    starts = users_of("asyncio.create_task", "asyncio.ensure_future", "loop.create_task")
    assert {path for path in starts if not path.startswith("simulator/")} == STARTS_TASKS


def test_names_say_what_a_file_is_about() -> None:
    named = {part for source in sources() for part in Path(source.path).with_suffix("").parts}
    assert named & NOT_A_NAME == set()
