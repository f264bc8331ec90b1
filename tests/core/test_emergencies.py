"""An emergency: who can be called, what is open, and what only the victim support service may see."""

from datetime import date, timedelta
from io import BytesIO

import docx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content import immediate_notices
from core.errors import NotFound
from core.locale import Words
from core.models import (
    ActionState,
    Agreement,
    Duty,
    EmergencyGround,
    EmergencyOpening,
    Meeting,
    MeetingState,
    Minutes,
    RiskGrade,
    Role,
)
from core.operations import case_lists, emergencies, meetings, notice_answers, preparations
from core.operations.releases import Basis
from tests import notices, risk
from tests.make import Make, Pair

WORDS = Words("en")


def duty(db: Session, actor: Actor, *, hours: int = 0) -> None:
    start = clock.now() + timedelta(hours=hours - 1)
    db.add(
        Duty(
            service_id=actor.service_id,
            person_id=actor.person_id,
            phone="+00 555 0199",
            from_at=start,
            until_at=start + timedelta(hours=8),
        )
    )
    db.flush()


def with_safe_channel(db: Session, make: Make, pair: Pair) -> None:
    her = make.subject(pair.vss_file)
    her.safe_channel, her.safe_times, her.code_phrase = "a friend's phone", "9 to 11", "the blue cup"
    db.flush()


def text_of(content: bytes) -> str:
    read = docx.Document(BytesIO(content))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join(cells + [paragraph.text for paragraph in read.paragraphs])


def test_whoever_is_on_duty_is_called_first_assigned_or_not(db: Session, make: Make) -> None:
    pair = make.pair()
    on_call, tomorrow = make.actor(pair.vss.service_id), make.actor(pair.vss.service_id)
    duty(db, on_call)
    duty(db, tomorrow, hours=24)

    vss, pp = emergencies.of_case(db, pair.pp, pair.case.id).sides

    assert [contact.name for contact in vss.contacts] == [on_call.name, pair.vss.name]
    assert vss.contacts[0].phone == "+00 555 0199"
    assert vss.has_duty
    assert emergencies.called_first(vss) == vss.contacts[:1]
    assert not pp.has_duty
    assert [contact.name for contact in emergencies.called_first(pp)] == [pair.pp.name]


def test_how_a_service_is_reached_is_read_as_the_agreements_that_hold_say_it(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    between = make.agreement_in_force(
        pair, answers={"pp_on_duty": "0100, always", "vss_on_duty": "0200, always"}
    )
    of_case = make.agreement_in_force(
        pair, ends_on=clock.today(), answers={"vss_emergency_contact": " 0222, nights "}
    )

    def agreed() -> list[str]:
        return [side.agreed for side in emergencies.of_case(db, pair.pp, pair.case.id).sides]

    assert agreed() == ["0222, nights", "0100, always"]
    of_case.ends_on = clock.today() - timedelta(days=1)
    db.flush()
    assert agreed() == ["0200, always", "0100, always"]
    between.ends_on = clock.today() - timedelta(days=1)
    db.flush()
    assert agreed() == ["", ""]


def test_whoever_is_on_duty_can_take_part(db: Session, make: Make) -> None:
    pair = make.pair()
    on_call = make.actor(pair.vss.service_id)
    duty(db, on_call)

    meeting = meetings.start_emergency(db, pair.pp, pair.case.id, people=[on_call.person_id])

    assert on_call.person_id in {each.person_id for each in meeting.attendances}


def test_open_actions_and_a_meeting_that_runs_are_shown(db: Session, make: Make) -> None:
    pair = make.pair()
    open_action, done = make.action(pair), make.action(pair)
    done.state = ActionState.DONE
    db.flush()
    assert emergencies.of_case(db, pair.pp, pair.case.id).running_id is None

    meeting = meetings.start_emergency(db, pair.vss, pair.case.id, people=[])

    situation = emergencies.of_case(db, pair.pp, pair.case.id)
    assert situation.actions == (open_action,)
    assert situation.running_id == meeting.id


def test_her_safe_channel_is_the_victim_support_services_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    with_safe_channel(db, make, pair)

    assert emergencies.of_case(db, pair.pp, pair.case.id).safe_contacts == ()
    (her,) = emergencies.of_case(db, pair.vss, pair.case.id).safe_contacts
    assert her.safe_channel == "a friend's phone"


def test_someone_of_the_service_who_may_not_read_the_file_does_not_see_her_channel(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    with_safe_channel(db, make, pair)
    taker = make.actor(pair.vss.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)

    assert emergencies.of_case(db, taker, pair.case.id).safe_contacts == ()


def test_a_stranger_sees_no_situation(db: Session, make: Make) -> None:
    with pytest.raises(NotFound):
        emergencies.of_case(db, make.pair().vss, make.pair().case.id)


def test_the_printed_sheet_holds_her_channel_on_one_sides_copy_and_her_phrase_on_none(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    with_safe_channel(db, make, pair)
    duty(db, pair.pp)
    make.action(pair, due_on=date(2030, 1, 5))

    for_vss = text_of(emergencies.sheet(db, pair.vss, pair.case.id, words=WORDS))
    for_pp = text_of(emergencies.sheet(db, pair.pp, pair.case.id, words=WORDS))

    assert "a friend's phone" in for_vss
    assert "a friend's phone" not in for_pp
    assert "the blue cup" not in for_vss + for_pp
    for copy in (for_vss, for_pp):
        assert "+00 555 0199" in copy
        assert "5 Jan 2030" in copy
    for actor in (pair.vss, pair.pp):
        (printed,) = [
            one for one in case_lists.history(db, actor, pair.case.id) if one.subject == "case_file"
        ]
        assert (printed.act, printed.person) == ("print_sheet", actor.name)


def test_the_sheet_says_the_level_the_open_notices_and_what_the_emergency_meeting_wrote(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    assert "No note has been written." in text_of(emergencies.sheet(db, pair.pp, pair.case.id, words=WORDS))
    found = risk.laid(db, pair)
    risk.level(db, found, pair.vss, RiskGrade.HIGH)
    risk.level(db, found, pair.pp, RiskGrade.LOW, number=2, needs_both=True)
    notices.sent(db, pair, pair.pp, notices.said(pair.pp, trigger="weapon"))
    answered = notices.sent(db, pair, pair.pp, notices.said(pair.pp, trigger="killing"))
    notice_answers.answer(db, pair.vss, answered.id, decisions=["meeting"], words="")
    notices.sent(db, pair, pair.vss, basis=Basis.DANGER)
    meeting = meetings.start_emergency(db, pair.vss, pair.case.id, people=[])
    note = next(item for item in meeting.items if item.key == "risk_note")
    note.facts, note.vss_view = "He knows the date at court.", "She is afraid."
    db.flush()

    for actor in (pair.pp, pair.vss):
        copy = text_of(emergencies.sheet(db, actor, pair.case.id, words=WORDS))
        day = WORDS.day(clock.today())
        assert f"High, since {day}, chosen by {pair.vss.name}" in copy
        assert "He knows the date at court." in copy
        assert f"{pair.vss.service_name}: She is afraid." in copy
        triggers = immediate_notices.load()
        assert f"{triggers.trigger('weapon').title}, {day}" in copy
        assert triggers.trigger("killing").title not in copy
        # What waits for a second person is on nobody's paper.
        assert triggers.trigger("danger").title not in copy
        assert "No note has been written." not in copy
        known = emergencies.known_now(db, actor, pair.case.id, words=WORDS)
        assert (known.level in copy, known.notices in copy) == (True, True)
        assert all(line in copy for line in known.note.splitlines())


def test_what_both_know_of_the_danger_is_nothing_before_the_joint_space_is_open_and_a_strangers_never(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    risk.level(db, risk.laid(db, pair), pair.vss, RiskGrade.HIGH)
    notices.sent(db, pair, pair.pp)
    for agreement in db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id)):
        agreement.ends_on = clock.today() - timedelta(days=1)
    db.flush()

    known = emergencies.known_now(db, pair.vss, pair.case.id, words=WORDS)

    assert (known.level, known.notices, known.note) == ("", "", "")
    with pytest.raises(NotFound):
        emergencies.known_now(db, make.pair().vss, pair.case.id, words=WORDS)


def test_the_sheet_says_why_an_emergency_holds_the_joint_space_open_and_not_what_is_only_asked_for(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    opened = EmergencyOpening(
        case_id=pair.case.id,
        opened_by=pair.vss.person_id,
        service_id=pair.vss.service_id,
        ground=EmergencyGround.ADULT,
        reason="He stands before her door",
        until_at=clock.now() + timedelta(hours=3),
    )
    db.add(opened)
    db.flush()

    assert "He stands before her door" in text_of(emergencies.sheet(db, pair.pp, pair.case.id, words=WORDS))
    opened.until_at = clock.now() - timedelta(hours=1)
    db.flush()
    later = text_of(emergencies.sheet(db, pair.pp, pair.case.id, words=WORDS))
    assert "He stands before her door" not in later

    opened.until_at, opened.is_asked = clock.now() + timedelta(hours=3), True
    db.flush()
    asked = text_of(emergencies.sheet(db, pair.pp, pair.case.id, words=WORDS))
    assert "He stands before her door" not in asked


def test_the_invitation_to_a_meeting_that_was_missed_was_sent_all_the_same(db: Session, make: Make) -> None:
    pair = make.pair()
    sent, unsent = make.meeting(pair), make.meeting(pair)
    sent.invited_at = clock.now()
    for meeting in (sent, unsent):
        meeting.is_remote, meeting.state = True, MeetingState.MISSED
    db.flush()

    def done(meeting: Meeting) -> list[str]:
        return [step.key for step in preparations.of_meeting(db, pair.vss, meeting.id).steps if step.is_done]

    assert (done(sent), done(unsent)) == (["invitation"], [])


def test_the_six_steps_are_done_when_the_records_say_so(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = meetings.plan(
        db,
        pair.pp,
        kind="periodic",
        planned_at=clock.now() + timedelta(days=1),
        case_id=pair.case.id,
        is_remote=True,
        link="+00 555 0100",
        people=[pair.pp.person_id, pair.vss.person_id],
    )

    def done() -> list[str]:
        return [step.key for step in preparations.of_meeting(db, pair.vss, meeting.id).steps if step.is_done]

    assert done() == []

    meetings.invite(db, pair.pp, meeting.id, version=meeting.version)
    assert done() == ["invitation"]

    later = meeting.planned_at + timedelta(days=1)
    meetings.move(db, pair.pp, meeting.id, planned_at=later, reason="Ill", version=meeting.version)
    assert done() == []

    meetings.start(db, meeting)
    for attendance in meeting.attendances:
        attendance.is_present = True
    meeting.attendances[0].is_room_private = True
    assert done() == ["invitation", "facilitation"]

    meeting.attendances[1].is_room_private = True
    next(item for item in meeting.items if item.key == "risk").vss_view = "Higher"
    make.action(pair).meeting_id = meeting.id
    db.add(Minutes(meeting_id=meeting.id, number=1, content={}, digest="", made_by=pair.pp.person_id))
    db.flush()
    assert done() == [step.key for step in preparations.of_meeting(db, pair.pp, meeting.id).steps]
