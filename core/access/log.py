"""Which acts of the log a person reads: of their case, of what was shared, of their service."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, SelectBase, and_, exists, false, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from core.access.actors import Actor, Permission, may
from core.access.cases import joint_case_ids, sealed_file_ids, visible_case_ids
from core.access.risk import comes_from_her, was_read_open
from core.access.statements import kept
from core.models import (
    Case,
    CaseFile,
    Duty,
    Event,
    EventKind,
    HandedIn,
    JointItem,
    Person,
    RiskAssessment,
    Subject,
    SubjectKind,
)

#: What both services may read in a case's history. Everything else is known to the service that did it alone: that a
#: file was written in, or a request answered, would tell the other side when she was in touch.
JOINT_SUBJECTS = (
    "case",
    "joint_item",
    "notice_receipt",
    "notice_answer",
    "assignment",
    "guest",
    "meeting",
    "agenda_item",
    "minutes",
    "addendum",
    "strike",
    "action",
    "risk_assessment",
    "agreement",
    "phase_entry",
    "t_point",
    "emergency_opening",
    "closing",
    "closing_text",
)


#: Of these, what belongs to the frame of a case and stays readable while its joint space is closed.
FRAME_SUBJECTS = ("case", "assignment", "agreement", "phase_entry", "t_point", "emergency_opening", "closing")


#: Acts on such records that are their own service's to know: that its check found something in a text says what stands
#: in its file, and that struck words may stand there again where to look for them.
OWN_ACTS = ("meant", "write_meant", "come_back", "look_for")
#: So are these until the first passes lie open; of her service, until it has handed in.
_RESULTS = ("outside_result", "outside_result_dropped")


@kept
def visible_events(actor: Actor) -> Select[Event]:
    """What happened in the actor's cases: all that their own service did, and the other's joint acts.

    What the other service did before both confirmed the pair is its own: it would tell since when she was in touch. So
    is what it did with something that waited for a second person and was read by nobody else.
    """
    joint = and_(
        or_(Event.subject.in_(JOINT_SUBJECTS), _is_notice_taken_along()),
        _since_the_pair(),
        Event.act.not_in(OWN_ACTS),
        or_(Event.act.not_in(_RESULTS), _was_a_joint_result()),
        or_(Event.subject != JointItem.__tablename__, _was_released()),
        or_(Event.subject.in_(FRAME_SUBJECTS), Event.case_id.in_(joint_case_ids(actor))),
    )
    return select(Event).where(
        Event.case_id.in_(visible_case_ids(actor)),
        Event.kind.in_([EventKind.CHANGE, EventKind.EXPORT]),
        or_(Event.service_id == actor.service_id, joint),
    )


def _is_notice_taken_along() -> ColumnElement[bool]:
    """A notice goes on paper only while both services read it; that one was written may wait for a second person."""
    return and_(Event.subject == "immediate_notice", Event.act == "export")


def _was_released() -> ColumnElement[bool]:
    """Both services could read the item, at that moment or before; of a first pass nothing is told until both lie open."""
    item = aliased(JointItem)  # a statement around this one may join the item
    is_pass = select(HandedIn.id).where(HandedIn.item_id == item.id)
    opened = is_pass.join(RiskAssessment, RiskAssessment.id == HandedIn.assessment_id).where(
        was_read_open(item)
    )
    return exists().where(
        item.id == Event.subject_id,
        item.released_at <= Event.created_at,
        or_(~is_pass.correlate(item).exists(), opened.correlate(item).exists()),
    )


def _was_a_joint_result() -> ColumnElement[bool]:
    """The first passes of this assessment lay open when it was done; and what comes from her was handed in then."""
    found, item = aliased(RiskAssessment), aliased(JointItem)
    opened = exists().where(found.id == Event.subject_id, found.opened_at <= Event.created_at)
    handed = exists().where(
        HandedIn.assessment_id == Event.subject_id,
        HandedIn.service_id == Event.service_id,
        HandedIn.item_id == item.id,
        item.released_at <= Event.created_at,
        _stood_then(item),
    )
    return and_(opened, or_(~comes_from_her(Event.service_id), handed))


def _stood_then(item: type[JointItem]) -> ColumnElement[bool]:
    """It was not taken back and not over when it was done."""
    return and_(
        or_(item.withdrawn_at.is_(None), item.withdrawn_at > Event.created_at),
        or_(item.ends_on.is_(None), item.ends_on >= func.date(Event.created_at, type_=Date)),
    )


def _since_the_pair() -> ColumnElement[bool]:
    pair = aliased(Case)  # a statement around this one may join the case
    return exists().where(pair.id == Event.case_id, pair.paired_at <= Event.created_at)


def _of_what_was_shared(actor: Actor) -> ColumnElement[bool]:
    """Somebody of elsewhere looked at a joint space in which something of the actor's service lay.

    That they read their own file, their timeline or the minutes, and when, is not said: it would tell when she was in
    touch.
    """
    lay_there = exists().where(
        JointItem.case_id == Event.case_id,
        JointItem.service_id == actor.service_id,
        JointItem.released_at <= Event.created_at,
        _stood_then(JointItem),
    )
    return and_(
        Event.kind == EventKind.READ,
        Event.act.in_(("read_joint", "read_shared", "read_risk", "read_notice")),
        Event.service_id != actor.service_id,
        _since_the_pair(),
        lay_there,
    )


def visible_reads(actor: Actor) -> Select[Event]:
    """Who read what in the actor's cases: their own service's reads, and those of what it shared."""
    own = and_(Event.kind == EventKind.READ, Event.service_id == actor.service_id)
    return select(Event).where(
        Event.case_id.in_(visible_case_ids(actor)), or_(own, _of_what_was_shared(actor))
    )


def reads_of_case(actor: Actor, case_id: UUID) -> Select[Event]:
    """Of these the reads of one case, and those of the own file where it stood before it was parted from another."""
    of_case = visible_case_ids(actor).intersect(select(Case.id).where(Case.id == case_id))
    own = and_(Event.kind == EventKind.READ, _of_own_files_before(actor, of_case))
    here = visible_reads(actor).where(Event.case_id == case_id).with_only_columns(Event.id)
    return select(Event).where(or_(Event.id.in_(here), own))


def log_of_cases(actor: Actor, case_ids: Select[UUID]) -> ColumnElement[bool]:
    """The row is of one of these cases, or the own service's of a case in which a file of them stood before."""
    return or_(Event.case_id.in_(case_ids), _of_own_files_before(actor, case_ids))


def _of_own_files_before(actor: Actor, case_ids: SelectBase) -> ColumnElement[bool]:
    """What the own service did where the files that it holds in these cases stood then; never what another one did."""
    then, parting = aliased(Event), aliased(Event)  # a statement around this one is of events too
    stood = (
        select(then.id)
        .join(CaseFile, and_(then.subject == CaseFile.__tablename__, CaseFile.id == then.subject_id))
        .join(parting, and_(parting.subject == then.subject, parting.subject_id == then.subject_id))
        .where(
            parting.act == "part",
            CaseFile.case_id.in_(case_ids),
            CaseFile.service_id == actor.service_id,
            then.service_id == actor.service_id,
            then.case_id == Event.case_id,
            # What came there after the parting belongs to another file.
            parting.created_at >= Event.created_at,
        )
        .correlate(Event)
    )
    return and_(Event.service_id == actor.service_id, stood.exists())


def visible_log(actor: Actor) -> Select[Event]:
    """The log of the actor's service: what its people did, what was done to their accounts, who read what it shared.

    An administrator stands between the two sides: what they did to a person, or to their turn of duty, is that person's service's to know.
    """
    if not may(actor, Permission.READ_LOG) or not actor.kind.is_side:
        return select(Event).where(false())
    own = aliased(Person)  # a statement around this one may join the person
    own_people = select(own.id).where(own.service_id == actor.service_id)
    is_own_person = and_(Event.subject == "person", Event.subject_id.in_(own_people))
    own_duties = select(Duty.id).where(Duty.service_id == actor.service_id)
    is_own_duty = and_(Event.subject == "duty", Event.subject_id.in_(own_duties))
    is_office = Event.kind == EventKind.ADMINISTRATION
    return select(Event).where(
        or_(
            and_(Event.service_id == actor.service_id, not_(is_office)),
            and_(is_office, or_(is_own_person, is_own_duty, Event.subject.not_in(("person", "duty")))),
            _of_what_was_shared(actor),
        )
    )


def people_concerned(db: Session, actor: Actor, case_ids: Collection[UUID]) -> dict[SubjectKind, int]:
    """How many people stand in the own service's files of these cases: numbers, for whoever reads the log.

    Of a sealed file nobody knows who does not work on the case; its people are not counted.
    """
    if not may(actor, Permission.READ_LOG) or not case_ids:
        return {}
    rows = db.execute(
        select(Subject.kind, func.count())
        .join(CaseFile, CaseFile.id == Subject.file_id)
        .where(CaseFile.service_id == actor.service_id, CaseFile.case_id.in_(case_ids))
        .where(CaseFile.id.not_in(sealed_file_ids()))
        .group_by(Subject.kind)
    )
    found = dict(rows.all())
    return {kind: found[kind] for kind in SubjectKind if kind in found}
