"""`python -m simulator`: the simulator alone, until it is interrupted."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys

from simulator.limits import TELEGRAM
from simulator.server import serve
from simulator.state import TOKEN, Options
from simulator.world import World


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--token", default=TOKEN, help="the bot token that is accepted")
    parser.add_argument("--username", default="AjilBot", help="the bot's user name")
    parser.add_argument("--people", type=int, default=0, help="people who have started the bot")
    parser.add_argument("--limits", action="store_true", help="hold Telegram's sending limits")
    parser.add_argument("--lenient", action="store_true", help="ignore unknown parameters")
    parser.add_argument("--keep", type=int, help="messages kept in each chat (all)")
    parser.add_argument("--keep-calls", type=int, help="requests kept in the log (all)")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


async def _run(given: argparse.Namespace) -> None:
    options = Options(
        strict=not given.lenient,
        rates=TELEGRAM if given.limits else None,
        seed=given.seed,
        keep_messages=given.keep,
        keep_calls=given.keep_calls,
    )
    world = World(given.token, username=given.username, options=options)
    if given.people:
        world.add_people(given.people)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with serve(world, given.host, given.port) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(_run(_arguments()))
