"""Lists to choose from: the line that is chosen is the record that is meant, also where two would read the same."""

from datetime import timedelta

from sqlalchemy.orm import Session

from core import clock
from core.models import Role, ServiceKind
from core.operations import guests, joint_items
from pages.ui.choices import distinct
from tests.make import Make, share
from tests.pages.conftest import Desk, press

NAMES = {1: "Mira", 2: "Ivo", 3: "Mira"}


def test_lines_that_would_read_the_same_say_more_or_carry_a_number() -> None:
    by_number = distinct(NAMES, NAMES.__getitem__)
    by_more = distinct(NAMES, NAMES.__getitem__, lambda one: f"at {one}")
    still_alike = distinct(NAMES, NAMES.__getitem__, lambda _: "here")

    assert [by_number(one) for one in NAMES] == ["Mira (1)", "Ivo", "Mira (2)"]
    assert [by_more(one) for one in NAMES] == ["Mira (at 1)", "Ivo", "Mira (at 3)"]
    assert [still_alike(one) for one in NAMES] == ["Mira (here) (1)", "Ivo", "Mira (here) (2)"]


def test_of_two_shared_texts_with_the_same_words_the_chosen_one_is_taken_back(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    note = make.note(pair.pp_file, pair.pp, text="He said it twice")
    first, second = (share(db, pair.pp, note.id, "He said it") for _ in range(2))
    db.commit()
    first_id, second_id = first.id, second.id

    at = desk.open(pair.pp, "case", case=pair.case.id)
    which = next(one for one in at.selectbox if one.key == f"withdraw:{pair.case.id}")
    assert len(set(which.options)) == len(which.options) == 2
    which.select_index(list(which.options).index(which.options[1])).run()
    chosen = at.session_state[f"withdraw:{pair.case.id}"]
    press(at, "Take it back")

    db.expire_all()
    left = {item.id for item in joint_items.list_of_case(db, pair.vss, pair.case.id)}
    assert left == {first_id, second_id} - {chosen}


def test_a_guest_of_two_meetings_is_shown_out_of_the_one_that_is_meant(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    police = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    until = clock.today() + timedelta(days=2)
    for _ in range(2):
        guests.invite(
            db,
            pair.vss,
            pair.case.id,
            person_id=police.person_id,
            until=until,
            meeting_id=make.meeting(pair).id,
        )
    db.commit()

    at = desk.open(pair.vss, "team", case=pair.case.id)

    which = next(one for one in at.selectbox if one.key == f"revoke:{pair.case.id}")
    assert len(set(which.options)) == 2
