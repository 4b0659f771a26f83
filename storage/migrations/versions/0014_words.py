"""All that a story says beside the few terms that it is found by."""

from __future__ import annotations

from itertools import groupby

import sqlalchemy as sa
from alembic import op

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    words = op.create_table(
        "story_words",
        sa.Column("story_id", Id, nullable=False),
        sa.Column("posted", sa.JSON, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_story_words_story_id"),
        sa.PrimaryKeyConstraint("story_id", name="pk_story_words"),
    )
    held = sa.text("SELECT story_id, term, weight FROM story_term ORDER BY story_id, weight DESC, term")
    for story_id, rows in groupby(op.get_bind().execute(held), key=lambda row: row.story_id):
        terms = {row.term: row.weight for row in rows}
        op.bulk_insert(words, [{"story_id": story_id, "posted": list(terms), "words": terms}])
    op.drop_index("ix_story_term_story_id", table_name="story_term")
