"""What a copy of somebody's own data holds of the first passes: how she sees the risk, and what her service answered on her.

To him nothing of it goes: judging the danger is not his.
"""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.models import FirstAnswer, FirstPass, RiskAssessment, Seen, Subject, SubjectKind
from core.models.first_pass import HER
from core.operations import risk_lists
from core.operations.copy_pieces import Piece

_SECTION = "risk"


def pieces(db: Session, actor: Actor, subject: Subject) -> Iterator[Piece]:
    """Of each version what the own file holds about her; what is answered for a child is the child's."""
    passes = access.visible_first_passes(actor).where(FirstPass.file_id == subject.file_id)
    never = subject.kind is not SubjectKind.HER
    for own in db.scalars(passes.order_by(FirstPass.created_at)):
        yield from _her_view(own, never=never)
        yield from _answers(db, actor, own, never=never)


def _her_view(own: FirstPass, *, never: bool) -> Iterator[Piece]:
    if own.her_grade or own.her_words:
        said = f"risk.grade.{own.her_grade}" if own.her_grade else ""
        on, doubt = clock.day(own.created_at), "never" if never else "unsafe"
        yield Piece(
            f"{own.id}:her_view", _SECTION, "", on, own.her_words, said=said, doubt=doubt, never=never
        )


def _answers(db: Session, actor: Actor, own: FirstPass, *, never: bool) -> Iterator[Piece]:
    number = select(RiskAssessment.woman_list).where(RiskAssessment.id == own.assessment_id)
    asked = risk_lists.load(db, db.scalars(number).one())
    rows = access.visible_first_answers(actor).where(FirstAnswer.pass_id == own.id, FirstAnswer.about == HER)
    for row in db.scalars(rows.order_by(FirstAnswer.created_at)):
        if row.seen is Seen.NOT_KNOWN and not row.note:
            continue
        yield Piece(
            str(row.id),
            _SECTION,
            asked.item(row.item).title,
            row.past_on or clock.day(row.created_at),
            row.note,
            said=f"risk.seen.{row.seen}",
            doubt="never" if never else "of_others",
            never=never,
            written_on=clock.day(row.created_at),
        )
