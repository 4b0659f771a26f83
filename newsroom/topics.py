"""Topics: IPTC Media Topics at the top level, from what the copy says of itself, and else from its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from newsroom import topic_rules
from newsroom.arabic import tokens
from newsroom.words import LANGUAGES, words_for
from storage.records import Draft

MOST_FROM_WORDS = 3


@dataclass(frozen=True, slots=True)
class Topic:
    """`slug` is how it is stored and typed; `code` is its number in the IPTC Media Topics."""

    slug: str
    code: str

    @property
    def name(self) -> str:
        """The catalogues' name for its name."""
        return f"topic.{self.slug}"


TOPICS = (
    Topic("politics", "11000000"),
    Topic("conflict", "16000000"),
    Topic("economy", "04000000"),
    Topic("crime", "02000000"),
    Topic("disaster", "03000000"),
    Topic("weather", "17000000"),
    Topic("sport", "15000000"),
    Topic("health", "07000000"),
    Topic("science", "13000000"),
    Topic("environment", "06000000"),
    Topic("education", "05000000"),
    Topic("culture", "01000000"),
    Topic("society", "14000000"),
    Topic("religion", "12000000"),
    Topic("labour", "09000000"),
    Topic("lifestyle", "10000000"),
    Topic("people", "08000000"),
)
SLUGS = frozenset(topic.slug for topic in TOPICS)
BY_SLUG = {topic.slug: topic for topic in TOPICS}


def of(draft: Draft) -> tuple[str, ...]:
    """What the copy names itself, in our spelling where we know it; and by its words where none is."""
    named = tuple(dict.fromkeys(read(subject) or subject for subject in draft.topics))
    if SLUGS.intersection(named):
        return named
    return named + topic_rules.topics_of(draft.headline, draft.sections)[:MOST_FROM_WORDS]


def read(typed: str) -> str | None:
    """The slug of a topic as somebody or some standard calls it: a slug, a code, a name in any language."""
    wanted = typed.strip().removeprefix("#")
    code = wanted.casefold().rpartition(":")[2].rpartition("/")[2]
    return _known().get(code) or _known().get(_key(wanted))


def known_among(topics: Iterable[str]) -> list[Topic]:
    """Those of a story's topics that are ours, in the order of the list."""
    held = set(topics)
    return [topic for topic in TOPICS if topic.slug in held]


def _known() -> Mapping[str, str]:
    if not _KNOWN:
        for topic in TOPICS:
            _KNOWN.update({topic.slug: topic.slug, topic.code: topic.slug})
            names = [words_for(tag).say(topic.name) for tag in LANGUAGES]
            spellings = [*names, *ALIASES.get(topic.slug, ())]
            _KNOWN.update({_key(name): topic.slug for name in spellings})
    return _KNOWN


def _key(name: str) -> str:
    return " ".join(tokens(name.replace("_", " ")[:100]))


_KNOWN: dict[str, str] = {}

# What people and feeds call them besides; the longer names are those of the IPTC.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "politics": ("politics and government", "political", "السياسة", "سياسي", "أخبار سياسية"),
    "conflict": ("conflict, war and peace", "war", "unrest, conflicts and war", "الحرب", "حرب", "نزاعات"),
    "economy": (
        "economy, business and finance", "business", "finance", "markets", "money",
        "الاقتصاد", "اقتصاد", "أعمال", "مال وأعمال", "مال", "أسواق",
    ),
    "crime": ("crime, law and justice", "law", "justice", "courts", "جريمة", "حوادث وقضايا", "قضاء", "محاكم"),
    "disaster": (
        "disaster, accident and emergency incident", "disasters", "accidents", "كوارث", "حوادث", "طوارئ",
    ),
    "weather": ("forecast", "الطقس", "أحوال جوية", "الأحوال الجوية", "مناخ اليوم"),
    "sport": ("sports", "football", "soccer", "الرياضة", "رياضي", "كرة القدم", "كرة قدم"),
    "health": ("medicine", "الصحة", "صحي", "طب"),
    "science": (
        "science and technology", "technology", "tech", "علوم", "تكنولوجيا", "تقنية", "التقنية", "العلوم",
    ),
    "environment": ("environmental issue", "climate", "climate change", "البيئة", "مناخ", "المناخ"),
    "education": ("schools", "التعليم", "تربية", "تربية وتعليم", "جامعات"),
    "culture": (
        "arts, culture, entertainment and media", "arts", "entertainment", "media", "culture and arts",
        "ثقافة", "فنون", "فن", "إعلام", "الثقافة", "ثقافة وفن",
    ),
    "society": ("social issue", "المجتمع", "قضايا اجتماعية", "اجتماعي"),
    "religion": ("religion and belief", "belief", "الدين", "إسلاميات", "أديان"),
    "labour": ("labor", "employment", "jobs", "عمل", "العمل", "وظائف"),
    "lifestyle": ("lifestyle and leisure", "leisure", "travel", "نمط حياة", "سياحة", "ترفيه وسفر", "سفر"),
    "people": ("human interest", "oddities", "غرائب", "ناس", "أخبار الناس"),
}  # fmt: skip
