from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import audit, clock
from core.models import Case, Cooperation, FileNote, FileRequest, JointItem, Role, ServiceKind, SubjectKind
from core.operations import cases, contact_flags, files, partings, requests
from core.operations.contact_flags import ContactField, ContactMark
from core.operations.files import Contacts
from core.operations.requests import Answer
from core.store import Store
from tests.make import Make, Pair, consented, share
from tests.pages.conftest import Desk, press, said


def type_in(at: AppTest, label: str, value: str) -> None:
    fields = [*at.text_input, *at.text_area]
    next(field for field in fields if field.label == label).set_value(value)


def pick(at: AppTest, label: str, value: object) -> None:
    """Choose in a form, which the next button sends."""
    next(box for box in [*at.selectbox, *at.radio] if box.label == label).set_value(value)


def choose(at: AppTest, label: str, value: object) -> AppTest:
    """Choose outside a form: the page follows at once."""
    pick(at, label, value)
    return at.run()


def test_the_empty_list_says_where_cases_come_from(db: Session, make: Make, desk: Desk) -> None:
    ivo = make.actor(make.cooperation().pp_id)
    db.commit()

    at = desk.open(ivo, "cases")

    assert "open one above" in said(at)


def test_a_case_is_opened_and_shown(db: Session, make: Make, desk: Desk) -> None:
    cooperation = make.cooperation()
    ivo = make.actor(cooperation.pp_id)
    db.commit()
    at = desk.open(ivo, "cases")

    type_in(at, "Code (may stay empty)", "K-2027-014")
    press(at, "Open the case")

    assert "K\\-2027\\-014" in at.title[0].value
    assert "Is there a parallel file?" in said(at)


def test_a_code_of_initials_is_refused_beside_its_field_and_stays_typed(
    db: Session, make: Make, desk: Desk
) -> None:
    ivo = make.actor(make.cooperation().pp_id)
    db.commit()
    at = desk.open(ivo, "cases")

    type_in(at, "Code (may stay empty)", "MK-1987")
    press(at, "Open the case")

    assert "Never initials" in at.error[0].value
    assert "MK-1987" in [field.value for field in at.text_input]


def test_my_cases_are_listed_and_searched_by_a_name_of_my_own_file(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Mara Fictional")
    db.commit()

    at = desk.open(pair.vss, "cases")
    at.text_input(key="cases:search").set_value("mara").run()
    theirs = desk.open(pair.pp, "cases")
    theirs.text_input(key="cases:search").set_value("mara").run()

    assert list(at.dataframe[0].value["code"]) == [pair.case.code]
    assert not theirs.dataframe


class Question:
    """A case of the programme that asked the victim support service."""

    def __init__(self, db: Session, make: Make) -> None:
        cooperation = make.cooperation()
        cooperation.identification = "initials and year of birth"
        self.ivo, self.elena = make.actor(cooperation.pp_id), make.actor(cooperation.vss_id)
        self.case: Case = cases.open(db, self.ivo, cooperation_id=cooperation.id)
        self.request: FileRequest = requests.ask(db, self.ivo, self.case.id, identification="M.K., 1987")
        db.commit()


def test_two_files_that_do_not_belong_together_are_parted(db: Session, make: Make, desk: Desk) -> None:
    question = Question(db, make)
    requests.answer(
        db, question.elena, question.request.id, answer=Answer.PARALLEL_FILE, version=question.request.version
    )
    db.commit()
    at = desk.open(question.elena, "case", case=question.case.id)

    press(at, "The two files belong together")
    press(at, "Take my confirmation back")
    assert "The two files belong together" in [button.label for button in at.button]
    press(at, "Part the two files")

    assert question.case.code not in said(at).replace("\\", "")
    assert "stood in another case before" in said(at)
    theirs = desk.open(question.ivo, "case", case=question.case.id)
    assert "cannot say" in said(theirs).lower()
    assert question.elena.name not in said(theirs)


def test_who_had_confirmed_reads_that_the_files_were_parted_and_not_that_nobody_has_looked(
    db: Session, make: Make, desk: Desk
) -> None:
    question = Question(db, make)
    requests.answer(
        db, question.elena, question.request.id, answer=Answer.PARALLEL_FILE, version=question.request.version
    )
    requests.confirm(db, question.ivo, question.case.id)
    partings.part(db, question.elena, question.case.id)
    db.commit()

    his = said(desk.open(question.ivo, "case", case=question.case.id))

    assert "The two files were parted on" in his
    assert "Nothing is known yet" not in his
    assert question.elena.name not in his


def test_a_question_is_answered_and_both_confirm(db: Session, make: Make, desk: Desk) -> None:
    question = Question(db, make)
    assert "asked on" in said(desk.open(question.elena, "cases"))
    at = desk.open(question.elena, "request", request=question.request.id)
    assert "Check with her first" in said(at)

    pick(at, "Your answer", Answer.PARALLEL_FILE)
    press(at, "Answer")
    press(desk.open(question.elena, "case", case=question.case.id), "The two files belong together")
    his = press(desk.open(question.ivo, "case", case=question.case.id), "The two files belong together")

    assert "opens with its agreement" in said(his)


def test_an_answer_is_needed(db: Session, make: Make, desk: Desk) -> None:
    question = Question(db, make)
    at = desk.open(question.elena, "request", request=question.request.id)

    press(at, "Answer")

    assert "choose an answer" in at.error[0].value


def test_cannot_say_reads_like_silence(db: Session, make: Make, desk: Desk) -> None:
    question = Question(db, make)
    silence = said(desk.open(question.ivo, "case", case=question.case.id))
    at = desk.open(question.elena, "request", request=question.request.id)

    pick(at, "Your answer", Answer.CANNOT_SAY)
    press(at, "Answer")

    assert "Nothing is known yet" in silence
    assert said(desk.open(question.ivo, "case", case=question.case.id)) == silence


def test_a_question_is_asked_from_the_case_and_a_name_refused(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    cooperation = db.get_one(Cooperation, pair.case.cooperation_id)
    cooperation.identification = "initials"
    case = cases.open(db, pair.pp, cooperation_id=cooperation.id)
    files.add_subject(db, pair.pp, case.id, kind=SubjectKind.HIM, contacts=Contacts(name="Milan Kostov"))
    db.commit()
    at = desk.open(pair.pp, "case", case=case.id)

    type_in(at, "What identifies the person", "Milan, 1987")
    press(at, "Ask the other service")
    refused = at.error[0].value
    type_in(at, "What identifies the person", "M.K., 1987")
    press(at, "Ask the other service")

    assert "holds a name" in refused
    assert "Nothing is known yet" in said(at)


def test_before_anything_is_agreed_the_case_says_who_enters_it_and_asks_for_no_words(
    db: Session, make: Make, desk: Desk
) -> None:
    cooperation = make.cooperation()
    ivo = make.actor(cooperation.pp_id)
    case = make.case(cooperation, ivo)
    db.commit()

    at = desk.open(ivo, "case", case=case.id)
    told = next(block.value for block in at.info if "not yet agreed" in block.value)
    assert "the administrator of either service enters it" in told
    assert not at.text_input
    assert "Ask the other service" not in [button.label for button in at.button]
    assert "Agreed between your services" not in said(at)
    cooperation.identification = "initials"
    db.commit()
    at = desk.open(ivo, "case", case=case.id)

    assert "Agreed between your services: initials" in said(at)
    assert "Ask the other service" in [button.label for button in at.button]
    assert "not yet agreed" not in said(at)


def test_names_of_the_file_are_shown_when_asked_for(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Mara Fictional", address="12 Hidden Street")
    db.commit()
    at = desk.open(pair.vss, "file", case=pair.case.id)
    masked = said(at)

    press(at, "Show names and contacts")

    assert "Mara" not in masked
    assert "Mara Fictional" in said(at)
    assert "12 Hidden Street" in said(at)
    assert "Mara" not in said(press(at, "Hide names and contacts"))


def test_names_close_again_when_the_proof_is_old_and_what_is_sent_meanwhile_is_saved(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file, name="Mara Fictional", address="12 Hidden Street")
    her.born_on = clock.today().replace(year=1990, day=1)
    db.commit()
    at = press(desk.open(pair.vss, "file", case=pair.case.id), "Show names and contacts")

    desk.grow_stale(pair.vss)
    type_in(at, "Telephone", "0555 27 27 99")
    press(at, "Save")

    assert "Mara" not in repr(at.main)
    assert "Closed again" in said(at)
    db.refresh(her)
    assert (her.phone, her.name, her.address) == ("0555 27 27 99", "Mara Fictional", "12 Hidden Street")
    assert her.born_on == clock.today().replace(year=1990, day=1)
    press(at, "Show names and contacts")
    assert "Is it you?" in at.text_input[0].label
    assert "Mara" not in repr(at.main)


def test_flags_close_again_with_the_contacts(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file, name="Mara Fictional", address="12 Hidden Street")
    contact_flags.flag(
        db,
        pair.vss,
        her.id,
        field=ContactField.ADDRESS,
        mark=ContactMark.UNSAFE,
        flagged_on=clock.today(),
    )
    db.commit()
    at = press(desk.open(pair.vss, "must_not_receive", case=pair.case.id), "Show names and contacts")
    assert "12 Hidden Street" in said(at)

    desk.grow_stale(pair.vss)

    assert "12 Hidden Street" not in repr(at.run().main)
    assert "Closed again" in said(at)


def test_the_programme_is_not_asked_for_a_safe_channel(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()

    his, hers = (
        {field.label for field in desk.open(actor, "file", case=pair.case.id).text_input}
        for actor in (pair.pp, pair.vss)
    )

    assert "Telephone" in his & hers
    assert {"Safe channel", "Safe times", "Code phrase"} <= hers - his


def test_a_person_is_entered_into_the_file(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.vss, "file", case=pair.case.id)

    type_in(at, "Name", "Mara *Fictional*")
    type_in(at, "Safe channel", "her sister")
    press(at, "Save")

    assert "Mara \\*Fictional\\*" in said(at)
    assert "her sister" in said(at)


def test_a_note_is_written_and_a_colleagues_text_shown_beside_mine(
    db: Session, make: Make, desk: Desk, real_store: Store
) -> None:
    pair = make.pair()
    note = make.note(pair.vss_file, pair.vss, topic="her_account", text="As it was.")
    db.commit()
    at = desk.open(pair.vss, "note", note=note.id)
    with real_store.writing.begin() as other:
        other.get_one(FileNote, note.id).text = "As a colleague wrote."

    type_in(at, "Text", "As I wrote.")
    press(at, "Save")

    assert "Somebody else saved this" in at.error[0].value
    assert "As a colleague wrote" in said(at)
    assert at.text_area[0].value == "As I wrote."


def test_a_new_note_stands_in_the_file(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "note", case=pair.case.id)

    choose(at, "Topic", "attendance")
    type_in(at, "Text", "Missed two <b>sessions</b>.")
    press(at, "Save")

    assert "Attendance" in said(at)
    assert "\\<b\\>sessions" in said(at)


def share_page(db: Session, make: Make, desk: Desk) -> tuple[Pair, AppTest]:
    pair = make.pair()
    consented(db, pair.vss, make.subject(pair.vss_file, name="Mara Fictional"))
    note = make.note(pair.vss_file, pair.vss, topic="her_account", text="Mara said that he shouted.")
    db.commit()
    return pair, desk.open(pair.vss, "share", note=note.id)


def test_what_is_typed_of_somebody_is_saved_of_them_though_a_colleague_adds_another(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Wrenna Finch")
    child = make.subject(pair.vss_file, SubjectKind.CHILD)
    child.code = "C-07a"
    db.commit()
    at = press(desk.open(pair.vss, "file", case=pair.case.id), "Show names and contacts")
    which = next(one for one in at.selectbox if str(one.key).startswith("person:"))
    which.set_value(child.id).run()
    type_in(at, "Name", "Little Finch")
    make.subject(pair.vss_file, SubjectKind.CHILD).code = "C-07b"
    db.commit()

    at.button(key="person:save").click().run()

    db.expire_all()
    assert child.name == "Little Finch"
    assert not at.exception


def test_a_name_is_found_in_what_is_shared_and_must_be_meant(db: Session, make: Make, desk: Desk) -> None:
    _pair, at = share_page(db, make, desk)

    press(at, "Share this")

    assert "names or contacts" in at.error[0].value
    assert "Mara" in said(at)
    assert db.scalars(select(JointItem)).all() == []


def test_a_family_name_that_several_carry_has_a_box_for_each_of_them(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, at = share_page(db, make, desk)
    child = make.subject(pair.vss_file, SubjectKind.CHILD, name="Mina Fictional")
    child.code = "C-07a"
    db.commit()

    at.text_area[0].set_value("The Fictional family moved.").run()

    assert not at.exception
    boxes = [box.label for box in at.checkbox if box.label.startswith("Fictional (")]
    assert len(boxes) == len(set(boxes)) == 2


def test_the_other_side_sees_what_the_preview_showed(db: Session, make: Make, desk: Desk) -> None:
    pair, at = share_page(db, make, desk)
    at.text_area[0].set_value("He shouted.").run()
    previewed = next(block.value for block in at.markdown if "He shouted" in block.value)

    press(at, "Share this")
    theirs = desk.open(pair.pp, "case", case=pair.case.id)

    assert previewed in [block.value for block in theirs.markdown]
    assert "Mara" not in said(theirs)


def test_words_added_in_the_last_moment_are_shared_only_after_they_stood_in_the_preview(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, at = share_page(db, make, desk)
    at.text_area[0].set_value("He shouted.").run()

    at.text_area[0].set_value("He shouted. She is at the mill.")
    press(at, "Share this")

    assert "not what the preview showed" in at.error[0].value
    assert any("She is at the mill" in block.value for block in at.markdown)
    assert db.scalars(select(JointItem)).all() == []
    db.expunge_all()
    db.rollback()
    press(at, "Share this")
    theirs = desk.open(pair.pp, "case", case=pair.case.id)
    assert "She is at the mill" in said(theirs).replace("\\", "")


def test_something_shared_is_taken_back(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    note = make.note(pair.pp_file, pair.pp, topic="attendance", text="Missed two.")
    share(db, pair.pp, note.id, "Missed two.")
    db.commit()
    at = desk.open(pair.pp, "case", case=pair.case.id)

    press(at, "Take it back")

    assert "Missed two" not in said(desk.open(pair.vss, "case", case=pair.case.id))


def test_the_frame_is_written_down_and_the_case_closed_and_opened_again(
    db: Session, make: Make, desk: Desk
) -> None:
    cooperation = make.cooperation()
    ivo = make.actor(cooperation.pp_id)
    case = cases.open(db, ivo, cooperation_id=cooperation.id)
    db.commit()
    at = desk.open(ivo, "frame", case=case.id)
    pick(at, "All of this is so", False)
    press(at, "Save")
    refused = at.error[0].value
    type_in(at, "Why the protocol is used nevertheless", "His mother is to be protected.")
    press(at, "Save")

    press(at, "Close the case")
    closed = said(desk.open(ivo, "case", case=case.id))
    press(at, "Open it again")

    assert "fill this in" in refused
    assert "the work together is done" in closed
    assert db.get_one(Case, case.id, populate_existing=True).closed_on is None
    assert "wrote down the frame" in said(desk.open(ivo, "history", case=case.id))


def test_a_case_with_two_unconfirmed_files_is_parted_before_it_is_closed_and_also_afterwards(
    db: Session, make: Make, desk: Desk
) -> None:
    question = Question(db, make)
    requests.answer(
        db, question.elena, question.request.id, answer=Answer.PARALLEL_FILE, version=question.request.version
    )
    db.commit()

    at = desk.open(question.ivo, "frame", case=question.case.id)
    assert "Part them first" in said(at)
    assert "Close the case" not in [button.label for button in at.button]
    question.case.closed_on = clock.today()
    db.commit()
    at = desk.open(question.elena, "case", case=question.case.id)
    assert "was closed while both services held a file" in said(at)
    assert "The two files belong together" not in [button.label for button in at.button]
    press(at, "Part the two files")

    assert "stood in another case before" in said(at)


def test_where_nobody_of_another_agency_is_entered_the_page_says_who_enters_them(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()

    at = desk.open(pair.vss, "team", case=pair.case.id)

    assert "the administrator of your service enters them first" in said(at)
    assert "Let in" not in [button.label for button in at.button]


def test_a_colleague_and_a_guest_are_let_in(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    colleague = make.actor(pair.pp.service_id, Role.CHAIR)
    police = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    db.commit()
    at = desk.open(pair.pp, "team", case=pair.case.id)

    pick(at, "Add a colleague of your service", colleague.person_id)
    press(at, "Add")
    pick(at, "Guest", police.person_id)
    press(at, "Let in")

    assert police.name in said(at)
    assert colleague.name in said(desk.open(pair.vss, "case", case=pair.case.id))


def test_the_last_case_manager_stays_on_the_case(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "team", case=pair.case.id)

    pick(at, "A colleague works on it no longer", pair.pp.person_id)
    press(at, "Take off the case")

    assert "last case manager" in at.error[0].value


def test_another_services_file_and_case_are_not_there(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    note = make.note(pair.vss_file, pair.vss, topic="her_account", text="Her words.")
    stranger = make.pair().pp
    db.commit()

    for actor, page, ids in (
        (pair.pp, "note", {"note": note.id}),
        (pair.pp, "share", {"note": note.id}),
        (stranger, "consent", {"case": pair.case.id}),
        (stranger, "case", {"case": pair.case.id}),
        (stranger, "file", {"case": pair.case.id}),
        (stranger, "history", {"case": pair.case.id}),
    ):
        at = desk.open(actor, page, **ids)
        assert "does not exist" in at.error[0].value
        assert "Her words" not in said(at)


def test_who_may_open_no_case_is_not_told_to(db: Session, make: Make, desk: Desk) -> None:
    contact = make.actor(make.cooperation().vss_id, Role.PARTNER_CONTACT)
    db.commit()

    at = desk.open(contact, "cases")

    assert "No case here" in said(at)
    assert "open one above" not in said(at)


def test_a_question_that_is_too_long_stays_and_is_told_the_limit(db: Session, make: Make, desk: Desk) -> None:
    cooperation = make.cooperation()
    cooperation.identification = "initials and year of birth"
    ivo = make.actor(cooperation.pp_id)
    case = make.case(cooperation, ivo)
    db.commit()
    at = desk.open(ivo, "case", case=case.id)
    assert "At most 60 characters" in said(at)

    type_in(at, "What identifies the person", "x" * 75)
    press(at, "Ask the other service")

    assert "75 characters of at most 60" in at.error[0].value
    assert next(one for one in at.text_input if one.label == "What identifies the person").value == "x" * 75


def test_the_same_act_several_times_in_a_row_is_one_line_of_the_history(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    for text in ("One", "Two", "Three"):
        files.add_note(
            db, pair.pp, pair.case.id, topic="his_conditions", text_=text, source="", written_on=clock.today()
        )
    db.commit()

    at = desk.open(pair.pp, "history", case=pair.case.id)

    assert said(at).count("wrote a note into our file") == 1
    assert "(3 times since" in said(at)


def test_the_sixteenth_note_on_a_topic_is_read_and_one_is_found_by_its_words(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    for number in range(16):
        make.note(pair.pp_file, pair.pp, "attendance", f"Session number {number:02}")
    db.commit()
    at = desk.open(pair.pp, "file", case=pair.case.id)
    assert "number 00" not in said(at)

    press(at, "Show more")
    assert "number 00" in said(at)

    type_in(at, "Search in our notes", "SESSION 07")
    at.run()
    assert "number 07" in said(at)
    assert "number 08" not in said(at)


def test_the_history_of_a_long_case_is_read_to_its_beginning(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    note = make.note(pair.pp_file, pair.pp)
    audit.record(db, pair.pp, "add", note, case_id=pair.case.id)
    for number in range(62):
        audit.record(db, pair.pp, ("revise", "share")[number % 2], note, case_id=pair.case.id)
    db.commit()
    at = desk.open(pair.pp, "history", case=pair.case.id)
    assert "wrote a note into our file" not in said(at)

    press(at, "Show more")

    assert "wrote a note into our file" in said(at)
    assert "Show more" not in [button.label for button in at.button]


def test_a_note_and_what_is_shared_from_it_say_where_the_case_stands(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    note = make.note(pair.vss_file, pair.vss)
    db.commit()

    for page in ("note", "share"):
        at = desk.open(pair.vss, page, note=note.id)
        assert at.title[0].value.replace("\\", "") == f"Case {pair.case.code}"
        assert "Case opening" in said(at)
        assert "Next:" in said(at)
