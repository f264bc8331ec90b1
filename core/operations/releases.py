"""On what ground something leaves the file: the consent of whom it is about, or a named ground without it.

What leaves the victim support service's file without consent is read by nobody until a second person of the case has
confirmed it. Whatever the page says, the consent is looked up here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor, Permission, require, require_version
from core.content import consent_purposes
from core.errors import Conflict, Invalid, NotAllowed
from core.models import (
    Account,
    Assignment,
    Basis,
    Case,
    Consent,
    ConsentState,
    Event,
    EventKind,
    JointItem,
    NoticeKind,
    Person,
    Release,
    ReleasedEntry,
    Role,
    ServiceKind,
    Subject,
)
from core.operations import cases, consents, joint_spaces, protocols
from core.sign_in import notices
from core.text import text

__all__ = ["Basis"]

SHORTEST_REASON = 30
#: The topic of what was released of a path (core.operations.path_releases).
PATH_ENTRY = "path_entry"
_MOST = 20
#: What leaves as a document with the joint space's content in it.
_DOCUMENTS = (
    ("meeting", "print"),
    ("case", "export_plan"),
    ("case", "export_extract"),
    ("case", "export_picture"),
    ("risk_assessment", "export"),
    ("immediate_notice", "export"),
    ("closing", "export"),
)


@dataclass(frozen=True)
class Terms:
    """Whom something shared is about, for what it is shared, on what ground, and until when."""

    about_id: UUID | None = None
    purpose: str = ""
    basis: Basis = Basis.CONSENT
    reason: str = ""
    #: None: as long as the joint space is open, so until the agreement of the case ends.
    ends_on: date | None = None
    #: Nothing in it is among what the person excepted.
    nothing_excepted: bool = False


@dataclass(frozen=True)
class Document:
    """A document that left while something was shared, and may hold it."""

    at: datetime
    subject: str
    act: str
    person: str


@dataclass(frozen=True)
class Step:
    """What happened on a path, as the protocol calls it, and when."""

    title: str
    happened_on: date


@dataclass(frozen=True)
class Told:
    """Something that left, or is to leave, the own file: for the own service alone."""

    release: Release
    item: JointItem
    about: Subject
    asked_by: str
    #: What left with it, and would have to be asked back.
    documents: tuple[Document, ...] = ()
    #: Of what is released of a path.
    step: Step | None = None

    @property
    def state(self) -> str:
        """A key of the words: waiting, refused, shared, ended, taken_back."""
        if self.item.released_at is None:
            return "refused" if self.item.withdrawn_at else "waiting"
        if self.item.withdrawn_at is not None:
            return "taken_back"
        is_over = self.item.ends_on is not None and self.item.ends_on < clock.today()
        return "ended" if is_over else "shared"


def end(db: Session, actor: Actor, terms: Terms) -> date | None:
    """The day on which it ends: what is given, and no later than the consent it rests on."""
    if terms.basis is not Basis.CONSENT or terms.about_id is None:
        return terms.ends_on
    consent = consent_for(db, actor, terms)
    return consents.earlier(terms.ends_on, consent.valid_until if consent else None)


def consent_for(db: Session, actor: Actor, terms: Terms) -> Consent | None:
    """The consent that holds today, of whom it is about, for this purpose."""
    if terms.about_id is None:
        return None
    statement = access.visible_subjects(actor).where(Subject.id == terms.about_id)
    if db.scalar(statement) is None:
        return None
    found = consents.newest(db, terms.about_id, terms.purpose)
    return found if consents.is_live(found) else None


def attach(db: Session, actor: Actor, file_id: UUID, item: JointItem, terms: Terms) -> Release:
    """Write down on what ground the item leaves; it is released at once, or waits for a second person."""
    release = _checked(db, actor, file_id, item, terms)
    db.add(release)
    db.flush()
    if release.basis is Basis.CONSENT or actor.kind is not ServiceKind.VSS:
        _release(db, actor, item)
    else:
        audit.record(db, actor, "ask", release, case_id=item.case_id)
    return release


def waiting(db: Session, actor: Actor) -> list[tuple[Release, Case, str]]:
    """What colleagues ask to share without consent and the actor may confirm; with its case and who asks."""
    if not access.may(actor, Permission.CONFIRM_RELEASE):
        return []
    return [(release, case, name) for release, case, name in db.execute(_to_confirm(actor))]


@access.kept
def _to_confirm(actor: Actor) -> Select[Any]:
    return (
        _unsettled(actor)
        .join(Case, Case.id == JointItem.case_id)
        .join(Person, Person.id == Release.asked_by)
        .where(
            Release.asked_by != actor.person_id,
            Case.id.in_(access.joint_case_ids(actor)),
            Case.closed_on.is_(None),
        )
        .order_by(Release.created_at)
        .limit(_MOST)
        .add_columns(Case, Person.name)
    )


def confirm(db: Session, actor: Actor, release_id: UUID, *, version: int) -> Release:
    """Say as a second person that it may leave without consent; from now on both services read it.

    Raises NotAllowed for whoever asked. The managers and the case managers are told.
    """
    require(actor, Permission.CONFIRM_RELEASE)
    release = access.find(db, _unsettled(actor).options(joinedload(Release.item)), release_id)
    require_version(release, version)
    if release.asked_by == actor.person_id:
        raise NotAllowed("error.release.second_person")
    item = release.item
    joint_spaces.require_open(db, actor, cases.find_open(db, actor, item.case_id))
    if item.ends_on is not None and item.ends_on < clock.today():
        raise Conflict("error.release.over")
    release.confirmed_by, release.confirmed_at = actor.person_id, clock.now()
    audit.record(db, actor, "confirm", release, case_id=item.case_id)
    _release(db, actor, item)
    for person_id in _to_tell(db, actor, item.case_id, release.asked_by):
        notices.leave(db, person_id, NoticeKind.RELEASED_WITHOUT_CONSENT)
    db.flush()
    return release


def refuse(db: Session, actor: Actor, release_id: UUID, *, version: int) -> Release:
    """Say that it stays in the file; whoever asked may say so too."""
    require(actor, Permission.CONFIRM_RELEASE)
    release = access.find(db, _unsettled(actor).options(joinedload(Release.item)), release_id)
    require_version(release, version)
    release.item.withdrawn_at = clock.now()
    audit.record(db, actor, "refuse", release, case_id=release.item.case_id)
    db.flush()
    return release


def of_case(db: Session, actor: Actor, case_id: UUID) -> list[Told]:
    """What left, or is to leave, the actor's own file in a case, newest first."""
    case = cases.find(db, actor, case_id)
    statement = (
        access.visible_releases(actor)
        .join(JointItem, JointItem.id == Release.item_id)
        .join(Person, Person.id == Release.asked_by)
        .where(JointItem.case_id == case.id)
        .options(joinedload(Release.item), joinedload(Release.about))
        .order_by(Release.created_at.desc())
        .add_columns(Person.name)
    )
    rows = list(db.execute(statement))
    documents = _documents(db, actor, case.id) if rows else []
    steps = steps_of(db, case, [release.item for release, _ in rows])
    return [
        Told(
            release,
            release.item,
            release.about,
            name,
            _with(release.item, documents),
            steps.get(release.item_id),
        )
        for release, name in rows
    ]


def steps_of(db: Session, case: Case, items: Sequence[JointItem]) -> dict[UUID, Step]:
    """What happened and when, of those items that were released of a path."""
    ids = [item.id for item in items if item.topic == PATH_ENTRY]
    if not ids:
        return {}
    protocol = protocols.of_case(db, case)
    found = db.scalars(select(ReleasedEntry).where(ReleasedEntry.item_id.in_(ids)))
    return {one.item_id: Step(protocol.path_kind(one.kind).title, one.happened_on) for one in found}


def _checked(db: Session, actor: Actor, file_id: UUID, item: JointItem, terms: Terms) -> Release:
    """The row. Raises Invalid beside its field where the ground does not bear what is shared."""
    about = None
    if terms.about_id is not None:
        about = db.scalar(
            access.visible_subjects(actor).where(Subject.id == terms.about_id, Subject.file_id == file_id)
        )
    if about is None:
        raise Invalid("error.release.about", field="about")
    if terms.purpose not in {one.id for one in consent_purposes.load().of(cases.side_of(actor))}:
        raise Invalid("error.consent.purpose", field="purpose")
    if terms.ends_on is not None and terms.ends_on < clock.today():
        raise Invalid("error.release.over", field="ends_on")
    reason = ""
    if terms.basis is Basis.CONSENT:
        _require_consent(db, actor, terms)
    else:
        reason = text(terms.reason, field="reason", longest=1000)
        if len(reason) < SHORTEST_REASON:
            raise Invalid("error.release.short_reason", field="reason", shortest=SHORTEST_REASON)
    return Release(
        item_id=item.id,
        file_id=file_id,
        about_id=about.id,
        basis=terms.basis,
        reason=reason,
        asked_by=actor.person_id,
    )


def _require_consent(db: Session, actor: Actor, terms: Terms) -> None:
    consent = consent_for(db, actor, terms)
    if consent is None:
        raise Invalid("error.release.no_consent", field="basis")
    if consent.state is ConsentState.GIVEN_EXCEPT and not terms.nothing_excepted:
        raise Invalid("error.release.excepted", field="nothing_excepted")


def _release(db: Session, actor: Actor, item: JointItem) -> None:
    item.released_at = clock.now()
    audit.record(db, actor, "share", item, case_id=item.case_id)


def _unsettled(actor: Actor) -> Select[Release]:
    return (
        access.visible_releases(actor)
        .join(JointItem, JointItem.id == Release.item_id)
        .where(JointItem.released_at.is_(None), JointItem.withdrawn_at.is_(None))
    )


def _to_tell(db: Session, actor: Actor, case_id: UUID, asked_by: UUID) -> list[UUID]:
    """The managers of the service and the case managers of the case, but for the two who did it."""
    today = clock.today()
    at_work = select(Assignment.person_id).where(
        Assignment.case_id == case_id,
        Assignment.since <= today,
        or_(Assignment.until.is_(None), Assignment.until >= today),
    )
    statement = (
        select(Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(
            Person.service_id == actor.service_id,
            Person.id.not_in([actor.person_id, asked_by]),
            or_(
                Person.roles.any(role=Role.MANAGER),
                and_(Person.roles.any(role=Role.CASE_MANAGER), Person.id.in_(at_work)),
            ),
        )
    )
    return list(db.scalars(statement))


def _documents(db: Session, actor: Actor, case_id: UUID) -> list[Document]:
    """The minutes and plans of the case that left as documents, as far as the actor may know."""
    kinds = [and_(Event.subject == subject, Event.act == act) for subject, act in _DOCUMENTS]
    statement = (
        access.visible_events(actor)
        .join(Person, Person.id == Event.person_id)
        .where(Event.case_id == case_id, Event.kind == EventKind.EXPORT, or_(*kinds))
        .order_by(Event.created_at)
        .with_only_columns(Event.created_at, Event.subject, Event.act, Person.name)
    )
    return [Document(*row) for row in db.execute(statement)]


def _with(item: JointItem, documents: Sequence[Document]) -> tuple[Document, ...]:
    """Those that left since it was shared: also later ones, for what was read may have been written down."""
    if item.released_at is None:
        return ()
    since = item.released_at
    return tuple(document for document in documents if document.at >= since)
