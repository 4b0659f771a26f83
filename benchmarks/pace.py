"""How much of the permitted rate is used: `python -m benchmarks.pace [--seconds 20]`.

Each limit is enforced by a local server: at most so many messages in any second, or it answers 429. The aim:
98 % of 30 and of 1,000 a second, and no refusal at either. A busy machine costs some of the rate: what
may have arrived late keeps its place.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from dataclasses import dataclass

from benchmarks import telegram_server
from delivery.caller import Caller
from delivery.flow import Limits
from delivery.outcomes import Throttled
from delivery.pacer import Pacer
from delivery.wire import Wire
from storage.records import Lane

RATES = {30: 0.98, 1000: 0.98}
LATENCIES = (0.0, 0.05)
AT_ONCE = 200
HEADINGS = "   limit  latency    sent  refused   share   aim  worst second  µs CPU"


@dataclass(frozen=True, slots=True)
class Figures:
    count: int
    refused: int
    share: float
    worst: float
    cpu: float


async def send_all(url: str, rate: int, messages: int) -> None:
    wire = Wire(url, pool_size=AT_ONCE)
    await wire.open()
    caller = Caller(wire, "1:benchmark")
    pacer = Pacer(Limits(per_second=rate))
    chats = iter(range(1, messages + 1))

    async def worker() -> None:
        for chat in chats:
            body = json.dumps({"chat_id": chat, "text": "عاجل"}).encode()
            async with pacer.turn(Lane.BROADCAST, chat):
                outcome = await caller.send("sendMessage", body)
            if isinstance(outcome, Throttled):
                pacer.throttled(chat, outcome.seconds)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    await wire.close()


def measure(rate: int, seconds: float, latency: float) -> Figures:
    with telegram_server.running(limit=rate, latency=latency) as url:
        busy = time.process_time()
        asyncio.run(send_all(url, rate, int(rate * seconds)))
        busy = time.process_time() - busy
        told = telegram_server.report(url)
    sent = told["count"] - told["refused"]
    share = (sent - 1) / told["seconds"] / rate
    return Figures(told["count"], told["refused"], share, told["worst"] / rate, busy / told["count"] * 1e6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    print(HEADINGS)
    for rate, aim in RATES.items():
        for latency in LATENCIES:
            found = measure(rate, options.seconds, latency)
            print(
                f"{rate:6}/s{latency * 1000:6.0f} ms{found.count:8}{found.refused:9}"
                f"{found.share:8.3f}{aim:6.2f}{found.worst:14.3f}{found.cpu:8.0f}"
            )


if __name__ == "__main__":
    main()
