"""How fast each format is read: `python -m benchmarks.formats`. The limit: 5 milliseconds for a story."""

from __future__ import annotations

import json
import sys
import time
from html import escape

from newsroom import wire
from newsroom.wire import MAX_BYTES

LIMIT_MS = 5.0
ITEMS = 1_000

PARAGRAPH = (
    "أعلنت هيئة الموانئ أمس أن حركة السفن عادت إلى 85% من مستواها بعد «إغلاق قصير»، "
    "وأضافت أن 2040 حاوية تنتظر."
)
HTML = f"<p>{PARAGRAPH}</p><p>{PARAGRAPH}</p><h2>عودة تدريجية</h2><p>{PARAGRAPH}</p><ul><li>بند</li></ul>"
TEXT = f"أ ب\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n\nعودة تدريجية\n\n{PARAGRAPH}"


def rss(body: str, count: int) -> bytes:
    items = (
        f"<item><title>عنوان {number}</title><guid>https://example.org/{number}</guid>"
        f"<pubDate>Sun, 01 Mar 2026 06:30:00 GMT</pubDate><description>{escape(body)}</description></item>"
        for number in range(count)
    )
    return f"<rss version='2.0'><channel><title>t</title>{''.join(items)}</channel></rss>".encode()


def ninjs(**body: str) -> bytes:
    items = [{"uri": f"urn:x:{number}", "headline": f"عنوان {number}", **body} for number in range(ITEMS)]
    return json.dumps(items, ensure_ascii=False).encode()


def page() -> bytes:
    around = "<nav><a href='/'>x</a></nav>" + "<div><a href='/y'>عنوان آخر من الجزيرة</a></div>" * 300
    return f"<html><body>{around}<article><h1>عنوان</h1>{HTML}</article></body></html>".encode()


CASES = {
    "agency text": (TEXT.encode(), "text/plain"),
    "ninjs, plain text": (ninjs(body_text=TEXT), "application/json"),
    "ninjs, HTML": (ninjs(body_html=HTML), "application/json"),
    "RSS, summaries": (rss(PARAGRAPH, ITEMS), "application/rss+xml"),
    "RSS, whole texts": (rss(HTML, ITEMS), "application/rss+xml"),
    "RSS, not well-formed": (rss(PARAGRAPH, 200).replace(b"</title>", b"< b</title>"), "application/rss+xml"),
    "a page of the web": (page(), "text/html"),
}


def milliseconds(body: bytes, media_type: str) -> tuple[float, int]:
    """Of processor time for an item, and how many items there are. The first call loads what it needs."""
    wire.read(body[:MAX_BYTES], media_type)
    began = time.process_time()
    items = len(wire.read(body, media_type).items)
    return (time.process_time() - began) * 1000 / items, items


def main() -> int:
    slowest = 0.0
    print(f"{'format':24}{'items':>7}{'KiB':>8}{'ms an item':>12}")
    for name, (body, media_type) in CASES.items():
        each, items = milliseconds(body, media_type)
        if items > 1:
            slowest = max(slowest, each)
        print(f"{name:24}{items:7}{len(body) // 1024:8}{each:12.2f}")
    verdict = "holds" if slowest < LIMIT_MS else "MISSED"
    print(f"slowest {slowest:.2f} ms an item of many, limit {LIMIT_MS:.0f} ms: {verdict}")
    return 0 if slowest < LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
