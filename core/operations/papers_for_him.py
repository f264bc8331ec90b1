"""The papers that the programme makes for him, of its own file alone: attendance, taking part, what he agreed to."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require
from core.content import consent_purposes, participation
from core.documents import for_him
from core.documents.for_him import Answer
from core.documents.frame import Printed
from core.documents.kinds import DocumentKind, Recipient
from core.errors import Conflict, NotFound
from core.locale import Words
from core.models import CaseFile, Consent, ConsentState, Service, Subject, SubjectKind
from core.operations import attended_days, outgoing
from core.operations.papers import USUAL, Paper, Sending
from core.settings import settings

__all__ = ["DocumentKind"]

markdown = for_him.markdown


@outgoing.document
def attendance(db: Session, actor: Actor, case_id: UUID, *, words: Words, sending: Sending = USUAL) -> Paper:
    """Dates, and nothing else. Raises Conflict where no day is noted."""
    return _paper(db, actor, case_id, attendance_paper, words, sending)


@outgoing.document
def taking_part(db: Session, actor: Actor, case_id: UUID, *, words: Words, sending: Sending = USUAL) -> Paper:
    """His own agreement with the programme, to be signed."""
    return _paper(db, actor, case_id, taking_part_paper, words, sending)


@outgoing.document
def consent(db: Session, actor: Actor, case_id: UUID, *, words: Words, sending: Sending = USUAL) -> Paper:
    """What he himself agreed to. Raises Conflict where he was not asked yet."""
    return _paper(db, actor, case_id, consent_paper, words, sending)


def attendance_paper(db: Session, actor: Actor, him: Subject, case_id: UUID, words: Words) -> for_him.Paper:
    days = [words.day(one.attended_on) for one in attended_days.of_case(db, actor, case_id)]
    if not days:
        raise Conflict("error.for_him.no_days")
    return for_him.attendance(_programme(db, actor), him.name, days, words, settings().language)


def taking_part_paper(db: Session, actor: Actor, him: Subject, _case_id: UUID, words: Words) -> for_him.Paper:
    content = participation.load(language=words.language)
    return for_him.participation(_programme(db, actor), him.name, content, words, settings().language)


def consent_paper(db: Session, actor: Actor, him: Subject, _case_id: UUID, words: Words) -> for_him.Paper:
    answers = _answers(db, actor, him, words)
    if not answers:
        raise Conflict("error.for_him.not_asked")
    return for_him.consent(_programme(db, actor), him.name, answers, words, settings().language)


Composed = Callable[[Session, Actor, Subject, UUID, Words], for_him.Paper]
#: The three, in the order of the work.
EACH: dict[DocumentKind, Composed] = {
    DocumentKind.PARTICIPATION_AGREEMENT: taking_part_paper,
    DocumentKind.HIS_CONSENT: consent_paper,
    DocumentKind.ATTENDANCE_CONFIRMATION: attendance_paper,
}


@access.of_one_case
def preview(db: Session, actor: Actor, case_id: UUID, *, kind: DocumentKind, words: Words) -> for_him.Paper:
    """What stands on a paper, before it leaves. Raises NotFound for a kind that is no paper for him."""
    if kind not in EACH:
        raise NotFound
    file = attended_days.own_file(db, actor, case_id)
    audit.look(db, file, case_id=case_id)
    return EACH[kind](db, actor, _him(db, actor, file), case_id, words)


def him(db: Session, actor: Actor, case_id: UUID) -> Subject:
    """He, as the programme's own file has him. Raises Conflict where the file has no name of his."""
    return _him(db, actor, attended_days.own_file(db, actor, case_id))


def _him(db: Session, actor: Actor, file: CaseFile) -> Subject:
    require(actor, Permission.PRINT_FOR_HIM)
    statement = access.visible_subjects(actor).where(
        Subject.file_id == file.id, Subject.kind == SubjectKind.HIM
    )
    found = db.scalar(statement)
    if found is None or not found.name:
        raise Conflict("error.for_him.no_name")
    return found


def _paper(  # noqa: PLR0917
    db: Session, actor: Actor, case_id: UUID, composed: Composed, words: Words, sending: Sending
) -> Paper:
    person = him(db, actor, case_id)
    paper = composed(db, actor, person, case_id, words)
    recipient, choices = outgoing.to_whom(paper.kind, sending, Recipient.HIM)
    # It goes out of the house with him: whoever printed it stands in the log and not on the paper.
    printed = Printed(by="", at_text=words.day(clock.today()))
    return Paper(
        kind=paper.kind,
        recipient=recipient,
        content=for_him.make(paper, recipient, words, printed),
        record=db.get_one(CaseFile, person.file_id),
        act="print_for_him",
        case_id=case_id,
        choices=choices,
        places=tuple(filter(None, (person.address, person.email))) if recipient is Recipient.HIM else (),
        expected=(person.name, paper.programme),
    )


def _programme(db: Session, actor: Actor) -> str:
    return db.get_one(Service, actor.service_id).name


def _answers(db: Session, actor: Actor, person: Subject, words: Words) -> list[Answer]:
    """The newest answer to each purpose that he was asked about."""
    rows = db.scalars(
        access.visible_consents(actor)
        .where(Consent.subject_id == person.id)
        .order_by(Consent.created_at.desc())
    )
    newest: dict[str, Consent] = {}
    for row in rows:
        newest.setdefault(row.purpose, row)
    purposes = consent_purposes.load(language=words.language).purposes
    return [
        Answer(
            title=purpose.title,
            asked=purpose.help,
            state=words(f"consent.state.{said.state}"),
            day=words.day(said.asked_on),
            excepted=said.exceptions,
            until=words.day(said.valid_until),
        )
        for purpose in purposes
        if (said := newest.get(purpose.id)) is not None and said.state is not ConsentState.NOT_ASKED
    ]
