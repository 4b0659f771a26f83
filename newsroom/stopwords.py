"""Words that say nothing about a story: Arabic and English function words, and those that news lives on."""

from __future__ import annotations

from newsroom.arabic import tokens

_ARABIC = """
في من على إلى عن مع أن إن أنه إنه أنها إنها أنهم بأن بأنه لأن كان كانت كانوا يكون تكون سيكون ليس
ليست قد لقد كما هذا هذه هذان ذلك تلك هؤلاء أولئك هنا هناك التي الذي الذين اللتين اللذين اللواتي ما
ماذا لم لن لا إلا أو أم ثم بل لكن ولكن حتى إذا إذ لو كي منذ عند عندما حين بعد قبل خلال بين تحت فوق
أمام خلف حول ضد دون بدون غير سوى كل بعض أي أية جميع كافة نفس ذات أيضا فقط نحو حيث بينما رغم برغم وفق
وفقا بحسب حسب جراء نتيجة إثر عبر لدى لديه هو هي هم هن نحن أنا أنت أنتم له لها لهم لنا به بها بهم بنا
فيه فيها فيهم منه منها منهم عنه عنها عليه عليها عليهم إليه إليها معه معها وهو وهي وهم وما ولا ولم
ولن وفي ومن وعلى وإلى وعن ومع وأن وإن وأنه وكان وكانت وقد كذلك وذلك وهذا وهذه التى والتي والذي
والذين مما عما فيما كيف متى أين لماذا هل يا قال قالت قالوا وقال وقالت يقول تقول أضاف أضافت وأضاف
وأضافت أكد أكدت وأكد وأكدت أوضح وأوضح أشار وأشار مشيرا مؤكدا أعلن أعلنت وأعلن ذكر ذكرت وذكر وذكرت
أفاد أفادت اليوم أمس غدا الأول الثاني الثانية الأولى أول آخر أخرى الآخرين عدد عدة عديد مثل أكثر أقل
أحد إحدى يوم أيام عام سنة تم يتم وتم ضمن عاجل
"""
_ENGLISH = """
a an the and or but nor so of in on at to from by for with without into onto over under about after
before between during through against as is are was were be been being am it its this that these
those he she they them his her their we us our you your i me my not no yes do does did done has have
had having will would shall should can could may might must if then than when while where who whom
whose which what why how all any both each few more most other some such only own same too very just
also there here up down out off again once s t said says say told tell adding added according new
one two first last year years day days today yesterday tomorrow
"""

STOPWORDS = frozenset(tokens(_ARABIC) + tokens(_ENGLISH))
