"""What a copy of somebody's own data holds of a first pass: hers for her, and to him nothing of it."""

from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import PersonRequest, RequestKind, Seen, Subject
from core.operations import copies, first_passes, person_requests, risk_boards
from core.operations.copy_pieces import Piece
from core.operations.first_passes import HER, RiskGrade
from tests import risk
from tests.make import Make, Pair


def asked(db: Session, actor: Actor, subject: Subject) -> PersonRequest:
    return person_requests.record(
        db,
        actor,
        subject.id,
        kind=RequestKind.ACCESS,
        asked_on=clock.today(),
        note="By letter",
        is_identified=True,
    )


def of_risk(db: Session, pair: Pair, actor: Actor) -> list[Piece]:
    request = asked(db, actor, risk.about(db, pair, actor))
    return [one for one in copies.pieces(db, actor, request.id) if one.section == "risk"]


def test_her_copy_holds_how_she_sees_it_and_what_was_answered_on_her_where_somebody_looked(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair, children=("C-07a",))
    first_passes.write_her_view(
        db, pair.vss, found.id, grade=RiskGrade.HIGH, words="He will come back", stays=True, version=0
    )
    risk.say(
        db, pair.vss, found.id, "strangled", Seen.PRESENT, note="Twice", told_by="her friend", stays=True
    )
    risk.say(db, pair.vss, found.id, "money", Seen.NOT_KNOWN)
    first_passes.say_part(db, pair.vss, found.id, about="C-07a", takes_part=False, version=0)
    risk.say(db, pair.vss, found.id, "hurt", Seen.PRESENT, "C-07a", note="By the neighbour")

    held = of_risk(db, pair, pair.vss)

    assert [(one.said, one.text, one.doubt, one.never) for one in held] == [
        ("risk.grade.high", "He will come back", "unsafe", False),
        ("risk.seen.present", "Twice", "of_others", False),
    ]
    assert all("friend" not in f"{one.heading} {one.text}" for one in held)


def test_nothing_that_his_programme_answered_on_the_danger_goes_to_him(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.pp, found.id, "strangled", Seen.PRESENT, note="He said so")

    assert [(one.text, one.never) for one in of_risk(db, pair, pair.pp)] == [("He said so", True)]


def test_that_the_table_holds_the_same_words_keeps_her_own_from_nobody(db: Session, make: Make) -> None:
    pair = make.pair()
    said = "He came to her door twice that night"
    found = risk.opened(db, pair, {}, {"strangled": Seen.PRESENT})
    first_passes.take_back(db, pair.vss, found.id)
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT, note=said)
    risk_boards.settle(
        db, pair.pp, found.id, about=HER, item="strangled", seen=Seen.PRESENT, note=said, number=0
    )

    assert [(one.text, one.never) for one in of_risk(db, pair, pair.vss)] == [(said, False)]
