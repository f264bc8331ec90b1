"""Digital safety in the example: what each side knows, her map and her plan, and what the programme shares of its part."""

from typing import Final, NamedTuple

from core.content.digital_violence import SAFE_CHANNEL
from core.demo.stage import Stage, say
from core.locale import Words
from core.models import Case, Seen, Whose
from core.operations import (
    digital_findings,
    digital_maps,
    digital_shares,
    digital_steps,
    evidence,
    files,
    first_passes,
    safety_actions,
    safety_plans,
)
from core.operations.evidence import Kept
from core.operations.releases import Terms
from core.operations.safety_actions import SafetyState, Wanted


class Thing(NamedTuple):
    whose: Whose
    kind: str
    marks: tuple[str, ...] = ()
    name: str = ""
    note: str = ""


class Act(NamedTuple):
    key: str
    area: str
    who: str
    days: int
    change: str = ""
    not_before: int | None = None
    is_done: bool = False


BEGUN, REVIEW = -64, 12
MAP: Final = (
    Thing(
        Whose.HERS,
        "phone",
        ("connection.shared_group", "information.location", "access.set_up_by_him", "access.knows_code"),
        "old_phone",
        "old_phone",
    ),
    Thing(Whose.HERS, "messenger", ("information.messages", "access.signed_in"), note="messenger"),
    Thing(Whose.HERS, "email", ("information.messages", "access.his_recovery"), "email"),
    Thing(
        Whose.SHARED,
        "family_group",
        (
            "connection.his_devices",
            "connection.childrens_devices",
            "information.location",
            "information.photos",
            "access.signed_in",
            "access.paid_by_him",
        ),
        note="family",
    ),
    Thing(Whose.SHARED, "router", ("connection.home_network", "access.in_his_hands")),
    Thing(
        Whose.CHILDRENS,
        "tablet",
        ("connection.shared_group", "information.location", "access.in_his_hands"),
        "tablet",
        "tablet",
    ),
    Thing(Whose.HIS, "phone", (), note="his_phone"),
)
STEPS: Final = {
    "ivo": {
        "media": Seen.PRESENT,
        "shared": Seen.PRESENT,
        "skills": Seen.PRESENT,
        "controlled": Seen.PRESENT,
        "harassed": Seen.NOT_KNOWN,
    },
    "elena": {
        "media": Seen.PRESENT,
        "shared": Seen.PRESENT,
        "skills": Seen.PRESENT,
        "harassed": Seen.PRESENT,
        "controlled": Seen.PRESENT,
        "knows": Seen.PRESENT,
    },
}
FORMS: Final = {
    "threats": Seen.PRESENT,
    "gathering": Seen.PRESENT,
    "spying": Seen.PRESENT,
    "passwords": Seen.PAST,
    "spyware": Seen.NOT_KNOWN,
    "threats_of_violence": Seen.PRESENT,
    "shared_images": Seen.NOT_PRESENT,
}
HERS: Final = (
    Act("order", "stopping", "elena", 9),
    Act("new_account", "accounts", "she", -50, is_done=True),
    Act("leave", "accounts", "she", -40, "leave_group", -44, is_done=True),
    Act("phone", "accounts", "nina", 16, "remove_device", 9),
    Act("tablet", "accountability", "nina", -60, is_done=True),
)


def write(stage: Stage, case: Case) -> None:
    for who, answers in STEPS.items():
        with stage.on(BEGUN, 9 if who == "ivo" else 14):
            for step, seen in answers.items():
                note = say(f"digital.step.{who}.{step}") if seen is not Seen.NOT_KNOWN else ""
                digital_steps.answer(
                    stage.db, stage.actors[who], case.id, step=step, seen=seen, note=note, version=0
                )
    _map(stage, case)
    _plan(stage, case)
    _his(stage, case)


def _map(stage: Stage, case: Case) -> None:
    db, elena = stage.db, stage.actors["elena"]
    with stage.on(BEGUN, 14, 10):
        for one in MAP:
            [made] = digital_maps.put(db, elena, case.id, whose=one.whose, kinds=[one.kind])
            digital_maps.mark(
                db,
                elena,
                made.id,
                marks=one.marks,
                name=say(f"digital.name.{one.name}") if one.name else "",
                note=say(f"digital.medium.{one.note}") if one.note else "",
                version=1,
            )
        for form, seen in FORMS.items():
            digital_findings.write(db, elena, case.id, form=form, seen=seen, note="", version=0)


def _plan(stage: Stage, case: Case) -> None:
    """The four measures; the first of them stands in her entry of the file."""
    db, elena = stage.db, stage.actors["elena"]
    assert SAFE_CHANNEL not in safety_plans.MEASURES  # noqa: S101  said once, in My file
    with stage.on(BEGUN, 15):
        safety_plans.write(
            db,
            elena,
            case.id,
            safe_device=say("digital.safe_device"),
            account_use=say("digital.account_use"),
            escalation=say("digital.escalation"),
            review_on=stage.day(REVIEW),
            version=0,
        )
        for one in HERS:
            wanted = Wanted(
                one.area,
                say(f"digital.act.{one.key}"),
                say(f"digital.who.{one.who}"),
                stage.day(one.days),
                one.change,
                say(f"digital.first.{one.key}") if one.change else "",
                stage.day(one.not_before) if one.not_before is not None else None,
            )
            made = safety_actions.write(db, elena, case.id, wanted=wanted)
            if one.is_done:
                with stage.on(one.days, 16):
                    safety_actions.set_state(
                        db, elena, made.id, state=SafetyState.DONE, version=1, is_in_place=True
                    )
    with stage.on(-2, 16):
        kept = Kept(
            say("digital.evidence"),
            stage.day(-3),
            say("digital.kept_where"),
            ("screenshot", "second_camera"),
            ("police_unit",),
            stage.day(-2),
        )
        evidence.note(db, elena, case.id, kept=kept)


def _his(stage: Stage, case: Case) -> None:
    """What the programme knows and does, shared for the assessment."""
    db, ivo = stage.db, stage.actors["ivo"]
    with stage.on(-50, 9):
        for key, days, change in (("his_account", -43, "he_signs_out"), ("his_work", 30, "")):
            first = say(f"digital.first.{key}") if change else ""
            wanted = Wanted(
                "accountability",
                say(f"digital.act.{key}"),
                say("digital.who.ivo"),
                stage.day(days),
                change,
                first,
            )
            made = safety_actions.write(db, ivo, case.id, wanted=wanted)
            if days < 0:
                safety_actions.set_state(
                    db, ivo, made.id, state=SafetyState.DONE, version=1, is_in_place=True
                )
    with stage.on(-49, 9):
        him = files.mine(db, ivo, case.id).subjects[0]
        words, terms = Words(), Terms(him.id, first_passes.PURPOSE)
        seen = digital_shares.preview(db, ivo, case.id, words=words, terms=terms).digest
        digital_shares.share(db, ivo, case.id, words=words, terms=terms, seen=seen)
