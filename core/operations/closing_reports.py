"""The closing report in Word: made from the records, and from what each service wrote."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content import closings as content
from core.documents import closing_report as word
from core.documents.frame import Printed
from core.documents.kinds import DocumentKind, Recipient
from core.locale import Words
from core.models import Action, Case, Closing, ClosingText, Meeting, MeetingState, Service
from core.operations import (
    action_plans,
    agendas,
    cases,
    closing_texts,
    closings,
    joint_spaces,
    outgoing,
    risk_assessments,
    risk_levels,
    t_points,
)
from core.operations.closings import Standing
from core.operations.papers import USUAL, Paper, Sending
from core.settings import settings


@outgoing.document
def document(db: Session, actor: Actor, closing_id: UUID, *, words: Words, sending: Sending = USUAL) -> Paper:
    """The report as both services read it now. Raises NotAllowed where the joint space is closed to the actor."""
    closing = closings.find(db, actor, closing_id)
    case = cases.find(db, actor, closing.case_id)
    joint_spaces.require_open(db, actor, case)
    standing = closings.of_case(db, actor, case.id)
    written = closing_texts.of_closing(db, actor, closing.id)
    # What one side wanted and the other declined stands in nobody's report.
    is_said = closing.proposed_at is not None
    made = word.ClosingReport(
        case_code=case.code,
        status=words(f"closing.status.{_status(closing, case)}"),
        ground=words(f"closing.ground.{closing.ground}") if is_said and closing.ground else "",
        opened_text=words.day(case.opened_on),
        ended_text=words.day(closing.ended_on) if is_said else "",
        follow_up_text=_follow_up(closing, standing, words) if is_said else "",
        agreement_text=words.day(closing.agreement_until) if is_said else "",
        proposed_text=_by(db, closing.proposed_by, closing.proposed_at, words),
        agreed_text=_by(db, closing.agreed_by, closing.agreed_at, words),
        lacking=closing.lacking if is_said else "",
        level=_level(db, actor, case, words),
        printed=Printed(by=actor.name, at_text=words.moment(clock.now())),
        written=_written(written, case, words),
        times=_times(db, actor, case, words),
        meetings=_meetings(db, actor, case, words),
        actions=tuple(_action(one, words) for one in action_plans.list_of_case(db, actor, case.id)),
        language=settings().language,
    )
    recipient, choices = outgoing.to_whom(DocumentKind.CLOSING_REPORT, sending, Recipient.JOINT)
    return Paper(
        kind=DocumentKind.CLOSING_REPORT,
        recipient=recipient,
        content=word.make(made, recipient, words),
        record=closing,
        act="export",
        case_id=case.id,
        choices=choices,
    )


def _status(closing: Closing, case: Case) -> str:
    if closing.reopened_at is not None:
        return "reopened"
    if case.closed_on is not None:
        return "closed"
    if closing.is_agreed:
        return "follow_up"
    return "proposed" if closing.is_proposed else "preparing"


def _follow_up(closing: Closing, standing: Standing, words: Words) -> str:
    if not closing.has_follow_up:
        return words("closing.no_follow_up")
    on = standing.follow_up.on if standing.follow_up else None
    return words.day(on) if on else ""


def _by(db: Session, person_id: UUID | None, at: datetime | None, words: Words) -> str:
    if person_id is None or at is None:
        return ""
    names = risk_assessments.names_of(db, [person_id])
    return f"{names.get(person_id, '')}, {words.moment(at)}"


def _level(db: Session, actor: Actor, case: Case, words: Words) -> str:
    """The level that holds, chosen by people; or that nobody has chosen one."""
    versions = risk_assessments.list_of_case(db, actor, case.id)
    held = risk_levels.standing(db, actor, versions[0]).holds if versions else None
    return words(f"risk.grade.{held.grade}") if held else words("risk.level_none")


def _written(
    written: Mapping[tuple[str, UUID], ClosingText], case: Case, words: Words
) -> tuple[word.WrittenPart, ...]:
    def said(key: str, service: Service) -> str:
        found = written.get((key, service.id))
        return found.text if found else ""

    pp, vss = case.cooperation.pp, case.cooperation.vss
    return tuple(
        word.WrittenPart(one.title, said(one.id, pp), said(one.id, vss))
        for one in content.load(language=words.language).sections
    )


def _times(db: Session, actor: Actor, case: Case, words: Words) -> tuple[word.AskedTime, ...]:
    """Each time with its day, and done, not done or still to come on either side; never why."""

    def said(on: date, *, is_done: bool) -> str:
        state = "done" if is_done else "to_come" if on > clock.today() else "not_done"
        return words(f"closing.time.{state}")

    return tuple(
        word.AskedTime(
            one.rule.named(one.label),
            words.day(one.on),
            said(one.on, is_done=one.pp_done),
            said(one.on, is_done=one.vss_done),
        )
        for one in t_points.of_case(db, actor, case.id)
        if one.on is not None
    )


def _meetings(db: Session, actor: Actor, case: Case, words: Words) -> tuple[word.HeldMeeting, ...]:
    held = (
        access.joint_meetings(actor)
        .where(
            Meeting.case_id == case.id,
            Meeting.state.in_([MeetingState.CLOSED, MeetingState.AGREED]),
            Meeting.is_consultation.is_(False),
        )
        .order_by(Meeting.takes_place_at)
    )
    kinds = agendas.kinds()
    return tuple(
        word.HeldMeeting(words.moment(one.takes_place_at), kinds.kind(one.kind).title)
        for one in db.scalars(held)
    )


def _action(action: Action, words: Words) -> word.EndedAction:
    who = action.service.name + (f", {action.person.name}" if action.person else "")
    state = words(f"action.state.{action.state}")
    return word.EndedAction(
        action.need, action.text, who, f"{state}: {action.reason}" if action.reason else state
    )
