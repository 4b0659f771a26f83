"""Tellings that are kept back from a story that is out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.schema import Id
from storage.types import Utc

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "waiting",
        sa.Column("story_id", Id, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("until", Utc, index=True),
        sa.ForeignKeyConstraint(["story_id", "number"], ["revision.story_id", "revision.number"]),
    )
