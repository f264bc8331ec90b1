"""What both services may read of a case, and what a service gave into the joint space."""

from sqlalchemy import ColumnElement, Select, String, and_, cast, false, func, or_, select
from sqlalchemy.orm import aliased

from core.access.actors import Actor
from core.access.cases import (
    case_agreements_in_force,
    emergencies_asked,
    joint_case_ids,
    open_case_ids,
    visible_case_ids,
    visible_cases,
)
from core.access.files import own_file_case_ids
from core.access.people import own_cooperation_ids
from core.access.statements import is_of_the_case, kept
from core.models import (
    Agreement,
    Basis,
    Case,
    Closing,
    ClosingText,
    Departure,
    EmergencyOpening,
    JointItem,
    Person,
    PhaseEntry,
    Release,
    ServiceKind,
    StepMark,
    TPoint,
)

#: The topic of what one service tells the other at once.
IMMEDIATE_NOTICE = "immediate_notice"
#: The topic of a first pass that was handed in.
FIRST_PASS = "first_pass"  # noqa: S105  a topic


@kept
def visible_departures(actor: Actor) -> Select[Departure]:
    """What people of the actor's own service took along of the actor's cases."""
    return select(Departure).where(
        Departure.service_id == actor.service_id, Departure.case_id.in_(visible_case_ids(actor))
    )


def is_joint_item(actor: Actor) -> ColumnElement[bool]:
    """The joint space in which an item lies is open to the actor; of an immediate notice, an emergency is asked for.

    What is told at once must not wait for the other service to confirm that it may be told: what was sent since then
    is read, and nothing that came before.
    """
    told_at_once = and_(
        JointItem.topic == IMMEDIATE_NOTICE,
        JointItem.case_id.in_(visible_case_ids(actor)),
        was_asked_before(),
    )
    return or_(JointItem.case_id.in_(joint_case_ids(actor)), told_at_once)


def was_asked_before() -> ColumnElement[bool]:
    """An emergency is asked for now, and was already when the item went out; a second person may have had to confirm it."""
    went_out = func.coalesce(JointItem.released_at, JointItem.created_at)
    asked = emergencies_asked().where(
        EmergencyOpening.case_id == JointItem.case_id, EmergencyOpening.created_at <= went_out
    )
    return asked.correlate(JointItem).exists()


@kept
def visible_joint_items(actor: Actor) -> Select[JointItem]:
    """What the two services put into open joint spaces and have not taken back, and all that the actor's own put.

    What waits for a second person, and what has reached its end, is there for nobody; what was shared with some roles
    is there for these.
    """
    return select(JointItem).where(
        is_of_the_case(JointItem.case_id),
        JointItem.released_at.is_not(None),
        JointItem.withdrawn_at.is_(None),
        ~JointItem.has_ended,
        or_(
            and_(is_joint_item(actor), _is_meant_for(actor)),
            and_(JointItem.service_id == actor.service_id, JointItem.case_id.in_(visible_case_ids(actor))),
        ),
    )


def _is_meant_for(actor: Actor) -> ColumnElement[bool]:
    """Does the actor have a role with which the item was shared?

    A later agreement that names more roles opens to them what is shared under it, and nothing from before. An emergency
    opens all to whoever works on the case; what is told at once, and the first passes that both sides compare, are
    read by everybody to whom the joint space is open.
    """
    named = cast(JointItem.recipients, String)
    has_role = or_(false(), *(named.contains(f'"{role}"', autoescape=True) for role in sorted(actor.roles)))
    holding = case_agreements_in_force().where(Agreement.case_id == JointItem.case_id)
    return or_(
        JointItem.topic.in_((IMMEDIATE_NOTICE, FIRST_PASS)),
        named == "[]",
        has_role,
        ~holding.correlate(JointItem).exists(),
    )


@kept
def released_without_his_consent(actor: Actor) -> Select[Release]:
    """What the programme shared on another ground than his consent, for her service: the ground's name, never its reason."""
    if actor.kind is not ServiceKind.VSS:
        return select(Release).where(false())
    theirs = visible_joint_items(actor).where(JointItem.service_id != actor.service_id)
    return select(Release).where(
        Release.item_id.in_(theirs.with_only_columns(JointItem.id)), Release.basis != Basis.CONSENT
    )


@kept
def own_joint_items(actor: Actor) -> Select[JointItem]:
    """All that the actor's own service put, or meant to put, into joint spaces; its grounds hang on them."""
    return select(JointItem).where(
        JointItem.service_id == actor.service_id,
        JointItem.case_id.in_(own_file_case_ids(actor)),
    )


@kept
def visible_phase_entries(actor: Actor) -> Select[PhaseEntry]:
    """The phases that the actor's cases went through."""
    return select(PhaseEntry).where(PhaseEntry.case_id.in_(open_case_ids(actor)))


@kept
def visible_step_marks(actor: Actor) -> Select[StepMark]:
    """What was ticked by hand in the actor's cases and cooperations; before the pair, by their own service alone."""
    own = aliased(Person)  # a statement around this one may join the person
    by_own = StepMark.marked_by.in_(select(own.id).where(own.service_id == actor.service_id))
    paired = visible_cases(actor).where(Case.paired_at.is_not(None))
    return select(StepMark).where(
        or_(
            StepMark.case_id.in_(paired.with_only_columns(Case.id)),
            and_(StepMark.case_id.in_(visible_case_ids(actor)), by_own),
            and_(StepMark.case_id.is_(None), StepMark.cooperation_id.in_(own_cooperation_ids(actor))),
        )
    )


@kept
def phase_1_entries(actor: Actor) -> Select[PhaseEntry]:
    """The phases that the actor's cooperations went through, about no case."""
    return select(PhaseEntry).where(
        PhaseEntry.case_id.is_(None), PhaseEntry.cooperation_id.in_(own_cooperation_ids(actor))
    )


@kept
def visible_t_points(actor: Actor) -> Select[TPoint]:
    return select(TPoint).where(TPoint.case_id.in_(open_case_ids(actor)))


@kept
def visible_closings(actor: Actor) -> Select[Closing]:
    """How the actor's cases end: who proposed it, who agreed, from when on."""
    return select(Closing).where(Closing.case_id.in_(open_case_ids(actor)))


@kept
def visible_closing_texts(actor: Actor) -> Select[ClosingText]:
    """What both services wrote at the end of a case, while its joint space is open."""
    return select(ClosingText).where(ClosingText.case_id.in_(joint_case_ids(actor)))
