"""What a person asks for: its day, its answer; and the copy of their own data with nothing of anybody else in it."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from docx import Document
from sqlalchemy.orm import Session

from core import clock, erasing
from core.access import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.locale import Words
from core.models import (
    AttendedDay,
    Case,
    CaseFile,
    PathEntry,
    PersonRequest,
    RefusalGround,
    RequestKind,
    Role,
    Seen,
    Service,
    Subject,
    SubjectKind,
    Whose,
)
from core.operations import (
    copies,
    copy_choices,
    digital_findings,
    digital_maps,
    digital_steps,
    evidence,
    joint_items,
    path_entries,
    path_releases,
    person_requests,
    retention,
    rights_today,
    safety_actions,
    safety_plans,
)
from core.operations.copy_pieces import Choice
from core.operations.evidence import Kept
from core.operations.safety_actions import Wanted
from tests.copies import choose_all, choose_what_is_offered
from tests.make import Make, Pair, consented, hold_keys_of, release_entry, share

WORDS = Words("en", "UTC")


def him(db: Session, make: Make, pair: Pair) -> tuple[Subject, PersonRequest]:
    subject = make.subject(pair.pp_file, SubjectKind.HIM, name="Ivo Bell")
    return subject, asked(db, pair.pp, subject)


def her(db: Session, make: Make, pair: Pair) -> tuple[Subject, PersonRequest]:
    subject = make.subject(pair.vss_file, SubjectKind.HER, name="Ana Bell", address="12 Quiet Lane")
    return subject, asked(db, pair.vss, subject)


def asked(
    db: Session, actor: Actor, subject: Subject, kind: RequestKind = RequestKind.ACCESS
) -> PersonRequest:
    return person_requests.record(
        db, actor, subject.id, kind=kind, asked_on=clock.today(), note="By letter", is_identified=True
    )


def doubts(db: Session, actor: Actor, request: PersonRequest) -> dict[str, str]:
    return {one.text: one.doubt for one in copies.pieces(db, actor, request.id)}


def checked(
    db: Session,
    make: Make,
    actor: Actor,
    request: PersonRequest,
    choose: Callable[[Session, Actor, PersonRequest], None] = choose_what_is_offered,
) -> Actor:
    """Chosen by one, looked at by another."""
    choose(db, actor, request)
    second = make.actor(actor.service_id)
    case_id = db.get_one(CaseFile, db.get_one(Subject, request.subject_id).file_id).case_id
    make.assign(db.get_one(Case, case_id), second)
    copy_choices.check(db, second, request.id, version=request.version)
    return second


def taken(db: Session, actor: Actor, request: PersonRequest) -> tuple[str, dict[str, object]]:
    """The text of the Word file, and what the machine reads."""
    packed = zipfile.ZipFile(io.BytesIO(copies.document(db, actor, request.id, words=WORDS)))
    document = Document(io.BytesIO(packed.read("copy.docx")))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(one.text for one in document.paragraphs), *cells])
    return text, json.loads(packed.read("copy.json"))


def test_an_answer_is_due_within_a_month_and_once_within_three(db: Session, make: Make) -> None:
    pair = make.pair()
    _, request = her(db, make, pair)
    request.asked_on = date(2026, 1, 31)
    db.flush()
    assert retention.after(request.asked_on, person_requests.MONTHS) == date(2026, 2, 28)

    person_requests.extend(db, pair.vss, request.id, reason="She is not reached", version=request.version)

    assert request.due_on == date(2026, 4, 30)
    with pytest.raises(Conflict, match=r"error\.person_request\.extended"):
        person_requests.extend(db, pair.vss, request.id, reason="Again", version=request.version)


def test_the_register_shows_an_office_codes_and_days_and_what_is_late(db: Session, make: Make) -> None:
    pair = make.pair()
    _, request = her(db, make, pair)
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    assert rights_today.waiting(db, lead) == {}

    with time_machine.travel(clock.now() + timedelta(days=40)):
        (listed,) = person_requests.register(db, lead)
        assert (listed.code, listed.is_overdue) == (pair.case.code, True)
        assert rights_today.waiting(db, lead) == {"requests": 1}
    with pytest.raises(NotFound):
        person_requests.find(db, lead, request.id)
    assert person_requests.register(db, make.actor(pair.pp.service_id, Role.MANAGER)) == []


def test_a_day_to_come_and_a_person_of_the_other_file_are_refused(db: Session, make: Make) -> None:
    pair = make.pair()
    subject, request = her(db, make, pair)

    with pytest.raises(Invalid, match=r"error\.future_date"):
        person_requests.record(
            db,
            pair.vss,
            subject.id,
            kind=RequestKind.ACCESS,
            asked_on=clock.today() + timedelta(days=1),
        )
    with pytest.raises(NotFound):
        asked(db, pair.pp, subject)
    with pytest.raises(NotFound):
        person_requests.find(db, pair.pp, request.id)


def test_nothing_is_answered_to_somebody_who_may_be_anybody(db: Session, make: Make) -> None:
    pair = make.pair()
    subject = make.subject(pair.vss_file)
    request = person_requests.record(
        db, pair.vss, subject.id, kind=RequestKind.CORRECTION, asked_on=clock.today()
    )

    with pytest.raises(Conflict, match=r"error\.person_request\.who"):
        person_requests.answer(db, pair.vss, request.id, note="Done", version=request.version)
    person_requests.identify(db, pair.vss, request.id, version=request.version)
    with pytest.raises(Invalid, match=r"error\.empty"):
        person_requests.answer(db, pair.vss, request.id, note=" ", version=request.version)
    person_requests.answer(db, pair.vss, request.id, note="Done", version=request.version)

    assert (request.answered_on, request.refused_for) == (clock.today(), None)
    with pytest.raises(Conflict, match=r"error\.person_request\.answered"):
        person_requests.answer(db, pair.vss, request.id, note="Again", version=request.version)


@pytest.mark.parametrize("ground", [None, RefusalGround.UNFOUNDED])
def test_what_was_asked_stays_beside_what_was_answered_and_why_it_took_longer(
    db: Session, make: Make, ground: RefusalGround | None
) -> None:
    pair = make.pair()
    request = asked(db, pair.vss, make.subject(pair.vss_file), RequestKind.CORRECTION)
    person_requests.extend(db, pair.vss, request.id, reason="She is not reached", version=request.version)

    person_requests.answer(
        db, pair.vss, request.id, note="Told by phone", refused_for=ground, version=request.version
    )

    said = (request.note, request.extended_reason, request.answer)
    assert said == ("By letter", "She is not reached", "Told by phone")


def test_a_refusal_names_its_ground_and_says_why(db: Session, make: Make) -> None:
    pair = make.pair()
    _, request = him(db, make, pair)
    ground = RefusalGround.RIGHTS_OF_OTHERS

    with pytest.raises(Invalid, match=r"error\.empty"):
        person_requests.answer(db, pair.pp, request.id, note="", refused_for=ground, version=request.version)
    person_requests.answer(
        db, pair.pp, request.id, note="All of it is hers", refused_for=ground, version=request.version
    )

    assert request.refused_for is ground
    assert [one.id for one in person_requests.of_case(db, pair.pp, pair.case.id)] == [request.id]


def test_who_asked_for_a_copy_of_an_entry_that_is_gone_is_answered_in_words(db: Session, make: Make) -> None:
    pair = make.pair()
    subject, request = him(db, make, pair)
    erasing.erase(db, erasing.of_subject(db, subject.id))
    db.expire_all()
    assert [one.answered_on for one in person_requests.register(db, pair.pp)] == [None]

    with pytest.raises(Invalid):
        person_requests.answer(db, pair.pp, request.id, note=" ", version=request.version)
    person_requests.answer(db, pair.pp, request.id, note="It was erased in 2024", version=request.version)

    assert [one.answered_on for one in person_requests.register(db, pair.pp)] == [clock.today()]
    assert request.answer == "It was erased in 2024"


def test_a_copy_leaves_when_a_second_person_has_looked_at_it(db: Session, make: Make) -> None:
    pair = make.pair()
    _, request = him(db, make, pair)
    with pytest.raises(Conflict, match=r"error\.person_request\.choose_first"):
        copy_choices.check(db, pair.pp, request.id, version=request.version)
    with pytest.raises(Conflict, match=r"error\.person_request\.unchecked"):
        copies.document(db, pair.pp, request.id, words=WORDS)
    with pytest.raises(Conflict, match=r"error\.person_request\.unchecked"):
        person_requests.answer(db, pair.pp, request.id, note="Here", version=request.version)

    choose_all(db, pair.pp, request)
    with pytest.raises(NotAllowed, match=r"error\.person_request\.own_choice"):
        copy_choices.check(db, pair.pp, request.id, version=request.version)
    checked(db, make, pair.pp, request)

    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        copies.document(db, replace(pair.pp, is_fresh=False), request.id, words=WORDS)
    assert "Ivo Bell" in taken(db, pair.pp, request)[0]


def test_a_new_choice_is_looked_at_anew(db: Session, make: Make) -> None:
    pair = make.pair()
    _, request = him(db, make, pair)
    checked(db, make, pair.pp, request)

    choose_all(db, pair.pp, request)

    assert request.checked_by is None


def test_his_copy_holds_his_own_and_nothing_that_came_from_her(db: Session, make: Make) -> None:
    pair = make.pair()
    subject, request = him(db, make, pair)
    consented(db, pair.pp, subject, "programme_conditions")
    hers = make.note(pair.vss_file, pair.vss, text="She moved to her aunt in the old harbour street.")
    share(db, pair.vss, hers.id, "She moved to her aunt in the old harbour street.")
    make.note(pair.pp_file, pair.pp, "attendance", "He came on time.")
    attended = AttendedDay(
        file_id=pair.pp_file.id, attended_on=date(2026, 3, 4), recorded_by=pair.pp.person_id
    )
    db.add(attended)
    make.note(pair.pp_file, pair.pp, "his_statements", "Joint talk: she moved to her aunt in the old town.")
    make.note(pair.pp_file, pair.pp, "attitude", f"They of {service_name(db, pair)} are worried.")
    make.note(pair.pp_file, pair.pp, "dynamic_risk", "The danger is high.")
    make.note(pair.pp_file, pair.pp, "other", "A neighbour rang.").source = "a neighbour"
    make.note(pair.pp_file, pair.pp, "other_agencies", "The police wrote.")
    make.path_entry(pair, pair.pp, "started")
    make.path_entry(pair, pair.pp, "episode").note = "Heard of a blow."
    make.path_entry(pair, pair.vss, "support_began").note = "She began."
    db.flush()
    found = doubts(db, pair.pp, request)
    assert found["The danger is high."] == "never"
    assert found["A neighbour rang."] == "source"
    assert found["Heard of a blow."] == "of_others"

    checked(db, make, pair.pp, request, choose_all)
    text, machine = taken(db, pair.pp, request)

    both = f"{text} {json.dumps(machine)}"
    for word in ("aunt", "harbour", "worried", "danger is high", "She began", pair.case.code, "support"):
        assert word not in both, word
    assert service_name(db, pair) not in both
    for word in ("2026-03-04", "He came on time.", "A neighbour rang.", "The police wrote.", "Ivo Bell"):
        assert word in both, word


def test_what_is_written_or_changed_after_somebody_looked_does_not_go(db: Session, make: Make) -> None:
    pair = make.pair()
    _, request = him(db, make, pair)
    kept = make.note(pair.pp_file, pair.pp, "attendance", "He came on time.")
    changed = make.note(pair.pp_file, pair.pp, "attitude", "He is calm.")
    checked(db, make, pair.pp, request)

    changed.text = "He is calm; she is at the mill."
    make.note(pair.pp_file, pair.pp, "attitude", "She rang from the mill.")
    db.flush()
    choice = Choice(request)
    unread = [one.text for one in copies.pieces(db, pair.pp, request.id) if choice.is_unread(one)]

    text, machine = taken(db, pair.pp, request)
    assert kept.text in text
    assert "mill" not in f"{text} {machine}"
    assert "calm" not in f"{text} {machine}"
    assert sorted(unread) == ["He is calm; she is at the mill.", "She rang from the mill."]


def test_what_was_not_on_the_screen_of_who_chose_does_not_go(db: Session, make: Make) -> None:
    pair = make.pair()
    _, request = him(db, make, pair)
    note = make.note(pair.pp_file, pair.pp, "attendance", "He came on time.")
    shown = [one.mark for one in copies.pieces(db, pair.pp, request.id)]
    note.text = "He came with her sister."
    make.note(pair.pp_file, pair.pp, "attitude", "Her sister rang.")
    now = [one.mark for one in copies.pieces(db, pair.pp, request.id)]

    copy_choices.choose(db, pair.pp, request.id, goes=now, read=shown, version=request.version)
    second = make.actor(pair.pp.service_id)
    make.assign(pair.case, second)
    copy_choices.check(db, second, request.id, version=request.version)

    assert "sister" not in str(taken(db, pair.pp, request))


def test_a_doubt_that_came_up_since_keeps_a_text_out_until_somebody_looks_again(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    _, request = him(db, make, pair)
    make.note(pair.pp_file, pair.pp, "attitude", "He is to hear nothing of the harbour at night.")
    checked(db, make, pair.pp, request)
    assert "harbour" in str(taken(db, pair.pp, request))

    hers = make.note(pair.vss_file, pair.vss, "her_account", "She goes to the harbour at night.")
    joint_items.withdraw(db, pair.vss, share(db, pair.vss, hers.id, hers.text).id)

    assert "harbour" not in str(taken(db, pair.pp, request))


def test_a_second_person_confirms_the_choice_that_they_read(db: Session, make: Make) -> None:
    pair = make.pair()
    _, request = him(db, make, pair)
    note = make.note(pair.pp_file, pair.pp, "attendance", "He came on time.")
    second = make.actor(pair.pp.service_id)
    make.assign(pair.case, second)
    choose_all(db, pair.pp, request, but=[note.text])
    read = request.version
    choose_all(db, pair.pp, request)

    with pytest.raises(Conflict):
        copy_choices.check(db, second, request.id, version=read)


def take_off(db: Session, actor: Actor, step: PathEntry) -> None:
    path_entries.remove(db, actor, step.id, reason="It was another day", version=step.version)


def hide(db: Session, actor: Actor, step: PathEntry) -> None:
    item = path_releases.live(db, actor, step.case_id)[step.id]
    joint_items.withdraw(db, actor, item.id)


def test_what_was_written_beside_something_taken_back_is_left_out_unless_somebody_looked(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    _, request = him(db, make, pair)
    before = make.note(pair.pp_file, pair.pp, "attendance", "He came on time.")
    before.written_on = clock.today() - timedelta(days=3)
    make.note(pair.pp_file, pair.pp, "attitude", "He is to hear nothing of the harbour at night.")
    hers = make.note(pair.vss_file, pair.vss, "her_account", "She goes to the harbour at night.")
    item = share(db, pair.vss, hers.id, hers.text)
    joint_items.withdraw(db, pair.vss, item.id)
    hold_keys_of(db, pair.pp)

    found = doubts(db, pair.pp, request)

    assert found["He came on time."] == ""
    assert found["He is to hear nothing of the harbour at night."] == "taken_back"


@pytest.mark.parametrize("take_back", [take_off, hide])
def test_what_was_written_beside_a_step_of_her_path_that_was_taken_back_is_left_out_too(
    db: Session, make: Make, take_back: Callable[[Session, Actor, PathEntry], None]
) -> None:
    pair = make.pair()
    _, request = him(db, make, pair)
    make.note(pair.pp_file, pair.pp, "attitude", "He is to hear nothing of the harbour at night.")
    step = make.path_entry(pair, pair.vss, "support_began")
    release_entry(db, pair.vss, step, "She began.")
    hold_keys_of(db, pair.pp)
    seen_before = doubts(db, pair.pp, request)

    hold_keys_of(db, pair.vss)
    take_back(db, pair.vss, step)
    hold_keys_of(db, pair.pp)

    text = "He is to hear nothing of the harbour at night."
    assert (seen_before[text], doubts(db, pair.pp, request)[text]) == ("", "taken_back")


def service_name(db: Session, pair: Pair) -> str:
    return db.get_one(Service, pair.vss.service_id).name


def test_whatever_is_in_doubt_is_left_out_unless_somebody_looked(db: Session, make: Make) -> None:
    pair = make.pair()
    _, request = him(db, make, pair)
    make.note(pair.pp_file, pair.pp, "other", "A neighbour rang.").source = "a neighbour"
    make.note(pair.pp_file, pair.pp, "attendance", "He came.")
    db.flush()

    checked(db, make, pair.pp, request)
    text, machine = taken(db, pair.pp, request)

    assert "neighbour" not in f"{text} {machine}"
    assert "He came." in text


def test_her_copy_holds_what_leads_to_her_only_where_it_is_ticked_and_none_of_his_words_or_the_childs_name(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    subject, request = her(db, make, pair)
    subject.safe_channel, subject.address = "at her aunt's", "12 Quiet Lane"
    make.subject(pair.vss_file, SubjectKind.CHILD, name="Mira")
    his = make.note(pair.pp_file, pair.pp, text="x")
    share(db, pair.pp, his.id, "He said that he would wait for her.")
    make.note(pair.vss_file, pair.vss, "other", "From the programme: he said that he would wait for her.")
    make.note(pair.vss_file, pair.vss, "her_wishes", "Mira wants to stay.")
    make.note(pair.vss_file, pair.vss, "her_account", "She told of Sunday.")
    db.flush()
    found = doubts(db, pair.vss, request)
    assert found["Mira wants to stay."] == "names"
    assert found["at her aunt's"] == found["12 Quiet Lane"] == "unsafe"

    checked(db, make, pair.vss, request)
    text, machine = taken(db, pair.vss, request)

    both = f"{text} {json.dumps(machine)}"
    # He may find the paper: what leads to her is there to be ticked, and not ticked.
    assert "aunt" not in both
    assert "Quiet Lane" not in both
    assert "She told of Sunday." in both
    assert "wait for her" not in both
    assert "Mira" not in both


def test_a_childs_copy_holds_the_childs_entry_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    her(db, make, pair)
    child = make.subject(pair.vss_file, SubjectKind.CHILD, name="Mira")
    child.born_on = date(2018, 5, 4)
    make.note(pair.vss_file, pair.vss, "children", "What a child said.")
    request = asked(db, pair.vss, child)

    checked(db, make, pair.vss, request)
    text, machine = taken(db, pair.vss, request)

    assert machine["person"] == {"name": "Mira", "born_on": "2018-05-04"}
    assert machine["entries"] == []
    assert "Ana" not in text


def test_an_office_takes_no_copy_and_records_no_request(db: Session, make: Make) -> None:
    pair = make.pair()
    subject, request = him(db, make, pair)

    for role in (Role.MANAGER, Role.DATA_PROTECTION):
        office = make.actor(pair.pp.service_id, role)
        with pytest.raises(NotAllowed):
            copies.document(db, office, request.id, words=WORDS)
        with pytest.raises(NotAllowed):
            asked(db, office, subject)


def test_her_copy_holds_her_digital_plan_and_his_holds_what_he_does_and_no_answer_to_a_step(
    db: Session, make: Make
) -> None:
    pair, day = make.pair(), clock.today()
    _, hers = her(db, make, pair)
    _, his = him(db, make, pair)
    case_id = pair.case.id
    [phone] = digital_maps.put(db, pair.vss, case_id, whose=Whose.HERS, kinds=["phone"])
    marks = ["access.knows_code"]
    digital_maps.mark(db, pair.vss, phone.id, marks=marks, name="The old one", note="", version=1)
    digital_maps.put(db, pair.vss, case_id, whose=Whose.HIS, kinds=["computer"])
    digital_findings.write(db, pair.vss, case_id, form="spyware", seen=Seen.PRESENT, note="", version=0)
    safety_plans.write(
        db,
        pair.vss,
        case_id,
        safe_device="The library's",
        account_use="",
        escalation="",
        review_on=None,
        version=0,
    )
    evidence.note(db, pair.vss, case_id, kept=Kept("Eleven messages", day, "In the safe", ["printed"]))
    for actor in (pair.pp, pair.vss):
        digital_steps.answer(db, actor, case_id, step="knows", seen=Seen.PRESENT, note="A street", version=0)
    for actor, text in ((pair.vss, "A new account"), (pair.pp, "He signs out of the tablet")):
        wanted = Wanted("accountability", text, "Somebody")
        safety_actions.write(db, actor, case_id, wanted=wanted)

    of_her = {
        one.heading: (one.text, one.doubt)
        for one in copies.pieces(db, pair.vss, hers.id)
        if one.section == "digital"
    }
    assert of_her == {
        "Telephone": ("The old one · he knows code or password", "unsafe"),
        "Computer": ("", "of_others"),
        "Installing spyware or apps that show where she is": ("", "unsafe"),
        "Eleven messages": ("In the safe · printed, dated and signed", "unsafe"),
        "A safe device": ("The library's", "unsafe"),
        "Whether he knows what he should not know, or has a password or an account of hers": (
            "A street",
            "of_others",
        ),
        "His accountability, and protection": ("A new account · Somebody", "unsafe"),
    }
    of_him = {one.text: (one.doubt, one.never) for one in copies.pieces(db, pair.pp, his.id)}
    assert of_him == {"A street": ("never", True), "He signs out of the tablet · Somebody": ("", False)}


def test_what_he_does_is_left_out_of_his_copy_where_it_came_from_her_or_beside_what_she_took_back(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    _, his = him(db, make, pair)
    note = make.note(pair.vss_file, pair.vss)
    share(db, pair.vss, note.id, "He looks at the tablet of the older child")
    item = share(db, pair.vss, note.id, "Another thing")
    joint_items.withdraw(db, pair.vss, item.id)
    for text in ("He gives up the tablet of the older child", "He counts the days"):
        safety_actions.write(db, pair.pp, pair.case.id, wanted=Wanted("accountability", text, "Ivo"))

    found = {one.text: one.doubt for one in copies.pieces(db, pair.pp, his.id) if one.section == "digital"}

    assert found == {
        "He gives up the tablet of the older child · Ivo": "never",
        "He counts the days · Ivo": "taken_back",
    }
