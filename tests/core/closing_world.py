"""The end of a case in the world in which the table of access is tried: proposed, with what each side wrote and did."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content import closings as content
from core.content.access_rules import Act
from core.models import CloseReason, Closing, ClosingStep, ClosingText, Lesson, ServiceKind, Settled
from core.operations import closing_checks, closing_reports, closing_steps, closing_texts, closings, lessons
from tests.make import Pair

Try = Callable[[Any, Actor, ServiceKind], object]
_STEPS = {ServiceKind.PP: "told_him", ServiceKind.VSS: "safety_plan"}


def build(db: Session, pair: Pair) -> dict[str, UUID]:
    """Proposed by the programme; each service answered a question, and passed one answer of another case on."""
    closing = Closing(
        case_id=pair.case.id,
        begun_by=pair.pp.person_id,
        ground=CloseReason.COMPLETED,
        ended_on=clock.today(),
        service_id=pair.pp.service_id,
        proposed_by=pair.pp.person_id,
        proposed_at=clock.now(),
    )
    db.add(closing)
    db.flush()
    texts = [
        ClosingText(
            closing_id=closing.id,
            case_id=pair.case.id,
            service_id=actor.service_id,
            key="helped",
            text="Short ways",
            written_by=actor.person_id,
        )
        for actor in (pair.pp, pair.vss)
    ]
    lesson = Lesson(
        cooperation_id=pair.case.cooperation_id,
        service_id=pair.vss.service_id,
        question="helped",
        text="One number",
        year=clock.today().year,
    )
    db.add_all([*texts, lesson])
    db.flush()
    return {"closing": closing.id, "closing_text": texts[0].id, "lesson": lesson.id}


def steps(db: Session, pair: Pair, actor: Actor, closing_id: UUID) -> dict[str, UUID]:
    """What one side does for its own person."""
    file = pair.vss_file if actor.kind is ServiceKind.VSS else pair.pp_file
    step = ClosingStep(
        closing_id=closing_id,
        file_id=file.id,
        step=_STEPS[actor.kind],
        settled=Settled.DONE,
        text="The helpline",
        recorded_by=actor.person_id,
    )
    db.add(step)
    db.flush()
    return {"closing_step": step.id}


def _sees(statement: Callable[[Actor], Any], key: str) -> Try:
    def act(world: Any, actor: Actor, side: ServiceKind) -> object:
        wanted = world.sides[side].ids.get(key) or world.ids[key]
        return access.find(world.db, statement(actor), wanted)

    return act


def _take_back(world: Any, actor: Actor, _side: ServiceKind) -> object:
    return closings.take_back(world.db, actor, world.ids["closing"], version=1)


def _agree(world: Any, actor: Actor, side: ServiceKind) -> object:
    """For the side that did not propose, which has done what belongs before the end."""
    if closing := world.db.get(Closing, world.ids["closing"]):
        other = ServiceKind.PP if actor.kind is ServiceKind.VSS else ServiceKind.VSS
        closing.service_id, closing.lacking = world.sides[other].service_id, "Nobody could come"
        _do_own(world, closing, side)
    return closings.agree(world.db, actor, world.ids["closing"], version=closing.version if closing else 1)


def _do_own(world: Any, closing: Closing, side: ServiceKind) -> None:
    held = world.sides[side]
    done = set(world.db.scalars(select(ClosingStep.step).where(ClosingStep.file_id == held.ids["file"])))
    for step in content.load().steps_of(side):
        if step.id not in done:
            world.db.add(
                ClosingStep(
                    closing_id=closing.id,
                    file_id=held.ids["file"],
                    step=step.id,
                    settled=Settled.DONE,
                    text="",
                    recorded_by=held.keeper.person_id,
                )
            )
    asked = world.make.t_point(world.pair, closing_checks.END, clock.today())
    asked.pp_done_on = asked.vss_done_on = clock.today()
    world.db.flush()


def _write(world: Any, actor: Actor, _side: ServiceKind) -> object:
    return closing_texts.write(world.db, actor, world.ids["closing"], key="course", words="A year", version=0)


def _give(world: Any, actor: Actor, _side: ServiceKind) -> object:
    own = select(ClosingText).where(ClosingText.service_id == actor.service_id)
    return lessons.give(
        world.db, actor, world.ids["closing"], seen=lessons.digest(world.db.scalars(own).all())
    )


def _record(world: Any, actor: Actor, side: ServiceKind) -> object:
    return closing_steps.record(
        world.db,
        actor,
        world.ids["closing"],
        step=_STEPS[side],
        settled=Settled.NOT_NEEDED,
        words="She went on",
        version=1,
    )


TRIES: dict[tuple[str, Act], Try] = {
    ("closing", Act.READ): _sees(access.visible_closings, "closing"),
    ("closing", Act.WRITE): _take_back,
    ("closing", Act.APPROVE): _agree,
    ("closing_report", Act.READ): _sees(access.visible_closing_texts, "closing_text"),
    ("closing_report", Act.WRITE): _write,
    ("closing_report", Act.SHARE): _give,
    ("closing_report", Act.EXPORT): lambda w, a, _: closing_reports.document(
        w.db, a, w.ids["closing"], words=w.words
    ),
    ("his_closing_step", Act.READ): _sees(access.visible_closing_steps, "closing_step"),
    ("his_closing_step", Act.WRITE): _record,
    ("her_closing_step", Act.READ): _sees(access.visible_closing_steps, "closing_step"),
    ("her_closing_step", Act.WRITE): _record,
    ("lesson", Act.READ): _sees(access.visible_lessons, "lesson"),
}
