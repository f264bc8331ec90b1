"""The page Recidivism: writing down, three columns, releasing what she lets go, joining, and the times side by side."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.models import (
    Episode,
    EpisodeJoin,
    EpisodeSource,
    Known,
    PathEntry,
    ReleasedEpisode,
    Role,
    SubjectKind,
)
from core.operations.episode_releases import Chosen
from tests import episodes as steps
from tests.episodes import days, read_by, released, told
from tests.make import Make
from tests.pages.conftest import Desk, press, said

HIM, HER, OTHER = EpisodeSource
SECRET = "the linnet sings at noon"


def by_label(fields: Any, label: str) -> Any:
    return next(one for one in fields if one.label.startswith(label))


def do(at: AppTest, what: str) -> AppTest:
    """Choose one of the acts."""
    by_label(at.segmented_control, "What do you want to do?").set_value(what).run()
    assert not at.exception, [raised.value for raised in at.exception]
    return at


def test_she_tells_and_it_stands_in_her_column_alone(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, SubjectKind.CHILD).code = "C-07a"
    db.commit()
    case_id = pair.case.id
    at = desk.open(pair.vss, "recidivism", case=case_id)
    assert "When she tells of violence" in said(at)

    press(at, "Write it down")
    assert db.scalars(select(Episode)).all() == []
    db.rollback()
    by_label(at.date_input, "Day, or first day").set_value(days(2))
    by_label(at.text_area, "What happened").set_value(SECRET)
    by_label(at.text_input, "Injuries").set_value("A bruise")
    press(at, "Write it down")
    assert "it is not said that she or a child was injured" in said(at)
    by_label(at.radio, "Was anybody injured?").set_value(Known.YES)
    by_label(at.radio, "Were children there?").set_value(Known.YES)
    press(at, "Write it down")

    assert SECRET in said(at)
    assert "Only she told of this" in said(at)
    assert "injured: A bruise" in said(at)
    assert "Within 7 days, as nobody has agreed otherwise" in said(at)
    [row] = db.scalars(select(Episode))
    assert (row.source, row.injuries, row.with_children) == (HER, "A bruise", Known.YES)
    db.rollback()
    his = said(desk.open(pair.pp, "recidivism", case=case_id))
    assert SECRET not in his
    assert "When he tells of violence" in his


def test_what_she_lets_go_is_worded_previewed_and_released(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    told(db, pair, HER, days(3), severity=SECRET, kinds=["digital"])
    steps.terms(db, pair, pair.vss)
    db.commit()
    case_id = pair.case.id
    at = do(desk.open(pair.vss, "recidivism", case=case_id), "release")
    assert "source protected" in said(at)

    by_label(at.text_area, "Word it").set_value("Threats by message").run()
    press(at, "Release this")

    assert "The other service reads: Threats by message" in said(at)
    his = desk.open(pair.pp, "recidivism", case=case_id)
    assert "Threats by message" in said(his)
    assert "not to be used with him" in said(his)
    assert "source protected" in said(his)
    assert "told of this, as far as we can read" not in said(his)
    assert SECRET not in said(his)
    assert "Not known here" in said(his)
    press(do(at, "release"), "Take it back")
    assert "Threats by message" not in said(desk.open(pair.pp, "recidivism", case=case_id))


def test_a_release_that_names_somebody_or_has_no_ground_says_so(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Anna Fictional")
    told(db, pair, HER, severity="He shouted at Anna")
    db.commit()
    at = do(desk.open(pair.vss, "recidivism", case=pair.case.id), "release")
    assert "names or contacts from your file" in said(at)

    press(at, "Release this")
    by_label(at.text_area, "Word it").set_value("").run()

    assert db.scalars(select(ReleasedEpisode)).all() == []
    assert "Write at least one sentence" in said(at)


def test_two_accounts_are_joined_and_taken_apart(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    told(db, pair, HER, days(2), severity="Hers")
    his = told(db, pair, HIM, days(2), severity="We quarrelled")
    released(db, pair, his, chosen=Chosen("He calls it a quarrel", with_source=True))
    db.commit()
    at = desk.open(pair.vss, "recidivism", case=pair.case.id)
    assert "Only he told of this" in said(at)

    press(at, "Join them")

    assert "told of this" not in said(at)
    assert "Nothing told" not in said(at)
    assert len(db.scalars(select(EpisodeJoin)).all()) == 1
    db.rollback()
    press(at, "Take apart")
    assert "Only she told of this" in said(at)


def test_the_shared_screen_shows_what_both_read_and_no_form(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    hers = told(db, pair, HER, days(4), severity=SECRET)
    told(db, pair, OTHER, days(4), severity="Police note")
    released(db, pair, hers, chosen=Chosen("He came near her"))
    db.commit()
    at = desk.open(pair.vss, "recidivism", case=pair.case.id)
    assert SECRET in said(at)

    by_label(at.toggle, "Show only what both").set_value(True).run()

    assert "He came near her" in said(at)
    assert SECRET not in said(at)
    assert "Police note" not in said(at)
    assert not [one for one in at.button if one.label in {"Write it down", "Join them"}]


def test_a_change_meets_a_colleagues_and_a_mistake_is_removed(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    episode = told(db, pair, HER, days(1), severity="First words")
    db.commit()
    at = do(desk.open(pair.vss, "recidivism", case=pair.case.id), "change")
    by_label([one for one in at.text_area if one.value == "First words"], "What happened").set_value("Mine")
    episode.told_by = "Her sister"
    db.commit()

    press(at, "Save")
    assert "Somebody changed this meanwhile" in said(at)
    press(at, "Drop what I typed and take theirs")
    by_label([one for one in at.text_area if one.value == "First words"], "What happened").set_value("Mine")
    press(at, "Save")
    assert [one.severity for one in read_rows(db)] == ["Mine"]
    db.rollback()
    do(at, "remove")
    press(at, "Remove")
    by_label(at.text_input, "Why is it wrong?").set_value("Another man")
    press(at, "Remove")

    assert read_by(db, pair, pair.vss) == []


def read_rows(db: Session) -> list[Episode]:
    db.expire_all()
    found = list(db.scalars(select(Episode)))
    for one in found:
        assert one.severity
    db.rollback()
    return found


def test_the_times_are_compared_once_t1_is_known(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    told(db, pair, HER, days(60))
    told(db, pair, HER, days(2))
    db.commit()
    case_id = pair.case.id
    assert "Enter T1 on the timeline" in said(desk.open(pair.vss, "recidivism", case=case_id))
    make.t_point(pair, "T1", days(30))
    db.commit()

    at = desk.open(pair.vss, "recidivism", case=case_id)

    assert "| Before T1 | 1 | 0 | 1 | 0 | 1 | 0 |" in said(at)
    assert "| T1 to T2.1 | 1 | 0 | 1 | 0 | 1 | 0 |" in said(at)
    assert "Only she" not in said(desk.open(pair.pp, "recidivism", case=case_id))


@pytest.mark.parametrize("role", [Role.CHAIR, Role.CHILD_PROTECTION])
def test_who_may_not_share_or_write_is_offered_no_such_form(
    db: Session, make: Make, desk: Desk, role: Role
) -> None:
    pair = make.pair()
    actor = make.actor(pair.vss.service_id, role)
    make.assign(pair.case, actor)
    told(db, pair, HER, severity=SECRET)
    db.commit()

    at = desk.open(actor, "recidivism", case=pair.case.id)

    offered = [one for control in at.segmented_control for one in control.options]
    assert "Release" not in offered
    assert (SECRET in said(at)) == (role is Role.CHILD_PROTECTION)
    assert bool(offered) == (role is Role.CHILD_PROTECTION)


def test_the_timeline_leads_to_the_page(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    told(db, pair, HER, clock.today() - timedelta(days=1))
    db.commit()
    at = desk.open(pair.vss, "timeline", case=pair.case.id)
    by_label(at.toggle, "Show also what only").set_value(True).run()
    by_label(at.segmented_control, "What do you want to do?").set_value("add").run()

    by_label(at.selectbox, "What happened").set_value("episode").run()

    assert "New violence is written down on the page Recidivism" in said(at)
    assert not [one for one in at.button if one.label == "Add"]


def test_an_episode_changed_by_oneself_is_removed_all_the_same(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    told(db, pair, HER, days(2), severity="Hers")
    db.commit()
    at = desk.open(pair.vss, "recidivism", case=pair.case.id)
    do(at, "remove")
    do(at, "change")
    next(one for one in at.text_area if one.value == "Hers").set_value("Hers, put right")
    press(at, "Save")
    do(at, "remove")
    next(one for one in at.text_input if str(one.key).endswith(":reason")).set_value("The wrong case")
    press(at, "Remove")

    assert not at.error
    db.expire_all()
    assert [one.removed_reason for one in db.scalars(select(PathEntry))] == ["The wrong case"]
    db.rollback()


def test_violence_of_long_before_the_programme_is_written_down_with_its_day(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.vss, "recidivism", case=pair.case.id)
    by_label(at.date_input, "Day, or first day").set_value(date(1994, 5, 3))
    by_label(at.text_area, "What happened").set_value(SECRET)
    by_label(at.radio, "Was anybody injured?").set_value(Known.NO)
    by_label(at.radio, "Were children there?").set_value(Known.NO)
    press(at, "Write it down")

    assert db.scalars(select(PathEntry.happened_on)).one() == date(1994, 5, 3)
