"""Which identity of the service's own provider signs in as a person: named by an administrator, taken up by its owner."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import audit, sign_in, text
from core.access import Actor, Permission, require, require_fresh
from core.errors import Conflict
from core.models import Identity, IdentityProof, NoticeKind
from core.operations import accounts
from core.settings import settings
from core.sign_in import identities, notices

LONGEST = 255  # as long as a subject may be, by OpenID Connect


def is_recorded(db: Session, actor: Actor, person_id: UUID) -> bool:
    """Does a person of the administrator's own service have an identity? What it is, nobody can read here again."""
    require(actor, Permission.ADMINISTER)
    accounts.find(db, actor, person_id)
    return db.scalar(select(Identity.id).where(Identity.person_id == person_id)) is not None


def record(db: Session, actor: Actor, person_id: UUID, *, subject: str) -> Identity:
    """Say by which subject of the provider a person signs in; an earlier one counts no more.

    The person is told. Until they have come in by it once with the second step of their own, the second step of the
    provider does not stand in for it: nobody takes over an account by naming themselves. Raises Conflict where another
    person has this subject.
    """
    require(actor, Permission.ADMINISTER)
    require_fresh(actor)
    person = accounts.find(db, actor, person_id)
    accounts.of(db, person)
    digest = identities.digest(settings().oidc_issuer, text.line(subject, field="subject", longest=LONGEST))
    other = db.scalar(select(Identity).where(Identity.digest == digest, Identity.person_id != person.id))
    if other is not None:
        raise Conflict("error.identity_taken")
    _forget(db, person.id)
    made = Identity(person_id=person.id, digest=digest, recorded_by=actor.person_id)
    db.add(made)
    notices.leave(db, person.id, NoticeKind.IDENTITY)
    audit.record(db, actor, "record_identity", person)
    db.flush()
    return made


def remove(db: Session, actor: Actor, person_id: UUID) -> None:
    """Nobody signs in as this person by the provider any more; their sessions end."""
    require(actor, Permission.ADMINISTER)
    require_fresh(actor)
    person = accounts.find(db, actor, person_id)
    _forget(db, person.id)
    sign_in.end_all(db, person.id)
    audit.record(db, actor, "remove_identity", person)


def _forget(db: Session, person_id: UUID) -> None:
    of_person = select(Identity.id).where(Identity.person_id == person_id)
    db.execute(delete(IdentityProof).where(IdentityProof.identity_id.in_(of_person)))
    db.execute(delete(Identity).where(Identity.person_id == person_id))
