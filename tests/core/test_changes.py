"""What changed: his and hers over the times, and the summary that the other service reads of it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import access, clock
from core.content.questionnaires import Change
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import ConsentState, Known, Role
from core.operations import change_summaries, changes, consents, joint_items, releases, responses
from core.operations.changes import Stand
from core.operations.consents import Said
from core.operations.releases import Basis, Terms
from core.operations.responses import NotDone
from tests import change
from tests.make import Make, Pair

WHY = "He has a weapon and waits before her door."


@pytest.fixture
def pair(db: Session, make: Make) -> Pair:
    found = make.pair()
    change.dated(db, found)
    return found


def moment(db: Session, pair: Pair, label: str, *, of_pp: bool = False) -> changes.Moment:
    found = changes.of_case(db, pair.pp if of_pp else pair.vss, pair.case.id).moment(label)
    assert found is not None
    return found


def test_each_domain_says_what_the_person_said_against_the_time_before(db: Session, pair: Pair) -> None:
    change.asked(
        db, pair, pair.vss, "T0", emotional="often", physical="once", fear="very", feels_safe="a_little",
        called_out="1",
    )  # fmt: skip
    change.asked(
        db, pair, pair.vss, "T1", emotional="once", physical="several", fear="clearly", feels_safe="unsaid",
        owns_it="very", called_out="3",
    )  # fmt: skip

    assert set(moment(db, pair, "T0").own.values()) == {Change.FIRST, Change.MISSING}
    assert moment(db, pair, "T1").own == {
        "violence": Change.MIXED,
        "impact_on_her": Change.BETTER,
        "impact_on_children": Change.MISSING,
        "safety": Change.MISSING,
        "responsibility": Change.FIRST,
        "motivation": Change.MISSING,
        "call_outs": Change.CHANGED,
    }


def test_that_there_are_children_as_before_says_nothing_of_what_it_does_to_them(
    db: Session, pair: Pair
) -> None:
    for label in ("T0", "T1"):
        change.asked(db, pair, pair.vss, label, children="yes", fear="very")

    assert moment(db, pair, "T1").own["impact_on_children"] is Change.MISSING
    change.asked(db, pair, pair.vss, "T2.1", children="yes", children_hear="often")
    assert moment(db, pair, "T2.1").own["impact_on_children"] is Change.FIRST


def test_her_own_word_on_a_domain_goes_before_what_her_answers_say(db: Session, pair: Pair) -> None:
    change.asked(db, pair, pair.vss, "T0", emotional="often", fear="very")
    change.asked(
        db,
        pair,
        pair.vss,
        "T1",
        emotional="once",
        violence_since="worse",
        fear="a_little",
        impact_since="unsaid",
    )

    found = moment(db, pair, "T1")

    assert found.own["violence"] is Change.WORSE
    assert found.own["impact_on_her"] is Change.BETTER
    said = {line.question.id: (line.said, line.change) for line in found.lines}
    assert said["emotional"] == ("Once or twice", Change.BETTER)
    assert said["own_words"] == ("", None)


def test_the_tenth_repetition_stands_after_the_ninth() -> None:
    labels = ["T2.10", "T1", "T2.9", "T3", "T0", "T2.1"]

    assert sorted(labels, key=changes._place) == ["T0", "T1", "T2.1", "T2.9", "T2.10", "T3"]


def test_a_time_that_was_left_out_is_jumped_over_and_shown_as_missing(db: Session, pair: Pair) -> None:
    change.asked(db, pair, pair.vss, "T0", emotional="often")
    responses.settle_not_done(db, pair.vss, pair.case.id, label="T1", reason=NotDone.NOT_SAFE, version=0)
    change.asked(db, pair, pair.vss, "T2.1", emotional="once")

    board = changes.of_case(db, pair.vss, pair.case.id)

    assert [(one.label, one.own.get("violence")) for one in board.past] == [
        ("T0", Change.FIRST),
        ("T1", None),
        ("T2.1", Change.BETTER),
    ]
    assert moment(db, pair, "T1").stand is Stand.NOT_DONE
    assert moment(db, pair, "T1").reason is NotDone.NOT_SAFE


def test_how_the_own_side_stands_is_told_for_each_time(db: Session, pair: Pair) -> None:
    change.asked(db, pair, pair.vss, "T0", emotional="often")
    change.asked(db, pair, pair.vss, "T1", is_done=False, emotional="often")

    board = changes.of_case(db, pair.vss, pair.case.id)

    stands = {one.label: one.stand for one in board.moments}
    assert stands["T0"] is Stand.DONE
    assert stands["T1"] is Stand.ASKING
    assert stands["T2.1"] is Stand.DUE
    assert stands["T2.2"] is Stand.TO_COME
    assert stands["T3"] is Stand.NO_DAY
    assert moment(db, pair, "T1").own == {}


def test_the_programme_reads_done_or_not_done_and_never_when_or_why_not(db: Session, pair: Pair) -> None:
    before = repr(changes.of_case(db, pair.pp, pair.case.id))

    responses.settle_not_done(db, pair.vss, pair.case.id, label="T1", reason=NotDone.NOT_SAFE, version=0)
    change.asked(db, pair, pair.vss, "T2.1", is_done=False, emotional="often")

    assert repr(changes.of_case(db, pair.pp, pair.case.id)) == before
    change.asked(db, pair, pair.vss, "T0", emotional="often")
    seen = moment(db, pair, "T0", of_pp=True)
    assert (seen.is_other_done, seen.other, seen.response) == (True, {}, None)


def test_a_summary_says_what_she_agreed_to_and_what_she_keeps_reads_as_missing(
    db: Session, pair: Pair
) -> None:
    change.asked(db, pair, pair.vss, "T0", emotional="often", fear="very")
    change.asked(db, pair, pair.vss, "T1", emotional="once", fear="a_little", own_words="The linnet")

    item = change.shared(db, pair, pair.vss, "T1", "violence", "safety")

    assert item.released_at is not None
    assert moment(db, pair, "T1", of_pp=True).other == {"violence": Change.BETTER}
    assert changes.of_case(db, pair.pp, pair.case.id).past[1].other == {"violence": Change.BETTER}
    assert moment(db, pair, "T1").item is item
    assert "linnet" not in repr([vars(one) for one in db.scalars(access.visible_joint_items(pair.pp))])
    assert joint_items.list_of_case(db, pair.pp, pair.case.id) == []
    assert list(db.scalars(access.visible_questionnaire_answers(pair.pp))) == []


def test_his_and_hers_lie_beside_each_other_at_the_same_time(db: Session, pair: Pair) -> None:
    for actor, now in ((pair.pp, "never"), (pair.vss, "often")):
        change.asked(db, pair, actor, "T0", emotional="several")
        change.asked(db, pair, actor, "T1", emotional=now)
        change.shared(db, pair, actor, "T1", "violence")

    for actor in (pair.pp, pair.vss):
        found = changes.of_case(db, actor, pair.case.id).moment("T1")
        assert found is not None
        assert found.of(pair.pp.kind, actor)["violence"] is Change.BETTER
        assert found.of(pair.vss.kind, actor)["violence"] is Change.WORSE
        assert found.is_done(pair.pp.kind, actor)
        assert found.is_done(pair.vss.kind, actor)


def test_taken_back_or_without_her_consent_nobody_reads_it_any_more(db: Session, pair: Pair) -> None:
    change.asked(db, pair, pair.vss, "T0", emotional="often")
    change.asked(db, pair, pair.vss, "T1", emotional="once")
    change.shared(db, pair, pair.vss, "T1", "violence")
    with pytest.raises(Conflict, match=r"error\.change\.shared"):
        change.shared(db, pair, pair.vss, "T1", "violence")

    change_summaries.take_back(db, pair.vss, pair.case.id, label="T1")

    assert moment(db, pair, "T1", of_pp=True).other == {}
    with pytest.raises(Conflict, match=r"error\.change\.not_shared"):
        change_summaries.take_back(db, pair.vss, pair.case.id, label="T1")
    her = change.person(db, pair, pair.vss)
    change.shared(db, pair, pair.vss, "T1", "violence", about=her)
    refused = Said(ConsentState.WITHDRAWN, "", "Told", Known.YES, clock.today())
    consents.record(db, pair.vss, her.id, purpose=change_summaries.PURPOSE, said=refused)
    assert moment(db, pair, "T1", of_pp=True).other == {}


def test_a_summary_whose_time_is_over_is_shared_no_more_and_can_be_shared_anew(
    db: Session, pair: Pair
) -> None:
    change.asked(db, pair, pair.vss, "T0", emotional="often")
    change.asked(db, pair, pair.vss, "T1", emotional="once")
    item = change.shared(db, pair, pair.vss, "T1", "violence")
    item.ends_on = clock.today() - timedelta(days=1)
    db.flush()

    assert moment(db, pair, "T1").item is None
    assert moment(db, pair, "T1", of_pp=True).other == {}

    change.shared(db, pair, pair.vss, "T1", "violence")
    assert moment(db, pair, "T1", of_pp=True).other == {"violence": Change.BETTER}


def test_without_her_consent_it_waits_for_a_second_person(db: Session, make: Make, pair: Pair) -> None:
    nina = make.actor(pair.vss.service_id)
    make.assign(pair.case, nina)
    change.asked(db, pair, pair.vss, "T0", emotional="often")
    change.asked(db, pair, pair.vss, "T1", emotional="once")
    her = make.subject(pair.vss_file)
    with pytest.raises(Invalid, match=r"error\.release\.no_consent"), db.begin_nested():
        change.shared(db, pair, pair.vss, "T1", "violence", about=her)

    item = change.shared(db, pair, pair.vss, "T1", "violence", about=her, basis=Basis.DANGER, reason=WHY)

    assert item.released_at is None
    assert moment(db, pair, "T1", of_pp=True).other == {}
    [(release, _, _)] = releases.waiting(db, nina)
    releases.confirm(db, nina, release.id, version=release.version)
    assert moment(db, pair, "T1", of_pp=True).other == {"violence": Change.BETTER}


def test_nothing_leaves_that_was_not_looked_at_or_says_nothing(db: Session, pair: Pair) -> None:
    change.asked(db, pair, pair.vss, "T0", emotional="often")
    change.asked(db, pair, pair.vss, "T1", emotional="once")
    case_id, terms = pair.case.id, Terms(change.person(db, pair, pair.vss).id)

    with pytest.raises(Invalid, match=r"error\.change\.nothing_to_share"):
        change.shared(db, pair, pair.vss, "T0", "violence")
    with pytest.raises(Conflict, match=r"error\.not_previewed"):
        change_summaries.share(
            db, pair.vss, case_id, label="T1", domains=["violence"], terms=terms, seen="other"
        )
    for label in ("T9", "T8"):
        with pytest.raises(NotFound):
            change_summaries.preview(db, pair.vss, case_id, label=label, domains=[], terms=terms)
        with pytest.raises(NotFound):
            change_summaries.share(db, pair.vss, case_id, label=label, domains=[], terms=terms, seen="")


def test_only_who_shares_for_the_service_shares_it(db: Session, make: Make, pair: Pair) -> None:
    child_worker = make.actor(pair.vss.service_id, Role.CHILD_PROTECTION)
    make.assign(pair.case, child_worker)
    change.asked(db, pair, pair.vss, "T0", emotional="often")

    with pytest.raises(NotAllowed):
        change.shared(db, pair, child_worker, "T0", "violence")
    with pytest.raises(NotAllowed):
        change_summaries.take_back(db, child_worker, pair.case.id, label="T0")


def test_a_summary_that_cannot_be_read_says_nothing() -> None:
    for typed in ("", "The linnet", "[1]", '{"time": "T1"}', '{"time": "T1", "domains": 3}'):
        assert changes.read(typed) == ("", {})
    assert changes.read('{"time": "T1", "domains": {"violence": "linnet"}}') == ("T1", {})


def test_who_reads_no_file_sees_the_times_and_what_is_shared_alone(
    db: Session, make: Make, pair: Pair
) -> None:
    change.asked(db, pair, pair.pp, "T0", emotional="often")
    change.asked(db, pair, pair.pp, "T1", emotional="never")
    change.shared(db, pair, pair.pp, "T1", "violence")
    change.asked(db, pair, pair.vss, "T1", emotional="often")
    chair = make.chair(pair)

    found = changes.of_case(db, chair, pair.case.id).moment("T1")

    assert found is not None
    assert (found.own, found.lines, found.response, found.item) == ({}, (), None, None)
    assert found.other == {"violence": Change.BETTER}
    assert found.is_done(chair.kind, chair)


def test_answers_lie_sealed_and_the_reason_too(db: Session, pair: Pair) -> None:
    change.asked(db, pair, pair.vss, "T0", emotional="often", own_words="The linnet")
    responses.settle_not_done(db, pair.vss, pair.case.id, label="T1", reason=NotDone.NOT_SAFE, version=0)
    db.flush()

    answers = db.connection().exec_driver_sql("SELECT value FROM questionnaire_answer").scalars().all()
    reasons = (
        db.connection().exec_driver_sql("SELECT not_done_reason FROM questionnaire_response").scalars().all()
    )

    assert len(answers) == 2
    assert not [held for held in answers if "often" in held or "linnet" in held]
    assert not [held for held in reasons if "not_safe" in held]


def test_at_the_table_both_read_the_shared_summaries_and_nothing_else(db: Session, pair: Pair) -> None:
    for actor in (pair.vss, pair.pp):
        change.asked(db, pair, actor, "T0", emotional="often")
        change.asked(db, pair, actor, "T1", emotional="once")
        change.shared(db, pair, actor, "T1", "violence")

    seen = [changes.agreed(db, actor, pair.case.id) for actor in (pair.pp, pair.vss)]

    assert seen[0] == seen[1]
    assert [(one.label, one.side, dict(one.lines)) for one in seen[0]] == [
        ("T1", pair.pp.kind, {"violence": Change.BETTER}),
        ("T1", pair.vss.kind, {"violence": Change.BETTER}),
    ]
    change_summaries.take_back(db, pair.vss, pair.case.id, label="T1")
    assert [one.side for one in changes.agreed(db, pair.vss, pair.case.id)] == [pair.pp.kind]


def test_who_reads_no_file_reads_of_the_own_side_what_both_read(db: Session, make: Make, pair: Pair) -> None:
    change.asked(db, pair, pair.vss, "T0", emotional="often", fear="very")
    change.asked(db, pair, pair.vss, "T1", emotional="once", fear="very")
    change.shared(db, pair, pair.vss, "T1", "violence")

    found = changes.of_case(db, make.chair(pair), pair.case.id).moment("T1")

    assert found is not None
    assert found.own == {"violence": Change.BETTER}
