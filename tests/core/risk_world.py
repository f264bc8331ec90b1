"""The joint risk assessments of the world in which the table of access is tried: one that is opened, one that runs."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content import risk_checklists
from core.content.access_rules import Act, Space
from core.errors import NotFound
from core.models import (
    HandedAnswer,
    HandedIn,
    JointItem,
    RiskAssessment,
    RiskList,
    Seen,
    ServiceKind,
)
from core.operations import (
    first_passes,
    risk_assessments,
    risk_boards,
    risk_documents,
    risk_levels,
    risk_lists,
)
from core.operations.first_passes import HER, Given
from core.operations.releases import Terms
from core.operations.risk_levels import RiskGrade
from tests import risk
from tests.make import Pair, consented

OPENED, RUNNING = "assessment_opened", "assessment_running"
FILE = """title = "Ours"
source = "Our own"
[[item]]
group = "serious"
text = "Asked"
"""

Try = Callable[[Any, Actor, ServiceKind], object]


def build(db: Session, pair: Pair, space: Space) -> dict[str, UUID]:
    """One version that both opened, with what each side handed in; with `OPEN` it was taken back. And one that runs."""
    own = RiskList(
        number=2,
        content=risk_checklists.load(risk_checklists.WOMAN).to_data(),
        made_by=pair.pp.person_id,
        released_at=clock.now(),
    )
    db.add(own)
    db.flush()
    made: dict[str, UUID] = {"risk_list": own.id}
    for number, key in enumerate((OPENED, RUNNING), 1):
        found = risk.laid(db, pair, number=number)
        made[key] = found.id
        for actor in (pair.pp, pair.vss):
            risk.say(db, actor, found.id, "money", Seen.PRESENT, stays=actor.kind is ServiceKind.VSS)
        if key == OPENED:
            found.opened_at = found.finished_at = clock.now()
            made |= {
                f"handed_in_{actor.kind}": _handed_in(db, pair, actor, found, space)
                for actor in (pair.pp, pair.vss)
            }
    return made


def _handed_in(db: Session, pair: Pair, actor: Actor, found: RiskAssessment, space: Space) -> UUID:
    item = JointItem(
        case_id=pair.case.id,
        service_id=actor.service_id,
        author_id=actor.person_id,
        topic=first_passes.TOPIC,
        text="",
        purpose=first_passes.PURPOSE,
        released_at=clock.now(),
        withdrawn_at=clock.now() if space is Space.OPEN else None,
    )
    db.add(item)
    db.flush()
    handed = HandedIn(assessment_id=found.id, service_id=actor.service_id, item_id=item.id)
    db.add(handed)
    db.flush()
    db.add(HandedAnswer(handed_in_id=handed.id, about=HER, item="money", seen=Seen.PRESENT))
    db.flush()
    return handed.id


def _own(world: Any, actor: Actor, side: ServiceKind) -> None:
    """The operations know the own file only: there is no way to name the other's."""
    if actor.service_id != world.sides[side].service_id:
        raise NotFound


def _read_pass(world: Any, actor: Actor, side: ServiceKind) -> object:
    _own(world, actor, side)
    rows = world.db.scalars(access.visible_first_answers(actor)).all()
    if not rows:
        raise NotFound
    return rows


def _answer(world: Any, actor: Actor, side: ServiceKind) -> object:
    _own(world, actor, side)
    stays = actor.kind is ServiceKind.VSS
    given = Given(Seen.PRESENT, stays=stays)
    return first_passes.answer(
        world.db, actor, world.ids[RUNNING], about=HER, item="pets", given=given, version=0
    )


def _hand_in(world: Any, actor: Actor, side: ServiceKind) -> object:
    _own(world, actor, side)
    whom = risk.about(world.db, world.pair, world.sides[side].keeper)
    consented(world.db, world.sides[side].keeper, whom)
    terms = Terms(whom.id, first_passes.PURPOSE)
    seen = first_passes.preview(world.db, actor, world.ids[RUNNING], terms=terms).digest
    return first_passes.hand_in(world.db, actor, world.ids[RUNNING], terms=terms, seen=seen)


def _read_handed(world: Any, actor: Actor, side: ServiceKind) -> object:
    handed = access.find(world.db, access.visible_handed_in(actor), world.ids[f"handed_in_{side}"])
    rows = access.visible_handed_answers(actor).where(HandedAnswer.handed_in_id == handed.id)
    if not world.db.scalars(rows).all():
        raise NotFound
    return handed


TRIES: dict[tuple[str, Act], Try] = {
    ("first_pass", Act.READ): _read_pass,
    ("first_pass", Act.WRITE): _answer,
    ("first_pass", Act.SHARE): _hand_in,
    ("withheld_answer", Act.READ): _read_pass,
    ("withheld_answer", Act.WRITE): _answer,
    ("handed_in", Act.READ): _read_handed,
    ("risk_assessment", Act.READ): lambda w, a, _: risk_assessments.version(w.db, a, w.ids[RUNNING]),
    ("risk_assessment", Act.WRITE): lambda w, a, _: _result(w, a),
    ("risk_assessment", Act.APPROVE): lambda w, a, _: risk_levels.choose(
        w.db, a, w.ids[RUNNING], grade=RiskGrade.HIGH, reason="So", number=0
    ),
    ("risk_assessment", Act.EXPORT): lambda w, a, _: risk_documents.document(
        w.db, a, w.ids[OPENED], words=w.words
    ),
    ("risk_list", Act.READ): lambda w, a, _: _read_list(w, a),
    ("risk_list", Act.ADMINISTER): lambda w, a, _: risk_lists.enter_file(w.db, a, typed=FILE),
}


def _result(world: Any, actor: Actor) -> object:
    return risk_boards.add_result(
        world.db,
        actor,
        world.ids[RUNNING],
        instrument="DASH",
        done_on=clock.today(),
        done_by="Police",
        result="High",
    )


def _read_list(world: Any, actor: Actor) -> object:
    return access.find(world.db, access.visible_risk_lists(actor), world.ids["risk_list"])
