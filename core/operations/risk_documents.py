"""The record of a joint risk assessment in Word: the same words as on the screen that both look at."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.documents import risk_record as word
from core.documents.frame import Printed
from core.documents.kinds import DocumentKind, Recipient
from core.locale import Words
from core.operations import outgoing, risk_assessments, risk_boards, risk_levels, risk_words
from core.operations.papers import USUAL, Paper, Sending
from core.operations.risk_boards import Board, Line
from core.operations.risk_levels import RiskLevel
from core.settings import settings


@outgoing.document
def document(
    db: Session, actor: Actor, assessment_id: UUID, *, words: Words, sending: Sending = USUAL
) -> Paper:
    """The record as both services read it now."""
    board = risk_boards.of_assessment(db, actor, assessment_id)
    found, case = board.version.assessment, board.version.case
    made = word.RiskRecord(
        case_code=case.code,
        version_text=words("risk.version", number=found.number),
        occasion=words(f"risk.occasion.{found.occasion}"),
        begun_text=words.moment(found.created_at),
        opened_text=words.moment(found.opened_at) if found.opened_at else "",
        handed_in="\n".join(risk_words.handed_in(words, board)) if found.is_open else "",
        finished_text=_finished(board, words),
        her_view=_her_view(board, words),
        sources="\n".join(dict.fromkeys([board.version.woman.source, board.version.of_children.source])),
        status=words("risk.finished" if found.is_finished else "risk.in_work"),
        printed=Printed(by=actor.name, at_text=words.moment(clock.now())),
        levels=_levels(db, actor, board, words),
        persons=tuple(_person(board, about, words) for about in board.version.about),
        gaps=tuple(word.Gap(risk_words.about(words, one.about), one.item.title) for one in board.gaps),
        results=tuple(
            word.ResultRow(one.instrument, words.day(one.done_on), one.done_by, one.result)
            for one in board.results
        ),
        language=settings().language,
    )
    recipient, choices = outgoing.to_whom(DocumentKind.RISK_RECORD, sending, Recipient.JOINT)
    return Paper(
        kind=DocumentKind.RISK_RECORD,
        recipient=recipient,
        content=word.make(made, recipient, words),
        record=found,
        act="export",
        case_id=case.id,
        choices=choices,
    )


def _finished(board: Board, words: Words) -> str:
    found = board.version.assessment
    if found.finished_by is None or found.finished_at is None:
        return ""
    return _by(board, found.finished_by, found.finished_at, words)


def _by(board: Board, person: UUID, at: datetime, words: Words) -> str:
    """Who acted for both, and on which day."""
    return words("risk.by", person=board.people.get(person, ""), day=words.day(clock.day(at)))


def _her_view(board: Board, words: Words) -> str:
    said = [words(f"risk.grade.{board.her_grade}")] if board.her_grade else []
    said += [board.her_words] if board.her_words else []
    if not said and board.version.assessment.is_open:
        return words("risk.her_view_none")
    return "\n".join(said)


def _person(board: Board, about: str, words: Words) -> word.AssessedPerson:
    asked = board.version.list_of(about)
    lines = [line for line in board.lines if line.about == about]
    title = f"{risk_words.about(words, about)}: {asked.title}"
    return word.AssessedPerson(title, asked.banner, tuple(_line(board, line, words) for line in lines))


def _line(board: Board, line: Line, words: Words) -> word.AssessedLine:
    group = words(f"risk.group.{line.item.group}") if line.item.group else ""
    return word.AssessedLine(
        item="\n".join(filter(None, (line.item.title, group, line.item.note))),
        pp="\n".join(risk_words.answer(words, line.pp)),
        vss="\n".join(risk_words.answer(words, line.vss)),
        settled="\n".join(_settled(board, line, words)),
        actions="\n".join(risk_words.action(words, one) for one in line.actions),
    )


def _settled(board: Board, line: Line, words: Words) -> list[str]:
    said = risk_words.settlement(words, line.now)
    return said if line.now is None else [*said, _by(board, line.now.settled_by, line.now.created_at, words)]


def _levels(db: Session, actor: Actor, board: Board, words: Words) -> tuple[word.ChosenLevel, ...]:
    """The newest first, as on the screen; the one that holds says so."""
    standing = risk_levels.standing(db, actor, board.version.assessment)
    levels = standing.levels
    people = [person for one in levels for person in (one.chosen_by, one.agreed_by)]
    names = risk_assessments.names_of(db, people)
    cooperation = board.version.case.cooperation
    sides = {cooperation.pp_id: cooperation.pp.name, cooperation.vss_id: cooperation.vss.name}
    return tuple(
        word.ChosenLevel(
            grade=_grade(one, words, holds=one is standing.here),
            reason="\n".join(risk_words.why(words, one)),
            by=risk_words.level_by(words, one, names, sides, is_last=one is levels[-1]),
        )
        for one in reversed(levels)
    )


def _grade(level: RiskLevel, words: Words, *, holds: bool) -> str:
    grade = words(f"risk.grade.{level.grade}")
    return words("risk.level_holds", grade=grade) if holds else grade
