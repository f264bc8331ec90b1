"""The joint action plan of a case: one plan, its rows, who ticks them, and how each came to be what it is."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock, text
from core.access import Actor, Permission, may, require, require_version
from core.errors import Conflict, Invalid, NotAllowed
from core.models import (
    Action,
    ActionChange,
    ActionState,
    Case,
    Meeting,
    Person,
    Role,
)
from core.operations import cases, files, joint_spaces, presences, responsibles, telling
from core.operations.responsibles import Responsible, responsible_for

__all__ = ["Action", "ActionChange", "ActionState", "Responsible", "responsible_for"]

LONGEST_ACTION = 2_000


def add(
    db: Session,
    actor: Actor,
    case_id: UUID,
    *,
    need: str,
    text: str,
    due_on: date | None,
    service_id: UUID | None,
    person_id: UUID | None = None,
    meeting_id: UUID | None = None,
    meant: Collection[str] | None = None,
) -> Action:
    """Put an action into the joint plan of a case; `meant` is what its author was asked about (telling.require_meant).

    What is put there from another page while the case's meeting goes on is decided in that meeting too.
    Raises Conflict while the two services have not confirmed the case, and after it was closed; Invalid for a term that
    is over.
    """
    require(actor, Permission.WRITE_PLAN)
    case = _workable(db, actor, case_id)
    _require_meeting(db, actor, case_id, meeting_id)
    need, text, due_on = _checked(need, text, due_on)
    if due_on < clock.today():
        raise Invalid("error.term_over", field="due_on")
    files.require_nameless(db, actor, case_id, need=need, text=text)
    is_meant = telling.require_meant(db, actor, case_id, meant, need=(need, ""), text=(text, ""))
    service_id = responsibles.require(db, case, service_id, person_id)
    meeting_id = meeting_id or presences.sitting_of(db, actor, case_id)
    action = Action(
        case_id=case_id,
        need=need,
        text=text,
        due_on=due_on,
        service_id=service_id,
        person_id=person_id,
        meeting_id=meeting_id,
        created_by=actor.person_id,
    )
    db.add(action)
    db.flush()
    if is_meant:
        audit.record(db, actor, "meant", action, case_id=case_id)
    return _keep(db, actor, action, "add", meeting_id=meeting_id)


def revise(
    db: Session,
    actor: Actor,
    action_id: UUID,
    *,
    need: str,
    text: str,
    due_on: date | None,
    service_id: UUID | None,
    person_id: UUID | None,
    version: int,
    meeting_id: UUID | None = None,
    meant: Collection[str] | None = None,
) -> Action:
    """Change what an action says, its term or who is responsible; either service may, the plan is joint.

    Raises Conflict where somebody saved it meanwhile, or where it is settled.
    """
    require(actor, Permission.WRITE_PLAN)
    action = find(db, actor, action_id)
    case = _workable(db, actor, action.case_id)
    require_version(action, version)
    _require_open(action)
    _require_meeting(db, actor, action.case_id, meeting_id)
    need, text, due_on = _checked(need, text, due_on)
    if (service_id, person_id) != (action.service_id, action.person_id):
        service_id = responsibles.require(db, case, service_id, person_id)
    wanted = {
        "need": need,
        "text": text,
        "due_on": due_on,
        "service_id": service_id,
        "person_id": person_id,
    }
    changed = {name for name, value in wanted.items() if getattr(action, name) != value}
    if not changed:
        return action
    # Only what is new: words of the other side that hold a name of ours are not for us to be stopped at.
    new = {name: value for name, value in (("need", need), ("text", text)) if name in changed}
    files.require_nameless(db, actor, action.case_id, **new)
    changing = {name: (value, str(getattr(action, name))) for name, value in new.items()}
    if telling.require_meant(db, actor, action.case_id, meant, **changing):
        audit.record(db, actor, "meant", action, case_id=action.case_id)
    for name in changed:
        setattr(action, name, wanted[name])
    return _keep(db, actor, action, "revise", meeting_id=meeting_id)


def set_state(
    db: Session,
    actor: Actor,
    action_id: UUID,
    *,
    state: ActionState,
    reason: str = "",
    version: int,
    meeting_id: UUID | None = None,
    meant: Collection[str] | None = None,
) -> Action:
    """Say what became of an action; a second click with the same answer changes nothing.

    `meant` is what its author was asked about (telling.require_meant).
    Raises NotAllowed for the people of another service, and Invalid where the state needs a reason.
    """
    require(actor, Permission.WRITE_PLAN)
    action = find(db, actor, action_id)
    if not may_tick(actor, action):
        raise NotAllowed("error.action_not_yours", service=action.service.name)
    _require_meeting(db, actor, action.case_id, meeting_id)
    reason = _reason(reason, required=state.needs_reason)
    if (action.state, action.reason) == (state, reason):
        return action
    require_version(action, version)
    files.require_nameless(db, actor, action.case_id, reason=reason)
    _require_meant(db, actor, action, meant, reason, before=action.reason)
    action.state = state
    action.reason = reason
    action.done_on = clock.today() if state is ActionState.DONE else None
    return _keep(db, actor, action, state.value, reason=reason, meeting_id=meeting_id)


def postpone(
    db: Session,
    actor: Actor,
    action_id: UUID,
    *,
    due_on: date | None,
    reason: str,
    version: int,
    meeting_id: UUID | None = None,
    meant: Collection[str] | None = None,
) -> Action:
    """Carry an open action over to a later term, for a reason; either service may, the plan is joint.

    `meant` is what its author was asked about (telling.require_meant).
    Raises Invalid where the new term is not later than the old one, or is over.
    """
    require(actor, Permission.WRITE_PLAN)
    action = find(db, actor, action_id)
    require_version(action, version)
    _require_open(action)
    _require_meeting(db, actor, action.case_id, meeting_id)
    due_on = text.day(due_on, field="due_on")
    if due_on <= action.due_on:
        raise Invalid("error.term_not_later", field="due_on")
    if due_on < clock.today():
        raise Invalid("error.term_over", field="due_on")
    reason = _reason(reason, required=True)
    files.require_nameless(db, actor, action.case_id, reason=reason)
    _require_meant(db, actor, action, meant, reason, before="")
    action.due_on = due_on
    return _keep(db, actor, action, "postpone", reason=reason, meeting_id=meeting_id)


def find(db: Session, actor: Actor, action_id: UUID) -> Action:
    """The action with its service, its person and its case."""
    return access.find(db, _loaded(actor), action_id)


@access.of_one_case
def list_of_case(db: Session, actor: Actor, case_id: UUID) -> list[Action]:
    """The plan: overdue first, then by term, then what is settled; nothing where the case is not the actor's."""
    found = in_order(db.scalars(_loaded(actor).where(Action.case_id == case_id)).unique().all())
    if found:
        audit.look(db, found[0].case, "read_plan", case_id=case_id)
    return found


def open_of_last_meetings(
    db: Session, actor: Actor, case_id: UUID, *, meeting_id: UUID | None = None
) -> list[Action]:
    """What earlier meetings left to do: the open actions, and those that this meeting has settled.

    An action that this meeting itself decided is not among them.
    """
    settled_here = select(ActionChange.action_id).where(ActionChange.meeting_id == meeting_id)
    is_left = Action.state.in_([state for state in ActionState if state.is_open])
    statement = _loaded(actor).where(Action.case_id == case_id)
    if meeting_id is not None:
        statement = statement.where(
            or_(is_left, Action.id.in_(settled_here)),
            or_(Action.meeting_id.is_(None), Action.meeting_id != meeting_id),
        )
    else:
        statement = statement.where(is_left)
    return in_order(db.scalars(statement).unique().all())


def history(db: Session, actor: Actor, action_id: UUID) -> list[ActionChange]:
    """How an action became what it is, from the first day on, with who changed it and who was responsible."""
    action = access.find(db, access.visible_actions(actor), action_id)
    audit.look(db, action, case_id=action.case_id)
    statement = (
        select(ActionChange)
        .where(ActionChange.action_id == action.id)
        .options(
            joinedload(ActionChange.person).joinedload(Person.service),
            joinedload(ActionChange.service),
            joinedload(ActionChange.responsible),
        )
        .order_by(ActionChange.created_at)
    )
    return list(db.scalars(statement).unique())


def may_tick(actor: Actor, action: Action) -> bool:
    """Is it for the actor to say what became of this action (its service loaded)?

    Its own service's people only; an agency has no people here, so either case manager answers for its rows.
    """
    if not may(actor, Permission.WRITE_PLAN):
        return False
    if action.service_id == actor.service_id:
        return True
    return not action.service.kind.is_side and actor.has(Role.CASE_MANAGER)


def in_order(actions: Sequence[Action]) -> list[Action]:
    """Overdue first, then by term; what is settled comes last, the newest first."""
    waiting = [action for action in actions if action.state.is_open]
    settled = [action for action in actions if not action.state.is_open]
    waiting.sort(key=lambda action: (not action.is_overdue, action.due_on, action.created_at))
    settled.sort(key=lambda action: (action.due_on, action.created_at), reverse=True)
    return waiting + settled


def _loaded(actor: Actor) -> Select[Action]:
    return access.visible_actions(actor).options(
        joinedload(Action.service), joinedload(Action.person), joinedload(Action.case)
    )


def _workable(db: Session, actor: Actor, case_id: UUID) -> Case:
    """The case, where its plan may be written: confirmed by both services and not closed."""
    case = cases.find_open(db, actor, case_id)
    if not case.is_paired:
        raise Conflict("error.case_not_paired")
    joint_spaces.require_open(db, actor, case)
    return case


def _require_open(action: Action) -> None:
    if not action.state.is_open:
        raise Conflict("error.action_settled")


def _require_meeting(db: Session, actor: Actor, case_id: UUID, meeting_id: UUID | None) -> None:
    """Raise NotFound where the meeting named is not one of this case."""
    if meeting_id is not None:
        access.find(db, access.joint_meetings(actor).where(Meeting.case_id == case_id), meeting_id)


def _checked(need: str, typed: str, due_on: date | None) -> tuple[str, str, date]:
    return (
        text.line(need, field="need"),
        text.text(typed, field="text", longest=LONGEST_ACTION),
        text.day(due_on, field="due_on"),
    )


def _reason(reason: str, *, required: bool) -> str:
    return text.text(reason, field="reason", required=required, longest=LONGEST_ACTION)


def _require_meant(
    db: Session, actor: Actor, action: Action, meant: Collection[str] | None, reason: str, *, before: str
) -> None:
    if telling.require_meant(db, actor, action.case_id, meant, reason=(reason, before)):
        audit.record(db, actor, "meant", action, case_id=action.case_id)


def _keep(
    db: Session, actor: Actor, action: Action, act: str, *, reason: str = "", meeting_id: UUID | None = None
) -> Action:
    """Write the change into the action's history, and return the action as `find` would."""
    db.add(
        ActionChange(
            action_id=action.id,
            person_id=actor.person_id,
            state=action.state,
            due_on=action.due_on,
            need=action.need,
            text=action.text,
            service_id=action.service_id,
            responsible_id=action.person_id,
            reason=reason,
            meeting_id=meeting_id,
        )
    )
    audit.record(db, actor, act, action, case_id=action.case_id)
    db.flush()
    db.refresh(action, ["service", "person", "case"])
    return action
