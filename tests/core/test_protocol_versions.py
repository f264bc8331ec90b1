"""Versions of the protocol in the database: prepared by an administrator, released, and kept by open cases."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from core.access import Actor
from core.content import protocol_revisions
from core.content import protocols as content
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Role
from core.operations import protocols
from core.operations.protocols import Scope, Screen, Side
from tests.make import Make


@pytest.fixture
def ada(make: Make) -> Actor:
    return make.actor(make.service(), Role.ADMINISTRATOR)


def test_without_a_version_of_ones_own_the_shipped_file_holds(db: Session, make: Make, ada: Actor) -> None:
    pair = make.pair()

    assert protocols.current(db) is content.load()
    assert protocols.of_case(db, pair.case) is content.load()
    assert protocols.of_cooperation(db, make.cooperation()) is content.load()
    assert protocols.newest(db, ada).version == 1
    assert protocols.draft(db, ada) is None
    assert protocols.released(db, ada) == []


def test_a_draft_holds_for_nobody_until_it_is_released(db: Session, make: Make, ada: Actor) -> None:
    pair = make.pair()

    draft = protocols.begin_draft(db, ada)
    db.flush()
    protocols.reword_phase(db, ada, "periodic", texts={"title": "Quarterly look"}, version=draft.version)
    db.flush()
    with pytest.raises(NotFound):
        protocols.load(db, 2)
    before = protocols.current(db)
    protocols.release(db, ada, note="Our own words", version=draft.version)
    db.flush()

    assert before.version == 1
    assert protocols.current(db).phase("periodic").title == "Quarterly look"
    assert protocols.current(db) is protocols.load(db, 2)
    assert protocols.of_case(db, pair.case).phase("periodic").title != "Quarterly look"
    assert [(one.number, one.note, one.by) for one in protocols.released(db, ada)] == [
        (2, "Our own words", ada.name)
    ]


def test_a_draft_is_renamed_re_ordered_and_gets_a_step_more_or_less(db: Session, ada: Actor) -> None:
    draft = protocols.begin_draft(db, ada)
    db.flush()

    protocols.reword_step(
        db,
        ada,
        "closing",
        "meeting_held",
        texts={"title": "Sit down", "help": "First her.\nThen him."},
        version=1,
    )
    db.flush()
    protocols.move_phase(db, ada, "closing", places=-1, version=2)
    db.flush()
    protocols.move_step(db, ada, "closing", "minutes_agreed", places=-99, version=3)
    db.flush()
    protocols.add_step(
        db,
        ada,
        "closing",
        title="Tell the court",
        help_text="Only what is due.",
        page=Screen.CASE,
        side=Side.BOTH,
        version=4,
    )
    db.flush()
    protocols.drop_step(db, ada, "closing", "remaining_risk", version=5)
    db.flush()

    made = protocols.content_of(draft)
    assert [phase.id for phase in made.phases] == [
        "phase_1",
        "case_opening",
        "first_joint",
        "closing",
        "periodic",
        "follow_up",
    ]
    steps = made.phase("closing").steps
    assert steps[0].id == "minutes_agreed"
    assert steps[-1].id == "own_2_1"
    assert made.step("closing", "meeting_held").title == "Sit down"
    assert made.step("closing", "meeting_held").help == "First her. Then him."
    assert "remaining_risk" not in {step.id for step in steps}


def test_a_draft_can_be_thrown_away_and_begun_again(db: Session, ada: Actor) -> None:
    draft = protocols.begin_draft(db, ada)
    db.flush()
    with pytest.raises(Conflict) as second:
        protocols.begin_draft(db, ada)

    protocols.discard(db, ada, version=draft.version)
    db.flush()

    assert second.value.key == "error.protocol_draft_exists"
    assert protocols.draft(db, ada) is None
    assert protocols.begin_draft(db, ada).number == 2


def test_two_administrators_cannot_overwrite_each_other(db: Session, ada: Actor) -> None:
    protocols.begin_draft(db, ada)
    db.flush()
    protocols.reword_phase(db, ada, "periodic", texts={"title": "First"}, version=1)
    db.flush()

    with pytest.raises(Conflict):
        protocols.reword_phase(db, ada, "periodic", texts={"title": "Second"}, version=1)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda db, ada: protocols.release(db, ada, note=" ", version=1), "error.empty"),
        (lambda db, ada: protocols.move_phase(db, ada, "phase_9", places=1, version=1), "error.unknown_phase"),
        (lambda db, ada: protocols.move_step(db, ada, "closing", "x", places=1, version=1), "error.unknown_step"),
        (lambda db, ada: protocols.drop_step(db, ada, "phase_9", "x", version=1), "error.unknown_phase"),
    ],
)  # fmt: skip
def test_a_change_that_makes_no_sense_is_refused(
    db: Session, ada: Actor, change: Callable[[Session, Actor], object], key: str
) -> None:
    protocols.begin_draft(db, ada)
    db.flush()

    with pytest.raises(Invalid) as refusal:
        change(db, ada)

    assert refusal.value.key == key


def test_without_a_draft_there_is_nothing_to_change(db: Session, ada: Actor) -> None:
    with pytest.raises(Conflict) as refusal:
        protocols.discard(db, ada, version=1)

    assert refusal.value.key == "error.no_protocol_draft"


def test_only_an_administrator_prepares_a_version(db: Session, make: Make) -> None:
    pair = make.pair()

    for asked in (protocols.draft, protocols.released, protocols.newest, protocols.begin_draft):
        with pytest.raises(NotAllowed):
            asked(db, pair.pp)


def test_what_changes_the_work_is_read_before_it_is_released(db: Session, ada: Actor) -> None:
    draft = protocols.begin_draft(db, ada)
    db.flush()
    nothing = protocols.changes(db, ada)
    follow_up = protocols.content_of(draft).phases_of(Scope.CASE)[-1]
    protocols.move_phase(db, ada, follow_up.id, places=-1, version=draft.version)
    db.flush()
    dropped = follow_up.steps[0]
    protocols.drop_step(db, ada, follow_up.id, dropped.id, version=draft.version)
    db.flush()

    changes = protocols.changes(db, ada)

    assert not nothing.are_there
    assert changes.order[-2] == follow_up.title
    assert changes.left_out == ((follow_up.title, dropped.title),)
    assert changes.without == ()
    with pytest.raises(Conflict, match="protocol_changes_unread"):
        protocols.release(db, ada, note="x", version=draft.version)
    protocols.release(db, ada, note="x", version=draft.version, is_read=True)


def test_a_phase_in_which_one_side_has_nothing_to_do_is_named() -> None:
    shipped = content.load()
    phase = shipped.phases_of(Scope.CASE)[0]
    alone = phase.model_copy(
        update={"steps": tuple(step.model_copy(update={"side": Side.PP}) for step in phase.steps)}
    )
    made = shipped.model_copy(
        update={"phases": tuple(alone if one.id == phase.id else one for one in shipped.phases)}
    )

    assert protocol_revisions.changes(shipped, made).without == ((phase.title, Side.VSS),)
