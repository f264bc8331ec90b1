"""First passes of versions that are over: what the own service answered stays in its file, whatever became of the version.

It is read there after the version was finished, and after the joint space has closed. What was never laid beside the
other service's goes over into the next version, where somebody asks for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor
from core.content.risk_checklists import Checklist
from core.errors import Conflict, NotFound
from core.models import ChildPart, FirstAnswer, FirstPass, HandedIn, JointItem, OutsideResult, RiskAssessment
from core.models.first_pass import HER
from core.operations import first_passes, risk_boards, risk_lists
from core.operations.first_passes import Key, Mine


@dataclass(frozen=True)
class Earlier:
    """What the own service answered in a version, as it stands in its file."""

    first_pass: FirstPass
    answers: Mapping[Key, FirstAnswer]
    parts: Mapping[str, ChildPart]
    woman: Checklist
    of_children: Checklist
    #: What the own service recorded of outside instruments.
    results: Sequence[OutsideResult]

    @property
    def about(self) -> tuple[str, ...]:
        """Whom something is answered for."""
        said = {about for about, _ in self.answers} | set(self.parts)
        return (HER, *sorted(said - {HER}))

    def list_of(self, about: str) -> Checklist:
        return self.woman if about == HER else self.of_children


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Sequence[RiskAssessment]:
    """The versions in which the own service has a first pass, newest first; it needs no joint space to be open."""
    own = access.visible_first_passes(actor).with_only_columns(FirstPass.assessment_id)
    statement = access.framed_assessments(actor).where(
        RiskAssessment.case_id == case_id, RiskAssessment.id.in_(own)
    )
    return db.scalars(statement.order_by(RiskAssessment.number.desc())).all()


@access.of_case_of(RiskAssessment)
def find(db: Session, actor: Actor, assessment_id: UUID) -> Earlier:
    """What the own service answered in a version. Raises NotFound where it has no first pass there."""
    found = access.find(db, access.framed_assessments(actor), assessment_id)
    own = db.scalar(access.visible_first_passes(actor).where(FirstPass.assessment_id == found.id))
    if own is None:
        raise NotFound
    file = access.find(db, access.visible_files(actor), own.file_id)
    audit.look(db, file, "read_first_pass", case_id=found.case_id)
    return _earlier(db, actor, found, own)


@access.of_case_of(RiskAssessment)
def to_go_on_with(db: Session, actor: Actor, assessment_id: UUID) -> RiskAssessment | None:
    """The last version, where something that the own service answered in it can go over into this one."""
    left = _left(db, actor, first_passes.mine(db, actor, assessment_id))
    return left.assessment if left is not None else None


def go_on(db: Session, actor: Actor, assessment_id: UUID) -> FirstPass:
    """Take over what the own service answered in the last version; what it has answered in this one stays as it is.

    Raises Conflict where there is nothing to take over, or where the first pass was handed in.
    """
    found = first_passes.require_workable(db, actor, assessment_id)
    left = _left(db, actor, first_passes.mine(db, actor, found.id))
    if left is None:
        raise Conflict("error.risk.nothing_earlier")
    own = first_passes.own_pass(db, actor, found)
    db.add_all(_part(own.id, row) for row in left.parts)
    db.add_all(_answer(own.id, item, row) for item, row in left.answers)
    if left.has_her_view:
        before = left.first_pass
        own.her_grade, own.her_words = before.her_grade, before.her_words
        own.her_view_stays = before.her_view_stays
    db.flush()
    audit.record(db, actor, "go_on", own, case_id=found.case_id)
    return own


@dataclass(frozen=True)
class _Left:
    """What of the last version goes over: only what this one still asks and nobody has answered in it."""

    assessment: RiskAssessment
    first_pass: FirstPass
    #: Each with the item of this version's list that asks the same.
    answers: list[tuple[str, FirstAnswer]]
    parts: list[ChildPart]
    has_her_view: bool


def _left(db: Session, actor: Actor, mine: Mine) -> _Left | None:
    last = _last_unread(db, actor, mine)
    if last is None:
        return None
    before = find(db, actor, last.id)
    parts = [
        row
        for about, row in before.parts.items()
        if about in mine.version.children and about not in mine.parts
    ]
    answers = [
        (item.id, row)
        for (about, asked), row in before.answers.items()
        if about in mine.version.about
        and (item := mine.version.list_of(about).same(before.list_of(about).item(asked))) is not None
        and (about, item.id) not in mine.answers
    ]
    has_her_view = _says_her_view(before.first_pass) and not _says_her_view(mine.first_pass)
    is_empty = not answers and not has_her_view
    return None if is_empty else _Left(last, before.first_pass, answers, parts, has_her_view)


def _last_unread(db: Session, actor: Actor, mine: Mine) -> RiskAssessment | None:
    """The last version with a first pass of the own service, unless the other service has it beside its own answers."""
    found = mine.version.assessment
    if mine.is_handed_in or found.is_finished:
        return None
    last = next((one for one in of_case(db, actor, found.case_id) if one.number < found.number), None)
    if last is None or (last.is_open and _is_shared(db, actor, last)):
        return None
    return last


def _is_shared(db: Session, actor: Actor, found: RiskAssessment) -> bool:
    own = access.visible_handed_in(actor).where(
        HandedIn.assessment_id == found.id, HandedIn.service_id == actor.service_id
    )
    statement = select(JointItem.id).where(
        JointItem.id.in_(own.with_only_columns(HandedIn.item_id)),
        JointItem.released_at.is_not(None),
        JointItem.withdrawn_at.is_(None),
    )
    return db.scalar(statement.limit(1)) is not None


def _says_her_view(own: FirstPass | None) -> bool:
    return own is not None and bool(own.her_grade or own.her_words)


def _part(pass_id: UUID, row: ChildPart) -> ChildPart:
    """The principles stay confirmed by whom and when they were."""
    return ChildPart(
        pass_id=pass_id,
        about=row.about,
        takes_part=row.takes_part,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
    )


def _answer(pass_id: UUID, item: str, row: FirstAnswer) -> FirstAnswer:
    return FirstAnswer(
        pass_id=pass_id,
        about=row.about,
        item=item,
        seen=row.seen,
        past_on=row.past_on,
        how=row.how,
        told_by=row.told_by,
        note=row.note,
        stays=row.stays,
    )


def _earlier(db: Session, actor: Actor, found: RiskAssessment, own: FirstPass) -> Earlier:
    rows = db.scalars(access.visible_first_answers(actor).where(FirstAnswer.pass_id == own.id))
    parts = db.scalars(access.visible_child_parts(actor).where(ChildPart.pass_id == own.id))
    return Earlier(
        first_pass=own,
        answers={(row.about, row.item): row for row in rows},
        parts={row.about: row for row in parts},
        woman=risk_lists.load(db, found.woman_list),
        of_children=risk_lists.children(found.children_list),
        results=risk_boards.own_results(db, actor, found.id),
    )
