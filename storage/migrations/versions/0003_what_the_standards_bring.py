"""What the news standards bring: other names of an item, its own time, rights, link, image, marks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("alt_ids", "marks"):
        op.add_column("revision", sa.Column(name, sa.JSON, nullable=False, server_default="[]"))
    for name in ("evolved_from", "rights", "link", "image"):
        op.add_column("revision", sa.Column(name, sa.Text))
    op.add_column("revision", sa.Column("version_created", Utc))
