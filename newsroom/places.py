"""Places in English, each with its Arabic name in search spelling: so that two languages name one place."""

from __future__ import annotations

_NAMES = """
iran iranian ايران, iraq iraqi عراق, syria syrian سوريا, lebanon lebanese لبنان, jordan jordanian اردن,
egypt egyptian مصر, sudan sudanese سودان, libya libyan ليبيا, tunisia tunisian تونس,
algeria algerian جزاءر,
morocco moroccan مغرب, yemen yemeni يمن, oman omani عمان, qatar qatari قطر,
kuwait kuwaiti كويت,
bahrain bahraini بحرين, israel israeli اسراءيل, gaza غزه, turkey turkish تركيا, afghanistan afghan افغانستان,
pakistan pakistani باكستان, india indian هند, china chinese صين, japan japanese يابان,
taiwan taiwanese تايوان,
russia russian روسيا, ukraine ukrainian اوكرانيا, belarus belarusian بيلاروسيا, poland polish بولندا,
germany german المانيا, france french فرنسا, italy italian ايطاليا, spain spanish اسبانيا,
portugal portuguese برتغال, britain british بريطانيا, ireland irish ايرلندا, greece greek يونان,
netherlands dutch هولندا, belgium belgian بلجيكا, switzerland swiss سويسرا, austria austrian نمسا,
sweden swedish سويد, norway norwegian نرويج, denmark danish دنمارك, canada canadian كندا,
mexico mexican مكسيك, brazil brazilian برازيل, argentina argentine ارجنتين, australia australian استراليا,
indonesia indonesian اندونيسيا, malaysia malaysian ماليزيا, philippines philippine فلبين,
thailand thai تايلاند, vietnam vietnamese فيتنام, myanmar ميانمار, nepal nepalese نيبال,
ethiopia ethiopian اثيوبيا,
kenya kenyan كينيا, nigeria nigerian نيجيريا, somalia somali صومال, kazakhstan kazakh كازاخستان,
tehran طهران, baghdad بغداد, damascus دمشق, beirut بيروت, cairo قاهره, riyadh رياض, doha دوحه, dubai دبي,
ankara انقره, istanbul اسطنبول, moscow موسكو, kyiv kiev كييف, london لندن, paris باريس, berlin برلين,
madrid مدريد, rome روما, brussels بروكسل, geneva جنيف, washington واشنطن, beijing بكين, tokyo طوكيو,
seoul سيول, kabul كابل, khartoum خرطوم, tripoli طرابلس, mosul موصل, aleppo حلب, basra بصره, aden عدن
"""

PLACES = {word: names.split()[-1] for names in _NAMES.split(",") for word in names.split()[:-1]} | {
    "south korea": "كوريا الجنوبيه",
    "north korea": "كوريا الشماليه",
    "saudi arabia": "سعوديه",
    "saudi": "سعوديه",
}
