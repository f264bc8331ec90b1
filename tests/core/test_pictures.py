"""The picture of a case: for whom a mark is there, what it says, and to which time it is cut."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from core import audit, clock
from core.access import Actor
from core.errors import NotFound
from core.models import (
    Agreement,
    AgreementState,
    EpisodeSource,
    JointItem,
    MeetingState,
    ReopenReason,
    RiskGrade,
    Role,
    Seen,
)
from core.operations import closings, picture_words, pictures, risk_boards, risk_levels
from core.operations.episode_releases import Chosen
from core.operations.picture_parts import Differs, Kind, Lane, Mark
from core.operations.pictures import Picture
from core.operations.releases import Basis
from core.operations.t_dates import months_later
from tests import change, closing, episodes, five_years, notices, risk
from tests.episodes import days, released, told
from tests.make import Make, Pair
from tests.pictures import WORDS, accounts, all_said, chosen, high, looked_at, seen

HIM, HER, OTHER = EpisodeSource
SECRET = "the linnet sings at noon"


def test_what_she_told_is_in_no_picture_but_that_of_her_service(db: Session, make: Make) -> None:
    pair = make.pair()
    told(db, pair, HIM, days(9), severity="We quarrelled")
    before = seen(db, pair, pair.pp)

    told(db, pair, HER, days(9), severity=SECRET, kinds=["digital"])

    assert accounts(seen(db, pair, pair.vss)) == [(Lane.HER, SECRET)]
    assert seen(db, pair, pair.pp).marks == before.marks
    assert seen(db, pair, pair.pp).differences == before.differences == ()
    assert accounts(seen(db, pair, pair.vss, joint_only=True)) == []


def test_of_a_released_account_the_other_side_reads_what_was_released(db: Session, make: Make) -> None:
    pair = make.pair()
    hers = told(db, pair, HER, days(9), severity=SECRET, kinds=["digital"])
    released(db, pair, hers, chosen=Chosen("Threats were told of."))

    [his] = [one for one in seen(db, pair, pair.pp).marks if one.kind is Kind.EPISODE]

    assert (his.lane, his.text, his.kinds, his.is_protected) == (
        Lane.OTHERS,
        "Threats were told of.",
        (),
        True,
    )
    assert "not to be used with him" in all_said(seen(db, pair, pair.pp))
    assert accounts(seen(db, pair, pair.vss, joint_only=True)) == [(Lane.OTHERS, "Threats were told of.")]
    assert accounts(seen(db, pair, pair.vss)) == [(Lane.HER, SECRET)]


def test_the_level_says_who_set_it_and_who_agreed(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})
    level = chosen(db, pair.pp, found.id, RiskGrade.LOW, 0)
    waits = seen(db, pair, pair.vss, joint_only=True)
    risk_levels.agree(db, pair.vss, level.id, version=1)

    [mark] = seen(db, pair, pair.vss, joint_only=True).of(Lane.BOTH, Kind.LEVEL)

    assert [one.state for one in waits.of(Lane.BOTH, Kind.LEVEL)] == ["waits"]
    assert (mark.state, mark.what, mark.agreed_by) == ("holds", "low", pair.vss.name)
    assert mark.by == f"{pair.pp.name}, {pair.pp.service_name}"
    assert seen(db, pair, pair.pp).differences == ()


def test_how_she_sees_the_risk_is_her_account_and_differs_from_the_level_once_both_read_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    high(db, pair, found.id)
    for actor in (pair.pp, pair.vss):
        risk.handed_in(db, pair, actor, found.id)
    mine = seen(db, pair, pair.vss).of(Lane.HER, Kind.HER_RISK)

    assert [(one.what, one.is_ours_only) for one in mine] == [("high", True)]
    assert seen(db, pair, pair.pp).of(Lane.HER, Kind.HER_RISK) == ()
    assert seen(db, pair, pair.vss, joint_only=True).of(Lane.HER, Kind.HER_RISK) == ()


def test_what_she_thinks_of_the_risk_and_her_service_keeps_is_its_own(db: Session, make: Make) -> None:
    pair = make.pair()
    found = looked_at(db, pair, stays=True)
    chosen(db, pair.pp, found.id, RiskGrade.HIGH, 0)

    [hers] = seen(db, pair, pair.vss).of(Lane.HER, Kind.HER_RISK)

    assert (hers.what, hers.is_ours_only) == ("high", True)
    assert seen(db, pair, pair.pp).of(Lane.HER, Kind.HER_RISK) == ()
    assert seen(db, pair, pair.vss, joint_only=True).of(Lane.HER, Kind.HER_RISK) == ()


def test_results_of_others_stand_in_the_lane_of_others(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})
    risk_boards.add_result(
        db, pair.vss, found.id, instrument="An instrument", done_on=days(3), done_by="Police", result="High"
    )

    [mark] = seen(db, pair, pair.pp).of(Lane.OTHERS, Kind.RESULT)

    assert picture_words.title(WORDS, mark) == "An instrument"
    assert picture_words.details(WORDS, mark) == ["High", "by Police"]


def test_a_result_that_the_other_service_does_not_read_yet_is_in_no_picture_but_ones_own(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk_boards.add_result(
        db, pair.vss, found.id, instrument="An instrument", done_on=days(3), done_by="Police", result="High"
    )

    [mark] = seen(db, pair, pair.vss).of(Lane.OTHERS, Kind.RESULT)

    assert mark.is_ours_only
    assert seen(db, pair, pair.vss, joint_only=True).of(Lane.OTHERS, Kind.RESULT) == ()
    assert seen(db, pair, pair.pp).of(Lane.OTHERS, Kind.RESULT) == ()


def test_meetings_that_were_not_called_off_and_the_agreement_over_its_time(db: Session, make: Make) -> None:
    pair = make.pair()
    make.meeting(pair)
    make.meeting(pair).state = MeetingState.CANCELLED
    picture = seen(db, pair, pair.pp, joint_only=True)

    assert [picture_words.title(WORDS, one) for one in picture.marks if one.lane is Lane.BOTH] == [
        "Agreement of the case, in force",
        "Periodic joint meeting, planned",
    ]
    [agreement] = picture.of(Lane.BOTH, Kind.AGREEMENT)
    assert (agreement.on, agreement.until) == (days(60), clock.today() + timedelta(days=365))


def test_the_end_of_the_case_and_that_it_was_taken_up_again_stand_for_both(db: Session, make: Make) -> None:
    pair = make.pair()
    ended = closing.agreed(db, make, pair)
    closings.reopen(db, pair.pp, pair.case.id, reason=ReopenReason.RETURNED, version=pair.case.version)

    for actor in (pair.pp, pair.vss):
        marks = seen(db, pair, actor).of(Lane.BOTH, Kind.END)
        assert [(one.what, one.state) for one in marks] == [(ended.ground, "ended"), ("returned", "reopened")]
        assert [picture_words.title(WORDS, one) for one in marks] == [
            "Both services agreed on the end: Programme completed",
            "The case was taken up again: He returned to the programme",
        ]


def test_a_notice_that_is_read_in_the_picture_is_told_to_who_sent_it(db: Session, make: Make) -> None:
    pair = make.pair()
    notices.sent(db, pair, pair.pp, notices.left(pair.pp, "He left in anger."))
    for reader, leaves in (
        (pair.pp, []),
        (pair.vss, [audit.Look("case", pair.case.id, "read_joint", pair.case.id)]),
    ):
        looks: list[audit.Look] = []
        db.info[audit.LOOKS] = looks
        pictures.of_case(db, reader, pair.case.id)
        assert [one for one in looks if one.act == "read_joint"] == leaves


def test_notices_that_both_read_say_who_sent_them_and_what_of(db: Session, make: Make) -> None:
    pair = make.pair()
    his = notices.sent(db, pair, pair.pp, notices.left(pair.pp, "He left in anger."))
    waiting = notices.sent(db, pair, pair.vss, notices.said(pair.vss, SECRET), basis=Basis.DANGER)

    for actor in (pair.pp, pair.vss):
        [mark] = [one for one in seen(db, pair, actor).marks if one.kind is Kind.NOTICE]
        assert (mark.lane, mark.what, mark.state, mark.text) == (Lane.BOTH, "left", "pp", "He left in anger.")
    assert "Notice from the programme: Left or was excluded" in all_said(seen(db, pair, pair.vss))

    assert db.get_one(JointItem, waiting.item_id).released_at is None
    db.get_one(JointItem, his.item_id).withdrawn_at = clock.now()
    db.flush()
    assert [one for one in seen(db, pair, pair.vss).marks if one.kind is Kind.NOTICE] == []


def test_an_agreement_that_has_no_day_yet_is_left_out_and_one_to_come_says_so(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    [held] = db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id))
    held.in_force_from = held.starts_on = None
    assert seen(db, pair, pair.pp).of(Lane.BOTH, Kind.AGREEMENT) == ()
    held.in_force_from = clock.today() + timedelta(days=2)
    assert [one.state for one in seen(db, pair, pair.pp).of(Lane.BOTH, Kind.AGREEMENT)] == ["to_come"]

    held.in_force_from, held.ends_on, held.state = days(9), days(2), AgreementState.TERMINATED

    assert [one.state for one in seen(db, pair, pair.pp).of(Lane.BOTH, Kind.AGREEMENT)] == ["ended"]


def test_when_the_agreement_ends_the_picture_holds_the_own_file_and_the_frame(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    told(db, pair, HER, days(9), severity=SECRET)
    released(db, pair, told(db, pair, HIM, days(8)), chosen=Chosen("A quarrel."))
    risk.opened(db, pair, {}, {})
    [held] = db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id))
    held.ends_on = days(1)
    db.flush()

    picture = seen(db, pair, pair.vss)

    assert accounts(picture) == [(Lane.HER, SECRET)]
    assert {one.kind for one in picture.marks} == {Kind.EPISODE, Kind.AGREEMENT}


def test_it_is_there_for_nobody_who_does_not_work_on_the_case(db: Session, make: Make) -> None:
    pair = make.pair()
    stranger, guest = make.actor(pair.vss.service_id), make.guest(pair.case)

    for actor in (stranger, guest):
        with pytest.raises(NotFound):
            seen(db, pair, actor)


def test_who_leads_meetings_and_reads_no_file_sees_what_both_services_read(db: Session, make: Make) -> None:
    pair = make.pair()
    chair = make.actor(pair.vss.service_id, Role.CHAIR)
    make.assign(pair.case, chair)
    released(db, pair, told(db, pair, HER, days(9), severity=SECRET), chosen=Chosen("Threats."))
    told(db, pair, HER, days(5), severity=SECRET)

    picture = seen(db, pair, chair)

    assert accounts(picture) == [(Lane.OTHERS, "Threats.")]
    assert picture.differences == ()
    assert picture.marks == seen(db, pair, chair, joint_only=True).marks


def test_five_years_are_read_in_as_many_statements_as_five_days(db: Session, make: Make) -> None:
    small, large = make.pair(), make.pair()
    five_years.lay(db, large)
    change.dated(db, small)
    change.asked(db, small, small.vss, "T2.1", violence_since="worse")
    change.asked(db, small, small.pp, "T2.1", violence_since="better")
    chosen(db, small.pp, risk.opened(db, small, {}, {}).id, RiskGrade.HIGH, 0)
    told(db, small, HIM, days(3))
    told(db, small, HER, days(3))
    counted: list[str] = []

    def statements(pair: Pair, actor: Actor, *, joint_only: bool) -> int:
        db.flush()
        db.expire_all()
        counted.clear()
        seen(db, pair, actor, joint_only=joint_only)
        return len(counted)

    def note(*given: object) -> None:
        counted.append(str(given[2]))

    engine = db.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    for joint_only in (False, True):
        few = statements(small, small.vss, joint_only=joint_only)
        many = statements(large, large.vss, joint_only=joint_only)
        assert many <= few + 2, joint_only
        assert many <= 30
    event.remove(engine, "before_cursor_execute", note)


def test_five_years_hold_what_people_put_into_them(db: Session, make: Make) -> None:
    pair = make.pair()
    five_years.lay(db, pair)

    hers, his, both = (
        seen(db, pair, pair.vss),
        seen(db, pair, pair.pp),
        seen(db, pair, pair.vss, joint_only=True),
    )

    kinds = [one.kind for one in hers.marks]
    released_of_his = sum(1 for one in his.marks if one.kind is Kind.EPISODE and one.lane is Lane.HIM)
    own = five_years.EPISODES - released_of_his
    assert kinds.count(Kind.EPISODE) == own + released_of_his
    assert kinds.count(Kind.MEETING) == five_years.MEETINGS
    assert {one.what for one in both.differences} == {Differs.CHANGE, Differs.LEVEL}
    assert {one.what for one in hers.differences} == {
        Differs.CHANGE, Differs.LEVEL, Differs.NOT_HIM, Differs.NOT_HER,
    }  # fmt: skip
    assert {one.what for one in his.differences} == {Differs.CHANGE, Differs.LEVEL}
    before, run, after = (one for one in both.differences if one.what is Differs.CHANGE)
    assert [one.hers for one in (before, run, after)] == ["same", "worse", "same"]
    assert run.labels == ("T2.5", "T2.6", "T2.7", "T2.8", "T2.9")
    assert "Account" not in all_said(both)


def test_a_picture_is_cut_to_the_last_year_since_t1_or_one_time(db: Session, make: Make) -> None:
    pair = make.pair()
    began = five_years.lay(db, pair)
    picture = seen(db, pair, pair.vss)

    spans = pictures.spans(picture)

    assert [one.key for one in spans[:3]] == ["all", "year", "begun"]
    assert (spans[2].first, spans[2].since) == (began, "T1")
    windows = {one.since: one for one in spans if one.key == "window"}
    assert (windows["T2.5"].first, windows["T2.5"].until) == (months_later(began, 15), "T2.6")
    cut = picture.within(windows["T2.5"])
    assert all(_touches(picture, one, windows["T2.5"].first, windows["T2.5"].last) for one in cut.marks)
    assert 0 < len(cut.marks) < len(picture.marks)
    assert {one.what for one in cut.differences} >= {Differs.CHANGE}
    assert picture.within(spans[0]) == picture


def _touches(picture: Picture, mark: Mark, first: date, last: date) -> bool:
    return mark.on <= last and picture.end(mark) >= first


def test_a_case_without_a_time_is_shown_as_a_whole_or_by_its_last_year(db: Session, make: Make) -> None:
    pair = make.pair()

    spans = pictures.spans(seen(db, pair, pair.pp))

    assert [one.key for one in spans] == ["all", "year"]
    assert spans[0].last == episodes.TODAY or spans[0].last > episodes.TODAY


def test_a_proposal_of_a_level_that_nobody_agreed_to_stands_on_its_day_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.PRESENT})
    chosen(db, pair.vss, found.id, RiskGrade.HIGH, 0)
    chosen(db, pair.pp, found.id, RiskGrade.LOW, 1)
    picture = seen(db, pair, pair.pp)
    later = clock.today() + timedelta(days=400)
    picture = replace(picture, today=later)

    ends = {one.state: picture.end(one) for one in picture.marks if one.kind is Kind.LEVEL}

    assert ends["holds"] == later
    assert ends["waits"] == clock.today()
