"""What the records can tell about a step: that it is done, since when, and by whom.

A step of one side is told from that side's own file only: the records hold no other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from core import access, clock
from core.content.protocols import Completion, Fact
from core.models import (
    Agreement,
    AgreementState,
    MeetingState,
    ServiceKind,
    SubjectKind,
)
from core.operations import team_facts
from core.operations.records import Records, Rows

#: States in which a meeting is on nobody's calendar any more.
_FALLEN_OUT: Final = frozenset({MeetingState.MISSED, MeetingState.CANCELLED})


@dataclass(frozen=True)
class Proof:
    """A step is done by the records: since when and by whom, where they say so."""

    at: datetime | date | None = None
    people: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Round:
    """Which time a phase is walked: from the second time on, only what happened since counts."""

    since: datetime | None = None
    is_past: bool = False

    def has(self, at: datetime | date | None) -> bool:
        """Did this happen in the round? Whatever is still to come does."""
        if self.since is None or at is None:
            return True
        return at >= self.since if isinstance(at, datetime) else at >= clock.day(self.since)


def meetings_of(records: Records, kinds: Iterable[str | None], here: Round) -> Rows:
    """The meetings of these kinds in the round that still count, the newest last."""
    return [
        meeting
        for meeting in records.meetings
        if meeting.kind in kinds
        and meeting.state not in _FALLEN_OUT
        and not meeting.is_consultation
        and here.has(meeting.closed_at)
    ]


def is_held(records: Records, kind: str, here: Round) -> bool:
    """Was a meeting of this kind held in this round?"""
    held = {MeetingState.CLOSED, MeetingState.AGREED}
    return any(meeting.state in held for meeting in meetings_of(records, {kind}, here))


def _held(records: Records, done: Completion, here: Round) -> Rows:
    held = {MeetingState.CLOSED, MeetingState.AGREED}
    return [meeting for meeting in meetings_of(records, {done.of}, here) if meeting.state in held]


def _meeting_planned(records: Records, done: Completion, here: Round) -> Proof | None:
    found = meetings_of(records, {done.of}, here)
    return Proof(found[0].created_at, (found[0].created_by,)) if found else None


def _meeting_held(records: Records, done: Completion, here: Round) -> Proof | None:
    found = _held(records, done, here)
    return Proof(found[0].closed_at or found[0].planned_at) if found else None


def _minutes_agreed(records: Records, done: Completion, here: Round) -> Proof | None:
    for meeting in _held(records, done, here):
        if meeting.state is MeetingState.AGREED:
            given = [row for row in records.approvals if row.meeting_id == meeting.id]
            people = tuple(dict.fromkeys(row.person_id for row in given))
            return Proof(max((row.created_at for row in given), default=None), people)
    return None


def _first_passes_in(records: Records, _done: Completion, here: Round) -> Proof | None:
    """Both sides handed in their first pass; before the meeting opens them, when each did is its own to tell."""
    sides = {records.cooperation.pp_id, records.cooperation.vss_id}
    for one in reversed(records.assessments):
        if not here.has(one.created_at):
            continue
        if one.opened_at is not None:
            return Proof(one.opened_at, (one.opened_by,))
        if all((one.id, side) in records.handed_in for side in sides):
            return Proof()
    return None


def _risk_level_chosen(records: Records, done: Completion, here: Round) -> Proof | None:
    """A level that holds was chosen on the day of the last meeting of its kind, or since."""
    held = _held(records, done, here)
    if not held:
        return None
    day = clock.day(held[-1].closed_at or held[-1].planned_at)
    for level in records.risk_levels:
        if clock.day(level.agreed_at or level.created_at) >= day:
            people = (level.chosen_by, level.agreed_by) if level.agreed_by else (level.chosen_by,)
            return Proof(level.agreed_at or level.created_at, people)
    return None


def _expectations_talked(records: Records, _done: Completion, here: Round) -> Proof | None:
    days = [day for day in records.talks if here.has(day)]
    return Proof(max(days)) if days else None


def _t_point_done(records: Records, done: Completion, here: Round) -> Proof | None:
    """Both sides have finished the time, or one of its repetitions; when each did is its own to tell."""
    days = [
        max(point.pp_done_on, point.vss_done_on)
        for point in records.t_points
        if point.label.partition(".")[0] == done.of and point.pp_done_on and point.vss_done_on
    ]
    return Proof() if any(here.has(day) for day in days) else None


def _dates_set(records: Records, _done: Completion, _here: Round) -> Proof | None:
    """The dates from which the first other date is counted are entered."""
    wanted: set[str] = set()
    for point in records.protocol.t_points:
        if not point.is_entered:
            break
        wanted.add(point.id)
    entered = [point for point in records.t_points if point.label in wanted and point.due_on]
    if {point.label for point in entered} != wanted:
        return None
    return _by(records, "t_point", "enter")


def _plan_for_each_side(records: Records, _done: Completion, _here: Round) -> Proof | None:
    first = {action.service_id: action for action in reversed(records.actions)}
    sides = [first.get(records.cooperation.pp_id), first.get(records.cooperation.vss_id)]
    found = [action for action in sides if action is not None]
    if len(found) < len(sides):
        return None
    last = max(found, key=lambda action: action.created_at)
    return Proof(last.created_at, (last.created_by,))


def _no_open_actions(records: Records, _done: Completion, _here: Round) -> Proof | None:
    if not records.actions or any(action.state.is_open for action in records.actions):
        return None
    return Proof(max((action.done_on for action in records.actions if action.done_on), default=None))


def _was_in_force(records: Records) -> list[Agreement]:
    lasting = {AgreementState.IN_FORCE, AgreementState.TERMINATED}
    return [one for one in records.agreements if one.state in lasting and one.in_force_from]


def _agreement_drafted(records: Records, _done: Completion, here: Round) -> Proof | None:
    live = (one for one in records.agreements if one.state is not AgreementState.WITHDRAWN)
    found = [one for one in live if here.has(one.created_at)]
    return Proof(found[0].created_at, (found[0].created_by,)) if found else None


def _agreement_in_force(records: Records, _done: Completion, here: Round) -> Proof | None:
    """In force today; for a phase that lies behind, it is enough that it once was."""
    today = clock.today()
    held = [
        one
        for one in _was_in_force(records)
        if one.is_in_force(today) or (here.is_past and one.in_force_from and one.in_force_from <= today)
    ]
    return Proof(held[0].in_force_from) if held else None


def agreement_over_since(records: Records) -> date | None:
    """The last day of the last agreement, where one held and none holds now."""
    today = clock.today()
    ended = [
        one.terminated_on or one.ends_on
        for one in _was_in_force(records)
        if one.state is AgreementState.TERMINATED or (one.ends_on and one.ends_on < today)
    ]
    if not ended or any(one.is_in_force(today) for one in records.agreements):
        return None
    return max((day for day in ended if day), default=None)


def _agreement_ended(records: Records, _done: Completion, _here: Round) -> Proof | None:
    since = agreement_over_since(records)
    return Proof(since) if since else None


def _target_checked(records: Records, _done: Completion, _here: Round) -> Proof | None:
    return _described(records) if records.case.is_in_target is not None else None


def _exclusions_checked(records: Records, _done: Completion, _here: Round) -> Proof | None:
    return _described(records) if records.case.exclusions_checked_on is not None else None


def _described(records: Records) -> Proof | None:
    """Who wrote down the frame of the case, for whom that is open."""
    return _by(records, "case", "describe") if access.is_open_to(records.actor, records.case) else None


def _by(records: Records, subject: str, act: str) -> Proof:
    """Who did this last, and when, as the events have it."""
    found = [one for one in records.acts if (one.subject, one.act) == (subject, act)]
    return Proof(found[-1].created_at, (found[-1].person_id,)) if found else Proof()


def _parallel_file_confirmed(records: Records, _done: Completion, _here: Round) -> Proof | None:
    return Proof(records.case.paired_at) if records.case.is_paired else None


def _file_persons_recorded(records: Records, _done: Completion, _here: Round) -> Proof | None:
    kind = SubjectKind.HIM if records.actor.kind is ServiceKind.PP else SubjectKind.HER
    found = [person for person in records.own_subjects if person.kind is kind]
    return Proof(found[0].created_at) if found else None


def _safe_contact_recorded(records: Records, _done: Completion, _here: Round) -> Proof | None:
    found = [one for one in records.own_subjects if one.kind is SubjectKind.HER and one.safe_channel]
    return Proof() if found else None


def _points_discussed(records: Records, _done: Completion, here: Round) -> Proof | None:
    is_done = team_facts.all_points_discussed(records.db, records.cooperation.id, here.since)
    return Proof() if is_done else None


def _glossary_started(records: Records, _done: Completion, here: Round) -> Proof | None:
    since = team_facts.first_term_at(records.db, records.cooperation.id, here.since)
    return Proof(since) if since else None


def _teams_trained(records: Records, _done: Completion, here: Round) -> Proof | None:
    """Both teams are, and somebody took a session in this round: who is new, or who took one again."""
    since = team_facts.trained_on(records.db, records.actor, records.cooperation)
    return Proof(since) if since and here.has(since) else None


_TOLD: Final[Mapping[Fact, Callable[[Records, Completion, Round], Proof | None]]] = {
    Fact.MEETING_PLANNED: _meeting_planned,
    Fact.MEETING_HELD: _meeting_held,
    Fact.MINUTES_AGREED: _minutes_agreed,
    Fact.FIRST_PASSES_IN: _first_passes_in,
    Fact.RISK_LEVEL_CHOSEN: _risk_level_chosen,
    Fact.EXPECTATIONS_TALKED: _expectations_talked,
    Fact.T_POINT_DONE: _t_point_done,
    Fact.TIMELINE_DATES_SET: _dates_set,
    Fact.PLAN_HAS_ACTION_FOR_EACH_SIDE: _plan_for_each_side,
    Fact.NO_OPEN_ACTIONS: _no_open_actions,
    Fact.CASE_AGREEMENT_IN_FORCE: _agreement_in_force,
    Fact.CASE_AGREEMENT_ENDED: _agreement_ended,
    Fact.ORGANISATION_AGREEMENT_DRAFTED: _agreement_drafted,
    Fact.ORGANISATION_AGREEMENT_IN_FORCE: _agreement_in_force,
    Fact.TARGET_CHECKED: _target_checked,
    Fact.EXCLUSIONS_CHECKED: _exclusions_checked,
    Fact.PARALLEL_FILE_CONFIRMED: _parallel_file_confirmed,
    Fact.FILE_PERSONS_RECORDED: _file_persons_recorded,
    Fact.SAFE_CONTACT_RECORDED: _safe_contact_recorded,
    Fact.PHASE_1_POINTS_DISCUSSED: _points_discussed,
    Fact.GLOSSARY_STARTED: _glossary_started,
    Fact.TEAMS_TRAINED: _teams_trained,
}


def proof(records: Records, done: Completion, here: Round) -> Proof | None:
    """What completes the step by the records, if anything does."""
    tell = _TOLD.get(done.fact)
    return tell(records, done, here) if tell else None
