"""What waits of notices: to read, to answer, to send, to tell her; and what lies unread past its time."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from core import access, clock
from core.errors import Invalid, NotAllowed, NotFound
from core.models import Role, Service
from core.operations import (
    immediate_notices,
    notice_answers,
    notice_boards,
    notice_paths,
    notices_due,
    path_entries,
    releases,
    seals,
    today,
)
from core.operations.releases import Basis
from tests import notices as steps
from tests.make import Make
from tests.notices import TODAY, days, read_by, said, sent, waits
from tests.reading import read

LATER = timedelta(days=4)


def test_a_notice_waits_at_the_top_until_it_is_read_and_then_until_it_is_answered(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.pp)
    assert waits(db, pair.vss) == ["read"]
    assert waits(db, pair.pp) == []

    notice_answers.confirm_read(db, pair.vss, notice.id)
    after_reading = waits(db, pair.vss)
    notice_answers.answer(db, pair.vss, notice.id, decisions=["noted"])

    assert after_reading == ["answer"]
    assert waits(db, pair.vss) == []
    assert not today.of_actor(db, pair.vss).notices


def test_that_our_notice_was_answered_is_told_until_each_has_looked_and_no_longer_than_two_weeks(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    colleague = make.actor(pair.pp.service_id)
    make.assign(pair.case, colleague)
    notice = sent(db, pair, pair.pp)
    notice_answers.confirm_read(db, pair.vss, notice.id)
    notice_answers.answer(db, pair.vss, notice.id, decisions=["noted"])
    assert [waits(db, who) for who in (pair.pp, colleague, pair.vss)] == [["answered"], ["answered"], []]

    read(db, pair.pp, notice_boards.of_case, pair.case.id)
    assert [waits(db, who) for who in (pair.pp, colleague)] == [[], ["answered"]]

    later = clock.now() + timedelta(minutes=1)
    with time_machine.travel(later, tick=False):
        notice_answers.answer(db, pair.vss, notice.id, decisions=["call"])
        assert waits(db, pair.pp) == ["answered"]
        read(db, pair.pp, notice_boards.of_case, pair.case.id)
        assert waits(db, pair.pp) == []
    with time_machine.travel(later + notices_due.NEWS_FOR, tick=False):
        assert waits(db, colleague) == []


def test_unread_past_its_time_it_stands_before_the_sender_and_the_manager_of_the_receiver(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    sent(db, pair, pair.pp)
    assert notices_due.unread(db, lead) == []

    with time_machine.travel(clock.now() + LATER, tick=False):
        [found] = notices_due.unread(db, lead)

        assert (waits(db, pair.pp), waits(db, pair.vss)) == (["unread"], ["read_late"])
        assert (found.case.code, found.colleagues) == (pair.case.code, ((pair.vss.name, ""),))
        db.get_one(Service, pair.vss.service_id).duty_phone = "0555 100"
        assert notices_due.unread(db, lead)[0].duty_phone == "0555 100"
        assert notices_due.unread(db, make.actor(pair.pp.service_id, Role.MANAGER)) == []
        assert [one.case for one in today.of_actor(db, lead).unread] == [found.case]
        with pytest.raises(NotFound):
            steps.read_by(db, pair, lead)


def test_her_notice_that_no_second_person_confirms_calls_who_wrote_it_and_their_managers_and_nobody_else(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    lead, his = (make.actor(who.service_id, Role.MANAGER) for who in (pair.vss, pair.pp))
    other = make.actor(pair.vss.service_id)
    second = make.actor(pair.vss.service_id)
    make.assign(pair.case, second)
    everybody = (pair.vss, lead, second, other, pair.pp, his)
    notice = sent(db, pair, pair.vss, basis=Basis.DANGER)
    assert [waits(db, who) for who in everybody] == [[]] * 6

    with time_machine.travel(clock.now() + LATER, tick=False):
        assert [waits(db, who) for who in everybody] == [
            ["unconfirmed"],
            ["unconfirmed_here"],
            [],
            [],
            [],
            [],
        ]
        [of_author], [of_lead] = (notices_due.waiting(db, who) for who in (pair.vss, lead))
        assert (of_author.page, of_lead.page, of_lead.case) == ("notices", "", pair.case)
        [(release, _, _)] = releases.waiting(db, second)
        assert [one.case for one in today.of_actor(db, lead).notices] == [pair.case]
        with pytest.raises(NotFound):
            steps.read_by(db, pair, lead)

        seals.seal(db, pair.vss, pair.case.id, reason="Her sister works here")
        assert (waits(db, pair.vss), waits(db, lead)) == (["unconfirmed"], [])

        releases.confirm(db, second, release.id, version=release.version)
        assert waits(db, pair.vss) == []
        assert notice.item.released_at is not None


def test_his_notice_waits_for_nobody_and_one_taken_back_or_refused_calls_nobody(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    sent(db, pair, pair.pp, basis=Basis.DANGER)
    hers = sent(db, pair, pair.vss, basis=Basis.DANGER)
    immediate_notices.take_back(db, pair.vss, hers.id)

    with time_machine.travel(clock.now() + LATER, tick=False):
        assert waits(db, pair.pp) == ["unread"]
        assert "unconfirmed" not in waits(db, pair.vss)


def test_who_asks_for_a_second_person_is_told_where_nobody_of_the_case_could_be_one(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.account(pair.pp)
    aside = make.actor(pair.vss.service_id)
    make.account(aside)
    assert releases.lacks_second(db, pair.vss, pair.case.id)

    past = make.assign(pair.case, aside, until=days(1))
    chair = make.actor(pair.vss.service_id, Role.CHAIR)
    make.account(chair)
    make.assign(pair.case, chair)
    assert releases.lacks_second(db, pair.vss, pair.case.id)

    past.until = None
    db.flush()
    assert not releases.lacks_second(db, pair.vss, pair.case.id)


def test_a_manager_telephones_and_writes_it_down_without_reading_the_notice(db: Session, make: Make) -> None:
    pair = make.pair()
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    notice = sent(db, pair, pair.pp)

    with time_machine.travel(clock.now() + LATER, tick=False):
        for was_reached in (False, True):
            notice_answers.record_call(
                db, lead, notice.id, called_at=clock.now(), whom="Nina", was_reached=was_reached
            )
            assert len(notices_due.unread(db, lead)) == (0 if was_reached else 1)

        [seen] = read_by(db, pair, pair.vss)
        assert [(call.whom, name) for call, name in seen.calls] == [("Nina", lead.name)] * 2
        assert read_by(db, pair, pair.pp)[0].calls == ()
        assert "notice_call" not in [one.subject for one in db.scalars(access.visible_events(pair.pp))]


def test_nobody_else_of_the_service_knows_of_it_and_no_office_of_a_sealed_file(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    worker = make.actor(pair.vss.service_id)
    notice = sent(db, pair, pair.pp)
    seals.seal(db, pair.vss, pair.case.id, reason="Her sister works here")

    with time_machine.travel(clock.now() + LATER, tick=False):
        assert notices_due.unread(db, lead) == notices_due.unread(db, worker) == []
        for who in (lead, worker):
            with pytest.raises(NotFound):
                notice_answers.record_call(
                    db, who, notice.id, called_at=clock.now(), whom="Nina", was_reached=True
                )


def test_the_sender_telephones_and_the_reminder_goes_while_the_notice_stays_unread(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.pp)

    with time_machine.travel(clock.now() + LATER, tick=False):
        notice_answers.record_call(
            db, pair.pp, notice.id, called_at=clock.now(), whom="On duty", was_reached=True, note="They look"
        )

        assert waits(db, pair.pp) == []
        [own] = read_by(db, pair, pair.pp)
        assert (own.state, own.is_late, own.calls[0][0].note) == ("unread_late", True, "They look")


def test_a_call_has_a_time_after_what_happened_and_for_who_was_told_after_the_notice(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.pp)
    day_before = clock.moment(clock.today()) - timedelta(minutes=1)

    for actor, at in (
        (pair.pp, None),
        (pair.pp, clock.now() + timedelta(hours=1)),
        (pair.pp, day_before),
        (pair.vss, clock.now() - timedelta(hours=1)),
    ):
        with pytest.raises(Invalid) as refused:
            notice_answers.record_call(db, actor, notice.id, called_at=at, whom="Nina", was_reached=True)
        assert refused.value.field == "called_at"
    # Who is in a hurry telephones first, and writes the notice after.
    first = clock.moment(clock.today())
    call = notice_answers.record_call(db, pair.pp, notice.id, called_at=first, whom="Nina", was_reached=True)
    assert call.called_at == first
    chair = make.chair(pair)
    with pytest.raises(NotAllowed):
        notice_answers.record_call(db, chair, notice.id, called_at=clock.now(), whom="Nina", was_reached=True)


def test_read_and_not_answered_in_time_it_calls_both(db: Session, make: Make) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.pp)
    notice_answers.confirm_read(db, pair.vss, notice.id)

    with time_machine.travel(clock.now() + LATER, tick=False):
        assert (waits(db, pair.pp), waits(db, pair.vss)) == (["unanswered"], ["answer_late"])
        assert notices_due.unread(db, make.actor(pair.vss.service_id, Role.MANAGER)) == []


def test_his_leaving_calls_for_a_notice_until_it_is_sent(db: Session, make: Make) -> None:
    pair = make.pair()
    path_entries.add(db, pair.pp, pair.case.id, kind="intake", happened_on=days(60))
    entry = path_entries.add(db, pair.pp, pair.case.id, kind="left", happened_on=days(1))
    assert waits(db, pair.pp) == ["due"]
    assert waits(db, pair.vss) == []

    notice = sent(db, pair, pair.pp, steps.left(pair.pp), entry=entry)

    assert waits(db, pair.pp) == []
    immediate_notices.take_back(db, pair.pp, notice.id)
    assert waits(db, pair.pp) == ["due"]


def test_only_where_he_stands_now_calls_and_nothing_old(db: Session, make: Make) -> None:
    pair = make.pair()
    for kind, ago in (("intake", 90), ("started", 20), ("suspended", 10), ("returned", 2)):
        path_entries.add(db, pair.pp, pair.case.id, kind=kind, happened_on=days(ago))
    old = make.pair()
    for kind, ago in (("intake", 90), ("left", 31)):
        path_entries.add(db, old.pp, old.case.id, kind=kind, happened_on=days(ago))

    assert [one.trigger.id for one in notice_paths.of_case(db, pair.pp, pair.case.id)] == ["returned"]
    assert notice_paths.of_case(db, old.pp, old.case.id) == []
    assert notice_paths.of_case(db, pair.vss, pair.case.id) == []


def test_missed_sessions_call_from_the_agreed_number_on_and_are_counted_anew_after_a_notice(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair, ends_on=days(-60), answers={"missed_sessions": 3})
    entries = []
    for kind, ago in (("intake", 50), ("missed", 45), ("started", 40), ("missed", 30), ("missed", 20)):
        entries.append(path_entries.add(db, pair.pp, pair.case.id, kind=kind, happened_on=days(ago)))
    assert notice_paths.of_case(db, pair.pp, pair.case.id) == []

    third = path_entries.add(db, pair.pp, pair.case.id, kind="missed", happened_on=days(6))

    [due] = notice_paths.of_case(db, pair.pp, pair.case.id)
    assert (due.entry.id, due.number, due.since) == (third.id, 3, days(30))
    sent(db, pair, pair.pp, said(pair.pp, "Three times", trigger="missed"), entry=third)
    path_entries.add(db, pair.pp, pair.case.id, kind="missed", happened_on=days(1))
    assert notice_paths.of_case(db, pair.pp, pair.case.id) == []


def test_who_has_left_misses_no_sessions(db: Session, make: Make) -> None:
    pair = make.pair()
    for kind, ago in (("intake", 50), ("missed", 9), ("missed", 8), ("completed", 1)):
        path_entries.add(db, pair.pp, pair.case.id, kind=kind, happened_on=days(ago))

    assert notice_paths.of_case(db, pair.pp, pair.case.id) == []


def test_a_closed_case_calls_nobody_but_for_a_notice_that_nobody_has_read(db: Session, make: Make) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.vss)
    path_entries.add(db, pair.pp, pair.case.id, kind="intake", happened_on=days(3))
    path_entries.add(db, pair.pp, pair.case.id, kind="started", happened_on=days(2))

    pair.case.closed_on = TODAY
    db.flush()
    with time_machine.travel(clock.now() + LATER, tick=False):
        unread = (waits(db, pair.pp), waits(db, pair.vss))
        of_lead = notices_due.unread(db, make.actor(pair.pp.service_id, Role.MANAGER))
    notice_answers.confirm_read(db, pair.pp, notice.id)

    assert unread == (["read_late"], ["unread"])
    assert [one.case for one in of_lead] == [pair.case]
    assert waits(db, pair.pp) == waits(db, pair.vss) == []


def test_a_notice_that_waits_for_a_second_person_waits_on_in_a_closed_case_and_can_be_let_out(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    second = make.actor(pair.vss.service_id)
    make.assign(pair.case, second)
    sent(db, pair, pair.vss, basis=Basis.DANGER)

    pair.case.closed_on = TODAY
    db.flush()
    with time_machine.travel(clock.now() + LATER, tick=False):
        assert waits(db, pair.vss) == ["unconfirmed"]
    [(release, _, _)] = releases.waiting(db, second)
    releases.confirm(db, second, release.id, version=release.version)

    assert waits(db, pair.pp) == ["read"]


def test_a_guest_and_a_chair_have_nothing_to_do_with_notices(db: Session, make: Make) -> None:
    pair = make.pair()
    sent(db, pair, pair.pp)

    assert today.of_actor(db, make.guest(pair.case)).notices == ()
    assert waits(db, make.chair(pair)) == []
