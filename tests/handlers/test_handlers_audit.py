"""Who did what, and who edits."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from bureau import FOG, NOW, OWNER, Bureau, said
from ledgers import enlist, keys, lines, running, text

from newsroom.auditing import PAGE
from newsroom.bidi import FSI, PDI
from newsroom.cycle import Step
from newsroom.render import auditing, particulars
from newsroom.text import Text
from newsroom.topics import SLUGS
from newsroom.words import LANGUAGES, words_for
from storage import audit, editors
from storage.database import Transaction
from storage.records import EDITS

EN = words_for("en")
SOMEBODY = 123456789
LATER = "2026-03-01T18:30:00+00:00"
ROOT = Path(__file__).parents[2]


async def note(bureau: Bureau, many: int) -> None:
    def work(tx: Transaction) -> None:
        for number in range(many):
            audit.append(
                tx, actor="clock", action="story.open", subject=f"story:K{number:03}", detail={}, now=NOW
            )

    await bureau.database.write(work)


async def test_it_says_who_did_what_to_which(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    push_id = await running(bureau)
    await bureau.say(OWNER, f"/pause {push_id}")
    (answer,) = await bureau.say(OWNER, "/audit")
    assert lines(answer) == [
        said("audit.title"),
        said("audit.holds"),
        "",
        f"1 · today 12:00 UTC · {OWNER}",
        f"{said('audit.did.pause')} · push {push_id}",
        said("push.broadcast"),
    ]


async def test_it_says_what_was_changed(bureau: Bureau) -> None:
    taken = await bureau.file(FOG)
    corrected = FOG.replace("وقف", "منع") + "\nتصحيح: مُنعت العبّارات ولم تُوقف.\n"
    (_, question) = await bureau.say(OWNER, f"/correct {taken.code}\n{corrected}")
    await bureau.press(OWNER, question, keys(question)[0])
    await bureau.say(OWNER, f"/hold {taken.code}")
    (answer,) = await bureau.say(OWNER, "/audit")
    told = [line for line in lines(answer) if line.startswith(("was", "revision"))]
    assert told == [
        f"was {said('audit.state.published')}",
        f"revision 2 · note: {FSI}مُنعت العبّارات ولم تُوقف.{PDI}",
    ]


def entry(action: str, subject: str, **detail: object) -> audit.Entry:
    return audit.Entry(id=1, at=NOW, actor="editor:7", action=action, subject=subject, detail=detail)


@pytest.mark.parametrize(
    ("action", "subject", "detail", "told"),
    [
        ("story.schedule", "story:K", {"from": "draft", "at": LATER}, "was a draft · due 1 March, 18:30 UTC"),
        ("publish", "story:K", {"outcome": "new", "revision": 1}, "New story · revision 1"),
        ("topics", "story:K", {"topics": ["sport", "weather"]}, "Weather and Sport"),
        ("event.merge", "story:K", {"other": "M"}, "with M"),
        (
            "copies.kill",
            "story:K",
            {"revision": 2, "loud": True},
            "revision 2 · with a reply under each copy",
        ),
        ("copies.update", "story:K", {"revision": 2, "push": 4, "loud": False}, "revision 2 · push 4"),
        ("resend", "push:4", {"kind": "breaking", "story": 9, "chats": 3}, "Breaking news · chats: 3"),
        ("telling.reject", "story:K", {"kind": "hold", "source": "wire"}, "Hold · the source wire"),
        ("feed.trust", "feed:1", {"trust": "push", "url": "a.example/f"}, "trust: push · a.example/f"),
        ("topics", "story:K", {"topics": ["gone"], "kind": "moon", "from": "nowhere"}, ""),
        ("halt", "bot", {}, ""),
    ],
)
def test_an_entry_tells_what_it_changed(
    action: str, subject: str, detail: dict[str, object], told: str
) -> None:
    pieces = particulars.of(entry(action, subject, **detail), EN, NOW)
    assert Text("ltr").line(*pieces).message().text == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_fits_whatever_its_entries_tell(language: str) -> None:
    words = "كلمات ونص words " * 99
    detail = {"from": "embargoed", "at": NOW.isoformat(), "outcome": "killed", "revision": 10**9}
    detail |= {"topics": sorted(SLUGS), "other": words, "note": words, "push": 10**9, "chats": 10**9}
    detail |= {"loud": True, "trust": words, "url": words, "source": words, "kind": "broadcast"}
    widest = replace(entry("copies.correction", "push:1", **detail), actor=f"source:{words}")
    found = auditing.Leaf(entries=[widest] * PAGE, older=True, broken=1)
    assert auditing.leaf(found, words_for(language), NOW).text


async def test_names_are_said_where_there_are_any(bureau: Bureau) -> None:
    bureau.world.add_user("Mona", user_id=8, language_code="en")
    await bureau.say(OWNER, "/editors add 8 Mona Said")
    taken = await bureau.file(FOG)
    await bureau.say(8, f"/topics {taken.code} sport")
    (answer,) = await bureau.say(OWNER, "/audit")
    found = lines(answer)
    assert found[3].endswith("Mona Said")
    assert found[4] == f"{said('audit.did.topics')} · {taken.code}"
    assert found[5] == words_for("en").say("topic.sport")
    assert found[8] == f"{said('audit.did.editor.add')} · editor 8"


async def test_it_comes_in_pages_and_none_is_lost(bureau: Bureau) -> None:
    await note(bureau, 30)
    (page,) = await bureau.say(OWNER, "/audit")
    seen: list[str] = []
    for _ in range(3):
        seen += [line.split(" ")[0] for line in lines(page) if "today" in line]
        if keys(page)[0] != "au:0":
            await bureau.press(OWNER, page, keys(page)[0])
    assert seen == [str(number) for number in range(30, 0, -1)]
    assert keys(page) == ["au:0"]
    assert said("audit.holds") not in text(page)
    await bureau.press(OWNER, page, "au:0")
    assert said("audit.holds") in text(page)


async def test_a_changed_entry_is_told_first(bureau: Bureau) -> None:
    await note(bureau, 3)

    def tamper(tx: Transaction) -> None:
        for (name,) in tx.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            tx.execute(sa.text(f"DROP TRIGGER {name}"))
        tx.execute(sa.text("UPDATE audit SET actor = 'editor:1' WHERE id = 2"))

    await bureau.database.write(tamper)
    (answer,) = await bureau.say(OWNER, "/audit")
    assert lines(answer)[1] == said("audit.broken", id=2)


async def test_nothing_is_said_plainly(bureau: Bureau) -> None:
    (answer,) = await bureau.say(OWNER, "/audit")
    assert lines(answer) == [said("audit.title"), said("audit.empty")]


async def test_what_has_no_words_yet_is_shown_as_it_is_written(bureau: Bureau) -> None:
    await bureau.database.write(
        lambda tx: audit.append(tx, actor="comet:9", action="moon.rise", subject="tide:4", detail={}, now=NOW)
    )
    (answer,) = await bureau.say(OWNER, "/audit")
    assert lines(answer)[3:] == ["1 · today 12:00 UTC · comet:9", "moon.rise · tide:4"]


def test_every_step_and_every_change_of_copies_has_words() -> None:
    assert {f"story.{step}" for step in Step} <= auditing.ACTIONS
    assert {f"copies.{kind}" for kind in EDITS} <= auditing.ACTIONS


def actions_in(call: ast.Call) -> list[object]:
    """What is written out as an action, for the audit itself or for a function that notes it there."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "action"]
    notes = ast.unparse(call.func).rpartition(".")[2] in {"note", "_note"}
    noted = [one for one in call.args if notes and "." in str(getattr(one, "value", ""))]
    return [one.value for one in (*named, *noted) if isinstance(one, ast.Constant)]


def test_every_action_that_is_written_out_in_the_code_has_words() -> None:
    written = {
        action
        for room in ("newsroom", "bot", "handlers", "web")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        for action in actions_in(node)
    }
    assert {"publish", "event.merge"} <= written
    assert written <= auditing.ACTIONS


async def test_an_owner_adds_and_removes_editors_at_once(bureau: Bureau) -> None:
    bureau.world.add_user("Mona", user_id=SOMEBODY, language_code="en")
    (refused,) = await bureau.say(SOMEBODY, "/queue")
    assert text(refused) == said("refusal.not_editor")
    (added,) = await bureau.say(OWNER, f"/editors add {SOMEBODY}  منى  سعيد ")
    assert lines(added)[0] == said("editors.added")
    (let_in,) = await bureau.say(SOMEBODY, "/queue")
    assert text(let_in) == said("queue.empty")
    (listed,) = await bureau.say(OWNER, "/editors")
    assert f"• {OWNER}" in lines(listed)
    assert EN.count(1, "editors.title") in lines(listed)
    assert any(str(SOMEBODY) in line and "منى سعيد" in line for line in lines(listed))
    (removed,) = await bureau.say(OWNER, f"/editors remove {SOMEBODY}")
    assert lines(removed)[0] == said("editors.removed")
    (shut_out,) = await bureau.say(SOMEBODY, "/queue")
    assert text(shut_out) == said("refusal.not_editor")
    entries = await bureau.database.read(lambda tx: audit.recent(tx, 9))
    assert [(one.action, one.subject) for one in entries] == [
        ("editor.remove", f"editor:{SOMEBODY}"),
        ("editor.add", f"editor:{SOMEBODY}"),
    ]


async def test_editors_are_not_owners(bureau: Bureau) -> None:
    bureau.world.add_user("Mona", user_id=SOMEBODY, language_code="en")
    await bureau.say(OWNER, f"/editors add {SOMEBODY}")
    for typed in ("", " add 5", f" remove {OWNER}", f" remove {SOMEBODY}"):
        (answer,) = await bureau.say(SOMEBODY, f"/editors{typed}")
        assert text(answer) == said("refusal.not_owner")
    assert [one.user_id for one in await bureau.database.read(editors.all)] == [SOMEBODY]


@pytest.mark.parametrize(
    ("typed", "reason", "about"),
    [
        ("add", "editors_usage", ""),
        ("add Mona", "editors_usage", ""),
        ("add -5", "editors_usage", ""),
        ("add 0", "editors_usage", ""),
        ("add " + "9" * 40, "editors_usage", ""),
        ("promote 5", "editors_usage", ""),
        (f"add {OWNER}", "editor_owns", str(OWNER)),
        (f"remove {OWNER}", "editor_owns", str(OWNER)),
        ("remove 5", "editor_unknown", "5"),
    ],
)
async def test_what_cannot_be_done_is_said(bureau: Bureau, typed: str, reason: str, about: str) -> None:
    (answer,) = await bureau.say(OWNER, f"/editors {typed}")
    assert lines(answer) == [said(f"refusal.{reason}", typed=about)]
    assert await bureau.database.read(editors.all) == []


@pytest.mark.parametrize("typed", ["/audit", "/editors"])
async def test_readers_see_neither(bureau: Bureau, reader: int, typed: str) -> None:
    (answer,) = await bureau.say(reader, typed)
    assert text(answer) == said("refusal.not_editor")
