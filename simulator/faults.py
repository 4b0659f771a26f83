"""Trouble on demand: which requests go wrong, how, and whether Telegram had done what they asked by then."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from simulator.errors import STATUS_TITLES, ApiError, too_many

Answer = Literal["usual", "error", "html", "cut", "half", "stall", "short", "silence"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a request that it strikes.

    `answer`: as usual, the JSON `error`, a page of HTML with `status`, a reset without one, the first half of
    one and then a reset (half) or nothing more (stall), a half that claims to be the whole (short), silence.
    `apply`: the request is carried out first, so the bot gets trouble for something that was done.
    `before`, `after`: seconds of delay before it is carried out and before it is answered.
    """

    name: str
    answer: Answer = "usual"
    apply: bool = False
    before: float = 0.0
    after: float = 0.0
    status: int = 502
    error: ApiError | None = None
    methods: frozenset[str] = frozenset()
    chats: frozenset[int] = frozenset()
    probability: float = 1.0
    skip: int = 0
    """How many that it would strike are let through first."""
    count: int | None = None
    """How many it strikes before it is used up."""

    def on(
        self,
        *methods: str,
        chats: frozenset[int] | set[int] | None = None,
        probability: float = 1.0,
        skip: int = 0,
        count: int | None = None,
    ) -> Fault:
        """The same fault for these methods and chats only (none named: for all)."""
        return replace(
            self,
            methods=frozenset(name.lower() for name in methods),
            chats=frozenset(chats or ()),
            probability=probability,
            skip=skip,
            count=count,
        )

    def concerns(self, method: str, chat_id: Any) -> bool:
        if self.methods and method.lower() not in self.methods:
            return False
        return not self.chats or chat_id in self.chats


def flood(retry_after: int) -> Fault:
    return Fault("flood", "error", error=too_many(retry_after))


def bare_flood() -> Fault:
    """429 that does not say for how long."""
    return Fault("bare_flood", "error", error=ApiError(429, "Too Many Requests"))


def server_error(status: int = 500, *, applied: bool = False) -> Fault:
    error = ApiError(status, STATUS_TITLES.get(status, "Internal Server Error"))
    return Fault("server_error", "error", apply=applied, error=error)


def refusal(error: ApiError) -> Fault:
    """Any other answer of Telegram's."""
    return Fault("refusal", "error", error=error)


def bad_gateway(*, applied: bool = False) -> Fault:
    """A page of HTML from a proxy, with 502."""
    return Fault("bad_gateway", "html", apply=applied, status=502)


def html_ok(*, applied: bool = False) -> Fault:
    """A page of HTML, with 200."""
    return Fault("html_ok", "html", apply=applied, status=200)


def reset() -> Fault:
    """The connection is reset before the request is carried out."""
    return Fault("reset", "cut")


def dropped() -> Fault:
    """Accepted and carried out, and the connection is cut before the answer."""
    return Fault("dropped", "cut", apply=True)


def half_answer(*, applied: bool = False) -> Fault:
    """The head of an answer and half of its body, then a reset."""
    return Fault("half_answer", "half", apply=applied, status=200)


def stalled_answer(*, applied: bool = False) -> Fault:
    """The head of an answer and half of its body, and the rest never comes."""
    return Fault("stalled_answer", "stall", apply=applied, status=200)


def short_answer(*, applied: bool = False) -> Fault:
    """Half of an answer's JSON, with the length of a half: whole for HTTP, and not for the Bot API."""
    return Fault("short_answer", "short", apply=applied, status=200)


def silence(*, applied: bool = False) -> Fault:
    """The request is taken and never answered."""
    return Fault("silence", "silence", apply=applied)


def page(status: int) -> Fault:
    """A page of HTML from whatever stands before the Bot API, with any status."""
    return Fault("page", "html", status=status)


def slow(before: float = 0.0, after: float = 0.0) -> Fault:
    return Fault("slow", before=before, after=after)


@dataclass(slots=True)
class _Rule:
    fault: Fault
    random: random.Random
    met: int = 0
    struck: int = 0

    def strikes(self, method: str, chat_id: Any) -> bool:
        fault = self.fault
        if fault.count is not None and self.struck >= fault.count:
            return False
        if not fault.concerns(method, chat_id):
            return False
        if fault.probability < 1.0 and self.random.random() >= fault.probability:
            return False
        self.met += 1
        if self.met <= fault.skip:
            return False
        self.struck += 1
        return True


@dataclass(slots=True)
class Faults:
    """The faults in force; the first that strikes decides. The same seed and requests, the same trouble."""

    seed: int = 0
    _rules: list[_Rule] = field(default_factory=list)
    _added: int = 0

    def add(self, fault: Fault) -> Fault:
        self._added += 1
        generator = random.Random(f"{self.seed}/{self._added}")  # noqa: S311 (repeatable on purpose)
        self._rules.append(_Rule(fault, generator))
        return fault

    def clear(self) -> None:
        self._rules.clear()

    def __bool__(self) -> bool:
        return bool(self._rules)

    def struck(self) -> dict[str, int]:
        """How often each fault has struck, by name."""
        counts: dict[str, int] = {}
        for rule in self._rules:
            counts[rule.fault.name] = counts.get(rule.fault.name, 0) + rule.struck
        return counts

    def strike(self, method: str, chat_id: Any) -> Fault | None:
        for rule in self._rules:
            if rule.strikes(method, chat_id):
                return rule.fault
        return None
