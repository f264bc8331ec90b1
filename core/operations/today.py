"""What waits for a person today, and nothing else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_
from sqlalchemy.orm import Session, aliased, joinedload

from core import access, clock, lists
from core.access import Actor, Permission, is_worker, may
from core.lists import Found
from core.models import (
    Action,
    Attendance,
    Case,
    CaseFile,
    EmergencyOpening,
    Meeting,
    MeetingState,
    Minutes,
    MinutesApproval,
    PersonRequest,
    Release,
    Role,
)
from core.operations import (
    agendas,
    agreements_due,
    case_times,
    change_due,
    closing_due,
    contact_news,
    copy_choices,
    ended_agreements,
    expectations,
    guest_cases,
    held_up,
    joint_spaces,
    meetings_due,
    minutes_due,
    my_actions,
    notices_due,
    release_tellings,
    releases,
    requests,
    rights_today,
    risk_due,
    risk_news,
    safety_actions,
    safety_plans,
    shared_news,
    strike_news,
)
from core.operations.guest_cases import GuestCase
from core.operations.requests import Received

__all__ = ["DAYS_AHEAD", "MOST", "Today", "of_actor"]

DAYS_AHEAD = 14
#: As many rows of a list stand on the page; the others are told by their number.
MOST = 20
_NOT_OVER = (MeetingState.PLANNED, MeetingState.INVITED, MeetingState.IN_PROGRESS)


@dataclass(frozen=True)
class Today:
    """What waits for one person. Meetings and agreements come with their case."""

    running: Sequence[Meeting] = ()
    #: Their time has passed, and nobody said whether they were held.
    unsettled: Sequence[Meeting] = ()
    coming: Sequence[Meeting] = ()
    actions: Sequence[Action] = ()
    #: Meetings that are due after something on a path, and that nobody has planned.
    due: Sequence[meetings_due.Due] = ()
    #: For a guest: the cases that they were let into.
    guest_cases: Sequence[GuestCase] = ()
    minutes: Sequence[Meeting] = ()
    #: By when those minutes are to be agreed, by the id of the meeting.
    minutes_by: Mapping[UUID, date] = field(default_factory=dict)
    #: Records out of which the other service struck words, and nobody here has seen it.
    struck: Sequence[strike_news.News] = ()
    agreements: Sequence[agreements_due.Waits] = ()
    requests: Sequence[Received] = ()
    #: Cases whose other service holds a file too, and whose pair the actor's side has not confirmed.
    pairs: Sequence[Case] = ()
    #: What a colleague asks to share without consent: the release, its case, who asks.
    releases: Sequence[tuple[Release, Case, str]] = ()
    #: For a manager: cases in which something waits for a second person and finds none.
    unconfirmed: Sequence[held_up.HeldUp] = ()
    #: Copies of a person's data that a colleague chose, to be looked at by a second person.
    copies: Sequence[tuple[PersonRequest, Case]] = ()
    #: Joint spaces that somebody opened in an emergency, to be looked at by somebody else.
    emergencies: Sequence[tuple[EmergencyOpening, Case]] = ()
    #: Case agreements that end soon and have no successor that both approved.
    ending: Sequence[joint_spaces.Ending] = ()
    #: Case agreements that were ended before their time, by one side.
    ended: Sequence[ended_agreements.Ended] = ()
    #: Meetings that nobody can hold, as the agreement of their case has ended.
    stopped: Sequence[ended_agreements.Stopped] = ()
    #: First passes to answer, levels to agree to, assessments that are due again.
    risks: Sequence[risk_due.Waits] = ()
    #: Cases in which the other service chose a level of risk, and the actor has not looked since.
    levels: Sequence[Case] = ()
    #: Cases in which the other service shared something, and the actor has not looked since.
    shared: Sequence[shared_news.News] = ()
    #: Cases whose IT safety plan is to be looked at again; at the victim support service alone.
    plans: Sequence[Case] = ()
    #: Cases in whose own file an action about devices and accounts is open though its day has come.
    safety_actions: Sequence[Case] = ()
    #: Cases in which he has begun, and nobody has talked with her about what she expects.
    talks: Sequence[Case] = ()
    #: At the victim support service alone: how she is reached has changed, or is flagged.
    contacts: Sequence[contact_news.News] = ()
    #: Cases in which something left without her consent, and nobody has said whether she was told.
    untold: Sequence[Case] = ()
    #: Times T0 to T4 at which the actor's own side asks its person.
    changes: Sequence[change_due.Due] = ()
    #: Notices to read, answer, send or tell her of, and those that lie unread past their time.
    notices: Sequence[notices_due.Waits] = ()
    #: For a manager: notices that nobody of the own service has read in time.
    unread: Sequence[notices_due.Unread] = ()
    #: Ends of cases: to agree to, to prepare, to follow up, to learn from, to read for the last time.
    closings: Sequence[closing_due.Waits] = ()
    #: Of a list that is cut off, how many more wait.
    more: Mapping[str, int] = field(default_factory=dict)
    #: Records, requests and openings that wait for an office: how many of each.
    keeping: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        told = self.notices or self.unread or self.guest_cases or self.emergencies
        meetings = self.running or self.unsettled or self.coming or self.stopped or self.due
        return not (meetings or told or self.waits)

    @property
    def is_full(self) -> bool:
        """Is a list without a page of its own as long as it may be? Then others move up when these are done."""
        of_both = (
            self.emergencies,
            self.due,
            self.struck,
            self.ended,
            self.ending,
            self.risks,
            self.levels,
            self.shared,
            self.closings,
            self.notices,
        )
        of_own = (
            self.requests,
            self.pairs,
            self.releases,
            self.unconfirmed,
            self.plans,
            self.safety_actions,
            self.talks,
            self.contacts,
            self.untold,
            self.changes,
        )
        return any(len(one) >= MOST for one in (*of_both, *of_own, self.copies))

    @property
    def waits(self) -> bool:
        """Is there something to do beside the meetings?"""
        return bool(self.actions or self.asked)

    @property
    def asked(self) -> bool:
        """Does something wait for an answer, an agreement or a look?"""
        to_look_at = [opening for opening, _ in self.emergencies if not opening.is_asked]
        of_both = self.minutes or self.struck or self.shared or self.agreements or to_look_at or self.ended
        of_own = (
            self.requests
            or self.pairs
            or self.releases
            or self.unconfirmed
            or self.plans
            or self.safety_actions
            or self.talks
            or self.contacts
            or self.untold
        )
        to_ask = self.ending or self.risks or self.levels or self.changes or self.closings
        return bool(of_both or of_own or to_ask or self.copies or self.keeping)


def of_actor(db: Session, actor: Actor) -> Today:
    """What waits for the actor; for a guest, the meetings and cases they were let into."""
    meetings = lists.first(db, _ahead(actor), 3 * MOST)
    running, unsettled, coming = _sorted(meetings.rows)
    if not is_worker(actor):
        return Today(running=running, coming=coming, guest_cases=guest_cases.of_guest(db, actor))
    until = clock.today() + timedelta(days=DAYS_AHEAD)
    times = case_times.of_actor(db, actor)
    actions = my_actions.waiting(db, actor, until=until, limit=MOST)
    minutes = _minutes(db, actor)
    agreements = agreements_due.waiting(db, actor)
    ended = ended_agreements.waiting(db, actor)
    return Today(
        running=running,
        unsettled=unsettled,
        coming=coming,
        due=meetings_due.waiting(db, actor),
        actions=actions.rows,
        minutes=minutes.rows,
        minutes_by=minutes_due.days_of(db, minutes.rows),
        struck=strike_news.waiting(db, actor),
        agreements=agreements[:MOST],
        requests=requests.list_open(db, actor, limit=MOST),
        pairs=_pairs(db, actor),
        releases=releases.waiting(db, actor),
        unconfirmed=held_up.waiting(db, actor),
        copies=copy_choices.waiting(db, actor, limit=MOST),
        emergencies=joint_spaces.unseen_emergencies(db, actor),
        ended=ended,
        ending=_ending(db, actor, {one.agreement_id for one in ended}),
        stopped=ended_agreements.stopped(
            db, actor, _is_mine(actor), Meeting.planned_at < clock.now() + timedelta(days=DAYS_AHEAD)
        ),
        risks=risk_due.waiting(db, actor, times),
        levels=risk_news.waiting(db, actor),
        shared=shared_news.waiting(db, actor),
        changes=change_due.waiting(db, actor, days=DAYS_AHEAD, times=times),
        closings=closing_due.waiting(db, actor, days=DAYS_AHEAD),
        talks=expectations.due(db, actor, limit=MOST),
        contacts=contact_news.waiting(db, actor, limit=MOST),
        untold=release_tellings.waiting(db, actor),
        plans=safety_plans.due(db, actor, limit=MOST),
        safety_actions=safety_actions.due(db, actor, limit=MOST),
        notices=notices_due.waiting(db, actor),
        unread=notices_due.unread(db, actor),
        keeping=rights_today.waiting(db, actor),
        more={
            "unsettled": meetings.left,
            "actions": actions.left,
            "minutes": minutes.left,
            "agreements": len(agreements[MOST:]),
        },
    )


def kind_title(meeting: Meeting) -> str:
    """The name of a meeting's kind."""
    return agendas.kinds().kind(meeting.kind).title


def _ahead(actor: Actor) -> Select[Meeting]:
    return _not_over(actor).where(Meeting.takes_place_at < clock.now() + timedelta(days=DAYS_AHEAD))


def _sorted(latest_first: Sequence[Meeting]) -> tuple[list[Meeting], list[Meeting], list[Meeting]]:
    """Those that go on, those that nobody settled, those that come; each the earliest first."""
    now, found = clock.now(), latest_first[::-1]
    running = [meeting for meeting in found if meeting.state is MeetingState.IN_PROGRESS]
    waiting = [meeting for meeting in found if meeting.state is not MeetingState.IN_PROGRESS]
    unsettled = [meeting for meeting in waiting if meeting.planned_at + meeting.duration < now]
    return running, unsettled, [meeting for meeting in waiting if meeting not in unsettled]


@access.kept
def _not_over(actor: Actor) -> Select[Meeting]:
    """The meetings that are still to be held, or to be settled, the latest first."""
    statement = (
        access.visible_meetings(actor)
        .where(Meeting.state.in_(_NOT_OVER))
        .options(joinedload(Meeting.case))
        .order_by(Meeting.planned_at.desc())
    )
    return statement if actor.has(Role.GUEST) else statement.where(_is_mine(actor))


def _is_mine(actor: Actor) -> ColumnElement[bool]:
    """The actor is invited, chairs or writes, or manages the case."""
    invited = exists().where(Attendance.meeting_id == Meeting.id, Attendance.person_id == actor.person_id)
    named = or_(invited, Meeting.chair_id == actor.person_id, Meeting.minute_taker_id == actor.person_id)
    if not actor.has(Role.CASE_MANAGER):
        return named
    return or_(named, Meeting.case_id.is_not(None))


def _minutes(db: Session, actor: Actor) -> Found[Meeting]:
    """Meetings whose newest minutes the actor's service was at and has not agreed to, oldest first."""
    if not may(actor, Permission.AGREE_MINUTES):
        return Found([], 0)
    return lists.first(db, _unagreed(actor), MOST)


@access.kept
def _unagreed(actor: Actor) -> Select[Meeting]:
    newer = aliased(Minutes)
    return (
        access.joint_meetings(actor)
        .join(Minutes, Minutes.meeting_id == Meeting.id)
        .where(
            Meeting.state == MeetingState.CLOSED,
            Minutes.content["sides"].as_string().contains(str(actor.service_id)),
            ~exists().where(newer.meeting_id == Meeting.id, newer.number > Minutes.number),
            ~exists().where(
                MinutesApproval.minutes_id == Minutes.id, MinutesApproval.service_id == actor.service_id
            ),
        )
        .options(joinedload(Meeting.case))
        .order_by(Meeting.closed_at)
    )


def _ending(db: Session, actor: Actor, told: Collection[UUID]) -> list[joint_spaces.Ending]:
    """Those that end soon, but for those of which it is told that one side ends them."""
    if not may(actor, Permission.APPROVE_CASE_AGREEMENT):
        return []
    ending = joint_spaces.ending_soon(db, actor, days=DAYS_AHEAD)
    return [one for one in ending if one.agreement.id not in told]


def _pairs(db: Session, actor: Actor) -> list[Case]:
    if not may(actor, Permission.OPEN_CASE):
        return []
    return list(db.scalars(_unconfirmed(actor)))


@access.kept
def _unconfirmed(actor: Actor) -> Select[Case]:
    own = exists().where(
        CaseFile.case_id == Case.id,
        CaseFile.service_id == actor.service_id,
        CaseFile.confirmed_at.is_(None),
    )
    other = exists().where(CaseFile.case_id == Case.id, CaseFile.service_id != actor.service_id)
    return (
        access.visible_cases(actor)
        .where(Case.paired_at.is_(None), Case.closed_on.is_(None), own, other)
        .order_by(Case.code)
        .limit(MOST)
    )
