"""Time zones as people name them: by the IANA name, by a city or by a country, in Arabic or in English.

Names of cities and countries in both languages come from CLDR; large cities that name no zone stand beside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global

from newsroom.arabic import tokens
from newsroom.errors import Refusal
from newsroom.words import LANGUAGES

LONGEST = 60
ALIKE = 0.85

ARABIAN = ("Mecca", "مكة", "مكة المكرمة", "Medina", "المدينة", "المدينة المنورة", "Jeddah", "جدة", "Dammam")
CITIES: dict[str, tuple[str, ...]] = {
    "Asia/Riyadh": (*ARABIAN, "الدمام", "Taif", "الطائف", "السعودية", "Saudi"),
    "Asia/Aden": ("Sanaa", "صنعاء"),
    "Asia/Dubai": ("Abu Dhabi", "أبوظبي", "أبو ظبي", "Sharjah", "الشارقة", "الإمارات", "UAE"),
    "Asia/Qatar": ("Doha", "الدوحة"),
    "Asia/Baghdad": ("Basra", "البصرة", "Mosul", "الموصل", "Erbil", "أربيل", "Najaf", "النجف"),
    "Asia/Damascus": ("Aleppo", "حلب", "Homs", "حمص", "Latakia", "اللاذقية"),
    "Asia/Hebron": ("Ramallah", "رام الله", "Nablus", "نابلس", "فلسطين"),
    "Asia/Jerusalem": ("Jerusalem", "القدس", "Haifa", "حيفا", "Tel Aviv", "تل أبيب"),
    "Asia/Beirut": ("Tripoli Lebanon", "طرابلس الشام", "Sidon", "صيدا"),
    "Africa/Cairo": ("Alexandria", "الإسكندرية", "Giza", "الجيزة", "Aswan", "أسوان"),
    "Africa/Tripoli": ("Benghazi", "بنغازي", "Misrata", "مصراتة"),
    "Africa/Algiers": ("Oran", "وهران", "Constantine", "قسنطينة", "الجزائر العاصمة"),
    "Africa/Casablanca": ("Rabat", "الرباط", "Marrakesh", "مراكش", "Fes", "فاس", "Tangier", "طنجة"),
    "Africa/Tunis": ("Sfax", "صفاقس", "Sousse", "سوسة"),
    "Europe/Istanbul": ("Ankara", "أنقرة", "Izmir", "إزمير"),
    "Europe/Berlin": (
        "Munich",
        "ميونخ",
        "Hamburg",
        "هامبورغ",
        "Frankfurt",
        "فرانكفورت",
        "Cologne",
        "كولونيا",
    ),
    "Europe/Paris": ("Lyon", "ليون", "Marseille", "مرسيليا"),
    "Europe/Zurich": ("Geneva", "جنيف"),
    "Europe/Rome": ("Milan", "ميلانو"),
    "Europe/Madrid": ("Barcelona", "برشلونة"),
    "Asia/Kolkata": ("Delhi", "New Delhi", "دلهي", "نيودلهي", "Mumbai", "مومباي"),
    "Asia/Shanghai": ("Beijing", "بكين"),
    "America/New_York": ("Washington", "واشنطن", "Boston", "بوسطن"),
    "America/Los_Angeles": ("San Francisco", "سان فرانسيسكو"),
    "Europe/London": ("UK", "Britain", "بريطانيا"),
    "Asia/Tokyo": ("توكيو",),
    "Asia/Muscat": ("سلطنة عمان",),
    "UTC": ("utc", "غرينتش", "توقيت عالمي"),
}


def read(typed: str) -> str:
    """The IANA name. Raises `Refusal`, with the nearest name where one is near."""
    wanted = typed.strip()[:LONGEST]
    zones = _own().get(wanted.casefold()) or _named().get(_key(wanted)) or _named().get(f"ال{_key(wanted)}")
    if zones is None:
        raise _unknown(wanted)
    if len(zones) > 1:
        raise Refusal("zone_several", typed=wanted, first=zones[0], second=zones[1])
    return zones[0]


def city(zone: str, language: str) -> str:
    """What people call it: «القاهرة», «Cairo»."""
    known = Locale(language).time_zones.get(_canonical(zone), {})
    return str(known.get("city") or zone.rpartition("/")[2].replace("_", " "))


def _unknown(wanted: str) -> Refusal:
    near = get_close_matches(_key(wanted), _named(), n=1, cutoff=ALIKE)
    if near:
        return Refusal("zone_near", typed=wanted, code=_named()[near[0]][0])
    return Refusal("zone_unknown", typed=wanted)


@lru_cache(maxsize=1)
def _own() -> dict[str, tuple[str, ...]]:
    return {zone.casefold(): (_canonical(zone),) for zone in available_timezones()}


@lru_cache(maxsize=1)
def _named() -> dict[str, tuple[str, ...]]:
    """Zones by key: two where a city and a country share a name and not a time, as Amman and Oman in Arabic
    do.
    """
    cities = _keyed([*_cities(sorted(available_timezones())), *_listed()])
    countries = _keyed(_countries())
    shared = {key: (cities[key], countries[key]) for key in cities.keys() & countries.keys()}
    one = {key: (zone,) for key, zone in (countries | cities).items()}
    return one | {key: zones for key, zones in shared.items() if zones[0] != zones[1]}


def _keyed(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {key: _canonical(zone) for name, zone in found if (key := _key(name))}


def _listed() -> Iterator[tuple[str, str]]:
    return ((name, zone) for zone, names in CITIES.items() for name in names)


def _cities(zones: list[str]) -> Iterator[tuple[str, str]]:
    for zone in zones:
        if "/" in zone and not zone.startswith("Etc/"):
            yield zone.rpartition("/")[2], zone
            yield from ((city(zone, language), zone) for language in LANGUAGES)


def _countries() -> Iterator[tuple[str, str]]:
    """Those that keep one time."""
    territories = get_global("zone_territories")
    many = Counter(territories.values())
    for zone, territory in territories.items():
        for language in LANGUAGES if many[territory] == 1 else ():
            yield Locale(language).territories.get(territory, ""), zone


def _canonical(zone: str) -> str:
    """Of the names that one zone has had, today's."""
    return str(get_global("zone_aliases").get(zone, zone))


def _key(name: str) -> str:
    return " ".join(tokens(name))
