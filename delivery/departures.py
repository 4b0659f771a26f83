"""What has left, noted on this machine: the proof, after a death, of what never did.

A committed intent says that a request may have left. To tell more, each request would need a commit of its
own. But what a process wrote to a file outlives it, flushed to the disk or not, as long as the machine goes
on. So each request is noted in such a file before it leaves, and each certain answer when it comes. The next
sender on the machine gives back what was never noted and believes the answers: only requests that were under
way stay uncertain.

After a crash of the machine, or on another one, the file proves nothing and is not believed.
"""

from __future__ import annotations

import logging
import os
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from delivery import outcomes
from delivery.verdicts import Verdict
from storage.records import Attempt, Delivery, Departed, Lease

log = logging.getLogger(__name__)

SLOTS: Final = 4096
"""Many more than are under way or wait to be written. One is used again once its outcome is committed."""

_MAGIC: Final = b"ajil-1\n\0"
_HEAD: Final = struct.Struct("<8s64sq")
_LEFT: Final = struct.Struct("<qqhh")
_ANSWER: Final = struct.Struct("<bq")
_SUM: Final = struct.Struct("<I")
_HEAD_SIZE: Final = _HEAD.size + _SUM.size
_ANSWER_AT: Final = _LEFT.size + _SUM.size
_SLOT_SIZE: Final = _ANSWER_AT + _ANSWER.size + _SUM.size

_SENT, _DONE, _UNSENT = 1, 2, 3


class Departures:
    """The file of one sender: `begin` it with the lease, then note what happens. Without a path, nothing is
    noted.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._file: int | None = None
        self._free: list[int] = []
        self._slots: dict[Attempt, int] = {}

    def of(self, holder: str, epoch: int) -> Departed | None:
        """What the sender noted that had this lease; None where the file is not his."""
        if self._path is None:
            return None
        try:
            written = self._path.read_bytes()
        except OSError:
            return None
        if _whole(written[:_HEAD_SIZE]) != _HEAD.pack(_MAGIC, holder.encode(), epoch):
            return None
        starts = range(_HEAD_SIZE, len(written) - _SLOT_SIZE + 1, _SLOT_SIZE)
        return _departed(written[at : at + _SLOT_SIZE] for at in starts)

    def begin(self, lease: Lease) -> None:
        """Start anew. Where the folder cannot be written, nothing is noted, and nothing will be proved."""
        self.end()
        if self._path is None:
            return
        head = _summed(_HEAD.pack(_MAGIC, lease.holder.encode(), lease.epoch))
        part = self._path.with_name(f"{self._path.name}.part")
        try:
            part.write_bytes(head + bytes(SLOTS * _SLOT_SIZE))
            self._file = os.open(part, os.O_WRONLY)
            part.replace(self._path)
        except OSError as error:
            log.warning("what leaves is not noted, so a death makes more of it uncertain: %s", error)
            self.end()
        self._free = list(range(SLOTS))
        self._slots.clear()

    def left(self, delivery: Delivery) -> None:
        """Note this before the request leaves."""
        if self._file is None:
            return
        if not self._free:
            self._give_up("there is no room")
            return
        slot = self._slots[delivery.key] = self._free.pop()
        note = _summed(_LEFT.pack(*delivery.key)) + bytes(_SLOT_SIZE - _ANSWER_AT)
        self._write(note, _HEAD_SIZE + slot * _SLOT_SIZE)

    def answered(self, delivery: Delivery, verdict: Verdict) -> None:
        """What is uncertain needs no note: it is what all are that have none."""
        if self._file is None:
            return
        slot = self._slots.get(delivery.key)
        answer = _answer(verdict)
        if slot is not None and answer is not None:
            note = _summed(_ANSWER.pack(*answer), zlib.crc32(_LEFT.pack(*delivery.key)))
            self._write(note, _HEAD_SIZE + slot * _SLOT_SIZE + _ANSWER_AT)

    def settled(self, deliveries: Iterable[Delivery]) -> None:
        """Their outcomes are committed."""
        for delivery in deliveries:
            slot = self._slots.pop(delivery.key, None)
            if slot is not None:
                self._free.append(slot)

    def end(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _write(self, note: bytes, at: int) -> None:
        if self._file is not None:
            try:
                os.pwrite(self._file, note, at)
            except OSError as error:
                self._give_up(error)

    def _give_up(self, why: object) -> None:
        """Half a proof would be a false one."""
        log.warning("what leaves is not noted any more: %s", why)
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        self.end()


def _answer(verdict: Verdict) -> tuple[int, int] | None:
    match verdict:
        case outcomes.Sent(message_id, ()) if message_id is not None:
            return _SENT, message_id
        case outcomes.Done():
            return _DONE, 0
        case outcomes.Sent() | outcomes.Uncertain():
            return None
        case _:
            return _UNSENT, 0


def _departed(slots: Iterable[bytes]) -> Departed:
    flying: set[Attempt] = set()
    sent: dict[Attempt, int | None] = {}
    for slot in slots:
        left = _whole(slot[:_ANSWER_AT])
        if left is None:
            continue
        # Summed on top of what left: the answer to what had the slot before is none to this.
        answer = _whole(slot[_ANSWER_AT:], zlib.crc32(left))
        attempt: Attempt = _LEFT.unpack(left)
        kind, message_id = _ANSWER.unpack(answer) if answer is not None else (0, 0)
        if kind in (_SENT, _DONE):
            sent[attempt] = message_id if kind == _SENT else None
        elif kind != _UNSENT:
            flying.add(attempt)
    return Departed(flying=frozenset(flying), sent=sent)


def _summed(data: bytes, before: int = 0) -> bytes:
    return data + _SUM.pack(zlib.crc32(data, before))


def _whole(note: bytes, before: int = 0) -> bytes | None:
    """What stands in a note, unless the death came while it was written: then it is as if it had not been."""
    data, summed = note[: -_SUM.size], note[-_SUM.size :]
    return data if summed == _SUM.pack(zlib.crc32(data, before)) else None
