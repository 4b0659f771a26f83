"""Under which top-level topic each deeper one of the IPTC Media Topics stands, retired ones included.

From the IPTC Media Topic NewsCodes as of 2022-09-23 (https://iptc.org/standards/media-topics/), © IPTC,
CC BY 4.0: only codes and where they stand are kept here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

_DEEPER: Final = 20_000_000
_LETTERS: Final = 8

# Of each, the numbers of the codes beyond 20000000.
UNDER: Final[Mapping[str, str]] = {
    "politics": (
        "120 345 423 479 574-588 590-621 623-655 1132 1144-1147 1173-1174 1259-1266 1292 1300 1312 "
        "1316 1326 1338"
    ),
    "conflict": "53-80 1361",
    "economy": (
        "170-263 265-338 340-344 346-396 1136-1141 1158-1172 1207-1211 1230 1243-1246 1258 1278-1279 "
        "1289 1291 1293-1297 1354 1362-1364"
    ),
    "crime": "82-119 121-137 1194-1200 1283 1285 1287 1299 1313-1314 1320",
    "disaster": "139-168 1201-1202 1280 1321 1353",
    "weather": "1128-1131",
    "sport": (
        "822-916 918-1126 1148-1157 1175-1178 1183 1231 1240 1242 1281-1282 1286 1301-1311 1323-1325 "
        "1329-1336 1341-1343"
    ),
    "health": "446-478 480-493 712-714 1218-1229 1322 1355-1358",
    "science": "710-711 715-766 1298",
    "environment": "418-422 424-444 494-495 500 507 1318",
    "education": "398-416 1212-1217 1337",
    "culture": "2-51 1133-1135 1179-1182 1184-1192 1203-1205 1248-1249 1319",
    "society": "768-820 1193 1232 1274 1284 1288 1290 1317 1327-1328 1359-1360",
    "religion": "657-708 1271-1273 1344-1352",
    "labour": "339 509-536 1206 1275-1277",
    "lifestyle": "538-572 917 1142-1143 1239 1241 1247 1250-1257 1267-1270 1315 1339-1340",
    "people": "497-499 501-506 1233-1238",
}


def above(code: str) -> str | None:
    """The slug of the top-level topic over the one of this code: digits alone, a QCode or a URI."""
    number = code.rpartition(":")[2].rpartition("/")[2]
    return _tops().get(int(number)) if len(number) == _LETTERS and number.isdecimal() else None


@cache
def _tops() -> Mapping[int, str]:
    return {_DEEPER + number: slug for slug, told in UNDER.items() for number in numbers(told)}


def numbers(told: str) -> Iterator[int]:
    for run in told.split():
        first, _, last = run.partition("-")
        yield from range(int(first), int(last or first) + 1)
