"""On Today of who may read her file: how she is reached has changed, her safe channel is flagged, a contact was flagged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import Session, aliased, contains_eager

from core import access, clock
from core.access import Actor, Permission
from core.models import Case, CaseFile, ContactFlag, ContactMark, Person, ServiceKind, Subject
from core.operations import contact_changes, contact_flags


@dataclass(frozen=True)
class News:
    """What is to be looked at in her file, who said so, and on which day; neither the contact nor a word of what was said."""

    case: Case
    key: str
    by: str
    on: date
    mark: ContactMark | None = None


def waiting(db: Session, actor: Actor, *, limit: int) -> Sequence[News]:
    """Each until it is corrected, or until somebody else has seen the flag; at any other service nothing.

    Of each case once that it has changed, and one flag: on the safe channel, else one that was not seen.
    """
    if actor.kind is not ServiceKind.VSS or not access.may(actor, Permission.READ_FILE):
        return []
    changed: dict[UUID, News] = {}
    channels: dict[UUID, News] = {}
    unseen: dict[UUID, News] = {}
    for subject, case, at, teller, flag, flagger in db.execute(_news(actor)):
        if at is not None:
            changed.setdefault(case.id, _changed(case, at, teller))
        if flag is None:
            continue
        if contact_flags.on_channel((flag,), subject):
            channels.setdefault(case.id, News(case, "channel", flagger, flag.flagged_on, flag.mark))
        elif contact_flags.is_unseen(actor, flag) and flag.mark is not ContactMark.OLD:
            unseen.setdefault(case.id, News(case, "flagged", flagger, flag.flagged_on, flag.mark))
    flagged = (unseen | channels).values()
    return [*changed.values(), *flagged][:limit]


def _changed(case: Case, at: datetime, by: str) -> News:
    return News(case, "changed", by, clock.day(at))


@access.kept
def _news(actor: Actor) -> Select[Any]:
    """The people of the files with what was said and with each flag that holds, in one statement."""
    said = contact_changes.said(actor).subquery()
    teller, flagger = aliased(Person), aliased(Person)
    return (
        access.visible_subjects(actor)
        .join(CaseFile, CaseFile.id == Subject.file_id)
        .join(Case, Case.id == CaseFile.case_id)
        .outerjoin(said, said.c.subject_id == Subject.id)
        .outerjoin(teller, teller.id == said.c.answered_by)
        .outerjoin(ContactFlag, and_(ContactFlag.subject_id == Subject.id, ContactFlag.ended_on.is_(None)))
        .outerjoin(flagger, flagger.id == ContactFlag.flagged_by)
        .where(Case.closed_on.is_(None), or_(said.c.id.is_not(None), ContactFlag.id.is_not(None)))
        .options(contains_eager(ContactFlag.subject))
        .order_by(Case.code, ContactFlag.created_at.desc())
        .add_columns(Case, said.c.answered_at, teller.name, ContactFlag, flagger.name)
    )
