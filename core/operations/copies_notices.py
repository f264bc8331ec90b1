"""What a copy of somebody's own data holds beside notices: on what he came back, and what she was told.

The notices themselves stay out of his: that there is a service to tell says what he must not know (domain 8.1, 2).
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content import immediate_notices as content
from core.models import Case, NoticeTalk, Subject, SubjectKind
from core.operations import protocols, reentries
from core.operations.copy_pieces import Piece

_SECTION = "path"


def pieces(db: Session, actor: Actor, subject: Subject, case_id: UUID) -> Iterator[Piece]:
    """His conditions; to her what she was told, as her service wrote it."""
    if subject.kind is SubjectKind.HIM:
        yield from _conditions(db, actor, case_id)
    elif subject.kind is SubjectKind.HER:
        yield from _talks(db, actor, subject)


def _conditions(db: Session, actor: Actor, case_id: UUID) -> Iterator[Piece]:
    title = protocols.of_case(db, db.get_one(Case, case_id)).path_kind(reentries.RETURNED).title
    for reentry, entry in reentries.of_case(db, actor, case_id):
        written_on = clock.day(reentry.created_at)
        yield Piece(
            str(reentry.id),
            _SECTION,
            title,
            entry.happened_on,
            reentry.conditions,
            written_on=written_on,
        )


def _talks(db: Session, actor: Actor, her: Subject) -> Iterator[Piece]:
    """About him too, by their nature: somebody looks before it goes."""
    title = content.load().talk
    talks = access.visible_notice_talks(actor).where(NoticeTalk.file_id == her.file_id)
    for talk in db.scalars(talks.order_by(NoticeTalk.happened_on)):
        word = "notices.copy_told" if talk.was_told else "notices.copy_not_told"
        yield Piece(str(talk.id), _SECTION, title, talk.happened_on, talk.note, said=word, doubt="of_others")
