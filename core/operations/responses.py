"""What he or she answers at one time: each in their own service's file, answer by answer, until the time is done.

The other service reads of it that the time is done, or not; never when, why not, or a word of an answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit, clock, lists, text
from core.access import Actor, Permission, require, require_version
from core.content import questionnaires as content
from core.content.questionnaires import Kind, Question
from core.errors import Conflict, Invalid, NotFound
from core.models import (
    Case,
    CaseFile,
    Mode,
    NotDone,
    Person,
    QuestionnaireAnswer,
    QuestionnaireResponse,
)
from core.operations import cases, protocols, questionnaires, t_dates, t_points, unsent
from core.operations.t_dates import TDate

__all__ = ["Mode", "NotDone", "QuestionnaireAnswer", "QuestionnaireResponse"]


@dataclass(frozen=True)
class Sheet:
    """One response with what it asks now, and what was answered."""

    case: Case
    time: TDate
    response: QuestionnaireResponse
    questionnaire: content.Questionnaire
    rows: Mapping[str, QuestionnaireAnswer]
    is_done: bool

    @property
    def answers(self) -> dict[str, str]:
        return {question: row.value for question, row in self.rows.items()}

    @property
    def asked(self) -> tuple[Question, ...]:
        return self.questionnaire.asked(self.time.rule.id, self.answers)

    @property
    def answered(self) -> int:
        """How many of the questions that are asked have an answer."""
        said = self.answers
        return sum(1 for one in self.asked if said.get(one.id))


@access.of_case_of(QuestionnaireResponse)
def find(db: Session, actor: Actor, response_id: UUID) -> Sheet:
    """The response with its questions; reading it leaves its trace."""
    found = access.find(db, access.visible_responses(actor), response_id)
    sheet = _sheet(db, actor, found)
    file = access.find(db, access.visible_files(actor), found.file_id)
    audit.look(db, file, "read_answers", case_id=sheet.case.id)
    return sheet


@access.of_case_of(QuestionnaireResponse)
def answer_of(db: Session, actor: Actor, response_id: UUID, question: str) -> QuestionnaireAnswer | None:
    """What stands at one question now."""
    statement = access.visible_questionnaire_answers(actor)
    return db.scalar(
        statement.where(
            QuestionnaireAnswer.response_id == response_id,
            QuestionnaireAnswer.question == lists.storable(question),
        )
    )


def answered_by(db: Session, actor: Actor, answer_id: UUID) -> str:
    """Who of the own service wrote down an answer."""
    found = access.find(db, access.visible_questionnaire_answers(actor), answer_id)
    return db.get_one(Person, found.answered_by).name


def of_case(db: Session, actor: Actor, case_id: UUID) -> Sequence[QuestionnaireResponse]:
    """What the own service asked in a case, by day; nothing for who reads no file."""
    own = access.visible_files(actor).where(CaseFile.case_id == case_id).with_only_columns(CaseFile.id)
    of_file = access.visible_responses(actor).where(QuestionnaireResponse.file_id.in_(own))
    return db.scalars(of_file.order_by(QuestionnaireResponse.asked_on, QuestionnaireResponse.label)).all()


def begin(
    db: Session,
    actor: Actor,
    case_id: UUID,
    *,
    label: str,
    mode: Mode | None,
    asked_on: date | None,
    version: int,
) -> QuestionnaireResponse:
    """Begin to ask at a time: by the questionnaire that holds today. What was settled as not done is taken up again.

    Where a colleague has begun already, theirs goes on. `version` is 0 where the own file holds nothing of this time
    yet; raises Conflict where a colleague has settled it meanwhile.
    """
    require(actor, Permission.WRITE_FILE)
    case, time, row = _at(db, actor, case_id, label)
    if time.on is None and not time.is_gone:
        raise Conflict("error.t_point_without_day", label=label)
    on = t_points.asked_on(db, actor, case, time, asked_on, field="asked_on")
    if mode is None:
        raise Invalid("error.change.mode", field="mode")
    if row is not None and row.is_begun and row.not_done_on is None:
        return row
    if (row.version if row else 0) != version:
        raise Conflict
    found = row or QuestionnaireResponse(file_id=_file(db, actor, case).id, label=label)
    if not found.is_begun:
        asked, number = questionnaires.current(db, questionnaires.respondent_of(actor.kind), time.rule.id)
        found.questionnaire, found.number = asked.id, number
    found.asked_on, found.asked_by, found.mode = on, actor.person_id, mode
    found.not_done_on, found.not_done_reason, found.was_due_on = None, "", None
    db.add(found)
    db.flush()
    audit.record(db, actor, "begin", found, case_id=case.id)
    return found


def describe(
    db: Session,
    actor: Actor,
    response_id: UUID,
    *,
    mode: Mode | None,
    asked_on: date | None,
    kept_at: str,
    version: int,
) -> QuestionnaireResponse:
    """Say how and when somebody was asked, and where answers on paper lie."""
    require(actor, Permission.WRITE_FILE)
    sheet = _open(db, actor, response_id)
    found = sheet.response
    require_version(found, version)
    if mode is None:
        raise Invalid("error.change.mode", field="mode")
    found.mode = mode
    found.asked_on = t_points.asked_on(db, actor, sheet.case, sheet.time, asked_on, field="asked_on")
    found.kept_at = text.line(kept_at, field="kept_at", required=False)
    audit.record(db, actor, "describe", found, case_id=sheet.case.id)
    db.flush()
    return found


def answer(
    db: Session, actor: Actor, response_id: UUID, *, question: str, value: str, version: int
) -> QuestionnaireAnswer:
    """Write down one answer; `version` is 0 where nobody has written one yet.

    Raises Conflict where a colleague wrote one meanwhile, or the time is done.
    """
    require(actor, Permission.WRITE_FILE)
    sheet = _open(db, actor, response_id)
    asked = next((one for one in sheet.asked if one.id == question), None)
    if asked is None:
        raise Invalid("error.change.question", field=question)
    given = value.strip()
    if asked.kind is Kind.TEXT:
        given = text.text(given, field=question, required=False, longest=content.LONGEST_ANSWER)
    elif not sheet.questionnaire.takes(asked, given):
        raise Invalid("error.change.answer", field=question)
    row = sheet.rows.get(question)
    if (row.version if row else 0) != version:
        raise Conflict
    if row is None:
        row = QuestionnaireAnswer(
            response_id=sheet.response.id, question=question, value=given, answered_by=actor.person_id
        )
        db.add(row)
    row.value, row.answered_by = given, actor.person_id
    db.flush()
    audit.record(db, actor, "answer", sheet.response, case_id=sheet.case.id)
    return row


def finish(db: Session, actor: Actor, response_id: UUID) -> QuestionnaireResponse:
    """All that was said is written down: the time is done for this side, and the answers stay as they are.

    Raises Conflict where nothing was answered, and where the actor has typed an answer and not sent it.
    """
    require(actor, Permission.WRITE_FILE)
    sheet = _open(db, actor, response_id)
    _require_sent(db, actor, sheet)
    if not sheet.answered:
        raise Conflict("error.change.nothing_answered")
    sheet.response.is_finished = sheet.time.is_gone
    if sheet.time.is_gone:
        _record_own(db, actor, sheet, "t_point_mark_done")
    else:
        on = sheet.response.asked_on
        t_points.mark_done(db, actor, sheet.case.id, label=sheet.response.label, done_on=on)
    return sheet.response


def take_up(db: Session, actor: Actor, response_id: UUID) -> QuestionnaireResponse:
    """Take the mark back that the time is done: the answers can be corrected.

    Raises Conflict where it is not done.
    """
    require(actor, Permission.WRITE_FILE)
    sheet = _sheet(db, actor, access.find(db, access.visible_responses(actor), response_id))
    if not sheet.time.is_gone:
        t_points.undo_done(db, actor, sheet.case.id, label=sheet.response.label)
        return sheet.response
    cases.find_open(db, actor, sheet.case.id)
    if not sheet.is_done:
        raise Conflict("error.t_point_not_done", label=sheet.response.label)
    sheet.response.is_finished = False
    _record_own(db, actor, sheet, "t_point_undo_done")
    return sheet.response


def gone(
    db: Session, actor: Actor, case: Case, times: Sequence[TDate], own: Iterable[QuestionnaireResponse]
) -> list[TDate]:
    """The times at which the own side has begun to ask and which are due no more: the own file alone knows of them."""
    known = {one.label for one in times}
    those = [one for one in own if one.is_begun and one.label not in known]
    if not those:
        return []
    protocol = protocols.of_case(db, case)
    found = (t_dates.gone(protocol, one.label, actor.kind, is_done=one.is_finished) for one in those)
    return [one for one in found if one is not None]


def place_of(response_id: UUID, question: str) -> str:
    """Where the answer to a question is kept while it is typed."""
    return f"answers:{response_id}:{question}"


def _require_sent(db: Session, actor: Actor, sheet: Sheet) -> None:
    """Nobody closes a time over words that stand on the screen and nowhere else."""
    asked = {
        f"{place_of(sheet.response.id, one.id)}:value": one for one in sheet.asked if one.kind is Kind.TEXT
    }
    for slot, typed in unsent.of_slots(db, actor, asked).items():
        one = asked[slot]
        if typed.text.strip() != sheet.answers.get(one.id, ""):
            raise Conflict("error.change.unsent", question=one.title)


def settle_not_done(
    db: Session, actor: Actor, case_id: UUID, *, label: str, reason: NotDone | None, version: int
) -> QuestionnaireResponse:
    """Say why the own person is not asked at a time; the other service reads "not done", as before.

    Where the time comes on another day, from this one on, it is asked anew. What was answered until then stays. `version`
    is 0 where the own file holds nothing of this time yet.
    """
    require(actor, Permission.WRITE_FILE)
    case, time, row = _at(db, actor, case_id, label)
    if reason is None:
        raise Invalid("error.change.reason", field="reason")
    if (row.version if row else 0) != version:
        raise Conflict
    found = row or QuestionnaireResponse(file_id=_file(db, actor, case).id, label=label)
    found.not_done_on, found.not_done_reason, found.was_due_on = clock.today(), reason, time.on
    db.add(found)
    db.flush()
    audit.record(db, actor, "not_done", found, case_id=case.id)
    return found


def rows_of(
    db: Session, actor: Actor, responses: Sequence[QuestionnaireResponse]
) -> dict[UUID, dict[str, QuestionnaireAnswer]]:
    """The answers of each response, by question."""
    found: dict[UUID, dict[str, QuestionnaireAnswer]] = {one.id: {} for one in responses}
    statement = access.visible_questionnaire_answers(actor)
    for row in db.scalars(statement.where(QuestionnaireAnswer.response_id.in_(list(found)))):
        found[row.response_id][row.question] = row
    return found


def _sheet(db: Session, actor: Actor, found: QuestionnaireResponse) -> Sheet:
    file = access.find(db, access.visible_files(actor), found.file_id)
    case = cases.find(db, actor, file.case_id)
    time = _time(db, actor, case, found.label, found)
    if not found.is_begun:
        raise Conflict("error.change.not_begun")
    return Sheet(
        case=case,
        time=time,
        response=found,
        questionnaire=questionnaires.load(db, found.questionnaire, found.number),
        rows=rows_of(db, actor, [found])[found.id],
        is_done=time.is_done_by(actor.kind),
    )


def _open(db: Session, actor: Actor, response_id: UUID) -> Sheet:
    """The response while it can be written in."""
    sheet = _sheet(db, actor, access.find(db, access.visible_responses(actor), response_id))
    cases.find_open(db, actor, sheet.case.id)
    if sheet.is_done:
        raise Conflict("error.change.done", label=sheet.response.label)
    if sheet.response.not_done_on is not None:
        raise Conflict("error.change.settled", label=sheet.response.label)
    return sheet


def _at(
    db: Session, actor: Actor, case_id: UUID, label: str
) -> tuple[Case, TDate, QuestionnaireResponse | None]:
    """A time of an open case that the own side has not done, and what the own file holds of it."""
    case = cases.find_open(db, actor, case_id)
    row = next((one for one in of_case(db, actor, case.id) if one.label == label), None)
    time = _time(db, actor, case, label, row)
    if time.is_done_by(actor.kind):
        raise Conflict("error.change.done", label=label)
    return case, time, row


def _time(db: Session, actor: Actor, case: Case, label: str, row: QuestionnaireResponse | None) -> TDate:
    """Raises NotFound where the case has no such time, and the own file holds nothing of one that is due no more."""
    times = t_points.of_case(db, actor, case.id)
    for one in (*times, *gone(db, actor, case, times, [row] if row else [])):
        if one.label == label:
            return one
    raise NotFound


def _record_own(db: Session, actor: Actor, sheet: Sheet, act: str) -> None:
    file = access.find(db, access.visible_files(actor), sheet.response.file_id)
    audit.record(db, actor, act, file, case_id=sheet.case.id)
    db.flush()


def _file(db: Session, actor: Actor, case: Case) -> CaseFile:
    """Raises NotFound for who may not read the file."""
    own = cases.own_file(db, actor, case)
    return access.find(db, access.visible_files(actor), own.id)
