"""How this house is set up, as the newsroom needs to know it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """`owners` are user ids; `languages` those with a catalogue; `zone` an IANA name.

    `feed_every` is in seconds; `callbacks` is the public address that hubs of feeds call, None without one.
    """

    owners: frozenset[int]
    language: str = "ar"
    languages: tuple[str, ...] = ("ar", "en")
    zone: str = "UTC"
    approvals: int = 1
    rate_per_second: float = 30
    feed_every: float = 300
    callbacks: str | None = None
