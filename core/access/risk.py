"""First passes apart, what was handed in, and the joint assessment of risk."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from core.access.actors import Actor, Permission, is_worker, may
from core.access.cases import joint_case_ids, visible_case_ids
from core.access.files import visible_file_ids
from core.access.joint import visible_joint_items
from core.access.statements import kept
from core.models import (
    ChildPart,
    FirstAnswer,
    FirstPass,
    HandedAnswer,
    HandedIn,
    JointItem,
    OutsideResult,
    RiskAction,
    RiskAssessment,
    RiskChild,
    RiskLevel,
    RiskList,
    Service,
    ServiceKind,
    Settlement,
)


@kept
def visible_first_passes(actor: Actor) -> Select[FirstPass]:
    """What the actor's own service answers on its own; the other side's never."""
    return select(FirstPass).where(FirstPass.file_id.in_(visible_file_ids(actor)))


@kept
def visible_first_answers(actor: Actor) -> Select[FirstAnswer]:
    own = visible_first_passes(actor).with_only_columns(FirstPass.id)
    return select(FirstAnswer).where(FirstAnswer.pass_id.in_(own))


@kept
def visible_child_parts(actor: Actor) -> Select[ChildPart]:
    own = visible_first_passes(actor).with_only_columns(FirstPass.id)
    return select(ChildPart).where(ChildPart.pass_id.in_(own))


@kept
def visible_assessments(actor: Actor) -> Select[RiskAssessment]:
    """The joint risk assessments of open joint spaces."""
    return select(RiskAssessment).where(RiskAssessment.case_id.in_(joint_case_ids(actor)))


@kept
def framed_assessments(actor: Actor) -> Select[RiskAssessment]:
    """That the risk was assessed, and when: the frame of a case, for the facts that steps are told from."""
    return select(RiskAssessment).where(RiskAssessment.case_id.in_(visible_case_ids(actor)))


@kept
def framed_risk_levels(actor: Actor) -> Select[RiskLevel]:
    """That a level was chosen, when and by whom, for the same facts; never which one, nor why."""
    own = framed_assessments(actor).with_only_columns(RiskAssessment.id)
    return select(RiskLevel).where(RiskLevel.assessment_id.in_(own))


@kept
def _assessment_ids(actor: Actor) -> Select[UUID]:
    return visible_assessments(actor).with_only_columns(RiskAssessment.id)


@kept
def visible_risk_children(actor: Actor) -> Select[RiskChild]:
    return select(RiskChild).where(RiskChild.assessment_id.in_(_assessment_ids(actor)))


@kept
def visible_settlements(actor: Actor) -> Select[Settlement]:
    return select(Settlement).where(Settlement.assessment_id.in_(_assessment_ids(actor)))


@kept
def visible_risk_levels(actor: Actor) -> Select[RiskLevel]:
    return select(RiskLevel).where(RiskLevel.assessment_id.in_(_assessment_ids(actor)))


@kept
def visible_risk_actions(actor: Actor) -> Select[RiskAction]:
    return select(RiskAction).where(RiskAction.assessment_id.in_(_assessment_ids(actor)))


@kept
def _opened_ids(actor: Actor) -> Select[UUID]:
    opened = visible_assessments(actor).where(RiskAssessment.opened_at.is_not(None))
    return opened.with_only_columns(RiskAssessment.id)


@kept
def visible_outside_results(actor: Actor) -> Select[OutsideResult]:
    """What other instruments said: the own service's, and what both services read."""
    cases = select(RiskAssessment.id).where(RiskAssessment.case_id.in_(visible_case_ids(actor)))
    own = and_(OutsideResult.service_id == actor.service_id, OutsideResult.assessment_id.in_(cases))
    return select(OutsideResult).where(or_(own, _is_joint_result(actor)))


@kept
def joint_outside_results(actor: Actor) -> Select[OutsideResult]:
    """Of these, what both services read: for a screen that both look at."""
    return select(OutsideResult).where(_is_joint_result(actor))


def _is_joint_result(actor: Actor) -> ColumnElement[bool]:
    """The first passes are open; and what comes from her goes with what her service handed in, and leaves with it."""
    handed = exists().where(
        HandedIn.assessment_id == OutsideResult.assessment_id,
        HandedIn.service_id == OutsideResult.service_id,
        _is_released(actor),
    )
    return and_(
        OutsideResult.assessment_id.in_(_opened_ids(actor)),
        or_(~comes_from_her(OutsideResult.service_id), handed.correlate(OutsideResult)),
    )


def comes_from_her(
    service_id: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None],
) -> ColumnElement[bool]:
    """It is the victim support service's."""
    return service_id.in_(select(Service.id).where(Service.kind == ServiceKind.VSS))


def _is_released(actor: Actor) -> ColumnElement[bool]:
    """What was handed in is shared, not taken back and not over."""
    return HandedIn.item_id.in_(visible_joint_items(actor).with_only_columns(JointItem.id))


@kept
def visible_handed_in(actor: Actor) -> Select[HandedIn]:
    """What the actor's own service handed in; of the other side only once the two first passes are open."""
    own = select(RiskAssessment.id).where(RiskAssessment.case_id.in_(visible_case_ids(actor)))
    return select(HandedIn).where(
        or_(
            and_(HandedIn.service_id == actor.service_id, HandedIn.assessment_id.in_(own)),
            and_(HandedIn.assessment_id.in_(_opened_ids(actor)), _is_released(actor)),
        )
    )


@kept
def joint_handed_in(actor: Actor) -> Select[HandedIn]:
    """Of these, what both services read: for a screen that both look at."""
    return select(HandedIn).where(HandedIn.assessment_id.in_(_opened_ids(actor)), _is_released(actor))


@kept
def visible_handed_answers(actor: Actor) -> Select[HandedAnswer]:
    handed = visible_handed_in(actor).with_only_columns(HandedIn.id)
    return select(HandedAnswer).where(HandedAnswer.handed_in_id.in_(handed))


@kept
def handed_in_marks(actor: Actor) -> Select[UUID]:
    """Which service handed in, by assessment: that it did, and nothing of what."""
    return (
        select(HandedIn)
        .where(HandedIn.assessment_id.in_(_assessment_ids(actor)), _is_released(actor))
        .with_only_columns(HandedIn.service_id)
    )


def was_laid_open(item: type[JointItem] = JointItem) -> ColumnElement[bool]:
    """What was handed in may have lain before the other service: it was shared, and not taken back before the opening.

    Its end is not looked at: a consent that is written down later can put it before the day on which it was read.
    """
    return and_(
        RiskAssessment.opened_at.is_not(None),
        item.released_at.is_not(None),
        or_(item.withdrawn_at.is_(None), item.withdrawn_at > RiskAssessment.opened_at),
    )


def was_read_open(item: type[JointItem] = JointItem) -> ColumnElement[bool]:
    """The same, and it was not over by the opening: what the other service may be told of it, when it could read it."""
    opened_on = func.date(RiskAssessment.opened_at, type_=Date)
    return and_(was_laid_open(item), or_(item.ends_on.is_(None), ~item.has_ended, item.ends_on >= opened_on))


@kept
def handed_in_times(actor: Actor) -> Select[UUID, datetime]:
    """Which service handed in when, once the first passes are open: of what was taken back since then the moment alone.

    It is the moment at which it could be read: that it waited for a second person is its own service's to know. What
    was taken back before the opening, or was over by then, nobody else has read, and nothing says that it was there.
    """
    return (
        select(HandedIn)
        .join(JointItem, JointItem.id == HandedIn.item_id)
        .join(RiskAssessment, RiskAssessment.id == HandedIn.assessment_id)
        .where(RiskAssessment.id.in_(_opened_ids(actor)), was_read_open())
        .order_by(JointItem.released_at)
        .with_only_columns(HandedIn.service_id, JointItem.released_at)
    )


@kept
def visible_risk_lists(actor: Actor) -> Select[RiskList]:
    """The services' own lists: every one for an administrator, the released ones for who works with them."""
    if may(actor, Permission.ADMINISTER):
        return select(RiskList)
    if not is_worker(actor):
        return select(RiskList).where(false())
    return select(RiskList).where(RiskList.released_at.is_not(None))
