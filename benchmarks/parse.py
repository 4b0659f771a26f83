"""How fast copy is parsed: `python -m benchmarks.parse`. The limit: 5 MiB in a second, whatever it holds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import cycle, islice

from newsroom.wire import MAX_BYTES, CopyRefused, parse

LIMIT_SECONDS = 1.0

PARAGRAPH = (
    "أعلنت هيئة الموانئ أمس أن حركة السفن عادت إلى 85% من مستواها بعد «إغلاق قصير»، "
    "وأضافت أن 2040 حاوية تنتظر.\n\n"
)
STORY = (
    "أ ب\n\n"
    + PARAGRAPH * 2
    + "عودة تدريجية\n\n"
    + PARAGRAPH * 3
    + "أخبار ذات صلة\n\nعنوان أول\nعنوان ثان\n\n"
    + PARAGRAPH
)


def fill(piece: str, encoding: str = "utf-8") -> bytes:
    """The piece again and again, up to the largest copy that is taken."""
    raw = piece.encode(encoding)
    return (raw * (MAX_BYTES // len(raw) + 1))[: MAX_BYTES - MAX_BYTES % len(raw)]


def marks() -> bytes:
    """Marks in the order that makes canonical ordering move each of them."""
    return fill("\u0327\u0301\u064b\u0653")


CASES: dict[str, Callable[[], bytes]] = {
    "agency copy, UTF-8": lambda: fill(STORY),
    "agency copy, Windows-1256": lambda: fill(STORY, "cp1256"),
    "English, wrapped lines": lambda: fill(
        "The minister said on Tuesday that the government would consider\n" * 5 + "\n"
    ),
    "one giant line": lambda: fill("كلمة "),
    "one giant word": lambda: fill("ا"),
    "blank lines": lambda: "أول".encode() + fill("\n")[:-20] + "آخر".encode(),
    "lines of blanks": lambda: fill(" \t\u00a0\n"),
    "lines of zero-width marks": lambda: fill("\u200f\n")[:-20] + b"end",
    "short paragraphs": lambda: fill("a\n\n"),
    "short lines": lambda: fill("ab\n"),
    "related headings": lambda: fill("Related:\n"),
    "sub-heads and text": lambda: fill("Heading\n\nText.\n\n"),
    "credits": lambda: fill("(AP)\n"),
    "flags": lambda: fill("عاجل: "),
    "quotation marks": lambda: fill("«"),
    "straight quotes": lambda: fill('"'),
    "brackets": lambda: fill("(("),
    "full stops": lambda: fill("."),
    "dashes": lambda: fill(" - "),
    "combining marks": marks,
    "marks beyond the first plane": lambda: fill("😀\U0001e8d0\u0301"),
    "marks that come apart": lambda: fill("\u0f73"),
    "overrides": lambda: fill("a\u202e"),
    "ligatures": lambda: fill("ﷺ"),
    "CRLF": lambda: fill("\r\na"),
    "controls": lambda: fill("a" * 200 + "\x02"),
    "random bytes": lambda: bytes(islice(cycle(range(256)), MAX_BYTES)),
    "Latin-1": lambda: fill("déjà vu à l'été ", "cp1252"),
}


def outcome(copy: bytes) -> tuple[float, str]:
    began = time.perf_counter()
    try:
        draft = parse(copy)
        told = f"{len(draft.sections)} sections, {len(draft.related)} related"
    except CopyRefused as refused:
        told = f"refused: {refused.reason}"
    return time.perf_counter() - began, told


def main() -> int:
    slowest = 0.0
    print(f"{'copy':32}{'MB':>7}{'seconds':>9}{'MB/s':>8}  outcome   (limit {LIMIT_SECONDS:.0f} s for 5 MiB)")
    for name, make in CASES.items():
        copy = make()
        seconds, told = outcome(copy)
        slowest = max(slowest, seconds)
        megabytes = len(copy) / 1e6
        print(f"{name:32}{megabytes:7.2f}{seconds:9.3f}{megabytes / seconds:8.1f}  {told}")
    verdict = "holds" if slowest < LIMIT_SECONDS else "MISSED"
    print(f"slowest {slowest:.3f} s, limit {LIMIT_SECONDS:.0f} s: {verdict}")
    return 0 if slowest < LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
