"""How people sign in: accounts, second factors, devices and sessions; of every secret only what cannot be turned back."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import clock
from core.db import Record, Versioned
from core.models.person import Person


class TotpHash(StrEnum):
    """By which hash an authenticator app reckons its codes."""

    SHA_1 = "sha-1"
    SHA_256 = "sha-256"


class Account(Versioned):
    """How a person signs in."""

    __tablename__ = "account"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    username: Mapped[str] = mapped_column(unique=True)
    #: Empty until the person has chosen a password with the code that they were given.
    password_hash: Mapped[str] = mapped_column(default="")
    is_enabled: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime | None] = mapped_column(default=None)
    #: When the person first came in.
    signed_in_at: Mapped[datetime | None] = mapped_column(default=None)
    #: The seed of the second factor, sealed; None until it is set up.
    totp_secret: Mapped[str | None] = mapped_column(default=None)
    #: By which hash its codes are reckoned: that of the setting when it was set up.
    totp_hash: Mapped[TotpHash] = mapped_column(default=TotpHash.SHA_1)
    #: The time step of the last code that counted; no code of it or before counts again.
    totp_last_step: Mapped[int | None] = mapped_column(default=None)
    #: The person has said that they wrote the recovery codes down, which were shown once.
    has_kept_codes: Mapped[bool] = mapped_column(default=True)

    person: Mapped[Person] = relationship(lazy="raise", init=False)


class RecoveryCode(Record):
    """One of ten codes that stand in for the telephone, each once."""

    __tablename__ = "recovery_code"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class EntryCode(Record):
    """What an administrator hands over so that somebody chooses a password of their own; once, for a day."""

    __tablename__ = "entry_code"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class FactorRemoval(Record):
    """An administrator asks that somebody's second factor be removed; a second person confirms it or nothing happens."""

    __tablename__ = "factor_removal"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    settled_at: Mapped[datetime | None] = mapped_column(default=None)


class SignInFailure(Record):
    """One attempt to sign in that failed, or has not succeeded yet.

    Counted per name typed (as a keyed digest) and, apart from it, per device that the person has signed in from before.
    """

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_created_at", "created_at"),)

    name_digest: Mapped[str] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(index=True)
    device_id: Mapped[UUID | None] = mapped_column(default=None)
    #: A successful sign-in or an administrator ends the count.
    is_forgiven: Mapped[bool] = mapped_column(default=False)


class Device(Record):
    """A browser that a person has signed in from; only the digest of its cookie is kept."""

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("person_id", "digest"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(index=True)
    #: When they last came in from it.
    seen_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class Arrival(Record):
    """Somebody on the way in: what they have proved so far, for a few minutes. It opens no page."""

    __tablename__ = "arrival"

    digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    expires_at: Mapped[datetime]
    #: They came by this code, and have a password to choose.
    entry_code_id: Mapped[UUID | None] = mapped_column(ForeignKey("entry_code.id"), default=None)
    has_factor: Mapped[bool] = mapped_column(default=False)
    #: The sealed seed of a second factor that is being set up.
    totp_secret: Mapped[str | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Ticket(Record):
    """Proof, for thirty seconds and one use, that somebody may come in."""

    __tablename__ = "ticket"

    digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    #: It leads to the shared screen of this meeting, for so long; or back from one.
    shared_meeting_id: Mapped[UUID | None] = mapped_column(default=None)
    shared_until: Mapped[datetime | None] = mapped_column(default=None)
    #: No session that it begins lasts longer: the one before would have ended then.
    session_until: Mapped[datetime | None] = mapped_column(default=None)
    #: It begins none, and gives this one, in which somebody has proved again who they are, another token.
    sign_in_id: Mapped[UUID | None] = mapped_column(default=None)


class SignIn(Record):
    """A session of one person in one browser; only the digest of its token is kept."""

    __tablename__ = "sign_in"

    digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    #: Its person has proved again who they are: so long its token opens anything yet, and the next one waits for them.
    token_until: Mapped[datetime | None] = mapped_column(default=None)
    #: The token of before, and when another took its place.
    earlier_digest: Mapped[str | None] = mapped_column(default=None, index=True)
    renewed_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Until then what asks for a fresh look at who sits there goes on without asking.
    fresh_until: Mapped[datetime | None] = mapped_column(default=None)
    #: The same for what asks for both steps: password and code.
    certain_until: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    #: The meeting whose shared screen this browser is, and until when at the longest; nothing else opens meanwhile.
    shared_meeting_id: Mapped[UUID | None] = mapped_column(default=None)
    shared_until: Mapped[datetime | None] = mapped_column(default=None)


class NoticeKind(StrEnum):
    NEW_DEVICE = "new_device"
    PASSWORD = "password"  # noqa: S105  what changed, not a secret
    FACTOR = "factor"
    RECOVERY_CODES = "recovery_codes"
    RECOVERY_CODE_USED = "recovery_code_used"
    CODES_NOT_KEPT = "codes_not_kept"
    FACTOR_REMOVAL_ASKED = "factor_removal_asked"
    CONFIRMATION_WAITS = "confirmation_waits"
    FACTOR_REMOVED = "factor_removed"
    #: To whoever asked: a second person has removed it, and a new code is to be made.
    FACTOR_GONE = "factor_gone"
    #: To whoever asked and to the person: a second person said no.
    FACTOR_KEPT = "factor_kept"
    #: To whoever asked, or to the person: the other one of the two has stopped it.
    FACTOR_STAYS = "factor_stays"
    RESCUED = "rescued"
    IDENTITY = "identity"
    RELEASED_WITHOUT_CONSENT = "released_without_consent"
    SHARED_WITHOUT_HIS_CONSENT = "shared_without_his_consent"
    SERVICE_EXPORT = "service_export"
    WORKER_ENTERED = "worker_entered"
    CASES_HANDED_OVER = "cases_handed_over"


class Notice(Record):
    """Something about a person's own account that they should know of, until they have seen it."""

    __tablename__ = "notice"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[NoticeKind]
    seen_at: Mapped[datetime | None] = mapped_column(default=None)


class SetUpCode(Record):
    """The code that the terminal printed at the first start; opens the set-up once, for a day."""

    __tablename__ = "set_up_code"

    digest: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
