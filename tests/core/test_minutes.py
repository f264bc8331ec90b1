"""Minutes after the meeting: corrections, agreement of each service, the lock, addenda."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import clock
from core.content.meeting_kinds import Entry
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.locale import Words
from core.models import (
    Action,
    ActionState,
    AgendaItem,
    Attendance,
    Meeting,
    MeetingState,
    Minutes,
    MinutesApproval,
    PersonRole,
    PhasePoint,
    Role,
)
from core.operations import (
    meetings,
    minutes,
    minutes_contents,
    minutes_documents,
    minutes_updates,
    presences,
    tables,
    today,
    unsent,
)
from core.operations.minutes_contents import Content
from core.operations.presences import Presence
from tests.make import Make, Pair


def closed(db: Session, make: Make) -> tuple[Pair, Meeting]:
    pair = make.pair()
    meeting = make.table(pair)
    tables.write_item(db, pair.pp, meeting.items[0].id, entry=Entry.FACTS, text="Two sessions", seen="")
    tables.close(db, pair.pp, meeting.id)
    return pair, meeting


def correct(db: Session, pair: Pair, meeting: Meeting, text: str, *, number: int) -> Minutes:
    return minutes.correct(
        db, pair.vss, meeting.id, item_id=meeting.items[0].id, texts_of={Entry.FACTS: text}, number=number
    )


def test_there_are_no_minutes_before_the_meeting_is_closed(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)

    with pytest.raises(Conflict, match="none_yet"):
        minutes.of_meeting(db, pair.pp, meeting.id)
    with pytest.raises(Conflict, match="none_yet"):
        minutes.agree(db, pair.pp, meeting.id, number=1)


def test_minutes_are_late_once_the_agreed_days_are_over_and_nobody_has_agreed(
    db: Session, make: Make
) -> None:
    pair, meeting = closed(db, make)
    days = timedelta(days=7)
    seen = minutes.of_meeting(db, pair.pp, meeting.id)
    assert (seen.agree_by, seen.is_late) == (clock.today() + days, False)

    with clock.at(clock.now() + days + timedelta(days=1)):
        assert minutes.of_meeting(db, pair.pp, meeting.id).is_late
        for actor in (pair.pp, pair.vss):
            minutes.agree(db, actor, meeting.id, number=1)
        whole = minutes.of_meeting(db, pair.pp, meeting.id)

    assert (whole.agree_by, whole.is_late) == (None, False)


def test_one_person_of_each_service_agrees_and_the_minutes_are_locked(db: Session, make: Make) -> None:
    pair, meeting = closed(db, make)

    minutes.agree(db, pair.pp, meeting.id, number=1)
    minutes.agree(db, pair.pp, meeting.id, number=1)
    half = minutes.of_meeting(db, pair.vss, meeting.id)
    minutes.agree(db, pair.vss, meeting.id, number=1)

    assert half.waiting_for == (pair.vss.service_name,)
    assert half.may_agree
    whole = minutes.of_meeting(db, pair.vss, meeting.id)
    assert whole.is_locked
    assert [approval.name for approval in whole.latest.approvals] == [pair.pp.name, pair.vss.name]
    assert not whole.may_agree
    assert not whole.may_correct


def test_a_correction_makes_the_next_version_and_approvals_lapse(db: Session, make: Make) -> None:
    pair, meeting = closed(db, make)
    minutes.agree(db, pair.pp, meeting.id, number=1)

    correct(db, pair, meeting, "Three sessions", number=1)

    view = minutes.of_meeting(db, pair.pp, meeting.id)
    assert [version.number for version in view.versions] == [1, 2]
    assert view.latest.approvals == ()
    assert view.may_agree
    first, second = (version.content for version in view.versions)
    assert minutes_contents.changes(first, second) == [
        ("Risk", "entry.facts", "Two sessions", "Three sessions")
    ]
    assert view.versions[0].digest != view.latest.digest


def test_a_correction_that_changes_nothing_is_no_version(db: Session, make: Make) -> None:
    pair, meeting = closed(db, make)

    assert correct(db, pair, meeting, "Two sessions", number=1).number == 1


def test_two_people_who_correct_at_once_do_not_overwrite_each_other(db: Session, make: Make) -> None:
    pair, meeting = closed(db, make)
    correct(db, pair, meeting, "Three sessions", number=1)

    with pytest.raises(Conflict, match="newer"):
        correct(db, pair, meeting, "Four sessions", number=1)
    with pytest.raises(Conflict, match="newer"):
        minutes.agree(db, pair.pp, meeting.id, number=1)


def test_locked_minutes_are_not_corrected_and_not_agreed_by_others(db: Session, make: Make) -> None:
    pair, meeting = closed(db, make)
    for actor in (pair.pp, pair.vss):
        minutes.agree(db, actor, meeting.id, number=1)

    with pytest.raises(Conflict, match="locked"):
        correct(db, pair, meeting, "Three sessions", number=1)


def test_after_the_lock_there_are_addenda_only(db: Session, make: Make) -> None:
    pair, meeting = closed(db, make)
    with pytest.raises(Conflict, match="not_locked"):
        minutes.add_addendum(db, pair.pp, meeting.id, text="Later")
    for actor in (pair.pp, pair.vss):
        minutes.agree(db, actor, meeting.id, number=1)

    minutes.add_addendum(db, pair.vss, meeting.id, text="The police has answered")
    minutes.add_addendum(db, pair.vss, meeting.id, text="The police has answered")

    (added,) = minutes.of_meeting(db, pair.pp, meeting.id).addenda
    assert (added.text, added.name) == ("The police has answered", pair.vss.name)
    with pytest.raises(Invalid, match="empty"):
        minutes.add_addendum(db, pair.vss, meeting.id, text=" ")


def test_a_consultation_note_needs_no_agreement_of_a_side_that_was_not_there(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    meeting.attendances[1].is_present = False
    tables.close(db, pair.pp, meeting.id)

    with pytest.raises(Conflict, match="side_absent"):
        minutes.agree(db, pair.vss, meeting.id, number=1)
    minutes.agree(db, pair.pp, meeting.id, number=1)

    assert meeting.state is MeetingState.AGREED
    with pytest.raises(Conflict, match="side_absent"):
        minutes.agree(db, pair.vss, meeting.id, number=1)


def test_somebody_forgotten_on_the_list_is_put_right_and_the_note_becomes_minutes(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    seat = meeting.attendances[1]
    seat.is_present = False
    tables.close(db, pair.pp, meeting.id)

    made = minutes.correct_presence(
        db, pair.pp, meeting.id, attendance_id=seat.id, presence=Presence.REMOTE, apology="", number=1
    )

    content = minutes_contents.read(made)
    assert (made.number, content.is_consultation, meeting.is_consultation) == (2, False, False)
    assert content.sides == (pair.pp.service_id, pair.vss.service_id)
    first = minutes.of_meeting(db, pair.pp, meeting.id).versions[0].content
    assert minutes_contents.changes(first, content) == [
        ("", "minutes.binds", "note", "minutes"),
        (pair.vss.name, "minutes.took_part", "absent", "remote"),
    ]


def test_who_came_instead_of_a_colleague_is_put_into_the_minutes_and_their_service_is_asked(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    colleague = make.actor(pair.vss.service_id, Role.CASE_MANAGER)
    make.assign(pair.case, colleague)
    meeting = make.table(pair)
    meeting.attendances[1].is_present = False
    tables.close(db, pair.pp, meeting.id)
    stranger = make.pair().vss

    for person_id, refusal in ((None, "empty"), (stranger.person_id, "person")):
        with pytest.raises(Invalid, match=refusal):
            minutes.add_person(
                db, pair.vss, meeting.id, person_id=person_id, presence=Presence.IN_PERSON, number=1
            )
    made = minutes.add_person(
        db, pair.vss, meeting.id, person_id=colleague.person_id, presence=Presence.IN_PERSON, number=1
    )

    content = minutes_contents.read(made)
    assert (made.number, content.is_consultation, meeting.is_consultation) == (2, False, False)
    assert content.sides == (pair.pp.service_id, pair.vss.service_id)
    first = minutes.of_meeting(db, pair.pp, meeting.id).versions[0].content
    assert minutes_contents.changes(first, content) == [
        ("", "minutes.binds", "note", "minutes"),
        (colleague.name, "minutes.took_part", "absent", "in_person"),
    ]
    minutes.agree(db, pair.pp, meeting.id, number=2)
    assert not minutes.of_meeting(db, pair.vss, meeting.id).is_locked


def test_who_was_called_absent_by_mistake_has_confirmed_the_declaration_all_the_same(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    seat = meeting.attendances[0]
    presences.attend(db, pair.pp, seat.id, presence=Presence.REMOTE, version=seat.version)
    presences.declare(db, pair.pp, seat.id)
    presences.check_room(db, pair.pp, seat.id, is_private=True)
    seat.left_early = True
    declared_at = seat.declared_at
    tables.close(db, pair.pp, meeting.id)

    for number, presence in enumerate((Presence.ABSENT, Presence.REMOTE), 1):
        made = minutes.correct_presence(
            db,
            pair.pp,
            meeting.id,
            attendance_id=seat.id,
            presence=presence,
            apology="",
            number=number,
            as_note=True,
        )
        if presence is Presence.ABSENT:
            assert (seat.declared_at, seat.left_early) == (None, False)

    said = next(one for one in minutes_contents.read(made).people if one.attendance_id == seat.id)
    assert (said.declared_at, said.is_room_private, said.left_early) == (declared_at, True, True)


def test_a_service_that_was_to_agree_is_not_called_absent_by_the_other_and_left_out(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    seat = meeting.attendances[1]
    meeting.minute_taker_id = pair.pp.person_id
    tables.close(db, pair.pp, meeting.id)
    minutes.agree(db, pair.vss, meeting.id, number=1)

    minutes.correct_presence(
        db,
        pair.pp,
        meeting.id,
        attendance_id=seat.id,
        presence=Presence.ABSENT,
        apology="",
        number=1,
        as_note=True,
    )
    minutes.agree(db, pair.pp, meeting.id, number=2)

    view = minutes.of_meeting(db, pair.vss, meeting.id)
    assert (view.is_locked, view.may_agree, view.may_correct) == (False, True, True)
    assert view.waiting_for == (pair.vss.service_name,)
    assert today.of_actor(db, pair.vss).minutes == [meeting]
    minutes.correct_presence(
        db, pair.vss, meeting.id, attendance_id=seat.id, presence=Presence.IN_PERSON, apology="", number=2
    )
    assert not meeting.is_consultation


def test_a_service_says_itself_that_none_of_its_people_was_there_and_is_asked_no_more(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    his, hers = meeting.attendances
    tables.close(db, pair.pp, meeting.id)
    minutes.correct_presence(
        db,
        pair.pp,
        meeting.id,
        attendance_id=hers.id,
        presence=Presence.ABSENT,
        apology="",
        number=1,
        as_note=True,
    )

    of_him = minutes.correct_presence(
        db, pair.vss, meeting.id, attendance_id=his.id, presence=Presence.REMOTE, apology="", number=2
    )
    of_hers = minutes.correct_presence(
        db, pair.vss, meeting.id, attendance_id=hers.id, presence=Presence.ABSENT, apology="", number=3
    )

    assert minutes_contents.read(of_him).sides == (pair.pp.service_id, pair.vss.service_id)
    assert minutes_contents.read(of_hers).sides == (pair.pp.service_id,)


def test_minutes_become_a_note_only_where_that_is_meant_and_the_other_service_reads_that_they_did(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    colleague = make.actor(pair.vss.service_id)
    make.assign(pair.case, colleague)
    meeting = make.table(pair)
    hers = meeting.attendances[1]
    tables.close(db, pair.pp, meeting.id)

    def correct(*, as_note: bool, number: int) -> Content:
        return minutes_contents.read(
            minutes.correct_presence(
                db,
                pair.pp,
                meeting.id,
                attendance_id=hers.id,
                presence=Presence.ABSENT,
                apology="",
                number=number,
                as_note=as_note,
            )
        )

    with pytest.raises(Invalid, match="becomes_note") as refused:
        correct(as_note=False, number=1)
    assert refused.value.field == "as_note"
    assert correct(as_note=True, number=1).is_consultation
    unseen = minutes.of_meeting(db, pair.vss, meeting.id).unseen
    said = [minutes_documents.said(one.part, one.now, Words("en", "UTC")) for one in unseen]
    assert said == ["a consultation note, which binds neither service", "Not here"]


def test_minutes_stay_minutes_where_somebody_else_of_the_service_may_decide(db: Session, make: Make) -> None:
    pair = make.pair()
    colleague = make.actor(pair.vss.service_id)
    make.assign(pair.case, colleague)
    meeting = make.table(pair)
    hers = meeting.attendances[1]
    meeting.attendances.append(
        Attendance(person_id=colleague.person_id, service_id=colleague.service_id, is_present=True)
    )
    db.flush()
    tables.close(db, pair.pp, meeting.id)

    made = minutes.correct_presence(
        db, pair.pp, meeting.id, attendance_id=hers.id, presence=Presence.ABSENT, apology="", number=1
    )

    assert not minutes_contents.read(made).is_consultation


def test_an_apology_that_came_late_is_added(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    seat = meeting.attendances[1]
    seat.is_present = False
    tables.close(db, pair.pp, meeting.id)

    made = minutes.correct_presence(
        db, pair.pp, meeting.id, attendance_id=seat.id, presence=Presence.ABSENT, apology="Is ill", number=1
    )

    first = minutes.of_meeting(db, pair.pp, meeting.id).versions[0].content
    assert minutes_contents.changes(first, minutes_contents.read(made)) == [
        (pair.vss.name, "minutes.apology", "", "Is ill")
    ]


def test_who_may_not_decide_for_a_service_agrees_nothing(db: Session, make: Make) -> None:
    pair, meeting = closed(db, make)
    taker = make.actor(pair.vss.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)

    with pytest.raises(NotAllowed):
        minutes.agree(db, taker, meeting.id, number=1)
    assert not minutes.of_meeting(db, taker, meeting.id).may_agree


def test_a_stranger_reads_and_corrects_nothing(db: Session, make: Make) -> None:
    pair, meeting = closed(db, make)
    stranger, other = make.pair().pp, make.table(make.pair())

    with pytest.raises(NotFound):
        minutes.of_meeting(db, stranger, meeting.id)
    with pytest.raises(NotFound):
        minutes.correct(db, pair.pp, meeting.id, item_id=other.items[0].id, texts_of={}, number=1)
    with pytest.raises(NotFound):
        minutes.correct_presence(
            db,
            pair.pp,
            meeting.id,
            attendance_id=other.attendances[0].id,
            presence=Presence.ABSENT,
            apology="",
            number=1,
        )


def test_a_text_that_missed_the_closing_is_still_there_for_its_author(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    item = meeting.items[0]
    tables.close(db, pair.pp, meeting.id)

    with pytest.raises(Conflict, match="running"):
        tables.write_item(db, pair.vss, item.id, entry=Entry.FACTS, text="Too late", seen="")
    unsent.keep(db, pair.vss, unsent.slot(item.id, Entry.FACTS), text="Too late", seen_version=1)

    (kept,) = minutes.of_meeting(db, pair.vss, meeting.id).unsent
    assert (kept.title, kept.entry, kept.text) == ("Risk", "facts", "Too late")
    assert minutes.of_meeting(db, pair.pp, meeting.id).unsent == ()


def test_a_correction_lets_go_of_what_it_says_and_of_no_word_within_another(db: Session, make: Make) -> None:
    pair, meeting = closed(db, make)
    slot = unsent.slot(meeting.items[0].id, Entry.FACTS)
    unsent.keep(db, pair.vss, slot, text="No", seen_version=1)

    correct(db, pair, meeting, "Nobody came", number=1)
    assert set(unsent.of_slots(db, pair.vss, [slot])) == {slot}

    correct(db, pair, meeting, "Nobody came. No.", number=2)
    assert not unsent.of_slots(db, pair.vss, [slot])


def test_approvals_of_an_older_version_stay_as_history(db: Session, make: Make) -> None:
    pair, meeting = closed(db, make)
    minutes.agree(db, pair.pp, meeting.id, number=1)
    correct(db, pair, meeting, "Three sessions", number=1)

    assert len(db.scalars(select(MinutesApproval)).all()) == 1
    assert minutes.of_meeting(db, pair.pp, meeting.id).versions[0].approvals[0].name == pair.pp.name


def test_what_one_side_says_is_corrected_by_its_own_people_only(db: Session, make: Make) -> None:
    pair, meeting = closed(db, make)
    view = {Entry.VSS_VIEW: "She is calm"}

    with pytest.raises(NotAllowed, match="view_of_other"):
        minutes.correct(db, pair.pp, meeting.id, item_id=meeting.items[0].id, texts_of=view, number=1)
    minutes.correct(db, pair.vss, meeting.id, item_id=meeting.items[0].id, texts_of=view, number=1)

    # A form that sends back what stands there changes nothing and is not stopped.
    mine = view | {Entry.PP_VIEW: "He is not"}
    minutes.correct(db, pair.pp, meeting.id, item_id=meeting.items[0].id, texts_of=mine, number=2)
    latest = minutes.of_meeting(db, pair.pp, meeting.id).latest
    assert (latest.number, latest.content.items[0].texts["vss_view"]) == (3, "She is calm")


def test_the_minute_taker_corrects_both_views_and_it_is_marked(db: Session, make: Make) -> None:
    pair, meeting = closed(db, make)
    meeting.minute_taker_id = pair.pp.person_id

    minutes.correct(
        db,
        pair.pp,
        meeting.id,
        item_id=meeting.items[0].id,
        texts_of={Entry.VSS_VIEW: "She is calm"},
        number=1,
    )

    seen = minutes.of_meeting(db, pair.vss, meeting.id)
    assert [(each.part, each.was, each.now) for each in seen.unseen] == [
        ("entry.vss_view", "", "She is calm")
    ]
    words = Words("en")
    assert minutes_documents.part_of(seen.latest, "entry.vss_view", words).endswith("by the minute taker")
    assert not seen.latest.speaks_for_other("entry.pp_view")
    assert not seen.latest.speaks_for_other("entry.facts")


def test_a_service_is_shown_what_others_changed_since_it_last_agreed(db: Session, make: Make) -> None:
    pair, meeting = closed(db, make)
    minutes.agree(db, pair.vss, meeting.id, number=1)
    correct(db, pair, meeting, "Three sessions", number=1)
    item = meeting.items[0].id
    minutes.correct(db, pair.pp, meeting.id, item_id=item, texts_of={Entry.FACTS: "Four"}, number=2)

    for actor, changed in (
        (pair.vss, [("Three sessions", "Four")]),
        (pair.pp, [("Two sessions", "Three sessions")]),
    ):
        unseen = minutes.of_meeting(db, actor, meeting.id).unseen
        assert [(each.was, each.now) for each in unseen] == changed
    minutes.agree(db, pair.vss, meeting.id, number=3)
    assert minutes.of_meeting(db, pair.vss, meeting.id).unseen == ()


def with_plan(db: Session, make: Make) -> tuple[Pair, Meeting, Action, Action]:
    """A closed meeting that looked at one action of before and decided another."""
    pair = make.pair()
    earlier, meeting = make.action(pair), make.table(pair)
    decided = make.action(pair, pair.vss)
    decided.meeting_id = meeting.id
    tables.close(db, pair.pp, meeting.id)
    db.flush()
    return pair, meeting, earlier, decided


def test_what_was_put_right_in_the_plan_is_shown_and_taken_over_into_the_next_version(
    db: Session, make: Make
) -> None:
    pair, meeting, earlier, decided = with_plan(db, make)
    minutes.agree(db, pair.pp, meeting.id, number=1)
    due_on = decided.due_on + timedelta(days=3)
    decided.due_on, decided.service_id, decided.person_id = due_on, pair.pp.service_id, pair.pp.person_id
    earlier.state = ActionState.DONE
    db.flush()
    db.expire_all()
    forgotten = make.action(pair)

    offer = minutes_updates.offered(db, pair.vss, meeting.id)
    assert [one.action_id for one in offer.actions if one.action_id in offer.forgotten] == [forgotten.id]
    assert {one.action_id for one in offer.actions} == {decided.id, forgotten.id}
    minutes_updates.take_over(
        db, pair.vss, meeting.id, actions=[decided.id, forgotten.id], seen=offer.digest, number=1
    )

    view = minutes.of_meeting(db, pair.pp, meeting.id)
    assert view.latest.approvals == ()
    assert [(one.action_id, one.due_on, one.person) for one in view.latest.content.new_actions] == [
        (decided.id, due_on, pair.pp.name),
        (forgotten.id, forgotten.due_on, pair.pp.name),
    ]
    # That it was done afterwards is for the next meeting.
    assert [one.state for one in view.latest.content.last_actions] == [ActionState.OPEN]
    parts = [(change.part, change.now) for change in view.unseen]
    assert ("document.minutes.term", due_on.isoformat()) in parts
    assert ("document.minutes.new_actions", "An action") in parts
    assert minutes_updates.offered(db, pair.pp, meeting.id).actions == ()


def test_what_was_not_ticked_stays_and_what_was_not_shown_is_not_taken_over(db: Session, make: Make) -> None:
    pair, meeting, earlier, decided = with_plan(db, make)
    earlier.text, decided.text = "Another word", "Another one"
    db.flush()
    offer = minutes_updates.offered(db, pair.pp, meeting.id)

    minutes_updates.take_over(db, pair.pp, meeting.id, actions=[earlier.id], seen=offer.digest, number=1)
    content = minutes.of_meeting(db, pair.pp, meeting.id).latest.content
    assert [one.text for one in (*content.last_actions, *content.new_actions)] == [
        "Another word",
        "An action",
    ]

    left = minutes_updates.offered(db, pair.pp, meeting.id)
    decided.text = "Changed since"
    db.flush()
    with pytest.raises(Conflict, match="changed_meanwhile"):
        minutes_updates.take_over(db, pair.pp, meeting.id, actions=[decided.id], seen=left.digest, number=2)


def test_a_meeting_that_was_begun_before_its_time_and_before_this_one_is_not_the_next(
    db: Session, make: Make
) -> None:
    pair, meeting = closed(db, make)
    earlier = make.meeting(pair)
    earlier.planned_at = meeting.takes_place_at + timedelta(minutes=30)
    earlier.started_at = meeting.takes_place_at - timedelta(minutes=5)
    db.flush()

    assert minutes_contents.next_meeting(db, meeting) is None


def test_chair_place_and_next_meeting_are_put_right_before_the_lock_and_not_after(
    db: Session, make: Make
) -> None:
    pair, meeting = closed(db, make)
    minutes_updates.correct_head(
        db, pair.vss, meeting.id, chair_id=pair.vss.person_id, place="The school", number=1
    )
    following = make.meeting(pair)
    offer = minutes_updates.offered(db, pair.pp, meeting.id)
    minutes_updates.take_over(db, pair.pp, meeting.id, actions=(), seen=offer.digest, number=2)

    view = minutes.of_meeting(db, pair.pp, meeting.id)
    content = view.latest.content
    assert (content.chair, content.place) == (pair.vss.name, "The school")
    assert content.next_meeting_at == following.planned_at
    assert [change.part for change in view.unseen] == ["document.minutes.chair", "document.minutes.place"]
    with pytest.raises(Invalid, match="chair"):
        minutes_updates.correct_head(
            db, pair.pp, meeting.id, chair_id=make.pair().pp.person_id, place="", number=3
        )
    for actor in (pair.pp, pair.vss):
        minutes.agree(db, actor, meeting.id, number=3)
    with pytest.raises(Conflict, match="locked"):
        minutes_updates.correct_head(db, pair.pp, meeting.id, chair_id=None, place="", number=3)
    with pytest.raises(Conflict, match="locked"):
        minutes_updates.take_over(db, pair.pp, meeting.id, actions=(), seen=offer.digest, number=3)


def test_a_stranger_is_offered_nothing_of_a_plan(db: Session, make: Make) -> None:
    _, meeting, _, _ = with_plan(db, make)

    with pytest.raises(NotFound):
        minutes_updates.offered(db, make.pair().pp, meeting.id)


def of_phase_1(db: Session, pair: Pair, text: str) -> tuple[Meeting, AgendaItem]:
    """A closed meeting of both teams that agreed this on the first aim."""
    meeting = meetings.plan(
        db,
        pair.pp,
        kind="phase_1",
        planned_at=clock.now(),
        cooperation_id=pair.case.cooperation_id,
        people=[pair.pp.person_id, pair.vss.person_id],
    )
    tables.begin(db, pair.pp, meeting.id)
    aim = next(item for item in meeting.items if item.key == "foundations")
    tables.go_to(db, pair.pp, meeting.id, position=aim.position)
    tables.write_item(db, pair.pp, aim.id, entry=Entry.AGREED, text=text, seen="")
    for attendance in meeting.attendances:
        attendance.is_present = True
    tables.close(db, pair.pp, meeting.id)
    return meeting, aim


def agreed(db: Session, pair: Pair) -> str:
    statement = select(PhasePoint.agreed).where(PhasePoint.cooperation_id == pair.case.cooperation_id)
    return db.scalars(statement).one()


@pytest.mark.parametrize(
    ("known", "expected"),
    [("", "Every month"), ("We meet", "We meet\n\n{day}: Every month")],
)
def test_the_record_of_phase_1_says_what_the_corrected_minutes_say(
    db: Session, make: Make, known: str, expected: str
) -> None:
    pair = make.pair()
    if known:
        db.add(PhasePoint(cooperation_id=pair.case.cooperation_id, point="foundations", agreed=known))
    meeting, aim = of_phase_1(db, pair, "Every week")

    for number, text in enumerate(("Every year", "Every month"), 1):
        texts = {Entry.AGREED: text, Entry.VSS_SAID: ""}
        minutes.correct(db, pair.vss, meeting.id, item_id=aim.id, texts_of=texts, number=number)

    assert agreed(db, pair) == expected.format(day=clock.day(meeting.takes_place_at).isoformat())
    minutes.correct(db, pair.pp, meeting.id, item_id=aim.id, texts_of={Entry.AGREED: ""}, number=3)
    assert agreed(db, pair) == known


def test_what_was_worded_anew_in_the_record_of_phase_1_stays_and_the_correction_comes_under_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting, aim = of_phase_1(db, pair, "Every week")
    point = db.scalars(select(PhasePoint)).one()
    point.agreed = "Every week, on Mondays"

    texts = {Entry.AGREED: "Every month"}
    minutes.correct(db, pair.vss, meeting.id, item_id=aim.id, texts_of=texts, number=1)
    day = clock.day(meeting.takes_place_at).isoformat()
    assert point.agreed == f"Every week, on Mondays\n\n{day}: Every month"
    point.agreed = "On Mondays"
    minutes.correct(db, pair.vss, meeting.id, item_id=aim.id, texts_of={Entry.AGREED: ""}, number=2)

    assert point.agreed == "On Mondays"


def test_a_correction_takes_nothing_from_the_record_that_another_meeting_said_too(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    of_phase_1(db, pair, "Every week")
    meeting, aim = of_phase_1(db, pair, "Every week")

    texts = {Entry.AGREED: "Every month"}
    minutes.correct(db, pair.vss, meeting.id, item_id=aim.id, texts_of=texts, number=1)

    day = clock.day(meeting.takes_place_at).isoformat()
    assert agreed(db, pair) == f"Every week\n\n{day}: Every month"


def test_an_aim_that_the_record_does_not_hold_yet_comes_into_it_with_the_correction(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting, aim = of_phase_1(db, pair, "Every week")
    db.execute(delete(PhasePoint))

    texts = {Entry.AGREED: "Every month"}
    minutes.correct(db, pair.vss, meeting.id, item_id=aim.id, texts_of=texts, number=1)

    assert agreed(db, pair) == "Every month"


def test_nothing_can_be_taken_over_into_minutes_that_do_not_exist_yet(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)

    with pytest.raises(Conflict, match="none_yet"):
        minutes_updates.offered(db, pair.pp, meeting.id)


def _excuse_him(db: Session, pair: Pair, meeting: Meeting) -> Content:
    seat = next(each for each in meeting.attendances if each.person_id == pair.pp.person_id)
    made = minutes.correct_presence(
        db,
        pair.pp,
        meeting.id,
        attendance_id=seat.id,
        presence=Presence.IN_PERSON,
        apology="He came late",
        number=1,
    )
    return minutes_contents.read(made)


def test_minutes_stay_minutes_though_somebody_who_decided_has_another_role_by_now(
    db: Session, make: Make
) -> None:
    pair, meeting = closed(db, make)
    db.execute(delete(PersonRole).where(PersonRole.person_id == pair.vss.person_id))
    db.expire_all()
    meeting = meetings.find(db, pair.pp, meeting.id)

    content = _excuse_him(db, pair, meeting)

    assert (content.is_consultation, meeting.is_consultation) == (False, False)
    assert [person.roles for person in content.people] == [("case_manager",), ("case_manager",)]


def test_a_note_stays_a_note_though_somebody_may_decide_by_now(db: Session, make: Make) -> None:
    pair = make.pair()
    table = make.table(pair)
    db.execute(delete(PersonRole).where(PersonRole.person_id == pair.vss.person_id))
    tables.close(db, pair.pp, table.id)
    promoted = PersonRole(role=Role.CASE_MANAGER)
    promoted.person_id = pair.vss.person_id
    db.add(promoted)
    db.flush()
    db.expire_all()
    meeting = meetings.find(db, pair.pp, table.id)

    content = _excuse_him(db, pair, meeting)

    assert content.is_consultation
    assert meeting.is_consultation
