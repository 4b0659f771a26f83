"""Lines to paragraphs and related blocks."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from newsroom.wire.related import related_heading
from newsroom.wire.shape import Heading, Headline, bullet, full_stop, headline_like, sentence_end

Block = list[str]

_LONG_LINE = 100
_WRAP_SHORTEST, _WRAP_SPREAD = 40, 30
_HEADLINE_LETTERS, _HEADLINE_WITH_STOP = 160, 80
_SUBHEAD_WORDS = 7  # a line between a lone related headline and body text is a sub-head up to here


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A related block: what opened it and its headlines, as written."""

    heading: str
    headlines: tuple[str, ...]


def items(lines: Sequence[str]) -> list[str | Related]:
    """Paragraphs and related blocks, in order. Copy without blank lines has a paragraph on each line."""
    filled = [at for at, line in enumerate(lines) if line]
    spaced = bool(filled) and filled[-1] - filled[0] + 1 > len(filled)
    return items_of(_blocks(lines) if spaced else [[lines[at] for at in filled]], spaced=spaced)


def items_of(blocks: Sequence[Block], *, spaced: bool) -> list[str | Related]:
    found: list[str | Related] = []
    ahead = deque(blocks)
    while ahead:
        block = ahead.popleft()
        at = next((at for at, line in enumerate(block) if related_heading(line)), None)
        if at is None:
            found += _paragraphs(block, spaced=spaced)
            continue
        found += _paragraphs(block[:at], spaced=spaced)
        found.append(_related(block[at:], ahead, spaced=spaced))
    return found


def _blocks(lines: Sequence[str]) -> list[Block]:
    return [list(group) for filled, group in groupby(lines, key=bool) if filled]


def _paragraphs(block: Block, *, spaced: bool) -> list[str]:
    if len(block) < 2:  # noqa: PLR2004 - nothing to join or to keep apart
        return block
    if _is_wrapped(block, spaced=spaced):
        return [" ".join(block)]
    if not spaced or any(len(line) > _LONG_LINE or sentence_end(line) for line in block):
        return block
    return ["\n".join(block)]


def _is_wrapped(block: Block, *, spaced: bool) -> bool:
    """Whether a typewriter broke the lines: all about as long, and seldom at a sentence's end."""
    full = block[:-1]
    lengths = [len(line) for line in full]
    ended = sum(map(sentence_end, full))
    return (
        min(lengths) >= _WRAP_SHORTEST
        and max(lengths) <= _LONG_LINE
        and max(lengths) - min(lengths) <= _WRAP_SPREAD
        and (spaced or len(full) > 1)
        and (2 if spaced else 3) * ended < len(full)
        and not any(map(bullet, block))
    )


def _related(block: Block, ahead: deque[Block], *, spaced: bool) -> Related:
    """The block that a heading opens; what of `block` is not its own goes back to the front of `ahead`."""
    heading, inline = related_heading(block[0]) or (block[0], "")
    headlines = [inline] if inline else []
    rest = block[1:]
    if not rest and not inline and ahead and not related_heading(ahead[0][0]):
        rest = ahead.popleft()
    if spaced or not inline:
        taken = _headlines(rest, spaced=spaced)
        headlines += taken
        rest = rest[len(taken) :]
    if rest:
        ahead.appendleft(rest)
    elif spaced and not inline:
        headlines += _spread_out(headlines, ahead)
    return Related(heading=heading, headlines=tuple(headlines))


def _headlines(lines: Block, *, spaced: bool) -> Block:
    end = next((at for at, line in enumerate(lines) if _ends_headlines(line, spaced=spaced)), len(lines))
    return lines[:end]


def _ends_headlines(line: str, *, spaced: bool) -> bool:
    if isinstance(line, Headline):
        return False
    is_body = full_stop(line) and (not spaced or len(line) > _HEADLINE_WITH_STOP)
    return is_body or len(line) > _HEADLINE_LETTERS or related_heading(line) is not None


def _spread_out(headlines: Block, ahead: deque[Block]) -> Block:
    """Headlines of the same block that blank lines set apart, one each or bullet by bullet."""
    if any(isinstance(line, Headline) for line in headlines):
        return []
    bulleted = bool(headlines) and all(map(bullet, headlines))
    more: Block = []
    while ahead and headlines and (bulleted or len(headlines) == 1):
        belongs = all(map(bullet, ahead[0])) if bulleted else _is_lone_headline(ahead)
        if not belongs:
            break
        more += ahead.popleft()
    return more


def _is_lone_headline(ahead: deque[Block]) -> bool:
    """Whether the next block is one more headline and not the sub-head of the body text after it."""
    if not _is_lone(ahead[0]) or isinstance(ahead[0][0], Heading):
        return False
    last_before_body = len(ahead) > 1 and not _is_lone(ahead[1])
    return not last_before_body or len(ahead[0][0].split()) > _SUBHEAD_WORDS


def _is_lone(block: Block) -> bool:
    return len(block) == 1 and headline_like(block[0]) and related_heading(block[0]) is None
