"""What the key of the fields seals itself: the topmost keys of the tree, and the seeds of the second step."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from core import keys, sealing
from core.db import Base
from core.key_rings import COLUMNS, place_of
from core.models import Account, Arrival, DataKey

#: The tables that hold a seed.
_WITH_SEED = (Account, Arrival)


def seal_anew(db: Session, old: bytes, new: bytes) -> None:
    """Seal all of it with this key of the fields, in the cipher of the settings; `old` opens what lies there.

    Raises BrokenSealError where something does not open. Nobody's form is told that an account was changed.
    """
    for table, name, row_id, lies, place in list(_all(db)):
        anew = sealing.seal(sealing.unseal(lies, key=old, place=place), key=new, place=place)
        db.execute(update(table).where(table.c.id == row_id).values({name: anew}))


def _all(db: Session) -> Iterator[tuple[Table, str, UUID, str, str]]:
    """Table, column, row, what lies there, and its place."""
    for row in db.execute(select(*COLUMNS).where(keys.is_topmost())):
        place = place_of(row.id, row.service_id, row.space_id, row.number)
        yield _table(DataKey), "wrapped", row.id, row.wrapped, place
    for model in _WITH_SEED:
        seeds = select(model.id, model.totp_secret).where(model.totp_secret.is_not(None))
        for row_id, seed in db.execute(seeds):
            yield (
                _table(model),
                "totp_secret",
                row_id,
                str(seed),
                f"{model.__tablename__}.totp_secret:{row_id}",
            )


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]
