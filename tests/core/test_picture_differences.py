"""Where accounts differ in the picture of a case: one sentence each, of what the viewer reads and of nothing else."""

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.content.questionnaires import Change
from core.models import (
    EpisodeSource,
    Known,
    RiskGrade,
    ServiceKind,
)
from core.operations import picture_change, picture_words, risk_levels
from core.operations.change_summaries import SAYS
from core.operations.episode_releases import Chosen
from core.operations.picture_change import Said
from core.operations.picture_parts import Differs, Kind, Lane
from core.operations.t_dates import months_later
from tests import change, risk
from tests.episodes import days, joined, released, told
from tests.make import Make
from tests.pictures import WORDS, chosen, looked_at, seen, sentences, times_of_worse

HIM, HER, OTHER = EpisodeSource


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


def test_she_reports_the_contrary_since_a_time_over_all_that_follow(db: Session, make: Make) -> None:
    pair = make.pair()
    times_of_worse(db, pair)
    change.shared(db, pair, pair.pp, "T2.1", "impact_on_her")
    change.shared(db, pair, pair.pp, "T2.2", "impact_on_her")

    one = seen(db, pair, pair.vss).differences[-1]

    assert (one.what, one.areas, one.labels) == (Differs.CHANGE, ("impact_on_her",), ("T2.1", "T2.2"))
    month = picture_words.month(WORDS, months_later(clock.today(), -4))
    assert sentences(seen(db, pair, pair.vss))[-1] == (
        "What it does to her: she reports that it got worse, he reports improvement, "
        f"since {month} (T2.1, T2.2)."
    )
    assert seen(db, pair, pair.pp).differences == ()
    assert seen(db, pair, pair.vss, joint_only=True).differences == ()


@pytest.mark.parametrize(
    ("his", "hers", "said"),
    [
        ("better", "same", "she reports no change, he reports improvement, "),
        ("same", "worse", "she reports that it got worse, he reports no change, "),
    ],
)
def test_whatever_differs_on_the_page_of_change_differs_in_the_picture(
    db: Session, make: Make, his: str, hers: str, said: str
) -> None:
    pair = make.pair()
    change.dated(db, pair)
    change.asked(db, pair, pair.pp, "T2.1", violence_since=his)
    change.asked(db, pair, pair.vss, "T2.1", violence_since=hers)
    change.shared(db, pair, pair.pp, "T2.1", "violence")

    [sentence] = sentences(seen(db, pair, pair.vss))

    assert sentence.startswith(f"Violent behaviour: {said}")


def test_each_word_of_change_is_said_and_only_unlike_ones_differ() -> None:
    day = clock.today()
    for his in SAYS:
        for hers in SAYS:
            spoken = [
                Said("T2.1", day, ServiceKind.PP, {"violence": his}),
                Said("T2.1", day, ServiceKind.VSS, {"violence": hers}),
            ]
            found = list(picture_change.differences(spoken))
            assert len(found) == (his is not hers)
            for one in found:
                sentence = picture_words.difference(WORDS, one)
                assert WORDS(f"picture.reports.{hers}") in sentence
                assert WORDS(f"picture.reports.{his}") in sentence


def test_a_difference_is_not_still_so_once_one_of_them_has_said_something_else() -> None:
    first, then = days(60), days(2)
    spoken = [
        Said("T2.1", first, ServiceKind.PP, {"violence": Change.BETTER}),
        Said("T2.1", first, ServiceKind.VSS, {"violence": Change.SAME}),
    ]
    hers = Said("T2.2", then, ServiceKind.VSS, {"violence": Change.WORSE})
    again = Said("T2.2", then, ServiceKind.VSS, {"violence": Change.SAME})

    for said, goes_on in ((spoken, True), ([*spoken, hers], False), ([*spoken, again], True)):
        [one] = picture_change.differences(said)
        assert (one.goes_on, one.hers) == (goes_on, "same")


def test_what_one_of_them_says_nothing_of_differs_from_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    change.dated(db, pair)
    change.asked(db, pair, pair.pp, "T2.1", violence_since="better", impact_since="same")
    change.asked(db, pair, pair.vss, "T2.1", impact_since="same")
    change.shared(db, pair, pair.pp, "T2.1", "violence", "impact_on_her")

    assert seen(db, pair, pair.vss).differences == ()


def test_he_reads_of_a_difference_once_she_shared_her_word_and_no_longer_when_it_is_taken_back(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    times_of_worse(db, pair)
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


def test_areas_of_change_that_her_service_keeps_back_stand_apart_from_those_that_both_read(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    change.dated(db, pair)
    change.asked(db, pair, pair.vss, "T2.1", violence_since="better", safety_since="worse")
    change.shared(db, pair, pair.vss, "T2.1", "violence")

    marks = [one for one in seen(db, pair, pair.vss).marks if one.kind is Kind.CHANGE]
    theirs = [one for one in seen(db, pair, pair.pp).marks if one.kind is Kind.CHANGE]

    assert {(one.is_ours_only, *one.areas) for one in marks} == {(False, "violence"), (True, "safety")}
    assert [(one.is_ours_only, *one.areas) for one in theirs] == [(False, "violence")]
