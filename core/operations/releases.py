"""On what ground something leaves the file: the consent of whom it is about, or a named ground without it.

What leaves the victim support service's file without consent is read by nobody until a second person of the case has
confirmed it. What leaves the programme's goes at once, so that a warning is not slowed down: a second person looks at it
afterwards, and her service is told that it came without his consent. Whatever the page says, the consent is looked up
here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor, Permission, require, require_fresh, require_version
from core.content import consent_purposes
from core.errors import Conflict, Invalid, NotAllowed
from core.models import (
    Account,
    Agreement,
    AgreementRole,
    Assignment,
    Basis,
    Case,
    Consent,
    ConsentState,
    Cooperation,
    Event,
    EventKind,
    HandedAnswer,
    HandedIn,
    JointItem,
    NoticeKind,
    OutsideResult,
    Person,
    PersonRole,
    Release,
    ReleasedEntry,
    Role,
    ServiceKind,
    Subject,
)
from core.operations import cases, consents, joint_spaces, laid_open, notice_texts, protocols, telling
from core.operations.identifying import Found
from core.sign_in import notices
from core.text import text

__all__ = ["Basis"]

SHORTEST_REASON = 30
#: So long after it left the programme a second person should have looked at it.
REVIEW = timedelta(hours=24)
#: The topic of what was released of a path (core.operations.path_releases).
PATH_ENTRY = "path_entry"
#: The rule for its use under which something reaches him (core.operations.joint_items).
FOR_HIM = "may_be_said"
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
    ("case_file", "print_sheet"),
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
    #: A first pass that lies open beside hers: whoever handed it in takes it back no more.
    stays: bool = False
    #: What waits for a second person says of who or where somebody is, by the file as it stands now.
    found: tuple[Found, ...] = ()

    @property
    def is_without_consent(self) -> bool:
        return self.release.basis is not Basis.CONSENT

    @property
    def is_to_look_at(self) -> bool:
        """It left without consent, and nobody but the one who shared it has looked at it."""
        is_out = self.item.released_at is not None and self.item.withdrawn_at is None
        return is_out and self.is_without_consent and self.release.confirmed_by is None

    @property
    def state(self) -> str:
        """A key of the words: waiting, refused, shared, ended, taken_back."""
        if self.item.released_at is None:
            return "refused" if self.item.withdrawn_at else "waiting"
        if self.item.withdrawn_at is not None:
            return "taken_back"
        return "ended" if self.item.has_ended else "shared"


@access.of_one_case
def recipients(db: Session, actor: Actor, case_id: UUID) -> tuple[Role, ...]:
    """The roles that read what is released now: those that the agreement names; none where an emergency opens it to all."""
    holding = access.case_agreements_in_force().where(
        Agreement.case_id == case_id, Agreement.case_id.in_(access.visible_case_ids(actor))
    )
    statement = (
        select(AgreementRole.role)
        .where(AgreementRole.agreement_id.in_(holding.with_only_columns(Agreement.id)))
        .order_by(AgreementRole.role)
    )
    return tuple(dict.fromkeys(db.scalars(statement)))


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


def require_seen(digest: str, seen: str) -> None:
    """Raise Conflict where what leaves is not what the one who lets it go had before them."""
    if digest != seen:
        raise Conflict("error.not_previewed")


def require_meant(found: Sequence[object], *, are_meant: bool) -> None:
    """Raise Invalid where what leaves may say who or where somebody is, and nobody said that it is meant."""
    if found and not are_meant:
        raise Invalid("error.names_somebody", field="names_are_meant")


def attach(db: Session, actor: Actor, file_id: UUID, item: JointItem, terms: Terms) -> Release:
    """Write down on what ground the item leaves; it is released at once, or waits for a second person."""
    release = _checked(db, actor, file_id, item, terms)
    item.recipients = [str(role) for role in recipients(db, actor, item.case_id)]
    db.add(release)
    db.flush()
    if release.basis is Basis.CONSENT or actor.kind is not ServiceKind.VSS:
        _release(db, actor, item)
        if release.basis is not Basis.CONSENT:
            _tell_of_his(db, actor, item)
    else:
        audit.record(db, actor, "ask", release, case_id=item.case_id)
    return release


def waiting(db: Session, actor: Actor) -> list[tuple[Release, Case, str]]:
    """What colleagues ask to share without consent, or shared, and the actor may confirm; with its case and who did."""
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
            or_(JointItem.released_at.is_not(None), access.is_joint_item(actor)),
            # A warning that waits when a case is closed waits on.
            or_(Case.closed_on.is_(None), JointItem.topic == access.IMMEDIATE_NOTICE),
        )
        .order_by(Release.created_at)
        .limit(_MOST)
        .add_columns(Case, Person.name)
    )


@access.of_one_case
def lacks_second(db: Session, actor: Actor, case_id: UUID) -> bool:
    """Is there nobody else of the own service on the case who could confirm what leaves without consent?"""
    case = cases.find(db, actor, case_id)
    statement = who_may_confirm(actor.service_id).where(
        Person.id != actor.person_id, Assignment.case_id == case.id
    )
    return db.scalar(statement.limit(1)) is None


def who_may_confirm(service_id: UUID) -> Select[UUID]:
    """The people of a service, on whichever case, who could confirm what leaves it without consent."""
    return (
        select(Person.id)
        .join(Account, Account.person_id == Person.id)
        .join(Assignment, Assignment.person_id == Person.id)
        .where(
            Person.service_id == service_id,
            Person.is_active.is_(True),
            Account.is_enabled.is_(True),
            Person.roles.any(PersonRole.role.in_(access.PERMISSIONS[Permission.CONFIRM_RELEASE])),
            access.at_work(),
        )
    )


def confirm(
    db: Session, actor: Actor, release_id: UUID, *, version: int, names_are_meant: bool = False
) -> Release:
    """Say as a second person that it may leave without consent; from now on both services read it.

    Her file may hold more names by now than when it was asked for: what says one must be meant by the second person too.
    Of what the programme shared already: that it was right. Raises NotAllowed for whoever asked, or opened the file
    for some hours. The managers and the case managers are told.
    """
    require(actor, Permission.CONFIRM_RELEASE)
    require_fresh(actor)
    release = access.find(db, _unsettled(actor).options(joinedload(Release.item)), release_id)
    require_version(release, version)
    if release.asked_by == actor.person_id:
        raise NotAllowed("error.release.second_person")
    item = release.item
    if item.topic != access.IMMEDIATE_NOTICE:  # which may wait for nobody who works on the case
        cases.require_at_work(db, actor, item.case_id)
    if item.released_at is None:
        require_meant(_found(db, actor, item), are_meant=names_are_meant)
        _let_out(db, actor, item)
        item.recipients = [str(role) for role in recipients(db, actor, item.case_id)]
    release.confirmed_by, release.confirmed_at = actor.person_id, clock.now()
    audit.record(db, actor, "confirm", release, case_id=item.case_id)
    for person_id in _to_tell(db, actor.service_id, item.case_id, {actor.person_id, release.asked_by}):
        notices.leave(db, person_id, NoticeKind.RELEASED_WITHOUT_CONSENT)
    db.flush()
    return release


def _let_out(db: Session, actor: Actor, item: JointItem) -> None:
    is_notice = item.topic == access.IMMEDIATE_NOTICE
    # A warning that waited goes out though the case was closed meanwhile, as long as the other service can read it.
    case = (cases.find if is_notice else cases.find_open)(db, actor, item.case_id)
    joint_spaces.require_open(db, actor, case, for_notice=is_notice)
    if item.has_ended:
        raise Conflict("error.release.over")
    _release(db, actor, item)


def _found(db: Session, actor: Actor, item: JointItem) -> tuple[Found, ...]:
    """What an item that has not left says of who or where somebody is; of a first pass also its answers and results."""
    handed = access.visible_handed_in(actor).where(HandedIn.item_id == item.id)
    said = notice_texts.read(item.text).words if item.topic == access.IMMEDIATE_NOTICE else item.text
    told = [said, item.source, *(one.her_words for one in db.scalars(handed))]
    ids = handed.with_only_columns(HandedIn.id)
    for row in db.scalars(access.visible_handed_answers(actor).where(HandedAnswer.handed_in_id.in_(ids))):
        told += [row.told_by, row.note]
    results = access.visible_outside_results(actor).where(
        OutsideResult.service_id == actor.service_id,
        OutsideResult.assessment_id.in_(handed.with_only_columns(HandedIn.assessment_id)),
    )
    for result in db.scalars(results):
        told += [result.instrument, result.done_by, result.result]
    return tuple(telling.found_or_alike(db, actor, item.case_id, "\n".join(told)))


def refuse(db: Session, actor: Actor, release_id: UUID, *, version: int) -> Release:
    """Say that it stays in the file, or goes back there; whoever asked may say so too.

    Raises Conflict for whoever handed in a first pass that lies open beside hers: that another person says no is left.
    """
    require(actor, Permission.CONFIRM_RELEASE)
    release = access.find(db, _unsettled(actor).options(joinedload(Release.item)), release_id)
    require_version(release, version)
    if release.asked_by == actor.person_id:
        laid_open.require_free(db, actor, release.item)
    elif release.item.topic != access.IMMEDIATE_NOTICE:
        cases.require_at_work(db, actor, release.item.case_id)
    release.item.withdrawn_at = clock.now()
    audit.record(db, actor, "refuse", release, case_id=release.item.case_id)
    db.flush()
    return release


@access.of_one_case
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
    if rows:
        audit.look(db, cases.own_file(db, actor, case), case_id=case.id)
    documents = _documents(db, actor, case.id) if rows else []
    items = [release.item for release, _ in rows]
    steps, staying = steps_of(db, case, items), laid_open.of_items(db, actor, items)
    return [
        Told(
            release,
            release.item,
            release.about,
            name,
            _with(release.item, documents),
            steps.get(release.item_id),
            release.item_id in staying,
            _found(db, actor, release.item) if _waits(release.item) else (),
        )
        for release, name in rows
    ]


def _waits(item: JointItem) -> bool:
    return item.released_at is None and item.withdrawn_at is None


@dataclass(frozen=True)
class Theirs:
    """Something that the programme shared without his consent, as her service reads it."""

    item: JointItem
    basis: Basis
    is_looked_at: bool


@access.of_one_case
def without_his_consent(db: Session, actor: Actor, case_id: UUID) -> list[Theirs]:
    """What of a case came from the programme on another ground than his consent, newest first; for her service."""
    case = cases.find(db, actor, case_id)
    statement = (
        access.released_without_his_consent(actor)
        .join(JointItem, JointItem.id == Release.item_id)
        .where(JointItem.case_id == case.id)
        .order_by(Release.created_at.desc())
        .with_only_columns(JointItem, Release.basis, Release.confirmed_by)
    )
    return [Theirs(item, basis, by is not None) for item, basis, by in db.execute(statement)]


def is_late(release: Release) -> bool:
    """Nobody has looked in time at what the programme shared without his consent."""
    return release.confirmed_by is None and clock.now() > release.created_at + REVIEW


def steps_of(db: Session, case: Case, items: Sequence[JointItem]) -> dict[UUID, Step]:
    """What happened and when, of those items that were released of a path."""
    ids = [item.id for item in items if item.topic == PATH_ENTRY]
    if not ids:
        return {}
    protocol = protocols.of_case(db, case)
    found = db.scalars(select(ReleasedEntry).where(ReleasedEntry.item_id.in_(ids)))
    return {one.item_id: Step(protocol.path_kind(one.kind).title, one.happened_on) for one in found}


def _checked(db: Session, actor: Actor, file_id: UUID, item: JointItem, terms: Terms) -> Release:
    """The row. Raises Invalid beside its field where the ground does not bear what is shared, or the rule for its use."""
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
        # What she said reaches him by her own will alone: never for a danger, never for a duty.
        if actor.kind is ServiceKind.VSS and item.use_rule == FOR_HIM:
            raise Invalid("error.release.said_to_him", field="basis")
        require_fresh(actor)
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
    """What waits for a second person: before it leaves her file, after it left his."""
    return (
        access.visible_releases(actor)
        .join(JointItem, JointItem.id == Release.item_id)
        .where(
            JointItem.withdrawn_at.is_(None), Release.basis != Basis.CONSENT, Release.confirmed_by.is_(None)
        )
    )


def _tell_of_his(db: Session, actor: Actor, item: JointItem) -> None:
    """Her service is told, by its managers and case managers, that something came without his consent."""
    cooperation = db.get_one(Cooperation, db.get_one(Case, item.case_id).cooperation_id)
    for person_id in _to_tell(db, cooperation.vss_id, item.case_id, {actor.person_id}):
        notices.leave(db, person_id, NoticeKind.SHARED_WITHOUT_HIS_CONSENT)


def _to_tell(db: Session, service_id: UUID, case_id: UUID, but: set[UUID]) -> list[UUID]:
    """The managers of a service and its case managers of the case, but for those who did it."""
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
            Person.service_id == service_id,
            Person.id.not_in(but),
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
