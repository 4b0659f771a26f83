"""A paper with a feed, from its server to the readers' chats."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from stage import OWNER, Stage, until

pytestmark = pytest.mark.slow

FERRY = ("f1", "عودة العبّارات إلى الخليج", "عادت العبّارات إلى الخليج بعد يومين من الضباب.")
BRIDGE = ("b1", "عاجل: إغلاق الجسر القديم", "أُغلق الجسر القديم صباح اليوم بسبب الرياح.")
TIDE = ("t1", "عاجل: مدّ عالٍ مساء اليوم", "يُنتظر مدّ عالٍ مساء اليوم على الساحل كله.")


@dataclass
class Paper:
    """What its server gives, at any path but /broken."""

    items: list[tuple[str, str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, request: web.Request) -> web.Response:
        if request.path == "/broken":
            return web.Response(status=500)
        told = "".join(
            f"<item><guid>{guid}</guid><title>{title}</title><description>{text}</description></item>"
            for guid, title, text in self.items
        )
        body = f'<rss version="2.0"><channel><title>صوت الخليج</title>{told}</channel></rss>'
        return web.Response(text=body, content_type="application/rss+xml")


@pytest.fixture
async def paper() -> AsyncIterator[Paper]:
    made = Paper([TIDE, FERRY])
    app = web.Application()
    app.router.add_get("/{tail:.*}", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.port = runner.addresses[0][1]
    yield made
    await runner.cleanup()


@pytest.fixture
def settings(paper: Paper) -> dict[str, str]:
    feeds = f"{paper.url}/broken"
    return {"FEED_EVERY": "1", "ALLOWED_PRIVATE_HOSTS": f"127.0.0.1:{paper.port}", "FEEDS": feeds}


async def test_a_feeds_breaking_news_reaches_readers_and_its_backlog_does_not(
    stage: Stage, paper: Paper
) -> None:
    reader = stage.world.add_user("Layla", language_code="ar").id
    await stage.says(reader, "/start")
    added = await stage.says(OWNER, f"/feeds add {paper.url}/rss gulf push")
    assert "صوت الخليج" in added["text"]

    async def stored() -> bool:
        return "مدّ عالٍ" in (await stage.says(reader, "/latest"))["text"]

    await until(stored, "the feed's first items", stage.program.said)
    latest = (await stage.says(reader, "/latest"))["text"]
    assert "عودة العبّارات" in latest
    assert "صوت الخليج" in latest
    paper.items.insert(0, BRIDGE)
    alerted = lambda: any("إغلاق الجسر القديم" in one["text"] for one in stage.answers(reader))  # noqa: E731
    await until(alerted, "the alert", stage.program.said)
    assert not any(one["text"].startswith("عاجل") and "مدّ" in one["text"] for one in stage.answers(reader))
    listed = (await stage.says(OWNER, "/feeds"))["text"]
    assert "Its server answers 500" in listed, "one feed's trouble is told, and stops no other"
