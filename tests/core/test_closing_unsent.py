"""What a person typed into the closing report and did not save."""

from uuid import uuid4

from sqlalchemy.orm import Session

from core.access import Actor
from core.models import Closing
from core.operations import closing_texts, closing_unsent, closings, unsent
from tests.make import Make

MINE = "Typed and not saved"


def begun(db: Session, actor: Actor, closing: Closing, *, is_shared: bool = False) -> list[tuple[str, bool]]:
    found = closing_unsent.mine(db, actor, closing.id, is_shared=is_shared)
    return [(one.part, one.is_aside) for one in found]


def test_what_a_person_typed_into_parts_of_the_report_is_told_to_them_alone_in_the_order_of_the_parts(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    closing = closings.begin(db, pair.pp, pair.case.id)
    colleague = make.actor(pair.pp.service_id)
    make.assign(pair.case, colleague)
    for part in ("seen", "course"):
        unsent.keep(db, pair.pp, f"closing_text:{closing.id}:{part}:text", text=MINE)

    assert begun(db, pair.pp, closing) == [("course", False), ("seen", False)]
    assert begun(db, colleague, closing) == begun(db, pair.vss, closing) == []


def test_what_is_saved_in_the_same_words_or_is_of_no_part_of_this_report_is_no_unsaved_text(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    closing = closings.begin(db, pair.pp, pair.case.id)
    closing_texts.write(db, pair.pp, closing.id, key="course", words="A year", version=0)
    for slot, text in (
        (f"closing_text:{closing.id}:course:text", "A year\n"),
        (f"closing_text:{uuid4()}:course:text", MINE),
        (f"closing_text:{closing.id}:helped:text", MINE),
        (f"closing_step:{closing.id}:told_him:text", MINE),
    ):
        unsent.keep(db, pair.pp, slot, text=text)

    assert begun(db, pair.pp, closing) == []


def test_a_text_that_gave_way_to_another_stands_in_no_field(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = closings.begin(db, pair.pp, pair.case.id)
    slot = f"closing_text:{closing.id}:course:text"
    unsent.keep(db, pair.pp, slot, text=MINE)
    unsent.keep(db, pair.pp, slot, text="Another beginning", shown="")

    assert sorted(begun(db, pair.pp, closing)) == [("course", False), ("course", True)]


def test_on_a_shared_screen_only_what_was_typed_there_is_told(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = closings.begin(db, pair.pp, pair.case.id)
    slot = f"closing_text:{closing.id}:course:text"
    unsent.keep(db, pair.pp, slot, text=MINE)
    assert begun(db, pair.pp, closing, is_shared=True) == []

    unsent.keep(db, pair.pp, f"{slot}{unsent.SCREEN}", text="Typed before both")

    assert begun(db, pair.pp, closing, is_shared=True) == [("course", False)]
    assert begun(db, pair.pp, closing) == [("course", False), ("course", True)]
