"""Immediate notices between the two services: sent, received, answered, unread."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import contains_eager

from core.access.actors import Actor
from core.access.cases import case_agreements_in_force, emergency_case_ids, visible_case_ids
from core.access.files import own_file_case_ids, visible_file_ids
from core.access.joint import is_joint_item, own_joint_items, visible_joint_items, was_asked_before
from core.access.offices import kept_case_ids
from core.access.statements import kept
from core.models import (
    Agreement,
    ImmediateNotice,
    JointItem,
    NoticeAnswer,
    NoticeCall,
    NoticeReceipt,
    NoticeTalk,
    Role,
    ServiceKind,
)


@kept
def visible_immediate_notices(actor: Actor) -> Select[ImmediateNotice]:
    """What either service told the other at once and both read, and all that the actor's own wrote, whatever became of it."""
    read = visible_joint_items(actor).where(is_joint_item(actor))
    own = own_joint_items(actor).with_only_columns(JointItem.id)
    return select(ImmediateNotice).where(
        or_(
            ImmediateNotice.item_id.in_(read.with_only_columns(JointItem.id)),
            ImmediateNotice.item_id.in_(own),
        )
    )


@kept
def received_notices(actor: Actor) -> Select[ImmediateNotice]:
    """Of these, what the other service sent and the actor reads."""
    items = visible_joint_items(actor).where(JointItem.service_id != actor.service_id, is_joint_item(actor))
    return select(ImmediateNotice).where(ImmediateNotice.item_id.in_(items.with_only_columns(JointItem.id)))


@kept
def joint_notices(actor: Actor) -> Select[ImmediateNotice]:
    """Both: what either service sent and both read now."""
    items = visible_joint_items(actor).where(is_joint_item(actor))
    return select(ImmediateNotice).where(ImmediateNotice.item_id.in_(items.with_only_columns(JointItem.id)))


@kept
def notices_that_came(actor: Actor) -> Select[ImmediateNotice]:
    """What the other service sent and both read now, with the item that it lies in."""
    return (
        select(ImmediateNotice)
        .join(ImmediateNotice.item)
        .where(
            JointItem.service_id != actor.service_id,
            JointItem.released_at.is_not(None),
            JointItem.withdrawn_at.is_(None),
            ~JointItem.has_ended,
            is_joint_item(actor),
        )
        .options(contains_eager(ImmediateNotice.item))
    )


@kept
def known_notices(actor: Actor) -> Select[ImmediateNotice]:
    """Both, also where the agreement has ended since: that they lie there, never what they say.

    Danger that was told is not over because an agreement is; whoever cannot read it any more telephones.
    """
    ended = and_(JointItem.case_id.in_(visible_case_ids(actor)), is_behind_the_end())
    items = select(JointItem.id).where(
        JointItem.released_at.is_not(None),
        JointItem.withdrawn_at.is_(None),
        ~JointItem.has_ended,
        or_(is_joint_item(actor), ended),
    )
    return select(ImmediateNotice).where(ImmediateNotice.item_id.in_(items))


@kept
def unread_notices(actor: Actor) -> Select[ImmediateNotice]:
    """What came to the actor's service and nobody of it has read, in any case that is not sealed: for its managers.

    That it lies there and where, never what it says: for that somebody works on the case. Also where the agreement
    has ended since, and nobody can read it any more.
    """
    if not actor.kind.is_side or not actor.has(Role.MANAGER):
        return select(ImmediateNotice).where(false())
    items = select(JointItem.id).where(
        JointItem.released_at.is_not(None),
        JointItem.withdrawn_at.is_(None),
        ~JointItem.has_ended,
        JointItem.service_id != actor.service_id,
        JointItem.case_id.in_(kept_case_ids(actor)),
    )
    return select(ImmediateNotice).where(
        ImmediateNotice.item_id.in_(items), ~is_read_by(actor.service_id).exists()
    )


@kept
def unconfirmed_notices(actor: Actor) -> Select[ImmediateNotice]:
    """What of the own service waits for a second person: for who wrote it, and for managers, in any case not sealed.

    For a manager that it waits, and where, never what it says. What left the programme waits for nobody.
    """
    if actor.kind is not ServiceKind.VSS:
        return select(ImmediateNotice).where(false())
    waiting = select(JointItem.id).where(
        JointItem.released_at.is_(None),
        JointItem.withdrawn_at.is_(None),
        ~JointItem.has_ended,
        JointItem.service_id == actor.service_id,
    )
    written = own_joint_items(actor).where(JointItem.author_id == actor.person_id)
    mine: ColumnElement[bool] = ImmediateNotice.item_id.in_(written.with_only_columns(JointItem.id))
    if actor.has(Role.MANAGER):
        kept_here = select(JointItem.id).where(JointItem.case_id.in_(kept_case_ids(actor)))
        mine = or_(mine, ImmediateNotice.item_id.in_(kept_here))
    return select(ImmediateNotice).where(ImmediateNotice.item_id.in_(waiting), mine)


def is_behind_the_end() -> ColumnElement[bool]:
    """Nothing opens the joint space in which a notice lies; its item is in the statement around this one."""
    holding = case_agreements_in_force().where(Agreement.case_id == JointItem.case_id)
    return and_(
        ~holding.correlate(JointItem).exists(),
        JointItem.case_id.not_in(emergency_case_ids()),
        ~was_asked_before(),
    )


def is_read_by(service_id: UUID) -> Select[UUID]:
    """Somebody of this service said that they have read the notice of the statement around this one."""
    receipt = select(NoticeReceipt.id).where(
        NoticeReceipt.notice_id == ImmediateNotice.id, NoticeReceipt.service_id == service_id
    )
    return receipt.correlate(ImmediateNotice)


@kept
def _notice_ids(actor: Actor) -> Select[UUID]:
    return visible_immediate_notices(actor).with_only_columns(ImmediateNotice.id)


@kept
def visible_notice_receipts(actor: Actor) -> Select[NoticeReceipt]:
    """Who read which notice, for both services; what the other one did while the joint space is open."""
    return select(NoticeReceipt).where(
        NoticeReceipt.notice_id.in_(_notice_ids(actor)), _is_ours_or_open(actor, NoticeReceipt)
    )


@kept
def visible_notice_answers(actor: Actor) -> Select[NoticeAnswer]:
    """What was answered; what the other service wrote while the joint space is open, also to a notice of the own one."""
    return select(NoticeAnswer).where(
        NoticeAnswer.notice_id.in_(_notice_ids(actor)), _is_ours_or_open(actor, NoticeAnswer)
    )


def _is_ours_or_open(actor: Actor, model: type[NoticeReceipt] | type[NoticeAnswer]) -> ColumnElement[bool]:
    """Somebody of the own service did it, or the joint space in which the notice lies is open."""
    of_open = (
        select(ImmediateNotice.id)
        .join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .where(is_joint_item(actor))
    )
    return or_(model.service_id == actor.service_id, model.notice_id.in_(of_open))


@kept
def visible_notice_calls(actor: Actor) -> Select[NoticeCall]:
    """Whom the actor's own service telephoned about a notice; for its managers too."""
    if not actor.kind.is_side:
        return select(NoticeCall).where(false())
    own: ColumnElement[bool] = NoticeCall.case_id.in_(own_file_case_ids(actor))
    if actor.has(Role.MANAGER):
        own = or_(own, NoticeCall.case_id.in_(kept_case_ids(actor)))
    return select(NoticeCall).where(NoticeCall.service_id == actor.service_id, own)


@kept
def visible_notice_talks(actor: Actor) -> Select[NoticeTalk]:
    """What she was told of notices, in her file."""
    return select(NoticeTalk).where(NoticeTalk.file_id.in_(visible_file_ids(actor)))
