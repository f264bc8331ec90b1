"""The log as it is read: who did what at one's own service, and no more of the other than what one shared with it."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit, clock, sign_in
from core.access import Actor
from core.errors import NotAllowed
from core.lists import Asked
from core.models import Event, Person, Role, ServiceKind, SignIn, SubjectKind
from core.operations import (
    access_log,
    accounts,
    action_plans,
    case_lists,
    duties,
    emergencies,
    exports,
    files,
    joint_items,
    leavers,
    sittings,
    timelines,
)
from core.operations.access_log import EventKind, Line, Wanted
from core.sign_in import limits
from tests.make import Make, Pair
from tests.make import share as share_from
from tests.reading import read


def officer(make: Make, actor: Actor, role: Role = Role.DATA_PROTECTION) -> Actor:
    return make.actor(actor.service_id, role)


def log_of(db: Session, reader: Actor, **wanted: Any) -> list[Line]:
    return list(access_log.search(db, reader, Asked(), wanted=Wanted(**wanted)).rows)


def acts(lines: list[Line]) -> list[str]:
    return [f"{line.subject}.{line.act}" for line in lines]


def share(db: Session, make: Make, pair: Pair, by: Actor) -> None:
    file = pair.pp_file if by is pair.pp else pair.vss_file
    note = make.note(file, by)
    share_from(db, by, note.id, "What helps to protect her")
    db.flush()


def test_an_officer_reads_who_read_and_changed_what_at_their_service(db: Session, make: Make) -> None:
    pair = make.pair()
    note = files.add_note(
        db, pair.pp, pair.case.id, topic="other", text_="A note", source="", written_on=clock.today()
    )
    read(db, pair.pp, files.find_note, note.id)

    lines = log_of(db, officer(make, pair.pp))

    assert acts(lines) == ["file_note.read", "file_note.add"]
    assert {(line.person, line.service, line.code, line.is_own) for line in lines} == {
        (pair.pp.name, pair.pp.service_name, pair.case.code, True)
    }
    assert all(line.at is not None for line in lines)


def test_of_the_other_service_it_shows_who_read_what_was_shared_and_the_day_alone(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    share(db, make, pair, pair.pp)

    read(db, pair.vss, joint_items.list_of_case, pair.case.id)

    line = next(line for line in log_of(db, officer(make, pair.pp)) if not line.is_own)
    assert (line.person, line.subject, line.act, line.at) == (pair.vss.name, "case", "read_shared", None)
    assert line.on == clock.today()


@pytest.mark.parametrize("role", [Role.DATA_PROTECTION, Role.MANAGER])
def test_the_programme_learns_from_no_log_that_she_is_in_touch(db: Session, make: Make, role: Role) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file)
    note = make.note(pair.vss_file, pair.vss)
    make.action(pair)
    meeting = make.table(pair)
    share(db, make, pair, pair.vss)
    for operation, asked in (
        (files.mine, pair.case.id),
        (files.find_note, note.id),
        (timelines.of_case, pair.case.id),
        (emergencies.of_case, pair.case.id),
        (action_plans.list_of_case, pair.case.id),
        (sittings.of_meeting, meeting.id),
        # In the joint space lies nothing of the programme's.
        (joint_items.list_of_case, pair.case.id),
    ):
        read(db, pair.vss, operation, asked)
    files.reveal(db, pair.vss, pair.case.id)
    files.revise_subject(db, pair.vss, her.id, contacts=files.Contacts(name="X"), version=her.version)
    audit.refused_sign_in(db, make.account(pair.vss).username)
    db.flush()

    assert log_of(db, officer(make, pair.pp, role)) == []
    assert case_lists.readings(db, pair.pp, pair.case.id) == []
    told = case_lists.history(db, pair.pp, pair.case.id)
    assert [(one.subject, one.act) for one in told] == [("joint_item", "share")]


def test_what_was_read_before_both_confirmed_the_pair_stays_with_those_who_read(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    share(db, make, pair, pair.pp)
    with clock.at(clock.now() - timedelta(days=3)):
        read(db, pair.vss, joint_items.list_of_case, pair.case.id)
        early = db.scalars(select(Event).where(Event.act == "read_shared")).one()

    seen = [line.id for line in log_of(db, officer(make, pair.pp))]

    assert early.created_at < (pair.case.paired_at or clock.now())
    assert early.id not in seen
    assert early.id in [line.id for line in log_of(db, officer(make, pair.vss))]


def test_what_was_taken_back_before_they_looked_was_not_read(db: Session, make: Make) -> None:
    pair = make.pair()
    share(db, make, pair, pair.pp)
    share(db, make, pair, pair.vss)
    (ours,) = [
        one for one in joint_items.list_of_case(db, pair.pp, pair.case.id) if one.side is ServiceKind.PP
    ]
    joint_items.withdraw(db, pair.pp, ours.id)

    read(db, pair.vss, joint_items.list_of_case, pair.case.id)

    assert [line for line in log_of(db, officer(make, pair.pp)) if not line.is_own] == []


def test_lines_without_an_hour_stand_behind_the_others_of_their_day(db: Session, make: Make) -> None:
    pair = make.pair()
    share(db, make, pair, pair.pp)
    read(db, pair.vss, joint_items.list_of_case, pair.case.id)
    read(db, pair.pp, files.mine, pair.case.id)
    files.reveal(db, pair.pp, pair.case.id)

    lines = log_of(db, officer(make, pair.pp))

    assert [line.is_own for line in lines] == [True] * (len(lines) - 1) + [False]
    readings = case_lists.readings(db, pair.pp, pair.case.id)
    assert [one.at is None for one in readings] == [False, False, True]


@pytest.mark.parametrize("hour", [8, 20])
@pytest.mark.parametrize("limit", [1, 3, 4, 5, 6, 7])
def test_on_which_page_a_line_without_an_hour_stands_tells_no_hour(
    db: Session, make: Make, hour: int, limit: int
) -> None:
    pair = make.pair()
    reader = officer(make, pair.pp)
    today = clock.today()

    def at(days_ago: int, o_clock: int, actor: Actor, operation: Callable[..., Any]) -> None:
        with clock.at(clock.moment(today - timedelta(days=days_ago), time(o_clock))):
            read(db, actor, operation, pair.case.id)

    with clock.at(clock.moment(today - timedelta(days=9))):
        pair.case.paired_at = clock.now()
        share(db, make, pair, pair.pp)
    at(5, 23, pair.pp, files.mine)
    for o_clock in (11, 12, 13):
        at(4, o_clock, pair.pp, files.mine)
    at(4, hour, pair.vss, joint_items.list_of_case)
    at(3, 0, pair.pp, files.mine)

    found = access_log.search(db, reader, Asked(limit=limit), wanted=Wanted(kind=EventKind.READ))
    readings = case_lists.readings(db, pair.pp, pair.case.id, limit=limit)

    whole = [(3, True), (4, True), (4, True), (4, True), (4, False), (5, True)]
    assert [((today - line.on).days, line.is_own) for line in found.rows] == whole[:limit]
    assert [((today - one.on).days, one.at is not None) for one in readings] == whole[:limit]
    own = [line.at for line in found.rows if line.at is not None]
    assert own == sorted(own, reverse=True)
    assert (found.total, found.left) == (6, max(0, 6 - limit))


def come_in(db: Session, actor: Actor, device: str = "") -> tuple[Actor, datetime]:
    """Somebody in a session of theirs, and when it began."""
    entered = sign_in.begin(db, sign_in.issue_ticket_for(db, actor.person_id), device=device)
    found = sign_in.find(db, entered.token if entered else "")
    assert found is not None
    return found.actor, db.get_one(SignIn, found.sign_in_id).created_at


def test_a_line_says_in_which_session_an_own_person_did_it_and_of_nobody_elses(
    db: Session, make: Make
) -> None:
    pair, begun = make.pair(), []
    for actor in (pair.pp, pair.vss):
        make.account(actor)
    for minutes, device in ((0, ""), (90, "from elsewhere")):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
            he, at = come_in(db, pair.pp, device)
            note = make.note(pair.pp_file, he)
            share_from(db, he, note.id, "What helps to protect her")
            begun.append(at)
    she, hers = come_in(db, pair.vss)
    with time_machine.travel(clock.now() + timedelta(minutes=95), tick=False):
        read(db, she, joint_items.list_of_case, pair.case.id)

    of_programme, of_support = log_of(db, officer(make, pair.pp)), log_of(db, officer(make, pair.vss))

    said = {(line.act, line.session) for line in of_programme if line.person == pair.pp.name}
    assert said == {
        ("sign_in", begun[0]),
        ("sign_in_elsewhere", begun[1]),
        ("share", begun[0]),
        ("share", begun[1]),
    }
    read_line = next(line for line in of_programme if line.person == pair.vss.name)
    assert (read_line.act, read_line.session) == ("read_shared", None)
    assert ("read_shared", hers) in {(line.act, line.session) for line in of_support}


def test_a_worker_reads_no_log_and_an_officer_sees_no_case(db: Session, make: Make) -> None:
    pair = make.pair()
    dora = officer(make, pair.vss)
    make.assign(pair.case, dora)

    for operation in (
        lambda: access_log.search(db, pair.vss, Asked(), wanted=Wanted()),
        lambda: access_log.people(db, pair.vss),
    ):
        with pytest.raises(NotAllowed):
            operation()
    assert not access.is_worker(dora)
    for visible in (
        access.visible_cases,
        access.visible_files,
        access.visible_joint_items,
        access.visible_meetings,
        access.visible_actions,
        access.visible_agreements,
        access.visible_cooperations,
        access.visible_events,
        access.visible_reads,
    ):
        statement: Callable[[Actor], Any] = visible
        assert db.scalars(statement(dora)).unique().all() == []


def test_the_log_is_asked_by_person_case_days_and_kind(db: Session, make: Make) -> None:
    pair = make.pair()
    other = make.pair_of(pair)
    colleague = make.actor(pair.pp.service_id)
    make.assign(pair.case, colleague)
    reader = officer(make, pair.pp)
    with clock.at(clock.now() - timedelta(days=25)):
        read(db, pair.pp, files.mine, other.case.id)
    read(db, pair.pp, files.mine, pair.case.id)
    read(db, colleague, files.mine, pair.case.id)
    files.set_reference(db, pair.pp, pair.case.id, reference="A 1", version=pair.pp_file.version)
    today = clock.today()

    def found(**wanted: Any) -> list[tuple[str, str]]:
        return [(line.person, line.act) for line in reversed(log_of(db, reader, **wanted))]

    mine, theirs = (pair.pp.name, "read"), (colleague.name, "read")
    changed = (pair.pp.name, "set_reference")
    assert found() == [mine, mine, theirs, changed]
    assert found(person_id=colleague.person_id) == [theirs]
    assert found(code=f" {pair.case.code.lower()} ") == [mine, theirs, changed]
    assert found(code=make.pair().case.code) == []
    assert found(kind=EventKind.CHANGE) == [changed]
    assert found(until=today - timedelta(days=20)) == [mine]
    assert found(since=today - timedelta(days=20), until=today, kind=EventKind.READ) == [mine, theirs]
    assert access_log.people(db, reader).keys() == {
        pair.pp.person_id,
        colleague.person_id,
        reader.person_id,
    }


def test_what_an_administrator_did_to_a_person_is_for_that_persons_service(db: Session, make: Make) -> None:
    pair = make.pair()
    ada = make.actor(pair.vss.service_id, Role.ADMINISTRATOR)
    make.account(pair.vss)
    accounts.end_sessions(db, ada, pair.vss.person_id)
    db.flush()

    assert log_of(db, officer(make, pair.pp)) == []
    (line,) = log_of(db, officer(make, pair.vss))
    assert (line.person, line.about, line.kind) == (ada.name, pair.vss.name, EventKind.ADMINISTRATION)


def test_a_turn_of_duty_that_an_administrator_hands_over_is_for_its_service(db: Session, make: Make) -> None:
    pair = make.pair()
    ada = make.actor(pair.vss.service_id, Role.ADMINISTRATOR)
    now = clock.now()
    duty = duties.take(db, pair.vss, phone="+00 1", from_at=now, until_at=now + timedelta(hours=8))
    leavers.hand_over_duty(
        db,
        ada,
        pair.vss.person_id,
        duty.id,
        to_id=make.actor(pair.vss.service_id).person_id,
        phone="+00 2",
    )

    assert "duty.hand_over" not in acts(log_of(db, officer(make, pair.pp)))
    assert "duty.hand_over" in acts(log_of(db, officer(make, pair.vss)))


def test_a_failed_sign_in_is_for_the_service_of_the_account(db: Session, make: Make) -> None:
    pair = make.pair()
    limits.refused(db, make.account(pair.vss).username)
    limits.refused(db, "nobody")
    db.flush()

    assert log_of(db, officer(make, pair.pp)) == []
    (line,) = log_of(db, officer(make, pair.vss))
    assert (line.person, line.about, line.act) == ("", pair.vss.name, "sign_in_failed")


def test_a_worker_sees_in_the_case_who_read_what_of_their_service(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.pp_file, SubjectKind.HIM)
    share(db, make, pair, pair.pp)
    read(db, pair.pp, files.mine, pair.case.id)
    read(db, pair.vss, joint_items.list_of_case, pair.case.id)

    found = case_lists.readings(db, pair.pp, pair.case.id)

    assert [(one.person, one.act, one.on) for one in found] == [
        (pair.pp.name, "read", clock.today()),
        (pair.vss.name, "read_shared", clock.today()),
    ]


def test_whoever_takes_the_log_as_a_file_stands_in_it_and_no_cell_of_it_runs(db: Session, make: Make) -> None:
    pair = make.pair()
    db.get_one(Person, pair.pp.person_id).name = "=1+1"
    read(db, pair.pp, files.mine, pair.case.id)
    mira = officer(make, pair.pp, Role.MANAGER)

    taken = exports.table(
        db,
        mira,
        partial(access_log.search, wanted=Wanted()),
        what="log",
        asked=Asked(),
        heads=["Who", "What"],
        cells=lambda line: [line.person, line.act],
        form="csv",
    )
    db.flush()

    assert b'"\'=1+1","read"' in taken
    assert acts(log_of(db, mira, kind=EventKind.EXPORT)) == [
        "departure.log_for_own",
        "person.export_log",
    ]
