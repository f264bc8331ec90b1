"""A text that is not sent is kept for its author, and for nobody else."""

from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import erasing
from core.access import Actor
from core.content.meeting_kinds import Entry
from core.models import Role, UnsentText
from core.operations import assignments, unsent
from core.sealed import RING
from core.sealing import KeyMissingError
from core.store import Store
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


@pytest.mark.parametrize(
    ("texts", "stays"),
    [
        (["In the mid"], True),
        (["In the mid", "In t"], True),
        (["Anew", "In the middle"], False),
        (["In the middle "], False),
        (["In the middle of it"], True),
    ],
)
def test_a_kept_text_is_let_go_by_whoever_had_it_before_them_alone(
    db: Session, make: Make, texts: list[str], *, stays: bool
) -> None:
    pair = make.pair()
    unsent.keep(db, pair.vss, "note:text", text="In the middle")

    unsent.let_go(db, pair.vss, {"note:text": texts, "note:source": texts})

    assert bool(unsent.of_slots(db, pair.vss, ["note:text"])) is stays


def test_a_place_that_no_database_can_name_is_one_as_any_other(db: Session, make: Make) -> None:
    pair = make.pair()

    for place in ("note:\ud800", "note:\x00"):
        unsent.let_go(db, pair.vss, {place: ["In the middle"]})
        unsent.keep(db, pair.vss, place, text="In the middle")
        assert [one.text for one in unsent.of_slots(db, pair.vss, [place]).values()] == ["In the middle"]
        assert unsent.others(db, pair.vss, [place]) == []
        unsent.let_go(db, pair.vss, {place: ["In the middle"]})
        assert unsent.of_slots(db, pair.vss, [place]) == {}


def test_a_text_takes_no_place_of_one_that_its_page_has_not_shown(db: Session, make: Make) -> None:
    pair = make.pair()
    for text, shown, stands in (
        ("In the middle", None, "In the middle"),
        ("In the mid", "", "In the middle"),
        ("In the mid", "In the middle", "In the mid"),
        ("In the mids", "", "In the mids"),
        ("Anew", "", "Anew"),
    ):
        unsent.keep(db, pair.vss, "note:text", text=text, shown=shown)
        assert unsent.of_slots(db, pair.vss, ["note:text"])["note:text"].text == stands
    unsent.keep(db, pair.vss, "note:text", text="Anew", seen_version=3, shown="Anew")
    unsent.rescue(db, pair.vss.person_id, "note:text", text="Anew")
    assert unsent.of_slots(db, pair.vss, ["note:text"])["note:text"].seen_version == 3
    unsent.rescue(db, pair.vss.person_id, "note:text", text="On the way")

    assert {one.kept.text for one in unsent.mine(db, pair.vss)} == {"In the mids", "Anew", "On the way"}


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


def test_all_that_is_kept_of_somebody_is_found_without_its_form_and_by_nobody_else(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    left = make.pair_of(pair)
    make.assign(left.case, make.actor(pair.vss.service_id, Role.CASE_MANAGER))
    unsent.keep(db, pair.vss, f"reentry:{pair.case.id}:reason", text="He asks again", case_id=pair.case.id)
    unsent.keep(db, pair.vss, f"agenda_item:{pair.case.id}:facts", text="Seen on Friday")
    unsent.keep(db, pair.vss, f"note:{left.case.id}:text", text="Of a case left", case_id=left.case.id)
    assignments.unassign(db, left.vss, left.case.id, person_id=pair.vss.person_id)
    db.flush()

    found = {(one.code, one.kept.text) for one in unsent.mine(db, pair.vss)}

    assert found == {(pair.case.code, "He asks again"), ("", "Seen on Friday")}
    assert unsent.mine(db, pair.pp) == []


def test_texts_are_let_go_together_and_nobody_elses(db: Session, make: Make) -> None:
    pair = make.pair()
    slots = [f"action:{pair.case.id}:{name}" for name in ("need", "text")]
    for actor in (pair.pp, pair.vss):
        for slot in slots:
            unsent.keep(db, actor, slot, text="Typed", case_id=pair.case.id)

    unsent.let_go(db, pair.pp, {slot: ["Typed"] for slot in slots})

    assert unsent.of_slots(db, pair.pp, slots) == {}
    assert set(unsent.of_slots(db, pair.vss, slots)) == set(slots)


def test_what_was_typed_when_the_session_ended_is_kept_with_the_keys_of_its_author(own_store: Store) -> None:
    with own_store.writing.begin() as db:
        pair = Make(db).pair()

    with own_store.writing.begin() as db:
        db.info[RING] = None  # nobody acts any more
        unsent.rescue(db, pair.vss.person_id, "action:need", text="She moves")

    (kept,) = own_store.read(every_text, pair.vss)
    assert kept.text == "She moves"
    (closed,) = own_store.read(every_text, pair.pp)
    with pytest.raises(KeyMissingError):
        _ = closed.text


def every_text(db: Session, _actor: Actor) -> list[UnsentText]:
    return list(db.scalars(select(UnsentText)))


def test_what_is_typed_at_the_table_belongs_to_its_case_and_goes_with_the_meeting(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    colleague = make.actor(pair.vss.service_id, Role.CASE_MANAGER)
    make.assign(pair.case, colleague)
    meeting = make.table(pair)
    at_item = unsent.slot(meeting.items[0].id, Entry.FACTS)
    new_action = f"write_action_{meeting.id.hex}_text"
    unsent.keep(db, colleague, at_item, text="Seen at the mill", seen_version=1)
    unsent.rescue(db, colleague.person_id, new_action, text="She asks for a lock")

    found = {(one.code, one.kept.text) for one in unsent.mine(db, colleague)}
    gone = erasing.reach(db, pair.case.id, pair.vss.service_id, ["meetings"])
    assignments.unassign(db, pair.vss, pair.case.id, person_id=colleague.person_id)
    db.flush()

    assert found == {(pair.case.code, "Seen at the mill"), (pair.case.code, "She asks for a lock")}
    assert gone["unsent_text"] == set(db.scalars(select(UnsentText.id)))
    assert unsent.of_slots(db, colleague, [at_item, new_action]) == {}


def test_a_text_that_was_kept_without_its_case_gets_it_when_it_is_kept_again(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    slot = unsent.slot(meeting.items[0].id, Entry.FACTS)
    kept = unsent.keep(db, pair.vss, slot, text="Half", seen_version=1)
    kept.case_id = None
    db.flush()

    unsent.keep(db, pair.vss, slot, text="Half a sentence", seen_version=1)

    assert kept.case_id == pair.case.id


def test_a_guest_at_the_table_is_offered_what_could_not_be_saved(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    guest = make.guest(pair.case, meeting=meeting)
    slot = unsent.slot(meeting.items[0].id, Entry.FACTS)

    unsent.keep(db, guest, slot, text="The police saw him", seen_version=1)

    assert unsent.of_slots(db, guest, [slot])[slot].text == "The police saw him"


def test_a_text_of_a_case_that_is_not_there_is_kept_all_the_same(db: Session, make: Make) -> None:
    pair = make.pair()
    slot = "note:gone:text"

    unsent.keep(db, pair.vss, slot, text="She moves on Friday", case_id=uuid4())

    assert unsent.of_slots(db, pair.vss, [slot])[slot].text == "She moves on Friday"
