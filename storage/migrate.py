"""Bring a database's tables to what this program expects: synchronous, for a start or the command line."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import engine, unfinished
from storage.errors import StorageError, explain

T = TypeVar("T")
LOCK = 0x616A696C  # "ajil": the advisory lock that upgrading processes queue for


class Version(StrEnum):
    """How a database's tables stand to this program."""

    CURRENT = "current"
    BEHIND = "behind"
    EMPTY = "empty"
    NEWER = "newer"


def upgrade(url: str) -> str:
    """The version that the tables have now. Safe to run from several processes at once, and again."""
    return _with(engine.writing, url, _upgrade)


def upgrade_restored(url: str) -> None:
    """As `upgrade`, of what a restore that is not finished yet has put there."""
    _with(engine.writing, url, _bring_up)


def check(url: str) -> Version:
    return _with(engine.reading, url, _check)


def expected() -> str:
    """The version of this program's tables."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101 - the package always carries its first step
    return head


def require_known(version: str | None, where: str) -> None:
    """`StorageError` where a newer program has changed these tables."""
    if _standing(version) is Version.NEWER:
        raise StorageError(
            f"database {where}: its tables are of version {version}, but this program knows them up to "
            f"{expected()}: run the newer program, or restore a backup that was made before it",
            temporary=False,
        )


def _with(connections: Callable[[sa.URL], sa.Engine], url: str, work: Callable[[sa.Connection], T]) -> T:
    parsed = engine.parse(url)
    opened = connections(parsed)
    try:
        with opened.begin() as connection:
            return work(connection)
    except sa.exc.SQLAlchemyError as error:
        raise explain(error, engine.safe(parsed)) from error
    finally:
        opened.dispose()


def _check(connection: sa.Connection) -> Version:
    unfinished.require_none(connection, engine.safe(connection.engine.url))
    return _standing(_version(connection))


def _upgrade(connection: sa.Connection) -> str:
    unfinished.require_none(connection, engine.safe(connection.engine.url))
    return _bring_up(connection)


def _bring_up(connection: sa.Connection) -> str:
    # SQLite needs no more than its BEGIN IMMEDIATE.
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    require_known(_version(connection), engine.safe(connection.engine.url))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return expected()


def _version(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _standing(version: str | None) -> Version:
    if version is None:
        return Version.EMPTY
    if version == expected():
        return Version.CURRENT
    known = {step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()}
    return Version.BEHIND if version in known else Version.NEWER


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    return config
