"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0001"
down_revision = None

# As in storage.schema, but frozen: a step never follows what the schema becomes later.
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
IMMUTABLE = ("revision", "section", "audit")


def upgrade() -> None:
    _create_story()
    _create_revision()
    _create_parts_of_revision()
    _create_keys_and_terms()
    _create_chat()
    _create_subscription()
    _create_push()
    _create_delivery()
    _create_desk()
    _create_machine()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for table in IMMUTABLE:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
            )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; "
        "END $$"
    )
    for table in IMMUTABLE:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def _create_story() -> None:
    op.create_table(
        "story",
        sa.Column("id", Id, nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.Column("published_at", Utc, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
        sa.UniqueConstraint("code", name="uq_story_code"),
    )
    op.create_index("ix_story_published", "story", ["state", "published_at", "id"], unique=False)


def _create_revision() -> None:
    op.create_table(
        "revision",
        sa.Column("story_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("headline", sa.Text(), nullable=True),
        sa.Column("headline_derived", sa.Boolean(), nullable=False),
        sa.Column("headline_key", sa.Text(), nullable=True),
        sa.Column("alert", sa.Text(), nullable=True),
        sa.Column("credit", sa.Text(), nullable=True),
        sa.Column("source_code", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("slugline", sa.Text(), nullable=True),
        sa.Column("byline", sa.Text(), nullable=True),
        sa.Column("dateline", sa.Text(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("embargo", Utc, nullable=True),
        sa.Column("correction_note", sa.Text(), nullable=True),
        sa.Column("editor_note", sa.Text(), nullable=True),
        sa.Column("related_headings", sa.JSON(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("copy", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.CheckConstraint("urgency BETWEEN 1 AND 9", name=op.f("ck_revision_urgency")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_revision_story_id"),
        sa.PrimaryKeyConstraint("story_id", "number", name="pk_revision"),
    )
    op.create_index("ix_revision_headline_key", "revision", ["headline_key"], unique=False)


def _create_parts_of_revision() -> None:
    op.create_table(
        "section",
        sa.Column("story_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("heading", sa.Text(), nullable=True),
        sa.Column("anchor", sa.String(length=16), nullable=False),
        sa.Column("paragraphs", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id", "number"],
            ["revision.story_id", "revision.number"],
            name="fk_section_story_id_number",
        ),
        sa.PrimaryKeyConstraint("story_id", "number", "ordinal", name="pk_section"),
        sa.UniqueConstraint("story_id", "number", "anchor", name="uq_section_story_id_number_anchor"),
    )
    op.create_table(
        "related_link",
        sa.Column("story_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("headline_key", sa.Text(), nullable=False),
        sa.Column("target_id", Id, nullable=True),
        sa.Column("matched_by", sa.String(length=16), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["story_id", "number"],
            ["revision.story_id", "revision.number"],
            name="fk_related_link_story_id_number",
        ),
        sa.ForeignKeyConstraint(["target_id"], ["story.id"], name="fk_related_link_target_id"),
        sa.PrimaryKeyConstraint("story_id", "number", "ordinal", name="pk_related_link"),
    )
    op.create_index("ix_related_link_headline_key", "related_link", ["headline_key"], unique=False)


def _create_keys_and_terms() -> None:
    op.create_table(
        "wire_key",
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=512), nullable=False),
        sa.Column("story_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_wire_key_story_id"),
        sa.PrimaryKeyConstraint("scheme", "value", name="pk_wire_key"),
    )
    op.create_index("ix_wire_key_story_id", "wire_key", ["story_id"], unique=False)
    op.create_table(
        "story_term",
        sa.Column("term", sa.String(length=64), nullable=False),
        sa.Column("story_id", Id, nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_story_term_story_id"),
        sa.PrimaryKeyConstraint("term", "story_id", name="pk_story_term", postgresql_include=["weight"]),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_story_term_story_id", "story_term", ["story_id", "term", "weight"], unique=False)
    op.create_table(
        "term",
        sa.Column("term", sa.String(length=64), nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term", name="pk_term"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "story_topic",
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("story_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_story_topic_story_id"),
        sa.PrimaryKeyConstraint("topic", "story_id", name="pk_story_topic"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_story_topic_story_id", "story_topic", ["story_id"], unique=False)


def _create_chat() -> None:
    op.create_table(
        "chat",
        sa.Column("id", Id, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("moved_to", sa.BigInteger(), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("quiet_from", sa.String(length=5), nullable=True),
        sa.Column("quiet_to", sa.String(length=5), nullable=True),
        sa.Column("digest_times", sa.JSON(), nullable=False),
        sa.Column("daily_cap", sa.Integer(), nullable=True),
        sa.Column("last_story_id", Id, nullable=True),
        sa.Column("last_story_at", Utc, nullable=True),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("ended_at", Utc, nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["last_story_id"], ["story.id"], name="fk_chat_last_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_chat"),
        sa.UniqueConstraint("telegram_id", name="uq_chat_telegram_id"),
    )


def _create_subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("chat_id", Id, nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_subscription_chat_id"),
        sa.PrimaryKeyConstraint("chat_id", "scope", "value", name="pk_subscription"),
    )
    op.create_index(
        "ix_subscription_scope", "subscription", ["scope", "value", "how", "chat_id"], unique=False
    )
    op.create_table(
        "shown",
        sa.Column("chat_id", Id, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("story_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_shown_chat_id"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_shown_story_id"),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name="pk_shown"),
    )


def _create_push() -> None:
    op.create_table(
        "push",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("story_id", Id, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("composed", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("once", sa.String(length=80), nullable=True),
        sa.Column("not_before", Utc, nullable=True),
        sa.Column("deliver_by", Utc, nullable=True),
        sa.Column("planned", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rejected", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cancelled", sa.Integer(), server_default="0", nullable=False),
        sa.Column("expired", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unknown", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("story_id IS NOT NULL OR composed IS NOT NULL", name=op.f("ck_push_content")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_push_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_push"),
        sa.UniqueConstraint("once", name="uq_push_once"),
        sa.UniqueConstraint("token", name="uq_push_token"),
    )
    op.create_index("ix_push_state", "push", ["state", "lane", "id"], unique=False)


def _create_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("push_id", Id, autoincrement=False, nullable=False),
        sa.Column("chat_id", Id, autoincrement=False, nullable=False),
        sa.Column("part", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("doubts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("not_before", Utc, nullable=True),
        sa.Column("intent_at", Utc, nullable=True),
        sa.Column("done_at", Utc, nullable=True),
        sa.PrimaryKeyConstraint("push_id", "chat_id", "part", name="pk_delivery"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_delivery_shown",
        "delivery",
        ["chat_id", "message_id"],
        unique=False,
        sqlite_where=sa.text("message_id IS NOT NULL"),
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_unsettled",
        "delivery",
        ["push_id", "state", "not_before"],
        unique=False,
        sqlite_where=sa.text("state IN ('intent', 'retry_at', 'unknown')"),
        postgresql_where=sa.text("state IN ('intent', 'retry_at', 'unknown')"),
    )


def _create_desk() -> None:
    op.create_table(
        "editor",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_editor"),
    )
    op.create_table(
        "approval",
        sa.Column("push_id", Id, nullable=False),
        sa.Column("editor_id", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.ForeignKeyConstraint(["push_id"], ["push.id"], name="fk_approval_push_id"),
        sa.PrimaryKeyConstraint("push_id", "editor_id", name="pk_approval"),
    )
    op.create_table(
        "audit",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("hash", name="uq_audit_hash"),
    )


def _create_machine() -> None:
    op.create_table(
        "schedule_occurrence",
        sa.Column("schedule", sa.String(length=80), nullable=False),
        sa.Column("instant", Utc, nullable=False),
        sa.Column("done_at", Utc, nullable=True),
        sa.PrimaryKeyConstraint("schedule", "instant", name="pk_schedule_occurrence"),
    )
    op.create_table(
        "lease",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("bot_id", name="pk_lease"),
    )
    op.create_table(
        "update_log",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("update_id", name="pk_update_log"),
    )
    op.create_table(
        "fact",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_fact"),
    )
