"""How the records of a case become the entries of its timeline."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from core import clock
from core.access import Actor
from core.content.protocols import Protocol
from core.models import Action, Agreement, AgreementState, Case, Meeting, PathEntry, PhaseEntry
from core.operations import agreed_ends, known_times
from core.operations.known_times import Out
from core.operations.rules import Rules
from core.operations.t_dates import TDate
from core.operations.timeline_entries import Entry, Kind, Lane, State, meeting_state


@dataclass(frozen=True)
class Found:
    """What the statements brought, before it becomes entries."""

    case: Case
    protocol: Protocol
    rules: Rules
    today: date
    agreements: Sequence[Agreement]
    meetings: Sequence[Meeting]
    path: Sequence[PathEntry]
    #: Those of the path that both services see.
    shared: frozenset[UUID]
    phases: Sequence[PhaseEntry]
    actions: Sequence[Action]
    #: Open actions beyond those.
    more_actions: int = 0
    #: When both services could read of an entry that both see.
    known: Mapping[UUID, Sequence[Out]] = field(default_factory=dict)
    #: What both services read to an entry.
    released: Mapping[UUID, str] = field(default_factory=dict)
    #: Since when both services agree on the end of the case.
    ended_at: datetime | None = None
    #: For a screen that both look at.
    joint_only: bool = False


def in_force(agreements: Sequence[Agreement]) -> Iterator[Agreement]:
    return (one for one in agreements if one.state is AgreementState.IN_FORCE)


def _lane(found: Found, service_id: UUID) -> Lane:
    if service_id == found.case.cooperation.pp_id:
        return Lane.PP
    return Lane.VSS if service_id == found.case.cooperation.vss_id else Lane.JOINT


def phase_entries(found: Found) -> Iterator[Entry]:
    last = found.case.closed_on
    # Without a single entry there is nothing that the last day could end.
    ends = [*(clock.day(after.created_at) for _, after in pairwise(found.phases)), last]
    for entry, until in zip(found.phases, ends, strict=False):
        is_now = until is None or (until == last and entry is found.phases[-1])
        yield Entry(
            lane=Lane.JOINT,
            kind=Kind.PHASE,
            what=entry.phase,
            on=clock.day(entry.created_at),
            until=until,
            state=State.NOW if is_now else State.PAST,
            record_id=entry.id,
            page="phase",
            page_id=found.case.id,
        )


def agreement_entries(found: Found) -> Iterator[Entry]:
    for one in found.agreements:
        starts = one.in_force_from or one.starts_on
        ends = min((end for end in (one.ends_on, one.terminated_on) if end), default=None)
        state = State.IN_FORCE if one.is_in_force(found.today) else State.ENDED
        if starts is not None and starts > found.today:
            state = State.TO_COME
        yield Entry(
            lane=Lane.JOINT,
            kind=Kind.AGREEMENT,
            what="case",
            on=starts,
            until=ends,
            state=state,
            record_id=one.id,
            page="agreement",
            page_id=one.id,
        )


def path_entries(found: Found, actor: Actor) -> Iterator[Entry]:
    for one in found.path:
        is_own = one.service_id == actor.service_id
        shared = State.SHARED_BY_US if is_own else State.SHARED_BY_THEM
        yield Entry(
            lane=_lane(found, one.service_id),
            kind=Kind.PATH,
            what=one.kind,
            on=one.happened_on,
            state=shared if one.id in found.shared else State.OURS_ONLY,
            # What was released of an episode stands on its own page.
            text=one.note if is_own and not found.joint_only else found.released.get(one.id, ""),
            calls_meeting=found.protocol.path_kind(one.kind).calls_meeting,
            is_ours_only=one.id not in found.shared,
            record_id=one.id,
        )


def time_entries(times: Sequence[TDate], today: date) -> Iterator[Entry]:
    for one in times:
        yield Entry(
            lane=Lane.JOINT,
            kind=Kind.T_POINT,
            what=one.label,
            on=one.on,
            state=_time_state(one, today),
            pp_done=one.pp_done,
            vss_done=one.vss_done,
            is_moved=one.is_moved,
            record_id=one.row_id,
        )


def _time_state(one: TDate, today: date) -> State:
    if one.on is None:
        return State.NO_DAY
    if one.is_done:
        return State.DONE
    if one.is_half:
        return State.HIS_DONE if one.pp_done else State.HERS_DONE
    return State.OVERDUE if one.on < today else State.OPEN


def meeting_entries(found: Found) -> Iterator[Entry]:
    for one in found.meetings:
        yield Entry(
            lane=Lane.JOINT,
            kind=Kind.MEETING,
            what=one.kind,
            on=clock.day(one.takes_place_at),
            at=one.takes_place_at,
            state=meeting_state(one, found.today),
            text=one.reason,
            record_id=one.id,
            page="meeting",
            page_id=one.id,
        )


def due_entries(found: Found) -> Iterator[Entry]:
    """A meeting is due after certain things on a path, until one was held by people who could know of it.

    What both know of asks once, though the own service has a report of the same kind and day for itself.
    """
    due = list(_due_entries(found))
    both = {(one.what, one.since) for one in due if not one.is_ours_only}
    return (one for one in due if not one.is_ours_only or (one.what, one.since) not in both)


def _due_entries(found: Found) -> Iterator[Entry]:
    for one in found.path:
        if not found.protocol.path_kind(one.kind).calls_meeting:
            continue
        if agreed_ends.is_settled(found.known.get(one.id, [known_times.by_hand(one)]), found.ended_at):
            continue
        by = one.happened_on + timedelta(days=found.rules.episode_meeting_days)
        state = due_state(one, by, found.meetings, found.known, found.today)
        if state is None:
            continue
        yield Entry(
            lane=Lane.JOINT,
            kind=Kind.MEETING_DUE,
            what=one.kind,
            on=by,
            state=state,
            since=one.happened_on,
            is_ours_only=one.id not in found.shared,
            record_id=one.id,
        )


def due_state(
    one: PathEntry, by: date, meetings: Sequence[Meeting], known: Mapping[UUID, Sequence[Out]], today: date
) -> State | None:
    """How it stands with the meeting that is due by a day after an entry; None where it was held.

    `meetings` are those of the case, the earliest first.
    """
    times = known.get(one.id, [known_times.by_hand(one)])
    later = [meeting for meeting in meetings if clock.day(meeting.takes_place_at) >= one.happened_on]
    if any(_could_speak_of_it(meeting, times) for meeting in later):
        return None
    days = (clock.day(meeting.planned_at) for meeting in later if not meeting.is_over)
    newest = max(clock.day(out.since) for out in times)
    planned = min((day for day in days if day >= newest), default=None)
    if planned is not None and planned <= max(by, today):
        return State.MEETING_PLANNED
    return State.OVERDUE if by < today else State.OPEN


def _could_speak_of_it(meeting: Meeting, known: Sequence[Out]) -> bool:
    """Did both services sit together after it was known?

    What was recorded, or released, after a meeting was not on its table, though it had happened before.
    """
    is_joint = meeting.is_held and not meeting.is_consultation
    return is_joint and meeting.closed_at is not None and known_times.was_known(known, meeting.closed_at)


def action_entries(found: Found) -> Iterator[Entry]:
    for one in found.actions:
        yield Entry(
            lane=_lane(found, one.service_id),
            kind=Kind.ACTION,
            what=one.service.name,
            on=one.due_on,
            state=State.OVERDUE if one.due_on < found.today else State.OPEN,
            text=one.text,
            record_id=one.id,
            page="plan",
            page_id=found.case.id,
        )
    if found.more_actions:
        yield Entry(
            lane=Lane.JOINT,
            kind=Kind.MORE_ACTIONS,
            what="",
            on=None,
            state=State.OPEN,
            number=found.more_actions,
            page="plan",
            page_id=found.case.id,
        )
