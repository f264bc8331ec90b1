"""The actions of all cases of a person: what they answer for, and what they may look up."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, exists, or_
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from core import access, clock, lists
from core.access import Actor
from core.lists import Asked, Found
from core.models import Action, ActionState, Case, Person, Role, Service, ServiceKind

_OPEN = tuple(state for state in ActionState if state.is_open)


class Scope(StrEnum):
    """Which actions a list shows."""

    MINE = "mine"
    OVERDUE = "overdue"
    OPEN = "open"
    ALL = "all"


def search(db: Session, actor: Actor, asked: Asked, *, scope: Scope = Scope.MINE) -> Found[Action]:
    """The actions of the actor's cases, with case, service and person."""
    statement = access.visible_actions(actor).join(Action.case).join(Action.service).outerjoin(Action.person)
    if scope is not Scope.ALL:
        statement = statement.where(Action.state.in_(_OPEN))
    if scope is Scope.MINE:
        statement = statement.where(is_mine(actor))
    if scope is Scope.OVERDUE:
        statement = statement.where(Action.due_on < clock.today())
    return lists.page(
        db,
        statement,
        asked,
        search=[Case.code, Action.need, Action.text, Service.name, Person.name],
        sorts={
            "due_on": [Action.due_on],
            "-due_on": [Action.due_on.desc()],
            "case": [Case.code, Action.due_on],
            "responsible": [Service.name, Person.name, Action.due_on],
            "state": [Action.state, Action.due_on],
        },
        options=[
            contains_eager(Action.case),
            contains_eager(Action.service),
            contains_eager(Action.person),
        ],
    )


def waiting(db: Session, actor: Actor, *, until: date, limit: int) -> Found[Action]:
    """What the actor answers for and is due until a day, overdue first, with case, service and person."""
    return lists.first(db, _mine(actor).where(Action.due_on <= until), limit)


@access.kept
def _mine(actor: Actor) -> Select[Action]:
    return (
        access.visible_actions(actor)
        .where(Action.state.in_(_OPEN), is_mine(actor))
        .options(joinedload(Action.case), joinedload(Action.service), joinedload(Action.person))
        .order_by(Action.due_on, Action.id)
    )


def is_mine(actor: Actor) -> ColumnElement[bool]:
    """The actor is named in the action, or manages cases at the service that it belongs to.

    An agency has no people here: the case managers of both services answer for its actions.
    """
    named = Action.person_id == actor.person_id
    if not actor.has(Role.CASE_MANAGER):
        return named
    held_by, sides = (
        aliased(Service),
        (ServiceKind.PP, ServiceKind.VSS),
    )  # a statement around this one may join it
    of_agency = exists().where(held_by.id == Action.service_id, held_by.kind.not_in(sides)).correlate(Action)
    return or_(named, Action.service_id == actor.service_id, of_agency)
