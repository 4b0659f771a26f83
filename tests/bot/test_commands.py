"""The command line: what it does, what it says, and how it ends."""

from __future__ import annotations

import asyncio
import io
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from operating import Ajil

from bot.commands import ingest
from bot.commands.check import Finding, findings
from delivery import holder
from newsroom.wire import MAX_BYTES
from simulator import TOKEN, Server
from storage import audit, backup, facts, feeds, leases, stories, terms
from storage.database import Database, Transaction
from storage.feed_log import Poll

T = TypeVar("T")
STORY = "هبوب رياح قوية على الساحل\n\nأ ب\n\nهبت رياح قوية على الساحل فجر اليوم، وأغلق الميناء أبوابه.\n"
OTHER = "Harbour opens again\n\nThe harbour opened again on Monday, its master said.\n"


@pytest.fixture
def url(database_url: str, monkeypatch: pytest.MonkeyPatch, clean: None) -> str:
    monkeypatch.setenv("DATABASE_URL", database_url)
    return database_url


def ask(url: str, work: Callable[[Transaction], T]) -> T:
    async def go() -> T:
        db = Database.open(url)
        try:
            return await db.write(work)
        finally:
            await db.close()

    return asyncio.run(go())


@pytest.mark.parametrize("command", ["run", "check"])
def test_what_is_missing_is_said_in_lines(ajil: Ajil, command: str) -> None:
    said = ajil(command)
    assert said.code == 1
    assert "BOT_TOKEN" in said.out + said.err
    assert "@BotFather" in said.out + said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("command", [[], ["--help"], ["ingest", "--help"], ["nonsense"], ["ingest"]])
def test_help_and_usage(ajil: Ajil, command: list[str]) -> None:
    said = ajil(*command)
    assert "Usage" in said.out + said.err
    assert said.code == (0 if "--help" in command else 2)


def test_a_database_that_cannot_be_used_is_said_in_a_line(
    ajil: Ajil, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/at/all.db")
    for command in (["migrate"], ["halt"], ["ingest", "x"], ["backup"]):
        said = ajil(*command)
        assert (said.code, said.out) == (1, "")
        assert "/nowhere/at" in said.err
        assert len(said.err.splitlines()) == 1


def test_migrate_says_where_and_to_what(
    ajil: Ajil, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database_url)
    first, second = ajil("migrate"), ajil("migrate")
    assert (first.code, first.out) == (0, second.out)
    assert "is at version" in first.out


def test_halt_and_resume_are_kept_and_audited(ajil: Ajil, url: str) -> None:
    assert ajil("halt").out == "Halted: nothing goes out to readers until `ajil resume`.\n"
    assert ask(url, leases.halted) == "operator"
    assert ajil("halt").out == "It was halted already.\n"
    assert ajil("resume").out == "Resumed: what is due goes out.\n"
    assert ajil("resume").out == "It was not halted.\n"
    assert ask(url, leases.halted) is None
    assert [entry.action for entry in ask(url, lambda tx: audit.recent(tx, 9))] == ["unhalt", "halt"]


def test_a_file_that_halts_is_named_and_left_where_it_is(
    ajil: Ajil, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "stop"
    file.touch()
    monkeypatch.setenv("HALT_FILE", str(file))
    still = f"The file {file} still halts: nothing goes out to readers until it is removed.\n"
    ajil("halt")
    assert ajil("resume").out == f"The halt is lifted. {still}"
    assert ask(url, leases.halted) is None
    assert ajil("resume").out == still
    assert file.exists()


def test_files_of_copy_are_taken_and_told(ajil: Ajil, url: str, tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text(STORY, encoding="utf-8")
    first = ajil("ingest", story)
    assert first.code == 0
    assert first.out.startswith(f"{story}: new, story ")
    assert "duplicate" in ajil("ingest", story).out


def test_terms_are_found_anew(ajil: Ajil, url: str, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    assert ajil("ingest", tmp_path / "story.txt").code == 0
    ask(url, lambda tx: terms.index(tx, 1, {"old": 1.0}))
    assert ajil("reindex").out.startswith("1 stories looked at, 1 had other terms")
    assert ajil("reindex", "--again").out.startswith("1 stories looked at, 0 had other terms")


def pipe(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Into the next command."""

    class Piped:
        buffer = io.BytesIO(text.encode())

    monkeypatch.setattr(sys, "stdin", Piped)


@pytest.mark.parametrize(("form", "name"), [("ninjs", "a.json"), ("jsonfeed", "a.json"), ("rss", "a.rss")])
def test_what_is_out_is_exported_and_taken_in_again(
    ajil: Ajil, url: str, tmp_path: Path, form: str, name: str
) -> None:
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    assert ajil("ingest", tmp_path / "story.txt").code == 0
    told = ajil("export", "--format", form, "--since", "1d")
    assert (told.code, "هبت رياح قوية" in told.out) == (0, True)
    (tmp_path / name).write_text(told.out, encoding="utf-8")
    assert "duplicate" in ajil("ingest", tmp_path / name).out
    assert "هبت" not in ajil("export", "--format", form, "--since", "2099-01-01").out
    assert ajil("export", "--since", "yesterday").code == 1
    assert ajil("export", "--format", "docx").code == 2


def test_copy_may_come_by_standard_input(ajil: Ajil, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, OTHER)
    assert ajil("ingest", "-").out.startswith("-: new, story ")


@pytest.mark.parametrize("form", ["ninjs", "jsonfeed", "rss"])
def test_what_is_piped_is_known_by_how_it_begins(
    ajil: Ajil, url: str, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    pipe(monkeypatch, OTHER)
    ajil("ingest", "-")
    pipe(monkeypatch, ajil("export", "--format", form).out)
    assert ajil("ingest", "-").out.startswith("-: duplicate, story ")


def test_the_bad_file_among_many_is_named_with_its_reason_and_the_others_are_taken(
    ajil: Ajil, url: str, tmp_path: Path
) -> None:
    names = ["a.txt", "empty.txt", "b.txt", "missing.txt", "folder", "picture.png", "again.txt"]
    for name, text in zip(names, [STORY, "", OTHER, None, None, None, STORY], strict=True):
        if text is not None:
            (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)))
    said = ajil("ingest", *(tmp_path / name for name in names))
    assert said.code == 1
    assert said.out == "7 files: 2 new, 1 duplicate, 4 refused\n"
    refused = said.err.splitlines()[-4:]
    for line, name in zip(refused, ["empty.txt", "missing.txt", "folder", "picture.png"], strict=True):
        assert line.startswith(f"{tmp_path / name}: ")
    assert "No such file" in refused[1]
    assert "Is a directory" in refused[2]


def test_copy_may_be_the_first_thing_that_a_database_sees(
    ajil: Ajil, empty_sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_sqlite_url)
    (tmp_path / "a.txt").write_text(OTHER, encoding="utf-8")
    assert ajil("ingest", tmp_path / "a.txt").code == 0


def test_a_file_is_read_no_further_than_it_can_be_taken(tmp_path: Path) -> None:
    file = tmp_path / "big.txt"
    with file.open("wb") as opened:
        opened.truncate(1 << 30)
    assert len(ingest.read(file).body) == MAX_BYTES + 1


@pytest.mark.usefixtures("postgresql_tools")
class TestBackup:
    def test_a_backup_brings_everything_back_and_nothing_is_sent_afterwards(
        self, ajil: Ajil, url: str, tmp_path: Path
    ) -> None:
        (tmp_path / "a.txt").write_text(STORY, encoding="utf-8")
        (tmp_path / "b.txt").write_text(OTHER, encoding="utf-8")
        ajil("ingest", tmp_path / "a.txt")
        saved = tmp_path / "saved.backup"
        assert ajil("backup", saved).code == 0
        assert saved.stat().st_mode & 0o777 == 0o600
        ajil("ingest", tmp_path / "b.txt")
        assert codes(url) == 2

        said = ajil("restore", saved)
        assert said.code == 0, said.err
        assert "until `ajil resume`" in said.out
        assert codes(url) == 1
        assert ask(url, leases.halted) == "restore"

    def test_a_restore_that_dies_before_its_halt_leaves_nothing_that_sends(
        self, ajil: Ajil, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", postgresql_url)
        ajil("backup", "saved.backup")
        with monkeypatch.context() as dying:
            dying.setattr(backup, "_halt", lambda _url: sys.exit(137))
            assert ajil("restore", "saved.backup").code == 137
        assert ask(postgresql_url, leases.halted) is None
        said = ajil("migrate")
        assert said.code == 1
        assert "the restore of saved.backup was not finished" in said.err
        Path("junk").write_bytes(b"no backup")
        assert ajil("restore", "junk").code == 1
        assert ajil("migrate").code == 1
        assert ajil("restore", "saved.backup").code == 0
        assert ask(postgresql_url, leases.halted) == "restore"
        assert ajil("migrate").code == 0

    def test_what_was_there_before_is_kept(self, ajil: Ajil, url: str, tmp_path: Path) -> None:
        ajil("backup", "saved.backup")
        (tmp_path / "a.txt").write_text(STORY, encoding="utf-8")
        ajil("ingest", tmp_path / "a.txt")
        said = ajil("restore", "saved.backup")
        aside = said.out.partition("is in ")[2].split()[0]
        assert codes(url) == 0
        assert ajil("restore", aside).code == 0
        assert codes(url) == 1

    def test_a_file_that_is_there_is_not_written_over(self, ajil: Ajil, url: str, tmp_path: Path) -> None:
        (tmp_path / "mine").write_text("mine")
        said = ajil("backup", "mine")
        assert said.code == 1
        assert "mine is there already" in said.err
        assert (tmp_path / "mine").read_text() == "mine"

    def test_the_name_is_the_time_where_none_is_given(self, ajil: Ajil, url: str, tmp_path: Path) -> None:
        assert ajil("backup").code == 0
        assert len(list(tmp_path.glob("ajil-*.backup"))) == 1
        assert list(tmp_path.glob("*.part")) == []

    @pytest.mark.parametrize("junk", [b"", b"no database at all\n" * 400])
    def test_what_is_no_backup_is_refused_and_nothing_is_changed(
        self, ajil: Ajil, url: str, tmp_path: Path, junk: bytes
    ) -> None:
        (tmp_path / "junk").write_bytes(junk)
        ask(url, lambda tx: facts.put(tx, "mark", "kept"))
        said = ajil("restore", "junk")
        assert said.code == 1
        assert "Traceback" not in said.err
        assert ask(url, lambda tx: facts.get(tx, "mark")) == "kept"
        assert ajil("restore", "nothing").code == 1

    def test_a_damaged_backup_is_refused(
        self, ajil: Ajil, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", sqlite_url)
        ajil("backup", "saved.backup")
        with (tmp_path / "saved.backup").open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * 8192)
        said = ajil("restore", "saved.backup")
        assert said.code == 1
        assert "saved.backup" in said.err

    def test_a_damaged_database_can_be_restored(
        self, ajil: Ajil, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", sqlite_url)
        ajil("backup", "saved.backup")
        database = Path(sqlite_url.removeprefix("sqlite:///"))
        database.write_bytes(b"rubbish " * 2000)
        assert ajil("restore", "saved.backup").code == 0
        assert codes(sqlite_url) == 0
        assert [file.read_bytes()[:7] for file in tmp_path.glob("*before-restore*")] == [b"rubbish"]

    def test_a_program_that_runs_has_to_stop_first(self, ajil: Ajil, url: str) -> None:
        ajil("backup", "saved.backup")
        ask(url, lambda tx: facts.put(tx, "bot", "77"))
        ask(url, lambda tx: leases.acquire(tx, 77, holder.name(), timedelta(minutes=1)))
        said = ajil("restore", "saved.backup")
        assert (said.code, said.err) == (1, "Ajil runs with this database; stop it first, on every machine\n")


def codes(url: str) -> int:
    """How many stories there are."""
    return len(ask(url, lambda tx: stories.latest(tx, limit=100, now=datetime.now(UTC))))


def ill_feeds(tx: Transaction, now: datetime) -> None:
    """One that was not found three times, one that is gone, one that failed once."""
    for name, failures in (("a", 3), ("b", 1), ("c", 1)):
        url, host = f"https://{name}.example/rss", f"{name}.example"
        assert feeds.add(tx, url=url, host=host, source=name, trust="publish", now=now)
        for _ in range(failures):
            feed = next(one for one in feeds.every(tx) if one.source == name)
            poll = Poll(at=now, outcome="status", status=404, is_trouble=True)
            feeds.settle(tx, feed, poll, feed.kept, next_at=now, free_at=now)
    feeds.end(tx, next(one for one in feeds.every(tx) if one.source == "b"))


class TestCheck:
    @pytest.fixture
    def house(self, server: Server, url: str, monkeypatch: pytest.MonkeyPatch, restored: None) -> str:
        monkeypatch.setenv("BOT_TOKEN", TOKEN)
        monkeypatch.setenv("TELEGRAM_API_URL", server.url)
        return url

    async def test_all_is_well(self, house: str) -> None:
        found = await findings()
        assert [finding.subject for finding in found if finding.wrong] == []
        assert [finding.subject for finding in found] == [
            "settings",
            "database",
            "bot",
            "ledger",
            "audit",
            "feeds",
            "sending",
            "Telegram",
        ]

    async def test_feeds_in_trouble_are_named(self, house: str) -> None:
        db = Database.open(house)
        await db.write(lambda tx: ill_feeds(tx, datetime.now(UTC)))
        await db.close()
        (finding,) = await self.wrong()
        assert finding.subject == "feeds"
        assert "1 (https://a.example/rss: HTTP 404, 3 times)" in str(finding.wrong)
        assert "2 (https://b.example/rss: withdrawn by its server)" in str(finding.wrong)
        assert "c.example" not in str(finding.wrong)

    async def test_what_is_stopped_on_purpose_is_said_and_is_not_wrong(
        self, house: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        file = tmp_path / "stop"
        file.touch()
        monkeypatch.setenv("HALT_FILE", str(file))
        db = Database.open(house)
        await db.write(lambda tx: leases.halt(tx, "editor:7"))
        await db.close()
        (sending,) = [finding for finding in await findings() if finding.subject == "sending"]
        assert sending.wrong is None
        by_row = "halted by editor:7; `ajil resume` ends it"
        assert sending.state == f"{by_row}, and halted by the file {file}; remove it to go on"

    async def wrong(self) -> list[Finding]:
        return [finding for finding in await findings() if finding.wrong]

    async def test_a_token_that_is_refused(self, house: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BOT_TOKEN", "1000:wrong-one")
        [found] = await self.wrong()
        assert found.state == "BOT_TOKEN is refused"
        assert "wrong-one" not in str(found)

    async def test_a_telegram_that_is_not_there(self, house: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:9")
        [found] = await self.wrong()
        assert found.subject == "Telegram"
        assert "TELEGRAM_API_URL" in str(found.wrong)

    async def test_a_database_of_another_bot(self, house: str, db: Database) -> None:
        await db.write(lambda tx: facts.put(tx, "bot", "5"))
        [found] = await self.wrong()
        assert (found.subject, found.state) == ("bot", "1000")

    async def test_an_audit_that_was_tampered_with(
        self, server: Server, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, ajil: Ajil
    ) -> None:
        monkeypatch.setenv("BOT_TOKEN", TOKEN)
        monkeypatch.setenv("TELEGRAM_API_URL", server.url)
        monkeypatch.setenv("DATABASE_URL", sqlite_url)
        await asyncio.to_thread(ajil, "halt")
        await asyncio.to_thread(ajil, "resume")
        with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
            connection.execute("DROP TRIGGER audit_no_update")
            connection.execute("UPDATE audit SET actor = 'somebody else' WHERE id = 1")
        connection.close()
        [found] = await self.wrong()
        assert (found.subject, found.state) == ("audit", "broken")
        assert "entry 1" in str(found.wrong)

    async def test_a_drop_folder_that_is_a_file(
        self, house: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "drops").write_text("")
        monkeypatch.setenv("WIRE_DIR", str(tmp_path / "drops"))
        [found] = await self.wrong()
        assert found.subject == "drop folder"

    async def test_an_empty_database_is_no_mistake(
        self,
        server: Server,
        empty_database_url: str,
        monkeypatch: pytest.MonkeyPatch,
        clean: None,
        restored: None,
    ) -> None:
        monkeypatch.setenv("BOT_TOKEN", TOKEN)
        monkeypatch.setenv("TELEGRAM_API_URL", server.url)
        monkeypatch.setenv("DATABASE_URL", empty_database_url)
        assert await self.wrong() == []
