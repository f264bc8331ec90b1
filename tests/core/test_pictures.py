"""The picture of a case: for whom a mark is there, and where accounts differ, of what the viewer reads and of nothing else."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.errors import NotFound
from core.locale import Words
from core.models import (
    Agreement,
    AgreementState,
    EpisodeSource,
    Known,
    MeetingState,
    RiskAssessment,
    RiskGrade,
    RiskLevel,
    Role,
)
from core.operations import first_passes, picture_words, pictures, risk_assessments, risk_boards, risk_levels
from core.operations.episode_releases import Chosen
from core.operations.picture_parts import Differs, Kind, Lane, Mark
from core.operations.pictures import Picture
from core.operations.t_dates import months_later
from tests import change, episodes, five_years, risk
from tests.episodes import days, joined, released, told
from tests.make import Make, Pair

WORDS = Words()
HIM, HER, OTHER = EpisodeSource
SECRET = "the linnet sings at noon"


def seen(db: Session, pair: Pair, actor: Actor, *, joint_only: bool = False) -> Picture:
    return pictures.of_case(db, actor, pair.case.id, joint_only=joint_only)


def accounts(picture: Picture) -> list[tuple[Lane, str]]:
    return [(one.lane, one.text) for one in picture.marks if one.kind is Kind.EPISODE]


def sentences(picture: Picture) -> list[str]:
    return [picture_words.difference(WORDS, one) for one in picture.differences]


def all_said(picture: Picture) -> str:
    said = [
        " ".join([picture_words.title(WORDS, one), *picture_words.details(WORDS, one)])
        for one in picture.marks
    ]
    return "\n".join([*said, *sentences(picture)])


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


def test_of_what_he_did_not_tell_her_service_alone_reads(db: Session, make: Make) -> None:
    pair = make.pair()
    hers = told(db, pair, HER, days(60))
    joined(db, pair, hers, told(db, pair, OTHER, days(60)))
    released(db, pair, told(db, pair, HER, days(9)), chosen=Chosen("Threats.", with_source=True))

    found = seen(db, pair, pair.vss).differences

    assert [(one.what, one.number, one.goes_on) for one in found] == [(Differs.NOT_HIM, 2, True)]
    assert found[0].told_by == (HER, OTHER)
    [said] = sentences(seen(db, pair, pair.vss))
    assert said.startswith("Since ")
    assert "2 events of new violence of which he did not tell, as far as we can read" in said
    assert said.endswith("told by her and others.")
    for picture in (seen(db, pair, pair.pp), seen(db, pair, pair.vss, joint_only=True)):
        assert picture.differences == ()


def test_what_he_tells_ends_a_run_and_what_he_alone_told_is_her_silence(db: Session, make: Make) -> None:
    pair = make.pair()
    told(db, pair, HER, days(90))
    released(db, pair, told(db, pair, HIM, days(60)), chosen=Chosen("He hit a wall.", with_source=True))
    told(db, pair, HER, days(30))

    found = seen(db, pair, pair.vss).differences

    assert [(one.what, one.since, one.goes_on) for one in found] == [
        (Differs.NOT_HIM, days(90), False),
        (Differs.NOT_HER, days(60), False),
        (Differs.NOT_HIM, days(30), False),
    ]
    assert sentences(seen(db, pair, pair.vss))[1] == (
        f"On {WORDS.day(days(60))} there was new violence of which she did not tell, as far as we can read; "
        "it was told by him."
    )


def test_a_protected_source_says_nothing_of_who_did_not_tell(db: Session, make: Make) -> None:
    pair = make.pair()
    hers = told(db, pair, HER, days(30))
    his = told(db, pair, HIM, days(30))
    released(db, pair, his, chosen=Chosen("Somebody told of it."))
    joined(db, pair, hers, his)

    assert seen(db, pair, pair.vss).differences == ()


def test_accounts_of_one_event_that_say_yes_and_no(db: Session, make: Make) -> None:
    pair = make.pair()
    hers = told(db, pair, HER, days(30), is_injured=Known.YES, with_children=Known.YES)
    his = told(db, pair, HIM, days(30), is_injured=Known.NO)
    released(db, pair, hers, chosen=Chosen("She was hurt.", with_injury=True, with_source=True))
    released(db, pair, his, chosen=Chosen("A quarrel.", with_injury=True, with_source=True))
    joined(db, pair, hers, his)

    day = WORDS.day(days(30))
    for picture in (
        seen(db, pair, pair.vss),
        seen(db, pair, pair.pp),
        seen(db, pair, pair.pp, joint_only=True),
    ):
        assert sentences(picture) == [
            f"Was anybody injured on {day}? Yes, according to her; no, according to him."
        ]
        assert [picture.numbers(one) for one in picture.marks if one.kind is Kind.EPISODE] == [[1], [1]]


def test_injuries_that_were_not_released_differ_from_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    hers = told(db, pair, HER, days(30), is_injured=Known.YES)
    his = told(db, pair, HIM, days(30), is_injured=Known.NO)
    released(db, pair, hers, chosen=Chosen("New violence."))
    released(db, pair, his, chosen=Chosen("A quarrel.", with_injury=True))
    joined(db, pair, hers, his)

    assert seen(db, pair, pair.pp).differences == ()


def _times_of_worse(db: Session, pair: Pair) -> None:
    """T1 to T2.2: he says better each time, she says worse from T2.1 on."""
    change.dated(db, pair, months=7)
    for label, hers in (("T1", "same"), ("T2.1", "worse"), ("T2.2", "worse")):
        change.asked(db, pair, pair.pp, label, impact_since="better", violence_since="better")
        change.asked(db, pair, pair.vss, label, impact_since=hers)


def test_she_reports_the_contrary_since_a_time_over_all_that_follow(db: Session, make: Make) -> None:
    pair = make.pair()
    _times_of_worse(db, pair)
    change.shared(db, pair, pair.pp, "T2.1", "impact_on_her")
    change.shared(db, pair, pair.pp, "T2.2", "impact_on_her")

    [one] = seen(db, pair, pair.vss).differences

    assert (one.what, one.areas, one.labels) == (Differs.CHANGE, ("impact_on_her",), ("T2.1", "T2.2"))
    month = picture_words.month(WORDS, months_later(clock.today(), -4))
    assert sentences(seen(db, pair, pair.vss))[0] == (
        "What it does to her: she reports that it got worse, he reports improvement, "
        f"since {month} (T2.1, T2.2)."
    )
    assert seen(db, pair, pair.pp).differences == ()
    assert seen(db, pair, pair.vss, joint_only=True).differences == ()


def test_he_reads_of_a_difference_once_she_shared_her_word_and_no_longer_when_it_is_taken_back(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    _times_of_worse(db, pair)
    item = change.shared(db, pair, pair.vss, "T2.1", "impact_on_her")

    [one] = seen(db, pair, pair.pp).differences
    assert (one.labels, one.goes_on) == (("T2.1",), True)
    assert seen(db, pair, pair.pp, joint_only=True).differences == ()
    item.withdrawn_at = clock.now()
    db.flush()

    assert seen(db, pair, pair.pp).differences == ()
    assert [one.kind for one in seen(db, pair, pair.pp).marks if one.lane is Lane.HER] == []


def test_a_difference_of_change_ends_where_both_say_the_same_again(db: Session, make: Make) -> None:
    pair = make.pair()
    change.dated(db, pair, months=7)
    for label, hers in (("T1", "worse"), ("T2.1", "worse"), ("T2.2", "better")):
        change.asked(db, pair, pair.pp, label, impact_since="better")
        change.asked(db, pair, pair.vss, label, impact_since=hers)
        change.shared(db, pair, pair.pp, label, "impact_on_her")

    [one] = seen(db, pair, pair.vss).differences

    assert (one.labels, one.goes_on) == (("T1", "T2.1"), False)


def test_all_that_she_says_against_all_that_he_says_where_they_speak_of_different_things(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    change.dated(db, pair)
    change.asked(db, pair, pair.pp, "T2.1", violence_since="better")
    change.asked(db, pair, pair.vss, "T2.1", safety_since="worse", impact_since="worse")
    change.shared(db, pair, pair.pp, "T2.1", "violence")

    [said] = sentences(seen(db, pair, pair.vss))

    assert said.startswith(
        "She reports that it got worse (What it does to her; Her safety and wellbeing), "
        "he reports improvement (Violent behaviour), since "
    )


def chosen(db: Session, actor: Actor, assessment_id: UUID, grade: RiskGrade, number: int) -> RiskLevel:
    """A level chosen with whatever reason it needs; `number` counts those that were chosen before."""
    board = risk_boards.of_assessment(db, actor, assessment_id)
    below = "We know her" if risk_levels.speaks_for_more(board, grade) else ""
    return risk_levels.choose(
        db,
        actor,
        assessment_id,
        grade=grade,
        reason="What we saw",
        below_reason=below,
        number=number,
    )


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


def test_levels_that_the_sides_set_differently_are_one_sentence_until_one_agrees(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})
    chosen(db, pair.pp, found.id, RiskGrade.LOW, 0)
    chosen(db, pair.vss, found.id, RiskGrade.HIGH, 1)
    month = picture_words.month(WORDS, clock.today())

    assert sentences(seen(db, pair, pair.pp))[0] == (
        f"Risk level since {month}: the programme chose low, the victim support service high, "
        "and neither agreed to the other's."
    )
    assert [one.state for one in seen(db, pair, pair.pp).of(Lane.BOTH, Kind.LEVEL)] == ["left", "holds"]
    lower = chosen(db, pair.pp, found.id, RiskGrade.INTERMEDIATE, 2)
    risk_levels.agree(db, pair.vss, lower.id, version=1)
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


def high(db: Session, pair: Pair, assessment_id: UUID, *, stays: bool = False) -> None:
    """She sees the risk as high, and her service writes it down."""
    first_passes.write_her_view(
        db, pair.vss, assessment_id, grade=RiskGrade.HIGH, words="", stays=stays, version=0
    )


def looked_at(db: Session, pair: Pair, *, stays: bool = False) -> RiskAssessment:
    """An assessment that is open, in which she sees the risk as high."""
    found = risk.begun(db, pair)
    high(db, pair, found.id, stays=stays)
    for actor in (pair.pp, pair.vss):
        risk.handed_in(db, pair, actor, found.id)
    return risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)


def test_what_she_thinks_of_the_risk_and_her_service_keeps_is_its_own(db: Session, make: Make) -> None:
    pair = make.pair()
    found = looked_at(db, pair, stays=True)
    chosen(db, pair.pp, found.id, RiskGrade.HIGH, 0)

    [hers] = seen(db, pair, pair.vss).of(Lane.HER, Kind.HER_RISK)

    assert (hers.what, hers.is_ours_only) == ("high", True)
    assert seen(db, pair, pair.pp).of(Lane.HER, Kind.HER_RISK) == ()
    assert seen(db, pair, pair.vss, joint_only=True).of(Lane.HER, Kind.HER_RISK) == ()


def test_she_sees_more_risk_than_the_level_that_holds(db: Session, make: Make) -> None:
    pair = make.pair()
    found = looked_at(db, pair)
    level = chosen(db, pair.pp, found.id, RiskGrade.INTERMEDIATE, 0)
    assert seen(db, pair, pair.pp).differences == ()
    risk_levels.agree(db, pair.vss, level.id, version=1)
    month = picture_words.month(WORDS, clock.today())

    for picture in (
        seen(db, pair, pair.pp),
        seen(db, pair, pair.vss),
        seen(db, pair, pair.vss, joint_only=True),
    ):
        assert sentences(picture) == [
            f"She sees the risk as high, and the level that holds is intermediate, since {month}."
        ]


def test_results_of_others_stand_in_the_lane_of_others(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})
    risk_boards.add_result(
        db, pair.vss, found.id, instrument="An instrument", done_on=days(3), done_by="Police", result="High"
    )

    [mark] = seen(db, pair, pair.pp).of(Lane.OTHERS, Kind.RESULT)

    assert picture_words.title(WORDS, mark) == "An instrument"
    assert picture_words.details(WORDS, mark) == ["High", "by Police"]


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
    [run] = [one for one in both.differences if one.what is Differs.CHANGE]
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
