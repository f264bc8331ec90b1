"""Risk in the picture: the level and who set it, how she sees it, results of other instruments; and where the sides differ.

The level is what people chose. Nothing here is computed from items.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor
from core.models import (
    Case,
    FirstPass,
    HandedIn,
    OutsideResult,
    RiskAssessment,
    RiskGrade,
    RiskLevel,
    ServiceKind,
)
from core.operations import risk_assessments
from core.operations.picture_parts import Asked, Difference, Differs, Kind, Lane, Mark, Part

#: How a choice of the level stands, as a key of the words.
HOLDS: Final = "holds"
WAITS: Final = "waits"
LEFT: Final = "left"


@dataclass(frozen=True)
class Chosen:
    """One choice of a level, in the assessment of this number."""

    number: int
    level: RiskLevel

    @property
    def on(self) -> date:
        return clock.day(self.level.created_at)

    @property
    def held_since(self) -> date:
        return clock.day(self.level.agreed_at or self.level.created_at)


@dataclass(frozen=True)
class Hers:
    """How she sees the risk, in the assessment of this number."""

    number: int
    on: date
    grade: RiskGrade
    is_ours_only: bool

    @property
    def key(self) -> str:
        return f"hers:{self.number}"


def of_case(db: Session, actor: Actor, asked: Asked) -> Part:
    levels = _levels(db, actor, asked.case)
    hers = sorted(_hers(db, actor, asked), key=lambda one: one.number)
    if levels or hers:
        audit.look(db, asked.case, "read_risk", case_id=asked.case.id)
    marks = [*_level_marks(db, asked.case, levels), *map(_her_mark, hers), *_results(db, actor, asked)]
    return Part(marks, [*sides(levels, asked.case), *her_view(levels, hers)])


def sides(levels: Sequence[Chosen], case: Case) -> Iterator[Difference]:
    """Assessments in which the two services set different levels and neither agreed to the other's."""
    stands = [
        tuple(_stand(chosen, side) for side in (case.cooperation.pp_id, case.cooperation.vss_id))
        for _, chosen in _by_assessment(levels)
    ]
    for grades, grouped in groupby(stands, key=_grades):
        run = [tuple(one for one in stand if one is not None) for stand in grouped]
        if None in grades or grades[0] is grades[1]:
            continue
        yield Difference(
            what=Differs.LEVEL,
            since=max(one.on for one in run[0]),
            last=max(one.on for one in run[-1]),
            goes_on=run[-1] == stands[-1],
            his=str(grades[0]),
            hers=str(grades[1]),
            keys=tuple(str(one.level.id) for stand in run for one in stand),
        )


def her_view(levels: Sequence[Chosen], hers: Sequence[Hers]) -> Iterator[Difference]:
    """Assessments in which she sees more risk than the level that holds, or less."""
    held = {number: _held(chosen) for number, chosen in _by_assessment(levels)}
    both = [(one, level) for one in hers if (level := held.get(one.number)) is not None]
    for grades, grouped in groupby(both, key=lambda pair: (pair[0].grade, pair[1].level.grade)):
        run = list(grouped)
        if grades[0] is grades[1]:
            continue
        yield Difference(
            what=Differs.HER_RISK,
            since=run[0][1].held_since,
            last=run[-1][1].held_since,
            goes_on=run[-1][1] is held[max(held)],
            his=str(grades[1]),
            hers=str(grades[0]),
            keys=tuple(key for one, level in run for key in (one.key, str(level.level.id))),
        )


def _by_assessment(levels: Iterable[Chosen]) -> Iterator[tuple[int, list[Chosen]]]:
    return ((number, list(chosen)) for number, chosen in groupby(levels, key=lambda one: one.number))


def _stand(chosen: Sequence[Chosen], service_id: UUID) -> Chosen | None:
    """What a service chose last in an assessment, or agreed to."""
    own = [one for one in chosen if one.level.service_id == service_id or one.level.agreed_by is not None]
    return own[-1] if own else None


def _grades(stand: tuple[Chosen | None, ...]) -> tuple[RiskGrade | None, ...]:
    return tuple(one.level.grade if one is not None else None for one in stand)


def _held(chosen: Sequence[Chosen]) -> Chosen | None:
    return next((one for one in reversed(chosen) if one.level.holds), None)


def _levels(db: Session, actor: Actor, case: Case) -> list[Chosen]:
    statement = (
        access.visible_risk_levels(actor)
        .join(RiskAssessment, RiskAssessment.id == RiskLevel.assessment_id)
        .where(RiskAssessment.case_id == case.id)
        .order_by(RiskAssessment.number, RiskLevel.number)
        .with_only_columns(RiskAssessment.number, RiskLevel)
    )
    return [Chosen(number, level) for number, level in db.execute(statement)]


def _level_marks(db: Session, case: Case, levels: Sequence[Chosen]) -> Iterator[Mark]:
    """Each choice; one that holds lasts until the next that does."""
    names = risk_assessments.names_of(
        db, [who for one in levels for who in (one.level.chosen_by, one.level.agreed_by)]
    )
    services = {one.id: one.name for one in (case.cooperation.pp, case.cooperation.vss)}
    holding = [one for one in levels if one.level.holds]
    until = {id(one): after.held_since for one, after in pairwise(holding)}
    for one in levels:
        level = one.level
        waits = WAITS if one is levels[-1] else LEFT
        yield Mark(
            lane=Lane.BOTH,
            kind=Kind.LEVEL,
            on=one.held_since,
            key=str(level.id),
            until=until.get(id(one)),
            what=str(level.grade),
            state=HOLDS if level.holds else waits,
            by=", ".join(filter(None, (names.get(level.chosen_by), services.get(level.service_id)))),
            agreed_by=names.get(level.agreed_by, "") if level.agreed_by else "",
        )


def _hers(db: Session, actor: Actor, asked: Asked) -> Iterator[Hers]:
    """As both read it once the first passes are open; for her own service's view also what stands in its first pass alone."""
    read = access.joint_handed_in(actor).where(HandedIn.service_id == asked.case.cooperation.vss_id)
    joint = _handed(db, read, HandedIn, asked.case)
    yield from (_her(row, is_ours_only=False) for row in joint.values())
    if not asked.joint_only and actor.kind is ServiceKind.VSS:
        own = _handed(db, access.visible_first_passes(actor), FirstPass, asked.case)
        yield from (_her(row, is_ours_only=True) for number, row in own.items() if number not in joint)


def _handed(
    db: Session, visible: Select[Any], model: type[HandedIn] | type[FirstPass], case: Case
) -> dict[int, Any]:
    """The last grade of hers in each assessment of the case, by its number."""
    statement = (
        visible.join(RiskAssessment, RiskAssessment.id == model.assessment_id)
        .where(
            RiskAssessment.case_id == case.id,
            model.her_grade.is_not(None),
        )
        .order_by(RiskAssessment.number, model.created_at)
        .with_only_columns(RiskAssessment.number, RiskAssessment.opened_at, model.created_at, model.her_grade)
    )
    return {row.number: row for row in db.execute(statement)}


def _her(row: Any, *, is_ours_only: bool) -> Hers:
    # The day on which she spoke of it is hers: both read the day on which the first passes were opened.
    return Hers(row.number, clock.day(row.opened_at or row.created_at), row.her_grade, is_ours_only)


def _her_mark(one: Hers) -> Mark:
    return Mark(
        lane=Lane.HER,
        kind=Kind.HER_RISK,
        on=one.on,
        key=one.key,
        what=str(one.grade),
        is_ours_only=one.is_ours_only,
    )


def _results(db: Session, actor: Actor, asked: Asked) -> Iterator[Mark]:
    visible = access.joint_outside_results if asked.joint_only else access.visible_outside_results
    joint = access.joint_outside_results(actor).with_only_columns(OutsideResult.id)
    statement = (
        visible(actor)
        .join(RiskAssessment, RiskAssessment.id == OutsideResult.assessment_id)
        .where(RiskAssessment.case_id == asked.case.id)
        .order_by(OutsideResult.done_on)
        .add_columns(OutsideResult.id.in_(joint))
    )
    for one, is_joint in db.execute(statement):
        yield Mark(
            lane=Lane.OTHERS,
            kind=Kind.RESULT,
            on=one.done_on,
            what=one.instrument,
            text=one.result,
            by=one.done_by,
            is_ours_only=not is_joint,
        )
