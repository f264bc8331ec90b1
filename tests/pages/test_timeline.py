"""The timeline page: the same in picture and table, and what a person changes on it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.access import Actor
from core.content import meeting_kinds, protocols
from core.locale import Words
from core.models import JointItem, PathEntry, TPoint
from core.operations import path_entries, timelines
from core.operations.timelines import Kind, Lane, State
from pages.ui import timeline, timeline_forms
from pages.ui.timeline_words import Teller
from tests.make import Make, Pair, consented
from tests.pages.conftest import Desk, press, said

TODAY = clock.today()
PASSWORD = "nine swans below"
T = Words()


@pytest.fixture
def pair(make: Make) -> Pair:
    """A case in its third month, with something of every kind on its timeline."""
    found = make.pair()
    make.t_point(found, "T0", TODAY - timedelta(days=70))
    make.t_point(found, "T1", TODAY - timedelta(days=60))
    make.meeting(found)
    make.meeting(found, "emergency")
    make.action(found)
    make.agreement_in_force(found, ends_on=TODAY + timedelta(days=200))
    make.path_entry(found, found.pp, "started", TODAY - timedelta(days=60), is_shared=True)
    make.path_entry(found, found.vss, "episode", TODAY - timedelta(days=2))
    make.db.commit()
    return found


def do(at: AppTest, what: str) -> AppTest:
    """Choose one of the forms."""
    at.segmented_control[0].set_value(what).run()
    assert not at.exception, [raised.value for raised in at.exception]
    return at


def court(db: Session) -> PathEntry:
    """The one entry about police or court, as it stands now; the store is left free for the page."""
    db.expire_all()
    found = db.scalars(select(PathEntry).where(PathEntry.kind == "court")).one()
    db.commit()
    return found


def of_her_path(db: Session, pair: Pair) -> list[tuple[str, str]]:
    """What the programme reads of her path."""
    db.expire_all()
    found = timelines.of_case(db, pair.pp, pair.case.id).entries
    db.commit()
    return [(entry.what, entry.text) for entry in found if (entry.lane, entry.kind) == (Lane.VSS, Kind.PATH)]


def teller(db: Session, actor: Actor, pair: Pair) -> Teller:
    return Teller(Words(), timelines.of_case(db, actor, pair.case.id))


def test_the_timeline_says_what_it_asks_for(pair: Pair, desk: Desk) -> None:
    at = desk.open(pair.pp, "timeline", case=pair.case.id)

    assert pair.case.code in said(at).replace("\\", "")
    assert "T0, T1: the day has passed and neither side has answered." in said(at).replace("\\", "")
    assert "| Together | Periodic joint meeting | planned |" in said(at)


def test_the_table_says_how_many_actions_stand_in_the_plan_alone(db: Session, pair: Pair, make: Make) -> None:
    for _ in range(timelines.MOST_ACTIONS):
        make.action(pair)

    rows = timeline_forms.table(teller(db, pair.vss, pair))

    assert "| later | Together | One more open action, in the action plan | to come |" in rows


def test_the_table_holds_the_rows_of_the_picture(db: Session, pair: Pair) -> None:
    found = teller(db, pair.vss, pair)

    data = timeline.data_of(found)
    drawn = [*data["phases"], *data["agreements"], *data["marks"]]
    rows = timeline_forms.table(found).splitlines()[2:]

    undated = [entry for entry in found.timeline.entries if entry.on is None]
    assert len(rows) == len(found.timeline.entries) == len(drawn) + len(undated)
    assert sorted(mark["id"] for mark in drawn) == sorted(
        f"m{place}" for place, entry in enumerate(found.timeline.entries) if entry.on
    )
    assert [mark["told"] for mark in sorted(drawn, key=lambda mark: int(mark["id"][1:]))] == [
        found.told(entry) for entry in found.timeline.entries if entry.on
    ]


def test_every_mark_of_the_picture_is_in_its_range(db: Session, pair: Pair) -> None:
    data = timeline.data_of(teller(db, pair.vss, pair))

    days = [mark["on"] for mark in (*data["marks"], *data["agreements"])]
    assert data["from"] < min(days)
    assert max(days) < data["to"]
    assert data["from"] < data["today"] < data["to"]


def test_the_page_begins_with_what_both_services_see(pair: Pair, desk: Desk) -> None:
    at = desk.open(pair.vss, "timeline", case=pair.case.id)
    shared_screen = said(at)

    at.toggle[0].set_value(True).run()

    assert "New violence" not in shared_screen
    assert "New violence" in said(at)
    assert "Not for a shared screen" in said(at)


def test_the_programme_never_reads_her_private_entries(pair: Pair, desk: Desk) -> None:
    at = desk.open(pair.pp, "timeline", case=pair.case.id)

    at.toggle[0].set_value(True).run()

    assert "New violence" not in said(at)


def test_a_new_case_begins_with_its_dates(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "timeline", case=pair.case.id)

    at.date_input[0].set_value(TODAY - timedelta(days=14))
    at.date_input[1].set_value(TODAY)
    press(at, "Enter")

    assert "T2\\.1\\: every three months" in said(at)
    labels = db.scalars(select(TPoint.label)).all()
    assert sorted(labels) == ["T0", "T1"]


def test_before_the_pair_is_confirmed_who_answered_writes_on_their_own_path_alone(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    pair.case.paired_at = None
    db.commit()
    waits = "is read when both case managers have confirmed"

    at, theirs = (desk.open(one, "timeline", case=pair.case.id) for one in (pair.vss, pair.pp))

    assert at.segmented_control[0].options == ["Add to our path", "Our entries"]
    assert waits in said(at)
    assert len(theirs.segmented_control[0].options) == 5
    assert waits not in said(theirs)
    assert "Go on" not in [button.label for button in desk.open(pair.vss, "phase", case=pair.case.id).button]
    for one, is_led in ((pair.vss, False), (pair.pp, True)):
        links = desk.open(one, "change", case=pair.case.id).get("page_link")
        assert ("Enter the days on the timeline" in [link.proto.label for link in links]) is is_led


def test_dates_out_of_order_are_said_beside_the_form_and_stay_typed(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "timeline", case=pair.case.id)

    at.date_input[0].set_value(TODAY)
    at.date_input[1].set_value(TODAY - timedelta(days=1))
    press(at, "Enter")

    assert [error.value for error in at.error] == ["T1 cannot lie before T0."]
    assert at.date_input[0].value == TODAY
    assert db.scalars(select(TPoint)).all() == []


def test_each_side_marks_its_own_as_done_and_takes_it_back(pair: Pair, desk: Desk) -> None:
    at = desk.open(pair.vss, "timeline", case=pair.case.id)

    press(do(at, "done"), "Mark as done")
    done = said(at)
    press(at, "Take back")

    assert "hers done, his not" in done
    assert "hers done, his not" not in said(at)


def test_a_date_is_moved_with_a_reason_that_stays_readable(pair: Pair, desk: Desk) -> None:
    at = do(desk.open(pair.pp, "timeline", case=pair.case.id), "move")
    at.selectbox[0].set_value("T2.1").run()
    stands = at.date_input[0].value
    assert isinstance(stands, date)
    new_day = stands + timedelta(days=7)

    at.date_input[0].set_value(new_day)
    press(at, "Move")
    refused = [error.value for error in at.error]
    at.text_input[0].set_value("He was *ill*")
    press(at, "Move")

    assert refused == ["Please fill this in."]
    assert "to come; moved by hand" in said(at)
    assert "He was \\*ill\\*" in said(at)


def test_a_colleague_who_moved_first_is_not_overwritten(pair: Pair, desk: Desk) -> None:
    mine, theirs = (
        do(desk.open(actor, "timeline", case=pair.case.id), "move") for actor in (pair.pp, pair.vss)
    )
    for at, days, reason in ((theirs, 3, "Holiday"), (mine, 5, "He was ill")):
        at.date_input[0].set_value(TODAY - timedelta(days=75 + days))
        at.text_input[0].set_value(reason)
        press(at, "Move")

    assert "Somebody else saved this in the meantime" in mine.error[0].value
    assert mine.text_input[0].value == "He was ill"
    mine.run()
    assert "Somebody moved it meanwhile" in said(mine)
    press(mine, "Begin from their date")
    assert mine.date_input[0].value == TODAY - timedelta(days=78)


def test_the_own_path_is_written_only_where_nobody_else_looks_on(pair: Pair, desk: Desk) -> None:
    at = do(desk.open(pair.pp, "timeline", case=pair.case.id), "add")

    assert [button.label for button in at.button if button.label == "Add"] == []
    assert "only your service sees" in at.info[0].value


def test_an_entry_of_her_path_stays_with_her_service_until_it_is_released(
    db: Session, make: Make, pair: Pair, desk: Desk
) -> None:
    consented(db, pair.vss, make.subject(pair.vss_file))
    db.commit()
    at = desk.open(pair.vss, "timeline", case=pair.case.id)
    at.toggle[0].set_value(True).run()
    do(at, "add")
    at.selectbox[0].set_value("court").run()
    at.text_area[0].set_value("Hearing <b>moved</b>")
    press(at, "Add")
    kept = court(db).id
    before = of_her_path(db, pair)

    do(at, "own")
    at.selectbox[0].set_value(kept).run()
    at.text_area[0].set_value("There is a hearing").run()
    preview = said(at)
    press(at, "Release exactly this")
    released = of_her_path(db, pair)
    press(at, "Take back what they read")

    assert before == of_her_path(db, pair) == []
    assert "for risk and safety, not to be used with him" in preview.casefold()
    assert "There is a hearing" in preview
    assert released == [("court", "There is a hearing")]


def test_without_consent_a_code_is_asked_for_and_the_click_is_kept(
    db: Session, make: Make, pair: Pair, desk: Desk
) -> None:
    make.subject(pair.vss_file)
    make.account(pair.vss, password=PASSWORD, seed="A" * 32)
    entry_id = make.path_entry(pair, pair.vss, "moved").id
    db.commit()
    desk.sign_in(pair.vss, is_fresh=False)
    at = desk.open(pair.vss, "timeline", case=pair.case.id)
    at.toggle[0].set_value(True).run()
    do(at, "own")
    at.selectbox[0].set_value(entry_id).run()
    next(radio for radio in at.radio if radio.label == "On what ground?").set_value("danger").run()
    at.text_area[1].set_value("He has found out where she goes on Mondays.").run()

    press(at, "Release exactly this")
    assert db.scalars(select(JointItem)).all() == []
    db.commit()
    [code] = [one for one in at.text_input if one.key and one.key.startswith("step_up:")]
    code.set_value(PASSWORD)
    press(at, T("step_up.button"))

    db.expire_all()
    [item] = db.scalars(select(JointItem)).all()
    assert item.released_at is None
    assert "A colleague has to confirm this first" in said(at)


def test_the_note_of_his_path_is_not_carried_along_by_the_box(db: Session, pair: Pair, desk: Desk) -> None:
    at = desk.open(pair.pp, "timeline", case=pair.case.id)
    at.toggle[0].set_value(True).run()
    do(at, "add")
    at.selectbox[0].set_value("missed").run()
    at.text_area[0].set_value("He called at night")
    press(at, "Add")

    found = timelines.of_case(db, pair.vss, pair.case.id)
    db.commit()

    seen = [
        (entry.what, entry.text)
        for entry in found.entries
        if (entry.lane, entry.kind) == (Lane.PP, Kind.PATH)
    ]
    assert seen == [("started", ""), ("missed", "")]


def test_an_entry_is_removed_with_a_reason(db: Session, pair: Pair, desk: Desk) -> None:
    at = desk.open(pair.pp, "timeline", case=pair.case.id)
    at.toggle[0].set_value(True).run()
    do(at, "own")

    press(at, "Remove")
    refused = [error.value for error in at.error]
    at.text_input[0].set_value("The wrong case")
    press(at, "Remove")

    assert refused == ["Please fill this in."]
    assert "Your path has no entry yet." in said(at)


def test_an_entry_that_a_colleague_took_back_is_shared_again_and_removed(
    db: Session, pair: Pair, desk: Desk
) -> None:
    at = desk.open(pair.pp, "timeline", case=pair.case.id)
    at.toggle[0].set_value(True).run()
    do(at, "own")
    entry = db.scalars(select(PathEntry).where(PathEntry.kind == "started")).one()
    path_entries.unshare(db, pair.pp, entry.id, version=entry.version)
    db.commit()
    at.run()
    at.button(key="path_share").click().run()
    assert not at.error
    path_entries.unshare(db, pair.pp, entry.id, version=_version(db, entry))
    db.commit()

    at.text_input[0].set_value("The wrong case")
    press(at, "Remove")
    assert "Somebody else saved this in the meantime" in at.error[0].value
    press(at, "Drop what I typed and take theirs")
    at.text_input[0].set_value("The wrong case")
    press(at, "Remove")
    assert "Your path has no entry yet." in said(at)


def _version(db: Session, entry: PathEntry) -> int:
    db.refresh(entry)
    return entry.version


def test_a_strangers_case_says_nothing(make: Make, pair: Pair, desk: Desk) -> None:
    stranger = make.pair().pp
    make.db.commit()

    at = desk.open(stranger, "timeline", case=pair.case.id)

    assert [error.value for error in at.error] == ["This does not exist, or it is not yours to see."]
    assert pair.case.code not in said(at)


def test_a_closed_case_shows_its_timeline_and_changes_nothing(db: Session, pair: Pair, desk: Desk) -> None:
    pair.case.closed_on = TODAY
    db.commit()

    at = desk.open(pair.pp, "timeline", case=pair.case.id)

    assert "its timeline stays as it is" in said(at)
    assert at.segmented_control == []


def test_every_kind_state_lane_and_ask_has_words() -> None:
    t = Words()
    asks = [
        "meeting_due",
        "meeting_overdue",
        "meeting_unsettled",
        "t_points_missing",
        "t_points_overdue",
        "t_points_his_missing",
        "t_points_hers_missing",
        "no_meeting_for_time",
        "agreement_ends_before_meeting",
        "agreement_ends",
        "agreement_ended",
        "actions_overdue",
    ]

    keys = [f"timeline.state.{state}" for state in State]
    keys += [f"timeline.{place}.{lane}" for lane in Lane for place in ("lane", "row")]
    keys += [f"timeline.ask.{ask}" for ask in asks]
    keys += [f"timeline.legend.{shape}" for shape in (*timeline.SHAPES, "due", "own_pp", "own_vss")]
    keys += [f"timeline.meeting.{kind}" for kind in meeting_kinds.load().ids if kind != "phase_1"]

    assert [key for key in keys if not t.has(key)] == []


def test_a_repeated_time_is_named_after_its_rule(db: Session, pair: Pair) -> None:
    found = teller(db, pair.pp, pair)

    names = [found.name(entry) for entry in found.timeline.entries if entry.kind is Kind.T_POINT]

    assert "T2.1: every three months" in names
    assert protocols.load().t_point("T3").title in names
