"""A copy of somebody's own data beside notices: his conditions, what she was told, and nothing of the other service's words."""

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.models import RequestKind, Subject, SubjectKind
from core.operations import (
    copies,
    immediate_notices,
    notice_answers,
    path_entries,
    person_requests,
    reentries,
)
from core.operations.copy_pieces import Piece
from tests import risk
from tests.make import Make, Pair
from tests.notices import TODAY, days, left, said, sent


def pieces(db: Session, pair: Pair, subject: Subject) -> list[Piece]:
    keeper = pair.vss if subject.kind is SubjectKind.HER else pair.pp
    asked = person_requests.record(
        db, keeper, subject.id, kind=RequestKind.ACCESS, asked_on=clock.today(), is_identified=True
    )
    return copies.pieces(db, keeper, asked.id)


def came_back(db: Session, pair: Pair, conditions: str) -> None:
    for kind, ago in (("intake", 90), ("left", 60), ("returned", 5)):
        entry = path_entries.add(db, pair.pp, pair.case.id, kind=kind, happened_on=days(ago))
    reentries.decide(db, pair.pp, entry.id, begins_anew=False, conditions=conditions)


def test_his_conditions_are_his_and_no_notice_is_in_his_copy(db: Session, make: Make) -> None:
    pair = make.pair()
    him = risk.about(db, pair, pair.pp)
    sent(db, pair, pair.pp, said(pair.pp, "He said: I will end this."))
    came_back(db, pair, "Every week, sober")

    found = pieces(db, pair, him)

    assert [(one.text, one.doubt) for one in found if one.heading == "Came back" and one.text] == [
        ("Every week, sober", "")
    ]
    assert "I will end this" not in "".join(one.text for one in found)


@pytest.mark.parametrize("part", ["facts", "done", "asked", "answer"])
def test_what_the_other_service_wrote_in_a_notice_or_its_answer_never_goes_to_him(
    db: Session, make: Make, part: str
) -> None:
    pair = make.pair()
    him = risk.about(db, pair, pair.pp)
    words = "near her work"
    if part == "answer":
        told = sent(db, pair, pair.pp)
        notice_answers.answer(db, pair.vss, told.id, decisions=["noted"], words=words)
    else:
        sent(db, pair, pair.vss, said(pair.vss, **({"facts": "Seen"} | {part: words})))
    came_back(db, pair, f"He is not seen {words} again")

    [piece] = [one for one in pieces(db, pair, him) if one.heading == "Came back" and one.text]

    assert (piece.never, piece.doubt) == (True, "never")


def test_his_conditions_wait_for_a_look_where_a_notice_was_taken_back(db: Session, make: Make) -> None:
    pair = make.pair()
    him = risk.about(db, pair, pair.pp)
    notice = sent(db, pair, pair.vss)
    immediate_notices.take_back(db, pair.vss, notice.id)
    came_back(db, pair, "Every week")

    [piece] = [one for one in pieces(db, pair, him) if one.heading == "Came back" and one.text]

    assert (piece.never, piece.doubt) == (False, "taken_back")


def test_what_she_was_told_is_hers_after_somebody_has_looked(db: Session, make: Make) -> None:
    pair = make.pair()
    her = risk.about(db, pair, pair.vss)
    told = sent(db, pair, pair.pp, left(pair.pp))
    notice_answers.record_talk(
        db, pair.vss, told.id, happened_on=TODAY, was_told=True, note="She is relieved"
    )

    [piece] = [one for one in pieces(db, pair, her) if one.said == "notices.copy_told"]

    assert (piece.text, piece.doubt, piece.never) == ("She is relieved", "of_others", False)
