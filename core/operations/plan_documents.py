"""The joint action plan in Word: the whole plan, or one service's rows. There is none for him."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.documents import action_plan as word
from core.documents.frame import Printed
from core.documents.kinds import DocumentKind, Recipient
from core.errors import NotFound
from core.locale import Words
from core.models import Action, ActionChange, Meeting, Person, Service, ServiceKind
from core.operations import action_plans, agendas, cases, outgoing
from core.operations.papers import USUAL, Paper, Sending
from core.settings import settings

_RECIPIENTS = {ServiceKind.PP: Recipient.PP, ServiceKind.VSS: Recipient.VSS}


@outgoing.document
def document(
    db: Session,
    actor: Actor,
    case_id: UUID,
    *,
    words: Words,
    extract_for: UUID | None = None,
    sending: Sending = USUAL,
) -> Paper:
    """The plan of a case in Word; with `extract_for`, the rows of that service or agency and no others.

    Raises NotFound where the service has no row in the plan.
    """
    case = cases.find(db, actor, case_id)
    actions = action_plans.list_of_case(db, actor, case_id)
    service = _service(actions, extract_for)
    if service is not None:
        actions = [action for action in actions if action.service_id == service.id]
    made = word.ActionPlanDocument(
        case_code=case.code,
        as_of_text=words.moment(clock.now()),
        agreed_text=_agreed(db, actor, actions, words),
        changed_text=_changed(db, actions, words, names_people=service is None),
        version_text=words("plan.as_of", day=words.day(clock.today())),
        printed=Printed(by=actor.name, at_text=words.moment(clock.now())),
        rows=tuple(_row(action, words) for action in actions),
        extract_for=service.name if service else "",
        language=settings().language,
    )
    kind = DocumentKind.ACTION_PLAN if service is None else DocumentKind.ACTION_PLAN_EXTRACT
    usual = _recipient(service)
    recipient, choices = outgoing.to_whom(kind, sending, usual, among=() if service is None else (usual,))
    return Paper(
        kind=kind,
        recipient=recipient,
        content=word.make(made, recipient, words),
        record=case,
        act="export_plan" if service is None else "export_extract",
        case_id=case.id,
        choices=choices,
        services=(service,) if service else (),
    )


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
    """Which actions were agreed in which meeting, and how many were put into the plan outside one."""
    decided = Counter(action.meeting_id for action in actions)
    statement = access.framed_meetings(actor).where(Meeting.id.in_(decided))
    held = db.scalars(statement.order_by(Meeting.takes_place_at)).all()
    lines = [
        words.count(
            "plan.agreed_in",
            decided.pop(meeting.id),
            kind=agendas.kinds().kind(meeting.kind).title,
            day=words.day(clock.day(meeting.takes_place_at)),
        )
        for meeting in held
    ]
    if outside := decided.total():
        lines.append(words.count("plan.agreed_outside", outside))
    return "\n".join(lines)


def _changed(db: Session, actions: Sequence[Action], words: Words, *, names_people: bool) -> str:
    """When and by whom one of these actions was last changed; an extract may leave the two services and names nobody."""
    last = db.execute(
        select(ActionChange.created_at, Person.name, Service.name)
        .join(Person, Person.id == ActionChange.person_id)
        .join(Service, Service.id == Person.service_id)
        .where(ActionChange.action_id.in_([action.id for action in actions]))
        .order_by(ActionChange.created_at.desc())
        .limit(1)
    ).first()
    if last is None:
        return ""
    at, name, service = last
    return f"{words.moment(at)}, {f'{name}, {service}' if names_people else service}"


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
