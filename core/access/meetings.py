"""Meetings, actions and agreements, with those of Phase 1 and those that a guest was let into."""

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from core.access.actors import Actor, is_worker
from core.access.cases import (
    before_agreement_ids,
    guest_case_ids,
    guest_meeting_ids,
    joint_case_ids,
    visible_case_ids,
)
from core.access.people import own_cooperation_ids
from core.access.statements import kept
from core.content import meeting_kinds
from core.models import Action, Agreement, AgreementLevel, Meeting, Person, Role, Service, ServiceKind


@kept
def visible_meetings(actor: Actor) -> Select[Meeting]:
    """Meetings of open joint spaces and of the actor's cooperations; for a guest, those they were let into.

    The meeting that opens a case comes before its agreement, and is there until the first one holds.
    """
    if actor.has(Role.GUEST):
        return select(Meeting).where(
            or_(Meeting.id.in_(guest_meeting_ids(actor)), Meeting.case_id.in_(guest_case_ids(actor)))
        )
    return select(Meeting).where(
        or_(
            Meeting.case_id.in_(joint_case_ids(actor)),
            and_(
                Meeting.kind.in_(meeting_kinds.load().before_agreement),
                Meeting.case_id.in_(before_agreement_ids(actor)),
            ),
            and_(Meeting.case_id.is_(None), Meeting.cooperation_id.in_(own_cooperation_ids(actor))),
        )
    )


@kept
def guest_meetings(actor: Actor) -> Select[Meeting]:
    """The single meetings that the actor was let into as a guest, without those they see with a whole case."""
    return select(Meeting).where(Meeting.id.in_(guest_meeting_ids(actor)))


@kept
def framed_meetings(actor: Actor) -> Select[Meeting]:
    """That there were meetings, of which kind, when and how they ended: the frame of a case, which stays readable.

    For the facts that steps of the protocol are told from; never for what was said at the table.
    """
    if not is_worker(actor):
        return select(Meeting).where(false())
    return select(Meeting).where(
        or_(
            Meeting.case_id.in_(visible_case_ids(actor)),
            and_(Meeting.case_id.is_(None), Meeting.cooperation_id.in_(own_cooperation_ids(actor))),
        )
    )


@kept
def framed_actions(actor: Actor) -> Select[Action]:
    """That each side has actions and whether they are open, for the same facts; never what they say."""
    return select(Action).where(Action.case_id.in_(visible_case_ids(actor)))


@kept
def joint_meetings(actor: Actor) -> Select[Meeting]:
    """Meetings whose minutes the actor may read and write: never a guest's."""
    return visible_meetings(actor) if is_worker(actor) else select(Meeting).where(false())


@kept
def visible_actions(actor: Actor) -> Select[Action]:
    """The plans of open joint spaces, and the actor's own service's actions always; for a guest, their agency's.

    An agency settles nothing here: what a service wrote down for one stays with that service as its own does.
    """
    if actor.has(Role.GUEST):
        return select(Action).where(
            Action.case_id.in_(guest_case_ids(actor)), Action.service_id == actor.service_id
        )
    return select(Action).where(
        or_(
            Action.case_id.in_(joint_case_ids(actor)),
            and_(
                or_(Action.service_id == actor.service_id, _written_for_agency(actor)),
                Action.case_id.in_(visible_case_ids(actor)),
            ),
        )
    )


def _written_for_agency(actor: Actor) -> ColumnElement[bool]:
    """Somebody of the actor's service put it into the plan, for an agency to do."""
    agencies = select(Service.id).where(Service.kind.not_in([kind for kind in ServiceKind if kind.is_side]))
    ours = select(Person.id).where(Person.service_id == actor.service_id)
    return and_(Action.service_id.in_(agencies), Action.created_by.in_(ours))


@kept
def visible_agreements(actor: Actor) -> Select[Agreement]:
    """Organisation-level agreements of the actor's cooperations, case-level ones of the actor's cases."""
    return select(Agreement).where(
        or_(
            and_(
                Agreement.level == AgreementLevel.ORGANISATION,
                Agreement.case_id.is_(None),
                Agreement.cooperation_id.in_(own_cooperation_ids(actor)),
            ),
            and_(Agreement.level == AgreementLevel.CASE, Agreement.case_id.in_(visible_case_ids(actor))),
        )
    )
