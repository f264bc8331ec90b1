"""A case of the load that has run for five years: its two sides, and how something of them comes into the joint space."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from core import clock
from core.access import Actor
from core.db import Record
from core.demo.stage import Stage
from core.models import Action, Basis, Case, CaseFile, Event, JointItem, Release, Subject, SubjectKind
from core.operations.t_dates import months_later

#: It has this code in every load.
CODE: Final = "G-0000"
PERIODIC: Final = 20
CHILDREN: Final = 2
#: Between its meetings, and from its first one to today.
APART, AGE = timedelta(days=91), timedelta(days=91 * PERIODIC + 40)


@dataclass(frozen=True)
class Own:
    """One service in the case: who works on it, its file, and the people whom the file is about, the adult first."""

    actor: Actor
    file: CaseFile
    people: Sequence[Subject]

    @property
    def about(self) -> Subject:
        return self.people[0]


@dataclass
class Deep:
    """The case and its two sides by who works on them, as the story names them."""

    case: Case
    began: date
    today: date
    sides: dict[str, Own]
    #: What stands in its plan.
    actions: Sequence[Action]
    records: list[Record] = field(default_factory=list)

    @property
    def his(self) -> Own:
        return self.sides["ivo"]

    @property
    def hers(self) -> Own:
        return self.sides["elena"]

    @property
    def children(self) -> tuple[str, ...]:
        return tuple(one.code for one in self.hers.people if one.kind is SubjectKind.CHILD)

    @property
    def meetings(self) -> tuple[date, ...]:
        """The days of those that were held: the first joint one, and then the periodic ones."""
        return tuple(self.began + APART * number for number in range(PERIODIC + 1))

    def add(self, *records: Record) -> None:
        self.records += records

    @contextmanager
    def on(self, day: date, hour: int = 10) -> Iterator[None]:
        """What is made inside was made on that day."""
        with clock.at(self.at(day, hour)):
            yield

    @staticmethod
    def at(day: date, hour: int = 10) -> datetime:
        return clock.moment(day, time(hour))

    def share(
        self, own: Own, topic: str, text: str, *, purpose: str, use_rule: str = "risk_only"
    ) -> JointItem:
        """Both read it from now on, with the consent of whom it is about."""
        item = JointItem(
            case_id=self.case.id,
            service_id=own.actor.service_id,
            author_id=own.actor.person_id,
            topic=topic,
            text=text,
            use_rule=use_rule,
            purpose=purpose,
            released_at=clock.now(),
        )
        release = Release(
            item_id=item.id,
            file_id=own.file.id,
            about_id=own.about.id,
            basis=Basis.CONSENT,
            asked_by=own.actor.person_id,
        )
        self.add(item, release)
        return item

    def done(self, own: Own, act: str, subject: Record) -> None:
        """Leave in the log that it was done."""
        self.add(
            Event(
                person_id=own.actor.person_id,
                service_id=own.actor.service_id,
                case_id=self.case.id,
                subject=type(subject).__tablename__,
                subject_id=subject.id,
                act=act,
            )
        )


def workers(stage: Stage) -> dict[UUID, UUID]:
    """Who works on it: the two case managers of the story, by their services."""
    return {stage.actors[key].service_id: stage.actors[key].person_id for key in ("ivo", "elena")}


def of(stage: Stage, case: Case, records: Sequence[Record]) -> Deep:
    """The case with the files, the people and the actions that were made for it."""
    files = {one.service_id: one for one in records if isinstance(one, CaseFile)}
    people = [one for one in records if isinstance(one, Subject)]
    actions = [one for one in records if isinstance(one, Action)]
    sides = {}
    for key in ("ivo", "elena"):
        actor = stage.actors[key]
        file = files[actor.service_id]
        sides[key] = Own(actor, file, [one for one in people if one.file_id == file.id])
    return Deep(case, stage.today - AGE, stage.today, sides, actions)


def every(months: int, first: date, last: date) -> Iterator[date]:
    """Days that many months apart."""
    step, on = 1, first
    while on < last:
        yield on
        on = months_later(first, months * step)
        step += 1
