"""A person's own account: proving again who sits there, password, second factor, sessions, and what they should know."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import access, audit, clock, sign_in
from core.access import Actor, require_certain, require_fresh
from core.errors import Invalid, NotAllowed
from core.models import Account, EventKind, Notice, NoticeKind, Person, SignIn
from core.sign_in import factors, limits, notices, passwords, sessions
from core.sign_in.factors import Enrolment
from core.sign_in.limits import Visitor


@dataclass(frozen=True)
class Mine:
    """What I see of my own account."""

    sessions: list[SignIn]
    has_password: bool
    has_factor: bool
    recovery_codes: int
    has_kept_codes: bool


def look(db: Session, actor: Actor) -> Mine:
    """My open sessions, and how many recovery codes are left."""
    account = _account(db, actor)
    return Mine(
        sessions.live(db, actor.person_id),
        bool(account.password_hash),
        account.totp_secret is not None,
        factors.unused_recovery_codes(db, account),
        account.has_kept_codes,
    )


def knock(db: Session, actor: Actor, *, visitor: Visitor) -> UUID:
    """Count an attempt to prove again who sits there, as one at signing in is counted."""
    return limits.knock(db, _account(db, actor).username, visitor)


def knock_to_change(db: Session, actor: Actor, *, password: str, again: str, visitor: Visitor) -> UUID:
    """Count an attempt to change the password, where the new one will do; else nothing is tried and nothing counts.

    Raises Invalid beside the field of the new one. Of the one that holds now that says nothing: it is not looked at.
    """
    require_fresh(actor)
    _check_new(db, actor, password, again)
    return knock(db, actor, visitor=visitor)


def prove(db: Session, actor: Actor, *, here: UUID, typed: str, attempt_id: UUID) -> str:
    """Prove by a code of the app, a recovery code or the password; for some minutes nobody asks again.

    `here` is the session in which it is proved; the ticket gives its browser another token (`sign_in.renew`).
    Raises Invalid where it is none of them, or a code that has counted before.
    """
    account = _account(db, actor)
    if not passwords.is_right(typed, account.password_hash):
        factors.check(db, account, typed)
    return _proved(db, actor, here, attempt_id)


def prove_by_both(
    db: Session, actor: Actor, *, here: UUID, password: str, code: str, attempt_id: UUID
) -> str:
    """Prove by the password and by a code, for what could let somebody else in for good; the ticket as of `prove`.

    Who has signed in by an identity provider alone has no password. Raises Invalid beside the one that is wrong.
    """
    account = _account(db, actor)
    if account.password_hash and not passwords.is_right(password, account.password_hash):
        raise Invalid("error.password_current", field="current")
    factors.check(db, account, code)
    return _proved(db, actor, here, attempt_id, by_both=True)


def _proved(db: Session, actor: Actor, here: UUID, attempt_id: UUID, *, by_both: bool = False) -> str:
    limits.opened(db, attempt_id)
    _require_mine(db, actor, here)
    sign_in.freshen(db, here, by_both=by_both)
    audit.record(db, actor, "prove", db.get_one(Person, actor.person_id), kind=EventKind.SIGN_IN)
    return sign_in.renew(db, here, actor.person_id)


def refused(db: Session, actor: Actor) -> None:
    """Write down that what was given as a proof was none."""
    audit.record(db, actor, "prove_failed", db.get_one(Person, actor.person_id), kind=EventKind.DENIED)


def change_password(
    db: Session, actor: Actor, *, current: str, password: str, again: str, attempt_id: UUID
) -> Account:
    """Set the actor's own password, by the one that holds now; every session of theirs ends, this one included.

    Who has signed in by an identity provider alone has none yet. The attempt comes from `knock_to_change`.
    """
    require_fresh(actor)
    # Before the one of now is compared: what is refused afterwards would tell that it was right.
    account = _check_new(db, actor, password, again)
    if account.password_hash and not passwords.is_right(current, account.password_hash):
        raise Invalid("error.password_current", field="current")
    limits.opened(db, attempt_id)
    account.password_hash = passwords.hash_password(password)
    account.changed_at = clock.now()
    sign_in.end_all(db, actor.person_id)
    notices.leave(db, actor.person_id, NoticeKind.PASSWORD)
    audit.record(db, actor, "change_password", db.get_one(Person, actor.person_id))
    return account


def new_recovery_codes(db: Session, actor: Actor) -> list[str]:
    """Ten new recovery codes, shown once; the earlier ones count no more."""
    require_certain(actor)
    codes = factors.new_recovery_codes(db, _account(db, actor))
    notices.leave(db, actor.person_id, NoticeKind.RECOVERY_CODES)
    audit.record(db, actor, "new_recovery_codes", db.get_one(Person, actor.person_id))
    return codes


def have_kept_codes(db: Session, actor: Actor) -> None:
    """I have written my recovery codes down."""
    _account(db, actor).has_kept_codes = True
    db.flush()


def new_factor(db: Session, actor: Actor) -> tuple[str, Enrolment]:
    """A new seed and what an authenticator app needs of it; nothing changes until it is confirmed."""
    require_certain(actor)
    seed = factors.new_seed()
    return seed, factors.enrolment(seed, _account(db, actor).username)


def change_factor(db: Session, actor: Actor, *, seed: str, typed: str, here: UUID) -> list[str]:
    """Move the second factor to another telephone, confirmed by a code of it; new recovery codes, shown once.

    Every session of theirs but this one ends: whoever holds the lost telephone may sit in one.
    """
    require_certain(actor)
    _require_mine(db, actor, here)
    codes = factors.set_up(db, _account(db, actor), seed, typed)
    sign_in.end_all(db, actor.person_id, except_for=here)
    notices.leave(db, actor.person_id, NoticeKind.FACTOR)
    audit.record(db, actor, "change_factor", db.get_one(Person, actor.person_id))
    return codes


def end_session(db: Session, actor: Actor, sign_in_id: UUID) -> None:
    """End one of the actor's own sessions."""
    require_fresh(actor)
    own = select(SignIn).where(SignIn.person_id == actor.person_id)
    access.find(db, own, sign_in_id).ended_at = clock.now()
    audit.record(db, actor, "end_session", db.get_one(Person, actor.person_id), kind=EventKind.SIGN_IN)
    db.flush()


def end_others(db: Session, actor: Actor, *, here: UUID) -> None:
    """End every session of the actor's but this one."""
    require_fresh(actor)
    _require_mine(db, actor, here)
    sign_in.end_all(db, actor.person_id, except_for=here)
    audit.record(db, actor, "end_others", db.get_one(Person, actor.person_id), kind=EventKind.SIGN_IN)


def _require_mine(db: Session, actor: Actor, sign_in_id: UUID) -> None:
    mine = select(SignIn.id).where(SignIn.id == sign_in_id, SignIn.person_id == actor.person_id)
    if db.scalar(mine) is None:
        raise NotAllowed("error.session_ended")


def unseen_notices(db: Session, actor: Actor) -> list[Notice]:
    """What the actor should know of their account, the newest first."""
    statement = select(Notice).where(Notice.person_id == actor.person_id, Notice.seen_at.is_(None))
    return list(db.scalars(statement.order_by(Notice.created_at.desc())))


def have_seen(db: Session, actor: Actor, *, until: datetime) -> None:
    """The actor has read all that came until then; what came since is still unread."""
    unseen = (Notice.person_id == actor.person_id, Notice.seen_at.is_(None), Notice.created_at <= until)
    db.execute(update(Notice).where(*unseen).values(seen_at=clock.now()))


def _check_new(db: Session, actor: Actor, password: str, again: str) -> Account:
    account, person = _account(db, actor), db.get_one(Person, actor.person_id)
    passwords.check(password, again, words=passwords.words_of(db, person, account.username))
    return account


def _account(db: Session, actor: Actor) -> Account:
    return db.scalars(select(Account).where(Account.person_id == actor.person_id)).one()
