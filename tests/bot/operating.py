"""What an operator types, and sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left: its exit code and its words."""

    code: int
    out: str
    err: str


Ajil = Callable[..., Said]
