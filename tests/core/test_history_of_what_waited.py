"""What her service took back before a second person confirmed it: nothing of it stands in the programme's history."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.errors import Invalid
from core.lists import Asked
from core.models import EpisodeSource, JointItem, OutsideResult, Release, Role
from core.operations import (
    access_log,
    action_plans,
    case_lists,
    change_summaries,
    episodes,
    first_passes,
    immediate_notices,
    joint_items,
    notice_answers,
    notice_boards,
    releases,
    risk_assessments,
    risk_boards,
    telling,
    timelines,
    today,
)
from core.operations.releases import Basis
from tests import change, notices, risk
from tests import episodes as told_episodes
from tests.make import Make, Pair, share

WHY = "He has a weapon and waits before her door."
#: Leaves something without her consent, and takes it back.
Walk = Callable[[Session, Pair, bool], Callable[[], object]]


def of_notice(db: Session, pair: Pair, has_consent: bool) -> Callable[[], object]:
    notice = notices.sent(db, pair, pair.vss, basis=_basis(has_consent))
    return lambda: immediate_notices.take_back(db, pair.vss, notice.id)


def of_first_pass(db: Session, pair: Pair, has_consent: bool) -> Callable[[], object]:
    found = risk.begun(db, pair)
    risk.handed_in(db, pair, pair.vss, found.id, basis=_basis(has_consent))
    if has_consent:  # read by the programme once both lie open
        risk.handed_in(db, pair, pair.pp, found.id)
        risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    return lambda: first_passes.take_back(db, pair.vss, found.id)


def of_summary(db: Session, pair: Pair, has_consent: bool) -> Callable[[], object]:
    change.dated(db, pair)
    change.asked(db, pair, pair.vss, "T0", emotional="often")
    change.asked(db, pair, pair.vss, "T1", emotional="once")
    change.shared(db, pair, pair.vss, "T1", "violence", basis=_basis(has_consent), reason=WHY)
    return lambda: change_summaries.take_back(db, pair.vss, pair.case.id, label="T1")


def of_episode(db: Session, pair: Pair, has_consent: bool) -> Callable[[], object]:
    episode = told_episodes.told(db, pair, EpisodeSource.HER)
    told_episodes.released(db, pair, episode, basis=_basis(has_consent))
    return lambda: episodes.remove(db, pair.vss, episode.id, reason="A mistake", version=episode.version)


def _basis(has_consent: bool) -> Basis:
    return Basis.CONSENT if has_consent else Basis.DANGER


PATHS = pytest.mark.parametrize("path", [of_notice, of_first_pass, of_summary, of_episode])


def read_of_the_programme(db: Session, make: Make, pair: Pair) -> dict[str, object]:
    """Whatever tells the programme that something was done: history, log, timeline, Today."""
    manager = make.actor(pair.pp.service_id, Role.MANAGER)
    line = timelines.of_case(db, pair.pp, pair.case.id)
    return {
        "history": [
            (one.subject, one.act)
            for one in case_lists.history(db, pair.pp, pair.case.id)
            if (one.subject, one.act) not in {("risk_assessment", "begin"), ("t_point", "enter")}
        ],
        "readings": case_lists.readings(db, pair.pp, pair.case.id),
        "log": [
            one.act
            for one in access_log.search(db, manager, Asked(), wanted=access_log.Wanted()).rows
            if not one.is_own
        ],
        "items": db.scalars(access.visible_joint_items(pair.pp)).all(),
        "asks": [each.key for each in line.asks],
        "entries": line.entries,
        "unread": today.of_actor(db, manager).unread,
    }


@PATHS
def test_what_nobody_read_leaves_no_trace_for_the_programme_when_it_is_taken_back(
    db: Session, make: Make, path: Walk
) -> None:
    pair = make.pair()
    take_back = path(db, pair, False)
    [item] = db.scalars(select(JointItem))
    waiting = read_of_the_programme(db, make, pair)

    take_back()

    assert (item.released_at, item.withdrawn_at is None) == (None, False)
    assert read_of_the_programme(db, make, pair) == waiting
    assert waiting["history"] == []
    ours = [(one.subject, one.act) for one in case_lists.history(db, pair.vss, pair.case.id)]
    assert ("joint_item", "withdraw") in ours


@PATHS
def test_what_was_read_and_is_taken_back_stands_in_the_history_of_both(
    db: Session, make: Make, path: Walk
) -> None:
    pair = make.pair()
    take_back = path(db, pair, True)

    take_back()

    for actor in (pair.pp, pair.vss):
        acts = [(one.subject, one.act) for one in case_lists.history(db, actor, pair.case.id)]
        assert {("joint_item", "share"), ("joint_item", "withdraw")} <= set(acts)


def test_what_a_second_person_confirmed_stands_in_the_history_of_both(db: Session, make: Make) -> None:
    pair = make.pair()
    nina = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, nina)
    take_back = of_notice(db, pair, False)
    [release] = db.scalars(select(Release))
    releases.confirm(db, nina, release.id, version=release.version)

    take_back()

    theirs = [(one.subject, one.act) for one in case_lists.history(db, pair.pp, pair.case.id)]
    assert theirs == [("joint_item", "withdraw"), ("joint_item", "share")]


def test_what_the_programme_took_back_its_victim_support_service_reads_for_it_never_waits(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    notice = notices.sent(db, pair, pair.pp, basis=Basis.DANGER)

    immediate_notices.take_back(db, pair.pp, notice.id)

    theirs = [(one.subject, one.act) for one in case_lists.history(db, pair.vss, pair.case.id)]
    assert theirs == [("joint_item", "withdraw"), ("joint_item", "share")]


def acts(db: Session, actor: Actor, pair: Pair) -> list[str]:
    return [one.act for one in case_lists.history(db, actor, pair.case.id)]


def test_that_something_of_her_file_was_found_in_a_text_of_the_plan_is_her_services_to_know(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, address="12 Linden Road")
    text = "Meet at the corner of Linden"
    action_plans.add(
        db,
        pair.vss,
        pair.case.id,
        need="A safe place",
        text=text,
        due_on=clock.today(),
        service_id=pair.vss.service_id,
        meant=[one.value for one in telling.found_or_alike(db, pair.vss, pair.case.id, text)],
    )

    assert "meant" in acts(db, pair.vss, pair)
    assert "meant" not in acts(db, pair.pp, pair)
    assert "add" in acts(db, pair.pp, pair)


def test_a_result_of_an_outside_instrument_is_told_from_the_opening_on(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)

    def record() -> OutsideResult:
        return risk_boards.add_result(
            db,
            pair.vss,
            found.id,
            instrument="Danger Assessment",
            done_on=clock.today(),
            done_by="Aurora House",
            result="High",
        )

    risk_boards.drop_result(db, pair.vss, record().id)
    record()
    assert {"outside_result", "outside_result_dropped"} <= set(acts(db, pair.vss, pair))
    assert not {"outside_result", "outside_result_dropped"} & set(acts(db, pair.pp, pair))

    risk.handed_in(db, pair, pair.pp, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    record()
    risk.handed_in(db, pair, pair.vss, found.id)
    assert "outside_result" not in acts(db, pair.pp, pair)
    record()
    assert acts(db, pair.pp, pair).count("outside_result") == 1


def test_no_list_tells_by_its_order_since_when_something_of_hers_waited(db: Session, make: Make) -> None:
    pair = make.pair()
    hers = make.note(pair.vss_file, pair.vss, "her_account", "She is afraid of Friday.")
    his = make.note(pair.pp_file, pair.pp, "attendance", "He came on time.")
    waited, notice = share(db, pair.vss, hers.id, hers.text), notices.sent(db, pair, pair.vss)
    between, own = share(db, pair.pp, his.id, his.text), notices.sent(db, pair, pair.pp)
    # Hers was asked for five days ago and let out now; the programme's went out in between.
    asked_at, sent_at = clock.now() - timedelta(days=5), clock.now() - timedelta(days=3)
    her_notice, his_notice = (db.get_one(JointItem, one.item_id) for one in (notice, own))
    for record in (waited, her_notice, notice):
        record.created_at = asked_at
    for record in (between, his_notice, own):
        record.created_at = sent_at
    between.released_at = his_notice.released_at = sent_at
    db.flush()

    joint = [one.text for one in joint_items.list_of_case(db, pair.pp, pair.case.id)]
    assert joint[0] == "She is afraid of Friday."
    told = notice_boards.of_case(db, pair.pp, pair.case.id).notices
    assert [one.is_ours for one in told] == [False, True]
    with pytest.raises(Invalid, match=r"error\.notice\.before"):
        notice_answers.record_call(
            db,
            pair.pp,
            notice.id,
            called_at=clock.now() - timedelta(days=1),
            whom="Aurora House",
            was_reached=True,
        )
