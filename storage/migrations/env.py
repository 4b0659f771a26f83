"""Alembic runs this file: all steps in the one transaction that `storage.migrate` has begun."""

from __future__ import annotations

from alembic import context

from storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # Alembic doubts SQLite; with our own BEGIN it holds there too
)
with context.begin_transaction():
    context.run_migrations()
