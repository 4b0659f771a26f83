"""Who holds a lease: a process, named so that another one on the same machine can tell that it is dead."""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
from pathlib import Path

_PROC = Path("/proc")
_START_TIME = 19  # of /proc/PID/stat, counted from behind the name: ticks since boot


def name() -> str:
    """A name for one holding by this process, at most 64 characters."""
    pid = os.getpid()
    return f"{_machine()}:{pid}:{_started(pid) or ''}:{secrets.token_hex(4)}"


def is_dead(holder: str) -> bool:
    """Whether the process is known to be gone. A holder on another machine never is."""
    machine, pid, started = (*holder.split(":"), "", "")[:3]
    if machine != _machine() or not pid.isdecimal() or not started:
        return False
    return _started(int(pid)) != started


def _machine() -> str:
    """The boot of the machine and the namespace in which its process ids count."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        namespace = (_PROC / "self/ns/pid").readlink()
    except OSError:
        return hashlib.blake2b(platform.node().encode(), digest_size=6).hexdigest()
    return hashlib.blake2b(f"{boot} {namespace}".encode(), digest_size=6).hexdigest()


def _started(pid: int) -> str | None:
    """When the process began; None where there is none, or where the system does not say."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[_START_TIME]
