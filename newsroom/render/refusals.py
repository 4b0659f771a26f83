"""Why something cannot be done, and the mend."""

from __future__ import annotations

from newsroom.actions import Verb
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.paging import clip
from newsroom.render import telling
from newsroom.text import Piece, Text, code
from newsroom.words import Words

REASONS = frozenset(
    {
        "admins_only",
        "album_forgotten",
        "alone_already",
        "already_pushed",
        "approved_already",
        "broadcast_missing",
        "button_gone",
        "code_missing",
        "composed_empty",
        "composed_entities",
        "composed_gone",
        "composed_too_big",
        "composed_too_long",
        "copy_binary",
        "copy_empty",
        "copy_foreign",
        "copy_format",
        "copy_malformed",
        "copy_missing",
        "copy_several",
        "copy_too_deep",
        "copy_too_large",
        "copy_too_many",
        "copy_unchanged",
        "copy_undecodable",
        "decided_already",
        "event_pushed",
        "feed_active",
        "feed_address_missing",
        "feed_known",
        "feed_missing",
        "feed_not_there",
        "feed_option",
        "feed_paused",
        "feed_trust_missing",
        "feed_unknown",
        "feed_verb",
        "fetch_address",
        "fetch_broken",
        "fetch_encoding",
        "fetch_insecure",
        "fetch_oversize",
        "fetch_private",
        "fetch_redirects",
        "fetch_status",
        "fetch_timeout",
        "fetch_unreachable",
        "fetch_unresolved",
        "editor_owns",
        "editor_unknown",
        "editors_usage",
        "digest_too_many",
        "digest_unknown",
        "file_failed",
        "follow_missing",
        "follows_too_many",
        "halted_already",
        "language_unknown",
        "media_dead",
        "merge_missing",
        "merged_already",
        "no_related",
        "no_sections",
        "newer_waits",
        "nobody_subscribed",
        "not_editor",
        "not_followed",
        "not_halted",
        "not_own_words",
        "not_owner",
        "not_while_approved",
        "not_while_draft",
        "not_while_embargoed",
        "not_while_held",
        "not_while_published",
        "not_while_review",
        "not_while_scheduled",
        "nothing_to_resend",
        "nothing_unsure",
        "nothing_yet",
        "private_only",
        "proposal_gone",
        "push_ended",
        "push_missing",
        "push_not_paused",
        "push_not_waiting",
        "push_paused",
        "push_proposed",
        "push_stale",
        "push_unasked",
        "push_unknown",
        "quiet_empty",
        "quiet_unknown",
        "search_empty",
        "search_missing",
        "story_killed",
        "story_not_public",
        "time_missing",
        "time_past",
        "time_unclear",
        "topic_empty",
        "topic_unknown",
        "trouble",
        "under_embargo",
        "unfollow_missing",
        "unknown_code",
        "unsupported_message",
        "unsure_changed",
        "waits_hold",
        "waits_kill",
        "words_unclear",
        "zone_near",
        "zone_several",
        "zone_unknown",
    }
)
FACT_LIMIT = 80
NEAREST = 3


def refusal(words: Words, refused: Refusal) -> Message:
    text = Text(words.direction).line(*_said(words, refused))
    near = _near(refused)
    if near:
        text.line(words.say("refusal.near"))
    return text.message([telling.button(found, Verb.OPEN, found) for found in near])


def _said(words: Words, refused: Refusal) -> list[Piece]:
    """A reason that nobody wrote words for is trouble of ours, not of who asked."""
    reason = refused.reason if refused.reason in REASONS else "trouble"
    facts = {name: _fact(name, fact) for name, fact in refused.facts.items()}
    try:
        return words.pieces(f"refusal.{reason}", **facts)
    except KeyError:
        return [words.say("refusal.trouble")]


def _fact(name: str, fact: object) -> Piece:
    text = clip(str(fact), FACT_LIMIT)
    return code(text) if name in ("code", "typed") else text


def _near(refused: Refusal) -> list[str]:
    near = refused.facts.get("near")
    return [str(found) for found in near][:NEAREST] if isinstance(near, tuple | list) else []
