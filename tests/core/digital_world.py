"""Digital safety in the world in which the table of access is tried: something of each side."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from core import access
from core.access import Actor
from core.content.access_rules import Act
from core.errors import NotFound
from core.models import (
    ContactUse,
    DigitalMedium,
    DigitalStep,
    Seen,
    ServiceKind,
    StillSafe,
    Subject,
    SubjectKind,
    Whose,
)
from core.operations import contact_cards, digital_maps, digital_shares, digital_steps, safety_documents
from core.operations.releases import Terms
from tests.make import Pair, consented

Try = Callable[[Any, Actor, ServiceKind], object]


def build(db: Session, pair: Pair) -> None:
    for actor in (pair.pp, pair.vss):
        digital_steps.answer(db, actor, pair.case.id, step="knows", seen=Seen.PRESENT, note="So", version=0)
    digital_maps.put(db, pair.vss, pair.case.id, whose=Whose.HERS, kinds=["phone"])
    her = db.query(Subject).filter_by(file_id=pair.vss_file.id, kind=SubjectKind.HER).first()
    assert her is not None
    db.add(ContactUse(subject_id=her.id, used_by=pair.vss.person_id))
    db.flush()


def _step(world: Any, side: ServiceKind) -> DigitalStep:
    file = world.pair.pp_file if side is ServiceKind.PP else world.pair.vss_file
    return world.db.query(DigitalStep).filter_by(file_id=file.id).one()  # type: ignore[no-any-return]


def _medium(world: Any) -> DigitalMedium:
    return world.db.query(DigitalMedium).filter_by(file_id=world.pair.vss_file.id).one()  # type: ignore[no-any-return]


def _use(world: Any) -> ContactUse:
    return world.db.query(ContactUse).one()  # type: ignore[no-any-return]


def _read_steps(world: Any, actor: Actor, side: ServiceKind) -> object:
    return access.find(world.db, access.visible_digital_steps(actor), _step(world, side).id)


def _answer(world: Any, actor: Actor, side: ServiceKind) -> object:
    if actor.service_id != world.sides[side].service_id:
        raise NotFound  # the operation knows the own file only: there is no way to name the other's
    return digital_steps.answer(
        world.db, actor, world.pair.case.id, step="media", seen=Seen.PRESENT, note="", version=0
    )


def _share(world: Any, actor: Actor, _side: ServiceKind) -> object:
    wanted = world.sides[ServiceKind.PP].ids["subject"]
    if him := world.db.get(Subject, wanted):
        consented(world.db, world.pair.pp, him)
    terms, words = Terms(wanted, "risk_assessment"), world.words
    case_id = world.pair.case.id
    seen = digital_shares.preview(world.db, actor, case_id, words=words, terms=terms).digest
    return digital_shares.share(world.db, actor, case_id, words=words, terms=terms, seen=seen)


TRIES: dict[tuple[str, Act], Try] = {
    ("contact_use", Act.READ): lambda w, a, _: access.find(w.db, access.visible_contact_uses(a), _use(w).id),
    ("contact_use", Act.WRITE): lambda w, a, _: contact_cards.answer(
        w.db, a, _use(w).id, answer=StillSafe.YES, note="", version=1
    ),
    ("safety_plan", Act.READ): lambda w, a, _: access.find(
        w.db, access.visible_digital_media(a), _medium(w).id
    ),
    ("safety_plan", Act.WRITE): lambda w, a, _: digital_maps.mark(
        w.db, a, _medium(w).id, marks=[], name="Blue", note="", version=1
    ),
    ("safety_plan_paper", Act.EXPORT): lambda w, a, _: safety_documents.document(
        w.db, a, w.pair.case.id, words=w.words
    ),
    ("her_digital_steps", Act.READ): _read_steps,
    ("her_digital_steps", Act.WRITE): _answer,
    ("his_digital_part", Act.READ): _read_steps,
    ("his_digital_part", Act.WRITE): _answer,
    ("his_digital_part", Act.SHARE): _share,
}
