"""Joint risk assessments of five years, for her and two children: both first passes, what was settled, the level."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

from core import clock
from core.content import risk_checklists
from core.demo import story_risk
from core.demo.load_deep import Deep, Own, every
from core.demo.stage import say
from core.demo.story_risk import OLDER, Told
from core.models import (
    ChildPart,
    FirstAnswer,
    FirstPass,
    HandedAnswer,
    HandedIn,
    Occasion,
    OutsideResult,
    RiskAction,
    RiskAssessment,
    RiskChild,
    RiskGrade,
    RiskLevel,
    Seen,
    Settlement,
)
from core.operations import first_passes, risk_lists
from core.operations.first_passes import HER, Key

#: Between two assessments; the newest lies open on the table.
MONTHS: Final = 12
TOLD: Final[Mapping[str, Sequence[Told]]] = {"ivo": story_risk.HIS, "elena": story_risk.HERS}
#: What was talked about; both hold it for present since.
TALKED: Final = {
    (HER, "strangled"): "risk.both_strangled",
    (HER, "broken_order"): "risk.both_order",
    (OLDER, "devices"): "risk.both_devices",
}
GRADES: Final = (RiskGrade.HIGH, RiskGrade.HIGH, RiskGrade.INTERMEDIATE)


def lay(deep: Deep) -> None:
    days = list(every(MONTHS, deep.began, deep.today))
    for number, day in enumerate(days, 1):
        with deep.on(day - timedelta(days=2)):
            found = _begin(deep, number)
        for who in TOLD:
            with deep.on(day - timedelta(days=1)):
                _hand_in(deep, found, who)
        with deep.on(day, 11):
            _settle(deep, found)
            _choose(deep, found)
            if day != days[-1]:
                found.finished_at, found.finished_by = clock.now(), deep.his.actor.person_id
                deep.done(deep.his, "finish", found)


def _begin(deep: Deep, number: int) -> RiskAssessment:
    found = RiskAssessment(
        case_id=deep.case.id,
        number=number,
        occasion=Occasion.FIRST if number == 1 else Occasion.PERIODIC,
        woman_list=risk_lists.SHIPPED,
        children_list=risk_lists.CHILDREN,
        begun_by=deep.his.actor.person_id,
    )
    deep.add(
        found,
        *(
            RiskChild(assessment_id=found.id, code=code, position=place)
            for place, code in enumerate(deep.children)
        ),
    )
    deep.done(deep.his, "begin", found)
    return found


def _keys(deep: Deep) -> Iterator[Key]:
    """Every item of every list: the one for her, and that for each child."""
    for about in (HER, *deep.children):
        kind = risk_checklists.WOMAN if about == HER else risk_checklists.CHILDREN
        for item in risk_checklists.load(kind).items:
            yield about, item.id


def _told(deep: Deep, who: str) -> dict[Key, Told]:
    return {(deep.children[0] if one.about == OLDER else one.about, one.item): one for one in TOLD[who]}


def _hand_in(deep: Deep, found: RiskAssessment, who: str) -> None:
    """Every item is answered; what the story says nothing of is not there."""
    own, told = deep.sides[who], _told(deep, who)
    is_hers = own is deep.hers
    her_words = say("risk.her_words") if is_hers else ""
    grade = RiskGrade.HIGH if is_hers else None
    first = FirstPass(assessment_id=found.id, file_id=own.file.id, her_grade=grade, her_words=her_words)
    item = deep.share(own, first_passes.TOPIC, "", purpose=first_passes.PURPOSE)
    handed = HandedIn(
        assessment_id=found.id,
        service_id=own.actor.service_id,
        item_id=item.id,
        her_grade=grade,
        her_words=her_words,
    )
    parts = (ChildPart(pass_id=first.id, about=code, takes_part=False) for code in deep.children)
    deep.add(first, handed, *parts)
    for key in _keys(deep):
        _answer(deep, first, handed, key, told.get(key))
    deep.done(own, "hand_in", first)


def _answer(deep: Deep, first: FirstPass, handed: HandedIn, key: Key, told: Told | None) -> None:
    about, item = key
    seen, how = (told.seen, told.how) if told else (Seen.NOT_PRESENT, None)
    note = say(told.note) if told and told.note else ""
    stays = told is not None and told.stays
    deep.add(
        FirstAnswer(pass_id=first.id, about=about, item=item, seen=seen, how=how, note=note, stays=stays),
        HandedAnswer(handed_in_id=handed.id, about=about, item=item)
        if stays
        else HandedAnswer(handed_in_id=handed.id, about=about, item=item, seen=seen, how=how, note=note),
    )


def _settle(deep: Deep, found: RiskAssessment) -> None:
    """What both said alike is settled, and what was talked about; the rest stays as a difference."""
    found.opened_at, found.opened_by = clock.now(), deep.hers.actor.person_id
    his, hers = _told(deep, "ivo"), _told(deep, "elena")
    talked = {
        (deep.children[0] if about == OLDER else about, item): key for (about, item), key in TALKED.items()
    }
    for key in _keys(deep):
        said = [side[key].seen if key in side else Seen.NOT_PRESENT for side in (his, hers)]
        if key not in talked and said[0] is not said[1]:
            continue
        deep.add(
            Settlement(
                assessment_id=found.id,
                about=key[0],
                item=key[1],
                number=1,
                seen=Seen.PRESENT if key in talked else said[0],
                note=say(talked[key]) if key in talked else "",
                settled_by=deep.his.actor.person_id,
            )
        )
    deep.add(
        *(
            RiskAction(
                assessment_id=found.id,
                about=about,
                item=item,
                action_id=action.id,
                linked_by=deep.hers.actor.person_id,
            )
            for (about, item), action in zip(talked, deep.actions[3 * found.number :], strict=False)
        )
    )
    deep.done(deep.hers, "settle", found)


def _choose(deep: Deep, found: RiskAssessment) -> None:
    """Below high holds when the other service has agreed."""
    by, other = _in_turn(deep, found.number)
    grade = GRADES[found.number % len(GRADES)]
    needs_both = grade is not RiskGrade.HIGH
    deep.add(
        RiskLevel(
            assessment_id=found.id,
            number=1,
            grade=grade,
            reason=say("risk.level_reason"),
            below_reason=say("deep.below_high") if needs_both else "",
            chosen_by=by.actor.person_id,
            service_id=by.actor.service_id,
            needs_both=needs_both,
            agreed_by=other.actor.person_id if needs_both else None,
            agreed_at=clock.now() if needs_both else None,
        ),
        OutsideResult(
            assessment_id=found.id,
            service_id=deep.hers.actor.service_id,
            instrument=say("deep.instrument"),
            done_on=clock.today() - timedelta(days=7),
            done_by=say("deep.done_by"),
            result=say("deep.result"),
            recorded_by=deep.hers.actor.person_id,
        ),
    )
    deep.done(by, "choose_level", found)


def _in_turn(deep: Deep, number: int) -> tuple[Own, Own]:
    return (deep.his, deep.hers) if number % 2 else (deep.hers, deep.his)
