"""A case of five years, as services that work on it leave it: forty episodes, twenty meetings, a time every three months."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.content.questionnaires import Change
from core.models import (
    Agreement,
    JointItem,
    Meeting,
    MeetingState,
    Mode,
    Occasion,
    OutsideResult,
    QuestionnaireAnswer,
    QuestionnaireResponse,
    RiskAssessment,
    RiskGrade,
    ServiceKind,
    TPoint,
)
from core.operations import changes, joint_items
from core.operations.t_dates import months_later
from tests import five_years_told, risk
from tests.five_years_told import EPISODES
from tests.make import Pair

__all__ = ["EPISODES", "MEETINGS", "MONTHS", "WORSE", "lay"]

MONTHS: Final = 60
MEETINGS: Final = 20
#: At these times she says that it got worse; he always says that it got better.
WORSE: Final = range(5, 10)


def lay(db: Session, pair: Pair) -> date:
    """Put five years into a case; returns T1."""
    began = months_later(clock.today(), -MONTHS)
    for agreement in db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id)):
        agreement.in_force_from = months_later(began, 1)
    pair.case.opened_on = months_later(began, -1)
    _times(db, pair, began)
    five_years_told.lay(db, pair, began)
    _meetings(db, pair, began)
    _levels(db, pair, began)
    db.flush()
    return began


def _at(on: date) -> datetime:
    return datetime.combine(on, time(10), UTC)


def _times(db: Session, pair: Pair, began: date) -> None:
    days = {"T0": months_later(began, -1), "T1": began}
    days |= {f"T2.{number}": months_later(began, 3 * number) for number in range(1, MONTHS // 3)}
    for number, (label, on) in enumerate(days.items(), start=-1):
        is_entered = label in {"T0", "T1"}
        point = db.scalar(select(TPoint).where(TPoint.case_id == pair.case.id, TPoint.label == label))
        point = point or TPoint(case_id=pair.case.id, label=label)
        point.due_on = on if is_entered else None
        point.pp_done_on = point.vss_done_on = on
        db.add(point)
        worse = number in WORSE
        _said(db, pair, ServiceKind.PP, label, on, violence_since="better", responsibility_since="better")
        _said(
            db,
            pair,
            ServiceKind.VSS,
            label,
            on,
            violence_since="worse" if worse else "same",
            impact_since="worse" if worse else "better",
        )
        if number > 0:
            hers = Change.WORSE if worse else Change.SAME
            _shared(db, pair, ServiceKind.PP, label, on, Change.BETTER)
            _shared(db, pair, ServiceKind.VSS, label, on, hers)


def _said(db: Session, pair: Pair, side: ServiceKind, label: str, on: date, **answers: str) -> None:
    """A time at which one of the two was asked, and answered so."""
    is_hers = side is ServiceKind.VSS
    file, by = (pair.vss_file, pair.vss) if is_hers else (pair.pp_file, pair.pp)
    known = select(QuestionnaireResponse).where(
        QuestionnaireResponse.file_id == file.id, QuestionnaireResponse.label == label
    )
    if db.scalar(known) is not None:
        return
    response = QuestionnaireResponse(
        file_id=file.id,
        label=label,
        questionnaire="summary_her" if is_hers else "summary_him",
        number=1,
        asked_on=on,
        asked_by=by.person_id,
        mode=Mode.IN_PERSON,
    )
    db.add(response)
    db.flush()
    db.add_all(
        QuestionnaireAnswer(response_id=response.id, question=question, value=value, answered_by=by.person_id)
        for question, value in answers.items()
    )


def _shared(  # noqa: PLR0917
    db: Session, pair: Pair, side: ServiceKind, label: str, on: date, change: Change
) -> None:
    by = pair.vss if side is ServiceKind.VSS else pair.pp
    db.add(
        JointItem(
            case_id=pair.case.id,
            service_id=by.service_id,
            author_id=by.person_id,
            topic=joint_items.CHANGE_SUMMARY,
            text=changes.write(label, {"violence": change}),
            purpose="change_questionnaires",
            released_at=_at(on),
            created_at=_at(on),
        )
    )


def _meetings(db: Session, pair: Pair, began: date) -> None:
    for number in range(MEETINGS):
        on = _at(months_later(began, 3 * number) + timedelta(days=4))
        is_missed = number % 9 == 8
        db.add(
            Meeting(
                cooperation_id=pair.case.cooperation_id,
                case_id=pair.case.id,
                kind="first_joint" if number == 0 else "periodic",
                state=MeetingState.MISSED if is_missed else MeetingState.AGREED,
                planned_at=on,
                started_at=None if is_missed else on,
                closed_at=None if is_missed else on + timedelta(minutes=45),
                duration=timedelta(minutes=45),
                created_by=pair.pp.person_id,
            )
        )


def _levels(db: Session, pair: Pair, began: date) -> None:
    """A level twice a year, by one side or the other; in the last but one the two sides do not agree."""
    known = select(RiskAssessment.number).where(RiskAssessment.case_id == pair.case.id)
    last = max(db.scalars(known), default=0)
    grades = (RiskGrade.HIGH, RiskGrade.HIGH, RiskGrade.INTERMEDIATE, RiskGrade.LOW)
    for number in range(10):
        on = _at(months_later(began, 6 * number) + timedelta(days=4))
        assessment = risk.laid(
            db,
            pair,
            Occasion.FIRST if number == 0 else Occasion.PERIODIC,
            number=last + number + 1,
            created_at=on,
            opened_at=on,
            finished_at=on + timedelta(hours=1),
            finished_by=pair.pp.person_id,
        )
        by, other = (pair.pp, pair.vss) if number % 2 else (pair.vss, pair.pp)
        if number == 8:
            risk.level(db, assessment, other, RiskGrade.LOW, needs_both=True)
            risk.level(db, assessment, by, RiskGrade.HIGH, number=2)
        else:
            risk.level(db, assessment, by, grades[number % 4], agreed_by=other)
        if number == 4:
            db.add(
                OutsideResult(
                    assessment_id=assessment.id,
                    service_id=pair.vss.service_id,
                    instrument="An instrument of the police",
                    done_on=on.date(),
                    done_by="Police of Marlen",
                    result="High",
                    recorded_by=pair.vss.person_id,
                )
            )
