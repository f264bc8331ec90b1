"""What a meeting's frame may be: its kind and what it belongs to, its moment, its length, its link."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session, joinedload

from core import access, clock, text
from core.access import Actor
from core.errors import Conflict, Invalid
from core.models import Case, Cooperation
from core.operations import agendas, files, joint_spaces
from core.operations.joint_spaces import Standing

PHASE_1 = "phase_1"
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=8)
#: Further back nobody plans or records a meeting: it is a slip of the year.
LONGEST_AGO, LONGEST_AHEAD = timedelta(days=366), timedelta(days=5 * 366)


def scope(
    db: Session, actor: Actor, kind: str, case_id: UUID | None, cooperation_id: UUID | None
) -> tuple[Case | None, Cooperation]:
    """The case and the cooperation that a meeting of this kind belongs to."""
    if kind not in agendas.kinds().ids:
        raise Invalid("error.meeting.kind", field="kind")
    if kind == PHASE_1:
        if case_id is not None or cooperation_id is None:
            raise Invalid("error.meeting.phase_1", field="kind")
        return None, access.find(db, access.own_cooperations(actor), cooperation_id)
    if case_id is None:
        raise Invalid("error.meeting.needs_case", field="kind")
    case = access.find(db, access.visible_cases(actor).options(joinedload(Case.cooperation)), case_id)
    if not case.is_paired:
        raise Conflict("error.meeting.not_paired")
    _require_ground(db, actor, case, kind)
    return case, case.cooperation


def _require_ground(db: Session, actor: Actor, case: Case, kind: str) -> None:
    """An agreement, or an emergency, opens the table; the meeting that leads to the first agreement needs none."""
    found = joint_spaces.standing(db, actor, case)
    if not has_ground(found, kind):
        raise joint_spaces.closed(found)


def has_ground(found: Standing, kind: str) -> bool:
    """Can a meeting of this kind be planned while the joint space of its case stands like this?"""
    is_first = found.ground in {joint_spaces.Ground.NO_AGREEMENT, joint_spaces.Ground.NOT_YET}
    return found.is_open or (is_first and kind in agendas.kinds().before_agreement)


def moment(planned_at: datetime | None) -> datetime:
    if planned_at is None:
        raise Invalid("error.no_date", field="planned_at")
    if planned_at < clock.now() - LONGEST_AGO:
        raise Invalid("error.meeting.long_past", field="planned_at")
    if planned_at > clock.now() + LONGEST_AHEAD:
        raise Invalid("error.meeting.far_ahead", field="planned_at")
    return planned_at


def is_past(planned_at: datetime | None) -> bool:
    """Would this meeting be recorded and not planned? What lies too far back is a slip."""
    now = clock.now()
    return planned_at is not None and now - LONGEST_AGO <= planned_at < now


def length(duration: timedelta) -> timedelta:
    if not SHORTEST <= duration <= LONGEST:
        raise Invalid("error.meeting.duration", field="duration")
    return duration


def link(typed_link: str) -> str:
    """A web address or a telephone number; of web addresses only those that a browser opens as a page."""
    typed = text.line(typed_link, field="link", required=False, longest=2000)
    if ":" in typed and not typed.lower().startswith(("https://", "http://", "tel:")):
        raise Invalid("error.meeting.link", field="link")
    return typed


def lacking(*, is_remote: bool, place: str, link: str) -> Invalid | None:
    """What an invitation needs before it leaves: where people come to, or how they join."""
    if is_remote and not link:
        return Invalid("error.meeting.no_link", field="link")
    if not is_remote and not place:
        return Invalid("error.meeting.no_place", field="place")
    return None


def nameless(db: Session, actor: Actor, case_id: UUID | None, **typed: str) -> None:
    """Refuse what holds a name or a contact of the actor's own file of the case: it would leave with the invitation."""
    for field, words in typed.items():
        if case_id is not None and words and files.tells(db, actor, case_id, words):
            raise Invalid("error.meeting.names", field=field)
