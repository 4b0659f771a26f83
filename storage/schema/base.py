"""What every table is declared with."""

from __future__ import annotations

import sqlalchemy as sa

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=NAMING)

# SQLite numbers rows by itself only where the key is spelled INTEGER; PostgreSQL needs the wide one.
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def story_ref(*, primary_key: bool = False, nullable: bool = False) -> sa.Column[int]:
    return sa.Column("story_id", Id, sa.ForeignKey("story.id"), primary_key=primary_key, nullable=nullable)
