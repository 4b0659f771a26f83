"""How agencies write their signs, as patterns."""

from __future__ import annotations

from storage.records import RevisionKind

_STRETCH = "[ـ\u064b-\u0652]*"  # «عـــاجل»
_URGENT = rf"(?:خبر\s+|هام\s+و?\s*)?{_STRETCH.join('عاجل')}{_STRETCH}"

HIGHEST = rf"{_URGENT}\s+(?:جد[اً]+|للغاية)|news\s*flash|flash|bulletin(?!\s+kill)|dernière\s+minute"
"""Alerts of urgency 1."""

ALERTS = (
    rf"{_URGENT}(?:\s+وهام)?|breaking(?:\s+news)?|urgent[ea]?|(?:news\s+)?alert|alerte|última\s+hora|فوری"
)

KINDS = {
    RevisionKind.KILL: (
        r"(?:bulletin\s+|mandatory\s+)?kill|withdrawn|annulation|annulée?|anulación"
        r"|(?:إلغاء|سحب)(?:\s+(?:خبر|الخبر|مادة))?|خبر\s+ملغ[ىي]"
    ),
    RevisionKind.HOLD: (
        r"hold|(?:يرجى\s+|الرجاء\s+)?(?:عدم\s+النشر|التريث(?:\s+في\s+النشر)?)|للتحفظ|ne\s+pas\s+publier"
    ),
    RevisionKind.CORRECTION: (
        r"correct(?:ion|ed|s|if)|corrigend(?:a|um)|corrigée?|rectifi(?:catif|cation|ée?)|corrección"
        r"|(?:خبر\s+)?(?:تصحيح|تصويب|مصحح)"
    ),
    RevisionKind.REFILE: r"refile|repeat(?:s|ing)?|rpt|répétition|(?:خبر\s+)?معاد|إعادة(?:\s+إرسال)?",
    RevisionKind.UPDATE: (
        r"(?:update|wrapup|lead)(?:\s\d{1,2})?|(?:1st|2nd|3rd|\d{1,2}th)\s+lead|actualisation|mise\s+à\s+jour"
        r"|actualización|(?:تحديث|تتمة|إضافة)(?:\s+(?:أولى?|ثانية?|\d))?"
    ),
}
"""The weightiest first."""

STRICT = frozenset((RevisionKind.KILL, RevisionKind.HOLD))
"""Those that a headline may begin with too: «إلغاء: …»."""

ENDINGS = (
    r"يتبع|يليه|للخبر\s+(?:تتمة|بقية)|تتمة|انته[ىي]|more|more\s+to\s+(?:come|follow)|ends?|end\s+of\s+story|30"
    r"|suite|à\s+suivre|fin|sigue|seguirá|fin\s+de\s+la\s+nota"
)

NOTE = (
    r"(?P<correction>[(\[]\s*(?:corrects?|corrected|corrige|rectifie|يصحح|تصحيح|تصويب)\b.{4,}[)\]]\.?$)"
    r"|[(\[]\s*(?:adds?|updates?|recasts?|releads?|rewrites?|removes?|repeats?|ajoute|actualise|añade|إضافة|تضيف|يضيف)"
    r"\b.{4,}[)\]]\.?$"
    r"|(?:eds|editors|editor['’]s\s+note|editors['’]\s+note|note\s+to\s+editors|attention\s+editors"
    r"|ملاحظة\s+(?:للسادة\s+)?(?:ال|لل)محررين|إلى\s+المحررين)\s*:.+"
)
"""To desks; those of the group `correction` say what was wrong, and readers may know it."""
