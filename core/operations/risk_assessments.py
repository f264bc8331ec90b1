"""The joint risk assessment of a case: begun, opened when the first passes are in, finished; each one a version that stays."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from core import access, audit, clock, text
from core.access import Actor, Permission, require, require_version
from core.content.risk_checklists import Checklist
from core.errors import Conflict, Invalid
from core.models import (
    Case,
    HandedIn,
    Occasion,
    Person,
    RiskAssessment,
    RiskChild,
    Service,
    ServiceKind,
    SubjectKind,
)
from core.models.first_pass import HER
from core.operations import cases, joint_spaces, risk_lists, risk_occasions
from core.operations.identifying import subjects_of

__all__ = ["HER", "Occasion", "RiskAssessment"]

MOST_CHILDREN = cases.MOST_CHILDREN
#: Letter, digits, and a letter for each child: a code, and no name.
CHILD_CODE = re.compile(r"[A-Z]-[0-9]{1,4}[a-z]?")
_SEPARATED: Final = re.compile(r"[,;\s]+")


@dataclass(frozen=True)
class Version:
    """One assessment with all that both services may know of how it stands."""

    assessment: RiskAssessment
    case: Case
    children: tuple[str, ...]
    woman: Checklist
    of_children: Checklist
    pp_is_in: bool
    vss_is_in: bool

    @property
    def both_are_in(self) -> bool:
        return self.pp_is_in and self.vss_is_in

    @property
    def missing(self) -> tuple[Service, ...]:
        """The services that have nothing handed in."""
        sides = ((self.case.cooperation.pp, self.pp_is_in), (self.case.cooperation.vss, self.vss_is_in))
        return tuple(service for service, is_in in sides if not is_in)

    def is_in(self, kind: ServiceKind) -> bool:
        return self.pp_is_in if kind is ServiceKind.PP else self.vss_is_in

    @property
    def about(self) -> tuple[str, ...]:
        """Whom the lists are answered for: her, and each child."""
        return (HER, *self.children)

    def list_of(self, about: str) -> Checklist:
        return self.woman if about == HER else self.of_children


@access.of_one_case
def list_of_case(db: Session, actor: Actor, case_id: UUID) -> Sequence[RiskAssessment]:
    """The assessments of a case, newest first; reading them leaves its trace."""
    case = cases.find(db, actor, case_id)
    statement = access.visible_assessments(actor).where(RiskAssessment.case_id == case.id)
    found = db.scalars(statement.order_by(RiskAssessment.number.desc())).all()
    if found:
        audit.look(db, case, "read_risk", case_id=case.id)
    return found


def find(db: Session, actor: Actor, assessment_id: UUID) -> RiskAssessment:
    return access.find(db, access.visible_assessments(actor), assessment_id)


def version(db: Session, actor: Actor, assessment_id: UUID) -> Version:
    """An assessment as it stands for both."""
    found = find(db, actor, assessment_id)
    case = cases.find(db, actor, found.case_id)
    marks = access.handed_in_marks(actor).where(HandedIn.assessment_id == found.id)
    handed = set(db.scalars(marks))
    return Version(
        assessment=found,
        case=case,
        children=children_of(db, actor, found.id),
        woman=risk_lists.load(db, found.woman_list),
        of_children=risk_lists.children(found.children_list),
        pp_is_in=case.cooperation.pp_id in handed,
        vss_is_in=case.cooperation.vss_id in handed,
    )


def children_of(db: Session, actor: Actor, assessment_id: UUID) -> tuple[str, ...]:
    statement = access.visible_risk_children(actor).where(RiskChild.assessment_id == assessment_id)
    return tuple(db.scalars(statement.order_by(RiskChild.position).with_only_columns(RiskChild.code)))


@access.of_one_case
def proposed_children(db: Session, actor: Actor, case_id: UUID) -> tuple[str, ...]:
    """The codes of the children of the last assessment; else as many as the frame of the case says, where it is open."""
    case = cases.find(db, actor, case_id)
    last = access.visible_assessments(actor).where(RiskAssessment.case_id == case.id)
    newest = db.scalar(last.order_by(RiskAssessment.number.desc()).limit(1))
    if newest is not None and (known := children_of(db, actor, newest.id)):
        return known
    known_of = case.children_count if access.is_open_to(actor, case) else None
    return tuple(f"C-{number}" for number in range(1, (known_of or 0) + 1))


@access.of_one_case
def own_children(db: Session, actor: Actor, case_id: UUID) -> tuple[str, ...]:
    """The codes of the children in the actor's own file; none where one of them is no code, or for who reads no file."""
    case = cases.find(db, actor, case_id)
    if not access.may(actor, Permission.READ_FILE):
        return ()
    people = subjects_of(db, actor, case.id)
    codes = sorted(one.code for one in people if one.kind is SubjectKind.CHILD)
    return tuple(codes) if all(CHILD_CODE.fullmatch(code) for code in codes) else ()


def begin(
    db: Session, actor: Actor, case_id: UUID, *, occasion: Occasion | None, children: Sequence[str]
) -> RiskAssessment:
    """Begin an assessment: from now on each side answers on its own.

    Raises Conflict while one is running, Invalid for an occasion that would tell what her service alone knows.
    """
    require(actor, Permission.ASSESS_RISK)
    case = cases.find_open(db, actor, case_id)
    joint_spaces.require_open(db, actor, case)
    if occasion is None:
        raise Invalid("error.cooperation.choose", field="occasion")
    if occasion not in risk_occasions.offered(db, actor, case.id):
        raise Invalid("error.risk.occasion_tells", field="occasion")
    codes = _codes(children)
    rows = select(RiskAssessment).where(RiskAssessment.case_id == case.id)
    if db.scalar(rows.where(RiskAssessment.finished_at.is_(None))) is not None:
        raise Conflict("error.risk.running")
    last = db.scalar(select(func.max(RiskAssessment.number)).where(RiskAssessment.case_id == case.id))
    made = RiskAssessment(
        case_id=case.id,
        number=(last or 0) + 1,
        occasion=occasion,
        woman_list=risk_lists.current(db),
        children_list=risk_lists.CHILDREN,
        begun_by=actor.person_id,
    )
    db.add(made)
    db.flush()
    db.add_all(
        RiskChild(assessment_id=made.id, code=code, position=place) for place, code in enumerate(codes)
    )
    audit.record(db, actor, "begin", made, case_id=case.id)
    db.flush()
    return made


def add_child(db: Session, actor: Actor, assessment_id: UUID, *, code: str, version_: int) -> RiskAssessment:
    """One child more in an assessment that runs: nobody begins anew because one was forgotten.

    What was handed in stays as it is, and says nothing of this child.
    """
    require(actor, Permission.ASSESS_RISK)
    found = require_running(db, actor, assessment_id)
    require_version(found, version_)
    known = children_of(db, actor, found.id)
    new = _written(text.line(code, field="child"))
    if new in known:
        raise Conflict("error.risk.child_there", code=new)
    if not CHILD_CODE.fullmatch(new):
        raise Invalid("error.risk.child_code", field="child")
    _require_count([*known, new], field="child")
    db.add(RiskChild(assessment_id=found.id, code=new, position=len(known)))
    # Who looked at it before, and opens or finishes it, looks again.
    flag_modified(found, "number")
    audit.record(db, actor, "add_child", found, case_id=found.case_id)
    db.flush()
    return found


def open_passes(db: Session, actor: Actor, assessment_id: UUID, *, version_: int) -> RiskAssessment:
    """Lay the two first passes side by side: when both are in, or when the meeting does not wait for the other.

    Raises Conflict for a side that has not handed in its own: nobody answers with the other's before them.
    """
    require(actor, Permission.ASSESS_RISK)
    found = require_running(db, actor, assessment_id)
    if found.is_open:
        return found
    require_version(found, version_)
    if not version(db, actor, found.id).is_in(actor.kind):
        raise Conflict("error.risk.own_first")
    found.opened_at, found.opened_by = clock.now(), actor.person_id
    audit.record(db, actor, "open", found, case_id=found.case_id)
    db.flush()
    return found


def require_running(db: Session, actor: Actor, assessment_id: UUID) -> RiskAssessment:
    """The assessment, of an open case and an open joint space, while it is not finished."""
    found = find(db, actor, assessment_id)
    joint_spaces.require_open(db, actor, cases.find_open(db, actor, found.case_id))
    if found.is_finished:
        raise Conflict("error.risk.finished")
    return found


def require_opened(db: Session, actor: Actor, assessment_id: UUID) -> RiskAssessment:
    found = require_running(db, actor, assessment_id)
    if not found.is_open:
        raise Conflict("error.risk.not_open")
    return found


def require_about(db: Session, actor: Actor, found: RiskAssessment, about: str, item: str) -> None:
    """Raise Invalid where there is no such person or no such item in this assessment."""
    known = {HER, *children_of(db, actor, found.id)}
    if about not in known:
        raise Invalid("error.risk.about", field="about")
    asked = (
        risk_lists.load(db, found.woman_list) if about == HER else risk_lists.children(found.children_list)
    )
    if item not in {one.id for one in asked.items}:
        raise Invalid("error.risk.item", field="item")


def names(db: Session, _actor: Actor, people: Sequence[UUID | None]) -> dict[UUID, str]:
    """The same for a page."""
    return names_of(db, people)


def settled_by(db: Session, actor: Actor, settlement_id: UUID) -> str:
    """Who settled an item."""
    found = access.find(db, access.visible_settlements(actor), settlement_id)
    return db.get_one(Person, found.settled_by).name


def names_of(db: Session, people: Sequence[UUID | None]) -> dict[UUID, str]:
    """The names of colleagues who acted in an assessment that the actor reads."""
    wanted = {one for one in people if one is not None}
    rows = db.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _codes(children: Sequence[str]) -> list[str]:
    """The codes, one a line or several, in capitals or not.

    Raises Invalid that names the lines that hold something else, or the first one whose code came before.
    """
    typed = [
        (number, code) for number, line in enumerate(children, 1) for code in _SEPARATED.split(line) if code
    ]
    written = [(number, _written(code)) for number, code in typed]
    if wrong := {str(number): None for number, code in written if not CHILD_CODE.fullmatch(code)}:
        raise Invalid("error.risk.child_line", field="children", number=", ".join(wrong))
    codes: list[str] = []
    for number, code in written:
        if code in codes:
            raise Invalid("error.risk.child_twice", field="children", number=number)
        codes.append(code)
    _require_count(codes, field="children")
    return codes


def _written(code: str) -> str:
    """As the code is written, however it was typed."""
    return code[:1].upper() + code[1:].lower()


def _require_count(codes: Sequence[str], *, field: str) -> None:
    if len(codes) > MOST_CHILDREN:
        raise Invalid("error.children_count", field=field, most=MOST_CHILDREN)
