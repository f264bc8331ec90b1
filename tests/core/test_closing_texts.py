"""What is written at the end of a case: by each side for itself, by both to the report, and to the managements without the case."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, erasing
from core.access import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import (
    Agreement,
    ClosingStep,
    ClosingText,
    Event,
    Lesson,
    RequestKind,
    Role,
    Settled,
    Subject,
    SubjectKind,
)
from core.operations import (
    closing_due,
    closing_steps,
    closing_texts,
    closings,
    copies,
    lessons,
    person_requests,
)
from core.operations.copy_pieces import Piece
from tests import closing as steps
from tests.make import Make, Pair, share

DAY = timedelta(days=1)
SHARED = "He waits at the gate of the school on Fridays"


def write(  # noqa: PLR0917
    db: Session, pair: Pair, actor: Actor, key: str, words: str, version: int = 0
) -> ClosingText:
    found = closings.current(db, pair.pp, pair.case.id)
    assert found is not None
    return closing_texts.write(db, actor, found.id, key=key, words=words, version=version)


def end_agreement(db: Session, pair: Pair) -> None:
    for agreement in db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id)):
        agreement.ends_on = clock.today() - DAY
    db.flush()


def test_each_service_writes_for_itself_and_both_read_it(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = closings.begin(db, pair.pp, pair.case.id)
    write(db, pair, pair.pp, "course", "A year of the group")
    write(db, pair, pair.vss, "course", "Thirty talks")

    for actor in (pair.pp, pair.vss):
        found = closing_texts.of_closing(db, actor, closing.id)
        assert found["course", pair.pp.service_id].text == "A year of the group"
        assert found["course", pair.vss.service_id].text == "Thirty talks"


def test_two_colleagues_of_one_service_overwrite_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    closings.begin(db, pair.pp, pair.case.id)
    first = write(db, pair, pair.pp, "course", "One")

    with pytest.raises(Conflict):
        write(db, pair, pair.pp, "course", "Two")
    write(db, pair, pair.pp, "course", "Two", first.version)
    with pytest.raises(Conflict):
        write(db, pair, pair.pp, "after", "Three", 1)

    assert db.scalars(select(ClosingText.text)).all() == ["Two"]


def test_what_no_content_asks_for_is_not_written(db: Session, make: Make) -> None:
    pair = make.pair()
    closings.begin(db, pair.pp, pair.case.id)

    with pytest.raises(NotFound):
        write(db, pair, pair.pp, "verdict", "He changed")


def test_after_the_agreement_nobody_reads_or_writes_it(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = closings.begin(db, pair.pp, pair.case.id)
    write(db, pair, pair.vss, "course", "Thirty talks")
    end_agreement(db, pair)

    assert closing_texts.of_closing(db, pair.pp, closing.id) == {}
    with pytest.raises(NotAllowed):
        write(db, pair, pair.pp, "course", "One")
    with pytest.raises(NotAllowed):
        steps.given(db, pair.vss, closing)


def test_the_report_stands_when_the_case_is_closed_and_the_review_can_still_be_written(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair, has_follow_up=False)

    with pytest.raises(Conflict, match=r"error\.case_closed"):
        write(db, pair, pair.pp, "course", "Later")

    assert write(db, pair, pair.pp, "helped", "Short ways").text == "Short ways"


def test_what_a_service_does_for_its_own_person_is_its_own(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = closings.begin(db, pair.pp, pair.case.id)
    step = closing_steps.record(
        db,
        pair.vss,
        closing.id,
        step="safety_plan",
        settled=Settled.DONE,
        words="Her new counsellor",
        version=0,
    )

    standing = closings.of_case(db, pair.pp, pair.case.id)

    assert standing.own is not None
    assert standing.own.steps == {}
    with pytest.raises(NotFound):
        closing_steps.record(
            db, pair.pp, closing.id, step="safety_plan", settled=Settled.DONE, words="x", version=0
        )
    with pytest.raises(Conflict):
        closing_steps.record(
            db, pair.vss, closing.id, step="safety_plan", settled=Settled.DONE, words="x", version=9
        )
    closing_steps.record(
        db,
        pair.vss,
        closing.id,
        step="safety_plan",
        settled=Settled.NOT_NEEDED,
        words="She moved to her sister",
        version=step.version,
    )
    assert db.scalars(select(ClosingStep)).one().settled is Settled.NOT_NEEDED


def test_a_step_says_what_became_of_it_and_how(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = closings.begin(db, pair.pp, pair.case.id)

    with pytest.raises(Invalid, match=r"error\.cooperation\.choose"):
        closing_steps.record(db, pair.pp, closing.id, step="told_him", settled=None, words="x", version=0)
    with pytest.raises(Invalid, match=r"error\.empty"):
        closing_steps.record(
            db, pair.pp, closing.id, step="told_him", settled=Settled.DONE, words=" ", version=0
        )
    with pytest.raises(Conflict):
        closing_steps.record(
            db, pair.pp, closing.id, step="told_him", settled=Settled.DONE, words="x", version=3
        )


def test_an_answer_of_the_review_goes_on_without_the_case_the_day_and_the_person(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    closing = closings.begin(db, pair.pp, pair.case.id)
    write(db, pair, pair.vss, "helped", "One telephone number for both")
    write(db, pair, pair.vss, "missing", "Somebody for the children")
    write(db, pair, pair.pp, "hindered", "Long ways")

    given = steps.given(db, pair.vss, closing)

    assert given == 2
    rows = db.scalars(select(Lesson)).all()
    assert {row.text for row in rows} == {"One telephone number for both", "Somebody for the children"}
    assert {(row.created_at.month, row.created_at.day, row.year) for row in rows} == {
        (1, 1, clock.today().year)
    }
    columns = set(Lesson.__table__.c.keys())
    assert columns == {"id", "created_at", "cooperation_id", "service_id", "question", "text", "year"}
    ids = {row.id for row in rows}
    assert not ids & set(db.scalars(select(Event.subject_id)))


def test_the_managements_of_both_services_read_it_by_question_and_others_nothing(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    closing = closings.begin(db, pair.pp, pair.case.id)
    write(db, pair, pair.vss, "helped", "One number for both")
    steps.given(db, pair.vss, closing)
    cooperation_id = pair.case.cooperation_id

    for service_id in (pair.pp.service_id, pair.vss.service_id):
        lead = make.actor(service_id, Role.MANAGER)
        [said] = lessons.of_cooperation(db, lead, cooperation_id)["helped"]
        assert (said.kind, said.text, said.year) == (pair.vss.kind, "One number for both", clock.today().year)
    elsewhere = make.pair()
    with pytest.raises(NotFound):
        lessons.of_cooperation(db, elsewhere.pp, cooperation_id)


def test_what_was_passed_on_is_passed_on_once_and_stays(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = closings.begin(db, pair.pp, pair.case.id)
    with pytest.raises(Conflict, match=r"error\.closing\.nothing_to_give"):
        steps.given(db, pair.pp, closing)
    mine = write(db, pair, pair.pp, "helped", "Short ways")
    steps.given(db, pair.pp, closing)

    with pytest.raises(Conflict, match=r"error\.closing\.nothing_to_give"):
        steps.given(db, pair.pp, closing)
    with pytest.raises(Conflict, match=r"error\.closing\.given"):
        write(db, pair, pair.pp, "helped", "Something else", mine.version)


def test_what_a_colleague_changed_while_somebody_read_does_not_go_on(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = closings.begin(db, pair.pp, pair.case.id)
    first = write(db, pair, pair.pp, "helped", "Short ways")
    seen = lessons.digest([first])
    write(db, pair, pair.pp, "helped", "What nobody has looked at", first.version)

    with pytest.raises(Conflict, match=r"error\.closing\.not_seen"):
        lessons.give(db, pair.pp, closing.id, seen=seen)

    assert db.scalars(select(Lesson)).all() == []


def test_an_answer_that_says_of_which_case_it_speaks_is_refused(db: Session, make: Make) -> None:
    pair = make.pair()
    code = make.subject(pair.vss_file, name="Mara Fictional").code
    closings.begin(db, pair.pp, pair.case.id)

    for said in (f"In {pair.case.code.lower()} the ways were short", f"{code} was alone"):
        with pytest.raises(Invalid, match=r"error\.closing\.tells_which"):
            write(db, pair, pair.vss, "helped", said)
    with pytest.raises(Invalid, match=r"error\.names_in_joint"):
        write(db, pair, pair.vss, "helped", "Mara was alone")
    assert write(db, pair, pair.vss, "course", f"{code} was alone").text


def keys(db: Session, actor: Actor, days: int = 14) -> list[str]:
    return [one.key for one in closing_due.waiting(db, actor, days=days)]


def test_today_says_what_waits_from_t3_to_the_last_day_of_reading(db: Session, make: Make) -> None:
    pair = make.pair()
    steps.dated(db, pair)
    assert keys(db, pair.pp) == keys(db, pair.vss) == ["prepare"]
    steps.joint_done(db, make, pair)
    closing = closings.begin(db, pair.pp, pair.case.id)
    for actor in (pair.pp, pair.vss):
        steps.own_done(db, pair, actor, closing)
    assert keys(db, pair.pp) == keys(db, pair.vss) == ["prepare"]

    steps.proposed(db, pair.pp, closing)
    closings.take_back(db, pair.vss, closing.id, version=closing.version)
    assert keys(db, pair.pp) == keys(db, pair.vss) == ["prepare"]

    steps.proposed(db, pair.pp, closing)
    assert (keys(db, pair.pp), keys(db, pair.vss)) == ([], ["agree"])
    closings.agree(db, pair.vss, closing.id, version=closing.version)
    assert keys(db, pair.pp) == keys(db, pair.vss) == ["learn"]
    write(db, pair, pair.pp, "helped", "Short ways")
    steps.given(db, pair.pp, closing)
    assert (keys(db, pair.pp), keys(db, pair.vss)) == ([], ["learn"])
    with clock.at(clock.now() + timedelta(days=190)):
        assert keys(db, pair.pp) == ["follow_up"]
        for actor in (pair.pp, pair.vss):
            steps.settled(db, pair, actor, "T4")
            closings.finish(db, actor, closing.id, version=closing.version)
        assert keys(db, pair.pp) == ["read"]
        assert keys(db, pair.vss) == ["learn", "read"]


def test_a_guest_and_who_only_chairs_are_asked_for_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)
    steps.proposed(db, pair.pp, closing)

    assert keys(db, make.chair(pair)) == []


def copied(db: Session, actor: Actor, subject: Subject) -> list[Piece]:
    asked = person_requests.record(
        db, actor, subject.id, kind=RequestKind.ACCESS, asked_on=clock.today(), is_identified=True
    )
    return [one for one in copies.pieces(db, actor, asked.id) if one.section == "closing"]


def test_what_is_done_for_somebody_goes_into_their_copy_and_into_nobody_elses(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    steps.dated(db, pair)
    him = make.subject(pair.pp_file, SubjectKind.HIM)
    her, him_there = make.subject(pair.vss_file), make.subject(pair.vss_file, SubjectKind.HIM)
    share(db, pair.vss, make.note(pair.vss_file, pair.vss, "her_account").id, SHARED)
    closing = closings.begin(db, pair.pp, pair.case.id)
    for actor in (pair.pp, pair.vss):
        steps.own_done(db, pair, actor, closing)
    told = db.scalars(select(ClosingStep).where(ClosingStep.step == "told_him")).one()
    told.text = f"They say: {SHARED}"
    db.flush()

    his = {one.heading: one for one in copied(db, pair.pp, him)}

    assert (his["What he is told, and by whom"].never, len(his)) == (True, 2)
    assert not his["Where he turns when it gets difficult"].never
    assert len(copied(db, pair.vss, her)) == 3
    assert copied(db, pair.vss, him_there) == []


def test_erasing_a_file_takes_its_steps_and_what_both_wrote_goes_with_the_shared(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    steps.dated(db, pair)
    closing = closings.begin(db, pair.pp, pair.case.id)
    for actor in (pair.pp, pair.vss):
        steps.own_done(db, pair, actor, closing)
    text = write(db, pair, pair.pp, "course", "A year")

    own = erasing.reach(db, pair.case.id, pair.vss.service_id, ["own_file"])
    shared = erasing.reach(db, pair.case.id, pair.vss.service_id, ["shared"])
    frame = erasing.reach(db, pair.case.id, pair.vss.service_id, ["frame"])

    mine = db.scalars(select(ClosingStep.id).where(ClosingStep.file_id == pair.vss_file.id)).all()
    assert own["closing_step"] == set(mine)
    assert "closing_text" not in own
    assert shared["closing_text"] == {text.id}
    assert frame["closing"] == {closing.id}
