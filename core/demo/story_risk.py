"""The joint risk assessment at the first joint meeting: each side on its own, then together, and the level that people chose."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from core.demo import story_case
from core.demo.stage import Stage, say
from core.models import Case, Known, Occasion, RiskAssessment, Seen
from core.operations import (
    action_plans,
    consents,
    files,
    first_passes,
    risk_assessments,
    risk_boards,
    risk_levels,
)
from core.operations.consents import ConsentState, Said
from core.operations.first_passes import HER, Given, How, RiskGrade
from core.operations.releases import Terms


class Told(NamedTuple):
    """What a side answers: whom it is about, the item, the answer, how it is known, the key of its note."""

    about: str
    item: str
    seen: Seen
    how: How | None = None
    note: str = ""
    stays: bool = False


OLDER: Final = "older"
HIS: Final = (
    Told(HER, "jealousy", Seen.PRESENT, How.TOLD, "risk.his_jealousy"),
    Told(HER, "strangled", Seen.NOT_PRESENT, How.TOLD),
    Told(HER, "broken_order", Seen.NOT_KNOWN),
    Told(HER, "weapon_access", Seen.NOT_PRESENT, How.TOLD),
    Told(HER, "psychological", Seen.PRESENT, How.OBSERVED, "risk.his_words"),
    Told(HER, "work_lost", Seen.PRESENT, How.TOLD),
    Told(OLDER, "devices", Seen.NOT_KNOWN),
    Told(OLDER, "own_child", Seen.PRESENT),
)
HERS: Final = (
    Told(HER, "strangled", Seen.PRESENT, How.TOLD, "risk.her_strangled"),
    Told(HER, "separation", Seen.PRESENT, How.TOLD),
    Told(HER, "stalking", Seen.PRESENT, How.TOLD, "risk.her_stalking", stays=True),
    Told(HER, "jealousy", Seen.PRESENT, How.TOLD),
    Told(HER, "broken_order", Seen.PRESENT, How.TOLD),
    Told(HER, "her_fear", Seen.PRESENT, How.TOLD),
    Told(HER, "psychological", Seen.PRESENT, How.TOLD),
    Told(HER, "weapon_access", Seen.NOT_PRESENT, How.TOLD),
    Told(OLDER, "devices", Seen.PRESENT, How.TOLD, "risk.her_devices"),
    Told(OLDER, "own_child", Seen.PRESENT),
    Told(OLDER, "witnessed", Seen.PRESENT, How.TOLD),
)


def write(stage: Stage, case: Case) -> None:
    meeting = stage.weekday(story_case.FIRST_JOINT)
    children = [f"{story_case.codes(case)['child'][:-1]}{letter}" for letter in "ab"]
    _consent(stage, case, meeting - 4)
    with stage.on(meeting - 3, 9):
        found = risk_assessments.begin(
            stage.db, stage.actors["ivo"], case.id, occasion=Occasion.FIRST, children=children
        )
    _hand_in(stage, case, found, "ivo", HIS, children, meeting - 2)
    _hand_in(stage, case, found, "elena", HERS, children, meeting - 1)
    _meet(stage, case, found, children, meeting)


def _consent(stage: Stage, case: Case, days: int) -> None:
    """He agrees that what the programme knows of him is used for the assessment."""
    ivo = stage.actors["ivo"]
    with stage.on(days, 10):
        him = files.mine(stage.db, ivo, case.id).subjects[0]
        said = Said(
            ConsentState.GIVEN,
            how_asked=say("consent.how_man"),
            was_safe=Known.YES,
            asked_on=stage.day(days),
            language=say("consent.language"),
        )
        consents.record(stage.db, ivo, him.id, purpose=first_passes.PURPOSE, said=said)


def _hand_in(  # noqa: PLR0917
    stage: Stage,
    case: Case,
    found: RiskAssessment,
    who: str,
    told: Sequence[Told],
    children: Sequence[str],
    days: int,
) -> None:
    db, actor = stage.db, stage.actors[who]
    with stage.on(days, 11):
        for child in children:
            first_passes.say_part(db, actor, found.id, about=child, takes_part=False, version=0)
        for one in told:
            note = say(one.note) if one.note else ""
            first_passes.answer(
                db,
                actor,
                found.id,
                about=children[0] if one.about == OLDER else HER,
                item=one.item,
                given=Given(one.seen, how=one.how, note=note, stays=one.stays),
                version=0,
            )
        if who == "elena":
            first_passes.write_her_view(
                db,
                actor,
                found.id,
                grade=RiskGrade.HIGH,
                words=say("risk.her_words"),
                stays=False,
                version=1,
            )
        whom = files.mine(db, actor, case.id).subjects[0]
        terms = Terms(whom.id, first_passes.PURPOSE)
        seen = first_passes.preview(db, actor, found.id, terms=terms).digest
        first_passes.hand_in(db, actor, found.id, terms=terms, seen=seen)


def _meet(stage: Stage, case: Case, found: RiskAssessment, children: Sequence[str], days: int) -> None:
    """The differences are talked about, the rest is settled as both said it; she and the programme agree on the level."""
    db, ivo, elena = stage.db, stage.actors["ivo"], stage.actors["elena"]
    with stage.on(days, 10, 20):
        risk_assessments.open_passes(db, elena, found.id, version_=found.version)
        for about, item, key in (
            (HER, "strangled", "risk.both_strangled"),
            (HER, "broken_order", "risk.both_order"),
            (children[0], "devices", "risk.both_devices"),
        ):
            risk_boards.settle(
                db, ivo, found.id, about=about, item=item, seen=Seen.PRESENT, note=say(key), number=0
            )
        for about, item in (
            (HER, "separation"),
            (HER, "her_fear"),
            (HER, "work_lost"),
            (children[0], "witnessed"),
        ):
            risk_boards.settle(db, ivo, found.id, about=about, item=item, seen=Seen.PRESENT, number=0)
        for about in (HER, *children):
            risk_boards.settle_same(db, elena, found.id, about=about)
            risk_boards.settle_unknown(db, elena, found.id, about=about)
        wanted = say("action.tablet.text", **story_case.codes(case))
        plan = action_plans.list_of_case(db, elena, case.id)
        tablet = next(one for one in plan if one.text == wanted)
        risk_boards.link_action(db, elena, found.id, about=children[0], item="devices", action_id=tablet.id)
        risk_levels.choose(
            db, elena, found.id, grade=RiskGrade.HIGH, reason=say("risk.level_reason"), number=0
        )
    with stage.on(days, 10, 50):
        risk_levels.finish(db, ivo, found.id, version_=found.version)
