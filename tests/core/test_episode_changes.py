"""What is written down of new violence, changed, removed, and refused beside its field."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import (
    Episode,
    EpisodeSource,
    Event,
    JointItem,
    Known,
    PathEntry,
    SubjectKind,
)
from core.operations import (
    episode_joins,
    episodes,
    joint_items,
    path_entries,
    timelines,
)
from core.operations.episode_releases import Chosen
from core.operations.episodes import Given
from tests import episodes as steps
from tests.episodes import TODAY, days, read_by, released, told
from tests.make import Make

HIM, HER, OTHER = EpisodeSource
ALL = Chosen("He threw things", with_kinds=True, with_injury=True, with_children=True, with_source=True)


def test_a_change_leaves_what_was_released_as_it_was(db: Session, make: Make) -> None:
    pair = make.pair()
    episode = told(db, pair, HER, days(3))
    released(db, pair, episode, chosen=ALL)
    changed = Given(HER, days(3), "Worse than we knew", told_on=TODAY, kinds=["physical"])

    episodes.revise(db, pair.vss, episode.id, given=changed, version=episode.version)
    with pytest.raises(Conflict):
        episodes.revise(db, pair.vss, episode.id, given=changed, version=1)

    assert read_by(db, pair, pair.vss)[0].text == "Worse than we knew"
    [seen] = read_by(db, pair, pair.pp)
    assert (seen.text, seen.happened_on, seen.kinds) == ("He threw things", days(3), ())


def test_another_day_reaches_the_other_service_by_a_release_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    episode = told(db, pair, HER, days(3))
    item = released(db, pair, episode)
    changed = Given(HER, days(2), "Worse than we knew", told_on=TODAY)

    with pytest.raises(Conflict, match=r"error\.episode\.released_day"):
        episodes.revise(db, pair.vss, episode.id, given=changed, version=episode.version)

    seen = timelines.of_case(db, pair.pp, pair.case.id).entries
    assert [one.on for one in seen if one.kind is timelines.Kind.PATH] == [days(3)]
    joint_items.withdraw(db, pair.vss, item.id)
    episodes.revise(db, pair.vss, episode.id, given=changed, version=episode.version)
    assert db.get_one(PathEntry, episode.entry_id).happened_on == days(2)


def test_an_episode_that_was_a_mistake_goes_for_both_and_its_row_stays(db: Session, make: Make) -> None:
    pair = make.pair()
    hers, police = told(db, pair, HER), told(db, pair, OTHER)
    steps.joined(db, pair, hers, police)
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
    [join] = steps.joined(db, pair, hers, police)
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
