"""The second factor: codes of an authenticator app, and ten recovery codes for the day the telephone is gone."""

import hmac
from dataclasses import dataclass

import pyotp
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core import clock, sealing, tokens
from core.errors import Invalid
from core.models import Account, FactorRemoval, NoticeKind, RecoveryCode
from core.sign_in import notices

ISSUER = "Concord"
STEP_SECONDS = 30
#: A code of the step before or after counts too: clocks differ, and fingers are slow.
DRIFT = 1
RECOVERY_CODES = 10


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app needs: as an address for the picture, and as text to type."""

    address: str
    secret: str


def new_seed() -> str:
    """A seed of 160 bits."""
    return pyotp.random_base32()


def enrolment(seed: str, username: str) -> Enrolment:
    groups = " ".join(seed[at : at + 4] for at in range(0, len(seed), 4))
    return Enrolment(pyotp.TOTP(seed).provisioning_uri(name=username, issuer_name=ISSUER), groups)


def step_of(seed: str, typed: str) -> int | None:
    """The time step whose code was typed; None where it is none of those that count now."""
    code = "".join(typed.split())
    now = int(clock.now().timestamp()) // STEP_SECONDS
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(pyotp.TOTP(seed).generate_otp(step).encode(), code.encode("utf-8", "replace")):
            found = step
    return found


def seal_for(account: Account, seed: str) -> str:
    return sealing.seal(seed, key=sealing.field_key(), place=_place(account))


def unseal_of(account: Account, key: bytes) -> str:
    """The seed of an account that has one.

    Raises BrokenSealError where it was sealed with another key.
    """
    return sealing.unseal(account.totp_secret or "", key=key, place=_place(account))


def _place(account: Account) -> str:
    return f"account.totp_secret:{account.id}"


def check(db: Session, account: Account, typed: str) -> None:
    """Take a code of the app or a recovery code, once.

    Raises Invalid for a wrong code, and with the same words for one that has counted before.
    """
    if not (_takes_totp(db, account, typed) or _takes_recovery_code(db, account, typed)):
        raise Invalid("error.code_refused", field="code")


def _takes_totp(db: Session, account: Account, typed: str) -> bool:
    if account.totp_secret is None:
        return False
    step = step_of(unseal_of(account, sealing.field_key()), typed)
    return step is not None and _counts(db, account, step)


def _counts(db: Session, account: Account, step: int) -> bool:
    """Note the step; False where it or a later one was noted already, even by somebody in the same moment."""
    fresh = or_(Account.totp_last_step.is_(None), Account.totp_last_step < step)
    statement = update(Account).where(Account.id == account.id, fresh).values(totp_last_step=step)
    noted = db.execute(statement.returning(Account.id)).scalar_one_or_none()
    return noted is not None


def _takes_recovery_code(db: Session, account: Account, typed: str) -> bool:
    statement = (
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == account.person_id,
            RecoveryCode.digest == tokens.digest(tokens.typed(typed)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    )
    is_taken = db.execute(statement).scalar_one_or_none() is not None
    if is_taken:
        notices.leave(db, account.person_id, NoticeKind.RECOVERY_CODE_USED)
    return is_taken


def set_up(db: Session, account: Account, seed: str, typed: str) -> list[str]:
    """Make this seed the account's second factor, shown to work by a code of it; the new recovery codes, shown once.

    Raises Invalid where the code is not one of the seed.
    """
    step = step_of(seed, typed)
    if step is None:
        raise Invalid("error.code_refused", field="code")
    _settle_removals(db, account)
    account.totp_secret = seal_for(account, seed)
    account.totp_last_step = step
    db.flush()
    return new_recovery_codes(db, account)


def new_recovery_codes(db: Session, account: Account) -> list[str]:
    """Ten new ones of 140 bits, which stand on paper for years; the earlier ones open nothing any more."""
    _end_recovery_codes(db, account)
    account.has_kept_codes = False
    codes = [tokens.new_code() for _ in range(RECOVERY_CODES)]
    db.add_all(RecoveryCode(person_id=account.person_id, digest=tokens.digest(code)) for code in codes)
    db.flush()
    return codes


def unused_recovery_codes(db: Session, account: Account) -> int:
    statement = select(RecoveryCode.id).where(
        RecoveryCode.person_id == account.person_id, RecoveryCode.used_at.is_(None)
    )
    return len(db.scalars(statement).all())


def _settle_removals(db: Session, account: Account) -> None:
    """A removal that still waits was asked for the second step of before; it must not take the new one away."""
    waits = FactorRemoval.person_id == account.person_id, FactorRemoval.settled_at.is_(None)
    db.execute(
        update(FactorRemoval).where(*waits).values(settled_by=account.person_id, settled_at=clock.now())
    )


def remove(db: Session, account: Account) -> None:
    """The account has no second factor any more, and sets one up at the next sign-in."""
    account.totp_secret = account.totp_last_step = None
    _end_recovery_codes(db, account)


def _end_recovery_codes(db: Session, account: Account) -> None:
    db.execute(
        update(RecoveryCode)
        .where(RecoveryCode.person_id == account.person_id, RecoveryCode.used_at.is_(None))
        .values(used_at=clock.now())
    )
