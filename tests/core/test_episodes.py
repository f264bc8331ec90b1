"""New violence as each source told of it: the own file, what is released, and the events that several tell of."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import access, clock
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import (
    Episode,
    EpisodeJoin,
    EpisodeSource,
    Event,
    JointItem,
    Known,
    PathEntry,
    Release,
    ReleasedEpisode,
    Role,
    SubjectKind,
)
from core.operations import (
    episode_boards,
    episode_joins,
    episode_releases,
    episodes,
    joint_items,
    path_entries,
    releases,
    timelines,
    today,
)
from core.operations.episode_releases import Chosen, UseRule
from core.operations.episodes import Given
from core.operations.releases import Basis
from core.operations.timeline_entries import Kind
from tests import episodes as steps
from tests.episodes import TODAY, days, read_by, released, told
from tests.make import Make, Pair

HIM, HER, OTHER = EpisodeSource
ALL = Chosen("He threw things", with_kinds=True, with_injury=True, with_children=True, with_source=True)


def test_what_she_told_is_in_her_file_and_leaves_the_programme_no_trace(db: Session, make: Make) -> None:
    pair = make.pair()

    episode = told(db, pair, HER, days(2), kinds=["physical", "digital"], told_by="her sister")

    [own] = read_by(db, pair, pair.vss)
    assert (own.text, own.kinds, own.source) == ("Shouted and threw a chair", ("physical", "digital"), HER)
    assert own.own is episode
    assert read_by(db, pair, pair.pp) == read_by(db, pair, pair.vss, joint_only=True) == []
    for statement in (access.visible_path_entries, access.visible_released_episodes, access.visible_episodes):
        assert db.scalars(statement(pair.pp)).all() == []
    seen = timelines.of_case(db, pair.pp, pair.case.id)
    assert [one for one in seen.entries if one.kind in {Kind.PATH, Kind.MEETING_DUE}] == []
    assert [ask.key for ask in seen.asks] == ["t_points_missing"]
    assert db.scalars(access.visible_events(pair.pp)).all() == []


def test_an_episode_calls_for_a_meeting_and_an_assessment_within_the_agreed_days(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.agreement_in_force(pair, answers={"episode_meeting_days": "3"})

    told(db, pair, HER, days(1))

    asks = {ask.key: ask for ask in timelines.of_case(db, pair.vss, pair.case.id).asks}
    assert (asks["meeting_due"].on, asks["meeting_due"].since) == (days(-2), days(1))
    his = {ask.key for ask in timelines.of_case(db, pair.pp, pair.case.id).asks}
    assert his == {"t_points_missing"}
    assert today.of_actor(db, pair.pp).risks == []


def test_what_is_released_is_worded_anew_and_protects_its_source(db: Session, make: Make) -> None:
    pair = make.pair()
    episode = told(db, pair, HER, days(3), until_on=days(2), kinds=["sexual"], is_injured=Known.YES)

    item = released(db, pair, episode, chosen=Chosen("He came near her again"))

    [seen] = read_by(db, pair, pair.pp)
    assert (seen.text, seen.source, seen.column, seen.kinds) == ("He came near her again", None, OTHER, ())
    assert (seen.is_injured, seen.own, seen.use_rule) == (Known.UNKNOWN, None, UseRule.RISK_ONLY)
    assert (seen.happened_on, seen.until_on) == (days(3), days(2))
    assert [entry.what for entry in timelines.of_case(db, pair.pp, pair.case.id).entries if entry.text] == []
    assert item.released_at is not None
    own = [one for one in db.scalars(access.joint_path_entries(pair.pp)) if one.kind == "episode"]
    assert [one.id for one in own] == [episode.entry_id]


def test_all_of_it_is_read_where_she_wants_all_of_it_read(db: Session, make: Make) -> None:
    pair = make.pair()
    child = make.subject(pair.vss_file, SubjectKind.CHILD)
    episode = told(
        db,
        pair,
        HER,
        kinds=["children", "verbal"],
        is_injured=Known.NO,
        with_children=Known.YES,
        children=[child.code],
    )

    released(db, pair, episode, chosen=ALL)

    [seen] = read_by(db, pair, pair.pp)
    assert (seen.source, seen.column, seen.kinds) == (HER, HER, ("verbal", "children"))
    assert (seen.is_injured, seen.with_children, seen.children) == (Known.NO, Known.YES, (child.code,))
    assert read_by(db, pair, pair.vss, joint_only=True)[0].text == "He threw things"


def test_taken_back_it_is_gone_for_the_other_service_and_can_be_released_again(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    episode = told(db, pair, HER)
    item = released(db, pair, episode)
    with pytest.raises(Conflict, match=r"episode\.released"):
        released(db, pair, episode)

    joint_items.withdraw(db, pair.vss, item.id)

    assert read_by(db, pair, pair.pp) == []
    assert db.scalars(access.visible_path_entries(pair.pp)).all() == []
    assert read_by(db, pair, pair.vss)[0].item is None
    assert released(db, pair, episode).released_at is not None


def test_what_has_reached_its_end_is_read_by_nobody_of_the_other_service(
    db: Session, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = make.pair()
    episode = told(db, pair, HER)
    released(db, pair, episode).ends_on = TODAY
    db.flush()
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)

    assert read_by(db, pair, pair.pp) == []
    assert (
        timelines.of_case(db, pair.pp, pair.case.id).asks
        == timelines.of_case(db, pair.vss, pair.case.id, joint_only=True).asks
    )
    assert read_by(db, pair, pair.vss)[0].item is None


def test_without_her_consent_it_waits_for_a_second_person(db: Session, make: Make) -> None:
    pair = make.pair()
    nina = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, nina)
    episode = told(db, pair, HER)

    item = released(db, pair, episode, basis=Basis.DANGER)
    before = read_by(db, pair, pair.pp)
    waiting = read_by(db, pair, pair.vss)[0].is_waiting
    release = db.scalars(select(Release).where(Release.item_id == item.id)).one()
    releases.confirm(db, nina, release.id, version=release.version)

    assert (before, waiting) == ([], True)
    assert [one.text for one in read_by(db, pair, pair.pp)] == ["New violence was told of."]


def test_what_was_not_previewed_or_names_somebody_is_not_released(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Anna Fictional")
    episode = told(db, pair, HER)
    ground = steps.terms(db, pair, pair.vss)
    named = Chosen("He shouted at Anna")

    with pytest.raises(Conflict, match="not_previewed"):
        episode_releases.release(db, pair.vss, episode.id, chosen=named, terms=ground, seen="")
    with pytest.raises(Invalid, match="names_somebody") as refused:
        released(db, pair, episode, chosen=named)

    assert refused.value.field == "names_are_meant"
    assert released(db, pair, episode, chosen=named, meant=True).text == "He shouted at Anna"


def test_nothing_leaves_without_a_ground_or_by_who_may_not_share(db: Session, make: Make) -> None:
    pair = make.pair()
    carla = make.actor(pair.vss.service_id, Role.CHILD_PROTECTION)
    make.assign(pair.case, carla)
    episode = told(db, pair, HER, actor=carla)

    with pytest.raises(NotAllowed):
        released(db, pair, episode, actor=carla)
    with pytest.raises(NotFound):
        released(db, pair, episode, actor=pair.pp)

    assert db.scalars(select(ReleasedEpisode)).all() == []


def test_what_he_told_is_the_programmes_and_is_shared_by_it(db: Session, make: Make) -> None:
    pair = make.pair()
    episode = told(db, pair, HIM, days(1), severity="We quarrelled", kinds=["verbal"])
    assert read_by(db, pair, pair.vss) == []

    released(db, pair, episode, chosen=Chosen("He calls it a quarrel", with_source=True))

    [seen] = read_by(db, pair, pair.vss)
    assert (seen.source, seen.text, seen.side) == (HIM, "He calls it a quarrel", "pp")


# --- Events ------------------------------------------------------------------------------------------------------------


def joined(db: Session, pair: Pair, *found: Episode) -> list[EpisodeJoin]:
    first, *others = found
    return [episode_joins.join(db, pair.vss, first.entry_id, one.entry_id) for one in others]


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
    joined(db, pair, hers, police)
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

    joined(db, pair, hers, his)

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
    joined(db, pair, first, second)

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
    joined(db, pair, hers, his)
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
    [join] = joined(db, pair, hers, his)

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


# --- Changing and removing ---------------------------------------------------------------------------------------------


def test_a_change_leaves_what_was_released_as_it_was(db: Session, make: Make) -> None:
    pair = make.pair()
    episode = told(db, pair, HER, days(3))
    released(db, pair, episode, chosen=ALL)
    changed = Given(HER, days(2), "Worse than we knew", told_on=TODAY, kinds=["physical"])

    episodes.revise(db, pair.vss, episode.id, given=changed, version=episode.version)
    with pytest.raises(Conflict):
        episodes.revise(db, pair.vss, episode.id, given=changed, version=1)

    assert read_by(db, pair, pair.vss)[0].text == "Worse than we knew"
    [seen] = read_by(db, pair, pair.pp)
    assert (seen.text, seen.happened_on, seen.kinds) == ("He threw things", days(3), ())
    assert db.get_one(PathEntry, episode.entry_id).happened_on == days(2)


def test_an_episode_that_was_a_mistake_goes_for_both_and_its_row_stays(db: Session, make: Make) -> None:
    pair = make.pair()
    hers, police = told(db, pair, HER), told(db, pair, OTHER)
    joined(db, pair, hers, police)
    released(db, pair, hers)
    with pytest.raises(Invalid) as unsaid:
        episodes.remove(db, pair.vss, hers.id, reason=" ", version=hers.version)
    with pytest.raises(Conflict):
        episodes.remove(db, pair.vss, hers.id, reason="So", version=hers.version + 1)

    episodes.remove(db, pair.vss, hers.id, reason="It was another man", version=hers.version)

    assert unsaid.value.field == "reason"
    assert read_by(db, pair, pair.pp) == []
    assert [one.id for one in read_by(db, pair, pair.vss)] == [police.entry_id]
    assert len(db.scalars(select(Episode)).all()) == 2
    assert all(one.withdrawn_at for one in db.scalars(select(JointItem)))


def test_the_path_leaves_episodes_to_their_own_page(db: Session, make: Make) -> None:
    pair = make.pair()
    episode = told(db, pair, HER)
    entry = db.get_one(PathEntry, episode.entry_id)

    with pytest.raises(Invalid, match=r"episode\.has_its_page"):
        path_entries.add(db, pair.vss, pair.case.id, kind="episode", happened_on=TODAY)
    for act in (path_entries.share, path_entries.unshare):
        with pytest.raises(Conflict, match=r"episode\.has_its_page"):
            act(db, pair.vss, entry.id, version=entry.version)
    with pytest.raises(Conflict, match=r"episode\.has_its_page"):
        path_entries.remove(db, pair.vss, entry.id, reason="So", version=entry.version)


def test_a_closed_case_takes_no_episode_and_whoever_reads_no_file_writes_none(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    chair = make.chair(pair)
    told(db, pair, HER)
    hers = read_by(db, pair, pair.vss)[0].own
    assert hers is not None

    with pytest.raises(NotAllowed):
        told(db, pair, HER, actor=chair)
    assert read_by(db, pair, chair) == []
    assert episodes.children_of(db, chair, pair.case.id) == []
    with pytest.raises(NotFound):
        episodes.remove(db, pair.pp, hers.id, reason="So", version=1)
    pair.case.closed_on = TODAY
    db.flush()
    with pytest.raises(Conflict, match="case_closed"):
        told(db, pair, HER)


@pytest.mark.parametrize(
    ("given", "key", "field"),
    [
        ({"source": None}, "error.cooperation.choose", "source"),
        ({"happened_on": None}, "error.no_date", "happened_on"),
        ({"happened_on": days(-1)}, "error.in_the_future", "happened_on"),
        ({"until_on": days(-1)}, "error.in_the_future", "until_on"),
        ({"until_on": days(4)}, "error.dates_out_of_order", "until_on"),
        ({"told_on": days(-1)}, "error.in_the_future", "told_on"),
        ({"told_on": days(4)}, "error.dates_out_of_order", "told_on"),
        ({"kinds": ["party"]}, "error.episode.kind", "kinds"),
        ({"severity": " "}, "error.empty", "severity"),
        ({"severity": "x" * 2001}, "error.too_long", "severity"),
        ({"injuries": "x" * 501}, "error.too_long", "injuries"),
        ({"action_taken": "x" * 1001}, "error.too_long", "action_taken"),
        ({"told_by": "x" * 201}, "error.too_long", "told_by"),
        ({"severity": "\ud800"}, "error.unprintable", "severity"),
        ({"injuries": "A bruise"}, "error.episode.injuries", "injuries"),
        ({"children": ["C-01"]}, "error.episode.children", "children"),
        ({"children": ["C-99"], "with_children": Known.YES}, "error.episode.child", "children"),
        ({"children": ["unborn"], "with_children": Known.YES}, "error.episode.before_birth", "children"),
    ],
)
def test_what_contradicts_itself_is_refused_beside_its_field(
    db: Session, make: Make, given: dict[str, object], key: str, field: str
) -> None:
    pair = make.pair()
    child = make.subject(pair.vss_file, SubjectKind.CHILD)
    child.code, child.born_on = "unborn", days(2)
    db.flush()
    typed: dict[str, object] = {"source": HER, "happened_on": days(3), "severity": "Shouted", **given}

    with pytest.raises(Invalid) as raised:
        episodes.record(db, pair.vss, pair.case.id, given=Given(**typed))  # type: ignore[arg-type]

    assert (raised.value.key, raised.value.field) == (key, field)
    assert read_by(db, pair, pair.vss) == []


def test_a_child_that_was_born_while_it_lasted_was_there(db: Session, make: Make) -> None:
    pair = make.pair()
    child = make.subject(pair.vss_file, SubjectKind.CHILD)
    child.born_on = days(2)
    db.flush()

    episode = told(db, pair, HER, days(5), until_on=days(1), with_children=Known.YES, children=[child.code])

    assert episode.children == child.code
    assert episodes.children_of(db, pair.vss, pair.case.id) == [child.code]
    assert episodes.children_of(db, pair.pp, pair.case.id) == []


def test_each_act_leaves_an_event_that_the_other_service_does_not_read(db: Session, make: Make) -> None:
    pair = make.pair()
    hers, police = told(db, pair, HER), told(db, pair, OTHER)
    [join] = joined(db, pair, hers, police)
    episode_joins.separate(db, pair.vss, join.id)
    again = Given(HER, TODAY, "Shouted")
    episodes.revise(db, pair.vss, hers.id, given=again, version=hers.version)
    episodes.remove(db, pair.vss, police.id, reason="A mistake", version=police.version)

    acts = [(event.subject, event.act) for event in db.scalars(select(Event).order_by(Event.created_at))]
    assert acts == [
        ("episode", "add"),
        ("episode", "add"),
        ("episode_join", "join"),
        ("episode_join", "separate"),
        ("episode", "revise"),
        ("episode", "remove"),
    ]
    assert db.scalars(access.visible_events(pair.pp)).all() == []


# --- Periods -----------------------------------------------------------------------------------------------------------


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
    joined(db, pair, hers, police)
    told(db, pair, HER, days(2), kinds=["digital", "verbal"], with_children=Known.YES)
    events = episode_boards.of_case(db, pair.vss, pair.case.id).events

    times = timelines.of_case(db, pair.vss, pair.case.id).t_dates
    [before, now] = episode_boards.periods(events, times, TODAY)

    assert before.events == ()
    assert [now.told_by(column) for column in (HIM, HER, OTHER)] == [0, 2, 1]
    assert (now.only_her, now.with_children, set(now.kinds)) == (1, 1, {"verbal", "digital"})
