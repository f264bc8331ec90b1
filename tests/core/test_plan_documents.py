import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.documents import read
from core.errors import NotFound
from core.locale import Words
from core.models import Event, Meeting, ServiceKind
from core.operations import action_plans, plan_documents
from core.operations.action_plans import ActionState
from tests.make import Make, Pair

TYPED = "Ask PP & VSS <b>{{ x }}</b>, score <10"


def texts(content: bytes) -> list[str]:
    return [text for _, text in read.paragraphs(content)]


def planned(make: Make, pair: Pair) -> Meeting:
    """A plan with a row of each service and one of the police, decided in a meeting."""
    db, meeting = make.db, make.meeting(pair)
    meeting.started_at = clock.now()
    police = make.service(ServiceKind.POLICE)
    for service_id, typed in [
        (pair.pp.service_id, TYPED),
        (pair.vss.service_id, "Legal advice for her"),
        (police.id, "Come at once"),
    ]:
        action_plans.add(
            db,
            pair.pp,
            pair.case.id,
            need="A need",
            text=typed,
            due_on=clock.today(),
            service_id=service_id,
            meeting_id=meeting.id,
        )
    return meeting


def test_the_joint_plan_in_word_holds_every_row_as_it_was_typed(db: Session, make: Make) -> None:
    pair, t = make.pair(), Words()
    planned(make, pair)
    theirs = action_plans.list_of_case(db, pair.vss, pair.case.id)[1]
    action_plans.set_state(
        db, pair.vss, theirs.id, state=ActionState.NOT_POSSIBLE, reason="She moved", version=1
    )

    found = texts(plan_documents.document(db, pair.vss, pair.case.id, words=t))

    assert TYPED in found
    assert pair.case.code in found
    assert t.day(clock.today()) in found
    assert any("She moved" in text for text in found)
    assert db.scalars(
        select(Event.act).where(Event.person_id == pair.vss.person_id).order_by(Event.seq)
    ).all() == [
        "not_possible",
        "export_plan",
        "action_plan_for_joint",
    ]


def test_an_extract_holds_the_rows_of_one_service_and_no_other(db: Session, make: Make) -> None:
    pair = make.pair()
    planned(make, pair)
    services = {
        action.service.kind: action.service for action in action_plans.list_of_case(db, pair.pp, pair.case.id)
    }

    for kind, own in [
        (ServiceKind.PP, TYPED),
        (ServiceKind.VSS, "Legal advice for her"),
        (ServiceKind.POLICE, "Come at once"),
    ]:
        found = texts(
            plan_documents.document(db, pair.pp, pair.case.id, words=Words(), extract_for=services[kind].id)
        )
        assert services[kind].name in found
        assert {TYPED, "Legal advice for her", "Come at once"} & set(found) == {own}


def test_there_is_no_extract_for_who_has_no_row_and_no_plan_for_a_stranger(db: Session, make: Make) -> None:
    pair, stranger = make.pair(), make.pair().pp
    make.action(pair)

    with pytest.raises(NotFound):
        plan_documents.document(db, pair.pp, pair.case.id, words=Words(), extract_for=pair.vss.service_id)
    with pytest.raises(NotFound):
        plan_documents.document(db, stranger, pair.case.id, words=Words())


def test_a_plan_says_what_is_overdue_and_when_something_was_done(db: Session, make: Make) -> None:
    pair, t = make.pair(), Words()
    make.action(pair, due_on=clock.today().replace(year=clock.today().year - 1))
    done = make.action(pair)
    action_plans.set_state(db, pair.pp, done.id, state=ActionState.DONE, version=1)

    found = texts(plan_documents.document(db, pair.pp, pair.case.id, words=t))

    assert "Open, overdue" in found
    assert f"Done, {t.day(clock.today())}" in found


def test_the_head_says_in_which_meeting_actions_were_agreed_and_who_changed_the_plan_last(
    db: Session, make: Make
) -> None:
    pair, t = make.pair(), Words()
    planned(make, pair)
    action_plans.add(
        db,
        pair.vss,
        pair.case.id,
        need="A need",
        text="Added alone",
        due_on=clock.today(),
        service_id=pair.vss.service_id,
    )

    found = "\n".join(texts(plan_documents.document(db, pair.pp, pair.case.id, words=t)))
    extract = "\n".join(
        texts(plan_documents.document(db, pair.pp, pair.case.id, words=t, extract_for=pair.vss.service_id))
    )

    assert f"Periodic joint meeting, {t.day(clock.today())}: 3 actions" in found
    assert "1 action was put into the plan outside a meeting" in found
    assert f"{pair.vss.name}, {pair.vss.service_name}" in found
    assert pair.vss.name not in extract.split("Need")[0]
