"""The joint action plan in Word: the whole plan, or one service's rows. There is none for him."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor
from core.audit import EventKind
from core.documents import action_plan as word
from core.documents.frame import Printed
from core.documents.kinds import Recipient
from core.errors import NotFound
from core.locale import Words
from core.models import Action, Meeting, Service, ServiceKind
from core.operations import action_plans, cases
from core.settings import settings

_RECIPIENTS = {ServiceKind.PP: Recipient.PP, ServiceKind.VSS: Recipient.VSS}


def document(
    db: Session, actor: Actor, case_id: UUID, *, words: Words, extract_for: UUID | None = None
) -> bytes:
    """The plan of a case in Word; with `extract_for`, the rows of that service or agency and no others.

    Leaves an event. Raises NotFound where the service has no row in the plan.
    """
    access.require_fresh(actor)
    case = cases.find(db, actor, case_id)
    actions = action_plans.list_of_case(db, actor, case_id)
    service = _service(actions, extract_for)
    if service is not None:
        actions = [action for action in actions if action.service_id == service.id]
    made = word.ActionPlanDocument(
        case_code=case.code,
        agreed_text=_agreed(db, actor, actions, words),
        version_text=words("plan.as_of", day=words.day(clock.today())),
        printed=Printed(by=actor.name, at_text=words.moment(clock.now())),
        rows=tuple(_row(action, words) for action in actions),
        extract_for=service.name if service else "",
        language=settings().language,
    )
    act = "export_plan" if service is None else "export_extract"
    audit.record(db, actor, act, case, case_id=case.id, kind=EventKind.EXPORT)
    return word.make(made, _recipient(service), words)


def _service(actions: Sequence[Action], service_id: UUID | None) -> Service | None:
    if service_id is None:
        return None
    found = next((action.service for action in actions if action.service_id == service_id), None)
    if found is None:
        raise NotFound
    return found


def _recipient(service: Service | None) -> Recipient:
    if service is None:
        return Recipient.JOINT
    return _RECIPIENTS.get(service.kind, Recipient.AGENCY)


def _agreed(db: Session, actor: Actor, actions: Sequence[Action], words: Words) -> str:
    """The day of the last meeting that decided an action; nothing where none did."""
    decided_by = {action.meeting_id for action in actions} - {None}
    statement = access.joint_meetings(actor).where(Meeting.id.in_(decided_by))
    last = db.scalar(select(func.max(statement.subquery().c.started_at)))
    return words.day(last.date()) if last else ""


def _row(action: Action, words: Words) -> word.PlanRow:
    return word.PlanRow(
        need=action.need,
        action=action.text,
        term=words.day(action.due_on),
        responsible=action.person.name if action.person else "",
        service=action.service.name,
        state=_state(action, words),
    )


def _state(action: Action, words: Words) -> str:
    state = words(f"action.state.{action.state}")
    if action.is_overdue:
        return words("plan.state_overdue", state=state)
    if action.done_on is not None:
        state = words("plan.state_done", state=state, day=words.day(action.done_on))
    return f"{state}\n{action.reason}" if action.reason else state
