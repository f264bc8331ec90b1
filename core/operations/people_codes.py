"""The codes of the people of a file: made from the number of their case, and read with that number after a parting."""

from collections.abc import Iterable, Iterator
from string import ascii_lowercase
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.models import (
    Case,
    CaseFile,
    Episode,
    Event,
    JointItem,
    PathEntry,
    ReleasedEpisode,
    RiskAssessment,
    RiskChild,
    Subject,
    SubjectKind,
)


def number(case: Case) -> str:
    """What of the code of a case stands in the codes of its people."""
    return case.code.rsplit("-", 1)[-1]


def renumbered(code: str, case: Case) -> str:
    """A code of another case as it reads in this one."""
    letter = code[-1] if code[-1].isalpha() else ""
    return f"{code.split('-', 1)[0]}-{number(case)}{letter}"


def there(db: Session, actor: Actor, case: Case, episodes: Iterable[Episode]) -> dict[UUID, tuple[str, ...]]:
    """The children who were there, by episode, as they are called now.

    What lies sealed for one service the other, which may have parted the files, can neither open nor write anew: there the
    number is still that of the case in which it was written.
    """
    own = select(CaseFile.id).where(CaseFile.case_id == case.id, CaseFile.service_id == actor.service_id)
    known = set(db.scalars(select(Subject.code).where(Subject.file_id.in_(own))))
    return {
        one.id: tuple(code if code in known else renumbered(code, case) for code in one.children.split())
        for one in episodes
    }


def next_letter(db: Session, file: CaseFile) -> str:
    """The letter of the next child: after the highest that one was ever given, so that no code becomes another child's.

    A child whose entry is erased is known by the log, and by its code where that still stands. Past the last letter of the
    alphabet it is the first that stands nowhere.
    """
    standing = {code[-1] for code in _standing(db, file) if code} & set(ascii_lowercase)
    adults = select(Subject.id).where(Subject.file_id == file.id, Subject.kind != SubjectKind.CHILD)
    entered = db.scalar(
        select(func.count(Event.id)).where(
            Event.case_id == file.case_id,
            Event.service_id == file.service_id,
            Event.subject == Subject.__tablename__,
            Event.act == "add",
            Event.subject_id.not_in(adults),
        )
    )
    last = max([entered or 0, *(ascii_lowercase.index(letter) + 1 for letter in standing)])
    return ascii_lowercase[last] if last < len(ascii_lowercase) else min(set(ascii_lowercase) - standing)


def _standing(db: Session, file: CaseFile) -> Iterator[str]:
    """The codes of children that stand in the file and in what both services hold of the case."""
    yield from db.scalars(
        select(Subject.code).where(Subject.file_id == file.id, Subject.kind == SubjectKind.CHILD)
    )
    yield from db.scalars(
        select(RiskChild.code)
        .join(RiskAssessment, RiskAssessment.id == RiskChild.assessment_id)
        .where(RiskAssessment.case_id == file.case_id)
    )
    told = select(Episode).join(PathEntry, PathEntry.id == Episode.entry_id)
    own = PathEntry.service_id == file.service_id
    released = select(ReleasedEpisode).join(JointItem, JointItem.id == ReleasedEpisode.item_id)
    ours = JointItem.service_id == file.service_id
    for episode in db.scalars(told.where(PathEntry.case_id == file.case_id, own)):
        yield from episode.children.split()
    for shown in db.scalars(released.where(JointItem.case_id == file.case_id, ours)):
        yield from shown.children.split()
