"""The IT safety plan on paper: for her service and for her, for nobody else; hers says nothing of where it comes from."""

import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.content.recipients import Recipient
from core.documents.read import lines
from core.errors import NotAllowed, NotFound
from core.locale import Words
from core.models import Departure, Person, Role, Seen, SubjectKind, Whose
from core.operations import (
    digital_findings,
    digital_maps,
    digital_steps,
    evidence,
    outgoing,
    safety_actions,
    safety_documents,
    safety_plans,
)
from core.operations.evidence import Kept
from core.operations.papers import Sending
from core.operations.safety_actions import Wanted
from tests.make import Make, Pair

WORDS = Words()
HERS = Sending(recipient=Recipient.HER)
#: What stands on no paper of hers.
INSIDE = ("her colleague at work", "the linnet", "We know from the cloud", "K-", "Person ", "IT safety plan")


def written(db: Session, make: Make) -> Pair:
    pair = make.pair()
    her = make.subject(pair.vss_file, SubjectKind.HER)
    her.safe_channel, her.code_phrase = "her colleague at work", "the linnet"
    case_id, actor, today = pair.case.id, pair.vss, clock.today()
    tablet, old = digital_maps.put(db, actor, case_id, whose=Whose.CHILDRENS, kinds=["tablet", "phone"])
    marks = ["access.signed_in", "information.photos"]
    digital_maps.mark(db, actor, tablet.id, marks=marks, name="The blue one", note="Under the bed", version=1)
    digital_maps.take_off(db, actor, old.id, gone_on=today, version=1)
    digital_steps.answer(
        db, actor, case_id, step="knows", seen=Seen.PRESENT, note="We know from the cloud", version=0
    )
    for form, seen in (("spyware", Seen.PRESENT), ("threats", Seen.NOT_PRESENT)):
        digital_findings.write(db, actor, case_id, form=form, seen=seen, note="", version=0)
    safety_plans.write(
        db,
        actor,
        case_id,
        safe_device="The one at the library",
        account_use="",
        escalation="He drives to her mother",
        review_on=today + timedelta(days=20),
        version=0,
    )
    wanted = Wanted(
        "accounts", "Leave the family account", "Nina", None, "leave_group", "She has moved", today
    )
    safety_actions.write(db, actor, case_id, wanted=wanted)
    kept = Kept("Eleven messages", today, "In the safe", ["printed"], ["police_unit"], today)
    evidence.note(db, actor, case_id, kept=kept)
    db.flush()
    return pair


def printed(db: Session, pair: Pair, sending: Sending) -> str:
    word = safety_documents.document(db, pair.vss, pair.case.id, words=WORDS, sending=sending)
    with zipfile.ZipFile(io.BytesIO(word)) as packed:
        around = b"".join(packed.read(name) for name in packed.namelist()).decode("utf-8", "ignore")
    return "\n".join([*(line.text for line in lines(word)), around])


def test_the_plan_for_her_service_holds_all_that_the_workers_need(db: Session, make: Make) -> None:
    pair = written(db, make)

    said = printed(db, pair, Sending())

    for part in (
        *INSIDE[:1],
        *INSIDE[2:],
        "The blue one",
        "▲ he is signed in from afar",
        "Installing spyware",
        "The one at the library",
        "He drives to her mother",
        "She has moved",
        "The others in it are told",
        "Eleven messages",
        "In the safe",
        "Police: the unit for cyber crime",
        "not in use since",
    ):
        assert part in said, part
    assert "the linnet" not in said
    assert "sexual, economic, physical" not in said


def test_an_action_of_an_area_that_the_content_does_not_name_any_more_stands_in_the_plan(
    db: Session, make: Make
) -> None:
    pair = written(db, make)
    [action] = safety_actions.of_case(db, pair.vss, pair.case.id)
    action.area = "older_area"
    db.flush()

    said = printed(db, pair, Sending())

    assert "older_area" in said
    assert "Leave the family account" in said


def test_hers_says_nothing_of_a_case_a_service_a_worker_or_how_she_is_reached(
    db: Session, make: Make
) -> None:
    pair = written(db, make)

    said = printed(db, pair, HERS)

    for part in (*INSIDE, pair.vss.name, pair.vss.service_name, pair.case.code):
        assert part not in said, part
    for part in ("My plan", "The blue one", "Leave the family account", "Eleven messages"):
        assert part in said, part
    [left] = db.scalars(select(Departure))
    assert (left.kind, left.recipient) == ("safety_plan", "her")


def test_the_last_look_finds_what_would_say_where_her_paper_comes_from(db: Session, make: Make) -> None:
    pair = written(db, make)
    nina = make.actor(pair.vss.service_id)
    db.get_one(Person, nina.person_id).name = "Nina Brook"
    for text, who in (
        ("Ask Nina Brook first", "She"),
        ("Call us", "Nina Brook"),
        (f"See {pair.case.code}", "She"),
    ):
        safety_actions.write(db, pair.vss, pair.case.id, wanted=Wanted("stopping", text, who))
    db.flush()
    wanted = safety_documents.document.of(pair.case.id, words=WORDS)

    own, hers = (outgoing.look(db, pair.vss, wanted, sending) for sending in (Sending(), HERS))

    house = {"worker", "case_code"}
    assert [hit.field for hit in own.found if hit.field in house] == []
    assert {(hit.field, hit.value) for hit in hers.found if hit.field in house} == {
        ("worker", "Nina Brook"),
        ("case_code", pair.case.code),
    }
    assert printed(db, pair, HERS).count("Nina Brook") == printed(db, pair, Sending()).count("Nina Brook") - 2


def test_it_leaves_for_nobody_else_and_by_nobody_else(db: Session, make: Make) -> None:
    pair = written(db, make)

    for recipient in set(Recipient) - {Recipient.HER, Recipient.VSS}:
        with pytest.raises(NotAllowed, match="document_recipient"):
            printed(db, pair, Sending(recipient=recipient))
    with pytest.raises(NotAllowed, match="vss_only"):
        safety_documents.document(db, pair.pp, pair.case.id, words=WORDS)
    manager = make.actor(pair.vss.service_id, Role.MANAGER)
    make.assign(pair.case, manager)
    with pytest.raises(NotAllowed):
        safety_documents.document(db, manager, pair.case.id, words=WORDS)
    stranger = make.pair()
    with pytest.raises(NotFound):
        safety_documents.document(db, stranger.vss, pair.case.id, words=WORDS)


def test_the_last_look_offers_her_service_first_and_then_her(db: Session, make: Make) -> None:
    pair = written(db, make)
    wanted = safety_documents.document.of(pair.case.id, words=WORDS)

    look = outgoing.look(db, pair.vss, wanted, Sending())

    assert look.choices == (Recipient.VSS, Recipient.HER)
    assert look.kind.holds_her == "yes"


def test_a_plan_with_nothing_in_it_says_so_and_where_it_can_be_reported(db: Session, make: Make) -> None:
    pair = make.pair()

    said = printed(db, pair, Sending())

    for part in ("Nothing on the map yet.", "None written down.", "Where it can be reported: Any country"):
        assert part in said, part
    assert "How she is reached safely" not in said
