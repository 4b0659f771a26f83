"""Whether the process that holds a lease still lives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from delivery import holder

NAME = "from delivery import holder; print(holder.name(), flush=True); input()"

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc")


def test_every_holding_has_a_name_of_its_own_that_fits() -> None:
    first, second = holder.name(), holder.name()
    assert first != second
    assert len(first) <= 64


def test_this_process_lives() -> None:
    assert not holder.is_dead(holder.name())


@needs_proc
def test_a_process_that_was_killed_is_dead() -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", NAME], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert not holder.is_dead(name)
        process.kill()
        process.wait()
        assert holder.is_dead(name)


@needs_proc
def test_another_process_with_the_same_number_is_another() -> None:
    machine, pid, started, number = holder.name().split(":")
    assert holder.is_dead(f"{machine}:{pid}:{int(started) - 1}:{number}")


@pytest.mark.parametrize("name", ["", "elsewhere:1:1:a", "a", ":::", "elsewhere"])
def test_nobody_is_declared_dead_who_is_not_known_here(name: str) -> None:
    assert not holder.is_dead(name)
