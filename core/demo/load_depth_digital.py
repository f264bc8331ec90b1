"""Digital safety over five years: what each side knows, two maps of her devices, her plan with what was done, and evidence."""

from datetime import timedelta
from typing import Final

from core.demo import story_digital
from core.demo.load_deep import Deep, Own, every
from core.demo.stage import say
from core.models import (
    DigitalFinding,
    DigitalMedium,
    DigitalStep,
    Evidence,
    SafetyAction,
    SafetyPlan,
    SafetyState,
    Seen,
)
from core.operations import digital_shares, first_passes

#: Months after which her devices were replaced, between rounds of the plan, between pieces of evidence.
REPLACED, ROUNDS, KEPT = 30, 12, 4
HIS: Final = (("his_account", "he_signs_out"), ("his_work", ""))


def lay(deep: Deep) -> None:
    for who, steps in story_digital.STEPS.items():
        own = deep.sides[who]
        with deep.on(deep.began, 14):
            deep.add(
                *(
                    DigitalStep(
                        file_id=own.file.id,
                        step=step,
                        seen=seen,
                        note=say(f"digital.step.{who}.{step}") if seen is not Seen.NOT_KNOWN else "",
                    )
                    for step, seen in steps.items()
                )
            )
    _map(deep)
    _plan(deep)
    _keep(deep)
    _his(deep)


def _map(deep: Deep) -> None:
    """What she has now, and what she had before that; and each form that is known."""
    replaced = deep.began + timedelta(days=30 * REPLACED)
    for day, gone_on in ((deep.began, replaced), (replaced, None)):
        with deep.on(day, 15):
            deep.add(
                *(
                    DigitalMedium(
                        file_id=deep.hers.file.id,
                        whose=one.whose,
                        kind=one.kind,
                        name=say(f"digital.name.{one.name}") if one.name else "",
                        marks=" ".join(one.marks),
                        note=say(f"digital.medium.{one.note}") if one.note else "",
                        gone_on=gone_on,
                    )
                    for one in story_digital.MAP
                )
            )
    with deep.on(deep.began, 15):
        deep.add(
            *(
                DigitalFinding(file_id=deep.hers.file.id, form=form, seen=seen)
                for form, seen in story_digital.FORMS.items()
            )
        )


def _plan(deep: Deep) -> None:
    with deep.on(deep.began, 16):
        deep.add(
            SafetyPlan(
                file_id=deep.hers.file.id,
                safe_device=say("digital.safe_device"),
                account_use=say("digital.account_use"),
                escalation=say("digital.escalation"),
                review_on=deep.today + timedelta(days=12),
            )
        )
    rounds = list(every(ROUNDS, deep.began, deep.today))
    for day in rounds:
        is_last = day == rounds[-1]
        with deep.on(day, 16):
            deep.add(*(_act(deep, one, is_last=is_last) for one in story_digital.HERS))


def _act(deep: Deep, act: story_digital.Act, *, is_last: bool) -> SafetyAction:
    """As in the story; of an earlier round it is done."""
    is_open = is_last and not act.is_done
    return SafetyAction(
        file_id=deep.hers.file.id,
        area=act.area,
        text=say(f"digital.act.{act.key}"),
        who=say(f"digital.who.{act.who}"),
        until=deep.today + timedelta(days=act.days),
        change=act.change,
        first=say(f"digital.first.{act.key}") if act.change else "",
        not_before=deep.today + timedelta(days=act.not_before) if act.not_before is not None else None,
        state=SafetyState.OPEN if is_open else SafetyState.DONE,
    )


def _keep(deep: Deep) -> None:
    for day in every(KEPT, deep.began, deep.today):
        with deep.on(day, 17):
            deep.add(
                Evidence(
                    file_id=deep.hers.file.id,
                    what=say("digital.evidence"),
                    happened_on=day,
                    kept_where=say("digital.kept_where"),
                    kept_how="screenshot second_camera",
                    reported_to="police_unit",
                    reported_on=day,
                )
            )


def _his(deep: Deep) -> None:
    """What the programme does, and shared once: its words are those of its steps."""
    own: Own = deep.his
    with deep.on(deep.began + timedelta(days=20), 9):
        deep.add(
            *(
                SafetyAction(
                    file_id=own.file.id,
                    area="accountability",
                    text=say(f"digital.act.{key}"),
                    who=say("digital.who.ivo"),
                    until=deep.began + timedelta(days=60),
                    change=change,
                    first=say(f"digital.first.{key}") if change else "",
                    state=SafetyState.DONE,
                )
                for key, change in HIS
            )
        )
        told = "\n".join(say(f"digital.step.ivo.{step}") for step in ("media", "shared", "controlled"))
        deep.share(own, digital_shares.TOPIC, told, purpose=first_passes.PURPOSE)
