"""A text that is not sent is kept for its author, and for nobody else."""

from sqlalchemy.orm import Session

from core.models import Role
from core.operations import assignments, unsent
from tests.make import Make


def test_a_kept_text_is_its_authors_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    colleague = make.actor(pair.vss.service_id, Role.CASE_MANAGER)
    make.assign(pair.case, colleague)
    slot = f"note:{pair.case.id}:text"

    unsent.keep(db, pair.vss, slot, text="She moves on Friday", case_id=pair.case.id)

    assert unsent.of_slots(db, pair.vss, [slot])[slot].text == "She moves on Friday"
    assert unsent.of_slots(db, colleague, [slot]) == {}
    assert unsent.of_slots(db, pair.pp, [slot]) == {}


def test_who_leaves_the_case_is_not_offered_the_text_until_they_are_back(db: Session, make: Make) -> None:
    pair = make.pair()
    colleague = make.actor(pair.vss.service_id, Role.CASE_MANAGER)
    make.assign(pair.case, colleague)
    slot = f"note:{pair.case.id}:text"
    unsent.keep(db, colleague, slot, text="She moves on Friday", case_id=pair.case.id)

    assignments.unassign(db, pair.vss, pair.case.id, person_id=colleague.person_id)
    db.flush()
    gone = unsent.of_slots(db, colleague, [slot])
    make.assign(pair.case, colleague)

    assert gone == {}
    assert list(unsent.of_slots(db, colleague, [slot])) == [slot]


def test_texts_are_let_go_together_and_nobody_elses(db: Session, make: Make) -> None:
    pair = make.pair()
    slots = [f"action:{pair.case.id}:{name}" for name in ("need", "text")]
    for actor in (pair.pp, pair.vss):
        for slot in slots:
            unsent.keep(db, actor, slot, text="Typed", case_id=pair.case.id)

    unsent.drop(db, pair.pp, *slots)

    assert unsent.of_slots(db, pair.pp, slots) == {}
    assert set(unsent.of_slots(db, pair.vss, slots)) == set(slots)
