"""What was answered on change goes into the copy of the one who answered, and goes with the file when it is erased."""

from sqlalchemy.orm import Session

from core import clock, erasing
from core.access import Actor
from core.models import RequestKind, Subject, SubjectKind
from core.operations import copies, person_requests
from core.operations.copy_pieces import Piece
from tests import change
from tests.make import Make, share

SHARED = "He waits at the gate of the school on Fridays"


def answers(db: Session, actor: Actor, subject: Subject) -> list[Piece]:
    asked = person_requests.record(
        db, actor, subject.id, kind=RequestKind.ACCESS, asked_on=clock.today(), is_identified=True
    )
    return [one for one in copies.pieces(db, actor, asked.id) if one.section == "answers"]


def test_a_copy_holds_ones_own_answers_and_nobody_elses(db: Session, make: Make) -> None:
    pair = make.pair()
    change.dated(db, pair)
    him, her = change.person(db, pair, pair.pp), change.person(db, pair, pair.vss)
    him_there = make.subject(pair.vss_file, SubjectKind.HIM)
    change.asked(db, pair, pair.pp, "T0", emotional="once", own_words="A walk")
    change.asked(db, pair, pair.vss, "T0", emotional="often")

    [his], [hers] = answers(db, pair.pp, him), answers(db, pair.vss, her)

    assert his.heading == "Short form for him · T0"
    assert "How often did you insult, threaten, humiliate or control her? Once or twice" in his.text
    assert "A walk" in his.text
    assert "control you? Often" in hers.text
    assert answers(db, pair.vss, him_there) == []
    assert (his.doubt, hers.never) == ("", False)


def test_an_answer_that_repeats_what_the_other_service_shared_never_goes_out(db: Session, make: Make) -> None:
    pair = make.pair()
    change.dated(db, pair)
    him = change.person(db, pair, pair.pp)
    share(db, pair.vss, make.note(pair.vss_file, pair.vss, "her_account").id, SHARED)
    change.asked(db, pair, pair.pp, "T0", own_words=f"They say: {SHARED}")

    [his] = answers(db, pair.pp, him)

    assert (his.never, his.doubt) == (True, "never")


def test_answers_go_with_the_file_that_they_lie_in(db: Session, make: Make) -> None:
    pair = make.pair()
    change.dated(db, pair)
    his = change.asked(db, pair, pair.pp, "T0", emotional="once")
    hers = change.asked(db, pair, pair.vss, "T0", emotional="often", fear="very")

    goes = erasing.reach(db, pair.case.id, pair.vss.service_id, ["own_file"])

    assert goes["questionnaire_response"] == {hers.id}
    assert len(goes["questionnaire_answer"]) == 2
    erasing.erase(db, goes)
    kept = erasing.reach(db, pair.case.id, pair.pp.service_id, ["own_file"])
    assert kept["questionnaire_response"] == {his.id}
