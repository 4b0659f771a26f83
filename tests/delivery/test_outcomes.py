"""The table of DESIGN §4, a test for every row of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.outcomes import (
    DEFAULT_PENALTY,
    LONGEST_PENALTY,
    Answer,
    Conflict,
    Done,
    Failure,
    Migrated,
    Outcome,
    Rejected,
    Sent,
    Throttled,
    Unauthorised,
    Uncertain,
    Unsent,
    of_act,
    of_failure,
    of_refusal,
    of_send,
    troubled,
)
from delivery.reasons import Reason
from storage.records import ChatState


def refusal(code: int, description: str, **parameters: object) -> Answer:
    body: dict[str, object] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Answer(code, json.dumps(body).encode())


def accepted(result: object) -> Answer:
    return Answer(200, json.dumps({"ok": True, "result": result}).encode())


@pytest.mark.parametrize("failure", [Failure.POOL, Failure.CONNECT_TIMEOUT, Failure.CONNECT])
def test_what_never_left_is_unsent(failure: Failure) -> None:
    assert of_failure(failure) == Unsent(failure)


@pytest.mark.parametrize(
    "failure",
    [
        Failure.READ_TIMEOUT,
        Failure.DEADLINE,
        Failure.RESET,
        Failure.GARBLED,
        Failure.OVERSIZE,
        Failure.BROKEN,
    ],
)
def test_what_may_have_left_is_uncertain(failure: Failure) -> None:
    assert of_failure(failure) == Uncertain(failure.value)


def test_every_failure_has_its_row() -> None:
    assert len(Failure) == 9


@pytest.mark.parametrize(
    ("code", "said", "reason", "ends"),
    [
        (403, "Forbidden: bot was blocked by the user", Reason.BLOCKED, ChatState.BLOCKED),
        (403, "Forbidden: bot was kicked from the group chat", Reason.KICKED, ChatState.BLOCKED),
        (403, "Forbidden: bot was kicked from the channel chat", Reason.KICKED, ChatState.BLOCKED),
        (403, "Forbidden: bot is not a member of the supergroup chat", Reason.NOT_MEMBER, ChatState.BLOCKED),
        (
            403,
            "Forbidden: bot can't initiate conversation with a user",
            Reason.NEVER_STARTED,
            ChatState.BLOCKED,
        ),
        (403, "Forbidden: something new", Reason.FORBIDDEN, ChatState.BLOCKED),
        (403, "Forbidden: user is deactivated", Reason.DEACTIVATED, ChatState.GONE),
        (403, "Forbidden: the group chat was deleted", Reason.CHAT_DELETED, ChatState.GONE),
        (400, "Bad Request: chat not found", Reason.CHAT_NOT_FOUND, ChatState.GONE),
        (400, "Bad Request: PEER_ID_INVALID", Reason.CHAT_NOT_FOUND, ChatState.GONE),
        (400, "Bad Request: group chat was deactivated", Reason.CHAT_DELETED, ChatState.GONE),
        (
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            Reason.CHAT_DELETED,
            ChatState.GONE,
        ),
        (400, "Bad Request: message thread not found", Reason.THREAD_NOT_FOUND, None),
        (400, "Bad Request: TOPIC_DELETED", Reason.THREAD_NOT_FOUND, None),
        (400, "Bad Request: TOPIC_CLOSED", Reason.THREAD_CLOSED, ChatState.BLOCKED),
        (400, "Bad Request: message to edit not found", Reason.COPY_NOT_FOUND, None),
        (400, "Bad Request: message to delete not found", Reason.COPY_NOT_FOUND, None),
        (400, "Bad Request: MESSAGE_ID_INVALID", Reason.COPY_NOT_FOUND, None),
        (400, "Bad Request: message can't be edited", Reason.COPY_NOT_EDITABLE, None),
        (400, "Bad Request: message can't be deleted for everyone", Reason.COPY_NOT_DELETABLE, None),
        (400, "Bad Request: message to be replied not found", Reason.REPLY_NOT_FOUND, None),
        (400, "Bad Request: message to reply not found", Reason.REPLY_NOT_FOUND, None),
        (400, "Bad Request: message is too long", Reason.TOO_LONG, None),
        (400, "Bad Request: message caption is too long", Reason.TOO_LONG, None),
        (400, "Bad Request: MEDIA_CAPTION_TOO_LONG", Reason.TOO_LONG, None),
        (400, "Bad Request: file is too big", Reason.TOO_BIG, None),
        (413, "Request Entity Too Large", Reason.TOO_BIG, None),
        (400, "Bad Request: message text is empty", Reason.EMPTY, None),
        (400, "Bad Request: text must be non-empty", Reason.EMPTY, None),
        (400, "Bad Request: can't parse entities: unexpected end", Reason.BAD_ENTITIES, None),
        (400, "Bad Request: wrong file identifier/HTTP URL specified", Reason.DEAD_FILE, None),
        (400, "Bad Request: wrong remote file identifier specified: Wrong padding", Reason.DEAD_FILE, None),
        (400, "Bad Request: FILE_REFERENCE_EXPIRED", Reason.DEAD_FILE, None),
        (400, "Bad Request: query is too old and response timeout expired", Reason.STALE_QUERY, None),
        (400, "Bad Request: not enough rights to send text messages to the chat", Reason.NO_RIGHTS, None),
        (403, "Forbidden: not enough rights to send messages", Reason.NO_RIGHTS, None),
        (400, "Bad Request: have no rights to send a message", Reason.NO_RIGHTS, None),
        (400, "Bad Request: need administrator rights in the channel chat", Reason.NO_RIGHTS, None),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN", Reason.NO_RIGHTS, None),
        (400, "Bad Request: CHAT_ADMIN_REQUIRED", Reason.NO_RIGHTS, None),
        (400, "Bad Request: BUTTON_DATA_INVALID", Reason.OTHER, None),
        (402, "Payment Required", Reason.OTHER, None),
    ],
)
def test_a_refusal_says_why_and_whether_the_chat_ends(
    code: int, said: str, reason: Reason, ends: ChatState | None
) -> None:
    outcome = of_send(refusal(code, said))
    assert outcome == Rejected(reason, said)
    assert isinstance(outcome, Rejected)
    assert outcome.ends is ends


@given(st.sampled_from(["bot was blocked by the user", "TOPIC_CLOSED", "message is too long"]), st.data())
def test_case_is_no_part_of_a_description(said: str, data: st.DataObject) -> None:
    flips = data.draw(st.lists(st.booleans(), min_size=len(said), max_size=len(said)))
    mixed = "".join(c.upper() if up else c.lower() for c, up in zip(said, flips, strict=True))
    plain, changed = of_refusal(said), of_refusal(mixed)
    assert isinstance(plain, Rejected)
    assert isinstance(changed, Rejected)
    assert plain.reason is changed.reason


def test_a_library_tells_what_is_too_big_in_words_only() -> None:
    said = "Request entity too large"
    assert of_refusal(said) == Rejected(Reason.TOO_BIG, said)


def test_only_a_message_at_fault_is_refused_everywhere() -> None:
    everywhere = {reason for reason in Reason if Rejected(reason, "").everywhere}
    assert everywhere == {
        Reason.TOO_LONG,
        Reason.TOO_BIG,
        Reason.EMPTY,
        Reason.BAD_ENTITIES,
        Reason.DEAD_FILE,
    }


def test_an_edit_that_changes_nothing_is_done() -> None:
    said = "Bad Request: message is not modified: specified new message content and reply markup are the same"
    assert of_act(refusal(400, said)) == Done(unchanged=True)


def test_a_migrated_group_says_where_to() -> None:
    said = "Bad Request: group chat was upgraded to a supergroup chat"
    assert of_send(refusal(400, said, migrate_to_chat_id=-1001234)) == Migrated(-1001234)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (refusal(401, "Unauthorized"), Unauthorised("Unauthorized")),
        (refusal(404, "Not Found"), Unauthorised("Not Found")),
        (refusal(409, "Conflict: terminated by other"), Conflict("Conflict: terminated by other")),
        (Answer(413, b"<html>too large</html>"), Rejected(Reason.TOO_BIG, "Request Entity Too Large")),
        (Answer(400, b'{"ok":false}'), Rejected(Reason.OTHER, "HTTP 400")),
        (refusal(429, "Too Many Requests: retry after 7", retry_after=7), Throttled(7.0)),
        (Answer(429, b"<html>slow down</html>", "12"), Throttled(12.0)),
        (refusal(429, "Too Many Requests"), Throttled(DEFAULT_PENALTY)),
        (refusal(429, "", retry_after=-1), Throttled(DEFAULT_PENALTY)),
        (refusal(429, "", retry_after=10**400), Throttled(DEFAULT_PENALTY)),
        (refusal(429, "", retry_after=10**9), Throttled(LONGEST_PENALTY)),
        (refusal(429, "", retry_after=["x"]), Throttled(DEFAULT_PENALTY)),
        (Answer(429, b"", "Wed, 21 Oct 2026 07:28:00 GMT"), Throttled(DEFAULT_PENALTY)),
    ],
)
def test_what_did_not_happen(answer: Answer, outcome: Outcome) -> None:
    assert of_send(answer) == of_act(answer) == outcome


@pytest.mark.parametrize(
    "answer",
    [
        refusal(500, "Internal Server Error: restart"),
        Answer(502, b"<html>Bad Gateway</html>"),
        Answer(504, b""),
        Answer(302, b""),
        Answer(200, b"<html>welcome to the hotel's network</html>"),
        Answer(200, b""),
        Answer(200, b'{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}'),
        Answer(200, b'{"ok":true}'),
        Answer(200, b"[" * 100_000),
        Answer(200, b'{"ok":true,"result":\xff}'),
        Answer(200, b'{"ok":true,"result":{"message_id":77,"date":1,"te'),
        Answer(200, b'{"ok":true,"result":{"message_id":77,"chat":{"id":5}'),
        Answer(200, b'{"ok":true,"result":{"message_id":77,"chat":{"photo":{}}'),
        # A gateway's refusals are not Telegram's: they must not end a chat.
        Answer(403, b"<html>Forbidden</html>"),
        Answer(404, b"<html>nginx</html>"),
        Answer(400, b"[]"),
    ],
)
def test_an_answer_that_is_none_is_uncertain(answer: Answer) -> None:
    assert isinstance(of_send(answer), Uncertain)
    assert isinstance(of_act(answer), Uncertain)


@pytest.mark.parametrize(
    "result", [True, {}, [], {"message_id": "7"}, {"message_id": -1}, {"message_id": True}]
)
def test_a_send_without_an_id_is_uncertain(result: object) -> None:
    assert isinstance(of_send(accepted(result)), Uncertain)


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ({"message_id": 77, "date": 1, "text": "عاجل"}, Sent(77)),
        ({"message_id": 77}, Sent(77)),
        ({"date": 1, "message_id": 77}, Sent(77)),
        ({"message_id": 0, "date": 1}, Sent(None)),
        ([{"message_id": 5}, {"message_id": 6}], Sent(5, (5, 6))),
        ([{"message_id": 5}, {"message_id": 0}], Sent(5, (5, None))),
    ],
)
def test_a_sent_message_gives_its_id(result: object, outcome: Sent) -> None:
    assert of_send(accepted(result)) == outcome


@given(st.integers(1, 10**17), st.sampled_from([None, 2]), st.text())
def test_the_quick_reading_is_the_slow_one(number: int, indent: int | None, text: str) -> None:
    body = json.dumps({"ok": True, "result": {"message_id": number, "text": text}}, indent=indent)
    assert of_send(Answer(200, body.encode())) == Sent(number)


@pytest.mark.parametrize("result", [True, {"message_id": 4}, {"id": 1, "is_bot": True}])
def test_any_other_call_is_done_when_it_is_ok(result: object) -> None:
    assert of_act(accepted(result)) == Done()


@given(st.integers(100, 599), st.binary(max_size=300), st.none() | st.text(max_size=20))
def test_no_answer_is_beyond_the_table(status: int, body: bytes, header: str | None) -> None:
    outcome = of_send(Answer(status, body, header))
    assert isinstance(outcome, Throttled if status == 429 else Rejected if status == 413 else Uncertain)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.sampled_from([200, 400, 401, 403, 409, 429, 500]),
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("ok", "result", "error_code", "description"), _json)
        | {
            "parameters": _json
            | st.dictionaries(st.sampled_from(["retry_after", "migrate_to_chat_id"]), _json)
        },
    ),
)
def test_no_shape_of_json_is_beyond_the_table(status: int, body: dict[str, object]) -> None:
    answer = Answer(status, json.dumps(body).encode())
    for outcome in (of_send(answer), of_act(answer)):
        if isinstance(outcome, Throttled):
            assert 0 < outcome.seconds <= LONGEST_PENALTY


def test_the_server_is_in_trouble_when_it_cannot_be_reached_or_understood() -> None:
    assert troubled(Uncertain("x"))
    assert troubled(Unsent(Failure.CONNECT))
    assert troubled(Unsent(Failure.CONNECT_TIMEOUT))
    assert not troubled(Unsent(Failure.POOL))
    assert not troubled(Throttled(1))
    assert not troubled(Rejected(Reason.OTHER, ""))
    assert not troubled(Sent(1))
