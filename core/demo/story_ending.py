"""A case of the example that ends: he went on in another town. The programme proposed the end, Elena D. has not agreed yet."""

from datetime import timedelta
from typing import Final

from core.demo import story_agreements
from core.demo.stage import Stage, say
from core.models import Answer, Case, CloseReason, Closing, Known, Mode, Settled, SubjectKind
from core.operations import (
    action_plans,
    cases,
    closing_steps,
    closing_texts,
    closings,
    files,
    lessons,
    requests,
    responses,
    t_points,
)
from core.operations.action_plans import ActionState
from core.operations.files import Contacts
from core.operations.responses import NotDone

#: Days from today.
OPENED: Final = -96
ENDED: Final = -12
STEPS: Final = {"ivo": ("told_him", "his_contact"), "elena": ("her_contact",)}
SECTIONS: Final = {"ivo": ("course", "after"), "elena": ("remaining_risk",)}


def write(stage: Stage) -> None:
    case = _open(stage)
    story_agreements.of_case(stage, case, signed_on=OPENED + 6, lasts=300)
    _work(stage, case)
    _end(stage, case)


def _open(stage: Stage) -> Case:
    """Opened, asked about and confirmed by both within some days."""
    db, ivo, elena = stage.db, stage.actors["ivo"], stage.actors["elena"]
    with stage.on(OPENED, 9):
        case = cases.open(
            db,
            ivo,
            cooperation_id=stage.cooperation_id,
            code=f"K-{stage.day(OPENED).year}-05",
            reference=say("ending.his_reference"),
        )
        him = Contacts(name=say("ending.him"), born_on=stage.day(-365 * 34))
        files.add_subject(db, ivo, case.id, kind=SubjectKind.HIM, contacts=him)
        requests.ask(db, ivo, case.id, identification=f"T. L., {stage.day(-365 * 34).year}")
    with stage.on(OPENED + 1, 11):
        asked = next(one for one in requests.list_open(db, elena))
        requests.answer(db, elena, asked.id, answer=Answer.PARALLEL_FILE, version=asked.version)
        requests.confirm(db, elena, case.id)
        her = Contacts(name=say("ending.her"), safe_channel=say("ending.her_channel"))
        files.add_subject(db, elena, case.id, kind=SubjectKind.HER, contacts=her)
    with stage.on(OPENED + 2, 9):
        requests.confirm(db, ivo, case.id)
        cases.describe(
            db,
            ivo,
            case.id,
            living_together=Known.NO,
            children_count=0,
            is_in_target=True,
            target_reason="",
            exclusions=(),
            exclusions_reason="",
            version=case.version,
        )
    return case


def _work(stage: Stage, case: Case) -> None:
    """He began, and moved; what was still to do is handed on."""
    db, ivo, elena = stage.db, stage.actors["ivo"], stage.actors["elena"]
    with stage.on(OPENED + 9, 10):
        days = {"T0": stage.day(OPENED + 3), "T1": stage.day(OPENED + 10)}
        t_points.set_dates(db, ivo, case.id, dates=days)
        action = action_plans.add(
            db,
            elena,
            case.id,
            need=say("ending.need"),
            text=say("ending.action"),
            due_on=stage.day(ENDED - 20),
            service_id=ivo.service_id,
            person_id=ivo.person_id,
        )
    with stage.on(OPENED + 10, 11):
        found = responses.begin(
            db, ivo, case.id, label="T1", mode=Mode.IN_PERSON, asked_on=stage.day(OPENED + 10), version=0
        )
        responses.answer(db, ivo, found.id, question="emotional", value="several", version=0)
        responses.finish(db, ivo, found.id)
    with stage.on(ENDED - 1, 10):
        action_plans.set_state(
            db,
            ivo,
            action.id,
            state=ActionState.HANDED_ON,
            reason=say("ending.handed_on"),
            version=action.version,
        )
        t_points.set_dates(db, ivo, case.id, dates={"T3": stage.day(ENDED)})


def _end(stage: Stage, case: Case) -> None:
    """Each does its own part; the programme is ready and proposes the end, the other service is not."""
    db, ivo = stage.db, stage.actors["ivo"]
    with stage.on(ENDED + 2, 9):
        closing = closings.begin(db, ivo, case.id)
        responses.settle_not_done(db, ivo, case.id, label="T3", reason=NotDone.NOT_REACHED, version=0)
    for who, steps in STEPS.items():
        _write_down(stage, closing, who, steps)
    for who, sections in SECTIONS.items():
        for key in sections:
            _write(stage, closing, who, key)
    for key in ("helped", "missing"):
        _write(stage, closing, "ivo", key)
    with stage.on(ENDED + 5, 9):
        written = closing_texts.of_closing(db, ivo, closing.id)
        answers = [written[key, ivo.service_id] for key in ("helped", "missing")]
        lessons.give(db, ivo, closing.id, seen=lessons.digest(answers))
        closings.propose(
            db,
            ivo,
            closing.id,
            ground=CloseReason.REFERRED,
            ended_on=stage.day(ENDED),
            has_follow_up=True,
            agreement_until=stage.day(ENDED) + timedelta(days=205),
            lacking=say("ending.lacking"),
            version=closing.version,
        )


def _write_down(stage: Stage, closing: Closing, who: str, steps: tuple[str, ...]) -> None:
    with stage.on(ENDED + 3, 10):
        for step in steps:
            closing_steps.record(
                stage.db,
                stage.actors[who],
                closing.id,
                step=step,
                settled=Settled.DONE,
                words=say(f"ending.step.{step}"),
                version=0,
            )


def _write(stage: Stage, closing: Closing, who: str, key: str) -> None:
    with stage.on(ENDED + 4, 10):
        closing_texts.write(
            stage.db, stage.actors[who], closing.id, key=key, words=say(f"ending.{who}.{key}"), version=0
        )
