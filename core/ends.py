"""What ends by itself: what only the way in needed, and the oldest rows of the log.

Nobody chooses here what goes. The log goes from its beginning, in whole months, never past a row of a case that
somebody keeps longer, and only while all of it is whole; a signed stub then stands for what is gone (core.chain).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, and_, delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from core import chain, clock, log_clock, outages
from core.daily import every_day, log
from core.db import Record
from core.locale import Words
from core.models import (
    Arrival,
    CaseFile,
    Device,
    EntryCode,
    Event,
    EventKind,
    FactorRemoval,
    Hold,
    IdentityProof,
    LogCut,
    Notice,
    SetUpCode,
    SignIn,
    SignInFailure,
    Ticket,
)
from core.operations import retention, service_exports
from core.settings import settings
from core.sign_in import limits
from core.store import Store

FAILED = "what is over could not be removed today"


@contextmanager
def daily(store: Store, leaving: Path) -> Iterator[None]:
    """Now and every day, as long as the server runs."""
    with every_day(lambda: settle(store, leaving), failed=FAILED):
        yield


def settle(store: Store, leaving: Path) -> None:
    """Let all that is over go; each in a transaction of its own, so that nobody waits long.

    By a clock that may run ahead nothing goes: all of it would be over. The example tells of years with quiet weeks.
    """
    with outages.told(), store.reading.begin() as db:
        last = None if store.is_example else log_clock.leapt(db)
    if last is not None:
        t = Words(settings().language)
        log.error(t("audit.clock_leapt", last=t.moment(last), now=t.moment(clock.now())))
        return
    for act in (end_ways_in, end_log):
        with outages.told(), store.writing.begin() as db:
            act(db)
    with outages.told(), store.writing.begin() as db:
        service_exports.end_old(db, leaving)


def over_before(months: int) -> datetime:
    """What is older than this is over: so many months ago, and only whole months of it."""
    day = retention.after(clock.today(), -months)
    return clock.moment(date(day.year, day.month, 1))


# --- The way in --------------------------------------------------------------------------------------------------------


def end_ways_in(db: Session) -> int:
    """Remove sessions, tickets, codes, attempts and browsers that nobody used for so long; how many rows."""
    return sum(
        len(db.scalars(delete(model).where(is_over).returning(model.id)).all())
        for model, is_over in _ways_in(over_before(retention.period_of(db, "way_in").months))
    )


def _ways_in(before: datetime) -> Iterable[tuple[type[Record], ColumnElement[bool]]]:
    """Those on which others hang come after them."""
    locked = (
        select(SignInFailure.name_digest)
        .where(SignInFailure.is_forgiven.is_(False))
        .group_by(SignInFailure.name_digest)
        .having(func.count() >= limits.MOST)
    )
    waits = select(Arrival.entry_code_id).where(Arrival.entry_code_id.is_not(None))
    return (
        (IdentityProof, IdentityProof.created_at < before),
        (Arrival, Arrival.expires_at < before),
        (
            EntryCode,
            and_(func.coalesce(EntryCode.used_at, EntryCode.expires_at) < before, EntryCode.id.not_in(waits)),
        ),
        (FactorRemoval, func.coalesce(FactorRemoval.settled_at, FactorRemoval.expires_at) < before),
        (Ticket, Ticket.expires_at < before),
        (SignIn, SignIn.expires_at < before),
        (Device, Device.seen_at < before),
        (Notice, Notice.seen_at < before),
        (SetUpCode, func.coalesce(SetUpCode.used_at, SetUpCode.expires_at) < before),
        (
            SignInFailure,
            and_(
                SignInFailure.created_at < before,
                # Who is locked for good is let in by an administrator, and not by time.
                or_(SignInFailure.is_forgiven.is_(True), SignInFailure.name_digest.not_in(locked)),
            ),
        ),
    )


# --- The log -----------------------------------------------------------------------------------------------------------


def end_log(db: Session) -> int:
    """Take the rows off whose time is over, and sign a stub for them; how many.

    Of a log that is not whole nothing goes: what happened to it must stay to be seen.
    """
    last = last_over(db)
    begin = chain.start(db)
    if last <= begin.count:
        return 0
    key = chain.key_of(db)
    if chain.verify(db, key).wrong is not None:
        return 0
    mac = db.scalars(select(Event.mac).where(Event.seq == last)).one()
    stub = LogCut(seq=last, mac=mac, code=chain.stub_code(key, chain.Report(last, mac)))
    db.add(stub)
    db.flush()
    db.execute(delete(Event).where(Event.seq <= last))
    db.add(Event(kind=EventKind.ADMINISTRATION, subject="log_cut", subject_id=stub.id, act="take_off"))
    db.flush()
    return last - begin.count


def last_over(db: Session) -> int:
    """The last row that would be taken off now; at least the newest one stays."""
    before = over_before(retention.period_of(db, "log").months)
    stays = [
        db.scalar(select(func.min(Event.seq)).where(Event.created_at >= before)),
        db.scalar(select(func.min(Event.seq)).where(Event.case_id.in_(_held_cases()))),
        chain.head(db).count,
    ]
    return min(seq for seq in stays if seq is not None) - 1


def is_held(db: Session) -> bool:
    """Does a case that is kept longer keep rows whose time is over?"""
    before = over_before(retention.period_of(db, "log").months)
    held = select(Event.id).where(Event.case_id.in_(_held_cases()), Event.created_at < before)
    return db.scalar(held.limit(1)) is not None


def _held_cases() -> CompoundSelect[UUID]:
    """The cases that are kept, and those in which a file of them stood before it was parted from another."""
    held = select(Hold.case_id).where(
        Hold.lifted_at.is_(None), func.coalesce(Hold.until, date(2200, 1, 1)) >= clock.today()
    )
    then = aliased(Event)
    before = (
        select(then.case_id)
        .join(CaseFile, and_(then.subject == CaseFile.__tablename__, CaseFile.id == then.subject_id))
        .where(CaseFile.case_id.in_(held), then.case_id.is_not(None))
    )
    return held.union(before)
