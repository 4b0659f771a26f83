"""The words, phrases and places that speak for a topic. «!» marks what speaks for it nearly alone."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "politics": """
        رئيس الوزراء, مجلس الوزراء, برلمان!, انتخابات!, انتخاب, ناخب, اقتراع!, حزب, ائتلاف!, دستور,
        استفتاء!, وزير الخارجية, دبلوماسي!, دبلوماسية!, سفير, سفارة, قمة, حكومة, رئاسة, معارضة, كرملين,
        البيت الأبيض, الأمم المتحدة, الاتحاد الأوروبي, مجلس الأمن, جامعة الدول العربية, تعديل وزاري!,
        سياسة, سياسي, مجلس الشورى!, مجلس النواب!,
        parliament!, election!, ballot!, voter!, referendum!, prime minister, cabinet, coalition!,
        opposition, senate!, diplomat!, diplomatic, ambassador, embassy, summit, constitution, foreign
        minister, white house, kremlin, security council, european union, lawmaker!, politics, political
    """,
    "conflict": """
        حرب, قصف!, غارة!, غارات!, هدنة!, وقف إطلاق النار!, قوات, جيش, عسكري, اشتباك!, اشتباكات!, صاروخ,
        صواريخ, مسلح, مسلحون, انقلاب!, تمرد!, ميليشيا!, احتلال, مقاومة, جبهة, معارك!, هجوم, شغب!,
        احتجاجات, نازحون!, ضربة جوية!, طائرة مسيرة,
        war, shelling!, air strike!, airstrike!, ceasefire!, truce!, troops!, army, military, militia!,
        missile, rebel!, coup!, insurgent!, unrest!, riot!, clashes!, invasion!, occupation, drone
        strike!, peacekeeping!
    """,
    "economy": """
        اقتصاد!, بورصة!, أسهم!, سندات!, فائدة, سعر الفائدة!, المصرف المركزي!, البنك المركزي!, مصرف,
        تضخم!, نفط, برميل, استثمار, صادرات!, واردات!, موازنة!, ضريبة, تجارة, شركة, أرباح, ميزانية!,
        عملة, دولار, يورو, ريال, جنيه, صندوق النقد!, أوبك!, الناتج المحلي!, سوق المال!, مليار دولار,
        economy!, stock market!, shares, bonds!, interest rate!, central bank!, inflation!, oil price!,
        barrel, investment, export, import, budget, tax, trade, company, profit, currency, gdp!, opec!,
        imf!, merger!, earnings!, billion
    """,
    "crime": """
        محكمة!, قاض, قضاء, نيابة عامة!, النيابة, متهم!, سجن, حكم بالسجن!, إدانة!, اعتقال, توقيف, شرطة,
        جريمة!, قتل, سرقة!, اختلاس!, فساد, رشوة!, مخدرات!, تهريب!, محاكمة!, استئناف, دعوى!, تحقيق
        جنائي!, عصابة,
        court!, judge, prosecutor!, defendant!, prison, jailed!, convicted!, verdict!, arrested, police,
        murder!, theft!, fraud!, corruption, bribery!, smuggling!, trial!, lawsuit!, sentenced!, crime!,
        gang
    """,
    "disaster": """
        زلزال!, هزة أرضية!, فيضان!, فيضانات!, سيول!, حريق!, حرائق!, انهيار!, تحطم!, حادث سير!, حادث,
        غرق!, انفجار, بركان!, إعصار!, عاصفة بحرية!, عاصفة, تسونامي!, ضحايا, إنقاذ, ناجون!, منكوب!,
        إغاثة!, إجلاء!, دفاع مدني!, طوارئ,
        earthquake!, flood!, wildfire!, fire, collapse, crash!, derailed!, sank!, explosion, volcano!,
        hurricane!, typhoon!, tsunami!, rescue, survivors!, evacuated!, relief, emergency, storm!,
        landslide!, homes, victims
    """,
    "weather": """
        طقس!, أرصاد!, أمطار, درجات الحرارة!, درجة الحرارة!, رياح, عاصفة, غبار, ثلوج!, موجة حر!, موجة
        برد!, ضباب!, منخفض جوي!, أحوال جوية!, هطول!, رعدية!,
        weather!, forecast, rain, rainfall!, temperature!, wind, gusts!, storm, snow!, heatwave!, heat
        wave!, fog!, humidity!, meteorological!, meteorologist!, thunderstorm!
    """,
    "sport": """
        مباراة!, منتخب!, دوري!, كأس, بطولة!, هدف, أهداف, لاعب!, مدرب!, نادي, ملعب!, أولمبياد!, أولمبي!,
        ميدالية!, ركلة جزاء!, نهائي, نصف النهائي!, كرة القدم!, كرة السلة!, تنس!, سباق, فيفا!, هداف!,
        تأهل, مهاجم!, حارس المرمى!, الشوط,
        match, national team!, league!, cup, championship!, goal, player!, coach!, club, stadium!,
        olympics!, olympic!, medal!, penalty, final, semi-final!, semifinal!, football!, basketball!,
        tennis!, fifa!, striker!, goalkeeper!, qualify
    """,
    "health": """
        صحة!, وزارة الصحة!, مستشفى!, طبيب!, أطباء!, مرض!, أمراض!, مرضى!, فيروس!, لقاح!, تطعيم!, وباء!,
        عدوى!, إصابات, علاج, دواء!, أدوية!, سرطان!, كورونا!, كوليرا!, سكري!, جراحة!, منظمة الصحة
        العالمية!,
        health, ministry of health!, hospital!, doctor!, disease!, patient!, virus!, vaccine!,
        epidemic!, pandemic!, outbreak!, infection!, treatment, medicine!, drug, cancer!, covid!,
        cholera!, diabetes!, surgery!
    """,
    "science": """
        علماء!, باحثون!, دراسة, فضاء!, قمر صناعي!, صاروخ فضائي!, ناسا!, ذكاء اصطناعي!, تكنولوجيا!,
        تقنية, تطبيق, برمجيات!, حاسوب!, هاتف ذكي!, إنترنت, اكتشاف, مختبر!, فيزياء!, كيمياء!, مرصد!,
        روبوت!, أمن سيبراني!, قرصنة!,
        scientist!, researchers!, study, space!, satellite!, nasa!, artificial intelligence!,
        technology!, software!, smartphone!, internet, discovery, laboratory!, physics!, chemistry!,
        telescope!, robot!, cybersecurity!, hackers!
    """,
    "environment": """
        بيئة!, مناخ!, تغير المناخ!, احتباس حراري!, انبعاثات!, كربون!, تلوث!, غابات!, شعاب مرجانية!,
        مرجان!, محمية!, طاقة متجددة!, طاقة شمسية!, انقراض!, تنوع حيوي!, مياه جوفية!, تصحر!, نفايات!,
        environment!, climate!, climate change!, emissions!, carbon!, pollution!, deforestation!,
        forest, coral!, reef!, nature reserve!, renewable!, solar, extinction!, biodiversity!, drought!,
        wildlife!, conservation!
    """,
    "education": """
        تعليم!, مدرسة, مدارس, جامعة, طلاب, طلبة, معلم!, معلمون!, امتحان!, امتحانات!, منهج دراسي!, العام
        الدراسي!, وزارة التعليم!, ثانوية عامة!, مناهج!, تلاميذ!, أستاذ,
        education!, school, university, students, pupils, teacher!, exam!, curriculum!, academic year!,
        tuition!, classroom!
    """,
    "culture": """
        ثقافة!, فيلم!, سينما!, مهرجان!, مسرح!, مسرحية!, مسلسل!, رواية!, روائي!, شاعر!, معرض, متحف!,
        فنان!, فنانة!, أغنية!, ألبوم!, موسيقى!, أوسكار!, آثار!, تراث!, لوحة, مخرج!, ممثل!, كتاب, صحافة,
        قناة, إعلام,
        culture!, film!, cinema!, festival!, theatre!, theater!, novel!, novelist!, poet!, exhibition!,
        museum!, artist!, song!, album!, music!, oscar!, archaeological!, heritage!, painting!,
        director, actor!, actress!, book, television
    """,
    "society": """
        مجتمع, لاجئون!, لاجئ!, هجرة!, مهاجرون!, فقر!, أسرة, زواج!, طلاق!, مرأة, نساء, حقوق المرأة!, حقوق
        الإنسان!, تمييز!, عنصرية!, سكان, تعداد السكان!, ذوي الإعاقة!, شباب, أيتام!, جمعية خيرية!,
        refugee!, migrant!, migration!, poverty!, family, marriage!, divorce!, women, women's rights!,
        human rights!, discrimination!, racism!, population, census!, disability!, charity!, homeless!
    """,
    "religion": """
        دين, مسجد!, مساجد!, كنيسة!, حج!, حجاج!, عمرة!, رمضان, إمام!, فتوى!, بابا الفاتيكان!, فاتيكان!,
        قرآن!, أزهر!, أوقاف!, المسجد الحرام!, المسجد النبوي!, مكة المكرمة!, عيد الفطر!, عيد الأضحى!,
        أسقف!, بطريرك!,
        mosque!, church!, hajj!, pilgrims!, pilgrimage!, ramadan!, imam!, fatwa!, pope!, vatican!,
        quran!, bishop!, patriarch!, synagogue!, religious!, eid!
    """,
    "labour": """
        عمال!, نقابة!, نقابات!, إضراب!, أجور!, رواتب!, بطالة!, توظيف!, وظائف!, تسريح!, الحد الأدنى
        للأجور!, سوق العمل!, وزارة العمل!, عاطلون!,
        workers!, union, trade union!, strike, wages!, salaries!, unemployment!, layoffs!, jobs!,
        minimum wage!, hiring!, employers!
    """,
    "lifestyle": """
        سياحة!, سياح!, سفر, فندق!, فنادق!, مطبخ!, طبخ!, أزياء!, موضة!, عطلة, شاطئ, مطعم!, تسوق!, ديكور!,
        رحلات,
        tourism!, tourists!, travel, hotel!, cuisine!, cooking!, fashion!, holiday, beach, restaurant!,
        shopping!, leisure!
    """,
    "people": """
        غينيس!, رقم قياسي, أكبر معمرة!, معمر!, توأم!, توائم!, طريفة!, غريبة!, ملكة جمال!, يانصيب!,
        guinness!, world record, centenarian!, twins!, lottery!, beauty queen!, quirky!, oldest person!
    """,
}
