"""What she answered on change in the planted case: done, being asked, not asked because it is not safe; a summary taken back."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from core import clock
from core.models import JointItem, NotDone, QuestionnaireAnswer, QuestionnaireResponse
from core.operations import t_points
from tests.make import Make

if TYPE_CHECKING:
    from tests.canary.planting import Planted


def plant(db: Session, make: Make, planted: "Planted") -> None:
    """Her own words at each time, where paper lies, and what was shared once and is hers again."""
    pair, ids = planted.world.pair, planted.world.ids
    asked = db.get_one(QuestionnaireResponse, planted.world.sides[pair.vss.kind].ids["response"])
    _answered(db, planted, asked, "answer of a time that is done")
    ids["her_response"] = asked.id
    t_points.mark_done(db, pair.vss, pair.case.id, label="T0", done_on=clock.today())
    make.t_point(pair, "T1", clock.today())
    running = make.response(pair.vss_file, pair.vss, "T1")
    _answered(db, planted, running, "answer of a time that is being asked")
    ids["her_running"] = running.id
    unsafe = QuestionnaireResponse(
        file_id=pair.vss_file.id,
        label="T3",
        not_done_on=clock.today(),
        not_done_reason=NotDone.NOT_SAFE,
    )
    planted.mark(unsafe, "a time at which it was not safe to ask her")
    make.t_point(pair, "T3", clock.today())
    db.add(unsafe)
    ids["his_response"] = make.response(pair.pp_file, pair.pp, "T1", emotional="never").id
    taken_back = JointItem(
        case_id=pair.case.id,
        service_id=pair.vss.service_id,
        author_id=pair.vss.person_id,
        topic="change_summary",
        text="",
        purpose="change_questionnaires",
        released_at=clock.now(),
        withdrawn_at=clock.now(),
    )
    planted.mark(taken_back, "taken back")
    db.add(taken_back)
    db.flush()


def _answered(db: Session, planted: "Planted", response: QuestionnaireResponse, what: str) -> None:
    planted.mark(response, what)
    answer = QuestionnaireAnswer(
        response_id=response.id,
        question="own_words",
        value="",
        answered_by=planted.world.pair.vss.person_id,
    )
    planted.mark(answer, what)
    db.add(answer)
    db.flush()
