"""Who may do what."""

from __future__ import annotations

from newsroom.errors import Refusal
from newsroom.visitor import Visitor
from storage.records import ChatKind


def require_editor(who: Visitor, owners: frozenset[int]) -> int:
    """The editor's numeric id. Asked at every act and kept nowhere, so that revoking works at once."""
    if who.user_id is None or who.user_id not in owners:
        raise Refusal("not_editor")
    if who.kind is not ChatKind.PRIVATE:
        raise Refusal("private_only")
    return who.user_id


def require_settings_right(who: Visitor) -> None:
    """In a group only its administrators change settings."""
    if who.kind is not ChatKind.PRIVATE and not who.administrator:
        raise Refusal("admins_only")
