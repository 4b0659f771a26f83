"""Whether a message rings where it arrives: decided for each chat when its request is made. Pure."""

from __future__ import annotations

from datetime import datetime

from newsroom.hours import Quiet, is_quiet
from newsroom.words import clock_of
from storage.records import Delivery, Lane


def is_silent(delivery: Delivery, lane: Lane, now: datetime) -> bool:
    """In the chat's quiet hours nothing rings, not even breaking news, unless the chat chose that it does."""
    if delivery.quiet_from is None or delivery.quiet_to is None:
        return False
    if lane is Lane.BREAKING and delivery.breaking_sounds:
        return False
    return is_quiet(now, clock_of(delivery.zone), Quiet(delivery.quiet_from, delivery.quiet_to))
