"""Which stories a digest lists, and which pushes change a digest that went out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")

revision = "0028"
down_revision = "0027"

CHANGES = sa.text("digest_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("push", sa.Column("digest_id", Id))
    op.create_index(
        "ix_push_digest_id", "push", ["digest_id", "id"], sqlite_where=CHANGES, postgresql_where=CHANGES
    )
    op.create_table(
        "digest_story",
        sa.Column("story_id", Id, autoincrement=False, nullable=False),
        sa.Column("digest_id", Id, autoincrement=False, nullable=False),
        sa.Column("place", sa.SmallInteger, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_digest_story_story_id"),
        sa.ForeignKeyConstraint(["digest_id"], ["push.id"], name="fk_digest_story_digest_id"),
        sa.PrimaryKeyConstraint("story_id", "digest_id", name="pk_digest_story"),
    )
    op.create_index("ix_digest_story_digest_id", "digest_story", ["digest_id"])
