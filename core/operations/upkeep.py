"""What an administrator looks after beside people: the backups, and that an older copy was put back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from core import audit, lost_periods
from core.access import Actor, Permission, require
from core.backups import BackupError, records
from core.backups.records import MOST, Copies, Verified
from core.errors import Conflict
from core.models import Person

__all__ = ["MOST", "Copies", "Verified", "backups", "copies", "have_read_lost_period"]


def backups(_db: Session, actor: Actor, *, home: Path) -> list[Verified]:
    """The backups that were restored once, the one with the newest data first.

    Raises Conflict where their list cannot be read.
    """
    require(actor, Permission.ADMINISTER)
    with _in_words():
        return records.every(home)


def copies(_db: Session, actor: Actor, *, home: Path) -> Copies:
    """What is known of the copies that hold what was erased since; for whoever may ask that something is erased.

    Raises Conflict where their list cannot be read.
    """
    require(actor, Permission.ERASE)
    with _in_words():
        return records.copies(home)


@contextmanager
def _in_words() -> Iterator[None]:
    """Say on a page what the command says."""
    try:
        yield
    except BackupError as error:
        raise Conflict(f"backup.wrong.{error.key}", **error.values) from None


def have_read_lost_period(db: Session, actor: Actor, *, anchors: Sequence[Path]) -> None:
    """Note that the actor knows which period is lost; from now on it is said to nobody any more."""
    require(actor, Permission.ADMINISTER)
    audit.record(db, actor, "read_lost_period", db.get_one(Person, actor.person_id))
    db.flush()
    lost_periods.have_read(db, *anchors)
