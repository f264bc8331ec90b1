"""The joint risk assessment of the planted case: what she withholds, what nobody may read yet, what was taken back."""

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.models import FirstAnswer, FirstPass, HandedAnswer, HandedIn, JointItem, Seen
from core.operations.first_passes import HER
from tests import risk
from tests.core import risk_world
from tests.make import Make

if TYPE_CHECKING:
    from tests.canary.planting import Planted


def plant(db: Session, _make: Make, planted: "Planted") -> None:
    """Answers of hers that stay, answers handed in before the opening, and a first pass that was taken back."""
    pair, ids = planted.world.pair, planted.world.ids
    running = ids[risk_world.RUNNING]
    for asked, stays in (("strangled", True), ("weapon_used", False)):
        risk.say(db, pair.vss, running, asked, Seen.PRESENT, stays=stays)
    mine = FirstPass.file_id == pair.vss_file.id
    own = db.scalars(select(FirstPass).where(FirstPass.assessment_id == running, mine)).one()
    planted.mark(own, "how she sees it, in a running first pass")
    for answer in db.scalars(select(FirstAnswer).where(FirstAnswer.pass_id == own.id)):
        planted.mark(answer, "answer that stays" if answer.stays else "answer of a running first pass")
    for assessment, what in (
        (running, "handed in before the opening"),
        (ids[risk_world.OPENED], "taken back"),
    ):
        item = JointItem(
            case_id=pair.case.id,
            service_id=pair.vss.service_id,
            author_id=pair.vss.person_id,
            topic="first_pass",
            text="",
            purpose="risk_assessment",
            released_at=clock.now(),
            withdrawn_at=clock.now() if what == "taken back" else None,
        )
        db.add(item)
        db.flush()
        handed = HandedIn(
            assessment_id=assessment,
            service_id=pair.vss.service_id,
            item_id=item.id,
        )
        planted.mark(handed, f"how she sees it, {what}")
        db.add(handed)
        db.flush()
        said = HandedAnswer(handed_in_id=handed.id, about=HER, item="weapon_used", seen=Seen.PRESENT)
        planted.mark(said, f"answer {what}")
        db.add(said)
    planted.ids["assessment"] = running
    db.flush()
