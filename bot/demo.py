"""`ajil demo`: a simulated Telegram, the real program, sample stories, and a page with two phones."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.request import Request, urlopen

from pydantic import SecretStr
from rich.console import Console

from bot import logs, program
from bot.commands.failing import stop
from bot.logs import Redactor
from bot.settings import FixedSettings, Settings
from bot.values import WireKey
from simulator import Server, World, serve
from simulator.phone import Phone, serve_phone

SAMPLES = Path(__file__).parents[1] / "samples"
READER, EDITOR = 100_001, 100_002
FIRST_PAUSE, PAUSE = 1.5, 6.0  # seconds before the first story, and between the others
BREAKING = "03"  # the sample that its agency marks as breaking
PROMPT = 3  # stories that come at the first pause
PATIENCE = 10  # seconds for POST /wire


def demo(port: int) -> None:
    samples = sorted(SAMPLES.glob("*.txt"))
    if not samples:
        stop(f"{SAMPLES} holds no stories: run the demo from a checkout of the project")
    asyncio.run(_demo(port, samples))


async def _demo(port: int, samples: list[Path]) -> None:
    world = World()
    world.add_user("ليلى", user_id=READER, language_code="ar")
    world.add_user("Sami", user_id=EDITOR, language_code="en")
    with tempfile.TemporaryDirectory(prefix="ajil-demo-") as folder:
        async with serve(world) as server, _phones(world, port) as page:
            settings = _settings(server, Path(folder))
            redact = Redactor(settings.secrets())
            logs.set_up(settings.log_level, settings.log_format, redact)
            show = Show(world, page, settings.wire_keys[0], samples)
            await program.run(settings, redact, beside=show.go_on)


@asynccontextmanager
async def _phones(world: World, port: int) -> AsyncIterator[str]:
    """On the port that was asked for, or on any other where that one is taken."""
    phone = Phone(reader=READER, editor=EDITOR)
    try:
        serving = serve_phone(world, phone, port=port)
        url = await serving.__aenter__()
    except OSError:
        serving = serve_phone(world, phone)
        url = await serving.__aenter__()
    try:
        yield url
    finally:
        await serving.__aexit__(None, None, None)


def _settings(server: Server, folder: Path) -> Settings:
    """Of the demo's own: nothing that is set for the real bot has a say here."""
    return FixedSettings(
        bot_token=SecretStr(server.world.token),
        telegram_api_url=server.url,
        database_url=SecretStr(f"sqlite:///{folder / 'demo.db'}"),
        owner_ids=frozenset({EDITOR}),
        http_port=0,
        wire_keys=(WireKey("agency", trusted=True, key=SecretStr(secrets.token_urlsafe(16))),),
        log_level="WARNING",
    )


@dataclass(frozen=True, slots=True)
class Show:
    """People come, and then the stories, one after the other."""

    world: World
    page: str
    key: WireKey
    samples: list[Path]

    async def go_on(self, http: str) -> None:
        _welcome(self.page, http)
        for person in (READER, EDITOR):
            self.world.send_text(person, "/start")
        for number, sample in enumerate(self.samples):
            await asyncio.sleep(PAUSE if number > PROMPT else FIRST_PAUSE)
            await asyncio.to_thread(_push, f"{http}/wire", self.key, sample)
            if number == PROMPT:
                self.world.send_text(EDITOR, "/latest")  # the page offers what its phones have seen


def _push(url: str, key: WireKey, sample: Path) -> None:
    headers = {
        "Authorization": f"Bearer {key.key.get_secret_value()}",
        "Content-Type": "text/plain; charset=utf-8",
        "X-Urgency": "1" if sample.name.startswith(BREAKING) else "5",
    }
    with urlopen(Request(url, sample.read_bytes(), headers), timeout=PATIENCE):  # noqa: S310 - our own server
        pass


def _welcome(page: str, http: str) -> None:
    say = partial(Console().print, soft_wrap=True)
    say("\n[bold]Ajil runs, in a Telegram of its own.[/]\n")
    say(f"  Look here:   [bold cyan]{page}[/]   a reader's phone and an editor's, side by side")
    say(f"  The bot's HTTP side: {http}/readyz, {http}/metrics\n")
    say("  Stories come in by themselves, one of them breaking. As the reader, try /latest, /related, /help.")
    say("  As the editor, try /breaking and the code of a story. Ctrl-C ends it.\n")
