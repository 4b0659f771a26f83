"""The drop folder, on a real disk and a real Desk."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dropfolder import DropFolder, Stamp, settled
from newsroom.desk import Desk
from newsroom.filing import Taken
from newsroom.house import House
from newsroom.incoming import Copy, Trust
from newsroom.wire import MAX_BYTES, CopyRefused
from storage.database import Database, StorageError

STORY = "رويترز\n\nعاد القطار إلى العمل بعد توقف يوم واحد على معظم خطه الساحلي.\n".encode()


class Door:
    """The Desk, and what went through to it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.took: list[Taken] = []
        self.fails = False

    async def take_all(self, copy: Copy) -> list[Taken | CopyRefused]:
        assert (copy.source, copy.trust) == ("folder", Trust.HAND)
        if self.fails:
            raise StorageError("the disk is full: make room on it", temporary=True)
        results = await self.desk.take_all(copy)
        self.took += [result for result in results if isinstance(result, Taken)]
        return results


@pytest.fixture
def door(db: Database) -> Door:
    house = House(owners=frozenset())
    return Door(Desk(db, house, now=lambda: datetime.now(UTC), pushed=lambda: None))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "wire"
    made.mkdir()
    return made


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.is_file()) if folder.exists() else []


async def test_a_file_is_taken_once_it_stands_still_and_moved(door: Door, folder: Path) -> None:
    drops = DropFolder(folder, door.take_all)
    await drops.look()
    (folder / "001.txt").write_bytes(STORY[:40])
    await drops.look()
    (folder / "001.txt").write_bytes(STORY)
    await drops.look()
    assert door.took == []
    await drops.look()
    assert [taken.outcome for taken in door.took] == ["new"]
    assert names(folder) == []
    assert (folder / "taken" / "001.txt").read_bytes() == STORY


async def test_a_bad_file_is_set_aside_with_its_reason(door: Door, folder: Path) -> None:
    drops = DropFolder(folder, door.take_all)
    (folder / "empty.txt").write_bytes(b" \n")
    (folder / "huge.txt").write_bytes(b"a" * (MAX_BYTES + 1))
    (folder / "good.txt").write_bytes(STORY)
    for _ in range(2):
        await drops.look()
    assert len(door.took) == 1
    assert names(folder / "refused") == [
        "empty.txt",
        "empty.txt.reason.txt",
        "huge.txt",
        "huge.txt.reason.txt",
    ]
    assert "send the text of the story" in (folder / "refused" / "empty.txt.reason.txt").read_text()
    assert names(folder) == []


async def test_nothing_is_overwritten(door: Door, folder: Path) -> None:
    drops = DropFolder(folder, door.take_all)
    for _ in range(3):
        (folder / "same.txt").write_bytes(STORY)
        await drops.look()
        await drops.look()
    assert names(folder / "taken") == ["same-1.txt", "same-2.txt", "same.txt"]
    assert [taken.outcome for taken in door.took] == ["new", "duplicate", "duplicate"]


async def test_what_the_store_cannot_take_now_stays(door: Door, folder: Path) -> None:
    drops = DropFolder(folder, door.take_all)
    (folder / "story.txt").write_bytes(STORY)
    door.fails = True
    for _ in range(3):
        await drops.look()
    assert names(folder) == ["story.txt"]
    door.fails = False
    for _ in range(2):
        await drops.look()
    assert (names(folder), names(folder / "taken")) == ([], ["story.txt"])


async def test_links_and_unfinished_files_are_not_opened(door: Door, folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_bytes(STORY)
    (folder / "link.txt").symlink_to(secret)
    os.mkfifo(folder / "pipe.txt")
    for name in (".hidden.txt", "story.txt.part", "story.tmp"):
        (folder / name).write_bytes(STORY)
    drops = DropFolder(folder, door.take_all)
    for _ in range(3):
        await drops.look()
    assert door.took == []
    assert secret.read_bytes() == STORY
    assert names(folder) == [".hidden.txt", "story.tmp", "story.txt.part"]
    assert sorted(path.name for path in (folder / "refused").iterdir() if "reason" in path.name) == [
        "link.txt.reason.txt",
        "pipe.txt.reason.txt",
    ]


STAMPS = st.dictionaries(
    st.sampled_from("abcde"), st.builds(Stamp, st.integers(0, 2), st.integers(0, 2), st.booleans())
)


@given(STAMPS, STAMPS)
def test_only_what_did_not_change_is_settled(before: dict[str, Stamp], now: dict[str, Stamp]) -> None:
    ready = settled(before, now)
    assert ready == sorted(ready)
    assert set(ready) == {name for name in now if name in before and before[name] == now[name]}
