"""What went wrong, in lines that say how to mend it: no traceback where the program is not at fault."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.poller import TokenRefusedError
from bot.settings import SettingsError
from bot.wiring import CannotStartError
from storage.database import StorageError


@contextmanager
def told_in_lines() -> Iterator[None]:
    """Ends the program with exit code 1 and the lines of what it could not do."""
    try:
        yield
    except SettingsError as error:
        stop("Some settings are missing or wrong:", *(f"  {mistake}" for mistake in error.mistakes))
    except (StorageError, TokenRefusedError, CannotStartError) as error:
        stop(str(error))


def stop(*lines: str) -> None:
    for line in lines:
        print(line, file=sys.stderr)  # noqa: T201 - the command line speaks in print
    raise SystemExit(1)
