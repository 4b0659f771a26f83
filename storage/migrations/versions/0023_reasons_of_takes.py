"""By what name of the wire a telling came to its story."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "take_reason",
        sa.Column("story_id", Id, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("because", sa.String(8), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_take_reason_story_id"),
        sa.PrimaryKeyConstraint("story_id", "number", name="pk_take_reason"),
    )
