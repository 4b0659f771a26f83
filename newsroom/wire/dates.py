"""Dates as datelines and embargo lines write them."""

from __future__ import annotations

import re

_NAMES = (
    "يناير|كانون الثاني|جانفي|january|janvier|enero|jan|janv|ene",
    "فبراير|شباط|فيفري|february|février|febrero|feb|févr|fév",
    "مارس|آذار|اذار|march|mars|marzo|mar",
    "أبريل|إبريل|ابريل|نيسان|أفريل|april|avril|abril|apr|avr|abr",
    "مايو|أيار|ايار|ماي|may|mai|mayo",
    "يونيو|يونيه|حزيران|جوان|june|juin|junio|jun",
    "يوليو|يوليه|تموز|جويلية|يوليوز|july|juillet|julio|jul|juil",
    "أغسطس|اغسطس|آب|أوت|غشت|august|août|agosto|aug|ago",
    "سبتمبر|أيلول|ايلول|شتنبر|september|septembre|septiembre|sept|sep",
    "أكتوبر|اكتوبر|تشرين الأول|october|octobre|octubre|oct",
    "نوفمبر|تشرين الثاني|نونبر|november|novembre|noviembre|nov",
    "ديسمبر|كانون الأول|دجنبر|december|décembre|diciembre|dec|déc|dic",
)
_HIJRI = (
    "محرم|صفر|ربيع الأول|ربيع الآخر|ربيع الثاني|جمادى الأولى|جمادى الآخرة|جمادى الثانية"
    "|رجب|شعبان|رمضان|شوال|ذو القعدة|ذو الحجة"
)

MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split("|")}

_LONGEST_FIRST = sorted((*MONTHS, *_HIJRI.split("|")), key=len, reverse=True)
MONTH = rf"(?:{'|'.join(_LONGEST_FIRST)})(?!\w)\.?"
_PAIR = rf"{MONTH}(?:\s?/\s?{MONTH})?"  # «نوفمبر/ تشرين الثاني»
_DAY = r"\d{1,2}(?:er)?"
_YEAR = r"(?:,?\s\d{4}(?:\s?(?:م|هـ)(?!\w))?)"
_NUMBERS = r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}"
_LONE_DAY = rf"{_DAY}(?=$|\s?[(-])"
DATE = rf"(?:(?:في|يوم)\s)?(?:{_NUMBERS}|{_DAY}\s{_PAIR}{_YEAR}?|{MONTH}\s{_DAY}{_YEAR}?|{_LONE_DAY})"

AFTER_PLACE = re.compile(rf"[\s,،/]+{DATE}$", re.IGNORECASE)
AT_FRONT = re.compile(rf"^{DATE}\s*[-–—/|]*\s*", re.IGNORECASE)
BEFORE_LAST_WORD = re.compile(rf"\s{DATE}(?:\sالموافق\s{DATE})?\s(?=\S+$)", re.IGNORECASE)
"""`الرياض 06 ربيع الأول 1448 هـ الموافق 25 نوفمبر 2026 م واس`: what parts place and credit."""
