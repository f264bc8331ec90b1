"""What the programme shares of its part: as it stood in the preview, on a ground, and nothing of hers ever."""

import pytest
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotAllowed
from core.locale import Words
from core.models import JointItem, Seen, ServiceKind, SubjectKind
from core.operations import digital_shares, digital_steps, files, joint_items, safety_actions
from core.operations.releases import Terms
from core.operations.safety_actions import Wanted
from tests.make import Make, Pair, consented

WORDS = Words()


def grounded(db: Session, make: Make, pair: Pair) -> Terms:
    him = make.subject(pair.pp_file, SubjectKind.HIM, name="Miro Adam")
    consented(db, pair.pp, him)
    return Terms(him.id, "risk_assessment")


def answered(db: Session, pair: Pair, note: str = "He named the street") -> None:
    row = digital_steps.mine(db, pair.pp, pair.case.id).get("knows")
    digital_steps.answer(
        db,
        pair.pp,
        pair.case.id,
        step="knows",
        seen=Seen.PRESENT,
        note=note,
        version=row.version if row else 0,
    )


def share(db: Session, pair: Pair, terms: Terms, *, meant: bool = False) -> JointItem:
    seen = digital_shares.preview(db, pair.pp, pair.case.id, words=WORDS, terms=terms).digest
    return digital_shares.share(
        db, pair.pp, pair.case.id, words=WORDS, terms=terms, seen=seen, names_are_meant=meant
    )


def test_the_other_service_reads_what_stood_there_when_it_was_shared(db: Session, make: Make) -> None:
    pair = make.pair()
    terms = grounded(db, make, pair)
    answered(db, pair)
    safety_actions.write(
        db, pair.pp, pair.case.id, wanted=Wanted("accountability", "Signs out of the tablet", "Ivo")
    )
    assert digital_shares.of_other(db, pair.vss, pair.case.id) == []

    share(db, pair, terms)

    [shown] = digital_shares.of_other(db, pair.vss, pair.case.id)
    assert "He named the street" in shown.text
    assert "- Signs out of the tablet (Ivo)" in shown.text
    assert digital_shares.standing(db, pair.pp, pair.case.id, words=WORDS).is_current
    answered(db, pair, "He named the day too")
    assert not digital_shares.standing(db, pair.pp, pair.case.id, words=WORDS).is_current
    assert "the day" not in digital_shares.of_other(db, pair.vss, pair.case.id)[0].text


def test_shared_anew_it_takes_the_place_of_what_was_shared_and_can_be_taken_back(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    terms = grounded(db, make, pair)
    answered(db, pair)
    first = share(db, pair, terms)
    answered(db, pair, "He named the day too")

    second = share(db, pair, terms)
    assert [one.id for one in digital_shares.of_other(db, pair.vss, pair.case.id)] == [second.id]
    assert first.withdrawn_at is not None

    joint_items.withdraw(db, pair.pp, second.id)
    assert digital_shares.of_other(db, pair.vss, pair.case.id) == []
    assert digital_shares.standing(db, pair.pp, pair.case.id, words=WORDS).item is None


def test_nothing_is_shared_unseen_empty_or_with_a_name_in_it(db: Session, make: Make) -> None:
    pair = make.pair()
    terms = grounded(db, make, pair)
    with pytest.raises(Invalid, match="nothing_to_share"):
        share(db, pair, terms)
    answered(db, pair, "Miro Adam says so himself")

    with pytest.raises(Invalid, match="names_somebody"):
        share(db, pair, terms)
    with pytest.raises(Conflict, match="not_previewed"):
        digital_shares.share(db, pair.pp, pair.case.id, words=WORDS, terms=terms, seen="")
    with pytest.raises(Invalid, match=r"release\.about"):
        share(db, pair, Terms(), meant=True)

    assert share(db, pair, terms, meant=True).released_at is not None


def test_it_is_shared_however_many_actions_there_are(db: Session, make: Make) -> None:
    pair = make.pair()
    terms = grounded(db, make, pair)
    for _ in range(20):
        safety_actions.write(db, pair.pp, pair.case.id, wanted=Wanted("accountability", "x" * 480, "M" * 100))

    assert share(db, pair, terms).text.count("x" * 480) == 20


def test_the_victim_support_service_shares_nothing_of_it(db: Session, make: Make) -> None:
    pair = make.pair()

    with pytest.raises(NotAllowed, match=r"digital\.his"):
        digital_shares.preview(db, pair.vss, pair.case.id, words=WORDS, terms=Terms())


def test_what_is_shared_from_a_page_of_its_own_is_no_topic_of_notes(db: Session, make: Make) -> None:
    pair = make.pair()

    assert pair.pp.kind is ServiceKind.PP
    assert digital_shares.TOPIC not in {one.id for one in files.topics(pair.pp)}
