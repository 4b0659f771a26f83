from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from stage import OWNER, Program, Stage, environment, free_port

from simulator import World, serve


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def settings() -> dict[str, str]:
    """Settings of the program besides the usual ones; a test module may give its own."""
    return {}


@pytest.fixture
async def stage(
    world: World, tmp_path: Path, sqlite_url: str, settings: dict[str, str]
) -> AsyncIterator[Stage]:
    world.add_user("Owner", user_id=OWNER, language_code="en")
    async with serve(world) as server:
        port = free_port()
        program = Program(environment(server, sqlite_url, port, **settings), tmp_path / "program.log", port)
        staged = Stage(world, server, program, tmp_path)
        await program.start()
        yield staged
        await program.kill()
