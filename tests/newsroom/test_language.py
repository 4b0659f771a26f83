"""Which language a text is in."""

from __future__ import annotations

import pytest

from newsroom.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("أعلنت البلدية فتح الجسر الجديد أمام السيارات.", "ar"),
        ("الجسر", "ar"),
        ("علی الجسر في المدينة کان الناس", "ar"),
        ("أعلنت شركة Apple اليوم", "ar"),
        ("شهرداری پل جدید را به روی خودروها باز کرد و گفت که این کار برای مردم است", "fa"),
        ("شہر کی انتظامیہ نے نیا پل گاڑیوں کے لیے کھول دیا ہے", "ur"),
        ("העירייה פתחה את הגשר", "he"),
        ("The city opened the bridge to cars.", "en"),
        ("Explosion hits Kabul airport", "en"),
        ("La ville a ouvert le pont aux voitures, selon le maire.", "fr"),
        ("La ciudad abrió el puente a los coches, según el alcalde.", "es"),
        ("Die Stadt hat die Brücke für Autos geöffnet und gefeiert.", "de"),
        ("Belediye yeni köprü için bir tören yaptı ve daha sonra açtı.", "tr"),
        ("Город открыл мост для машин", "und"),
        ("Żółć", "und"),
        ("2030", "und"),
        ("", "und"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert language_of(text) == language
