"""The second factor: codes of an authenticator app, and ten recovery codes for the day the telephone is gone."""

import hashlib
import hmac
from dataclasses import dataclass

import pyotp
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core import clock, sealing, tokens
from core.errors import Invalid
from core.models import Account, FactorRemoval, NoticeKind, RecoveryCode, TotpHash
from core.settings import settings
from core.sign_in import notices

ISSUER = "Concord"
STEP_SECONDS = 30
#: A code of the step before or after counts too, where the settings are not strict: clocks differ, fingers are slow.
DRIFT = 1
RECOVERY_CODES = 10
#: None is the hash that pyotp takes by itself, as most apps do.
_DIGESTS = {TotpHash.SHA_1: None, TotpHash.SHA_256: hashlib.sha256}


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app needs: as an address for the picture, and as text to type."""

    address: str
    secret: str
    #: Not every app knows these codes.
    is_by_sha_256: bool
    #: It takes the place of one that is outdated.
    is_anew: bool


def is_strict() -> bool:
    """By the settings: is an app set up by SHA-256, and does every code count for its half minute alone?"""
    return settings().formats == "approved"


def is_outdated(account: Account) -> bool:
    """Is there an app by a hash that the settings do not approve of? One by a better hash than they ask for stays."""
    return is_strict() and account.totp_secret is not None and account.totp_hash is TotpHash.SHA_1


def new_seed() -> str:
    """A seed of 160 bits."""
    return pyotp.random_base32()


def enrolment(seed: str, username: str, *, is_anew: bool = False) -> Enrolment:
    groups = " ".join(seed[at : at + 4] for at in range(0, len(seed), 4))
    by = _hash_of_new()
    address = _totp(seed, by).provisioning_uri(name=username, issuer_name=ISSUER)
    return Enrolment(address, groups, is_by_sha_256=by is TotpHash.SHA_256, is_anew=is_anew)


def _hash_of_new() -> TotpHash:
    """By which hash an app reckons that is set up now."""
    return TotpHash.SHA_256 if is_strict() else TotpHash.SHA_1


def _totp(seed: str, by: TotpHash) -> pyotp.TOTP:
    return pyotp.TOTP(seed, digest=_DIGESTS[by], interval=STEP_SECONDS)


def step_of(seed: str, typed: str, *, by: TotpHash) -> int | None:
    """The time step whose code was typed; None where it is none of those that count now."""
    return _step_within(0 if is_strict() else DRIFT, seed, typed, by)


def _step_within(drift: int, seed: str, typed: str, by: TotpHash) -> int | None:
    code = "".join(typed.split())
    now = int(clock.now().timestamp()) // STEP_SECONDS
    found = None
    for step in range(now - drift, now + drift + 1):
        if hmac.compare_digest(_totp(seed, by).generate_otp(step).encode(), code.encode("utf-8", "replace")):
            found = step
    return found


def _refusal(seed: str, typed: str, by: TotpHash) -> Invalid:
    """What to say of a code that did not count: that of the half minute before or after is a matter of clocks."""
    is_near = step_of(seed, typed, by=by) is None and _step_within(DRIFT, seed, typed, by) is not None
    return Invalid("error.code_not_of_now" if is_near else "error.code_refused", field="code")


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

    Raises Invalid for a wrong code, and with the same words for one that has counted before; where only that of now
    counts, with others for the one before or after.
    """
    seed = unseal_of(account, sealing.field_key()) if account.totp_secret is not None else None
    if _takes_totp(db, account, seed, typed) or _takes_recovery_code(db, account, typed):
        return
    if seed is None:
        raise Invalid("error.code_refused", field="code")
    raise _refusal(seed, typed, account.totp_hash)


def _takes_totp(db: Session, account: Account, seed: str | None, typed: str) -> bool:
    step = step_of(seed, typed, by=account.totp_hash) if seed is not None else None
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
    by = _hash_of_new()
    step = step_of(seed, typed, by=by)
    if step is None:
        raise _refusal(seed, typed, by)
    _settle_removals(db, account)
    account.totp_secret, account.totp_hash = seal_for(account, seed), by
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
    account.totp_hash = TotpHash.SHA_1
    _end_recovery_codes(db, account)


def _end_recovery_codes(db: Session, account: Account) -> None:
    db.execute(
        update(RecoveryCode)
        .where(RecoveryCode.person_id == account.person_id, RecoveryCode.used_at.is_(None))
        .values(used_at=clock.now())
    )
