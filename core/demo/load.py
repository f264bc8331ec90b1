"""Fictional cases around the story, as many as a busy place has: to see how Concord behaves when it is full.

Shape of the load (SafeLives, 12 months to September 2024: 119,985 cases at 276 conferences, 16 cases a sitting, 31 %
repeats): five years, 27 sittings a year with 16 cases each, 31 % of the cases come back, 1.2 children a case.
"""

import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.content import meeting_kinds
from core.db import Base, Record
from core.demo import load_agreements, load_deep, load_depth, load_minutes, load_people, load_shapes
from core.demo.load_shapes import PHASES, Shape
from core.demo.stage import Stage
from core.models import (
    Action,
    ActionChange,
    ActionState,
    AgendaItem,
    Assignment,
    Attendance,
    Case,
    CaseFile,
    Cooperation,
    Event,
    FileNote,
    JointItem,
    Meeting,
    MeetingState,
    MinutesApproval,
    PathEntry,
    PhaseEntry,
    Subject,
    SubjectKind,
    TPoint,
)

YEARS, SITTINGS, CASES_A_SITTING = 5, 27, 16
SENTENCE = "Fictional text of a generated case, as long as people write when they are short of time."


class Load:
    """Writes generated cases; the same seed writes the same ones."""

    def __init__(self, db: Session, seed: int) -> None:
        self.db = db
        self.chance = random.Random(seed)  # noqa: S311  nothing secret here
        self.cooperation = db.scalars(select(Cooperation)).first()
        self.numbers = count(1)
        self.agendas = {kind: meeting_kinds.load().agenda(kind) for kind in meeting_kinds.load().ids}
        self.agreements = load_agreements.Agreements()
        self.workers: dict[UUID, load_minutes.Worker] = {}
        self.records: list[Record] = []
        self.today = clock.today()

    def write(self, cases: int, tell: Callable[[int], None]) -> None:
        assert self.cooperation is not None  # noqa: S101  the story is written first
        sides = {
            service_id: self._people(service_id)
            for service_id in (self.cooperation.pp_id, self.cooperation.vss_id)
        }
        sittings = self._sittings()
        for number in range(cases):
            tell(number)
            first = sittings[(number // CASES_A_SITTING) % len(sittings)]
            workers = {service: self.chance.choice(people) for service, people in sides.items()}
            self._case(load_shapes.drawn(self.chance, next(self.numbers), first, self.today), workers)
            if len(self.records) > 20_000:  # noqa: PLR2004  a batch
                self._flush()
        self._flush()
        if cases:
            tell(cases)
            self._deep()

    def _deep(self) -> None:
        """One case of five years, with as much of everything as services leave in that time."""
        stage = Stage(self.db)
        case = self._case(load_shapes.deep(self.today), load_deep.workers(stage))
        self.records += load_depth.of(stage, case, self.records)
        self._flush()

    def _flush(self) -> None:
        # Table by table, so that no row comes before the one it points to.
        for table in Base.metadata.sorted_tables:
            self.db.add_all([record for record in self.records if record.__tablename__ == table.name])
            self.db.flush()
        self.db.expunge_all()
        self.records = []

    def _sittings(self) -> list[date]:
        apart = timedelta(days=365 / SITTINGS)
        begin = self.today - timedelta(days=365 * YEARS - 20)
        return [begin + apart * index for index in range(YEARS * SITTINGS)]

    def _people(self, service_id: UUID) -> list[UUID]:
        """The case managers of a service: those of the story and more."""
        assert self.cooperation is not None  # noqa: S101
        found = load_people.of(self.db, self.cooperation, service_id, self.today)
        self.workers |= {
            person.id: load_minutes.Worker(person.name, person.service.name, person.service.kind)
            for person in found
        }
        return [person.id for person in found]

    def _case(self, shape: Shape, workers: Mapping[UUID, UUID]) -> Case:
        assert self.cooperation is not None  # noqa: S101
        first, is_closed = shape.first, shape.last < self.today
        case = Case(
            cooperation_id=self.cooperation.id,
            code=shape.code,
            opened_on=first - timedelta(days=14),
            opened_by=self.cooperation.pp_id,
            phase=PHASES[-1] if is_closed else shape.phases[-1],
            children_count=shape.children,
            is_in_target=True,
            paired_at=self._at(first - timedelta(days=10)),
            closed_on=shape.last if is_closed else None,
        )
        self.records.append(case)
        for service_id, person_id in workers.items():
            self._file(case, service_id, person_id, first)
        for place, phase in enumerate(shape.phases):
            self.records.append(
                PhaseEntry(
                    cooperation_id=case.cooperation_id,
                    case_id=case.id,
                    phase=phase,
                    entered_by=workers[case.opened_by],
                    created_at=self._at(case.opened_on + timedelta(days=90 * place)),
                )
            )
        self._t_points(case, first)
        self._agreement(case, shape, workers)
        self._meetings(case, first, min(shape.last, self.today + timedelta(days=60)), workers)
        self.records += [
            Event(
                person_id=workers[case.opened_by],
                service_id=case.opened_by,
                case_id=case.id,
                subject="case",
                subject_id=case.id,
                act=act,
            )
            for act in ("open", "confirm", "describe")
        ]
        return case

    def _file(self, case: Case, service_id: UUID, person_id: UUID, first: date) -> None:
        is_pp = service_id == case.opened_by
        topic = "attendance" if is_pp else "her_account"
        file = CaseFile(case_id=case.id, service_id=service_id, reference=f"F-{case.code}")
        kinds = (
            [SubjectKind.HIM]
            if is_pp
            else [SubjectKind.HER, *[SubjectKind.CHILD] * (case.children_count or 0)]
        )
        self.records.append(file)
        self.records.append(Assignment(case_id=case.id, person_id=person_id, since=case.opened_on))
        self.records += [
            Subject(
                file_id=file.id,
                kind=kind,
                code=f"{kind[0].upper()}-{case.code}-{place}",
                name="Fictional name",
            )
            for place, kind in enumerate(kinds)
        ]
        self.records += [
            FileNote(
                file_id=file.id,
                author_id=person_id,
                topic=topic,
                text=SENTENCE,
                written_on=first + timedelta(days=7 * place),
            )
            for place in range(4)
        ]
        self.records.append(
            JointItem(
                case_id=case.id,
                service_id=service_id,
                author_id=person_id,
                topic=topic,
                text=SENTENCE,
                purpose="risk_assessment",
                released_at=clock.now(),
            )
        )
        self.records.append(
            PathEntry(
                case_id=case.id,
                service_id=service_id,
                kind="started" if is_pp else "support_began",
                happened_on=first,
                is_shared=is_pp,
            )
        )

    def _t_points(self, case: Case, first: date) -> None:
        for place, label in enumerate(("T0", "T1")):
            due = first + timedelta(days=14 * place)
            done = due if due < self.today else None
            self.records.append(
                TPoint(case_id=case.id, label=label, due_on=due, pp_done_on=done, vss_done_on=done)
            )

    def _agreement(self, case: Case, shape: Shape, workers: Mapping[UUID, UUID]) -> None:
        sides = [
            load_agreements.Side(
                service_id, self.workers[person_id].service, person_id, self.workers[person_id].name
            )
            for service_id, person_id in workers.items()
        ]
        self.records += self.agreements.of(case, sides, shape.first, shape.last)

    def _meetings(self, case: Case, first: date, last: date, workers: Mapping[UUID, UUID]) -> None:
        day, kind = first, "first_joint"
        while day <= last:
            meeting = self._meeting(case, kind, day, workers)
            self._actions(case, meeting, day, workers)
            day, kind = day + timedelta(days=91), "periodic"

    def _meeting(self, case: Case, kind: str, day: date, workers: Mapping[UUID, UUID]) -> Meeting:
        is_held = day < self.today
        at = self._at(day)
        agenda = self.agendas[kind]
        meeting = Meeting(
            cooperation_id=case.cooperation_id,
            case_id=case.id,
            kind=kind,
            state=MeetingState.AGREED if is_held else MeetingState.PLANNED,
            planned_at=at,
            duration=timedelta(minutes=sum(timed.minutes for timed in agenda)),
            place="Marlen Town Hall (fictional)",
            created_by=workers[case.opened_by],
            started_at=at if is_held else None,
            closed_at=at + timedelta(minutes=50) if is_held else None,
            items=[
                AgendaItem(
                    position=place,
                    key=timed.item.id,
                    title=timed.item.title,
                    minutes=timed.minutes,
                    is_reached=is_held,
                    facts=SENTENCE if is_held else "",
                    decisions=SENTENCE if is_held else "",
                )
                for place, timed in enumerate(agenda)
            ],
            chair_id=workers[case.opened_by],
            attendances=[
                Attendance(
                    person_id=person_id,
                    service_id=service_id,
                    is_present=is_held,
                    declared_at=at if is_held else None,
                )
                for service_id, person_id in workers.items()
            ],
        )
        self.records.append(meeting)
        if is_held:
            self._minutes(case, meeting)
        return meeting

    def _minutes(self, case: Case, meeting: Meeting) -> None:
        """The minutes of a held meeting, agreed by both services a day later."""
        agreed_at = meeting.planned_at + timedelta(days=1)
        minutes = load_minutes.of(case, meeting, self.workers, made_at=meeting.closed_at or agreed_at)
        self.records.append(minutes)
        self.records += [
            MinutesApproval(
                minutes_id=minutes.id,
                service_id=attendance.service_id,
                person_id=attendance.person_id,
                created_at=agreed_at,
            )
            for attendance in meeting.attendances
        ]

    def _actions(self, case: Case, meeting: Meeting, day: date, workers: Mapping[UUID, UUID]) -> None:
        if day >= self.today:
            return
        for place in range(3):
            due = day + timedelta(days=21 + 14 * place)
            is_open = due > self.today - timedelta(days=20) and self.chance.random() < 0.7  # noqa: PLR2004
            service_id = self.chance.choice(list(workers))
            action = Action(
                case_id=case.id,
                need="A fictional need of protection",
                text="A fictional action of one of the services",
                due_on=due,
                service_id=service_id,
                person_id=workers[service_id],
                state=ActionState.OPEN if is_open else ActionState.DONE,
                done_on=None if is_open else due,
                meeting_id=meeting.id,
                created_by=workers[service_id],
            )
            self.records.append(action)
            self.records.append(
                ActionChange(
                    action_id=action.id,
                    person_id=workers[service_id],
                    state=action.state,
                    due_on=due,
                    need=action.need,
                    text=action.text,
                    service_id=service_id,
                    responsible_id=action.person_id,
                    meeting_id=meeting.id,
                )
            )

    def _at(self, day: date) -> datetime:
        return clock.moment(day, time(9))


def write(db: Session, *, cases: int, seed: int, tell: Callable[[int], None] = lambda _number: None) -> None:
    """Write generated cases around what the example holds already; `tell` hears how many are made so far."""
    Load(db, seed).write(cases, tell)
