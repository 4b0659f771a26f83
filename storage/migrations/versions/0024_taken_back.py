"""What was taken back, to be found by its age."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

TAKEN_BACK = sa.text("state IN ('held', 'killed')")


def upgrade() -> None:
    op.create_index(
        "ix_story_taken_back",
        "story",
        ["updated_at"],
        unique=False,
        sqlite_where=TAKEN_BACK,
        postgresql_where=TAKEN_BACK,
    )
