"""Whether Telegram itself is well: an outage must cost a few uncertain readers, however long. Pure."""

from __future__ import annotations

from delivery import outcomes
from delivery.verdicts import Held, Verdict

ILL_AFTER = 4
"""Answers in a row that say that it is the server, and not the message or the chat."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 120.0
"""Seconds before the server is asked again how it is; doubled from the first to the longest."""


class Health:
    """Well, ill, or on trial: once it answers again, one message at a time goes out until one is answered."""

    def __init__(self) -> None:
        self.ill = False
        self.on_trial = False
        self.pause = FIRST_PAUSE
        self._streak = 0

    def note(self, verdict: Verdict) -> None:
        """Take in what became of a call."""
        if isinstance(verdict, outcomes.Sent):
            self._answered()
            return
        if isinstance(verdict, Held):
            return
        if not _is_server_at_fault(verdict):
            self._answered()
            return
        self._streak += 1
        if self.on_trial or self._streak >= ILL_AFTER:
            self._fall_ill()

    def probed(self, verdict: Verdict) -> None:
        """Take in the answer to a harmless call."""
        if _is_server_at_fault(verdict):
            self._lengthen_pause()
        else:
            self.ill, self.on_trial = False, True

    def capacity(self, window: int) -> int:
        """How many of `window` deliveries may be under way."""
        return 0 if self.ill else 1 if self.on_trial else window

    def _answered(self) -> None:
        self._streak = 0
        if self.on_trial:
            self.on_trial, self.pause = False, FIRST_PAUSE

    def _fall_ill(self) -> None:
        if self.on_trial:
            self._lengthen_pause()
        self.ill, self.on_trial = True, False

    def _lengthen_pause(self) -> None:
        self.pause = min(LONGEST_PAUSE, self.pause * 2)


def _is_server_at_fault(verdict: Verdict) -> bool:
    if isinstance(verdict, Held):
        return False
    return isinstance(verdict, outcomes.Unauthorised) or outcomes.troubled(verdict)
