"""Which keys whoever acts may use, given to a session; and what is about to be written, sealed with them."""

from uuid import UUID

from sqlalchemy import ColumnElement, event, or_, select
from sqlalchemy.orm import Session, attributes

from core import sealed
from core.access import Actor
from core.db import Record
from core.key_rings import COLUMNS, KeyRing, WholeRing
from core.models import DataKey
from core.sealed import RING, SEALED, Place, Sealed
from core.sealing import BrokenSealError, KeyMissingError
from core.spaces import Finder, Space, space_of


def of(db: Session, actor: Actor) -> KeyRing:
    """Give a session the keys of the actor's own service, and of what both services read; nobody else's."""
    return of_service(db, actor.service_id)


def of_service(db: Session, service_id: UUID) -> KeyRing:
    """The same for somebody of whom only the service is known, because their session has just ended."""
    db.info[RING] = ring = KeyRing(service_id)
    return ring


def whole(db: Session) -> KeyRing:
    """Give a session every key: to rotate them, to try a backup, to write the example."""
    db.info[RING] = ring = WholeRing()
    return ring


def part(db: Session) -> None:
    """All is written: what was made opens with the keys that its records hold, whatever becomes of the session."""
    ring: KeyRing = db.info.pop(RING)
    ring.fetch(db)


def any_made(db: Session) -> bool:
    """Does anything lie sealed?"""
    return db.scalar(select(DataKey.id).limit(1)) is not None


def fits(db: Session) -> bool:
    """Does the key of the fields open the keys below it?"""
    first = db.execute(select(*COLUMNS).where(is_topmost()).limit(1)).all()
    try:
        WholeRing().unwrap(db, first)
    except BrokenSealError:
        return False
    return True


def is_topmost() -> ColumnElement[bool]:
    """Is it wrapped by the key of the fields itself?"""
    return or_(DataKey.service_id.is_(None), DataKey.service_id == DataKey.space_id)


def again(record: Record) -> None:
    """Have the sealed values of a record sealed anew, where they belong to another space or key by now.

    What the session's ring does not open stays as it is.
    """
    for name in SEALED[type(record)]:
        try:
            value = getattr(record, name)
        except KeyMissingError:
            continue
        if value is not None:
            attributes.set_attribute(record, name, value)


@event.listens_for(Session, "before_flush")
def _close(db: Session, _context: object, _instances: object) -> None:
    """Seal what is about to be written."""
    new = [record for record in db.new if type(record) in SEALED]
    changed = [record for record in db.dirty if type(record) in SEALED]
    if not new and not changed:
        return
    ring: KeyRing | None = db.info.get(RING)
    if ring is None:
        raise KeyMissingError
    for record in new:
        for name in SEALED[type(record)]:
            if name not in record.__dict__:
                attributes.set_attribute(record, name, getattr(record, name))
    found = Finder(db)
    for record in (*new, *changed):
        _close_record(db, ring, record, space_of(found, record, ring.service_id))


def _close_record(db: Session, ring: KeyRing, record: Record, space: Space) -> None:
    held, before = record.__dict__, attributes.instance_state(record).committed_state
    for name in SEALED[type(record)]:
        place, value = Place(type(record), record.id, name), held.get(name)
        if isinstance(value, Sealed):
            if _is_there(db, ring, value, space):
                continue
            value = sealed.opened(place, value, ring, db)
            attributes.set_attribute(record, name, value)
        if value is None:
            continue
        old, key_id = before.get(name), ring.current(db, space)
        if isinstance(old, Sealed) and old.is_under(key_id) and _holds(db, ring, place, old, value):
            held[name] = old  # written as it was: nothing to save
        else:
            held[name] = sealed.close(place, value, key_id=key_id, key=ring.key(db, key_id))
    held[RING] = ring


def _holds(db: Session, ring: KeyRing, place: Place, old: Sealed, value: object) -> bool:
    """Is this value in it? What is broken is written anew."""
    try:
        return bool(sealed.opened(place, old, ring, db) == value)
    except BrokenSealError:
        return False


def _is_there(db: Session, ring: KeyRing, value: Sealed, space: Space) -> bool:
    """Is it sealed for this space, or not this ring's to seal anew?"""
    try:
        ring.key(db, value.key_id)
    except BrokenSealError:
        return True
    return ring.space_of(value.key_id).id == space.id or not ring.may_hold(space.service_id)


@event.listens_for(Session, "after_soft_rollback")
def _forget(db: Session, _transaction: object) -> None:
    ring: KeyRing | None = db.info.get(RING)
    if ring is not None:
        ring.forget()
