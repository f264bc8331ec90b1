"""The record of Phase 1 in Word: what each team said, what is agreed, which views stay, words, training, drafts."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core import access, clock
from core.access import Actor
from core.documents import phase_1_record as word
from core.documents.frame import Printed
from core.documents.kinds import DocumentKind, Recipient
from core.locale import Words
from core.models import Attendance, Meeting, Person, Proposal
from core.operations import cooperations, glossary_terms, outgoing, training_marks
from core.operations.papers import USUAL, Paper, Sending
from core.operations.training_marks import Grid
from core.settings import settings


@outgoing.document
def document(
    db: Session, actor: Actor, cooperation_id: UUID, *, words: Words, sending: Sending = USUAL
) -> Paper:
    """The record as it stands now, with the meeting of both teams that was held last."""
    summary = cooperations.summary(db, actor, cooperation_id)
    cooperation, held = summary.cooperation, summary.held
    points = cooperations.points(db, actor, cooperation_id)
    questions = next(point for point in points if point.key == cooperations.OPEN_QUESTIONS)
    grid = training_marks.grid(db, actor, cooperation_id)
    names = _names(db, actor, held)
    made = word.Phase1Record(
        services=f"{cooperation.pp.name} · {cooperation.vss.name}",
        held_at_text=words.moment(held.takes_place_at) if held else words("phase_1.not_held"),
        place=held.place if held else "",
        chair=names.get(held.chair_id, "") if held else "",
        minute_taker=names.get(held.minute_taker_id, "") if held else "",
        status=words("phase_1.as_of", day=words.day(clock.today())),
        printed=Printed(by=actor.name, at_text=words.moment(clock.now())),
        attendance=_attendance(db, actor, held) if held else (),
        points=tuple(
            word.Phase1Point(
                title=point.title,
                pp=point.texts["pp_said"],
                vss=point.texts["vss_said"],
                agreed=point.texts["agreed"],
                different_views=point.texts["views_kept"],
            )
            for point in points
            if point.key != cooperations.OPEN_QUESTIONS
        ),
        glossary=tuple(
            word.GlossaryEntry(row.term, _meaning(row.meaning, row.difference, words))
            for row in glossary_terms.of_cooperation(db, actor, cooperation_id)
        ),
        training=tuple(
            word.TrainingTopic(
                session.title,
                _counted(grid, cooperation.pp_id, session.id, words),
                _counted(grid, cooperation.vss_id, session.id, words),
            )
            for session in grid.training.sessions
        ),
        results=tuple(
            word.DraftResult(words(f"phase_1.chapter_{row.chapter}"), _draft(row, words))
            for row in cooperations.proposals(db, actor, cooperation_id)
        ),
        open_questions=tuple(line for line in questions.texts["agreed"].splitlines() if line.strip()),
        next_meeting=words.moment(summary.planned.planned_at) if summary.planned else "",
        language=settings().language,
    )
    recipient, choices = outgoing.to_whom(DocumentKind.PHASE_1_RECORD, sending, Recipient.JOINT)
    return Paper(
        kind=DocumentKind.PHASE_1_RECORD,
        recipient=recipient,
        content=word.make(made, recipient, words),
        record=cooperation,
        act="printed",
        choices=choices,
    )


def _draft(row: Proposal, words: Words) -> str:
    """Who commits themselves, to what, and by when: as the screen says it."""
    said = {"side": words(f"phase_1.side_{row.side}"), "text": row.text}
    if row.due_on is None:
        return words("phase_1.record_draft", **said)
    return words("phase_1.record_draft_by", day=words.day(row.due_on), **said)


def _names(db: Session, actor: Actor, held: Meeting | None) -> Mapping[UUID | None, str]:
    """Who led the meeting and who wrote, by name; whoever has left the team since was there all the same."""
    if held is None:
        return {}
    found = access.visible_people(actor).where(Person.id.in_([held.chair_id, held.minute_taker_id]))
    return {person.id: person.name for person in db.scalars(found)}


def _attendance(db: Session, actor: Actor, held: Meeting) -> tuple[word.TeamMember, ...]:
    """Who was there, by name, service and function."""
    rows = db.scalars(select(Attendance).where(Attendance.meeting_id == held.id, Attendance.is_present))
    present = {row.person_id for row in rows}
    people = db.scalars(
        access.visible_people(actor)
        .where(Person.id.in_(present))
        .options(selectinload(Person.service))
        .order_by(Person.name)
    )
    return tuple(word.TeamMember(person.name, person.service.name, person.job) for person in people)


def _meaning(meaning: str, difference: str, words: Words) -> str:
    return f"{meaning}\n{words('glossary.differently')} {difference}" if difference else meaning


def _counted(grid: Grid, service_id: UUID, session: str, words: Words) -> str:
    people = grid.of(service_id)
    taken = sum((person.id, session) in grid.taken for person in people)
    return words("training.count", taken=taken, all=len(people))
