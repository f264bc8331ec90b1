"""The page Consent, and sharing with and without it, as the people of a service use them."""

from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core.locale import Words
from core.models import Consent, ConsentState, JointItem, Role, SubjectKind
from core.operations import joint_items
from core.operations.releases import Basis, Terms
from tests.make import Make, consented, share
from tests.pages.conftest import Desk, press, said

T = Words("en", "UTC")
WHY = "He has a weapon and knows the way to her door."


def test_an_answer_is_written_down_and_stands_in_the_table(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.subject(pair.vss_file)
    db.commit()
    at = desk.open(pair.vss, "consent", case=pair.case.id)
    assert "Not asked yet" in said(at)

    at.radio[0].set_value(ConsentState.GIVEN).run()
    type_in(at, "How it was asked and explained, or why not yet", "Alone with her")
    press(at, "Keep this answer")
    assert "only where it was safe" in at.error[0].value
    next(one for one in at.radio if one.label == "Was it safe to ask?").set_value("yes").run()
    press(at, "Keep this answer")

    assert "**Yes**" in said(at)
    assert "Alone with her" in said(at)
    assert [one.state for one in db.scalars(select(Consent))] == [ConsentState.GIVEN]


def test_what_rested_on_consent_is_told_where_it_is_withdrawn(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    note = make.note(pair.vss_file, pair.vss)
    share(db, pair.vss, note.id, "He shouted.")
    db.commit()
    at = desk.open(pair.vss, "consent", case=pair.case.id)
    assert "· shared" in said(at)

    at.radio[0].set_value(ConsentState.WITHDRAWN).run()
    assert "leaves the joint space at once" in said(at)
    type_in(at, "How it was asked and explained, or why not yet", "She called")
    press(at, "Keep this answer")

    assert "taken back" in said(at)
    assert "He shouted" not in said(desk.open(pair.pp, "case", case=pair.case.id))


def test_without_consent_a_colleague_confirms_before_the_other_side_reads(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file)
    note = make.note(pair.vss_file, pair.vss, text="He shouted.")
    nina = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, nina)
    db.commit()
    at = desk.open(pair.vss, "share", note=note.id)
    assert "No consent of" in said(at)
    press(at, "Share this")
    assert "no consent for this purpose" in at.error[0].value
    next(one for one in at.radio if one.label == "On what ground?").set_value("danger").run()
    type_in(at, "Why it cannot wait for consent", "It is urgent")
    press(at, "Share this")
    assert "at least 30" in at.error[0].value
    type_in(at, "Why it cannot wait for consent", WHY)
    press(at, "Share this")
    assert "He shouted" not in said(desk.open(pair.pp, "case", case=pair.case.id))
    assert "asks you to confirm" in _links(desk.open(nina, "today"))

    theirs = desk.open(nina, "consent", case=pair.case.id)
    assert "a weapon and knows" in said(theirs)
    press(theirs, "Yes, it has to be shared")

    assert "He shouted" in said(desk.open(pair.pp, "case", case=pair.case.id))
    assert "weapon" not in said(desk.open(pair.pp, "case", case=pair.case.id))
    assert "Was she told?" in _links(desk.open(nina, "today"))
    next(one for one in theirs.text_input if one.label == "Not yet, because").set_value("He sits beside her")
    press(theirs, "Keep")
    assert "He sits beside her" in said(theirs)
    assert "Was she told?" not in _links(desk.open(nina, "today"))


def test_her_service_reads_what_the_programme_shared_without_his_consent_and_a_colleague_there_looks_at_it(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.subject(pair.pp_file, SubjectKind.HIM)
    note = make.note(pair.pp_file, pair.pp, "attendance", text="He shouted.")
    second = make.actor(pair.pp.service_id)
    make.assign(pair.case, second)
    db.commit()
    at = desk.open(pair.pp, "share", note=note.id)
    assert "Who reads it, in both services: case manager, chair," in said(at)
    next(one for one in at.radio if one.label == "On what ground?").set_value("danger").run()
    type_in(at, "Why it cannot wait for consent", WHY)
    press(at, "Share this")

    hers = said(desk.open(pair.vss, "consent", case=pair.case.id))
    assert "What the programme shared without his consent" in hers
    assert "no second person there has looked at it yet" in hers
    assert "weapon" not in hers
    assert "look at it within 24 hours" in _links(desk.open(second, "today"))
    press(desk.open(second, "consent", case=pair.case.id), "Yes, it was right")
    assert "look at it within 24 hours" not in _links(desk.open(second, "today"))


def test_exceptions_stand_beside_what_is_shared_and_are_thought_of(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    kept = consented(db, pair.vss, make.subject(pair.vss_file), state=ConsentState.GIVEN_EXCEPT)
    kept.exceptions = "Nothing of her work"
    note = make.note(pair.vss_file, pair.vss, text="He shouted.")
    db.commit()
    at = desk.open(pair.vss, "share", note=note.id)
    assert "Nothing of her work" in said(at)

    press(at, "Share this")
    assert "excepted" in at.error[0].value
    next(one for one in at.checkbox if "exceptions" in one.label).check().run()
    press(at, "Share this")

    assert [item.text for item in db.scalars(select(JointItem))] == ["He shouted."]


def test_who_passes_over_a_consent_that_holds_is_told_what_that_means(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file)
    note = make.note(pair.vss_file, pair.vss, text="He shouted.")
    consent = consented(db, pair.vss, her)
    db.commit()
    at = desk.open(pair.vss, "share", note=note.id)
    assert "There is consent for this" not in said(at)

    ground = next(one for one in at.radio if "danger" in " ".join(one.options).casefold())
    ground.set_value(Basis.DANGER).run()
    with_consent = said(at)
    consent.state = ConsentState.WITHDRAWN
    db.commit()
    at = desk.open(pair.vss, "share", note=note.id)
    next(one for one in at.radio if one.options == ground.options).set_value(Basis.DANGER).run()

    assert "There is consent for this" in with_consent
    assert "There is consent for this" not in said(at)


def _links(at: AppTest) -> str:
    return "\n".join(str(getattr(link, "label", "")) for link in at.get("page_link"))


def type_in(at: AppTest, label: str, text: str) -> None:
    next(one for one in (*at.text_input, *at.text_area) if one.label == label).set_value(text).run()


def test_the_second_person_reads_which_names_leave_and_says_that_they_are_meant(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file, name="Ana Bell")
    note = make.note(pair.vss_file, pair.vss)
    on = Terms(her.id, "risk_assessment", Basis.DANGER, WHY)
    seen = joint_items.preview(db, pair.vss, note.id, text_="Her friend Lena takes her in.", terms=on).digest
    joint_items.share(db, pair.vss, note.id, text_="Her friend Lena takes her in.", terms=on, seen=seen)
    make.subject(pair.vss_file, SubjectKind.CHILD, name="Lena Bell")
    nina = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, nina)
    db.commit()

    theirs = desk.open(nina, "consent", case=pair.case.id)
    press(theirs, "Yes, it has to be shared")
    assert T("error.names_somebody") in said(theirs)
    assert "takes her in" not in said(desk.open(pair.pp, "case", case=pair.case.id))
    next(one for one in theirs.checkbox if "Lena" in one.label).check().run()
    press(theirs, "Yes, it has to be shared")

    assert "takes her in" in said(desk.open(pair.pp, "case", case=pair.case.id))
