"""What both services did, in the picture: meetings, the agreement of the case, and its end."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.models import Agreement, AgreementLevel, Closing, Meeting, MeetingState
from core.operations.picture_parts import Asked, Kind, Lane, Mark, Part
from core.operations.timeline_entries import State, meeting_state
from core.operations.timelines import SIGNED


def meetings(db: Session, actor: Actor, asked: Asked) -> Part:
    """The meetings of the case that were not called off."""
    statement = (
        access.visible_meetings(actor)
        .where(Meeting.case_id == asked.case.id, Meeting.state != MeetingState.CANCELLED)
        .order_by(Meeting.takes_place_at)
    )
    today = clock.today()
    return Part(
        [
            Mark(
                lane=Lane.BOTH,
                kind=Kind.MEETING,
                on=clock.day(one.takes_place_at),
                what=one.kind,
                state=str(meeting_state(one, today)),
            )
            for one in db.scalars(statement)
        ]
    )


def agreements(db: Session, actor: Actor, asked: Asked) -> Part:
    """The case-level agreements that were signed, each over the time in which it holds."""
    statement = (
        access.visible_agreements(actor)
        .where(
            Agreement.case_id == asked.case.id,
            Agreement.level == AgreementLevel.CASE,
            Agreement.state.in_(SIGNED),
            Agreement.in_force_from.is_not(None),
        )
        .order_by(Agreement.in_force_from)
    )
    return Part([mark for one in db.scalars(statement) if (mark := _mark(one)) is not None])


def _mark(one: Agreement) -> Mark | None:
    begins = one.in_force_from or one.starts_on
    if begins is None:
        return None
    today = clock.today()
    held = State.IN_FORCE if one.is_in_force(today) else State.ENDED
    return Mark(
        lane=Lane.BOTH,
        kind=Kind.AGREEMENT,
        on=begins,
        until=min((end for end in (one.ends_on, one.terminated_on) if end), default=None),
        state=str(State.TO_COME if begins > today else held),
    )


def ends(db: Session, actor: Actor, asked: Asked) -> Part:
    """When both services agreed on the end of the case, and when it was taken up again."""
    statement = access.visible_closings(actor).where(
        Closing.case_id == asked.case.id, Closing.agreed_at.is_not(None)
    )
    return Part([mark for one in db.scalars(statement) for mark in _end(one)])


def _end(one: Closing) -> Iterator[Mark]:
    if one.agreed_at is not None:
        yield Mark(Lane.BOTH, Kind.END, clock.day(one.agreed_at), what=str(one.ground or ""), state="ended")
    if one.reopened_at is not None:
        why = str(one.reopened_for or "")
        yield Mark(Lane.BOTH, Kind.END, clock.day(one.reopened_at), what=why, state="reopened")
