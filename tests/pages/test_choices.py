"""Lists to choose from: the line that is chosen is the record that is meant, also where two would read the same."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.locale import Words
from core.models import AgendaItem, Attendance, PathEntry, Role, ServiceKind
from core.operations import agenda_items, attendances, guests, joint_items, path_entries, t_points, timelines
from pages.ui.choices import distinct
from tests.make import Make, Pair, share
from tests.pages.conftest import Desk, press, said

T = Words()
TODAY = clock.today()

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


def timeline(desk: Desk, pair: Pair, form: str) -> AppTest:
    at = desk.open(pair.pp, "timeline", case=pair.case.id)
    at.toggle[0].set_value(True).run()
    return at.segmented_control[0].set_value(form).run()


def test_no_other_entry_is_shared_where_the_chosen_one_was_removed(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.path_entry(pair, pair.pp, "court", TODAY - timedelta(days=60))
    missed = make.path_entry(pair, pair.pp, "missed", TODAY - timedelta(days=50))
    db.commit()
    at = timeline(desk, pair, "own")
    at.selectbox(key=f"path_entry:{pair.case.id}").set_value(missed.id).run()
    path_entries.remove(db, pair.pp, missed.id, reason="Wrong", version=missed.version)
    db.commit()

    at.button(key="path_share").click().run()

    db.expire_all()
    assert not any(one.is_shared for one in db.scalars(select(PathEntry)))
    assert T("error.chosen_gone") in said(at)


def done(db: Session, pair: Pair) -> list[str]:
    db.expire_all()
    found = [one.label for one in timelines.of_case(db, pair.pp, pair.case.id).t_dates if one.pp_done]
    db.rollback()
    return found


def test_no_other_time_is_marked_or_taken_back_than_the_one_that_was_chosen(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.t_point(pair, "T0", TODAY - timedelta(days=70))
    make.t_point(pair, "T1", TODAY - timedelta(days=60))
    db.commit()
    at = timeline(desk, pair, "done")
    next(one for one in at.selectbox if str(one.key).endswith(":label")).set_value("T1")
    t_points.mark_done(db, pair.pp, pair.case.id, label="T1", done_on=TODAY)
    db.commit()

    press(at, T("timeline.done.save"))
    assert done(db, pair) == ["T1"]
    assert T("error.t_point_done_already", label="T1") in said(at)

    t_points.mark_done(db, pair.pp, pair.case.id, label="T0", done_on=TODAY)
    t_points.undo_done(db, pair.pp, pair.case.id, label="T1")
    db.commit()
    press(at, T("timeline.done.undo_button"))
    assert done(db, pair) == ["T0"]
    assert T("error.t_point_not_done", label="T1") in said(at)


def test_no_other_item_leaves_the_agenda_and_no_other_person_the_list_than_the_chosen_one(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = make.meeting(pair)
    attendances.add(db, pair.pp, meeting.id, people=[pair.pp.person_id, pair.vss.person_id])
    for title in ("One", "Two"):
        agenda_items.add(db, pair.pp, meeting.id, title=title, minutes=5, is_recurring=False)
    db.commit()
    titles = {one.title: one.id for one in db.scalars(select(AgendaItem))}
    db.commit()
    at = desk.open(pair.pp, "meeting", meeting=meeting.id)
    at.segmented_control[0].set_value("agenda").run()
    at.selectbox(key=f"agenda_item:{meeting.id}").set_value(titles["Two"]).run()
    agenda_items.remove(db, pair.vss, meeting.id, titles["Two"])
    db.commit()

    at.button(key="item_remove").click().run()
    db.expire_all()
    assert "One" in [one.title for one in db.scalars(select(AgendaItem))]
    db.rollback()
    assert T("error.chosen_gone") in said(at)

    at.segmented_control[0].set_value("people").run()
    seated = sorted(db.scalars(select(Attendance.person_id)))
    at.selectbox(key=f"leave:{meeting.id}").set_value(seated[-1])
    attendances.remove(db, pair.vss, meeting.id, seated[-1])
    db.commit()
    press(at, T("meeting.remove_person_save"))
    assert sorted(db.scalars(select(Attendance.person_id))) == seated[:-1]
    assert T("error.chosen_gone") in said(at)


def test_no_other_text_is_taken_back_than_the_one_that_was_chosen(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    note = make.note(pair.pp_file, pair.pp, text="He said it twice")
    items = [share(db, pair.pp, note.id, words).id for words in ("He said it", "He said it twice")]
    db.commit()
    at = desk.open(pair.pp, "case", case=pair.case.id)
    at.selectbox(key=f"withdraw:{pair.case.id}").set_value(items[0]).run()
    joint_items.withdraw(db, pair.pp, items[0])
    db.commit()

    press(at, "Take it back")

    db.expire_all()
    assert [one.id for one in joint_items.list_of_case(db, pair.vss, pair.case.id)] == [items[1]]
    assert T("error.chosen_gone") in said(at)
