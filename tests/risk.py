"""Steps of a joint risk assessment, as two people take them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.access import Actor
from core.models import (
    Case,
    CaseFile,
    HandedIn,
    Occasion,
    RiskAssessment,
    RiskGrade,
    RiskLevel,
    Seen,
    ServiceKind,
    Subject,
    SubjectKind,
)
from core.operations import first_passes, risk_assessments, risk_boards, risk_levels
from core.operations.first_passes import HER, Given
from core.operations.releases import Basis, Terms
from tests.make import Pair, consented

Key = tuple[str, str]


def begun(
    db: Session, pair: Pair, *, children: Sequence[str] = (), actor: Actor | None = None
) -> RiskAssessment:
    return risk_assessments.begin(
        db, actor or pair.pp, pair.case.id, occasion=Occasion.FIRST, children=children
    )


def laid(
    db: Session, pair: Pair, occasion: Occasion = Occasion.FIRST, *, number: int = 1, **more: Any
) -> RiskAssessment:
    """An assessment as a record: nobody has answered anything."""
    found = RiskAssessment(
        case_id=pair.case.id,
        number=number,
        occasion=occasion,
        woman_list=1,
        children_list=1,
        begun_by=pair.pp.person_id,
        **more,
    )
    db.add(found)
    db.flush()
    return found


def level(
    db: Session,
    assessment: RiskAssessment,
    by: Actor,
    grade: RiskGrade,
    *,
    number: int = 1,
    agreed_by: Actor | None = None,
    needs_both: bool = False,
) -> None:
    """A level that was chosen; one below high asks for the other side, who agrees where it is named."""
    is_agreed = agreed_by is not None and grade is not RiskGrade.HIGH
    db.add(
        RiskLevel(
            assessment_id=assessment.id,
            number=number,
            grade=grade,
            reason="What was seen at the table",
            chosen_by=by.person_id,
            service_id=by.service_id,
            needs_both=needs_both or is_agreed,
            agreed_by=agreed_by.person_id if agreed_by is not None and is_agreed else None,
            agreed_at=assessment.created_at if is_agreed else None,
            created_at=assessment.created_at + timedelta(minutes=number),
        )
    )


def looked(db: Session, actor: Actor, case: Case) -> None:
    """The actor had the page of the danger before them."""
    audit.note(db, actor, [audit.Look("case", case.id, "read_risk", case.id)])


def about(db: Session, pair: Pair, actor: Actor) -> Subject:
    """Her or him in the actor's own file, entered where there is nobody."""
    file: CaseFile = pair.vss_file if actor.kind is ServiceKind.VSS else pair.pp_file
    kind = SubjectKind.HER if actor.kind is ServiceKind.VSS else SubjectKind.HIM
    found = db.scalar(select(Subject).where(Subject.file_id == file.id, Subject.kind == kind))
    if found is None:
        found = Subject(file_id=file.id, kind=kind, code="W-07" if kind is SubjectKind.HER else "M-07")
        db.add(found)
        db.flush()
    return found


def say(  # noqa: PLR0917
    db: Session, actor: Actor, assessment_id: UUID, item: str, seen: Seen, whom: str = HER, **given: object
) -> None:
    """Answer one item, whatever stands there."""
    known = first_passes.answer_of(db, actor, assessment_id, whom, item)
    first_passes.answer(
        db,
        actor,
        assessment_id,
        about=whom,
        item=item,
        given=Given(seen, **given),  # type: ignore[arg-type]
        version=known.version if known else 0,
    )


def handed_in(
    db: Session,
    pair: Pair,
    actor: Actor,
    assessment_id: UUID,
    answers: Mapping[str, Seen] | None = None,
    *,
    basis: Basis = Basis.CONSENT,
    meant: bool = False,
) -> HandedIn:
    """Answer and hand in, with consent as somebody who has looked at the preview."""
    for item, seen in (answers or {}).items():
        say(db, actor, assessment_id, item, seen)
    whom = about(db, pair, actor)
    if basis is Basis.CONSENT:
        consented(db, actor, whom)
    reason = "" if basis is Basis.CONSENT else "He has a weapon and waits before her door."
    terms = Terms(whom.id, first_passes.PURPOSE, basis, reason)
    seen_ = first_passes.preview(db, actor, assessment_id, terms=terms).digest
    return first_passes.hand_in(db, actor, assessment_id, terms=terms, seen=seen_, names_are_meant=meant)


def opened(
    db: Session,
    pair: Pair,
    his: Mapping[str, Seen],
    hers: Mapping[str, Seen],
    *,
    children: Sequence[str] = (),
) -> RiskAssessment:
    """An assessment whose two first passes lie side by side."""
    found = begun(db, pair, children=children)
    handed_in(db, pair, pair.pp, found.id, his)
    handed_in(db, pair, pair.vss, found.id, hers)
    return risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)


def finished(db: Session, actor: Actor, found: RiskAssessment) -> RiskAssessment:
    """An open assessment whose level is chosen: what is to be settled is, as it was said first, and it is closed."""
    for line in risk_boards.of_assessment(db, actor, found.id).wanted:
        about_, item = line.key
        seen = line.sides[0].seen
        risk_boards.settle(db, actor, found.id, about=about_, item=item, seen=seen, number=0)
    return risk_levels.finish(db, actor, found.id, version_=found.version)
