"""Cases: opening, finding, describing and closing them."""

from uuid import UUID

from sqlalchemy.orm import Session, joinedload

from core import access
from core.access import Actor
from core.models import Case, Cooperation


def find(db: Session, actor: Actor, case_id: UUID) -> Case:
    """The case with its cooperation and the two services.

    Raises NotFound where it is not the actor's.
    """
    statement = access.visible_cases(actor).options(
        joinedload(Case.cooperation).options(joinedload(Cooperation.pp), joinedload(Cooperation.vss))
    )
    return access.find(db, statement, case_id)
