"""The headings that open a block of other stories' headlines."""

from __future__ import annotations

from newsroom.arabic import tokens
from newsroom.wire.decode import BLANKS

_LONGEST_HEADING = 60
_LONGEST_INLINE = 250

_ARABIC = """
أخبار ذات صلة|أخبار ذات علاقة|أخبار متعلقة|أخبار مرتبطة|أخبار مشابهة|أخبار ذات صلة بالموضوع
خبر ذو صلة|مواضيع ذات صلة|مواضيع متعلقة|مواضيع مرتبطة|مواضيع ذات علاقة|مواضيع مشابهة|موضوع ذو صلة
موضوع ذات صلة|موضوع متعلق|موضوعات ذات صلة|موضوعات متعلقة|موضوعات مرتبطة|موضوعات ذات علاقة
الموضوعات المتعلقة|المواضيع المتعلقة|مقالات ذات صلة|مقالات مرتبطة|تقارير ذات صلة|قصص ذات صلة
مواد ذات صلة|روابط ذات صلة|محتوى ذو صلة|ذات صلة|اقرأ أيضا|اقرأ ايضا|واقرأ أيضا|اقرؤوا أيضا
اقرأوا أيضا|اقرئي أيضا|اقرأ كذلك|اقرأ المزيد|اقرأ أيضا على موقعنا|قد يهمك|قد يهمك أيضا|وقد يهمك
ربما يهمك|شاهد أيضا|طالع أيضا|تابع أيضا|انظر أيضا|للمزيد|المزيد حول الموضوع|بیشتر بخوانید
اخبار مرتبط|مطالب مرتبط|متعلقہ خبریں
"""
_LATIN = """
related|related story|related stories|related news|related article|related articles
related coverage|related content|related links|related topics|related headlines|related reading
read also|also read|read more|read next|see also|more on this|more on this story|more on this topic
more stories|you may also like|you might also like|recommended|recommended stories
recommended reading|lire aussi|à lire aussi|à lire également|lire également|voir aussi
sur le même sujet|articles liés|articles connexes|lea también|noticias relacionadas|lesen sie auch
mehr zum thema|ilgili haberler
"""


def _key(text: str) -> str:
    return " ".join(tokens(text))


_HEADINGS = frozenset(
    _key(heading) for line in (_ARABIC + _LATIN).split("\n") for heading in line.split("|")
) - {""}


def related_heading(line: str) -> tuple[str, str] | None:
    """The heading, and the headline after its colon where both share a line («اقرأ أيضًا: …»), else empty."""
    if len(line) <= _LONGEST_HEADING and _key(line) in _HEADINGS:
        return line, ""
    heading, colon, headline = line[:_LONGEST_INLINE].partition(":")
    opens = colon and len(line) <= _LONGEST_INLINE and len(heading) <= _LONGEST_HEADING
    if opens and _key(heading) in _HEADINGS:
        return heading + colon, headline.strip(BLANKS)
    return None
