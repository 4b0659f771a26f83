"""Who knows whom: the one place where the rooms are put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector

from bot import chats, figures
from bot.brake import halt_file
from bot.chats import Line
from bot.clock import Clock
from bot.figures import Figures
from bot.intake import Intake
from bot.journal import DatabaseJournal
from bot.poller import Poller
from bot.rounds import Rounds
from bot.settings import Settings
from bot.tasks import Nursery
from delivery.bodies import Bodies
from delivery.caller import Caller
from delivery.courier import Courier
from delivery.departures import Departures
from delivery.flow import Limits
from delivery.pacer import Pacer
from delivery.shift import Tools
from delivery.wire import Wire
from handlers.doors import Doors as ChatDoors
from handlers.register import register
from newsroom.desk import Desk
from newsroom.engine import EngineState
from newsroom.house import House
from storage import engine, facts
from storage.database import Database, StorageError
from storage.records import OnUnknown
from web import telegram
from web.fetch import Fetcher
from web.keyring import Keyring, Sender
from web.server import Doors as HttpDoors

ADVISORIES = "advisories"  # what of the clock shows them
CONNECTIONS = 1024  # to Telegram, of the courier's own: replies have theirs


class CannotStartError(Exception):
    """Something outside has to be mended first; the message says what."""


@dataclass(slots=True)
class State:
    """How far the program has come."""

    in_touch: bool = False
    stopping: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    settings: Settings
    house: House
    db: Database
    wire: Wire
    line: Line
    desk: Desk
    courier: Courier
    intake: Intake
    clock: Clock
    poller: Poller
    fetcher: Fetcher
    rounds: Rounds
    figures: Figures
    stalls: Histogram
    state: State = field(default_factory=State)


def now() -> datetime:
    return datetime.now(UTC)


def put_together(settings: Settings, db: Database, nursery: Nursery, redact: Callable[[str], str]) -> Parts:
    house = house_of(settings)
    pacer = Pacer(limits_of(settings))
    fetcher = Fetcher(settings.allowed_private_hosts)
    line = chats.line(settings, pacer)
    wire = Wire(settings.telegram_api_url, pool_size=CONNECTIONS)

    def pushed() -> None:  # a name that is looked up later: the courier itself needs the Desk
        courier.wake()

    def engine() -> EngineState:
        return engine_state(courier, pacer, settings)

    clock = Clock()
    asked = partial(clock.soon, ADVISORIES)
    desk = Desk(db, house, now=now, pushed=pushed, asked=asked, engine=engine, outside=fetcher)
    courier = _courier(settings, db, desk, pacer, wire)
    register(line.application, ChatDoors(desk=desk, house=house))
    intake = Intake(line.handle, DatabaseJournal(db, now), nursery.start, redact=redact)
    return Parts(
        settings=settings,
        house=house,
        db=db,
        wire=wire,
        line=line,
        desk=desk,
        courier=courier,
        intake=intake,
        clock=clock,
        poller=Poller(line.bot.raw_updates, intake, ours=lambda: courier.holds),
        fetcher=fetcher,
        rounds=Rounds(desk.feeds, nursery.start),
        figures=Figures(db, engine),
        stalls=figures.stalls(),
    )


def house_of(settings: Settings) -> House:
    return House(
        owners=settings.owner_ids,
        language=settings.default_language,
        zone=settings.timezone,
        approvals=settings.breaking_approvals,
        rate_per_second=settings.messages_per_second,
        feed_every=settings.feed_every,
        callbacks=settings.callbacks,
    )


def limits_of(settings: Settings) -> Limits:
    return Limits(
        per_second=settings.messages_per_second,
        per_chat=settings.rate_per_chat,
        per_group_minute=settings.rate_per_group_minute,
    )


def engine_state(courier: Courier, pacer: Pacer, settings: Settings) -> EngineState:
    return EngineState(
        sends=courier.holds,
        window=courier.window,
        rate=pacer.rate(),
        permitted=settings.messages_per_second,
        penalty=pacer.paused_for(),
        halt_file=halt_file(settings.halt_file)(),
    )


def http_doors(parts: Parts) -> HttpDoors:
    registry = CollectorRegistry()
    for collector in (parts.rounds.polls, parts.figures, parts.stalls, ProcessCollector(registry=None)):
        registry.register(collector)
    keys = ((Sender(key.source, key.trusted), key.key.get_secret_value()) for key in parts.settings.wire_keys)
    return HttpDoors(
        desk=parts.desk,
        keyring=Keyring(keys),
        registry=registry,
        checks={
            "database": lambda: _database_trouble(parts.db),
            "telegram": lambda: _telegram_trouble(parts),
        },
        webhook=_webhook(parts) if parts.settings.webhook_url else None,
    )


def departures_file(settings: Settings) -> Path:
    """Beside an SQLite database; for one that has no folder, where the program was started."""
    return engine.folder(settings.database_url.get_secret_value()) / f"ajil-{settings.bot_id}.departures"


def _courier(settings: Settings, db: Database, desk: Desk, pacer: Pacer, wire: Wire) -> Courier:
    stands = halt_file(settings.halt_file)
    paid: dict[str, object] = {"allow_paid_broadcast": True} if settings.paid_broadcast else {}
    tools = Tools(
        db=db,
        bodies=Bodies(desk, extra=paid),
        caller=Caller(wire, settings.token),
        pacer=pacer,
        on_unknown=OnUnknown(settings.on_unknown),
        now=now,
        permitted=settings.messages_per_second,
        braked=lambda: stands() is not None,
        departures=Departures(departures_file(settings)),
    )
    return Courier(tools, bot_id=settings.bot_id)


def _webhook(parts: Parts) -> telegram.Webhook:
    async def submit(update: dict[str, object]) -> None:
        if parts.state.stopping or not parts.state.in_touch:
            raise telegram.NotNow
        try:
            await parts.intake.submit(update)
        except StorageError:
            raise telegram.NotNow from None

    return telegram.Webhook(parts.settings.webhook_proof, submit)


async def _database_trouble(db: Database) -> str | None:
    try:
        await db.read(lambda tx: facts.get(tx, "bot"))
    except StorageError as error:
        return str(error)
    return db.trouble  # a full disk, and a lock of somebody else's, leave reading as it is


async def _telegram_trouble(parts: Parts) -> str | None:
    return parts.poller.trouble if parts.state.in_touch else "not reached yet"
