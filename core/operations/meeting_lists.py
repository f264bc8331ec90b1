"""The meetings of all my cases and cooperations as one list: searched, sorted, taken as a file."""

from sqlalchemy import case
from sqlalchemy.orm import Session, joinedload

from core import access, lists
from core.access import Actor
from core.lists import Asked, Found
from core.models import Case, Meeting
from core.operations import agendas


def search(db: Session, actor: Actor, asked: Asked) -> Found[Meeting]:
    """The actor's meetings by the code of their case, their place and what their kind is called, each with its case."""
    title = case(
        {kind.id: kind.title for kind in agendas.kinds().kinds}, value=Meeting.kind, else_=Meeting.kind
    )
    return lists.page(
        db,
        access.visible_meetings(actor).outerjoin(Meeting.case),
        asked,
        search=[Case.code, Meeting.place, title],
        sorts={
            "newest": [Meeting.takes_place_at.desc()],
            "oldest": [Meeting.takes_place_at.asc()],
            "case": [Case.code, Meeting.takes_place_at.desc()],
            "kind": [title, Meeting.takes_place_at.desc()],
            "state": [Meeting.state, Meeting.takes_place_at.desc()],
        },
        options=[joinedload(Meeting.case)],
    )
