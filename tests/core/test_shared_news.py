"""What the other service shared stands on Today until somebody has had it before them."""

from datetime import timedelta

import time_machine
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import Role
from core.operations import digital_shares, joint_items, shared_news, today
from tests.make import Make, Pair, share
from tests.reading import read


def codes(db: Session, actor: Actor) -> list[str]:
    return [news.case.code for news in shared_news.waiting(db, actor)]


def tell(db: Session, make: Make, pair: Pair, text: str = "He was seen in her street") -> None:
    note = make.note(pair.pp_file, pair.pp)
    share(db, pair.pp, note.id, text)


def test_it_is_news_for_the_other_service_until_they_have_read_it_and_for_two_weeks(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    other = make.actor(pair.vss.service_id, Role.CASE_MANAGER)
    make.assign(pair.case, other)
    assert codes(db, pair.vss) == []

    tell(db, make, pair)

    assert (codes(db, pair.pp), codes(db, pair.vss)) == ([], [pair.case.code])
    found = today.of_actor(db, pair.vss)
    assert found.asked
    assert [news.case.id for news in found.shared] == [pair.case.id]
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        read(db, pair.vss, joint_items.list_of_case, pair.case.id)
        assert (codes(db, pair.vss), codes(db, other)) == ([], [pair.case.code])
    # In the same visit.
    with time_machine.travel(clock.now() + timedelta(minutes=3), tick=False):
        tell(db, make, pair, "And again")
        assert codes(db, pair.vss) == [pair.case.code]
    with time_machine.travel(clock.now() + timedelta(minutes=4), tick=False):
        read(db, pair.vss, joint_items.list_of_case, pair.case.id)
        assert codes(db, pair.vss) == []
    with time_machine.travel(clock.now() + timedelta(days=15), tick=False):
        assert codes(db, other) == []


def test_who_saw_a_part_of_it_alone_is_told_still(db: Session, make: Make) -> None:
    pair = make.pair()
    tell(db, make, pair)

    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        read(db, pair.vss, joint_items.of_topic, pair.case.id, digital_shares.TOPIC)
        read(db, pair.vss, joint_items.of_topic, pair.case.id, "other")

        assert codes(db, pair.vss) == [pair.case.code]


def test_a_topic_that_no_database_can_name_has_nothing_in_it(db: Session, make: Make) -> None:
    pair = make.pair()
    tell(db, make, pair)

    for topic in ("\ud800", "\x00"):
        assert joint_items.of_topic(db, pair.vss, pair.case.id, topic) == []


def test_what_was_taken_back_or_is_of_a_closed_case_is_no_news(db: Session, make: Make) -> None:
    back, closed = make.pair(), make.pair()
    for pair in (back, closed):
        tell(db, make, pair)
    [shown] = joint_items.list_of_case(db, back.pp, back.case.id)
    joint_items.withdraw(db, back.pp, shown.id)
    closed.case.closed_on = clock.today()
    db.flush()

    assert codes(db, back.vss) == codes(db, closed.vss) == []
