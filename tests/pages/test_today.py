from datetime import timedelta

from sqlalchemy.orm import Session

from core import clock
from core.locale import Words
from core.models import FileRequest, MeetingState, Minutes, Role
from core.operations import joint_items, today
from core.operations.releases import Basis, Terms
from pages.ui.plain import plain
from tests.agreement_steps import approve, complete, managers, organisation_draft
from tests.make import Make, share
from tests.pages.conftest import Desk, said

WORDS = Words("en")


def links(at: object) -> list[str]:
    return [link.proto.label for link in at.get("page_link")]  # type: ignore[attr-defined]


def test_an_empty_day_says_so_calmly(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()

    at = desk.open(pair.pp, "today")

    assert "Nothing waits for you" in said(at)
    assert not at.header


def test_today_shows_what_waits_and_leads_to_where_it_is_done(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.meeting(pair)
    make.action(pair, pair.vss, due_on=clock.today() - timedelta(days=2))
    make.action(pair, pair.vss, due_on=clock.today() - timedelta(days=3)).person_id = None
    held = make.meeting(pair)
    held.state = MeetingState.CLOSED
    db.add_all(
        [
            Minutes(
                meeting_id=held.id,
                number=1,
                content={"sides": [str(pair.vss.service_id)]},
                digest="",
                made_by=pair.pp.person_id,
            ),
            FileRequest(
                case_id=pair.case.id,
                from_service_id=pair.pp.service_id,
                to_service_id=pair.vss.service_id,
                asked_by=pair.pp.person_id,
                identification="M. K. 1984",
            ),
        ]
    )
    db.commit()

    at = desk.open(pair.vss, "today")

    assert [head.value for head in at.header] == [
        "My meetings",
        "Actions to look after",
        "Waits for my answer",
    ]
    shown = "\n".join([said(at), *links(at)])
    assert "Overdue by 2 days" in shown
    mine, of_service = (
        next(line for line in links(at) if f"Overdue by {days} days" in line) for days in (2, 3)
    )
    assert of_service.endswith(f" · {plain(pair.vss.service_name)}")
    assert not mine.endswith(plain(pair.vss.service_name))
    assert "Minutes to agree to" in shown
    assert "do we hold the parallel file" in shown
    assert "M. K. 1984" not in shown


def test_what_the_other_service_shared_leads_to_its_page_and_is_gone_once_it_was_read(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    note = make.note(pair.pp_file, pair.pp)
    with clock.at(clock.now() - timedelta(days=1)):
        share(db, pair.pp, note.id, "He was seen in her street")
    db.commit()
    told = (
        f"**{plain(pair.case.code)}: the other service shared something on "
        f"{WORDS.day(clock.today() - timedelta(days=1))}. Read it**"
    )

    assert told in links(desk.open(pair.vss, "today"))
    assert "seen in her street" in said(desk.open(pair.vss, "case", case=pair.case.id))

    assert told not in links(desk.open(pair.vss, "today"))


def test_a_meeting_that_goes_on_stands_on_top(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = make.meeting(pair)
    meeting.state, meeting.planned_at = MeetingState.IN_PROGRESS, clock.now() + timedelta(days=13)
    meeting.started_at = clock.now()
    db.commit()

    at = desk.open(pair.pp, "today")

    assert "Going on now" in said(at)
    assert WORDS.moment(meeting.started_at) in said(at)
    assert WORDS.moment(meeting.planned_at) not in said(at)


def test_a_meeting_that_is_due_after_he_left_stands_on_the_page_of_both(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.path_entry(pair, pair.pp, "left", clock.today() - timedelta(days=30), is_shared=True)
    db.commit()

    for actor in (pair.pp, pair.vss):
        at = desk.open(actor, "today")
        [row] = [one for one in links(at) if "the meeting was due by" in one]
        assert "Left or was excluded" in row
        assert "A meeting is due" in [one.value for one in at.header]


def test_what_is_cut_off_is_told_by_its_number_with_the_way_to_the_list(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    for _ in range(today.MOST + 2):
        make.action(pair)
    for _ in range(today.MOST):
        make.pair_of(pair, is_agreed=False).case.paired_at = None
    db.commit()

    at = desk.open(pair.pp, "today")

    assert "and 2 more" in links(at)
    assert "The first 20 of each kind stand here." in said(at)


def test_an_agreement_that_both_approved_asks_for_its_signed_copy(
    db: Session, make: Make, desk: Desk
) -> None:
    side = managers(make)
    agreement = organisation_draft(db, side)
    db.commit()
    assert not [label for label in links(desk.open(side.vss, "today")) if label.startswith("Draft agreement")]

    complete(db, side.pp, agreement)
    approve(db, agreement, side.pp, side.vss)
    db.commit()

    shown = links(desk.open(side.vss, "today"))
    assert "Agreement, approved by both: sign it and file the signed copy: organisation level" in shown


def test_a_guest_of_a_case_reads_what_their_agency_has_to_do_and_ticks_nothing(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    pair.case.phase = "case_opening"
    guest = make.guest(pair.case)
    make.action(pair, guest).text = "Drive past *each* night"
    make.action(pair, pair.vss).text = "Talk with her"
    db.commit()

    at = desk.open(guest, "today")

    shown = said(at)
    assert "Case opening" in shown
    assert "Drive past \\*each\\* night" in shown
    assert "Talk with her" not in shown
    assert [button.label for button in at.button] == ["Sign out"]


def test_a_guest_sees_their_meetings_and_no_action(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    guest = make.guest(pair.case, meeting=make.meeting(pair))
    make.action(pair, guest)
    db.commit()

    at = desk.open(guest, "today")

    assert [head.value for head in at.header] == ["My meetings"]


def test_a_manager_reads_that_something_waits_for_a_second_person_and_nothing_of_what_it_says(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    note, her = make.note(pair.vss_file, pair.vss), make.subject(pair.vss_file)
    terms = Terms(her.id, "risk_assessment", Basis.DANGER, "He waits for her at the gate of the school")
    seen = joint_items.preview(db, pair.vss, note.id, text_="Said by her", terms=terms).digest
    joint_items.share(db, pair.vss, note.id, text_="Said by her", terms=terms, seen=seen)
    db.commit()

    at = desk.open(lead, "today")

    shown = "\n".join([said(at), *links(at)])
    assert f"{plain(pair.case.code)}: something of our service waits for a second person" in shown
    assert "Said by her" not in shown
    assert "at the gate" not in shown
