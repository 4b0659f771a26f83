"""Stories that tell one event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "story_event",
        sa.Column("story_id", Id, nullable=False),
        sa.Column("event_id", Id, nullable=False),
        sa.Column("because", sa.String(8), nullable=False),
        sa.Column("sureness", sa.Float, nullable=False),
        sa.Column("matched", Id),
        sa.Column("shared", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_story_event_story_id"),
        sa.PrimaryKeyConstraint("story_id", name="pk_story_event"),
    )
    op.create_index("ix_story_event_event_id", "story_event", ["event_id"], unique=False)
