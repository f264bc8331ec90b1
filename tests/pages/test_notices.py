"""The page Notices: telling the other service, reading, answering, telephoning, telling her; and what a manager sees."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.models import (
    Agreement,
    ImmediateNotice,
    JointItem,
    NoticeAnswer,
    NoticeCall,
    NoticeTalk,
    Reentry,
    Role,
    SubjectKind,
)
from core.operations import notice_answers, path_entries, t_points, unsent
from core.operations.immediate_notices import Basis
from pages.ui import frame
from pages.ui.site import PAGES
from tests import notices as steps
from tests.make import Make
from tests.notices import days, said, sent
from tests.pages.conftest import Desk, press
from tests.pages.conftest import said as shown

SECRET = "the linnet sings at noon"


def by_label(fields: Any, label: str) -> Any:
    return next(one for one in fields if one.label.startswith(label))


def waiting(at: AppTest) -> str:
    """The rows of the page Today."""
    return "\n".join([*(link.proto.label for link in at.get("page_link")), *(one.value for one in at.header)])


def choose(at: AppTest, label: str, value: object) -> None:
    by_label(at.selectbox, label).set_value(value).run()
    assert not at.exception, [raised.value for raised in at.exception]


def test_what_is_due_by_his_path_is_previewed_sent_and_due_no_more(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    steps.terms(db, pair, pair.pp)
    path_entries.add(db, pair.pp, pair.case.id, kind="intake", happened_on=days(60))
    path_entries.add(
        db, pair.pp, pair.case.id, kind="left", happened_on=days(1), note="He does not come any more."
    )
    case_id = pair.case.id
    db.commit()
    at = desk.open(pair.pp, "notices", case=case_id)
    assert "The other service has to be told: Left or was excluded" in shown(at)
    assert "telephone first" in shown(at)
    assert "Here stands exactly what the other service will read" in shown(at)

    choose(at, "Why he does not come", "absence")
    choose(at, "Ordered by a court", "programme")
    assert "His leaving ends neither the danger nor the cooperation" in shown(at)
    press(at, "Send the notice")

    assert "The other service has to be told" not in shown(at)
    assert "not read yet" in shown(at)
    assert "a joint meeting is due by" in shown(at)
    assert "The agreement of the case goes on" in shown(at)
    [notice] = db.scalars(select(ImmediateNotice))
    assert notice.entry_id is not None
    db.rollback()
    hers = desk.open(pair.vss, "notices", case=case_id)
    assert "He does not come any more" in shown(hers)
    assert "Ordered: we tell the court" in shown(hers)


def test_his_leaving_is_told_and_entered_on_his_path_in_one_go(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    steps.terms(db, pair, pair.pp)
    path_entries.add(db, pair.pp, pair.case.id, kind="intake", happened_on=days(60))
    case_id = pair.case.id
    db.commit()
    at = desk.open(pair.pp, "notices", case=case_id)

    choose(at, "What is it about?", "violence")
    by_label(at.text_area, "What happened").set_value("He said so.").run()
    by_label(at.date_input, "When it happened").set_value(days(2)).run()
    assert not [one for one in at.checkbox if one.label.startswith("Enter it on his path")]
    choose(at, "What is it about?", "left")
    by_label(at.text_area, "What happened").set_value("He does not come any more.").run()
    by_label(at.date_input, "When it happened").set_value(days(2)).run()
    choose(at, "Why he does not come", "absence")
    choose(at, "Ordered by a court", "programme")
    assert by_label(at.checkbox, "Enter it on his path too").value
    press(at, "Send the notice")

    assert "The other service has to be told" not in shown(at)
    assert "a joint meeting is due by" in shown(at)
    [notice] = db.scalars(select(ImmediateNotice))
    [entry, _] = path_entries.of_case(db, pair.pp, case_id)
    assert (notice.entry_id, entry.kind, entry.happened_on) == (entry.id, "left", days(2))
    assert entry.is_shared
    db.rollback()


def test_words_of_a_notice_that_were_not_sent_are_told_before_its_kind_is_chosen(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    steps.terms(db, pair, pair.pp)
    case_id = pair.case.id
    told = "You typed a notice in this case and did not send it."
    db.commit()
    assert told not in shown(desk.open(pair.pp, "notices", case=case_id))
    unsent.keep(db, pair.pp, f"notice:{case_id}::facts", text="He waits there.", case_id=case_id)
    db.commit()

    at = desk.open(pair.pp, "notices", case=case_id)
    assert told in shown(at)
    choose(at, "What is it about?", "violence")

    assert by_label(at.text_area, "What happened").value == "He waits there."
    assert told not in shown(at)


def test_reading_answering_and_telling_her(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, SubjectKind.HER)
    sent(db, pair, pair.pp, steps.left(pair.pp))
    case_id = pair.case.id
    db.commit()
    of_today = waiting(desk.open(pair.vss, "today"))
    assert "a notice of the other service has to be read" in of_today
    assert "(Left or was excluded)" in of_today
    at = desk.open(pair.vss, "notices", case=case_id)

    press(at, "I have read it")
    assert "has read it" in shown(at)
    press(at, "Send the answer")
    assert db.scalars(select(NoticeAnswer)).all() == []
    db.rollback()
    by_label(at.multiselect, "What we do now").set_value(["meeting"])
    by_label(at.text_area, "In words").set_value("Tomorrow at nine")
    press(at, "Send the answer")
    by_label(at.text_area, "What she said").set_value(SECRET)
    by_label(at.radio, "She was").set_value(True)
    press(at, "Write it down")

    assert "We ask for a meeting. Tomorrow at nine" in shown(at)
    assert SECRET in shown(at)
    assert db.scalars(select(NoticeTalk)).one().was_told
    db.rollback()
    his = shown(desk.open(pair.pp, "notices", case=case_id))
    assert "Tomorrow at nine" in his
    assert pair.vss.name in his
    assert SECRET not in his
    assert "told on" not in his


def test_what_she_allows_is_told_and_what_names_somebody_is_held_back(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Anna Fictional")
    steps.terms(db, pair, pair.vss)
    case_id = pair.case.id
    db.commit()
    at = desk.open(pair.vss, "notices", case=case_id)

    choose(at, "What is it about?", "danger")
    by_label(at.text_area, "What happened").set_value("He waits for Anna").run()
    assert "- When it happened" in shown(at)
    by_label(at.date_input, "When it happened").set_value(clock.today()).run()
    assert "names or contacts from your file" in shown(at)
    assert "not to be used with him" in shown(at)
    press(at, "Send the notice")
    assert db.scalars(select(ImmediateNotice)).all() == []
    db.rollback()
    by_label(at.text_area, "What happened").set_value("He waits near her work").run()
    press(at, "Send the notice")

    assert len(db.scalars(select(ImmediateNotice)).all()) == 1
    db.rollback()
    assert "He waits near her work" in shown(desk.open(pair.pp, "notices", case=case_id))


def test_without_consent_a_second_person_is_asked_and_the_programme_sees_nothing(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    steps.terms(db, pair, pair.vss, basis=Basis.DANGER)
    case_id = pair.case.id
    db.commit()
    at = desk.open(pair.vss, "notices", case=case_id)

    choose(at, "What is it about?", "danger")
    by_label(at.date_input, "When it happened").set_value(clock.today()).run()
    by_label(at.text_area, "What happened").set_value(SECRET).run()
    by_label(at.radio, "On what ground").set_value(Basis.DANGER).run()
    assert "Nobody else who works on this case could confirm it" in shown(at)
    by_label(at.text_area, "Why it cannot wait").set_value(steps.WHY).run()
    press(at, "Ask a second person")

    assert "waits for a second person" in shown(at)
    his = desk.open(pair.pp, "notices", case=case_id)
    assert SECRET not in shown(his)
    assert "No notice came" in shown(his)
    assert "otice" not in waiting(desk.open(pair.pp, "today"))


def test_unread_past_its_time_the_sender_telephones_and_a_manager_sees_where_it_lies(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    sent(db, pair, pair.pp, said(pair.pp, SECRET))
    for came in db.scalars(select(ImmediateNotice)):
        db.refresh(came, ["item"])
        came.item.released_at = clock.now() - timedelta(days=5)
        came.created_at = clock.now() - timedelta(days=5)
    case_id, code = pair.case.id, pair.case.code
    db.commit()
    assert "has not read our notice" in waiting(desk.open(pair.pp, "today"))
    assert "1 notice of the other service lies unread" in waiting(desk.open(lead, "today"))

    at = desk.open(lead, "unread_notices")
    assert code in shown(at).replace("\\", "")
    assert SECRET not in shown(at)
    by_label(at.text_input, "Whom").set_value("Nina")
    by_label(at.checkbox, "Somebody was reached").set_value(True)
    press(at, "Write it down")

    assert "No notice lies unread" in shown(at)
    assert db.scalars(select(NoticeCall)).one().was_reached
    db.rollback()
    his = desk.open(pair.pp, "notices", case=case_id)
    assert "Nobody there has read this in time" in shown(his)
    press(his, "Take it back")
    assert SECRET not in shown(desk.open(pair.vss, "notices", case=case_id))


def test_when_the_agreement_has_ended_both_are_told_to_telephone_and_nobody_reads_a_word(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    notice = sent(db, pair, pair.pp, steps.left(pair.pp, SECRET))
    db.refresh(notice, ["item"])
    notice.item.released_at = notice.created_at = clock.now() - timedelta(days=5)
    for agreement in db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id)):
        agreement.ends_on = days(1)
    case_id = pair.case.id
    db.commit()
    assert "closed before the other service read our notice" in waiting(desk.open(pair.pp, "today"))
    hers = waiting(desk.open(pair.vss, "today"))
    assert "closed before we read a notice" in hers
    assert "has she been told?" in hers

    at = desk.open(pair.vss, "notices", case=case_id)

    assert "not read when the joint space closed" in shown(at)
    assert SECRET not in shown(at)
    of_lead = shown(desk.open(lead, "unread_notices"))
    assert "your colleagues cannot read it either" in of_lead
    assert SECRET not in of_lead
    by_label(at.radio, "She was").set_value(True)
    press(at, "Write it down")
    by_label(at.text_input, "Whom").set_value("Who was on duty")
    by_label(at.checkbox, "Somebody was reached").set_value(True)
    press(at, "Write it down")
    assert "Who was on duty" in shown(at)
    assert "closed before" not in waiting(desk.open(pair.vss, "today"))
    db.rollback()
    assert db.scalars(select(NoticeTalk)).one().was_told


def test_her_notice_that_waits_for_a_second_person_stands_before_its_author_and_without_words_before_a_manager(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    notice = sent(db, pair, pair.vss, said(pair.vss, SECRET), basis=Basis.DANGER)
    notice.created_at = clock.now() - timedelta(days=5)
    db.commit()

    assert "our notice waits for a second person" in waiting(desk.open(pair.vss, "today"))
    before_lead, before_him = (shown(desk.open(who, "today")) for who in (lead, pair.pp))

    assert "a notice of our service waits for a second person" in before_lead
    assert SECRET not in before_lead
    assert "second person" not in before_him


def test_the_page_of_unread_notices_is_a_managers_and_tells_nobody_else_that_there_is_none(
    make: Make,
) -> None:
    page = next(spec for spec in PAGES if spec.key == "unread_notices")
    service_id = make.pair().vss.service_id

    allowed = [role for role in Role if frame.is_allowed(make.actor(service_id, role), page)]

    assert allowed == [Role.MANAGER]


def test_he_came_back_and_begins_anew(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    for kind, ago in (("intake", 300), ("left", 120), ("returned", 10)):
        path_entries.add(db, pair.pp, pair.case.id, kind=kind, happened_on=days(ago))
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T0": days(290), "T1": days(280)})
    case_id = pair.case.id
    db.commit()
    at = desk.open(pair.pp, "notices", case=case_id)

    by_label(at.radio, "The times").set_value(True).run()
    by_label(at.text_area, "On what conditions").set_value(SECRET)
    press(at, "Write it down")

    assert db.scalars(select(Reentry)).one().begins_anew
    db.rollback()
    assert SECRET in shown(at)
    hers = desk.open(pair.vss, "timeline", case=case_id)
    assert "T0.2" in shown(hers).replace("\\", "")
    assert SECRET not in shown(desk.open(pair.vss, "notices", case=case_id))


def test_what_is_answered_and_old_is_shown_to_who_asks(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    case_id = pair.case.id
    notice = sent(db, pair, pair.pp, said(pair.pp, SECRET))
    notice_answers.answer(db, pair.vss, notice.id, decisions=["noted"])
    notice.created_at = clock.now() - timedelta(days=20)
    db.get_one(JointItem, notice.item_id).released_at = notice.created_at
    db.commit()

    at = desk.open(pair.vss, "notices", case=case_id)
    before = shown(at)
    by_label(at.toggle, "Show also what is answered").set_value(True).run()

    assert SECRET not in before
    assert SECRET in shown(at)


def test_where_the_joint_space_is_closed_nothing_is_sent(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair(is_agreed=False)
    case_id = pair.case.id
    db.commit()

    at = desk.open(pair.pp, "notices", case=case_id)

    assert "so nothing can be sent" in shown(at)
    assert not [one for one in at.selectbox if one.label.startswith("What is it about?")]


def test_in_a_closed_case_a_notice_that_nobody_has_read_is_still_read_and_answered(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    sent(db, pair, pair.pp)
    pair.case.closed_on = clock.today()
    db.commit()
    of_today = waiting(desk.open(pair.vss, "today"))
    assert "a notice of the other service has to be read" in of_today
    assert "(New violence or a threat)" in of_today
    at = desk.open(pair.vss, "notices", case=pair.case.id)

    press(at, "I have read it")
    by_label(at.multiselect, "What we do now").set_value(["meeting"])
    press(at, "Send the answer")

    assert len(db.scalars(select(NoticeAnswer)).all()) == 1
    assert "Send the answer" not in [one.label for one in at.button]
