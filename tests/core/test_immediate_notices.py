"""Immediate notices: what leaves on which ground, who reads it, who read it, and what became of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import (
    Event,
    EventKind,
    ImmediateNotice,
    JointItem,
    NoticeAnswer,
    NoticeReceipt,
    Release,
    Role,
    ServiceKind,
    SubjectKind,
)
from core.operations import (
    consents,
    immediate_notices,
    joint_items,
    joint_spaces,
    notice_answers,
    notice_times,
    path_entries,
    releases,
    timelines,
    today,
)
from core.operations.consents import ConsentState, Known, Said
from core.operations.joint_items import UseRule
from core.operations.notice_boards import State
from core.operations.releases import Basis
from core.sealing import KeyMissingError
from tests import notices as steps
from tests import risk
from tests.make import Make, Pair, hold_keys_of
from tests.notices import TODAY, days, read_by, said, sent, waits

#: A Wednesday at noon, in a week of its own.
NOON = clock.now().replace(hour=12, minute=0, second=0, microsecond=0)


def second_person(make: Make, pair: Pair) -> Actor:
    nina = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, nina)
    return nina


def test_the_programme_tells_what_it_saw_and_the_other_side_reads_all_of_it(db: Session, make: Make) -> None:
    pair = make.pair()
    what = said(
        pair.pp,
        "He said: I will end this.",
        trigger="killing",
        known_from="told_by_him",
        done="We called the duty number.",
        asks=("call_back", "look_at_danger"),
        asked="Before tonight",
        happened_on=days(1),
    )

    sent(db, pair, pair.pp, what)

    [seen] = read_by(db, pair, pair.vss)
    assert seen.said == steps.said(
        pair.pp,
        "He said: I will end this.",
        trigger="killing",
        known_from="told_by_him",
        done="We called the duty number.",
        asks=("look_at_danger", "call_back"),
        asked="Before tonight",
        happened_on=days(1),
    )
    assert (seen.is_ours, seen.state, seen.author) == (False, State.UNREAD, pair.pp.name)
    assert (seen.shown.use_rule, seen.shown.purpose) == (UseRule.RISK_ONLY, "programme_conditions")
    [own] = read_by(db, pair, pair.pp)
    assert (own.is_ours, own.is_live) == (True, True)


def test_what_the_victim_support_service_tells_is_never_used_with_him(db: Session, make: Make) -> None:
    pair = make.pair()

    sent(db, pair, pair.vss)

    [seen] = read_by(db, pair, pair.pp)
    assert (seen.shown.use_rule, seen.said.known_from) == (UseRule.RISK_ONLY, "protected")
    assert (seen.shown.purpose, seen.shown.side) == ("risk_assessment", ServiceKind.VSS)


def test_without_her_consent_nobody_reads_it_before_a_second_person_has_confirmed(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    nina = second_person(make, pair)

    notice = sent(db, pair, pair.vss, basis=Basis.DANGER)

    assert read_by(db, pair, pair.vss)[0].state is State.WAITING
    assert read_by(db, pair, pair.pp) == []
    assert waits(db, pair.pp) == []
    for statement in (
        access.visible_immediate_notices,
        access.received_notices,
        access.visible_joint_items,
        access.visible_events,
    ):
        assert db.scalars(statement(pair.pp)).all() == []
    assert [ask.key for ask in timelines.of_case(db, pair.pp, pair.case.id).asks] == ["t_points_missing"]
    assert today.of_actor(db, pair.pp).is_empty
    release = db.scalars(select(Release).where(Release.item_id == notice.item_id)).one()
    releases.confirm(db, nina, release.id, version=release.version)
    [seen] = read_by(db, pair, pair.pp)
    assert seen.state is State.UNREAD


def test_the_programmes_manager_learns_nothing_of_a_notice_that_waits(db: Session, make: Make) -> None:
    pair = make.pair()
    lead = make.actor(pair.pp.service_id, Role.MANAGER)

    sent(db, pair, pair.vss, basis=Basis.DANGER)

    with time_machine.travel(clock.now() + timedelta(days=9), tick=False):
        assert today.of_actor(db, lead).unread == []
        assert db.scalars(access.unread_notices(lead)).all() == []


def test_what_a_notice_tells_is_entered_on_the_path_once(db: Session, make: Make) -> None:
    pair = make.pair()

    def told(ago: int, trigger: str = "left") -> list[tuple[str, int]]:
        what = replace(steps.left(pair.pp), trigger=trigger, happened_on=days(ago))
        sent(db, pair, pair.pp, what, on_path=True)
        return [
            (one.kind, (TODAY - one.happened_on).days)
            for one in path_entries.of_case(db, pair.pp, pair.case.id)
        ]

    assert told(9, "suspended") == [("suspended", 9)]
    assert told(9, "suspended") == [("suspended", 9)]
    assert told(5) == [("left", 5), ("suspended", 9)]
    # Missed sessions are counted on the path one by one, and violence has its own page.
    assert told(4, "missed") == told(3, "violence") == [("left", 5), ("suspended", 9)]


def test_a_notice_alone_leaves_the_path_as_it_is(db: Session, make: Make) -> None:
    pair = make.pair()

    notice = sent(db, pair, pair.pp, steps.left(pair.pp))

    assert notice.entry_id is None
    assert path_entries.of_case(db, pair.pp, pair.case.id) == []


def test_a_colleague_may_say_that_it_stays_in_the_file(db: Session, make: Make) -> None:
    pair = make.pair()
    nina = second_person(make, pair)
    notice = sent(db, pair, pair.vss, basis=Basis.DANGER)
    release = db.scalars(select(Release).where(Release.item_id == notice.item_id)).one()

    releases.refuse(db, nina, release.id, version=release.version)

    assert read_by(db, pair, pair.vss)[0].state is State.REFUSED
    assert read_by(db, pair, pair.pp) == []


def test_with_her_refusal_it_goes_on_no_consent(db: Session, make: Make) -> None:
    pair = make.pair()
    ground = steps.terms(db, pair, pair.vss, basis=Basis.DANGER)
    ground = immediate_notices.Terms(ground.about_id)
    seen = immediate_notices.preview(db, pair.vss, pair.case.id, said=said(pair.vss), terms=ground).digest

    with pytest.raises(Invalid, match="no_consent"):
        immediate_notices.send(db, pair.vss, pair.case.id, said=said(pair.vss), terms=ground, seen=seen)

    assert db.scalars(select(NoticeReceipt)).all() == []


def test_her_withdrawal_takes_it_back_and_seals_its_words_for_her_service(db: Session, make: Make) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.vss)
    her = risk.about(db, pair, pair.vss)

    consents.record(
        db,
        pair.vss,
        her.id,
        purpose="risk_assessment",
        said=Said(ConsentState.WITHDRAWN, how_asked="She called", was_safe=Known.YES, asked_on=TODAY),
    )

    assert read_by(db, pair, pair.pp) == []
    assert read_by(db, pair, pair.vss)[0].state is State.TAKEN_BACK
    hold_keys_of(db, pair.pp)
    with pytest.raises(KeyMissingError):
        str(db.get_one(JointItem, notice.item_id).text)


def test_a_notice_is_taken_back_by_its_own_service_once(db: Session, make: Make) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.pp)
    notice_answers.confirm_read(db, pair.vss, notice.id)

    with pytest.raises(NotAllowed, match="not_your_item"):
        immediate_notices.take_back(db, pair.vss, notice.id)
    immediate_notices.take_back(db, pair.pp, notice.id)

    assert read_by(db, pair, pair.vss) == []
    [own] = read_by(db, pair, pair.pp)
    assert (own.state, len(own.receipts)) == (State.TAKEN_BACK, 1)
    with pytest.raises(Conflict, match=r"notice\.taken_back"):
        immediate_notices.take_back(db, pair.pp, notice.id)


def test_what_was_not_looked_at_or_names_somebody_does_not_leave(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Anna Fictional")
    named = said(pair.vss, "He waits", done="Anna was called")
    ground = steps.terms(db, pair, pair.vss)

    with pytest.raises(Conflict, match="not_previewed"):
        immediate_notices.send(db, pair.vss, pair.case.id, said=named, terms=ground, seen="")
    with pytest.raises(Invalid, match="names_somebody") as refused:
        sent(db, pair, pair.vss, named)

    assert refused.value.field == "names_are_meant"
    assert sent(db, pair, pair.vss, named, meant=True).answer_hours == 24


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"trigger": "left"}, "reason"),
        ({"trigger": "left", "reason": "absence"}, "order"),
        ({"known_from": "rumour"}, "known_from"),
        ({"asks": ("look_at_devices", "nobody")}, "asks"),
        ({"facts": " "}, "facts"),
        ({"happened_on": TODAY + timedelta(days=1)}, "happened_on"),
    ],
)
def test_a_notice_that_lacks_something_is_refused_beside_its_field(
    db: Session, make: Make, parts: dict[str, object], field: str
) -> None:
    pair = make.pair()
    facts = str(parts.get("facts", "He left."))
    rest = {name: value for name, value in parts.items() if name != "facts"}

    with pytest.raises(Invalid) as refused:
        sent(db, pair, pair.pp, said(pair.pp, facts, **rest))

    assert refused.value.field == field


def test_each_side_has_its_own_list(db: Session, make: Make) -> None:
    pair = make.pair()

    with pytest.raises(Invalid, match=r"notice\.trigger"):
        sent(db, pair, pair.vss, said(pair.vss, trigger="left"))
    with pytest.raises(Invalid, match="choose"):
        sent(db, pair, pair.vss, said(pair.vss, asks=("tell_her",)))


def test_nothing_is_sent_while_the_joint_space_is_closed_and_in_an_emergency_it_is(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    with pytest.raises(NotAllowed, match="no_agreement"):
        sent(db, pair, pair.pp)

    joint_spaces.open_emergency(
        db, pair.pp, pair.case.id, ground=joint_spaces.EmergencyGround.ADULT, reason=""
    )

    assert sent(db, pair, pair.pp).answer_hours == 24
    assert len(read_by(db, pair, pair.vss)) == 1


def test_after_the_agreement_ended_a_notice_goes_as_soon_as_an_emergency_is_asked_for_and_nothing_else(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=clock.today())
    before = sent(db, pair, pair.pp)
    agreement.ends_on = clock.today() - timedelta(days=1)
    db.flush()
    with pytest.raises(NotAllowed, match="ended"):
        sent(db, pair, pair.pp)

    joint_spaces.open_emergency(
        db, pair.pp, pair.case.id, ground=joint_spaces.EmergencyGround.ADULT, reason=""
    )
    notice = sent(db, pair, pair.pp)
    db.flush()

    received = db.scalars(access.received_notices(pair.vss)).all()
    assert received == [notice]
    assert before not in received
    assert joint_items.list_of_case(db, pair.vss, pair.case.id) == []
    notice_answers.confirm_read(db, pair.vss, notice.id)


def test_what_the_programme_tells_without_his_consent_while_an_emergency_is_asked_for_is_listed_for_her_service(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair, ends_on=clock.today() - timedelta(days=1))
    joint_spaces.open_emergency(
        db, pair.pp, pair.case.id, ground=joint_spaces.EmergencyGround.ADULT, reason=""
    )

    notice = sent(db, pair, pair.pp, basis=Basis.DANGER)

    [release] = db.scalars(access.released_without_his_consent(pair.vss))
    assert release.item_id == notice.item_id


def test_a_notice_that_waited_is_read_when_it_is_confirmed_while_an_emergency_is_asked_for_and_no_older_one_is(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=clock.today())
    nina = second_person(make, pair)
    older = sent(db, pair, pair.vss)
    waited = sent(db, pair, pair.vss, basis=Basis.DANGER)
    agreement.ends_on = clock.today() - timedelta(days=1)
    db.flush()
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        joint_spaces.open_emergency(
            db, pair.vss, pair.case.id, ground=joint_spaces.EmergencyGround.ADULT, reason=""
        )
    with time_machine.travel(clock.now() + timedelta(minutes=9), tick=False):
        release = db.scalars(select(Release).where(Release.item_id == waited.item_id)).one()
        releases.confirm(db, nina, release.id, version=release.version)

        assert db.scalars(access.received_notices(pair.pp)).all() == [waited]
        assert waits(db, pair.pp) == ["theirs_unread_behind", "read"]
        stand = {one.id: one.state for one in read_by(db, pair, pair.vss)}
        assert stand == {waited.id: State.UNREAD, older.id: State.CLOSED}


def test_who_may_not_share_sends_nothing_and_who_is_not_there_reads_nothing(db: Session, make: Make) -> None:
    pair, elsewhere = make.pair(), make.pair()
    carla = make.actor(pair.pp.service_id, Role.CHILD_PROTECTION)
    make.assign(pair.case, carla)
    notice = sent(db, pair, pair.pp)

    with pytest.raises(NotAllowed):
        sent(db, pair, carla)
    with pytest.raises(NotFound):
        notice_answers.confirm_read(db, elsewhere.vss, notice.id)
    with pytest.raises(NotFound):
        notice_answers.confirm_read(db, pair.pp, notice.id)


def test_reading_is_an_act_once_and_the_sender_sees_who_and_when(db: Session, make: Make) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.pp)

    first = notice_answers.confirm_read(db, pair.vss, notice.id)
    again = notice_answers.confirm_read(db, pair.vss, notice.id)

    assert first is again
    [own] = read_by(db, pair, pair.pp)
    assert [by.name for by in own.receipts] == [pair.vss.name]
    assert own.state is State.READ
    assert [
        one.act for one in db.scalars(access.visible_events(pair.pp)) if one.subject == "notice_receipt"
    ] == ["confirm_read"]


def test_an_answer_counts_as_read_and_both_services_read_it(db: Session, make: Make) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.pp)

    notice_answers.answer(db, pair.vss, notice.id, decisions=["meeting", "action"], words="Tomorrow at nine")

    [own] = read_by(db, pair, pair.pp)
    [(answer, name)] = own.answers
    assert (answer.decisions, answer.text, name) == ("action\nmeeting", "Tomorrow at nine", pair.vss.name)
    assert (own.state, len(own.receipts)) == (State.ANSWERED, 1)


def test_an_answer_says_what_is_done_and_names_nobody(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Anna Fictional")
    notice = sent(db, pair, pair.pp)

    for decisions in ([], ["something"]):
        with pytest.raises(Invalid, match="choose"):
            notice_answers.answer(db, pair.vss, notice.id, decisions=decisions)
    with pytest.raises(Invalid, match="names_in_joint"):
        notice_answers.answer(db, pair.vss, notice.id, decisions=["call"], words="Anna knows")

    assert db.scalars(select(NoticeAnswer)).all() == []


def test_that_it_was_on_a_screen_is_told_by_its_day_and_is_no_receipt(db: Session, make: Make) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.pp)
    db.add(
        Event(
            person_id=pair.vss.person_id,
            service_id=pair.vss.service_id,
            case_id=pair.case.id,
            kind=EventKind.READ,
            subject="immediate_notice",
            subject_id=notice.id,
            act="read_notice",
        )
    )
    db.flush()

    [own] = read_by(db, pair, pair.pp)

    assert own.opened == ((pair.vss.name, TODAY),)
    assert (own.state, own.receipts) == (State.UNREAD, ())
    assert read_by(db, pair, pair.vss)[0].opened == ()


@pytest.mark.parametrize(
    ("weekday", "hours", "read_after", "answer_after"),
    [
        (2, 24, timedelta(hours=12), timedelta(hours=24)),
        (2, 4, timedelta(hours=4), timedelta(hours=4)),
        (2, 72, timedelta(hours=12), timedelta(hours=72)),
        (2, 0, timedelta(hours=12), timedelta(hours=12)),
        (5, 72, timedelta(hours=60), timedelta(hours=72)),
        (5, 24, timedelta(hours=24), timedelta(hours=24)),
        (6, 0, timedelta(hours=36), timedelta(hours=36)),
    ],
)
def test_it_is_read_on_the_same_working_day_and_never_later_than_it_is_answered(
    weekday: int, hours: int, read_after: timedelta, answer_after: timedelta
) -> None:
    came = NOON + timedelta(days=weekday - NOON.weekday())

    assert notice_times.read_by(came, hours) - came == read_after
    assert notice_times.answer_by(came, hours) - came == answer_after


def test_the_time_is_that_of_the_agreement_of_the_case_else_of_the_managements(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair, answers={"new_violence_hours": 12, "notice_days": 2})
    make.agreement_in_force(pair, ends_on=days(-30), answers={"new_violence_hours": "6"})

    danger = sent(db, pair, pair.pp)
    attendance = sent(db, pair, pair.pp, said(pair.pp, trigger="new_partner"))

    assert (danger.answer_hours, attendance.answer_hours) == (6, 48)
    assert immediate_notices.pace(db, pair.pp, pair.case.id, "violence") == (6, True)
    other = make.pair()
    assert immediate_notices.pace(db, other.pp, other.case.id, "left") == (24, False)
    with pytest.raises(Invalid, match=r"notice\.trigger"):
        immediate_notices.pace(db, pair.pp, pair.case.id, "gossip")


def test_the_joint_space_does_not_show_it_a_second_time(db: Session, make: Make) -> None:
    pair = make.pair()

    sent(db, pair, pair.pp)

    assert joint_items.list_of_case(db, pair.vss, pair.case.id) == []


def test_what_has_reached_its_end_is_read_by_nobody_of_the_other_service(db: Session, make: Make) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.vss)
    db.get_one(JointItem, notice.item_id).ends_on = TODAY
    db.flush()

    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        assert read_by(db, pair, pair.pp) == []
        assert read_by(db, pair, pair.vss)[0].state is State.ENDED


def test_a_chair_reads_what_both_read_and_not_what_became_of_it_in_the_own_file(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    chair = make.chair(pair)
    told = sent(db, pair, pair.pp, steps.left(pair.pp))
    notice_answers.record_talk(db, pair.vss, told.id, happened_on=TODAY, was_told=True, note="She is glad")

    [seen] = read_by(db, pair, chair)

    assert (seen.said.facts, seen.talks) == ("He does not come any more.", ())
    with pytest.raises(NotAllowed):
        notice_answers.confirm_read(db, chair, told.id)


def test_she_is_told_by_her_own_service_and_the_programme_learns_nothing_of_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, SubjectKind.HER)
    told = sent(db, pair, pair.pp, steps.left(pair.pp))
    notice_answers.confirm_read(db, pair.vss, told.id)
    assert "tell_her" in waits(db, pair.vss)

    with pytest.raises(Invalid, match="choose"):
        notice_answers.record_talk(db, pair.vss, told.id, happened_on=TODAY, was_told=None)
    with pytest.raises(Invalid, match="empty"):
        notice_answers.record_talk(db, pair.vss, told.id, happened_on=TODAY, was_told=False)
    notice_answers.record_talk(
        db, pair.vss, told.id, happened_on=TODAY, was_told=False, note="Not safe before Friday"
    )

    assert "tell_her" not in waits(db, pair.vss)
    [own] = read_by(db, pair, pair.vss)
    assert [(talk.was_told, talk.note) for talk, _ in own.talks] == [(False, "Not safe before Friday")]
    [his] = read_by(db, pair, pair.pp)
    assert his.talks == ()
    assert "notice_talk" not in [one.subject for one in db.scalars(access.visible_events(pair.pp))]
    with pytest.raises(NotAllowed, match="vss_only"):
        notice_answers.record_talk(db, pair.pp, told.id, happened_on=TODAY, was_told=True)


def test_one_entry_of_the_path_is_told_of_once(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = make.path_entry(pair, pair.pp, "left")
    other = make.path_entry(pair, pair.pp, "missed")

    sent(db, pair, pair.pp, steps.left(pair.pp), entry=entry)

    with pytest.raises(Conflict, match=r"notice\.told"):
        sent(db, pair, pair.pp, steps.left(pair.pp), entry=entry)
    with pytest.raises(Invalid, match=r"notice\.entry"):
        sent(db, pair, pair.pp, steps.left(pair.pp), entry=other)
    with pytest.raises(NotFound):
        sent(db, pair, pair.pp, steps.left(pair.pp), entry=make.path_entry(pair, pair.vss, "moved"))
    assert len(db.scalars(select(ImmediateNotice)).all()) == 1
