"""Who edits, which owners decide: each function is one act inside one transaction."""

from __future__ import annotations

from dataclasses import replace

from newsroom import roles
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.paging import clip
from newsroom.questions import Asker
from newsroom.render import staff as pages
from storage import audit, editors
from storage.database import Transaction

ROLE = "editor"
LARGEST_ID = 2**52
"""Telegram's user ids have at most 52 bits."""

NAME_LIMIT = 60


def manage(tx: Transaction, asker: Asker, owner: int, typed: str, owners: frozenset[int]) -> Message:
    """`typed`: nothing, for the list; «add», an id and a name; «remove» and an id."""
    roles.require_owner(owner, owners)
    verb, _, rest = typed.strip().partition(" ")
    match verb.casefold():
        case "":
            return pages.listed(editors.all(tx), sorted(owners), asker.words)
        case "add":
            return _add(tx, asker, owner, rest, owners)
        case "remove":
            return _remove(tx, asker, owner, rest, owners)
        case _:
            raise Refusal("editors_usage")


def _add(tx: Transaction, asker: Asker, owner: int, rest: str, owners: frozenset[int]) -> Message:
    number, _, name = rest.strip().partition(" ")
    user_id = _read_id(number)
    if user_id in owners:
        raise Refusal("editor_owns", typed=number)
    called = clip(name, NAME_LIMIT) or None
    editors.add(tx, user_id, role=ROLE, name=called, added_by=owner, now=asker.now)
    _note(tx, asker, owner, "add", user_id)
    return replace(pages.added(user_id, called, asker.words), menu_of=user_id)


def _remove(tx: Transaction, asker: Asker, owner: int, rest: str, owners: frozenset[int]) -> Message:
    user_id = _read_id(rest.strip())
    if user_id in owners:
        raise Refusal("editor_owns", typed=str(user_id))
    if not editors.remove(tx, user_id):
        raise Refusal("editor_unknown", typed=str(user_id))
    _note(tx, asker, owner, "remove", user_id)
    return replace(pages.removed(user_id, asker.words), menu_of=user_id)


def _read_id(typed: str) -> int:
    if not typed.isdecimal() or not 0 < int(typed[:20]) < LARGEST_ID:
        raise Refusal("editors_usage")
    return int(typed)


def _note(tx: Transaction, asker: Asker, owner: int, action: str, user_id: int) -> None:
    audit.append(
        tx,
        actor=f"editor:{owner}",
        action=f"editor.{action}",
        subject=f"editor:{user_id}",
        detail={},
        now=asker.now,
    )
