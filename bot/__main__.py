"""The command line: `ajil …`, or `python -m bot …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.commands import backup as backups
from bot.commands import check as checks
from bot.commands import export as exports
from bot.commands import halt as halts
from bot.commands import ingest as ingests
from bot.commands import migrate as migrations
from bot.commands import reindex as reindexes
from bot.commands import run as runs
from bot.commands.failing import told_in_lines

app = typer.Typer(
    name="ajil",
    help="The news desk that lives in Telegram. Settings come from the environment and from a file `.env`: "
    "see `.env.example`, and `ajil check` for what is missing.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def run() -> None:
    """Run the bot: its chats, its HTTP side and its deliveries. SIGTERM ends it cleanly."""
    runs.run()


@app.command()
def demo(
    port: Annotated[
        int, typer.Option(help="Where the page with the phones is served; another if taken.")
    ] = 8090,
) -> None:
    """Try it without a token: a simulated Telegram, sample stories, two phones in the browser."""
    from bot.demo import demo as show  # noqa: PLC0415 - the only thing here that needs the simulator

    show(port)


@app.command()
def migrate() -> None:
    """Bring the database's tables up to this version. Safe to repeat; `ajil run` does it by itself."""
    migrations.migrate()


@app.command()
def check() -> None:
    """Look at settings, database, ledger, Telegram and drop folder: what is wrong, and how to mend it."""
    checks.check()


@app.command()
def ingest(
    files: Annotated[
        list[Path], typer.Argument(help="Files of wire copy; - is standard input.", allow_dash=True)
    ],
) -> None:
    """Take wire copy from files. What is breaking in them is published, and pushed by an editor only."""
    ingests.ingest(files)


@app.command()
def export(
    form: Annotated[
        Literal["ninjs", "jsonfeed", "rss"], typer.Option("--format", help="The format to write.")
    ] = "ninjs",
    since: Annotated[str | None, typer.Option(help="Only what changed since: a time, or 12h, or 7d.")] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=exports.MOST, help="At most so many stories.")
    ] = exports.MOST,
) -> None:
    """Write what readers may see to standard output, newest first. `ajil ingest` reads it again."""
    exports.export(form, since, limit)


@app.command()
def backup(
    file: Annotated[
        Path | None, typer.Argument(help="Where to; by default a new file named by the time.")
    ] = None,
) -> None:
    """Copy the whole database to a file, while the bot runs on."""
    backups.backup(file)


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A file that `ajil backup` made.")]) -> None:
    """Put a backup in the place of the database. Nothing is sent afterwards until `ajil resume`."""
    backups.restore(file)


@app.command()
def reindex(
    again: Annotated[bool, typer.Option("--again", help="From the first story on.")] = False,
) -> None:
    """Find the terms of all stories anew, after an update of Ajil that says so. The bot may run meanwhile."""
    reindexes.reindex(again=again)


@app.command()
def halt() -> None:
    """Stop everything that goes out to readers, at once. Replies to people go on."""
    halts.halt()


@app.command()
def resume() -> None:
    """Let pushes go out again, after `ajil halt` or `ajil restore`."""
    halts.resume()


def main() -> None:
    with told_in_lines():
        app()


if __name__ == "__main__":
    main()
