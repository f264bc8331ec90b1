"""Counting: how often somebody may try a password, a code or a recovery code, and how long they wait then.

An attempt is counted before it is looked at, in a transaction of its own, and taken off the count when it succeeds: so
neither many attempts at once nor a restart gives more of them. A device that the person has signed in from before has a
count of its own: whoever tries from outside cannot lock the person out.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from core import audit, clock, tokens
from core.errors import NotAllowed
from core.models import Account, Device, SignInFailure

FREE = 5
UNTIL_LOCK = 10
FIRST_DELAY = timedelta(seconds=10)
LOCK = timedelta(minutes=30)
DAY = timedelta(hours=24)
#: So many in a day, and only an administrator unlocks.
MOST = 3 * UNTIL_LOCK
FOR_GOOD = datetime.max.replace(tzinfo=UTC)

FROM_ADDRESS = 20
ADDRESS_WINDOW = timedelta(minutes=10)
#: From all addresses under all names, whoever tries many names from many places; browsers that are known go on.
FROM_ANYWHERE = 100


@dataclass(frozen=True)
class Visitor:
    """Where somebody tries from: the address, and the cookie of a device that signed in before."""

    address: str
    device: str = ""


def standing(failures: Sequence[datetime], now: datetime) -> datetime | None:
    """Until when nobody may try, by the times of the failures that count; None: now; FOR_GOOD: until unlocked."""
    times = sorted(failures)
    if len(times) >= MOST and times[-1] - times[-MOST] <= DAY:
        return FOR_GOOD
    recent = [time for time in times if time > now - DAY]
    since_lock = len(recent) % UNTIL_LOCK
    if not recent:
        return None
    if since_lock == 0:
        wait = LOCK
    elif since_lock >= FREE:
        wait = FIRST_DELAY * 2 ** (since_lock - FREE)
    else:
        return None
    until = recent[-1] + wait
    return until if until > now else None


def knock(db: Session, username: str, visitor: Visitor) -> UUID:
    """Count an attempt before it is looked at; `opened` takes it off the count.

    Raises NotAllowed where this name has to wait, whether anybody has the name or not, or this address, or everybody
    whose browser is not known.
    """
    name = _name_digest(username)
    _one_at_a_time(db, name)
    device_id = _known_device(db, username, visitor)
    counted = select(SignInFailure.created_at).where(
        SignInFailure.name_digest == name,
        SignInFailure.device_id.is_(None) if device_id is None else SignInFailure.device_id == device_id,
        SignInFailure.is_forgiven.is_(False),
    )
    times = db.scalars(counted.order_by(SignInFailure.created_at.desc()).limit(MOST)).all()
    _refuse_until(standing(times, clock.now()))
    if device_id is None:
        _refuse_above(db, FROM_ADDRESS, SignInFailure.address == visitor.address)
        _refuse_above(db, FROM_ANYWHERE)
    attempt = SignInFailure(name_digest=name, address=visitor.address, device_id=device_id)
    db.add(attempt)
    db.flush()
    return attempt.id


def opened(db: Session, attempt_id: UUID) -> None:
    """An attempt succeeded, and is no failure."""
    db.execute(update(SignInFailure).where(SignInFailure.id == attempt_id).values(is_forgiven=True))


def came_in(db: Session, username: str, visitor: Visitor) -> None:
    """Somebody is in: what they mistyped before, here or on this device, counts no more.

    What others tried from other addresses stays counted.
    """
    device_id = _known_device(db, username, visitor)
    same = (
        SignInFailure.device_id.is_(None) & (SignInFailure.address == visitor.address)
        if device_id is None
        else SignInFailure.device_id == device_id
    )
    db.execute(
        update(SignInFailure)
        .where(SignInFailure.name_digest == _name_digest(username), same)
        .values(is_forgiven=True)
    )


def unlock(db: Session, username: str) -> None:
    """Nothing that was tried under this name counts any more."""
    db.execute(
        update(SignInFailure)
        .where(SignInFailure.name_digest == _name_digest(username))
        .values(is_forgiven=True)
    )


def forget(db: Session, username: str) -> None:
    """Nothing says any more that anybody tried under this name."""
    db.execute(delete(SignInFailure).where(SignInFailure.name_digest == _name_digest(username)))


def locked(db: Session, usernames: Iterable[str]) -> frozenset[str]:
    """Which of these names are locked now, on a device of theirs or elsewhere; a short delay is none."""
    names = {_name_digest(username): username for username in usernames}
    rows = db.execute(
        select(SignInFailure.name_digest, SignInFailure.device_id, SignInFailure.created_at)
        .where(SignInFailure.name_digest.in_(names), SignInFailure.is_forgiven.is_(False))
        .order_by(SignInFailure.name_digest, SignInFailure.device_id, SignInFailure.created_at)
    ).all()
    found = set()
    for (name, _device), of_counter in groupby(rows, key=lambda row: (row[0], row[1])):
        times = [row[2] for row in of_counter]
        until = standing(times[-MOST:], clock.now())
        if until is not None and until - times[-1] >= LOCK:
            found.add(names[name])
    return frozenset(found)


def refused(db: Session, username: str) -> None:
    """Write down that somebody was refused under this name; what was typed besides is kept nowhere."""
    audit.refused_sign_in(db, username)


def _refuse_until(until: datetime | None) -> None:
    if until is None:
        return
    if until == FOR_GOOD:
        raise NotAllowed("error.sign_in_locked")
    seconds = max(1, round((until - clock.now()).total_seconds()))
    if seconds >= 90:  # noqa: PLR2004  said in minutes from here on
        raise NotAllowed("error.sign_in_wait_minutes", minutes=-(-seconds // 60))
    raise NotAllowed("error.sign_in_wait", seconds=seconds)


def _refuse_above(db: Session, most: int, *of_whom: ColumnElement[bool]) -> None:
    """Raise NotAllowed where so many attempts from browsers that nobody knows failed lately."""
    recent = select(func.count()).where(
        *of_whom,
        SignInFailure.device_id.is_(None),
        SignInFailure.is_forgiven.is_(False),
        SignInFailure.created_at > clock.now() - ADDRESS_WINDOW,
    )
    if (db.scalar(recent) or 0) >= most:
        minutes = int(ADDRESS_WINDOW.total_seconds() // 60)
        raise NotAllowed("error.sign_in_wait_minutes", minutes=minutes)


def _known_device(db: Session, username: str, visitor: Visitor) -> UUID | None:
    """The device, where the person of this name has signed in from it before."""
    statement = (
        select(Device.id)
        .join(Account, Account.person_id == Device.person_id)
        .where(Account.username == username.strip().lower(), Device.digest == tokens.digest(visitor.device))
    )
    return db.scalar(statement)


def _name_digest(username: str) -> str:
    return hmac.new(
        b"sign-in", username.strip().lower().encode("utf-8", "surrogatepass"), hashlib.sha256
    ).hexdigest()


def _one_at_a_time(db: Session, name: str) -> None:
    """Two attempts under one name are counted one after the other; SQLite lets only one write anyway."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
