"""Who is told of stories that they follow, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.schema import Id
from storage.types import Utc

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("push", sa.Column("followers", sa.JSON(none_as_null=True)))
    op.create_table(
        "follow_up",
        sa.Column("story_id", Id, sa.ForeignKey("story.id"), primary_key=True),
        sa.Column("due_at", Utc),
        sa.Column("told_at", Utc),
        sa.Column("is_new", sa.Boolean, nullable=False),
    )
    known = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_follow_up_due_at", "follow_up", ["due_at"], sqlite_where=known, postgresql_where=known
    )
