"""A request that cannot be met."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault
    """What somebody asked cannot be done. `reason` is one of `newsroom.render.refusals.REASONS`."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts
