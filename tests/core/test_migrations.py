from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from core import models
from core.db import Base


def test_the_migrations_make_exactly_the_tables_of_the_models(engine: Engine) -> None:
    assert models.__all__

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
