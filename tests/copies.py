"""Steps of a copy of somebody's own data: who chose what goes into it."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from core.access import Actor
from core.models import PersonRequest
from core.operations import copies, copy_choices


def choose_all(db: Session, actor: Actor, request: PersonRequest, *, but: Collection[str] = ()) -> None:
    """Everything that stands there now goes, but for what says this."""
    every = copies.pieces(db, actor, request.id)
    goes = [one.mark for one in every if one.text not in but]
    read = [one.mark for one in every]
    copy_choices.choose(db, actor, request.id, goes=goes, read=read, version=request.version)


def choose_what_is_offered(db: Session, actor: Actor, request: PersonRequest) -> None:
    """What is ticked when somebody opens the page goes."""
    choose_all(
        db, actor, request, but=[one.text for one in copies.pieces(db, actor, request.id) if one.doubt]
    )
