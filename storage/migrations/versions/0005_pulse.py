"""How fast each push goes out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0005"
down_revision = "0004"

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "pulse",
        sa.Column("push_id", Id, autoincrement=False, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("settled", sa.Integer, nullable=False),
        sa.Column("rate", sa.Float),
        sa.ForeignKeyConstraint(["push_id"], ["push.id"], name="fk_pulse_push_id"),
        sa.PrimaryKeyConstraint("push_id", name="pk_pulse"),
    )
