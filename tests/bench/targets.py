"""The records that the measured pages are opened with: those of the case of five years, and of the story's own."""

from collections.abc import Sequence
from itertools import islice
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core import clock, keys
from core.access import Actor
from core.db import Record
from core.demo import load_deep
from core.demo.stage import Stage
from core.models import (
    Agreement,
    AgreementLevel,
    AgreementState,
    Case,
    CaseFile,
    FileNote,
    FileRequest,
    Meeting,
    MeetingState,
    PersonRequest,
)
from core.operations import first_passes, responses, risk_assessments
from core.operations.first_passes import HER, Given, Seen
from core.operations.responses import Mode
from core.operations.risk_assessments import Occasion
from core.store import Store
from tests.bench.openings import OPENINGS

R = TypeVar("R", bound=Record)

WHO: Final = "ivo"
#: So ends the code of the case that the story tells: the younger one.
STORY: Final = "-07"
#: A time at which the younger case is being asked: begun, and answered in part.
ASKED: Final = "T2.1"
SAID: Final = {"emotional": "once", "physical": "never", "violence_since": "better"}
#: How many items of the first pass have an answer.
ANSWERED: Final = 12


def pages(store: Store, wanted: Sequence[str] = ()) -> list[tuple[str, str, dict[str, UUID]]]:
    """(person, page, ids of the address) for every page that is measured, or for those that are wanted."""
    with store.writing.begin() as db:
        keys.whole(db)
        ids = _ids(db, Stage(db).actors[WHO])
    return [
        (opening.person, page, {opening.name: ids[opening.id]} if opening.id else {})
        for page, opening in OPENINGS.items()
        if page in (wanted or OPENINGS)
    ]


def _ids(db: Session, actor: Actor) -> dict[str, UUID]:
    """The last record of each kind in the case of five years; what is being answered, in the younger case."""
    case = db.scalars(select(Case).where(Case.code == load_deep.CODE)).one()
    file = db.scalars(
        select(CaseFile).where(CaseFile.case_id == case.id, CaseFile.service_id == actor.service_id)
    ).one()
    meetings = select(Meeting).where(Meeting.case_id == case.id).order_by(Meeting.planned_at.desc())
    own_request = select(PersonRequest).where(
        PersonRequest.case_id == case.id, PersonRequest.service_id == actor.service_id
    )
    draft = select(Agreement).where(
        Agreement.level == AgreementLevel.ORGANISATION, Agreement.state == AgreementState.DRAFT
    )
    younger = _first(db, select(Case).where(Case.code.endswith(STORY)))
    _begin_first_pass(db, actor, younger)
    return {
        "case": case.id,
        "cooperation": case.cooperation_id,
        "younger": younger,
        "response": _begin_to_ask(db, actor, younger),
        "note": _first(db, select(FileNote).where(FileNote.file_id == file.id).order_by(FileNote.written_on)),
        "copy": _first(db, own_request),
        "request": _first(db, select(FileRequest).where(FileRequest.to_service_id == actor.service_id)),
        "meeting": _first(db, meetings.where(Meeting.state == MeetingState.PLANNED)),
        "held": _first(db, meetings.where(Meeting.state == MeetingState.AGREED)),
        "agreement": _first(db, select(Agreement).where(Agreement.case_id == case.id)),
        "draft": _first(db, draft),
    }


def _first(db: Session, statement: Select[R]) -> UUID:
    found = db.scalars(statement).first()
    assert found is not None
    return found.id


def _begin_first_pass(db: Session, actor: Actor, case_id: UUID) -> None:
    if any(not one.is_finished for one in risk_assessments.list_of_case(db, actor, case_id)):
        return
    children = risk_assessments.proposed_children(db, actor, case_id)
    found = risk_assessments.begin(db, actor, case_id, occasion=Occasion.PERIODIC, children=children)
    items = risk_assessments.version(db, actor, found.id).woman.items
    for item in islice(items, ANSWERED):
        first_passes.answer(
            db, actor, found.id, about=HER, item=item.id, given=Given(Seen.NOT_PRESENT), version=0
        )


def _begin_to_ask(db: Session, actor: Actor, case_id: UUID) -> UUID:
    known = {one.label: one for one in responses.of_case(db, actor, case_id)}
    if ASKED in known:
        return known[ASKED].id
    found = responses.begin(
        db, actor, case_id, label=ASKED, mode=Mode.IN_PERSON, asked_on=clock.today(), version=0
    )
    for question, value in SAID.items():
        responses.answer(db, actor, found.id, question=question, value=value, version=0)
    return found.id
