"""An environment of the test's own, a Telegram to run against, and the command line as a call."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from operating import Ajil, Said

from bot.__main__ import main
from bot.settings import Settings
from simulator import Options, Server, World, serve


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests, nor a `.env` of theirs, gets in."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)


@pytest.fixture
def restored() -> Iterator[None]:
    """The logging of the tests, after the program has set up its own."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    sys.excepthook = hook
    structlog.reset_defaults()


@pytest.fixture
def world() -> World:
    world = World(options=Options(keep_calls=10_000))
    for user in (1, 2):
        world.add_user("Someone", user_id=user)
    return world


@pytest.fixture
async def server(world: World) -> AsyncIterator[Server]:
    async with serve(world) as server:
        yield server


@pytest.fixture
def ajil(
    clean: None, restored: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ajil:
    """The command line, called in this process."""

    def call(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["ajil", *map(str, words)])
        try:
            main()
            code: object = 0
        except SystemExit as end:
            code = end.code or 0
        said = capsys.readouterr()
        assert isinstance(code, int)
        return Said(code, said.out, said.err)

    return call
