"""What the table shows of the time behind it: on a shared screen what everybody who is there reads."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import NotFound
from core.models import Attendance, EpisodeSource, JointItem, Meeting, Role
from core.operations import changes, look_backs, pictures
from core.operations.episode_releases import Chosen
from core.operations.picture_parts import Kind, Lane
from core.operations.pictures import Picture
from tests import change, five_years
from tests.episodes import days, released, told
from tests.make import Make, Pair
from tests.pictures import accounts, times_of_worse

HIM, HER, _ = EpisodeSource


def for_managers(db: Session, item: JointItem) -> None:
    """It was shared under an earlier agreement, which named the case managers alone."""
    item.recipients = [str(Role.CASE_MANAGER)]
    db.flush()


def with_minute_taker(make: Make, pair: Pair, meeting: Meeting, *, apology: str = "") -> Actor:
    """Of the programme, where the agreement that holds names them too."""
    taker = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)
    seat = Attendance(person_id=taker.person_id, service_id=taker.service_id, apology=apology)
    seat.is_present = not apology
    seat.meeting_id = meeting.id
    make.db.add(seat)
    make.db.flush()
    return taker


def wall(db: Session, actor: Actor, meeting: Meeting, *, is_shared: bool = True) -> Picture:
    found = look_backs.picture(db, actor, meeting.id, is_shared=is_shared)
    assert found is not None
    return found


@pytest.mark.parametrize("is_hers", [True, False])
def test_what_was_shared_with_case_managers_alone_is_on_no_wall_before_a_minute_taker(
    db: Session, make: Make, is_hers: bool
) -> None:
    pair = make.pair()
    whose = pair.vss if is_hers else pair.pp
    for_managers(db, released(db, pair, told(db, pair, HER, days(9)), chosen=Chosen("He has a weapon.")))
    released(db, pair, told(db, pair, HER, days(5)), chosen=Chosen("Threats."))
    meeting = make.table(pair)
    assert [text for _, text in accounts(wall(db, whose, meeting))] == ["He has a weapon.", "Threats."]

    taker = with_minute_taker(make, pair, meeting)

    for actor in (whose, taker):
        assert [text for _, text in accounts(wall(db, actor, meeting))] == ["Threats."]
    own = wall(db, whose, meeting, is_shared=False)
    assert [text for _, text in accounts(own)] == ["He has a weapon.", "Threats."]


def test_of_whom_it_is_written_that_they_are_not_there_takes_nothing_from_the_wall(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    for_managers(db, released(db, pair, told(db, pair, HER, days(9)), chosen=Chosen("He has a weapon.")))
    meeting = make.table(pair)

    with_minute_taker(make, pair, meeting, apology="Is ill")

    assert [text for _, text in accounts(wall(db, pair.pp, meeting))] == ["He has a weapon."]


def test_a_difference_that_rests_on_what_one_of_them_may_not_read_is_not_on_the_wall(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    times_of_worse(db, pair)
    items = [change.shared(db, pair, pair.vss, label, "impact_on_her") for label in ("T2.1", "T2.2")]
    for label in ("T2.1", "T2.2"):
        change.shared(db, pair, pair.pp, label, "impact_on_her")
    meeting = make.table(pair)
    assert wall(db, pair.vss, meeting).differences

    with_minute_taker(make, pair, meeting)
    before = wall(db, pair.vss, meeting).differences
    for_managers(db, items[1])
    [left] = wall(db, pair.vss, meeting).differences

    assert left not in before
    assert left.labels == ("T2.1",)
    assert wall(db, pair.vss, meeting, is_shared=False).differences == before
    assert [one.label for one in wall(db, pair.vss, meeting).marks if one.kind is Kind.CHANGE].count(
        "T2.2"
    ) == 1


def test_where_each_reads_what_another_may_not_only_differences_that_all_read_are_on_the_wall(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    times_of_worse(db, pair)
    hers, his = (
        [change.shared(db, pair, actor, label, "impact_on_her") for label in ("T2.1", "T2.2")]
        for actor in (pair.vss, pair.pp)
    )
    meeting = make.table(pair)
    with_minute_taker(make, pair, meeting)
    [held] = wall(db, pair.vss, meeting).differences
    chair = make.actor(pair.vss.service_id, Role.CHAIR)
    make.assign(pair.case, chair)
    seat = Attendance(person_id=chair.person_id, service_id=chair.service_id, is_present=True)
    seat.meeting_id = meeting.id
    db.add(seat)
    db.flush()
    assert wall(db, pair.vss, meeting).differences == (held,)

    for_managers(db, hers[1])
    for_managers(db, his[0])

    assert wall(db, pair.vss, meeting).differences == ()
    assert {
        (one.lane, one.label) for one in wall(db, pair.vss, meeting).marks if one.kind is Kind.CHANGE
    } == {
        (Lane.HIM, "T2.2"),
        (Lane.HER, "T2.1"),
    }


def test_a_summary_of_change_that_one_of_them_may_not_read_is_not_on_the_wall(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    times_of_worse(db, pair)
    for_managers(db, change.shared(db, pair, pair.vss, "T2.1", "impact_on_her"))
    change.shared(db, pair, pair.vss, "T2.2", "impact_on_her")
    meeting = make.table(pair)

    def labels(*, is_shared: bool) -> list[str]:
        return [one.label for one in look_backs.change(db, pair.pp, meeting.id, is_shared=is_shared)]

    assert labels(is_shared=True) == ["T2.1", "T2.2"]

    with_minute_taker(make, pair, meeting)

    assert labels(is_shared=True) == ["T2.2"]
    assert labels(is_shared=False) == ["T2.1", "T2.2"]


def test_before_the_two_case_managers_all_that_both_services_read_is_on_the_wall(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    five_years.lay(db, pair)
    meeting = make.table(pair)

    both = pictures.of_case(db, pair.pp, pair.case.id, joint_only=True)

    assert len(both.marks) > 20
    assert both.differences
    for actor in (pair.pp, pair.vss):
        assert replace(wall(db, actor, meeting), case=both.case) == both
        assert look_backs.change(db, actor, meeting.id, is_shared=True) == changes.agreed(
            db, actor, pair.case.id
        )


def test_with_somebody_there_who_may_not_read_the_case_nothing_of_it_is_on_the_wall(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    officer = make.guest(pair.case)
    seat = Attendance(person_id=officer.person_id, service_id=officer.service_id, is_present=True)
    seat.meeting_id = meeting.id
    db.add(seat)
    db.flush()

    for look in (look_backs.picture, look_backs.change):
        with pytest.raises(NotFound):
            look(db, pair.vss, meeting.id, is_shared=True)
        look(db, pair.vss, meeting.id, is_shared=False)
        with pytest.raises(NotFound):
            look(db, make.pair().vss, meeting.id, is_shared=False)


def test_a_meeting_of_no_case_has_nothing_behind_it(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    meeting.case_id = None
    db.flush()

    assert look_backs.picture(db, pair.pp, meeting.id, is_shared=True) is None
    assert look_backs.change(db, pair.pp, meeting.id, is_shared=True) == []
