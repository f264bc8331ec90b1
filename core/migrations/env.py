"""Alembic runs here with the connection that core.store gives it."""

from alembic import context

from core.db import Base
from core.models import Event  # noqa: F401  imports every table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
