"""The six steps of a meeting at a distance, and which of them the records show as done."""

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.models import Action, AgendaItem, Meeting, MeetingState, Minutes
from core.operations import agendas


@dataclass(frozen=True)
class RemoteStepDone:
    """One of the six steps, with its words and whether the records show it as done."""

    key: str
    title: str
    help: str
    is_done: bool


def of_found(db: Session, meeting: Meeting) -> list[RemoteStepDone]:
    """The six steps, in their order, of a meeting that an operation has found, with its agenda and people."""
    has_action, has_minutes = db.execute(
        select(
            exists().where(Action.meeting_id == meeting.id), exists().where(Minutes.meeting_id == meeting.id)
        )
    ).one()
    done = {
        # An invitation that is out of date has gone back to "planned"; one to a meeting that was missed was sent.
        "invitation": meeting.started_at is not None
        or meeting.state is MeetingState.INVITED
        or (meeting.is_over and meeting.invited_at is not None),
        "coordination": _is_coordinated(meeting),
        "facilitation": meeting.started_at is not None,
        "risk_assessment": any(_is_written(item) for item in _items_of(meeting, "risk_assessment")),
        "action_plan": has_action,
        "minutes": has_minutes,
    }
    return [
        RemoteStepDone(key=step.id, title=step.title, help=step.help, is_done=done.get(step.id, False))
        for step in agendas.kinds().remote_steps
    ]


def _is_coordinated(meeting: Meeting) -> bool:
    """Somebody is present, and each who takes part from a distance has a room where nobody hears."""
    present = [each for each in meeting.attendances if each.is_present]
    return bool(present) and all(each.is_room_private for each in present if each.mode == "remote")


def _items_of(meeting: Meeting, step: str) -> list[AgendaItem]:
    keys = {item.id for item in agendas.kinds().items if item.remote_step == step}
    return [item for item in meeting.items if item.key in keys]


def _is_written(item: AgendaItem) -> bool:
    return any((item.facts, item.pp_view, item.vss_view, item.decisions))
