"""The codes of the people of a file: made from the number of their case, and read with that number after a parting."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.models import Case, CaseFile, Episode, Subject


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
