"""Change in a case over its times: what is due, done or not done, and how answers compare, in words and without a sum.

Of the own side the answers themselves; of the other side that a time is done, and the summary that its person agreed to.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor
from core.content import questionnaires as content
from core.content.questionnaires import Change, Domain, Kind, Question
from core.models import (
    Case,
    CaseFile,
    JointItem,
    NotDone,
    QuestionnaireAnswer,
    QuestionnaireResponse,
    ServiceKind,
)
from core.operations import cases, joint_items, questionnaires, responses, t_dates, t_points
from core.operations.t_dates import TDate

__all__ = ["Change", "NotDone"]

#: By domain.
Lines = Mapping[str, Change]


class Stand(StrEnum):
    """How the own side stands at a time."""

    NO_DAY = "no_day"
    TO_COME = "to_come"
    DUE = "due"
    ASKING = "asking"
    DONE = "done"
    NOT_DONE = "not_done"


@dataclass(frozen=True)
class Line:
    """One answer of the own side at one time."""

    question: Question
    said: str
    #: None for a text, which is compared with nothing.
    change: Change | None


@dataclass(frozen=True)
class Moment:
    """One time of the case, as the actor may know of it."""

    time: TDate
    #: What the own file holds of it.
    response: QuestionnaireResponse | None = None
    is_own_done: bool = False
    is_other_done: bool = False
    #: What the own person answered, once the time is done.
    lines: tuple[Line, ...] = ()
    own: Lines = field(default_factory=dict)
    #: What the other side's person agreed that both services read.
    other: Lines = field(default_factory=dict)
    #: What the own side shared of it, or asks to share, and has not taken back.
    item: JointItem | None = None

    @property
    def label(self) -> str:
        return self.time.label

    @property
    def stand(self) -> Stand:
        if self.is_own_done:
            return Stand.DONE
        if self.response is not None and self.response.is_not_done(self.time.on):
            return Stand.NOT_DONE
        if self.response is not None and self.response.is_begun and self.response.not_done_on is None:
            return Stand.ASKING
        if self.time.on is None:
            return Stand.NO_DAY
        return Stand.DUE if self.time.on <= clock.today() else Stand.TO_COME

    @property
    def reason(self) -> NotDone | None:
        """Why the own side has not done it: a page of the other side has no way to this."""
        holds = self.response is not None and self.response.is_not_done(self.time.on)
        held = self.response.not_done_reason if self.response and holds else ""
        return NotDone(held) if held in set(NotDone) else None

    def of(self, side: ServiceKind, actor: Actor) -> Lines:
        return self.own if side is actor.kind else self.other

    def is_done(self, side: ServiceKind, actor: Actor) -> bool:
        return self.is_own_done if side is actor.kind else self.is_other_done


@dataclass(frozen=True)
class Board:
    """The times of a case with what changed from one to the next."""

    case: Case
    side: ServiceKind
    domains: tuple[Domain, ...]
    moments: tuple[Moment, ...]

    @property
    def past(self) -> tuple[Moment, ...]:
        """The times of which something is known, or whose day has come: those that a comparison shows."""
        return tuple(
            one
            for one in self.moments
            if one.is_own_done or one.is_other_done or one.stand in {Stand.DUE, Stand.NOT_DONE, Stand.ASKING}
        )

    def moment(self, label: str) -> Moment | None:
        return next((one for one in self.moments if one.label == label), None)


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID, *, times: Sequence[TDate] | None = None) -> Board:
    """The times of a case, and those due no more at which the own side has begun to ask.

    Reading it leaves its trace in the own file and, where the other side shared, in the case.

    Who has read the times already gives them.
    """
    case = cases.find(db, actor, case_id)
    times = t_points.of_case(db, actor, case.id) if times is None else times
    own = {one.label: one for one in responses.of_case(db, actor, case.id)}
    times = t_dates.in_place(times, responses.gone(db, actor, case, times, own.values()))
    if own:
        file = access.find(db, access.visible_files(actor), next(iter(own.values())).file_id)
        audit.look(db, file, "read_answers", case_id=case.id)
    shared = _shared(db, actor, case)
    if any(item.service_id != actor.service_id for item in shared):
        audit.look(db, case, "read_joint", case_id=case.id)
    by_side: dict[bool, dict[str, Lines]] = {True: {}, False: {}}
    for item in shared:
        label, lines = read(item.text)
        by_side[item.service_id == actor.service_id][label] = lines
    mine = {read(item.text)[0]: item for item in _own_items(db, actor, case)}
    compared = _compared(db, actor, times, own)
    return Board(
        case=case,
        side=actor.kind,
        domains=content.load_domains().domains,
        moments=tuple(
            Moment(
                time=time,
                response=own.get(time.label),
                is_own_done=time.is_done_by(actor.kind),
                is_other_done=time.is_done_by(_other(actor.kind)),
                lines=compared.get(time.label, ((), {}))[0],
                # Who reads no file reads of the own side what both services read.
                own=compared[time.label][1] if time.label in compared else by_side[True].get(time.label, {}),
                other=by_side[False].get(time.label, {}),
                item=mine.get(time.label),
            )
            for time in times
        ),
    )


@dataclass(frozen=True)
class Agreed:
    """What both services read of one side's person at one time."""

    label: str
    side: ServiceKind
    lines: Lines


@access.of_one_case
def agreed(db: Session, actor: Actor, case_id: UUID) -> list[Agreed]:
    """The summaries that both services read, by time: for a table at which both sit."""
    case = cases.find(db, actor, case_id)
    items = _shared(db, actor, case)
    if any(item.service_id != actor.service_id for item in items):
        audit.look(db, case, "read_joint", case_id=case.id)
    found = []
    for item in items:
        label, lines = read(item.text)
        is_hers = item.service_id == case.cooperation.vss_id
        found.append(Agreed(label, ServiceKind.VSS if is_hers else ServiceKind.PP, lines))
    return sorted(found, key=lambda one: (_place(one.label), one.side))


def _place(label: str) -> tuple[str, int]:
    """T2.10 stands after T2.9."""
    time, _, number = label.partition(".")
    return time, int(number) if number.isdigit() else 0


def read(typed: str) -> tuple[str, dict[str, Change]]:
    """A summary out of its joint item: the time, and the domains that it speaks of."""
    try:
        found = json.loads(typed)
        said = found["domains"].items()
        return str(found["time"]), {name: Change(one) for name, one in said if one in set(Change)}
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", {}


def write(label: str, lines: Lines) -> str:
    """The same the other way round."""
    return json.dumps({"time": label, "domains": {name: str(one) for name, one in lines.items()}})


def by_domain(lines: Sequence[Line]) -> dict[str, Change]:
    """What the answers of each domain say: the respondent's own word on it where there is one, else all of them together."""
    found: dict[str, Change] = {}
    for domain in dict.fromkeys(one.question.domain for one in lines):
        those = [one for one in lines if one.question.domain == domain and one.change is not None]
        own_word = next((one.change for one in those if one.question.kind is Kind.CHANGE), None)
        if own_word is None or own_word is Change.MISSING:
            own_word = content.together(
                one.change for one in those if one.change and one.question.kind is not Kind.CHANGE
            )
        found[domain] = own_word
    return found


def _other(side: ServiceKind) -> ServiceKind:
    return ServiceKind.PP if side is ServiceKind.VSS else ServiceKind.VSS


def _shared(db: Session, actor: Actor, case: Case) -> Sequence[JointItem]:
    """The summaries that both services read now."""
    statement = access.visible_joint_items(actor).where(
        JointItem.case_id == case.id, JointItem.topic == joint_items.CHANGE_SUMMARY
    )
    return db.scalars(statement.order_by(JointItem.created_at)).all()


def _own_items(db: Session, actor: Actor, case: Case) -> Sequence[JointItem]:
    """What the own side shared, or asks to share; for who reads the file."""
    if db.scalar(access.visible_files(actor).where(CaseFile.case_id == case.id)) is None:
        return ()
    statement = select(JointItem).where(
        JointItem.case_id == case.id,
        JointItem.service_id == actor.service_id,
        JointItem.topic == joint_items.CHANGE_SUMMARY,
        JointItem.withdrawn_at.is_(None),
        ~JointItem.has_ended,
    )
    return db.scalars(statement.order_by(JointItem.created_at)).all()


def _compared(
    db: Session, actor: Actor, times: Sequence[TDate], own: Mapping[str, QuestionnaireResponse]
) -> dict[str, tuple[tuple[Line, ...], dict[str, Change]]]:
    """The answers of the times that the own side has done, each against the last one before it that says something."""
    asked = [one for one in own.values() if one.is_begun]
    rows = responses.rows_of(db, actor, asked)
    before: dict[tuple[str, str | None], str] = {}
    found = {}
    for time in times:
        response = own.get(time.label)
        if response is None or not response.is_begun or not time.is_done_by(actor.kind):
            continue
        form = questionnaires.load(db, response.questionnaire, response.number)
        lines = tuple(_lines(form, time, rows[response.id], before))
        found[time.label] = lines, by_domain(lines)
    return found


def _lines(
    form: content.Questionnaire,
    time: TDate,
    rows: Mapping[str, QuestionnaireAnswer],
    before: dict[tuple[str, str | None], str],
) -> Iterator[Line]:
    answers = {question: row.value for question, row in rows.items()}
    for one in form.asked(time.rule.id, answers):
        value = answers.get(one.id, "")
        place = one.id, one.scale
        says_nothing = one.kind is Kind.TEXT or form.only_leads(one)
        change = None if says_nothing else form.compared(one, before.get(place), value)
        if form.place(one, value) is not None:
            before[place] = value
        yield Line(one, form.said(one, value), change)
