"""New violence as each source told of it: the own file, what is released, and the events that several tell of."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import (
    EpisodeSource,
    Known,
    Release,
    ReleasedEpisode,
    Role,
    SubjectKind,
)
from core.operations import (
    episode_releases,
    joint_items,
    releases,
    timelines,
    today,
)
from core.operations.episode_releases import Chosen, UseRule
from core.operations.releases import Basis
from core.operations.timeline_entries import Kind
from tests import episodes as steps
from tests.episodes import TODAY, days, read_by, released, told
from tests.make import Make

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
