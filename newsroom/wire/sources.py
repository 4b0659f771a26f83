"""The agencies, and how they are written in a credit."""

from __future__ import annotations

# code: its spellings. Case, marks, dots, brackets, alef forms and «وكالة» in front do not matter.
_SPELLINGS: dict[str, str] = {
    "AP": "أ ب|أب|أسوشيتد برس|أسوشييتد برس|أسوشيتدبرس|أسوشيتد بريس|AP|Associated Press|The Associated Press",
    "AFP": "أ ف ب|أف ب|أفب|فرانس برس|وكالة الصحافة الفرنسية|الصحافة الفرنسية|AFP|Agence France-Presse",
    "REUTERS": "رويترز|رويتر|رويترس|Reuters|Thomson Reuters",
    "DPA": "د ب أ|دب أ|دبأ|الأنباء الألمانية|dpa",
    "UPI": "يو بي آي|يو بي اي|UPI|United Press International",
    "SPA": "واس|الأنباء السعودية|SPA|Saudi Press Agency",
    "WAM": "وام|أنباء الإمارات|WAM|Emirates News Agency",
    "QNA": "قنا|الأنباء القطرية|QNA|Qatar News Agency",
    "KUNA": "كونا|الأنباء الكويتية|KUNA|Kuwait News Agency",
    "BNA": "بنا|أنباء البحرين|BNA|Bahrain News Agency",
    "ONA": "العمانية|الأنباء العمانية|ONA|Oman News Agency",
    "MENA": "أ ش أ|أش أ|أشأ|أنباء الشرق الأوسط|MENA|Middle East News Agency",
    "PETRA": "بترا|الأنباء الأردنية|Petra|Jordan News Agency",
    "SANA": "سانا|العربية السورية للأنباء|SANA|Syrian Arab News Agency",
    "INA": "واع|الأنباء العراقية|INA|Iraqi News Agency",
    "NNA": "الوطنية للإعلام|NNA|National News Agency",
    "WAFA": "وفا|الأنباء والمعلومات الفلسطينية|WAFA",
    "SABA": "سبأ|سبأ نت|الأنباء اليمنية|Saba",
    "SUNA": "سونا|السودان للأنباء|SUNA|Sudan News Agency",
    "LANA": "وال|الأنباء الليبية|LANA|Libyan News Agency",
    "TAP": "وات|تونس أفريقيا للأنباء|TAP|Tunis Afrique Presse",
    "APS": "واج|الأنباء الجزائرية|APS|Algérie Presse Service|Algeria Press Service",
    "MAP": "و م ع|ومع|المغرب العربي للأنباء|MAP|Maghreb Arabe Presse",
    "AMI": "و م أ|الموريتانية للأنباء|AMI",
    "UNA": "يونا|UNA",
    "AA": "الأناضول|أنباء الأناضول|الأناضول للأنباء|AA|Anadolu|Anadolu Agency",
    "IRNA": "إرنا|ارنا|IRNA",
    "TASNIM": "تسنيم|Tasnim|Tasnim News",
    "SPUTNIK": "سبوتنيك|سبوتنك|Sputnik",
    "TASS": "تاس|إيتار تاس|TASS|ITAR-TASS",
    "RIA": "نوفوستي|ريا نوفوستي|RIA|RIA Novosti",
    "INTERFAX": "إنترفاكس|انترفاكس|Interfax",
    "XINHUA": "شينخوا|شينخوا الصينية|أنباء الصين الجديدة|Xinhua",
    "KYODO": "كيودو|Kyodo|Kyodo News",
    "YONHAP": "يونهاب|Yonhap",
    "PTI": "PTI|Press Trust of India",
    "ANSA": "أنسا|آكي|ANSA",
    "EFE": "إفي|إيفي|EFE",
    "PA": "PA|PA Media|Press Association",
    "BELGA": "بلغا|Belga",
    "BLOOMBERG": "بلومبرغ|بلومبيرغ|بلومبرج|Bloomberg",
    "AGENCIES": "وكالات|الوكالات|وكالات الأنباء|وكالات أنباء|Agencies|News agencies|Agences",
}

SPELLINGS: tuple[tuple[str, str], ...] = tuple(
    (spelling, code) for code, spellings in _SPELLINGS.items() for spelling in spellings.split("|")
)
