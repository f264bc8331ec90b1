"""His copy of his own data at the end of a case: what the other service wrote into what both hold is found in it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import RiskAssessment, RiskGrade, RiskLevel, Settled, SubjectKind
from core.operations import closing_steps, closing_texts, closings
from tests import closing as steps
from tests.core.test_closing_texts import SHARED, copied
from tests.make import Make


def test_what_the_other_service_wrote_to_the_report_never_goes_to_him(db: Session, make: Make) -> None:
    pair = make.pair()
    him = make.subject(pair.pp_file, SubjectKind.HIM)
    closing = closings.begin(db, pair.pp, pair.case.id)
    closing_texts.write(db, pair.vss, closing.id, key="seen", words=f"She says: {SHARED}", version=0)
    closing_steps.record(
        db, pair.pp, closing.id, step="told_him", settled=Settled.DONE, words=f"Not that {SHARED}", version=0
    )

    [piece] = copied(db, pair.pp, him)

    assert (piece.never, piece.doubt) == (True, "never")


def test_what_stood_in_the_report_before_it_was_written_over_waits_for_a_look(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    him = make.subject(pair.pp_file, SubjectKind.HIM)
    closing = closings.begin(db, pair.pp, pair.case.id)
    first = closing_texts.write(db, pair.vss, closing.id, key="seen", words=SHARED, version=0)
    closing_texts.write(db, pair.vss, closing.id, key="seen", words="Nothing more", version=first.version)
    closing_steps.record(
        db, pair.pp, closing.id, step="told_him", settled=Settled.DONE, words=SHARED, version=0
    )

    [piece] = copied(db, pair.pp, him)

    assert (piece.never, piece.doubt) == (False, "taken_back")


@pytest.mark.parametrize("part", ["lacking", "level", "plan"])
def test_what_the_other_service_wrote_beside_the_report_never_goes_to_him_either(
    db: Session, make: Make, part: str
) -> None:
    pair = make.pair()
    him = make.subject(pair.pp_file, SubjectKind.HIM)
    steps.dated(db, pair)
    closing = closings.begin(db, pair.pp, pair.case.id)
    if part == "lacking":
        steps.own_done(db, pair, pair.vss, closing)
        steps.proposed(db, pair.vss, closing, lacking=SHARED)
    elif part == "plan":
        action = make.action(pair)
        action.text, action.created_by = SHARED, pair.vss.person_id
        db.flush()
    else:
        steps.joint_done(db, make, pair)
        [assessment] = db.scalars(select(RiskAssessment))
        db.add(
            RiskLevel(
                assessment_id=assessment.id,
                number=1,
                grade=RiskGrade.HIGH,
                reason=SHARED,
                chosen_by=pair.vss.person_id,
                service_id=pair.vss.service_id,
            )
        )
        db.flush()
    closing_steps.record(
        db, pair.pp, closing.id, step="told_him", settled=Settled.DONE, words=SHARED, version=0
    )

    [piece] = copied(db, pair.pp, him)

    assert (piece.never, piece.doubt) == (True, "never")
