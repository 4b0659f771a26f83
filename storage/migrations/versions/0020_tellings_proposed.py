"""Which telling that was kept back an editor was shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("amendment", sa.Column("telling", sa.Integer))
