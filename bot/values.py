"""What a setting's value may look like, and the sentence that is said when it does not."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode

SAID = "said"  # the type of an error whose message is ready to be shown
LONGEST_TOKEN_FILE = 4096
PUBLIC_API = "https://api.telegram.org"
WEBHOOK_PORTS = (443, 80, 88, 8443)
TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{1,128}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
WIRE_KEY = re.compile(r"(?P<source>[A-Za-z0-9][A-Za-z0-9_.-]{0,31})(?P<trusted>!?):(?P<key>[!-~]+)")
PRIVATE_HOST = re.compile(r"(\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+)):(?P<port>\d{1,5})")


@dataclass(frozen=True, slots=True)
class Expect:
    """What a setting should look like, said when its value does not."""

    sentence: str


@dataclass(frozen=True, slots=True)
class WireKey:
    """A source that may push over HTTP; a trusted one may push breaking items without an editor."""

    source: str
    trusted: bool
    key: SecretStr


def _wrong(sentence: str) -> PydanticCustomError:
    return PydanticCustomError(SAID, "{sentence}", {"sentence": sentence})


def _read_token_file(value: object) -> object:
    try:
        with Path(str(value)).open("rb") as file:
            return file.read(LONGEST_TOKEN_FILE).decode().strip()
    except OSError as error:
        raise _wrong(f"the file cannot be read: {error.strerror or 'it is not a usable name'}") from None


def _words(value: object) -> object:
    return re.split(r"[,;\s]+", value.strip(" ,;\t\r\n")) if isinstance(value, str) else value


def _spaced(value: object) -> object:
    """A comma may be part of an address."""
    return tuple(value.split()) if isinstance(value, str) else value


def _read_wire_keys(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(_read_wire_key(number, pair) for number, pair in enumerate(_pairs(value), start=1))


def _pairs(value: str) -> list[str]:
    return [pair for pair in re.split(r"[,;\s]+", value) if pair]


def _read_wire_key(number: int, pair: str) -> WireKey:
    found = WIRE_KEY.fullmatch(pair)
    if found is None:
        raise _wrong(f"pair {number} is not source:key (or source!:key); use letters and digits, no spaces")
    return WireKey(found["source"], bool(found["trusted"]), SecretStr(found["key"]))


def _distinct_keys(keys: tuple[WireKey, ...]) -> tuple[WireKey, ...]:
    if len({key.key.get_secret_value() for key in keys}) < len(keys):
        raise _wrong("two sources have the same key; give each source its own")
    return keys


def _read_private_hosts(value: object) -> object:
    if not isinstance(value, str):
        return value
    return frozenset(_read_private_host(number, pair) for number, pair in enumerate(_pairs(value), start=1))


def _read_private_host(number: int, pair: str) -> tuple[str, int]:
    found = PRIVATE_HOST.fullmatch(pair)
    if found is None or not 1 <= int(found["port"]) <= 65535:  # noqa: PLR2004 - the TCP port range
        raise _wrong(f"pair {number} is not host:port, for example 10.0.0.7:8000")
    return (found["v6"] or found["name"]).lower(), int(found["port"])


def _read_level(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError
    return value.rstrip("/")


def _webhook_url(value: str, info: ValidationInfo) -> str:
    """A Bot API server of one's own (`--local`) calls any address; Telegram's calls https on four ports."""
    parts = urlsplit(value)
    public = info.data.get("telegram_api_url") in {None, PUBLIC_API}
    schemes = {"https"} if public else {"https", "http"}
    if parts.scheme not in schemes or not parts.hostname or parts.fragment:
        raise ValueError
    if public and (parts.port or 443) not in WEBHOOK_PORTS:
        raise _wrong("Telegram calls webhooks on ports 443, 80, 88 and 8443 only; use one of them")
    return value


def _feed_urls(value: tuple[str, ...]) -> tuple[str, ...]:
    for number, url in enumerate(value, start=1):
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise _wrong(f"address {number} is not one of a feed; write it as https://news.example/rss")
    return value


def _database_url(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if url.startswith("sqlite:///") and url.removeprefix("sqlite:///") not in {"", ":memory:"}:
        return value
    if re.match(r"(postgresql|postgres)(\+psycopg)?://", url):
        return value
    raise ValueError


def _matching(pattern: re.Pattern[str]) -> Callable[[SecretStr], SecretStr]:
    def check(value: SecretStr) -> SecretStr:
        if not pattern.fullmatch(value.get_secret_value()):
            raise ValueError
        return value

    return check


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError from error
    return value


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError
    return value


Token = Annotated[
    SecretStr,
    AfterValidator(_matching(TOKEN)),
    Expect("does not look like a token; copy it from @BotFather, as 123456789:AA…"),
]
TokenFile = Annotated[
    SecretStr,
    BeforeValidator(_read_token_file),
    AfterValidator(_matching(TOKEN)),
    Expect("names a file that does not hold a token from @BotFather, and nothing else"),
]
HttpUrl = Annotated[
    str, AfterValidator(_http_url), Expect("is not an address; write it as https://api.telegram.org")
]
WebhookUrl = Annotated[
    str,
    AfterValidator(_webhook_url),
    Expect("must be an https:// address that Telegram can reach, for example https://news.example/telegram"),
]
WebhookSecret = Annotated[
    SecretStr,
    AfterValidator(_matching(SECRET)),
    Expect("may hold letters, digits, _ and - only, 1 to 256 of them (Telegram's own rule)"),
]
DatabaseUrl = Annotated[
    SecretStr,
    AfterValidator(_database_url),
    Expect("must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"),
]
UserIds = Annotated[
    frozenset[Annotated[int, Field(gt=0)]],
    NoDecode,
    BeforeValidator(_words),
    Expect("must be numeric user ids with commas between, for example 1234567,7654321"),
]
WireKeys = Annotated[
    tuple[WireKey, ...],
    NoDecode,
    BeforeValidator(_read_wire_keys),
    AfterValidator(_distinct_keys),
    Expect("must be source:key pairs with commas between"),
]
PrivateHosts = Annotated[
    frozenset[tuple[str, int]],
    NoDecode,
    BeforeValidator(_read_private_hosts),
    Expect("must be host:port pairs with commas between"),
]
FeedUrls = Annotated[
    tuple[str, ...],
    NoDecode,
    BeforeValidator(_spaced),
    AfterValidator(_feed_urls),
    Expect("must be addresses of feeds with spaces between"),
]
Port = Annotated[int, Field(ge=0, le=65535), Expect("must be a port from 1 to 65535 (0 takes any free one)")]
Zone = Annotated[
    str, AfterValidator(_zone), Expect("is not a time zone; use an IANA name such as Asia/Riyadh or UTC")
]
Rate = Annotated[
    float, Field(gt=0, le=10_000), AfterValidator(_finite), Expect("must be a number above 0, up to 10000")
]
PerMinute = Annotated[int, Field(ge=1, le=10_000), Expect("must be a whole number from 1 to 10000")]
Seconds = Annotated[
    float, Field(gt=0, le=86_400), AfterValidator(_finite), Expect("must be seconds, above 0, up to 86400")
]
Approvals = Annotated[int, Field(ge=1, le=10), Expect("must be a whole number from 1 to 10")]
Language = Annotated[Literal["ar", "en"], Expect("must be ar or en")]
OnUnknown = Annotated[Literal["park", "resend_once"], Expect("must be park or resend_once")]
Switch = Annotated[bool, Expect("must be on or off")]
LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR"],
    BeforeValidator(_read_level),
    Expect("must be DEBUG, INFO, WARNING or ERROR"),
]
LogFormat = Annotated[Literal["console", "json"], Expect("must be console or json")]
