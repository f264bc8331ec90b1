"""Asking him and her at the times of a case: begun, answered, done, or not done for a reason; each in their own file."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content.questionnaires import Kind
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import QuestionnaireResponse, Role, TPoint
from core.operations import change_summaries, changes, questionnaires, responses, t_points, unsent
from core.operations.changes import Stand
from core.operations.responses import Mode, NotDone
from tests import change
from tests.change import STRUCTURE, WORDS
from tests.make import Make, Pair


@pytest.fixture
def pair(db: Session, make: Make) -> Pair:
    found = make.pair()
    change.dated(db, found)
    return found


def test_answers_are_kept_one_by_one_and_the_time_is_done_with_them(db: Session, pair: Pair) -> None:
    found = change.asked(db, pair, pair.vss, "T0", emotional="often", called_out=" 2 ", own_words="So")

    sheet = responses.find(db, pair.vss, found.id)
    assert sheet.answers == {"emotional": "often", "called_out": "2", "own_words": "So"}
    assert (sheet.is_done, sheet.answered) == (True, 3)
    time = t_points.find(db, pair.pp, pair.case.id, "T0")
    assert (time.vss_done, time.pp_done) == (True, False)
    with pytest.raises(Conflict, match=r"error\.change\.done"):
        responses.answer(db, pair.vss, found.id, question="emotional", value="never", version=1)
    with pytest.raises(Conflict, match=r"error\.change\.done"):
        change.begun(db, pair, pair.vss, "T0")


def test_the_mark_taken_back_opens_the_answers_again(db: Session, pair: Pair) -> None:
    found = change.asked(db, pair, pair.vss, "T0", emotional="often")

    t_points.undo_done(db, pair.vss, pair.case.id, label="T0")
    responses.answer(db, pair.vss, found.id, question="emotional", value="several", version=1)

    assert responses.find(db, pair.vss, found.id).answers == {"emotional": "several"}


def test_a_second_colleague_goes_on_where_the_first_began(db: Session, make: Make, pair: Pair) -> None:
    nina = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, nina)
    found = change.begun(db, pair, pair.vss, "T0")

    again = responses.begin(
        db, nina, pair.case.id, label="T0", mode=Mode.TELEPHONE, asked_on=clock.today(), version=0
    )

    assert again.id == found.id
    assert again.mode is Mode.IN_PERSON


def test_an_answer_that_a_colleague_gave_meanwhile_is_never_written_over_unseen(
    db: Session, make: Make, pair: Pair
) -> None:
    nina = make.actor(pair.vss.service_id)
    make.assign(pair.case, nina)
    found = change.begun(db, pair, pair.vss, "T0")
    theirs = responses.answer(db, nina, found.id, question="fear", value="very", version=0)

    with pytest.raises(Conflict, match=r"error\.changed_meanwhile"):
        responses.answer(db, pair.vss, found.id, question="fear", value="a_little", version=0)

    assert theirs.value == "very"
    assert responses.answered_by(db, pair.vss, theirs.id) == nina.name
    mine = responses.answer(db, pair.vss, found.id, question="fear", value="a_little", version=theirs.version)
    assert responses.answer_of(db, nina, found.id, "fear") is mine


def test_what_is_no_answer_to_what_is_asked_is_refused(db: Session, pair: Pair) -> None:
    found = change.begun(db, pair, pair.vss, "T0")

    for question, value, key in (
        ("emotional", "quite", "answer"),
        ("called_out", "many", "answer"),
        ("called_out", "100", "answer"),
        ("violence_since", "better", "question"),
        ("children_hear", "once", "question"),
        ("unheard", "x", "question"),
    ):
        with pytest.raises(Invalid, match=rf"error\.change\.{key}") as refused:
            responses.answer(db, pair.vss, found.id, question=question, value=value, version=0)
        assert refused.value.field == question
    with pytest.raises(Invalid, match=r"error\.too_long"):
        responses.answer(db, pair.vss, found.id, question="own_words", value="x" * 1001, version=0)
    with pytest.raises(Conflict, match=r"error\.change\.nothing_answered"):
        responses.finish(db, pair.vss, found.id)


def test_what_hangs_on_an_answer_is_asked_after_it_and_kept_when_it_is_taken_back(
    db: Session, pair: Pair
) -> None:
    found = change.begun(db, pair, pair.vss, "T0")
    gate = responses.answer(db, pair.vss, found.id, question="children", value="yes", version=0)
    responses.answer(db, pair.vss, found.id, question="children_hear", value="once", version=0)

    responses.answer(db, pair.vss, found.id, question="children", value="no", version=gate.version)

    sheet = responses.find(db, pair.vss, found.id)
    assert "children_hear" not in {one.id for one in sheet.asked}
    assert sheet.answers["children_hear"] == "once"
    assert sheet.answered == 1


def test_not_done_has_its_reason_and_can_be_taken_up_again(db: Session, pair: Pair) -> None:
    settled = responses.settle_not_done(
        db, pair.vss, pair.case.id, label="T1", reason=NotDone.NOT_SAFE, version=0
    )
    assert (settled.not_done_on, settled.not_done_reason) == (clock.today(), NotDone.NOT_SAFE)
    with pytest.raises(Conflict, match=r"error\.changed_meanwhile"):
        responses.settle_not_done(db, pair.vss, pair.case.id, label="T1", reason=NotDone.REFUSED, version=0)
    with pytest.raises(Conflict, match=r"error\.change\.not_begun"):
        responses.find(db, pair.vss, settled.id)

    found = change.asked(db, pair, pair.vss, "T1", emotional="never")

    assert (found.id, found.not_done_on, found.not_done_reason) == (settled.id, None, "")
    with pytest.raises(Conflict, match=r"error\.change\.done"):
        responses.settle_not_done(
            db, pair.vss, pair.case.id, label="T1", reason=NotDone.REFUSED, version=found.version
        )


def test_broken_off_before_it_was_put_on_another_day_it_is_taken_up_again_with_what_was_answered(
    db: Session, pair: Pair
) -> None:
    found = change.asked(db, pair, pair.vss, "T2.1", is_done=False, emotional="often")
    responses.settle_not_done(
        db, pair.vss, pair.case.id, label="T2.1", reason=NotDone.NOT_SAFE, version=found.version
    )
    time = t_points.find(db, pair.pp, pair.case.id, "T2.1")
    t_points.move(
        db, pair.pp, pair.case.id, label="T2.1", due_on=clock.today(), reason="Later", version=time.version
    )
    moment = changes.of_case(db, pair.vss, pair.case.id).moment("T2.1")
    assert moment is not None
    assert (moment.stand, moment.reason) == (Stand.DUE, None)

    change.begun(db, pair, pair.vss, "T2.1")
    responses.answer(db, pair.vss, found.id, question="fear", value="very", version=0)

    assert responses.find(db, pair.vss, found.id).answers == {"emotional": "often", "fear": "very"}


def _gone(db: Session, pair: Pair) -> QuestionnaireResponse:
    """She was being asked at T2.1 when the programme entered that it had ended before."""
    found = change.asked(db, pair, pair.vss, "T2.1", is_done=False, emotional="often")
    was = t_points.find(db, pair.pp, pair.case.id, "T2.1").on
    assert was is not None
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T3": was - timedelta(days=3)})
    return found


def _seen_by_him(db: Session, pair: Pair) -> object:
    board = changes.of_case(db, pair.pp, pair.case.id)
    said = [(one.label, one.time, one.stand, one.is_other_done, one.item) for one in board.moments]
    events = db.scalars(access.visible_events(pair.pp)).all()
    acts = sorted((one.act, str(one.subject_id)) for one in events if not one.act.startswith("read"))
    return said, t_points.of_case(db, pair.pp, pair.case.id), acts


def test_answers_of_a_time_that_is_due_no_more_are_read_and_finished_and_the_other_side_learns_nothing(
    db: Session, pair: Pair
) -> None:
    found = _gone(db, pair)
    before = _seen_by_him(db, pair)
    moment = changes.of_case(db, pair.vss, pair.case.id).moment("T2.1")
    assert moment is not None
    assert (moment.stand, moment.time.on, moment.time.is_gone) == (Stand.ASKING, None, True)

    responses.answer(db, pair.vss, found.id, question="fear", value="very", version=0)
    responses.finish(db, pair.vss, found.id)

    sheet = responses.find(db, pair.vss, found.id)
    assert (sheet.is_done, sheet.answers) == (True, {"emotional": "often", "fear": "very"})
    board = changes.of_case(db, pair.vss, pair.case.id)
    assert [one.label for one in board.moments] == ["T0", "T1", "T2.1", "T3", "T4"]
    moment = board.moment("T2.1")
    assert moment is not None
    assert moment.stand is Stand.DONE
    assert change_summaries.offered(moment) == {}
    with pytest.raises(Conflict, match=r"error\.change\.done"):
        responses.answer(db, pair.vss, found.id, question="fear", value="not", version=1)
    assert _seen_by_him(db, pair) == before
    assert db.scalars(select(TPoint.label).where(TPoint.label == "T2.1")).all() == []
    with pytest.raises(NotFound):
        responses.find(db, pair.pp, found.id)


def test_a_time_that_is_due_no_more_is_taken_up_again_or_settled(db: Session, pair: Pair) -> None:
    found = _gone(db, pair)
    before = _seen_by_him(db, pair)
    with pytest.raises(Conflict, match=r"error\.t_point_not_done"):
        responses.take_up(db, pair.vss, found.id)
    responses.finish(db, pair.vss, found.id)

    responses.take_up(db, pair.vss, found.id)
    responses.answer(db, pair.vss, found.id, question="fear", value="very", version=0)
    responses.settle_not_done(
        db, pair.vss, pair.case.id, label="T2.1", reason=NotDone.NOT_SAFE, version=found.version
    )

    moment = changes.of_case(db, pair.vss, pair.case.id).moment("T2.1")
    assert moment is not None
    assert (moment.stand, moment.reason) == (Stand.NOT_DONE, NotDone.NOT_SAFE)
    assert responses.find(db, pair.vss, found.id).answers == {"emotional": "often", "fear": "very"}
    again = change.begun(db, pair, pair.vss, "T2.1")
    assert (again.id, again.not_done_on) == (found.id, None)
    assert _seen_by_him(db, pair) == before


def test_at_a_time_that_is_due_no_more_nobody_is_asked_before_the_programme_began_and_may_be_before_its_end(
    db: Session, pair: Pair
) -> None:
    found = _gone(db, pair)
    began, end = (t_points.find(db, pair.vss, pair.case.id, label).on for label in ("T1", "T3"))
    assert began is not None
    assert end is not None

    def say(on: date) -> None:
        version = found.version
        responses.describe(
            db, pair.vss, found.id, mode=Mode.IN_PERSON, asked_on=on, kept_at="", version=version
        )

    say(end - timedelta(days=1))
    with pytest.raises(Invalid, match=r"error\.change\.before_t0") as refused:
        say(began - timedelta(days=1))

    assert refused.value.values["first"] == "T1"


def test_a_time_that_comes_back_is_finished_where_both_read_that_it_is_done(db: Session, pair: Pair) -> None:
    found = _gone(db, pair)
    responses.finish(db, pair.vss, found.id)
    time = t_points.find(db, pair.pp, pair.case.id, "T3")
    t_points.move(db, pair.pp, pair.case.id, label="T3", due_on=None, reason="A slip", version=time.version)

    assert not responses.find(db, pair.vss, found.id).is_done
    responses.finish(db, pair.vss, found.id)

    assert t_points.find(db, pair.pp, pair.case.id, "T2.1").vss_done
    assert not found.is_finished
    responses.take_up(db, pair.vss, found.id)
    assert not t_points.find(db, pair.pp, pair.case.id, "T2.1").vss_done


def test_at_a_time_that_is_due_no_more_nobody_begins_to_ask(db: Session, pair: Pair) -> None:
    _gone(db, pair)

    with pytest.raises(NotFound):
        change.begun(db, pair, pair.pp, "T2.1")
    with pytest.raises(NotFound):
        responses.settle_not_done(
            db, pair.pp, pair.case.id, label="T2.1", reason=NotDone.NOT_REACHED, version=0
        )


def test_broken_off_it_keeps_what_was_answered(db: Session, pair: Pair) -> None:
    found = change.asked(db, pair, pair.vss, "T1", is_done=False, emotional="often")

    responses.settle_not_done(
        db, pair.vss, pair.case.id, label="T1", reason=NotDone.NOT_SAFE, version=found.version
    )

    assert responses.find(db, pair.vss, found.id).answers == {"emotional": "often"}
    with pytest.raises(Conflict, match=r"error\.change\.settled"):
        responses.answer(db, pair.vss, found.id, question="fear", value="very", version=0)


def test_nobody_is_asked_in_the_middle_before_the_programme_began(db: Session, pair: Pair) -> None:
    began = t_points.find(db, pair.vss, pair.case.id, "T1").on
    assert began is not None

    with pytest.raises(Invalid, match=r"error\.change\.before_t0") as refused:
        responses.begin(
            db,
            pair.pp,
            pair.case.id,
            label="T2.1",
            mode=Mode.IN_PERSON,
            asked_on=began - timedelta(days=1),
            version=0,
        )

    assert refused.value.values["first"] == "T1"


def test_nobody_is_asked_at_a_later_time_before_the_first_one(db: Session, pair: Pair) -> None:
    first = t_points.find(db, pair.vss, pair.case.id, "T0").on
    assert first is not None
    found = change.begun(db, pair, pair.vss, "T1")
    before = {"mode": Mode.IN_PERSON, "asked_on": first - timedelta(days=1)}

    with pytest.raises(Invalid, match=r"error\.change\.before_t0"):
        responses.describe(db, pair.vss, found.id, **before, kept_at="", version=found.version)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match=r"error\.change\.before_t0"):
        responses.begin(db, pair.pp, pair.case.id, label="T1", **before, version=0)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match=r"error\.change\.before_t0"):
        t_points.mark_done(db, pair.pp, pair.case.id, label="T1", done_on=before["asked_on"])  # type: ignore[arg-type]


def test_at_t0_nobody_was_asked_before_the_case_began(db: Session, pair: Pair) -> None:
    first = t_points.find(db, pair.vss, pair.case.id, "T0").on
    assert first is not None
    pair.case.opened_on = first - timedelta(days=9)

    def asked(actor: Actor, ago: int) -> QuestionnaireResponse:
        return responses.begin(
            db,
            actor,
            pair.case.id,
            label="T0",
            mode=Mode.IN_PERSON,
            asked_on=first - timedelta(days=ago),
            version=0,
        )

    with pytest.raises(Invalid, match=r"error\.change\.before_case"):
        asked(pair.pp, 10)

    # At the intake, before the two services work together and before the day that is planned for T0.
    assert asked(pair.pp, 9).asked_on == pair.case.opened_on


def test_who_came_to_one_service_before_the_case_was_opened_may_have_been_asked_then(
    db: Session, make: Make, pair: Pair
) -> None:
    first = t_points.find(db, pair.vss, pair.case.id, "T0").on
    assert first is not None
    long_ago = first - timedelta(days=40)
    make.path_entry(pair, pair.vss, "support_began", long_ago)
    make.path_entry(pair, pair.vss, "episode", long_ago - timedelta(days=400))
    here = {"label": "T0", "mode": Mode.IN_PERSON, "version": 0}

    with pytest.raises(Invalid, match=r"error\.change\.before_case"):
        responses.begin(db, pair.vss, pair.case.id, asked_on=long_ago - timedelta(days=1), **here)  # type: ignore[arg-type]
    # Her path is hers: it moves nothing for the programme.
    with pytest.raises(Invalid, match=r"error\.change\.before_case"):
        responses.begin(db, pair.pp, pair.case.id, asked_on=long_ago, **here)  # type: ignore[arg-type]

    found = responses.begin(db, pair.vss, pair.case.id, asked_on=long_ago, **here)  # type: ignore[arg-type]
    assert found.asked_on == long_ago


def test_how_and_when_it_was_asked_is_said_and_corrected(db: Session, pair: Pair) -> None:
    found = change.begun(db, pair, pair.vss, "T0")
    given = {"mode": Mode.ON_PAPER, "asked_on": clock.today(), "kept_at": "Cabinet 2"}

    said = responses.describe(db, pair.vss, found.id, **given, version=found.version)  # type: ignore[arg-type]

    assert (said.mode, said.kept_at) == (Mode.ON_PAPER, "Cabinet 2")
    tomorrow = clock.today() + timedelta(days=1)
    for wrong, key in (
        ({"mode": None}, r"error\.change\.mode"),
        ({"asked_on": tomorrow}, r"error\.in_the_future"),
        ({"asked_on": None}, r"error\.no_date"),
    ):
        with pytest.raises(Invalid, match=key):
            responses.describe(
                db,
                pair.vss,
                found.id,
                **{**given, **wrong},  # type: ignore[arg-type]
                version=said.version,
            )
    with pytest.raises(Conflict, match=r"error\.changed_meanwhile"):
        responses.describe(db, pair.vss, found.id, **given, version=said.version - 1)  # type: ignore[arg-type]


def test_nothing_is_begun_without_a_day_a_way_or_a_reason(db: Session, pair: Pair) -> None:
    case_id, today = pair.case.id, clock.today()

    with pytest.raises(Conflict, match=r"error\.t_point_without_day"):
        change.begun(db, pair, pair.vss, "T3")
    with pytest.raises(Invalid, match=r"error\.change\.mode"):
        responses.begin(db, pair.vss, case_id, label="T0", mode=None, asked_on=today, version=0)
    with pytest.raises(Invalid, match=r"error\.change\.reason"):
        responses.settle_not_done(db, pair.vss, case_id, label="T0", reason=None, version=0)
    with pytest.raises(NotFound):
        change.begun(db, pair, pair.vss, "T7")


def test_no_time_is_closed_over_an_answer_that_was_typed_and_not_sent(db: Session, pair: Pair) -> None:
    found = change.begun(db, pair, pair.vss, "T0")
    [question, *_] = [one for one in responses.find(db, pair.vss, found.id).asked if one.kind is Kind.TEXT]
    responses.answer(db, pair.vss, found.id, question=question.id, value="First words", version=0)
    slot = f"{responses.place_of(found.id, question.id)}:value"
    unsent.keep(db, pair.vss, slot, text="First words, and more", case_id=pair.case.id)

    with pytest.raises(Conflict, match=r"error\.change\.unsent"):
        responses.finish(db, pair.vss, found.id)

    responses.answer(db, pair.vss, found.id, question=question.id, value="First words, and more", version=1)
    responses.finish(db, pair.vss, found.id)


def test_who_typed_the_only_answer_and_did_not_send_it_is_not_told_that_nothing_is_answered(
    db: Session, pair: Pair
) -> None:
    found = change.begun(db, pair, pair.vss, "T0")
    [question, *_] = [one for one in responses.find(db, pair.vss, found.id).asked if one.kind is Kind.TEXT]
    slot = f"{responses.place_of(found.id, question.id)}:value"
    unsent.keep(db, pair.vss, slot, text="All that she said", case_id=pair.case.id)

    with pytest.raises(Conflict, match=r"error\.change\.unsent"):
        responses.finish(db, pair.vss, found.id)


def test_what_a_colleague_settled_is_not_begun_over_unseen(db: Session, pair: Pair) -> None:
    responses.settle_not_done(db, pair.vss, pair.case.id, label="T0", reason=NotDone.NOT_SAFE, version=0)

    with pytest.raises(Conflict):
        change.begun(db, pair, pair.vss, "T0", version=0)
    [row] = responses.of_case(db, pair.vss, pair.case.id)
    assert row.not_done_reason == NotDone.NOT_SAFE
    change.begun(db, pair, pair.vss, "T0", version=row.version)


def test_a_closed_case_takes_no_answers(db: Session, pair: Pair) -> None:
    found = change.begun(db, pair, pair.vss, "T0")
    pair.case.closed_on = clock.today()

    with pytest.raises(Conflict, match=r"error\.case_closed"):
        responses.answer(db, pair.vss, found.id, question="fear", value="very", version=0)


def test_the_other_service_finds_nothing_and_the_own_one_that_reads_no_file_neither(
    db: Session, make: Make, pair: Pair
) -> None:
    found = change.asked(db, pair, pair.vss, "T0", emotional="often")
    chair = make.chair(pair)
    colleague = make.actor(pair.vss.service_id)

    for actor in (pair.pp, chair, colleague):
        with pytest.raises(NotFound):
            responses.find(db, actor, found.id)
        assert list(db.scalars(access.visible_questionnaire_answers(actor))) == []
    with pytest.raises(NotAllowed):
        change.begun(db, pair, chair, "T1")
    assert list(responses.of_case(db, pair.pp, pair.case.id)) == []


def test_an_own_questionnaire_is_answered_like_the_short_form(db: Session, make: Make, pair: Pair) -> None:
    administrator = make.actor(make.service(), Role.ADMINISTRATOR)
    drafted = questionnaires.enter(db, administrator, structure=STRUCTURE, words=WORDS)
    questionnaires.release(db, administrator, version=drafted.version)

    found = change.asked(db, pair, pair.vss, "T1", lives="much", shouts="some", since="worse")

    sheet = responses.find(db, pair.vss, found.id)
    assert [one.id for one in sheet.asked] == ["lives", "shouts", "calls", "since", "words"]
    assert (found.questionnaire, found.number) == ("ours_her", 1)
