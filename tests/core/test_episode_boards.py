"""Who told of one event, who did not, and how the times of the programme compare."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import access
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Episode, EpisodeJoin, EpisodeSource, Known
from core.operations import episode_boards, episode_joins, episode_releases, joint_items, timelines
from core.operations.episode_releases import Chosen
from tests import episodes as steps
from tests.episodes import TODAY, days, read_by, released, told
from tests.make import Make, Pair

HIM, HER, OTHER = EpisodeSource


def missing(db: Session, pair: Pair, *, of_pp: bool = False, joint_only: bool = False) -> list[str]:
    actor = pair.pp if of_pp else pair.vss
    board = episode_boards.of_case(db, actor, pair.case.id, joint_only=joint_only)
    return [event.missing for event in board.events]


def test_who_did_not_tell_is_said_to_the_victim_support_service_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    hers, police = told(db, pair, HER, days(4)), told(db, pair, OTHER, days(4), told_by="Police")
    his = told(db, pair, HIM, days(1))
    told(db, pair, HER, days(9))

    assert missing(db, pair) == ["only_her", "only_other", "only_her"]
    steps.joined(db, pair, hers, police)
    released(db, pair, hers)
    released(db, pair, his, chosen=Chosen("A quarrel", with_source=True))

    assert sorted(missing(db, pair)) == ["not_him", "only_her", "only_him"]
    assert set(missing(db, pair, of_pp=True)) == set(missing(db, pair, joint_only=True)) == {""}
    assert len(read_by(db, pair, pair.pp)) == 2


def test_joined_episodes_stay_two_and_a_join_leaves_no_trace_before_both_are_read(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    his, hers = told(db, pair, HIM, days(2)), told(db, pair, HER, days(2))
    released(db, pair, his)

    steps.joined(db, pair, hers, his)

    [event] = episode_boards.of_case(db, pair.vss, pair.case.id).events
    assert [len(event.of(column)) for column in (HIM, HER, OTHER)] == [0, 1, 1]
    assert db.scalars(access.visible_episode_joins(pair.pp)).all() == []
    seen = episode_releases.preview(
        db, pair.vss, hers.id, chosen=Chosen("So"), terms=steps.terms(db, pair, pair.vss)
    )
    assert seen.joined_with == (days(2),)
    released(db, pair, hers)
    [both] = episode_boards.of_case(db, pair.pp, pair.case.id).events
    assert len(both.told) == 2
    [wall] = episode_boards.of_case(db, pair.vss, pair.case.id, joint_only=True).events
    assert len(wall.told) == 2


def test_two_people_who_join_the_same_episodes_make_one_join(db: Session, make: Make) -> None:
    pair = make.pair()
    first, second, third = (told(db, pair, source, days(3)) for source in (HER, OTHER, OTHER))
    steps.joined(db, pair, first, second)

    with pytest.raises(Conflict, match=r"episode\.joined"):
        episode_joins.join(db, pair.vss, second.entry_id, first.entry_id)
    episode_joins.join(db, pair.vss, third.entry_id, second.entry_id)
    with pytest.raises(Conflict, match=r"episode\.joined"):
        episode_joins.join(db, pair.vss, first.entry_id, third.entry_id)
    with pytest.raises(IntegrityError), db.begin_nested():
        at_the_same_moment(db, pair, first, second)

    assert len(db.scalars(select(EpisodeJoin)).all()) == 2


def at_the_same_moment(db: Session, pair: Pair, first: Episode, second: Episode) -> None:
    """What a colleague's click writes that looked before ours was there."""
    low, high = sorted((first.entry_id, second.entry_id))
    db.add(
        EpisodeJoin(
            first_id=low, second_id=high, service_id=pair.vss.service_id, joined_by=pair.vss.person_id
        )
    )
    db.flush()


def test_the_same_join_of_both_services_says_nothing_to_either(db: Session, make: Make) -> None:
    pair = make.pair()
    his, hers = told(db, pair, HIM), told(db, pair, HER)
    item = released(db, pair, his)
    steps.joined(db, pair, hers, his)
    released(db, pair, hers)
    joint_items.withdraw(db, pair.pp, item.id)

    again = episode_joins.join(db, pair.pp, his.entry_id, hers.entry_id)

    assert again.service_id == pair.pp.service_id
    assert len(db.scalars(select(EpisodeJoin)).all()) == 2


def test_a_join_is_taken_apart_by_the_service_that_made_it(db: Session, make: Make) -> None:
    pair = make.pair()
    his, hers = told(db, pair, HIM), told(db, pair, HER)
    released(db, pair, his)
    released(db, pair, hers)
    [join] = steps.joined(db, pair, hers, his)

    with pytest.raises(NotAllowed, match=r"episode\.not_your_join"):
        episode_joins.separate(db, pair.pp, join.id)
    episode_joins.separate(db, pair.vss, join.id)

    assert len(episode_boards.of_case(db, pair.vss, pair.case.id).events) == 2


def test_only_what_somebody_reads_is_joined_and_nothing_with_itself(db: Session, make: Make) -> None:
    pair = make.pair()
    other = make.pair_of(pair)
    his, hers, elsewhere = told(db, pair, HIM), told(db, pair, HER), told(db, other, HIM)

    for first, second, error in (
        (his.entry_id, hers.entry_id, NotFound),
        (his.entry_id, elsewhere.entry_id, NotFound),
        (his.entry_id, his.entry_id, Invalid),
        (his.entry_id, None, Invalid),
    ):
        with pytest.raises(error):
            episode_joins.join(db, pair.pp, first, second)
    with pytest.raises(Invalid, match=r"episode\.itself"):
        episode_joins.join(db, pair.pp, his.entry_id, his.entry_id)

    assert db.scalars(select(EpisodeJoin)).all() == []


def spans(db: Session, pair: Pair) -> list[tuple[str, str, str, int]]:
    events = episode_boards.of_case(db, pair.vss, pair.case.id).events
    times = timelines.of_case(db, pair.vss, pair.case.id).t_dates
    found = episode_boards.periods(events, times, TODAY)
    return [(one.stage, one.since, one.until, len(one.events)) for one in found]


def test_periods_are_before_between_the_times_and_after_the_end(db: Session, make: Make) -> None:
    pair = make.pair()
    for ago in (500, 390, 200, 2):
        told(db, pair, HER, days(ago))
    assert spans(db, pair) == []
    make.t_point(pair, "T1", days(400))

    assert [one[1:3] for one in spans(db, pair)] == [
        ("", "T1"),
        ("T1", "T2.1"),
        ("T2.1", "T2.2"),
        ("T2.2", "T2.3"),
        ("T2.3", "T2.4"),
        ("T2.4", "T2.5"),
    ]
    make.t_point(pair, "T3", days(100))

    found = spans(db, pair)
    assert found[0] == ("before", "", "T1", 1)
    assert found[1] == ("during", "T1", "T2.1", 1)
    assert found[-1] == ("after", "T3", "", 1)
    assert sum(one[3] for one in found) == 4


def test_a_period_counts_events_by_who_told_of_them(db: Session, make: Make) -> None:
    pair = make.pair()
    make.t_point(pair, "T1", days(50))
    hers, police = told(db, pair, HER, days(4), kinds=["verbal"]), told(db, pair, OTHER, days(3))
    steps.joined(db, pair, hers, police)
    told(db, pair, HER, days(2), kinds=["digital", "verbal"], with_children=Known.YES)
    events = episode_boards.of_case(db, pair.vss, pair.case.id).events

    times = timelines.of_case(db, pair.vss, pair.case.id).t_dates
    [before, now] = episode_boards.periods(events, times, TODAY)

    assert before.events == ()
    assert [now.told_by(column) for column in (HIM, HER, OTHER)] == [0, 2, 1]
    assert (now.only_her, now.with_children, set(now.kinds)) == (1, 1, {"verbal", "digital"})
