"""The brake that needs neither chat nor database: a file that anybody with a shell can make."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def halt_file(path: Path) -> Callable[[], str | None]:
    """Its path as long as it is there, whatever it is. Costs one `lstat`."""
    named = str(path)
    return lambda: named if os.path.lexists(named) else None
