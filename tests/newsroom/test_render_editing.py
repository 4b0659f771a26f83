"""What editors are told, and what anybody is told who asks for what cannot be."""

from __future__ import annotations

from dataclasses import replace

import hostile
import pytest
from hostile import NOW

from newsroom.errors import Refusal
from newsroom.message import Button
from newsroom.render import approving, commands, control, editing, greetings, queue, refusals
from newsroom.words import words_for
from storage.records import (
    Counts,
    Lane,
    Push,
    PushKind,
    PushState,
    RelatedLink,
    Revision,
    RevisionKind,
    Section,
    SectionKind,
    Story,
    StoryState,
)

AR, EN = words_for("ar"), words_for("en")
PUSH = Push(id=3, kind=PushKind.BREAKING, lane=Lane.BREAKING, state=PushState.RUNNING, created_at=NOW)
STORY = Story(
    id=7,
    code="K7MP",
    state=StoryState.PUBLISHED,
    created_at=NOW,
    updated_at=NOW,
    related=(RelatedLink(ordinal=0, headline="عودة الملاحة"), RelatedLink(ordinal=1, headline="تأجيل")),
    revision=Revision(
        story_id=7,
        number=1,
        kind=RevisionKind.NEW,
        language="ar",
        urgency=5,
        created_at=NOW,
        headline="إغلاق مينائين",
        headline_derived=True,
        credit="أ ب",
        source_code="AP",
        sections=(
            Section(kind=SectionKind.LEAD, heading=None, paragraphs=("مقدمة.", "تتمة."), anchor="lead"),
            Section(kind=SectionKind.BODY, heading="خلفية", paragraphs=("أ.", "ب.", "ج."), anchor="s1"),
        ),
    ),
)


def lines(text: str) -> list[str]:
    return hostile.bare(text).split("\n")


def test_an_editor_sees_how_copy_was_understood() -> None:
    assert lines(editing.filed(STORY, "new", AR, NOW).text) == [
        "خبر جديد",
        "إغلاق مينائين",
        "عنوان مستخلص من المقدمة",
        "",
        "المصدر: أ ب (AP)",
        "ورد: 9 يناير، 12:05 غرينتش",
        "المقدمة: فقرتان",
        "الأقسام: قسم واحد",
        "• خلفية · 3 فقرات",
        "أخبار ذات صلة في النص: خبران",
        "الرمز: K7MP",
        "",
        "للإرسال خبرًا عاجلًا: /breaking K7MP",
    ]


def test_an_editor_sees_what_waits() -> None:
    waiting = replace(STORY, state=StoryState.REVIEW)
    assert "In review: readers do not see it yet" in editing.filed(waiting, "new", EN, NOW).text


def test_nobody_is_invited_to_push_what_was_withdrawn() -> None:
    killed = editing.filed(replace(STORY, state=StoryState.KILLED), "killed", EN, NOW)
    assert "/breaking" not in killed.text
    assert killed.buttons == ()


@pytest.mark.parametrize(
    ("audience", "question", "button"),
    [
        (1, "سيصل إلى محادثة واحدة كما يظهر أعلاه.", "إرسال إلى محادثة واحدة"),
        (2, "سيصل إلى محادثتين كما يظهر أعلاه.", "إرسال إلى محادثتين"),
        (4, "سيصل إلى 4 محادثات كما يظهر أعلاه.", "إرسال إلى 4 محادثات"),
        (1000, "سيصل إلى 1,000 محادثة كما يظهر أعلاه.", "إرسال إلى 1,000 محادثة"),
    ],
)
def test_a_proposal_says_how_many_and_how_long(audience: int, question: str, button: str) -> None:
    message = editing.proposal(PUSH, audience, 75, AR, token="mJ3_-a")
    assert lines(message.text) == ["خبر عاجل", question, "المدة المقدّرة: دقيقة واحدة و15 ثانية"]
    assert message.buttons == ((Button(button, "go:mJ3_-a"),), (Button("صرف النظر", "no:mJ3_-a"),))


def test_digits_on_buttons_are_the_readers() -> None:
    message = editing.proposal(PUSH, 4, 1, words_for("ar", "Africa/Cairo"), token="t")
    assert message.buttons[0][0].text == "إرسال إلى ٤ محادثات"


def test_a_push_that_wants_another_editor_says_so() -> None:
    assert lines(editing.sending(PUSH, 3, EN).text) == ["Sending to 3 chats."]
    wanting = approving.noted(replace(PUSH, state=PushState.PROPOSED), 1, 2, EN)
    assert "Another editor must approve" in wanting.text
    assert "Approvals: 1 of 2" in wanting.text


def test_the_counts_of_a_push_add_up_before_ones_eyes() -> None:
    counts = Counts(planned=100, sent=60, rejected=5, cancelled=4, expired=3, unknown=2)
    assert lines(control.status(replace(PUSH, counts=counts), EN, NOW).text) == [
        "3 · Breaking news · being sent · today 12:05 UTC",
        "Planned: 100",
        "Sent: 60",
        "Rejected: 5",
        "Cancelled: 4",
        "Expired: 3",
        "Unknown: 2",
        "Open: 26",
    ]


def test_an_empty_queue_says_so() -> None:
    nothing = queue.queue([], [], [], EN, NOW, passed_over=[], kin={})
    assert nothing.text == "Nothing waits and nothing is being sent."


def test_an_unknown_code_comes_with_the_nearest() -> None:
    refused = Refusal("unknown_code", typed="K7MX", near=("K7MP", "K7MQ", "K7MR", "K7MS"))
    message = refusals.refusal(EN, refused)
    assert lines(message.text) == [
        "There is no story with the code K7MX. The codes of the latest news: /latest",
        "The nearest:",
    ]
    assert [button.data for button in message.buttons[0]] == ["op:K7MP", "op:K7MQ", "op:K7MR"]
    assert hostile.entity_texts(message) == [("code", "K7MX")]


def test_a_reason_without_words_is_trouble_of_ours() -> None:
    trouble = refusals.refusal(EN, Refusal("trouble")).text
    assert trouble.startswith("Something failed on our side")
    assert refusals.refusal(EN, Refusal("never_heard_of")).text == trouble
    assert refusals.refusal(EN, Refusal("no_related")).text == trouble


def test_what_was_typed_is_never_formatting() -> None:
    said = refusals.refusal(EN, Refusal("language_unknown", typed="{code} <b>%s</b>"))
    assert "{code} <b>%s</b>" in said.text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/latst", "/latest"),
        ("/Storry K7MP", "/story"),
        ("/relatd@some_bot", "/related"),
    ],
)
def test_a_mistyped_command_is_told_the_nearest(typed: str, meant: str) -> None:
    assert lines(greetings.hint(EN, typed).text) == [
        "There is no command of that name.",
        f"The nearest is: {meant}",
    ]


def test_only_an_editor_is_told_of_editors_commands() -> None:
    assert lines(greetings.hint(EN, "/publsh").text)[-1] == "The list of commands: /help"
    assert lines(greetings.hint(EN, "/publsh", for_editor=True).text)[-1] == "The nearest is: /publish"


def test_a_code_alone_offers_its_story() -> None:
    message = greetings.hint(EN, "k7mp", story="K7MP")
    assert message.buttons == ((Button("Open the story", "op:K7MP"),),)


@pytest.mark.parametrize("typed", ["/", "/ ", "/qqqqqq", "hello there, bot", "news", ""])
def test_what_means_nothing_is_shown_the_way(typed: str) -> None:
    assert lines(greetings.hint(EN, typed).text)[-1] == "The list of commands: /help"


def test_a_language_is_offered_by_its_own_name() -> None:
    assert [button.text for button in greetings.languages(EN).buttons[0]] == ["العربية", "English"]
    assert [button.data for button in greetings.start(AR).buttons[0]] == ["la:en"]


def test_help_for_readers_holds_nothing_of_the_editors() -> None:
    text = greetings.help_page(EN).text
    assert all(f"/{command} " in text for command in commands.READERS)
    assert not any(f"/{command} " in text for command in commands.EDITORS)
    assert all(
        f"/{command} " in greetings.help_page(EN, for_editor=True).text for command in commands.EDITORS
    )


def test_a_group_is_greeted_as_a_group() -> None:
    assert (
        lines(greetings.start(EN, in_group=True).text)[0] == "This group is now subscribed to breaking news"
    )
    assert lines(greetings.start(EN, again=True).text)[0] == "You are subscribed already"
