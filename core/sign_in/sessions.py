"""Sessions: what a ticket gives, who holds one now, and what ends it.

A token is what a browser shows at the door, and changes each time its person proves again who they are. Inside, a
session is known by its id: what was open goes on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from core import clock, tokens
from core.access import Actor
from core.models import (
    Account,
    Device,
    Event,
    EventKind,
    Notice,
    NoticeKind,
    Person,
    PersonRole,
    Service,
    SignIn,
    Ticket,
)
from core.settings import settings
from core.sign_in import arrivals, notices

#: More at once than this, and the oldest ends.
MOST = 3
#: As long the browser of an ended session may still hand over what was being typed in it.
JUST_NOW = timedelta(minutes=2)
#: So long after a code or a password was given, nobody asks again.
FRESH = timedelta(minutes=5)
#: And so long after both were: time to find the other telephone.
CERTAIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Entered:
    """A session's token, and the token of the device it was begun on."""

    token: str
    device: str
    #: It was there before, and goes on under this token.
    renewed: UUID | None = None


def begin(db: Session, ticket: str, *, device: str | None = None, token: str = "") -> Entered | None:
    """Trade a ticket for a session; None where the ticket is unknown, late or used.

    `device` and `token` are the cookies that the browser brought along, perhaps empty; None where devices are not told
    apart. A ticket of `renew` begins nothing, and counts beside the token alone that it takes the place of.
    """
    found = db.scalar(select(Ticket).where(Ticket.digest == tokens.digest(ticket)).with_for_update())
    if found is None or found.used_at is not None or found.expires_at < clock.now():
        return None
    found.used_at = clock.now()
    if found.sign_in_id is not None:
        return _renewed(db, found.sign_in_id, token)
    return _begun(db, found, device)


def _renewed(db: Session, sign_in_id: UUID, token: str) -> Entered | None:
    new, before = tokens.new(), tokens.digest(token)
    found = db.execute(
        update(SignIn)
        .where(is_live(clock.now()), SignIn.id == sign_in_id, SignIn.digest == before)
        .values(digest=tokens.digest(new), token_until=None, earlier_digest=before, renewed_at=clock.now())
        .returning(SignIn.id)
    ).scalar_one_or_none()
    return None if found is None else Entered(new, "", renewed=found)


def _begun(db: Session, found: Ticket, device: str | None) -> Entered:
    token = tokens.new()
    person = db.get_one(Person, found.person_id)
    latest = clock.now() + timedelta(hours=settings().session_hours)
    is_shared = found.shared_meeting_id is not None
    session = SignIn(
        digest=tokens.digest(token),
        person_id=person.id,
        seen_at=clock.now(),
        expires_at=min(latest, found.session_until or latest),
        # A shared screen is left by a proof that is given there, never by an earlier one; and by one step alone.
        fresh_until=None if is_shared else clock.now() + FRESH,
        certain_until=None if found.session_until else clock.now() + CERTAIN,
        shared_meeting_id=found.shared_meeting_id,
        shared_until=found.shared_until,
    )
    db.add(session)
    db.execute(
        update(Account)
        .where(Account.person_id == person.id, Account.signed_in_at.is_(None))
        .values(signed_in_at=clock.now())
    )
    db.flush()
    _end_oldest(db, person.id)
    known, is_new = ("", False) if device is None else _remember(db, person.id, device)
    _log(db, person, "sign_in_elsewhere" if is_new else "sign_in", session.id)
    return Entered(token, known)


def _log(db: Session, person: Person, act: str, sign_in_id: UUID) -> None:
    db.add(
        Event(
            person_id=person.id,
            service_id=person.service_id,
            kind=EventKind.SIGN_IN,
            subject="person",
            subject_id=person.id,
            act=act,
            sign_in_id=sign_in_id,
        )
    )


def _end_oldest(db: Session, person_id: UUID) -> None:
    live = select(SignIn.id).where(is_live(clock.now()), SignIn.person_id == person_id)
    too_many = db.scalars(live.order_by(SignIn.created_at.desc(), SignIn.id).offset(MOST)).all()
    db.execute(update(SignIn).where(SignIn.id.in_(too_many)).values(ended_at=clock.now()))


def _remember(db: Session, person_id: UUID, device: str) -> tuple[str, bool]:
    """Know this browser again, and say whether it is new to somebody who came from others before.

    A cookie that nobody was ever given counts for nothing.
    """
    digest = tokens.digest(device)
    owners = set(db.scalars(select(Device.person_id).where(Device.digest == digest)))
    if person_id in owners:
        here = (Device.person_id == person_id, Device.digest == digest)
        db.execute(update(Device).where(*here).values(seen_at=clock.now()))
        return device, False
    is_new = db.scalar(select(Device.id).where(Device.person_id == person_id).limit(1)) is not None
    if is_new:
        notices.leave(db, person_id, NoticeKind.NEW_DEVICE)
    known = device if owners else tokens.new()
    db.add(Device(person_id=person_id, digest=tokens.digest(known)))
    return known, is_new


@dataclass(frozen=True)
class Presence:
    """A live session: who it is."""

    actor: Actor
    sign_in_id: UUID
    #: The session was last noted long enough ago that this visit should be noted.
    is_stale: bool
    #: Something about the account waits to be seen.
    has_notices: bool
    #: This browser is the shared screen of this meeting, and shows nothing else.
    shared_meeting_id: UUID | None = None


def _presence(of: ColumnElement[bool]) -> Select[Any]:
    """One statement for every run of every page: columns of tables, which a fifth is saved with, and no records."""
    session, account, person, service, role, notice = (
        model.__table__.c for model in (SignIn, Account, Person, Service, PersonRole, Notice)
    )
    waits = exists().where(notice.person_id == session.person_id, notice.seen_at.is_(None))
    return (
        select(
            session.id,
            session.seen_at,
            session.expires_at,
            session.ended_at,
            session.fresh_until,
            session.certain_until,
            session.shared_meeting_id,
            session.shared_until,
            waits.label("has_notices"),
            person.id.label("person_id"),
            person.name,
            service.id.label("service_id"),
            service.kind,
            service.name.label("service_name"),
            role.role,
        )
        .select_from(SignIn.__table__)
        .join(Account.__table__, account.person_id == session.person_id)
        .join(Person.__table__, person.id == session.person_id)
        .join(Service.__table__, service.id == person.service_id)
        .outerjoin(PersonRole.__table__, role.person_id == person.id)
        .where(account.is_enabled, person.is_active, of)
    )


_BY_ID = _presence(SignIn.id == bindparam("id"))
_BY_TOKEN = _presence(
    (SignIn.digest == bindparam("digest"))
    & (SignIn.token_until.is_(None) | (SignIn.token_until > bindparam("now")))
)


def find(db: Session, token: str) -> Presence | None:
    """The live session of a token; None where it ended, timed out or the account may not sign in any more.

    None too where the token had to be changed for another, and was not in time.
    """
    return _living(db.execute(_BY_TOKEN, {"digest": tokens.digest(token), "now": clock.now()}).all())


def of_id(db: Session, sign_in_id: UUID) -> Presence | None:
    """The session that was let in under this id, whatever its token is now; None where it lives no more."""
    return _living(db.execute(_BY_ID, {"id": sign_in_id}).all())


def _living(rows: Sequence[Row[Any]]) -> Presence | None:
    now = clock.now()
    if not rows:
        return None
    first = rows[0]
    if first.ended_at is not None or first.expires_at < now or first.seen_at < _idle_since(now):
        return None
    if first.shared_until is not None and first.shared_until < now:
        return None
    actor = Actor(
        person_id=first.person_id,
        service_id=first.service_id,
        kind=first.kind,
        roles=frozenset(row.role for row in rows if row.role),
        name=first.name,
        service_name=first.service_name,
        is_fresh=first.fresh_until is not None and first.fresh_until > now,
        is_certain=first.certain_until is not None and first.certain_until > now,
        sign_in_id=first.id,
    )
    is_stale = first.seen_at < now - timedelta(seconds=30)
    return Presence(actor, first.id, is_stale, first.has_notices, first.shared_meeting_id)


def _idle_since(now: datetime) -> datetime:
    return now - timedelta(minutes=settings().idle_minutes)


def is_live(now: datetime) -> ColumnElement[bool]:
    is_shared_still = or_(SignIn.shared_until.is_(None), SignIn.shared_until > now)
    is_open = SignIn.ended_at.is_(None) & (SignIn.expires_at > now) & (SignIn.seen_at > _idle_since(now))
    return is_open & is_shared_still


_LIVE = (
    select(SignIn.id, SignIn.seen_at, SignIn.expires_at, SignIn.shared_until)
    .join(Account, Account.person_id == SignIn.person_id)
    .join(Person, Person.id == SignIn.person_id)
    .where(Account.is_enabled, Person.is_active, SignIn.ended_at.is_(None))
)


def ends(db: Session, ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each of these sessions ends if its person does nothing more; one that has ended is left out."""
    idle = timedelta(minutes=settings().idle_minutes)
    now = clock.now()
    rows = db.execute(_LIVE.where(SignIn.id.in_(list(ids))))
    found = {
        row.id: min(row.seen_at + idle, row.expires_at, row.shared_until or row.expires_at) for row in rows
    }
    return {sign_in_id: at for sign_in_id, at in found.items() if at >= now}


def just_renewed(db: Session, token: str) -> UUID | None:
    """The session that goes on under another token, of which this one was sent before its browser had the other."""
    since = clock.now() - arrivals.TICKET_LIFE
    was_its_own = SignIn.earlier_digest == tokens.digest(token), SignIn.renewed_at > since
    return db.scalar(select(SignIn.id).where(*was_its_own, is_live(clock.now())).limit(1))


def lately(db: Session, token: str) -> UUID | None:
    """The session that this is the token of, or was a moment ago: for what its person had just typed."""
    since, digest = clock.now() - JUST_NOW, tokens.digest(token)
    is_its_own = and_(SignIn.digest == digest, or_(SignIn.token_until.is_(None), SignIn.token_until > since))
    was_its_own = and_(SignIn.earlier_digest == digest, SignIn.renewed_at > since)
    return db.scalar(select(SignIn.id).where(or_(is_its_own, was_its_own), _lately(since)).limit(1))


def author(db: Session, sign_in_id: UUID) -> tuple[UUID, bool] | None:
    """Whose session this is, or was a moment ago, and whether it is a shared screen."""
    statement = select(SignIn.person_id, SignIn.shared_meeting_id).where(
        SignIn.id == sign_in_id, _lately(clock.now() - JUST_NOW)
    )
    found = db.execute(statement).first()
    return None if found is None else (found[0], found[1] is not None)


def _lately(since: datetime) -> ColumnElement[bool]:
    idle = timedelta(minutes=settings().idle_minutes)
    return and_(
        or_(SignIn.ended_at.is_(None), SignIn.ended_at > since),
        SignIn.expires_at > since,
        SignIn.seen_at > since - idle,
    )


def live(db: Session, person_id: UUID) -> list[SignIn]:
    """The sessions of a person that are open now, the newest first."""
    statement = select(SignIn).where(SignIn.person_id == person_id, is_live(clock.now()))
    return list(db.scalars(statement.order_by(SignIn.created_at.desc())))


def note_visit(db: Session, sign_in_id: UUID) -> None:
    """The person did something: the idle time begins anew."""
    db.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=clock.now()))


def freshen(db: Session, sign_in_id: UUID, *, by_both: bool = False) -> None:
    """Who sits there has just proved it again; by one step, or by both."""
    until = {"fresh_until": clock.now() + FRESH} | (
        {"certain_until": clock.now() + CERTAIN} if by_both else {}
    )
    db.execute(update(SignIn).where(SignIn.id == sign_in_id).values(until))


def renew(db: Session, sign_in_id: UUID, person_id: UUID) -> str:
    """A ticket for another token of this session: with the ticket's half minute the one of now ends, used or not.

    Of two that were asked for the later one counts.
    """
    now = clock.now()
    waiting = update(Ticket).where(Ticket.sign_in_id == sign_in_id, Ticket.used_at.is_(None))
    db.execute(waiting.values(used_at=now))
    ticket = arrivals.issue_ticket_for(db, person_id, sign_in_id=sign_in_id)
    db.execute(update(SignIn).where(SignIn.id == sign_in_id).values(token_until=now + arrivals.TICKET_LIFE))
    return ticket


def end(db: Session, token: str) -> None:
    """End the session of a token, in every tab; also where its browser has missed that the token was changed."""
    digest = tokens.digest(token)
    of_token = (or_(SignIn.digest == digest, SignIn.earlier_digest == digest), SignIn.ended_at.is_(None))
    ended = (
        update(SignIn).where(*of_token).values(ended_at=clock.now()).returning(SignIn.person_id, SignIn.id)
    )
    if (found := db.execute(ended).first()) is not None:
        person_id, sign_in_id = found
        _log(db, db.get_one(Person, person_id), "sign_out", sign_in_id)


def end_all(db: Session, person_id: UUID, *, except_for: UUID | None = None) -> None:
    """End every session of a person but this one, and whatever is on the way to another."""
    statement = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    if except_for is not None:
        statement = statement.where(SignIn.id != except_for)
    db.execute(statement.values(ended_at=clock.now()))
    arrivals.end_all(db, person_id, except_for=except_for)
