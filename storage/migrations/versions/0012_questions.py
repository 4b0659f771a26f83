"""What the bot asked an editor for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0012"
down_revision = "0011"

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("amendment", sa.Column("charset", sa.String(40)))
    op.create_table(
        "question",
        sa.Column("chat_id", Id, autoincrement=False, nullable=False),
        sa.Column("story_id", Id, nullable=False),
        sa.Column("asked_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name=op.f("fk_question_chat_id")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_question_story_id")),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_question")),
    )
