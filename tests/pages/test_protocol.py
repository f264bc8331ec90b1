"""An administrator makes a new version of the protocol without touching code."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core.access import Actor
from core.content.protocols import Phase
from core.models import Role, UnsentText
from core.operations import protocols, unsent
from tests.make import Make
from tests.pages.conftest import Desk, press, said


@pytest.fixture
def ada(db: Session, make: Make) -> Actor:
    actor = make.actor(make.service(), Role.ADMINISTRATOR)
    db.commit()
    return actor


def test_a_version_is_prepared_changed_and_released(db: Session, ada: Actor, desk: Desk) -> None:
    at = desk.open(ada, "protocol")
    press(at, "Prepare a new version")

    at.radio(key="protocol:phase").set_value("periodic").run()
    title = next(field for field in at.text_input if field.value == "Periodic joint meetings")
    title.set_value("Quarterly look")
    press(at, "Save words")
    at.button(key="up:phase:periodic").click().run()
    at.radio(key="protocol:step:periodic").set_value("her_expectations").run()
    press(at, "Leave this step out")
    next(field for field in at.text_input if field.label == "Title" and not field.value).set_value(
        "Call the school"
    )
    next(field for field in at.text_area if field.label == "What to do" and not field.value).set_value(
        "If she agrees."
    )
    press(at, "Add step")
    warned = at.warning[-1].value
    assert "Case opening → Quarterly look → First joint meeting" in warned
    assert "Left out of **Periodic joint meetings**: Talk with her about what she expects" in warned
    next(field for field in at.text_input if field.label == "What is new in it").set_value("Our words")
    press(at, "Release")
    refused = at.error[0].value
    at.checkbox[0].check()
    press(at, "Release")

    assert "Read what changes" in refused
    db.rollback()
    made = protocols.load(db, 2)
    assert [phase.id for phase in made.phases][:4] == ["phase_1", "case_opening", "periodic", "first_joint"]
    assert made.phase("periodic").title == "Quarterly look"
    assert [step.title for step in made.phase("periodic").steps][-1] == "Call the school"
    assert "her_expectations" not in {step.id for step in made.phase("periodic").steps}
    assert "version 2" in said(at)
    assert "Our words" in said(at)
    assert f"by {ada.name}" in said(at)


def test_the_first_goes_no_earlier_and_the_last_no_later(ada: Actor, desk: Desk) -> None:
    at = desk.open(ada, "protocol")
    press(at, "Prepare a new version")

    def ways(phase: str) -> tuple[bool, bool]:
        at.radio(key="protocol:phase").set_value(phase).run()
        up, down = (at.button(key=f"{way}:phase:{phase}") for way in ("up", "down"))
        return not up.disabled, not down.disabled

    assert ways("phase_1") == (False, False)
    assert ways("case_opening") == (False, True)
    assert ways("periodic") == (True, True)
    assert ways("follow_up") == (True, False)


def test_a_phase_without_a_title_is_refused_beside_the_field_and_keeps_the_rest(
    ada: Actor, desk: Desk
) -> None:
    at = desk.open(ada, "protocol")
    press(at, "Prepare a new version")

    next(field for field in at.text_area if field.label == "Purpose line").set_value("A new purpose")
    next(field for field in at.text_input if field.value == "Phase 1: the teams meet").set_value(" ")
    press(at, "Save words")

    assert at.error[0].value == "Please fill this in."
    assert next(field for field in at.text_area if field.label == "Purpose line").value == "A new purpose"


def test_a_step_is_offered_only_pages_that_it_can_lead_to(ada: Actor, desk: Desk) -> None:
    at = desk.open(ada, "protocol")
    press(at, "Prepare a new version")

    def pages() -> list[str]:
        return next(field for field in at.selectbox if field.label == "Where it is done").options

    assert pages() == ["Cooperation", "Phase 1", "Shared glossary", "Training", "Meetings", "Agreement"]
    at.radio(key="protocol:phase").set_value("periodic").run()
    assert "Reach her" not in pages()
    at.radio(key="draft:new:new:periodic:1:side").set_value("vss").run()
    assert "Reach her" in pages()
    assert "Shared glossary" not in pages()


def test_who_is_late_sees_it_and_goes_on_from_there(db: Session, make: Make, ada: Actor, desk: Desk) -> None:
    at = desk.open(ada, "protocol")
    press(at, "Prepare a new version")
    protocols.reword_phase(db, ada, "closing", texts={"title": "The last one"}, version=1)
    db.commit()

    at.radio(key="protocol:phase").set_value("periodic").run()
    press(at, "Later")
    assert "Somebody else saved this" in at.error[0].value
    press(at, "Go on from here")
    press(at, "Throw it away")

    assert "Prepare a new version" in [button.label for button in at.button]


def prepared(db: Session, ada: Actor, desk: Desk) -> tuple[AppTest, Phase]:
    """The page with a new version that is prepared, and its first phase."""
    at = desk.open(ada, "protocol")
    press(at, "Prepare a new version")
    drafted = protocols.draft(db, ada)
    assert drafted is not None
    phase = protocols.content_of(drafted).phases[0]
    return at, phase


def test_who_goes_on_from_there_sees_what_a_colleague_wrote_and_does_not_undo_it(
    db: Session, ada: Actor, desk: Desk
) -> None:
    at, phase = prepared(db, ada, desk)
    step = phase.steps[0]
    protocols.reword_phase(db, ada, phase.id, texts={"purpose": "Said anew"}, version=1)
    protocols.reword_step(db, ada, phase.id, step.id, texts={"help": "Helped anew"}, version=2)
    db.commit()

    at.run()
    press(at, "Go on from here")
    texts = [field.value for field in at.text_area]
    assert {"Said anew", "Helped anew"} <= set(texts)
    next(field for field in at.text_input if field.value == phase.title).set_value("Another title")
    press(at, "Save words")

    db.expire_all()
    saved = protocols.draft(db, ada)
    assert saved is not None
    made = protocols.content_of(saved).phase(phase.id)
    assert (made.title, made.purpose) == ("Another title", "Said anew")


def test_what_was_typed_stands_in_its_field_again_beside_what_a_colleague_wrote(
    db: Session, ada: Actor, desk: Desk
) -> None:
    at, phase = prepared(db, ada, desk)
    next(field for field in at.text_area if field.value == phase.purpose).set_value("A purpose that I typed")
    next(field for field in at.text_input if field.value == phase.title).set_value("My own title")
    protocols.reword_phase(db, ada, phase.id, texts={"title": "Their title", "source": "Theirs"}, version=1)
    db.commit()

    press(at, "Save words")
    press(at, "Go on from here")
    titles, texts = ([field.value for field in kind] for kind in (at.text_input, at.text_area))
    notice = said(at)
    press(at, "Save words")

    assert "My own title" in titles
    assert {"A purpose that I typed", "Theirs"} <= set(texts)
    assert "What is saved: Their title" in notice
    db.expire_all()
    saved = protocols.draft(db, ada)
    assert saved is not None
    made = protocols.content_of(saved).phase(phase.id)
    assert (made.title, made.purpose, made.source) == ("My own title", "A purpose that I typed", "Theirs")
    assert db.scalars(select(UnsentText)).all() == []


def test_words_that_were_typed_and_not_saved_stand_there_again_the_newest_of_them(
    db: Session, ada: Actor, desk: Desk
) -> None:
    at, phase = prepared(db, ada, desk)
    next(field for field in at.text_input if field.value == phase.title).set_value("Typed first")
    protocols.move_phase(db, ada, "closing", places=-1, version=1)
    db.commit()
    press(at, "Save words")
    unsent.keep(db, ada, f"protocol:phase:{phase.id}:title", text="Typed after that")
    db.commit()

    press(at, "Go on from here")
    titles = [field.value for field in at.text_input]
    press(at, "Let it go")

    assert "Typed after that" in titles
    assert phase.title in [field.value for field in at.text_input]
    assert db.scalars(select(UnsentText)).all() == []


def test_a_case_manager_has_no_such_page(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()

    at = desk.open(pair.pp, "me")

    assert "Protocol" not in said(at)
