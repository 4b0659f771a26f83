"""What a correction changed, in a line."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.differing import Difference, differences

OLD = "قال الوزير إن ثلاثمئة راكب غادروا الميناء صباح الأحد."
words = st.lists(st.sampled_from(["أ", "ب", "ج", "د", "هـ"]), max_size=12)


def changed(before: str, after: str) -> list[tuple[str, str]]:
    return [(one.wrong, one.right) for one in differences([before], [after])]


def test_a_word_that_was_wrong_is_told_with_the_right_one() -> None:
    assert changed(OLD, OLD.replace("ثلاثمئة", "أربعمئة")) == [("ثلاثمئة", "أربعمئة")]
    assert changed(OLD, OLD.replace("الأحد.", "الاثنين.")) == [("الأحد", "الاثنين")]


def test_what_was_only_added_or_left_out_is_told_with_its_neighbour() -> None:
    assert changed(OLD, OLD.replace("غادروا", "لم غادروا")) == [("راكب", "راكب لم")]
    assert changed(OLD, OLD.replace("صباح ", "")) == [("الميناء صباح", "الميناء")]
    assert changed("حديقة عامة", "كبيرة حديقة عامة") == [("حديقة", "كبيرة حديقة")]


def test_changes_close_together_are_one() -> None:
    assert changed("أ ب ج د هـ و", "أ س ج ص هـ و") == [("ب ج د", "س ج ص")]


def test_what_is_too_much_for_a_line_is_not_told() -> None:
    assert changed("أ " * 30, "ب " * 30) == []
    assert changed("x " * 4_000 + "أ", "x " * 4_000 + "ب") == []
    many = " ".join(f"{n} . . ." for n in range(5))
    assert changed(many, many.replace("1", "a").replace("2", "b").replace("3", "c").replace("4", "d")) == []


def test_a_full_stop_more_is_no_correction() -> None:
    assert changed("انتهى العمل", "انتهى العمل.") == []


@given(words, words)
@settings(max_examples=200)
def test_nothing_is_told_that_was_not_there(before: list[str], after: list[str]) -> None:
    for one in differences([" ".join(before)], [" ".join(after)]):
        assert one.wrong in " ".join(before)
        assert one.right in " ".join(after)
        assert isinstance(one, Difference)
