"""What is taken back, ended or closed, as ids and days alone; and closing it again where an older copy opened it.

Nothing is opened by it, and no day becomes later: what was opened again since is opened again by people.
"""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from core import by_id, chain, clock
from core.db import Base
from core.key_rings import root
from core.models import (
    Account,
    Agreement,
    AgreementState,
    Arrival,
    EntryCode,
    Event,
    EventKind,
    Identity,
    IdentityProof,
    Person,
    PersonRole,
    SignIn,
    Strike,
    Ticket,
)
from core.sealing import BrokenSealError
from core.sign_in import factors, passwords
from core.taken_back import records

#: What a file of it holds: by kind, by id.
Closed: TypeAlias = dict[str, dict[str, Any]]

#: Days and moments at which something ends: an earlier one counts, and any before none.
ENDS: Mapping[str, tuple[str, ...]] = {
    "joint_item": ("withdrawn_at", "ends_on"),
    "path_entry": ("removed_at",),
    "assignment": ("until", "ends_at"),
    "guest": ("until",),
    "emergency_opening": ("until_at",),
    "break_glass": ("until_at",),
    "person": ("left_at",),
    "recovery_code": ("used_at",),
}
#: What is written down of the person whose it is.
_OF_A_PERSON = ("account", "recovery_code")
#: What is on or off.
_SWITCHES: Mapping[str, str] = {"path_entry": "is_shared", "person": "is_active", "account": "is_enabled"}


def now(db: Session) -> Closed:
    """What is closed in this database."""
    return {
        **{f"{table.name}.{name}": _ended(db, table, name) for table, name in _end_columns()},
        **{f"{name}.{column}": _off(db, _table(name), column) for name, column in _SWITCHES.items()},
        "agreements": _agreements(db),
        "roles": _roles(db),
        **records.now(db),
        "ways_in": _ways_in(db),
    }


def close(db: Session, closed: Closed) -> int:
    """Close again what stands open here; returns how many records that were."""
    before = now(db)
    count = 0
    for subject, row_id in _close(db, closed, before):
        db.add(_event(db, subject, row_id))
        count += 1
    _end_every_way_in(db)
    db.flush()
    return count


def _close(db: Session, closed: Closed, before: Closed) -> Iterator[tuple[str, UUID]]:
    for table, name in _end_columns():
        yield from _end(db, table, name, closed.get(f"{table.name}.{name}", {}), before)
    for name, column in _SWITCHES.items():
        yield from _switch_off(db, _table(name), column, closed.get(f"{name}.{column}", {}), before)
    yield from _end_agreements(db, closed.get("agreements", {}), before["agreements"])
    yield from _take_roles(db, closed.get("roles", {}), before["roles"])
    yield from records.put_back(db, closed, before)
    yield from _shut_ways_in(db, closed.get("ways_in", {}), before["ways_in"])


# --- Days and moments -----------------------------------------------------------------------------------------------


def _end_columns() -> Iterator[tuple[Table, str]]:
    return ((_table(name), column) for name, columns in ENDS.items() for column in columns)


def _ended(db: Session, table: Table, name: str) -> dict[str, str]:
    column = table.c[name]
    rows = db.execute(select(table.c.id, column).where(column.is_not(None)))
    return {str(row_id): on.isoformat() for row_id, on in rows}


def _end(
    db: Session, table: Table, name: str, ended: Mapping[str, str], before: Closed
) -> Iterator[tuple[str, UUID]]:
    here = before[f"{table.name}.{name}"]
    later = {
        row_id: on
        for row_id, on in ended.items()
        if row_id not in here or _moment(on) < _moment(here[row_id])
    }
    for row_id in by_id.there(db, table.name, map(UUID, later)):
        db.execute(update(table).where(table.c.id == row_id).values({name: _moment(later[str(row_id)])}))
        yield table.name, row_id


def _moment(said: str) -> Any:
    return datetime.fromisoformat(said) if "T" in said else date.fromisoformat(said)


# --- What is on or off ----------------------------------------------------------------------------------------------


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _off(db: Session, table: Table, name: str) -> dict[str, bool]:
    return {str(one): False for one in db.scalars(select(table.c.id).where(table.c[name].is_(False)))}


def _switch_off(
    db: Session, table: Table, name: str, off: Mapping[str, object], before: Closed
) -> Iterator[tuple[str, UUID]]:
    on = {one: False for one in off if one not in before[f"{table.name}.{name}"]}
    for row_id in by_id.there(db, table.name, map(UUID, on)):
        db.execute(update(table).where(table.c.id == row_id).values({name: False}))
        yield table.name, row_id


# --- Agreements, roles -------------------------------------------------------------------------------


def _agreements(db: Session) -> dict[str, list[str | None]]:
    """Those that were signed: whether they are over, since when and by whom, and their last day."""
    columns = (
        Agreement.id,
        Agreement.state,
        Agreement.terminated_on,
        Agreement.terminated_by,
        Agreement.ends_on,
    )
    rows = db.execute(select(*columns).where(Agreement.in_force_from.is_not(None)))
    return {
        str(row_id): [state.value, _text(on), str(by) if by else None, _text(last)]
        for row_id, state, on, by, last in rows
    }


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _end_agreements(
    db: Session, signed: Mapping[str, Sequence[str | None]], before: Mapping[str, object]
) -> Iterator[tuple[str, UUID]]:
    """A draft opens nothing; one that is in force here ends as it had ended."""
    changed = {row_id: said for row_id, said in signed.items() if row_id in before and before[row_id] != said}
    for row_id in by_id.there(db, "agreement", map(UUID, changed)):
        state, on, by, last = changed[str(row_id)]
        found = db.get_one(Agreement, row_id)
        ends_on = min(
            (day for day in (found.ends_on, last and date.fromisoformat(last)) if day), default=None
        )
        is_over = state in {AgreementState.TERMINATED, AgreementState.WITHDRAWN}
        is_called_off = on is not None and found.terminated_on is None
        if found.state is not AgreementState.IN_FORCE or not (
            is_over or is_called_off or ends_on != found.ends_on
        ):
            continue
        found.ends_on = ends_on
        if is_over or is_called_off:
            found.state = AgreementState(str(state))
            found.terminated_on = date.fromisoformat(on) if on else None
            found.terminated_by = UUID(by) if by and db.get(Person, UUID(by)) else None
        yield "agreement", row_id


def _roles(db: Session) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {str(one): [] for one in db.scalars(select(Person.id))}
    for person_id, role in db.execute(
        select(PersonRole.person_id, PersonRole.role).order_by(PersonRole.role)
    ):
        found[str(person_id)].append(role.value)
    return found


def _take_roles(
    db: Session, roles: Mapping[str, Sequence[str]], before: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, UUID]]:
    for person_id in (one for one in before if one in roles and set(before[one]) - set(roles[one])):
        person = db.get_one(Person, UUID(person_id))
        for role in db.scalars(select(PersonRole).where(PersonRole.person_id == person.id)):
            if role.role.value not in roles[person_id]:
                db.delete(role)
        yield "person", person.id


# --- Ways in ----------------------------------------------------------------------------------------------------------


def _ways_in(db: Session) -> dict[str, list[str]]:
    """Of every password, second factor and identity something by which another one is known, and no more."""
    key = chain.key_of(db).first
    known = select(Account, Identity.digest).outerjoin(Identity, Identity.person_id == Account.person_id)
    return {
        str(account.id): [
            _digest(key, each)
            for each in (passwords.salt_of(account.password_hash), _seed(db, account), identity)
        ]
        for account, identity in db.execute(known)
    }


def _seed(db: Session, account: Account) -> str | None:
    """The seed of the second step, which another key or cipher seals as well; what does not open, as it lies."""
    try:
        return factors.unseal_of(account, root(db)) if account.totp_secret else None
    except BrokenSealError:
        return account.totp_secret


def _digest(key: bytes, secret: str | None) -> str:
    return hmac.digest(key, f"way in\x1f{secret}".encode(), "sha256").hex()[:32] if secret else ""


def _shut_ways_in(
    db: Session, ways: Mapping[str, Sequence[str]], before: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, UUID]]:
    """A password, a telephone or an identity that was replaced since, or taken away, lets nobody in any more."""
    for account_id, (password, seed, identity) in before.items():
        now_password, now_seed, now_identity = ways.get(account_id, (password, seed, identity))
        is_other = identity and identity != now_identity
        if (password, seed) == (now_password, now_seed) and not is_other:
            continue
        account = db.get_one(Account, UUID(account_id))
        if seed != now_seed:
            factors.remove(db, account)
        if (password, seed) != (now_password, now_seed):
            account.password_hash = ""
        if is_other:
            _forget_identity(db, account.person_id)
        yield "person", account.person_id


def _forget_identity(db: Session, person_id: UUID) -> None:
    theirs = select(Identity.id).where(Identity.person_id == person_id)
    db.execute(delete(IdentityProof).where(IdentityProof.identity_id.in_(theirs)))
    db.execute(delete(Identity).where(Identity.person_id == person_id))


def _end_every_way_in(db: Session) -> None:
    """Sessions and codes of the older copy may have been ended or used since: nothing says that they were not."""
    at = clock.now()
    for table, column in (
        (SignIn, "ended_at"),
        (Arrival, "ended_at"),
        (Ticket, "used_at"),
        (EntryCode, "used_at"),
    ):
        db.execute(update(table).where(getattr(table, column).is_(None)).values({column: at}))


# --- The log ----------------------------------------------------------------------------------------------------------


def _event(db: Session, subject: str, row_id: UUID) -> Event:
    """A line for each: of whose case it is, and whose record."""
    row = _ids(db, subject, row_id)
    if subject in _OF_A_PERSON:
        subject, row_id = "person", row["person_id"]
        row = _ids(db, subject, row_id)
    if "meeting_id" in row:
        row = {**_ids(db, "meeting", row["meeting_id"]), **row}
    if "subject_id" in row:
        row = _ids(db, "subject", row["subject_id"])
    if "file_id" in row:
        row = _ids(db, "case_file", row["file_id"])
    return Event(
        service_id=row.get("service_id"),
        case_id=row.get("case_id"),
        kind=EventKind.CHANGE,
        subject=subject,
        subject_id=row_id,
        act="come_back" if subject == Strike.__tablename__ else "close_again",
    )


def _ids(db: Session, name: str, row_id: UUID) -> Mapping[str, UUID]:
    """The ids in a row: of what it says itself nothing is read."""
    columns = [column for column in _table(name).c if column.name.endswith("_id")]
    found = db.execute(select(*columns).where(_table(name).c.id == row_id)).mappings().one()
    return {each: value for each, value in found.items() if value is not None}
