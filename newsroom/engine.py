"""The engine that sends, as far as the newsroom has to know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineState:
    """How the engine of this process stands.

    `sends` is False where another process holds the lease; `window` is `C`, how many requests may be under
    way; rates are messages a second, `penalty` is in seconds; `halt_file` is its path while it is there.
    """

    sends: bool = False
    window: int = 0
    rate: float = 0.0
    permitted: float = 0.0
    penalty: float = 0.0
    halt_file: str | None = None


Engine = Callable[[], EngineState]
