"""Who may do what."""

from __future__ import annotations

from newsroom.errors import Refusal
from newsroom.visitor import Visitor
from storage import editors
from storage.database import Transaction
from storage.records import ChatKind


def require_editor(tx: Transaction, who: Visitor, owners: frozenset[int]) -> int:
    """The editor's numeric id: an owner's, or that of somebody whom an owner added.

    Asked in the transaction of every act and kept nowhere, so that revoking works at once.
    """
    if who.user_id is None or not may_edit(tx, who.user_id, owners):
        raise Refusal("not_editor")
    if who.kind is not ChatKind.PRIVATE:
        raise Refusal("private_only")
    return who.user_id


def may_edit(tx: Transaction, user_id: int, owners: frozenset[int]) -> bool:
    return user_id in owners or editors.role(tx, user_id) is not None


def all_editors(tx: Transaction, owners: frozenset[int]) -> frozenset[int]:
    return owners | {one.user_id for one in editors.all(tx)}


def require_owner(editor: int, owners: frozenset[int]) -> None:
    """Who edits is decided by those whom the settings name."""
    if editor not in owners:
        raise Refusal("not_owner")


def require_settings_right(who: Visitor) -> None:
    """In a group only its administrators change settings."""
    if who.kind is not ChatKind.PRIVATE and not who.administrator:
        raise Refusal("admins_only")
