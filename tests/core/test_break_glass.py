"""Opening a file on which one does not work: at once, for hours, told to both services, looked at by another."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.lists import Asked
from core.models import (
    Assignment,
    BreakGlass,
    BreakGlassGround,
    Cooperation,
    Event,
    JointItem,
    Release,
    RequestKind,
    Role,
    SubjectKind,
)
from core.operations import (
    access_log,
    assignments,
    break_glass,
    case_lists,
    cases,
    copy_choices,
    files,
    guests,
    invitees,
    joint_items,
    leavers,
    meetings,
    person_requests,
    releases,
    responsibles,
    rights_today,
    seals,
    tables,
)
from tests import notices
from tests.copies import choose_all
from tests.make import Make, Pair

AWAY = BreakGlassGround.COLLEAGUE_AWAY


def open_it(db: Session, actor: Actor, typed: str, reason: str = "She called") -> BreakGlass:
    return break_glass.open_file(db, actor, typed=typed, ground=AWAY, reason=reason)


def colleague(make: Make, pair: Pair, *roles: Role) -> Actor:
    return make.actor(pair.vss.service_id, *roles)


def test_a_colleague_opens_the_file_at_once_and_for_a_day(db: Session, make: Make) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file, SubjectKind.HER, name="Ana Bell", address="12 Quiet Lane")
    other = colleague(make, pair)
    with pytest.raises(NotFound):
        files.mine(db, other, pair.case.id)

    opening = open_it(db, other, "ana bell")

    assert files.mine(db, other, pair.case.id).subjects == (her,)
    with time_machine.travel(opening.until_at + timedelta(seconds=1)), pytest.raises(NotFound):
        cases.find(db, other, pair.case.id)


def test_who_opened_it_is_on_no_list_of_people_that_the_other_service_reads(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, SubjectKind.HER, name="Ana Bell")
    other = colleague(make, pair)

    open_it(db, other, "ana bell")

    cooperation = db.get_one(Cooperation, pair.case.cooperation_id)
    invited = invitees.candidates(db, cooperation, pair.case.id)
    given = [one.person for one in responsibles.responsible_for(db, pair.pp, pair.case.id) if one.person]
    for people_ in (invited, given):
        assert pair.vss.person_id in {one.id for one in people_}
        assert other.person_id not in {one.id for one in people_}


@pytest.mark.parametrize("is_running", [False, True])
def test_who_opened_it_for_some_hours_begins_or_joins_an_emergency_meeting(
    db: Session, make: Make, is_running: bool
) -> None:
    pair = make.pair()
    other = colleague(make, pair)
    open_it(db, other, pair.case.code)
    if is_running:
        meetings.start_emergency(db, pair.pp, pair.case.id, people=[])

    meeting = meetings.start_emergency(db, other, pair.case.id, people=[pair.pp.person_id, other.person_id])

    seats = {seat.person_id: seat.is_present for seat in meeting.attendances}
    assert seats == {pair.pp.person_id: is_running, other.person_id: True}
    assert meeting.chair_id == (pair.pp if is_running else other).person_id
    assert tables.close(db, other, meeting.id).number == 1


@pytest.mark.parametrize("typed", ["code", "reference"])
def test_it_is_found_by_the_whole_code_or_number_and_by_no_piece_of_it(
    db: Session, make: Make, typed: str
) -> None:
    pair = make.pair()
    pair.vss_file.reference = "TF-2041"
    db.flush()
    wanted = pair.case.code if typed == "code" else "tf-2041"

    with pytest.raises(NotFound, match=r"error\.break_glass\.not_found"):
        open_it(db, colleague(make, pair), wanted[:-1])
    assert open_it(db, colleague(make, pair), wanted).case_id == pair.case.id


def test_none_two_of_a_name_another_services_and_a_sealed_one_give_the_same_answer(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    twin = make.pair_of(pair)
    for file in (pair.vss_file, twin.vss_file):
        make.subject(file, name="Ana Bell")
    sealed = make.pair_of(pair)
    seals.seal(db, pair.vss, sealed.case.id, reason="A colleague's sister")
    other = colleague(make, pair)

    keys = []
    for typed in ("Nobody", "Ana Bell", make.pair().case.code, sealed.case.code):
        with pytest.raises(NotFound) as raised:
            open_it(db, other, typed)
        keys.append(raised.value.key)

    assert set(keys) == {"error.break_glass.not_found"}


def test_who_works_on_a_case_or_has_it_open_is_told_so(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, SubjectKind.HER, name="Ana Bell")
    other = colleague(make, pair)
    open_it(db, other, pair.case.code)

    for actor in (pair.vss, other):
        with pytest.raises(Conflict, match="at_work"):
            open_it(db, actor, "Ana Bell")


def test_it_wants_a_ground_and_a_reason(db: Session, make: Make) -> None:
    pair = make.pair()
    other = colleague(make, pair)

    with pytest.raises(Invalid, match=r"error\.break_glass\.ground"):
        break_glass.open_file(db, other, typed=pair.case.code, ground=None, reason="So")
    with pytest.raises(Invalid, match=r"error\.empty"):
        open_it(db, other, pair.case.code, reason=" ")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR, Role.DATA_PROTECTION, Role.MINUTE_TAKER])
def test_who_reads_no_files_opens_none(db: Session, make: Make, role: Role) -> None:
    pair = make.pair()

    with pytest.raises(NotAllowed):
        open_it(db, colleague(make, pair, role), pair.case.code)


def test_what_it_opens_at_the_programme_holds_nothing_of_hers(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, SubjectKind.HER, name="Ana Bell")
    make.note(pair.vss_file, pair.vss)
    him = make.subject(pair.pp_file, SubjectKind.HIM, name="Ivo Bell")
    other = make.actor(pair.pp.service_id)

    open_it(db, other, pair.case.code)

    assert db.scalars(access.visible_subjects(other)).all() == [him]
    assert db.scalars(access.visible_notes(other)).all() == []
    with pytest.raises(NotFound):
        open_it(db, make.actor(pair.pp.service_id), "Ana Bell")


def test_both_services_are_told_that_it_was_and_the_other_one_not_why(db: Session, make: Make) -> None:
    pair = make.pair()
    open_it(db, colleague(make, pair), pair.case.code)

    (hers,) = break_glass.told(db, pair.vss, pair.case)
    (his,) = break_glass.told(db, pair.pp, pair.case)

    assert (hers.is_own, hers.is_open) == (True, True)
    assert (his.is_own, his.is_open, his.on) == (False, False, clock.today())
    assert db.scalars(access.visible_break_glass(pair.pp)).all() == []


def test_before_the_pair_is_confirmed_the_other_service_is_told_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    pair.case.paired_at = None
    db.flush()
    open_it(db, colleague(make, pair), pair.case.code)

    assert break_glass.told(db, pair.pp, pair.case) == []
    assert len(break_glass.told(db, pair.vss, pair.case)) == 1
    pair.case.paired_at = clock.now() + timedelta(seconds=1)
    db.flush()
    assert break_glass.told(db, pair.pp, pair.case) == []


def test_another_person_looks_at_it_and_until_then_it_is_said_to_be_late(db: Session, make: Make) -> None:
    pair = make.pair()
    other, lead = colleague(make, pair), colleague(make, pair, Role.MANAGER)
    officer = colleague(make, pair, Role.DATA_PROTECTION)
    opening = open_it(db, other, pair.case.code)
    with pytest.raises(NotAllowed, match=r"error\.break_glass\.own"):
        break_glass.review(db, other, opening.id, was_right=True, finding="", version=opening.version)
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        for office in (lead, officer):
            assert [one.is_overdue for one in break_glass.to_review(db, office)] == [True]
            assert rights_today.waiting(db, office) == {"opened": 1}

    with pytest.raises(Invalid, match=r"error\.break_glass\.verdict"):
        break_glass.review(db, lead, opening.id, was_right=None, finding="", version=opening.version)
    break_glass.review(db, lead, opening.id, was_right=True, finding="", version=opening.version)

    assert break_glass.to_review(db, officer) == []
    (listed,) = break_glass.list_all(db, officer)
    assert (listed.person, listed.reviewer) == (other.name, lead.name)
    with pytest.raises(Conflict):
        break_glass.review(db, officer, opening.id, was_right=True, finding="", version=opening.version)


def test_what_was_not_right_ends_at_once_and_says_why(db: Session, make: Make) -> None:
    pair = make.pair()
    other = colleague(make, pair)
    opening = open_it(db, other, pair.case.code)
    with pytest.raises(Invalid, match=r"error\.empty"):
        break_glass.review(db, pair.vss, opening.id, was_right=False, finding="", version=opening.version)

    break_glass.review(
        db, pair.vss, opening.id, was_right=False, finding="A neighbour", version=opening.version
    )

    with pytest.raises(NotFound):
        cases.find(db, other, pair.case.id)


def test_the_one_who_opened_it_leaves_again_and_nobody_else_does_it_for_them(db: Session, make: Make) -> None:
    pair = make.pair()
    other = colleague(make, pair)
    opening = open_it(db, other, pair.case.code)
    assert [one.code for one in break_glass.mine(db, other)] == [pair.case.code]

    with pytest.raises(NotAllowed):
        break_glass.close(db, pair.vss, opening.id, version=opening.version)
    break_glass.close(db, other, opening.id, version=opening.version)

    assert break_glass.mine(db, other) == []
    with pytest.raises(NotFound):
        cases.find(db, other, pair.case.id)


def test_it_makes_nobody_a_colleague_of_the_case(db: Session, make: Make) -> None:
    pair = make.pair()
    other = colleague(make, pair)
    open_it(db, other, pair.case.code)
    admin = colleague(make, pair, Role.ADMINISTRATOR)
    make.account(other)

    assert leavers.left_by(db, admin, other.person_id).cases == 0
    assignments.assign(db, pair.vss, pair.case.id, person_id=other.person_id)

    ends = db.scalars(select(Assignment.ends_at).where(Assignment.person_id == other.person_id)).all()
    assert sorted(one is None for one in ends) == [False, True]


def test_who_opened_it_arranges_neither_who_works_on_it_nor_a_seal(db: Session, make: Make) -> None:
    pair = make.pair()
    other = colleague(make, pair)
    open_it(db, other, pair.case.code)
    case_id = pair.case.id

    for act in (
        lambda: assignments.assign(db, other, case_id, person_id=other.person_id),
        lambda: assignments.unassign(db, other, case_id, person_id=pair.vss.person_id),
        lambda: seals.seal(db, other, case_id, reason="To hide it"),
        lambda: seals.unseal(db, other, case_id),
    ):
        with pytest.raises(NotAllowed, match="not_at_work"):
            act()


def test_who_opened_it_lets_no_guest_into_the_case_and_shows_none_out(db: Session, make: Make) -> None:
    pair = make.pair()
    other = colleague(make, pair)
    open_it(db, other, pair.case.code)
    police, nurse = (make.guest(make.pair().case).person_id for _ in range(2))
    case_id, until = pair.case.id, clock.today() + timedelta(days=300)
    let_in = guests.invite(db, pair.vss, case_id, person_id=police, until=until)
    meeting = make.meeting(pair)

    with pytest.raises(NotAllowed, match="not_at_work"):
        guests.invite(db, other, case_id, person_id=nurse, until=until)
    with pytest.raises(NotAllowed, match="not_at_work"):
        guests.revoke(db, other, let_in.id)

    assert guests.list_of_case(db, pair.vss, case_id) == [let_in]
    to_meeting = guests.invite(db, other, case_id, person_id=nurse, until=until, meeting_id=meeting.id)
    assert guests.revoke(db, other, to_meeting.id).until < clock.today()


def test_a_seal_hides_no_opening_from_who_looks_at_it_but_the_code(db: Session, make: Make) -> None:
    pair = make.pair()
    opening = open_it(db, colleague(make, pair), pair.case.code)
    manager = colleague(make, pair, Role.MANAGER)
    seals.seal(db, pair.vss, pair.case.id, reason="Her brother works here")

    [listed] = break_glass.to_review(db, manager)

    assert (listed.opening.id, listed.code) == (opening.id, "")
    assert [one.code for one in break_glass.list_all(db, pair.vss)] == [pair.case.code]
    assert break_glass.to_review(db, make.actor(pair.pp.service_id, Role.MANAGER)) == []
    break_glass.review(db, manager, opening.id, was_right=True, finding="", version=opening.version)


def test_a_seal_closes_what_colleagues_have_open_in_the_case_and_nothing_else(
    db: Session, make: Make
) -> None:
    pair, elsewhere = make.pair(), make.pair()
    cousin, at_programme = colleague(make, pair), make.actor(pair.pp.service_id)
    opening, theirs = open_it(db, cousin, pair.case.code), open_it(db, at_programme, pair.case.code)
    other = open_it(db, make.actor(elsewhere.vss.service_id), elsewhere.case.code)

    seals.seal(db, pair.vss, pair.case.id, reason="He is her cousin")

    assert opening.until_at <= clock.now() < min(theirs.until_at, other.until_at)
    with pytest.raises(NotFound):
        files.mine(db, cousin, pair.case.id)
    assert break_glass.mine(db, cousin) == []
    assert files.mine(db, at_programme, pair.case.id)
    ended = db.scalars(select(Event).where(Event.subject == "break_glass", Event.act == "shut")).all()
    assert [(one.subject_id, one.person_id) for one in ended] == [(opening.id, pair.vss.person_id)]
    with pytest.raises(NotFound):
        open_it(db, cousin, pair.case.code)
    manager = colleague(make, pair, Role.MANAGER)
    assert [one.opening.id for one in break_glass.to_review(db, manager)] == [opening.id]


def test_a_seal_leaves_named_people_alone_and_takes_the_code_out_of_the_log(db: Session, make: Make) -> None:
    pair = make.pair()
    officer = colleague(make, pair, Role.DATA_PROTECTION)
    found = seals.seal(db, pair.vss, pair.case.id, reason="Her brother works here")

    lines = access_log.search(db, officer, Asked(), wanted=access_log.Wanted()).rows

    assert {line.code for line in lines} == {""}
    assert "seal" in {line.act for line in lines}
    assert seals.of_case(db, pair.vss, pair.case.id) is found
    assert seals.of_case(db, pair.pp, pair.case.id) is None
    with pytest.raises(Conflict, match=r"error\.seal\.sealed"):
        seals.seal(db, pair.vss, pair.case.id, reason="Twice")
    seals.unseal(db, pair.vss, pair.case.id)
    with pytest.raises(Conflict):
        seals.unseal(db, pair.vss, pair.case.id)


def test_a_sealed_case_is_handed_over_by_no_administrator_while_somebody_else_manages_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    second = colleague(make, pair)
    make.assign(pair.case, second)
    make.account(second)
    admin = colleague(make, pair, Role.ADMINISTRATOR)
    assert leavers.left_by(db, admin, second.person_id).cases == 1

    seals.seal(db, pair.vss, pair.case.id, reason="Her brother works here")

    assert leavers.left_by(db, admin, second.person_id).cases == 0


def test_what_was_done_is_in_the_log_and_the_reason_is_not(db: Session, make: Make) -> None:
    pair = make.pair()
    opening = open_it(db, colleague(make, pair), pair.case.code)

    acts = db.execute(select(Event.subject, Event.act).where(Event.subject_id == opening.id)).all()

    assert [tuple(one) for one in acts] == [("break_glass", "open")]
    history = case_lists.history(db, pair.pp, pair.case.id)
    assert "break_glass" not in {one.subject for one in history}


def opened_by_another(db: Session, make: Make, pair: Pair) -> Actor:
    """A colleague who does not work on the case, and opened her file for a day."""
    other = colleague(make, pair)
    open_it(db, other, pair.case.code)
    return other


def test_who_opened_the_file_confirms_nothing_that_leaves_it_but_an_immediate_notice(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file)
    on = releases.Terms(
        her.id, "risk_assessment", releases.Basis.DANGER, "He has a weapon and knows the way."
    )
    note = make.note(pair.vss_file, pair.vss).id
    seen = joint_items.preview(db, pair.vss, note, text_="He shouted.", terms=on).digest
    told = notices.sent(
        db, pair, pair.vss, notices.said(pair.vss, "He waits outside."), basis=releases.Basis.DANGER
    )
    shared = [
        joint_items.share(db, pair.vss, note, text_="He shouted.", terms=on, seen=seen),
        db.get_one(JointItem, told.item_id),
    ]
    asked, notice = (db.scalars(select(Release).where(Release.item_id == one.id)).one() for one in shared)
    other = opened_by_another(db, make, pair)

    for settle in (releases.confirm, releases.refuse):
        with pytest.raises(NotAllowed, match="not_at_work"):
            settle(db, other, asked.id, version=asked.version)
    releases.confirm(db, other, notice.id, version=notice.version)

    assert [one.released_at is None for one in shared] == [True, False]


def test_who_opened_the_file_is_no_second_person_for_a_copy(db: Session, make: Make) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file)
    request = person_requests.record(
        db, pair.vss, her.id, kind=RequestKind.ACCESS, asked_on=clock.today(), is_identified=True
    )
    choose_all(db, pair.vss, request)
    other = opened_by_another(db, make, pair)

    with pytest.raises(NotAllowed, match="not_at_work"):
        copy_choices.check(db, other, request.id, version=request.version)
