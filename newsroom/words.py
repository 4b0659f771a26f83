"""The bot's own words in the reader's language, with the plurals, dates and digits of where the reader is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from string import Formatter
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_datetime
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

from newsroom.bidi import Direction
from newsroom.text import Piece

LANGUAGES = ("ar", "en")
DEFAULT_LANGUAGE = "ar"
DIGITS = {"arab": "٠١٢٣٤٥٦٧٨٩", "arabext": "۰۱۲۳۴۵۶۷۸۹"}

NOWHERE = ("UTC", "Etc/UTC", "GMT", "Etc/GMT")
_UNITS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds"))


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Integers among the facts of a saying are written in the locale's digits."""

    language: str
    zone: str
    locale: Locale
    clock: ZoneInfo
    catalogue: Translations
    digits: dict[int, int]

    @property
    def direction(self) -> Direction:
        return "rtl" if self.locale.text_direction == "rtl" else "ltr"

    def say(self, msgid: str, **facts: str | int) -> str:
        return self.catalogue.ugettext(msgid).format(**self._written(facts))

    def pieces(self, msgid: str, **facts: Piece | int) -> list[Piece]:
        """The saying in pieces, so that facts can be formatted text."""
        said = self.catalogue.ugettext(msgid)
        written = self._written(facts)
        pieces: list[Piece] = []
        for literal, name, _, _ in Formatter().parse(said):
            pieces += [literal] if literal else []
            pieces += [written[name]] if name else []
        return pieces

    def count(self, n: int, msgid: str, **facts: str | int) -> str:
        """The plural form for `n`, which fills the placeholder `n`."""
        said = self.catalogue.ungettext(msgid, msgid, n)
        return said.format(n=self.number(n), **self._written(facts))

    def number(self, n: float) -> str:
        # Babel takes the separators of the numbering system, but writes Latin digits between them.
        return format_decimal(n, locale=self.locale, numbering_system="default").translate(self.digits)

    def written(self, clock: str) -> str:
        """Figures that are no number, such as `22:00`, in the locale's digits."""
        return clock.translate(self.digits)

    def time(self, instant: datetime, now: datetime) -> str:
        """For what is read at once: «today 14:05», «yesterday 14:05», else the day."""
        day, today = self._local(instant).date(), self._local(now).date()
        if day == today:
            return self.say("time.today", time=self.hour(instant))
        if day == today - timedelta(days=1):
            return self.say("time.yesterday", time=self.hour(instant))
        return self.moment(instant, now)

    def moment(self, instant: datetime, now: datetime) -> str:
        """For what is kept and read later: the day, with its year where it is another one, and the hour."""
        same_year = self._local(instant).year == self._local(now).year
        pattern = "d MMMM" if same_year else "d MMMM y"
        return self.say("time.moment", day=self._shown(instant, pattern), time=self.hour(instant))

    def date(self, instant: datetime) -> str:
        return self._shown(instant, "d MMMM y")

    def hour(self, instant: datetime) -> str:
        """On a 24-hour clock; a reader whose zone we do not know is told which one is meant."""
        hour = self._shown(instant, "HH:mm")
        return self.say("time.utc", time=hour) if self.zone in NOWHERE else hour

    def duration(self, seconds: float) -> str:
        """In its two largest units: «2 hours and 5 minutes»."""
        whole = max(1, round(seconds))
        parts = list[str]()
        for length, unit in _UNITS:
            many, whole = divmod(whole, length)
            parts += [self.count(many, f"duration.{unit}")] if many else []
        return self.listed(parts[:2])

    def listed(self, parts: Sequence[str]) -> str:
        return format_list(parts, locale=self.locale)

    def _local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.clock)

    def _shown(self, instant: datetime, pattern: str) -> str:
        shown = format_datetime(self._local(instant).replace(tzinfo=None), pattern, locale=self.locale)
        return shown.translate(self.digits)

    def _written(self, facts: Mapping[str, Piece | int]) -> dict[str, Piece]:
        return {name: self.number(fact) if isinstance(fact, int) else fact for name, fact in facts.items()}


def words_for(language: str, zone: str = "UTC", default: str = DEFAULT_LANGUAGE) -> Words:
    """`language` is an IETF tag, `zone` an IANA name; what is not known becomes `default` and UTC."""
    tag = language.replace("_", "-").partition("-")[0].casefold()
    return _words(tag if tag in LANGUAGES else default, zone)


@lru_cache(maxsize=2048)
def _words(language: str, zone: str) -> Words:
    clock = clock_of(zone)
    locale = _locale(language, clock.key)
    return Words(
        language=language,
        zone=clock.key,
        locale=locale,
        clock=clock,
        catalogue=_catalogue(language),
        digits=str.maketrans("0123456789", DIGITS.get(locale.default_numbering_system, "0123456789")),
    )


@lru_cache(maxsize=1024)
def clock_of(zone: str) -> ZoneInfo:
    """Of an IANA name; UTC where nobody knows it (any more)."""
    try:
        return ZoneInfo(zone)
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")


def _locale(language: str, zone: str) -> Locale:
    """The language as written where the zone lies: Cairo, Beirut and Tunis differ in months and digits."""
    canonical = get_global("zone_aliases").get(zone, zone)
    territory = get_global("zone_territories").get(canonical, "ZZ")
    try:
        return Locale(language, None if territory in ("ZZ", "001") else territory)
    except UnknownLocaleError:
        return Locale(language)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> Translations:
    source = files("locales").joinpath(language, "LC_MESSAGES", "ajil.po")
    with source.open("rb") as opened:
        catalogue = read_po(opened, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(fp=compiled, domain="ajil")
