"""`ajil check`: what is wrong, and how to mend it."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text
from telegram.error import TelegramError

from bot import chats, logs
from bot.brake import halt_file
from bot.logs import Redactor
from bot.poller import TokenRefusedError, explain
from bot.settings import Settings, SettingsError, load
from bot.wiring import limits_of, now
from delivery.pacer import Pacer
from storage import audit, facts, feeds, leases, migrate, recovery
from storage.database import Database, StorageError
from storage.feeds import Feed, FeedState
from storage.migrate import Version

SECONDS = 15.0  # for Telegram
CHECKED = "checked"
MANY_FAILURES = 3  # in a row: a feed that missed once or twice is no finding
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """`wrong` says what it is and how to mend it; None where all is well."""

    subject: str
    state: str
    wrong: str | None = None


def check() -> None:
    found = asyncio.run(findings())
    for finding in found:
        Console().print(_line(finding), soft_wrap=True)
    if any(finding.wrong for finding in found):
        raise SystemExit(1)


async def findings() -> list[Finding]:
    try:
        settings = load(needs_token=True)
    except SettingsError as error:
        return [Finding("settings", mistake.name, mistake.why) for mistake in error.mistakes]
    logs.set_up("ERROR", "console", Redactor(settings.secrets()))
    found = [Finding("settings", "complete"), *await _database(settings), await _telegram(settings)]
    if settings.wire_dir is not None:
        found.append(_drop_folder(settings.wire_dir))
    return found


async def _database(settings: Settings) -> list[Finding]:
    url = settings.database_url.get_secret_value()
    try:
        version = await asyncio.to_thread(migrate.check, url)
        return [_version(version)] if version is not Version.CURRENT else await _contents(url, settings)
    except StorageError as error:
        return [Finding("database", "cannot be used", str(error))]


def _version(version: Version) -> Finding:
    if version is Version.NEWER:
        return Finding("database", "newer", "a newer Ajil made its tables: run that one, or restore a backup")
    return Finding("database", f"tables are {version}; `ajil run` and `ajil migrate` make them")


async def _contents(url: str, settings: Settings) -> list[Finding]:
    db = Database.open(url)
    try:
        await db.write(lambda tx: facts.put(tx, CHECKED, now().isoformat()))
        owner = await db.read(lambda tx: facts.get(tx, "bot"))
        halted = await db.read(leases.halted)
        disagreements = await db.read(recovery.verify)
        broken = await db.read(audit.verify)
        ill = await db.read(lambda tx: feeds.in_trouble(tx, MANY_FAILURES))
    finally:
        await db.close()
    return [
        Finding("database", f"{db.safe_url}, up to date and writable"),
        _owner(owner, settings.bot_id),
        _ledger([one.push_id for one in disagreements]),
        _audit(broken),
        _feeds(ill),
        Finding("sending", _sending(halted, halt_file(settings.halt_file)())),
    ]


def _sending(halted: str | None, file: str | None) -> str:
    """Stopped on purpose is not wrong."""
    by_row = [f"halted by {halted}; `ajil resume` ends it"] if halted else []
    by_file = [f"halted by the file {file}; remove it to go on"] if file else []
    return ", and ".join(by_row + by_file) or "allowed"


def _owner(owner: str | None, bot_id: int) -> Finding:
    if owner in {None, str(bot_id)}:
        return Finding("bot", f"{bot_id}, as in the database" if owner else f"{bot_id}, new to the database")
    return Finding(
        "bot", str(bot_id), f"the database is that of bot {owner}: set its token, or another database"
    )


def _ledger(pushes: list[int]) -> Finding:
    if not pushes:
        return Finding("ledger", "every push adds up")
    named = ", ".join(str(push) for push in pushes[:10])
    return Finding("ledger", "does not add up", f"pushes {named}: please report this, with a backup")


def _audit(broken: int | None) -> Finding:
    if broken is None:
        return Finding("audit", "unbroken")
    return Finding(
        "audit", "broken", f"entry {broken} was changed, or one before it removed: compare with a backup"
    )


def _feeds(ill: list[Feed]) -> Finding:
    if not ill:
        return Finding("feeds", "none is in trouble")
    named = "; ".join(f"{feed.id} ({feed.url}: {_trouble(feed)})" for feed in ill[:MOST_NAMED])
    more = f" and {len(ill) - MOST_NAMED} more" if len(ill) > MOST_NAMED else ""
    return Finding(
        "feeds",
        "in trouble",
        f"{named}{more}. See /feeds in chat; mend the address, or remove it",
    )


def _trouble(feed: Feed) -> str:
    told = f"HTTP {feed.status}" if feed.outcome == "status" else feed.outcome
    return "withdrawn by its server" if feed.state is FeedState.GONE else f"{told}, {feed.failures} times"


async def _telegram(settings: Settings) -> Finding:
    line = chats.line(settings, Pacer(limits_of(settings)))
    try:
        async with asyncio.timeout(SECONDS):
            await line.open()
            return Finding("Telegram", f"answers as @{line.bot.username}")
    except TokenRefusedError as error:
        return Finding("Telegram", "BOT_TOKEN is refused", str(error))
    except TelegramError as error:
        mend = f"{explain(error)}; look at the network and at TELEGRAM_API_URL"
        return Finding("Telegram", "not reached", mend)
    except TimeoutError:
        return Finding(
            "Telegram", "not reached", "no answer in time; look at the network and TELEGRAM_API_URL"
        )
    finally:
        await line.close()


def _drop_folder(folder: Path) -> Finding:
    if not folder.exists():
        return Finding("drop folder", "is not there yet: `ajil run` makes it")
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Finding("drop folder", "cannot be used", f"let this user read and write the folder {folder}")
    return Finding("drop folder", str(folder))


def _line(finding: Finding) -> Text:
    sign = Text("wrong ", "bold red") if finding.wrong else Text("ok    ", "green")
    said = f"{finding.state}: {finding.wrong}" if finding.wrong else finding.state
    return sign + Text(f"{finding.subject}: {said}")
