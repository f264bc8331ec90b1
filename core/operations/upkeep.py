"""What an administrator looks after beside people: the backups, and that an older copy was put back."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from core import audit, lost_periods
from core.access import Actor, Permission, require
from core.backups import records
from core.backups.records import MOST, Copies, Verified
from core.models import Person

__all__ = ["MOST", "Copies", "Verified", "backups", "copies", "have_read_lost_period"]


def backups(_db: Session, actor: Actor, *, home: Path) -> list[Verified]:
    """The backups that were restored once, the one with the newest data first."""
    require(actor, Permission.ADMINISTER)
    return records.every(home)


def copies(_db: Session, actor: Actor, *, home: Path) -> Copies:
    """What is known of the copies that hold what was erased since; for whoever may ask that something is erased."""
    require(actor, Permission.ERASE)
    return records.copies(home)


def have_read_lost_period(db: Session, actor: Actor, *, anchors: Sequence[Path]) -> None:
    """Note that the actor knows which period is lost; from now on it is said to nobody any more."""
    require(actor, Permission.ADMINISTER)
    audit.record(db, actor, "read_lost_period", db.get_one(Person, actor.person_id))
    db.flush()
    lost_periods.have_read(db, *anchors)
