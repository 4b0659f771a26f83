"""The environment, read in this one place and nowhere else.

Every field below is one variable of the same name in capitals; its description is the line that
`.env.example` and `docs/settings.md` explain it with.
"""

from __future__ import annotations

import difflib
import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import get_args
from urllib.parse import unquote, urljoin, urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot import values
from bot.values import Expect

ENV_FILE = Path(".env")
PAID_RATE = 1000.0
FREE_RATE = 30.0


class SettingsError(Exception):
    """Some settings are missing or wrong; `mistakes` says of each what is expected."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Mistake:
    """`why` never holds the value: it may be a secret that was put in the wrong place."""

    name: str
    why: str

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"


NO_TOKEN = Mistake(
    "BOT_TOKEN", "is missing; get one from @BotFather, or name a file that holds it in BOT_TOKEN_FILE"
)


class Settings(BaseSettings):
    """All that an operator can set. Secrets are `SecretStr`: they show as stars wherever they are printed."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    bot_token: values.Token | None = Field(default=None, description="the bot's token, from @BotFather")
    bot_token_file: values.TokenFile | None = Field(
        default=None, description="a file that holds the token, instead of BOT_TOKEN"
    )
    telegram_api_url: values.HttpUrl = Field(
        default=values.PUBLIC_API, description="the Bot API server; your own, if you run one"
    )
    database_url: values.DatabaseUrl = Field(
        default=SecretStr("sqlite:///ajil.db"),
        description="sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME to grow",
    )
    owner_ids: values.UserIds = Field(
        default=frozenset(), description="numeric Telegram ids of the owners, commas between"
    )
    webhook_url: values.WebhookUrl | None = Field(
        default=None, description="the public https address of /telegram; empty: long polling"
    )
    webhook_secret: values.WebhookSecret | None = Field(
        default=None,
        description="what Telegram proves itself with at the webhook; empty: derived from the token",
    )
    http_host: str = Field(default="127.0.0.1", description="the address that the HTTP side listens on")
    http_port: values.Port = Field(default=8080, description="its port")
    wire_keys: values.WireKeys = Field(
        default=(),
        description="source:key pairs for POST /wire; source!:key may push breaking items without an editor",
    )
    wire_dir: Path | None = Field(default=None, description="a folder from which copy is taken; empty: none")
    default_language: values.Language = Field(
        default="ar", description="the language of a chat that has not chosen: ar or en"
    )
    timezone: values.Zone = Field(
        default="UTC", description="the time zone of a chat that has not chosen (IANA name)"
    )
    rate_per_second: values.Rate | None = Field(
        default=None,
        description="messages a second over all chats; empty: 30, or 1000 if PAID_BROADCAST is on",
    )
    rate_per_chat: values.Rate = Field(default=1.0, description="messages a second in one chat")
    rate_per_group_minute: values.PerMinute = Field(
        default=20, description="messages a minute in one group or channel"
    )
    paid_broadcast: values.Switch = Field(
        default=False, description="pay Stars to send faster than the free rate: on or off"
    )
    on_unknown: values.OnUnknown = Field(
        default="park",
        description="a send whose outcome is unknown: park (never twice) or resend_once (never lost)",
    )
    breaking_approvals: values.Approvals = Field(
        default=1, description="how many editors must approve a push that editors send"
    )
    halt_file: Path = Field(
        default=Path("ajil.halt"), description="while this file is there, nothing goes out to readers"
    )
    push_every: values.Seconds = Field(default=5.0, description="seconds between sweeps for breaking items")
    allowed_private_hosts: values.PrivateHosts = Field(
        default=frozenset(),
        description="host:port pairs in your own network that feeds and pages may be fetched from",
    )
    feeds: values.FeedUrls = Field(
        default=(), description="feeds to read from the first start on, spaces between; others by /feeds"
    )
    feed_every: values.Seconds = Field(default=300.0, description="seconds between polls of a feed")
    log_level: values.LogLevel = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_format: values.LogFormat = Field(
        default="console", description="console for people, json for machines"
    )

    @property
    def token(self) -> str:
        """The bot token; `load(needs_token=True)` made sure that there is one."""
        held = self.bot_token or self.bot_token_file
        if held is None:
            raise SettingsError([NO_TOKEN])
        return held.get_secret_value()

    @property
    def bot_id(self) -> int:
        """The bot's user id: the part of its token before the colon."""
        return int(self.token.partition(":")[0])

    @property
    def callbacks(self) -> str | None:
        """Where hubs of feeds call: beside the webhook, so that whatever leads there leads here too."""
        return urljoin(self.webhook_url, "websub") if self.webhook_url else None

    @property
    def messages_per_second(self) -> float:
        """`rate_per_second` as set, else what Telegram permits: more where broadcasts are paid for."""
        return self.rate_per_second or (PAID_RATE if self.paid_broadcast else FREE_RATE)

    @property
    def webhook_proof(self) -> str:
        """`setWebhook.secret_token`: as set, else made from the token, so that every process agrees on it."""
        if self.webhook_secret is not None:
            return self.webhook_secret.get_secret_value()
        return hmac.new(self.token.encode(), b"ajil webhook secret", hashlib.sha256).hexdigest()

    def secrets(self) -> frozenset[str]:
        """All that must never be seen in a log."""
        keys = [key.key for key in self.wire_keys]
        held = [self.bot_token, self.bot_token_file, self.webhook_secret, *keys]
        found = {secret.get_secret_value() for secret in held if secret is not None}
        if self.bot_token or self.bot_token_file:
            found.add(self.webhook_proof)
        password = urlsplit(self.database_url.get_secret_value()).password or ""
        return frozenset(found | {password, unquote(password)} - {""})


class FixedSettings(Settings):
    """Settings that are given in code: the environment has no say."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature, here and below
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def load(*, needs_token: bool = False, env_file: Path = ENV_FILE) -> Settings:
    """Read the environment and `.env`. `SettingsError` lists everything that is wrong, at once."""
    written = _written_in(env_file)
    held = (*written.items(), *os.environ.items())
    given = {name.lower(): value for name, value in held if value}
    mistakes = [*_misspelled(written), *_token_mistakes(given.keys(), needs_token=needs_token)]
    try:
        settings = Settings(_env_file=env_file)  # type: ignore[call-arg]  # known to its metaclass only
    except ValidationError as error:
        raise SettingsError([*_mistakes_in(error), *mistakes]) from None
    if mistakes:
        raise SettingsError(mistakes)
    return settings


def _written_in(env_file: Path) -> Mapping[str, str | None]:
    try:
        return DotEnvSettingsSource(Settings, env_file=env_file, env_ignore_empty=True).env_vars
    except UnicodeDecodeError:
        raise SettingsError([Mistake(str(env_file), "is not UTF-8 text; save it as UTF-8")]) from None
    except OSError as error:
        raise SettingsError([Mistake(str(env_file), f"cannot be read: {error.strerror}")]) from None


def _misspelled(written: Iterable[str]) -> list[Mistake]:
    """Names in `.env` that are nearly ours. Others may be another program's, and are let be."""
    known = list(Settings.model_fields)
    strangers = sorted(name for name in written if name not in known)
    close = [(name, difflib.get_close_matches(name, known, n=1, cutoff=0.85)) for name in strangers]
    return [
        Mistake(name.upper(), f"is not a setting; did you mean {like[0].upper()}?")
        for name, like in close
        if like
    ]


def _token_mistakes(given: AbstractSet[str], *, needs_token: bool) -> list[Mistake]:
    if {"bot_token", "bot_token_file"} <= given:
        return [Mistake("BOT_TOKEN_FILE", "is set beside BOT_TOKEN; keep one of the two")]
    if needs_token and not {"bot_token", "bot_token_file"} & given:
        return [NO_TOKEN]
    return []


def _mistakes_in(error: ValidationError) -> list[Mistake]:
    found = {
        str(one["loc"][0]): one for one in reversed(error.errors(include_input=False, include_url=False))
    }
    return [Mistake(name.upper(), _why(name, found[name])) for name in Settings.model_fields if name in found]


def _why(name: str, error: ErrorDetails) -> str:
    if error["type"] == values.SAID:
        return error["msg"]
    return next(note.sentence for note in _notes(Settings.model_fields[name]) if isinstance(note, Expect))


def _notes(field: FieldInfo) -> list[object]:
    """What is annotated on a field, also inside `X | None`."""
    inner = [note for part in get_args(field.annotation) for note in getattr(part, "__metadata__", ())]
    return [*field.metadata, *inner]
