"""What a cancelled push left planned is cancelled: counted with its push, not row by row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

CLOSE_RETURNED = """
    UPDATE delivery
    SET state = CASE WHEN doubts > 0 AND act <> 'edit' THEN 'unknown' ELSE 'cancelled' END
    WHERE state = 'retry_at' AND push_id IN (SELECT id FROM push WHERE state = 'cancelled')"""
COUNT_CANCELLED = """
    UPDATE push SET cancelled = (
        SELECT count(*) FROM delivery
        WHERE delivery.push_id = push.id AND delivery.state IN ('cancelled', 'planned'))
    WHERE state = 'cancelled'"""
COUNT_UNKNOWN = """
    UPDATE push SET unknown = (
        SELECT count(*) FROM delivery
        WHERE delivery.push_id = push.id AND delivery.state IN ('unknown', 'left'))
    WHERE state = 'cancelled'"""


def upgrade() -> None:
    for statement in (CLOSE_RETURNED, COUNT_CANCELLED, COUNT_UNKNOWN):
        op.execute(sa.text(statement))
