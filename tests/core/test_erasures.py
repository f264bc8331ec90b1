"""Erasing: two people, nothing on hold, nothing open, his request never hers; gone from the file, and gone again."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import pytest
import sqlcipher3.dbapi2
from sqlalchemy import Engine, create_engine, delete, event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from core import chain, clock, erasing, store, tombstones
from core.access import Actor
from core.db import Base, Record, _begin, open_sessions
from core.errors import Conflict, CoreError, Invalid, NotAllowed, NotFound
from core.log_keys import LogKeys
from core.models import (
    Action,
    ActionState,
    AgendaItem,
    Agreement,
    AgreementState,
    Assignment,
    Case,
    CaseFile,
    Consent,
    DataKey,
    Erasure,
    Event,
    FileNote,
    ImmediateNotice,
    JointItem,
    Meeting,
    MeetingState,
    NoticeTalk,
    Occasion,
    PersonRequest,
    RefusalGround,
    Release,
    RequestKind,
    RiskGrade,
    Role,
    Seal,
    Subject,
    SubjectKind,
    UnsentText,
)
from core.operations import erasures, holds, person_requests, retention, seals, unsent
from core.operations.erasures import ErasureGround
from core.operations.holds import HoldGround
from core.operations.open_risks import OpenRisk
from core.sealed import SEALED, Sealed
from core.store import Store
from tests import agreement_steps as steps
from tests import notices, risk
from tests.make import Make, Pair, consented, hold_keys_of, share

TIME, ASKED = ErasureGround.TIME_IS_OVER, ErasureGround.REQUEST
CANARY = "zqxerasecanary"


def closed(db: Session, make: Make, *, months: int = 61) -> Pair:
    """A case that ended long ago, with something in every part of it."""
    pair = make.pair()
    for file, actor, kind in (
        (pair.pp_file, pair.pp, SubjectKind.HIM),
        (pair.vss_file, pair.vss, SubjectKind.HER),
    ):
        subject = make.subject(file, kind, name=f"{CANARY} {kind}")
        consented(db, actor, subject, "meetings")
        note = make.note(file, actor, "other", text=f"{CANARY} note")
        share(db, actor, note.id, "Something shared")
        make.path_entry(pair, actor, "left")
    meeting = make.meeting(pair)
    meeting.state = MeetingState.AGREED
    action = make.action(pair)
    action.state, action.meeting_id = ActionState.DONE, meeting.id
    long_ago = clock.today() - timedelta(days=months * 31)
    for agreement in db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id)):
        agreement.state, agreement.ends_on = AgreementState.TERMINATED, long_ago
        agreement.terminated_on = long_ago
    pair.case.opened_on, pair.case.closed_on = long_ago - timedelta(days=300), long_ago
    db.flush()
    return pair


def manager(make: Make, pair: Pair, side: str = "vss") -> Actor:
    return make.actor(getattr(pair, side).service_id, Role.MANAGER)


def ask(db: Session, actor: Actor, pair: Pair, *parts: str, ground: ErasureGround = TIME) -> Erasure:
    return erasures.ask(db, actor, pair.case.id, parts=parts, ground=ground, reason="Its time is over")


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(CoreError) as raised:
        act()
    return raised.value.key


def asked_by_person(db: Session, actor: Actor, file: CaseFile) -> PersonRequest:
    subject = db.scalars(select(Subject).where(Subject.file_id == file.id)).first()
    assert subject is not None
    return person_requests.record(
        db, actor, subject.id, kind=RequestKind.ERASURE, asked_on=clock.today(), is_identified=True
    )


def wants_erased(db: Session, actor: Actor, subject: Subject, note: str = "") -> PersonRequest:
    return person_requests.record(
        db,
        actor,
        subject.id,
        kind=RequestKind.ERASURE,
        asked_on=clock.today(),
        note=note,
        is_identified=True,
    )


def for_person(db: Session, pair: Pair, subject: Subject) -> Erasure:
    """Ask to erase one person's entry in her file, because they wish it."""
    return erasures.ask(
        db,
        pair.vss,
        pair.case.id,
        parts=["own_file"],
        ground=ASKED,
        reason="Asked for",
        subject_id=subject.id,
    )


def test_one_asks_and_another_of_the_same_service_confirms(db: Session, make: Make) -> None:
    pair = closed(db, make)
    erasure = ask(db, pair.vss, pair, "own_file")

    assert refused(lambda: erasures.confirm(db, pair.vss, erasure.id, version=erasure.version)) == (
        "error.erasure.own"
    )
    erasures.confirm(db, manager(make, pair), erasure.id, version=erasure.version)

    assert erasure.done_at is not None
    assert erasure.reason == ""
    assert db.scalars(select(Subject).where(Subject.file_id == pair.vss_file.id)).all() == []
    assert db.scalars(select(FileNote).where(FileNote.file_id == pair.vss_file.id)).all() == []


def test_who_opened_the_file_for_some_hours_asks_to_erase_nothing_and_confirms_no_erasure(
    db: Session, make: Make
) -> None:
    pair = closed(db, make)
    other, today = make.actor(pair.vss.service_id), clock.today()
    hours = Assignment(case_id=pair.case.id, person_id=other.person_id, since=today)
    hours.ends_at = clock.now() + timedelta(hours=1)
    db.add(hours)
    db.flush()
    asked = ask(db, pair.vss, pair, "own_file")

    assert refused(lambda: ask(db, other, pair, "own_file")) == "error.break_glass.not_at_work"
    assert refused(lambda: erasures.confirm(db, other, asked.id, version=asked.version)) == (
        "error.break_glass.not_at_work"
    )


def test_the_other_services_file_and_the_joint_record_stay(db: Session, make: Make) -> None:
    pair = closed(db, make)
    pair.vss_file.reference = "A number of hers"
    erasure = ask(db, pair.vss, pair, "own_file")

    erasures.confirm(db, manager(make, pair), erasure.id, version=erasure.version)

    assert len(db.scalars(select(FileNote).where(FileNote.file_id == pair.pp_file.id)).all()) == 1
    assert len(db.scalars(select(JointItem).where(JointItem.case_id == pair.case.id)).all()) == 2
    assert db.get_one(CaseFile, pair.vss_file.id).reference == ""


def keys_of(db: Session, file: CaseFile) -> list[DataKey]:
    return list(db.scalars(select(DataKey).where(DataKey.space_id == file.id)))


def test_with_a_file_goes_why_it_was_sealed_and_the_key_that_opens_it(db: Session, make: Make) -> None:
    pair = closed(db, make)
    seals.seal(db, pair.vss, pair.case.id, reason="Her brother works here")
    second = manager(make, pair)
    make.assign(pair.case, second)
    erasure = ask(db, pair.vss, pair, "own_file")
    assert keys_of(db, pair.vss_file)

    erasures.confirm(db, second, erasure.id, version=erasure.version)

    assert [one.reason for one in db.scalars(select(Seal))] == [""]
    assert keys_of(db, pair.vss_file) == []
    assert keys_of(db, pair.pp_file)
    assert [item.text for item in db.scalars(select(JointItem))] == ["Something shared"] * 2
    again = make.note(pair.vss_file, pair.vss, "other", text="She came back")
    hold_keys_of(db, pair.vss)
    assert db.get_one(FileNote, again.id).text == "She came back"


def unshared(db: Session, pair: Pair, text: str) -> JointItem:
    """A text that her service wrote for both and has not shared."""
    item = JointItem(
        case_id=pair.case.id,
        service_id=pair.vss.service_id,
        author_id=pair.vss.person_id,
        topic="notice",
        text=text,
    )
    db.add(item)
    db.flush()
    return item


def test_the_key_of_a_file_stays_while_a_text_of_its_service_that_it_did_not_share_does(
    db: Session, make: Make
) -> None:
    pair = closed(db, make)
    waiting = unshared(db, pair, "Not shared yet")
    erasure = ask(db, pair.vss, pair, "own_file")

    erasures.confirm(db, manager(make, pair), erasure.id, version=erasure.version)

    hold_keys_of(db, pair.vss)
    assert keys_of(db, pair.vss_file)
    assert db.get_one(JointItem, waiting.id).text == "Not shared yet"


def test_a_key_is_needed_while_anything_at_all_is_sealed_with_it(db: Session, make: Make) -> None:
    closed(db, make)
    side = steps.managers(make)
    steps.put_in_force(db, steps.organisation_draft(db, side), side.pp, side.vss)
    keys = set(db.scalars(select(DataKey.id)))
    papers = {key for key in keys for one in sealed_in(db, "signed_copy") if one.is_under(key)}

    used = {key for key in keys for model in SEALED for one in sealed_in(db, model) if one.is_under(key)}

    assert papers
    assert papers < used
    assert erasing.needed(db, keys) == used
    assert erasing.needed(db, {uuid4()}) == set()


def sealed_in(db: Session, of: type[Record] | str) -> list[Sealed]:
    """All that lies sealed in a table."""
    name = of if isinstance(of, str) else of.__tablename__
    held = Base.metadata.tables[name].c
    kinds = next(columns for model, columns in SEALED.items() if model.__tablename__ == name)
    every = [value for column in kinds for value in db.scalars(select(held[column]))]
    return [value for value in every if value is not None]


def test_what_both_hold_needs_one_of_each_service(db: Session, make: Make) -> None:
    pair = closed(db, make)
    asker = manager(make, pair)
    erasure = ask(db, asker, pair, "meetings")
    assert erasure.is_joint

    erasures.confirm(db, manager(make, pair), erasure.id, version=erasure.version)
    assert len(db.scalars(select(Meeting).where(Meeting.case_id == pair.case.id)).all()) == 1
    erasures.confirm(db, manager(make, pair, "pp"), erasure.id, version=erasure.version)

    assert erasure.done_at is not None
    assert db.scalars(select(Meeting).where(Meeting.case_id == pair.case.id)).all() == []
    assert [one.erasure.is_open for one in erasures.list_all(db, asker)] == [False]


def test_what_one_service_asked_to_erase_alone_is_not_erased_once_the_other_holds_it_too(
    db: Session, make: Make
) -> None:
    cooperation = make.cooperation()
    pp, vss = make.actor(cooperation.pp_id), make.actor(cooperation.vss_id)
    case = make.case(cooperation, pp)
    case.closed_on = clock.today()
    alone = erasures.ask(
        db, pp, case.id, parts=["shared", "meetings"], ground=ErasureGround.OPENED_IN_ERROR, reason="Twice"
    )
    assert not alone.is_joint
    vss_file = make.file(case, vss)
    pp_file = db.scalars(select(CaseFile).where(CaseFile.service_id == pp.service_id)).one()
    pair = Pair(case, pp, vss, pp_file, vss_file)
    meeting = make.meeting(pair)
    meeting.state = MeetingState.AGREED
    db.flush()

    lead = manager(make, pair, "pp")
    assert refused(lambda: erasures.confirm(db, lead, alone.id, version=alone.version)) == (
        "error.erasure.held_otherwise"
    )

    assert db.scalars(select(Meeting)).all() == [meeting]
    erasures.refuse(db, pp, alone.id, reason="Both of us now", version=alone.version)
    assert ask(db, lead, pair, "meetings", ground=ErasureGround.OPENED_IN_ERROR).is_joint


def test_a_case_manager_alone_does_not_begin_a_joint_erasure(db: Session, make: Make) -> None:
    pair = closed(db, make)

    with pytest.raises(NotAllowed):
        ask(db, pair.vss, pair, "meetings")


def test_an_action_outlives_the_meeting_that_decided_it(db: Session, make: Make) -> None:
    pair = closed(db, make)
    erasure = ask(db, manager(make, pair), pair, "meetings")
    for side in ("vss", "pp"):
        erasures.confirm(db, manager(make, pair, side), erasure.id, version=erasure.version)

    (action,) = db.scalars(select(Action).where(Action.case_id == pair.case.id))
    assert action.meeting_id is None


def test_a_refusal_has_a_reason_and_ends_it(db: Session, make: Make) -> None:
    pair = closed(db, make)
    erasure = ask(db, pair.vss, pair, "own_file")
    colleague = manager(make, pair)

    assert refused(lambda: erasures.refuse(db, colleague, erasure.id, reason=" ", version=1)) == "error.empty"
    erasures.refuse(db, colleague, erasure.id, reason="She asked for a copy", version=erasure.version)

    assert not erasure.is_open
    with pytest.raises(Conflict):
        erasures.confirm(db, colleague, erasure.id, version=erasure.version)


def test_why_one_service_refuses_a_joint_erasure_is_read_there_alone(db: Session, make: Make) -> None:
    pair = closed(db, make)
    asker, other = manager(make, pair), manager(make, pair, "pp")
    erasure = ask(db, asker, pair, "meetings")

    hold_keys_of(db, other)
    erasures.refuse(db, other, erasure.id, reason="A claim of his", version=erasure.version)

    assert [one.refusal for one in erasures.list_all(db, other)] == ["A claim of his"]
    hold_keys_of(db, asker)
    assert [(one.refusal, one.reason) for one in erasures.list_all(db, asker)] == [("", "Its time is over")]


def test_nothing_on_hold_is_erased_and_the_refusal_is_in_the_log(db: Session, make: Make) -> None:
    pair = closed(db, make)
    erasure = ask(db, pair.vss, pair, "own_file")
    kept = holds.keep(
        db, pair.vss, pair.case.id, part="", ground=HoldGround.COURT, reason="Trial in May", until=None
    )

    assert refused(lambda: ask(db, pair.vss, pair, "own_file")) == "error.erasure.held"
    assert (
        refused(lambda: erasures.confirm(db, manager(make, pair), erasure.id, version=erasure.version))
        == "error.erasure.held"
    )
    holds.lift(db, pair.vss, kept.id, version=kept.version)
    db.expire_all()
    assert (
        refused(lambda: holds.lift(db, pair.vss, kept.id, version=kept.version)) == "error.changed_meanwhile"
    )
    assert ask(db, pair.vss, pair, "own_file").is_open


def test_what_one_service_keeps_of_the_joint_record_stays_for_both(db: Session, make: Make) -> None:
    pair = closed(db, make)
    holds.keep(
        db, pair.pp, pair.case.id, part="meetings", ground=HoldGround.CLAIM, reason="His claim", until=None
    )

    assert refused(lambda: ask(db, manager(make, pair), pair, "meetings")) == "error.erasure.held"
    assert holds.of_case(db, pair.vss, pair.case.id) == []
    assert ask(db, pair.vss, pair, "own_file").is_open


@pytest.mark.parametrize(("side", "said"), [("vss", "held_along"), ("pp", "not_yet")])
def test_what_hangs_on_the_joint_record_in_a_file_that_is_kept_is_erased_by_neither_service(
    db: Session, make: Make, side: str, said: str
) -> None:
    pair = closed(db, make)
    asked = ask(db, manager(make, pair, "pp"), pair, "shared")
    erasures.confirm(db, manager(make, pair, "pp"), asked.id, version=asked.version)
    keeper = manager(make, pair, side)
    kept = holds.keep(
        db, keeper, pair.case.id, part="own_file", ground=HoldGround.COURT, reason="A court", until=None
    )

    assert refused(lambda: ask(db, keeper, pair, "shared")) == "error.erasure.held_along"
    last = manager(make, pair)
    assert refused(lambda: erasures.confirm(db, last, asked.id, version=asked.version)) == (
        f"error.erasure.{said}"
    )
    assert len(db.scalars(select(Release)).all()) == 2
    assert ask(db, manager(make, pair), pair, "meetings").is_open
    holds.lift(db, keeper, kept.id, version=kept.version)
    db.expire_all()
    erasures.confirm(db, manager(make, pair), asked.id, version=asked.version)
    assert db.scalars(select(Release)).all() == []


def keep_hers(db: Session, make: Make, pair: Pair) -> None:
    holds.keep(
        db,
        manager(make, pair),
        pair.case.id,
        part="own_file",
        ground=HoldGround.COURT,
        reason="A court",
        until=None,
    )


def keep_longer(db: Session, make: Make, pair: Pair) -> None:
    retention.set_period(db, manager(make, pair), part="own_file", months=120)


def tell_her(db: Session, _make: Make, pair: Pair) -> None:
    notice = db.scalars(select(ImmediateNotice)).one()
    db.add(
        NoticeTalk(
            file_id=pair.vss_file.id,
            notice_id=notice.id,
            person_id=pair.vss.person_id,
            happened_on=clock.today(),
            was_told=True,
        )
    )
    db.flush()


Doing = Callable[[Session, Make, Pair], None]


@pytest.mark.parametrize("ground", [TIME, ErasureGround.OPENED_IN_ERROR])
@pytest.mark.parametrize(
    "doings",
    [(), (keep_hers,), (keep_longer,), (tell_her,), (tell_her, keep_hers), (tell_her, keep_longer)],
)
def test_whoever_asks_reads_nothing_of_what_stands_in_the_other_services_file_or_keeps_it(
    db: Session, make: Make, ground: ErasureGround, doings: tuple[Doing, ...]
) -> None:
    pair = closed(db, make)
    item = unshared(db, pair, "A notice of his")
    item.service_id, item.author_id = pair.pp.service_id, pair.pp.person_id
    item.released_at = clock.now()
    db.add(ImmediateNotice(item_id=item.id, entry_id=None, answer_hours=24, author_id=pair.pp.person_id))
    db.flush()
    for doing in doings:
        doing(db, make, pair)
    manager_of_his = manager(make, pair, "pp")

    for part in ("shared", "notices"):
        seen = erasures.preview(db, manager_of_his, pair.case.id, parts=[part], ground=ground)
        assert (seen.refused, "notice_talk" in seen.goes) == ("", False)
        asked = ask(db, manager_of_his, pair, part, ground=ground)
        erasures.confirm(db, manager(make, pair, "pp"), asked.id, version=asked.version)
        assert asked.is_open


@pytest.mark.parametrize("parts", [("shared",), ("own_file", "shared")])
@pytest.mark.parametrize("doing", [keep_hers, keep_longer])
def test_what_the_other_service_keeps_after_it_confirmed_is_not_said_to_whoever_confirms_last(
    db: Session, make: Make, doing: Doing, parts: tuple[str, ...]
) -> None:
    pair = closed(db, make)
    asked = ask(db, manager(make, pair, "pp"), pair, *parts)
    erasures.confirm(db, manager(make, pair), asked.id, version=asked.version)
    doing(db, make, pair)

    last = manager(make, pair, "pp")

    assert refused(lambda: erasures.confirm(db, last, asked.id, version=asked.version)) == (
        "error.erasure.not_yet"
    )


@pytest.mark.parametrize("doing", [keep_hers, keep_longer])
def test_that_the_other_service_keeps_its_own_file_though_it_asked_is_not_said_to_whoever_confirms_last(
    db: Session, make: Make, doing: Doing
) -> None:
    pair = closed(db, make)
    asked = ask(db, manager(make, pair), pair, "own_file", "shared")
    erasures.confirm(db, manager(make, pair), asked.id, version=asked.version)
    doing(db, make, pair)

    last = manager(make, pair, "pp")

    assert refused(lambda: erasures.confirm(db, last, asked.id, version=asked.version)) == (
        "error.erasure.not_yet"
    )


def test_what_one_service_keeps_of_its_own_file_stops_the_other_ones_file_in_nothing(
    db: Session, make: Make
) -> None:
    pair = closed(db, make)
    holds.keep(
        db, pair.pp, pair.case.id, part="own_file", ground=HoldGround.CLAIM, reason="His claim", until=None
    )

    erasure = ask(db, pair.vss, pair, "own_file")

    assert erasures.confirm(db, manager(make, pair), erasure.id, version=erasure.version).done_at is not None


def test_the_joint_record_waits_for_the_longer_time_of_a_file_in_which_something_hangs_on_it(
    db: Session, make: Make
) -> None:
    pair = closed(db, make)
    asked = ask(db, manager(make, pair), pair, "shared")
    keeper = manager(make, pair, "pp")
    retention.set_period(db, keeper, part="own_file", months=120)

    not_due = "error.erasure.not_due_along"
    assert refused(lambda: ask(db, keeper, pair, "shared")) == not_due
    assert refused(lambda: erasures.confirm(db, keeper, asked.id, version=asked.version)) == not_due
    assert ask(db, manager(make, pair), pair, "meetings").is_open
    in_error = ErasureGround.OPENED_IN_ERROR
    assert ask(db, keeper, pair, "shared", ground=in_error).is_open
    assert ask(db, pair.vss, pair, "own_file").is_open


def test_nothing_goes_while_something_is_open_in_the_case(db: Session, make: Make) -> None:
    pair = closed(db, make)
    erasure = ask(db, pair.vss, pair, "own_file")
    make.action(pair)

    seen = erasures.preview(db, pair.vss, pair.case.id, parts=["own_file"], ground=ErasureGround.TIME_IS_OVER)

    assert refused(lambda: ask(db, pair.vss, pair, "own_file")) == "error.erasure.open_risk"
    assert seen.still_open == (OpenRisk.OPEN_ACTIONS,)
    assert erasures.still_open(db, manager(make, pair), erasure.id) == (OpenRisk.OPEN_ACTIONS,)


def test_a_level_above_low_is_said_to_whoever_asks_and_whoever_confirms_and_they_decide(
    db: Session, make: Make
) -> None:
    pair = closed(db, make)
    risk.level(db, risk.laid(db, pair, Occasion.CLOSING), pair.vss, RiskGrade.HIGH)

    seen = erasures.preview(db, pair.vss, pair.case.id, parts=["own_file"], ground=ErasureGround.TIME_IS_OVER)
    erasure = ask(db, pair.vss, pair, "own_file")

    assert seen.is_above_low
    assert not seen.refused
    lead = manager(make, pair)
    assert erasures.is_above_low(db, lead, erasure.id)
    assert erasures.confirm(db, lead, erasure.id, version=erasure.version).done_at is not None


def test_in_an_open_case_a_level_above_low_forbids_to_erase_for_a_person(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.vss_file)
    asked_by_person(db, pair.vss, pair.vss_file)
    risk.level(db, risk.laid(db, pair, Occasion.CLOSING), pair.vss, RiskGrade.HIGH)

    assert refused(lambda: ask(db, pair.vss, pair, "own_file", ground=ASKED)) == "error.erasure.open_risk"


def test_an_open_case_and_one_whose_time_is_not_over_are_not_erased(db: Session, make: Make) -> None:
    young, never_closed = closed(db, make, months=10), make.pair(is_agreed=False)

    assert refused(lambda: ask(db, young.vss, young, "own_file")) == "error.erasure.not_due"
    assert refused(lambda: ask(db, never_closed.vss, never_closed, "own_file")) == "error.erasure.case_open"
    in_error = ErasureGround.OPENED_IN_ERROR
    assert (
        refused(lambda: ask(db, never_closed.vss, never_closed, "own_file", ground=in_error))
        == "error.erasure.in_error_open"
    )
    assert refused(lambda: ask(db, young.vss, young)) == "error.erasure.choose"
    assert ask(db, young.vss, young, "own_file", ground=ErasureGround.OPENED_IN_ERROR).is_open


def test_a_part_that_is_none_is_neither_looked_at_nor_erased(db: Session, make: Make) -> None:
    pair = closed(db, make)

    with pytest.raises(Invalid, match=r"error\.erasure\.choose"):
        erasures.preview(db, pair.vss, pair.case.id, parts=["\ud800"], ground=ErasureGround.TIME_IS_OVER)
    assert refused(lambda: ask(db, pair.vss, pair, "no part")) == "error.erasure.choose"


def test_his_request_reaches_his_own_file_and_never_hers_nor_the_joint_record(
    db: Session, make: Make
) -> None:
    pair = closed(db, make, months=1)
    asked_by_person(db, pair.pp, pair.pp_file)

    for part in ("meetings", "shared", "plan", "frame"):
        with pytest.raises(NotAllowed, match=r"error\.erasure\.not_by_request"):
            ask(db, pair.pp, pair, part, ground=ASKED)
    assert refused(lambda: ask(db, pair.vss, pair, "own_file", ground=ASKED)) == "error.erasure.no_request"
    erasure = ask(db, pair.pp, pair, "own_file", ground=ASKED)
    erasures.confirm(db, manager(make, pair, "pp"), erasure.id, version=erasure.version)

    assert db.scalars(select(Subject.kind)).all() == [SubjectKind.HER]
    assert len(db.scalars(select(JointItem)).all()) == 2
    assert db.scalars(select(PersonRequest)).one().answered_on == clock.today()


def test_a_childs_request_takes_the_childs_entry_alone(db: Session, make: Make) -> None:
    pair = closed(db, make, months=1)
    child = make.subject(pair.vss_file, SubjectKind.CHILD, name="Little one")
    wants_erased(db, pair.vss, child)

    assert refused(lambda: ask(db, pair.vss, pair, "own_file", ground=ASKED)) == "error.erasure.child_alone"
    her = db.scalars(select(Subject).where(Subject.kind == SubjectKind.HER)).one()
    whole = {"parts": ["own_file"], "ground": ASKED, "reason": "She asked"}
    assert (
        refused(
            lambda: erasures.ask(db, pair.vss, pair.case.id, subject_id=her.id, **whole)  # type: ignore[arg-type]
        )
        == "error.erasure.not_by_request"
    )
    erasure = erasures.ask(db, pair.vss, pair.case.id, subject_id=child.id, **whole)  # type: ignore[arg-type]
    erasures.confirm(db, manager(make, pair), erasure.id, version=erasure.version)

    assert db.scalars(select(Subject.kind).where(Subject.file_id == pair.vss_file.id)).all() == [
        SubjectKind.HER
    ]
    assert len(db.scalars(select(FileNote).where(FileNote.file_id == pair.vss_file.id)).all()) == 1


def asks_for_copy(db: Session, actor: Actor, subject: Subject) -> PersonRequest:
    on = clock.today()
    return person_requests.record(
        db, actor, subject.id, kind=RequestKind.ACCESS, asked_on=on, is_identified=True
    )


def test_nobody_is_erased_while_they_wait_for_a_copy_of_their_data(db: Session, make: Make) -> None:
    pair = closed(db, make)
    her = db.scalars(select(Subject).where(Subject.file_id == pair.vss_file.id)).one()
    child = make.subject(pair.vss_file, SubjectKind.CHILD, name=f"{CANARY} child")
    confirmed_late = ask(db, pair.vss, pair, "own_file")
    wanted = asks_for_copy(db, pair.vss, her)
    for subject in (her, child):
        wants_erased(db, pair.vss, subject)
    first = "error.erasure.answer_first"

    assert refused(lambda: ask(db, pair.vss, pair, "own_file")) == first
    assert refused(lambda: for_person(db, pair, her)) == first
    last = manager(make, pair)
    version = confirmed_late.version
    assert refused(lambda: erasures.confirm(db, last, confirmed_late.id, version=version)) == first
    assert for_person(db, pair, child).is_open
    assert ask(db, manager(make, pair), pair, "shared").is_open
    assert ask(db, pair.pp, pair, "own_file").is_open
    safety = RefusalGround.SAFETY
    person_requests.answer(db, pair.vss, wanted.id, note="He is near", refused_for=safety, version=1)
    db.expire_all()
    erasures.confirm(db, manager(make, pair), confirmed_late.id, version=confirmed_late.version)
    assert list(db.scalars(select(Subject).where(Subject.file_id == pair.vss_file.id))) == []


def test_that_somebody_waits_for_a_copy_is_not_said_to_the_other_service(db: Session, make: Make) -> None:
    pair = closed(db, make)
    her = db.scalars(select(Subject).where(Subject.file_id == pair.vss_file.id)).one()
    asked = ask(db, manager(make, pair), pair, "own_file", "shared")
    asks_for_copy(db, pair.vss, her)

    his = manager(make, pair, "pp")

    assert refused(lambda: erasures.confirm(db, his, asked.id, version=asked.version)) == (
        "error.erasure.not_yet"
    )


@pytest.mark.parametrize("side", ["vss", "pp"])
def test_the_case_goes_when_everybody_is_answered_who_asked_something_in_it(
    db: Session, make: Make, side: str
) -> None:
    pair = closed(db, make)
    actor, file = (pair.vss, pair.vss_file) if side == "vss" else (pair.pp, pair.pp_file)
    subject = db.scalars(select(Subject).where(Subject.file_id == file.id)).one()
    wanted = wants_erased(db, actor, subject)
    for each in ("pp", "vss"):
        erasure = ask(db, getattr(pair, each), pair, "own_file")
        erasures.confirm(db, manager(make, pair, each), erasure.id, version=erasure.version)
    everything = ["shared", "meetings", "plan", "case_agreements", "frame"]
    first = "error.erasure.answer_first"
    his = manager(make, pair, "pp")

    if side == "pp":
        assert refused(lambda: ask(db, his, pair, *everything)) == first
    else:
        asked = ask(db, his, pair, *everything)
        last = manager(make, pair)
        assert refused(lambda: erasures.confirm(db, last, asked.id, version=asked.version)) == first
    with pytest.raises(Invalid):
        person_requests.answer(db, actor, wanted.id, note="", version=wanted.version)
    person_requests.answer(db, actor, wanted.id, note="Its time was over", version=wanted.version)
    assert ask(db, his, pair, *everything).is_open


@pytest.mark.parametrize("is_child_first", [True, False])
def test_of_two_people_who_asked_each_is_answered_when_their_own_is_erased(
    db: Session, make: Make, is_child_first: bool
) -> None:
    pair = closed(db, make, months=1)
    her = db.scalars(select(Subject).where(Subject.file_id == pair.vss_file.id)).one()
    child = make.subject(pair.vss_file, SubjectKind.CHILD, name="Little one")
    people = (child, her) if is_child_first else (her, child)
    requests = {one.kind: wants_erased(db, pair.vss, one, "In her words") for one in people}

    erasure = for_person(db, pair, child)
    erasures.confirm(db, manager(make, pair), erasure.id, version=erasure.version)

    assert requests[SubjectKind.CHILD].answered_on == clock.today()
    assert (requests[SubjectKind.HER].answered_on, requests[SubjectKind.HER].note) == (None, "In her words")
    whole = ask(db, pair.vss, pair, "own_file", ground=ASKED)
    erasures.confirm(db, manager(make, pair), whole.id, version=whole.version)
    assert requests[SubjectKind.HER].answered_on == clock.today()


@pytest.mark.parametrize("is_whole", [True, False])
def test_nothing_is_erased_by_request_before_it_is_certain_who_asks(
    db: Session, make: Make, is_whole: bool
) -> None:
    pair = closed(db, make, months=1)
    her = db.scalars(select(Subject).where(Subject.file_id == pair.vss_file.id)).one()
    request = person_requests.record(db, pair.vss, her.id, kind=RequestKind.ERASURE, asked_on=clock.today())
    # That a child's request is certain says nothing of hers.
    wants_erased(db, pair.vss, make.subject(pair.vss_file, SubjectKind.CHILD, name="Little one"))

    def erase() -> Erasure:
        return ask(db, pair.vss, pair, "own_file", ground=ASKED) if is_whole else for_person(db, pair, her)

    assert refused(erase) == "error.person_request.who"
    whom = None if is_whole else her.id
    seen = erasures.preview(db, pair.vss, pair.case.id, parts=["own_file"], ground=ASKED, subject_id=whom)
    assert seen.refused == "error.person_request.who"
    person_requests.identify(db, pair.vss, request.id, version=request.version)
    assert erase().is_open


def test_with_a_person_goes_what_was_typed_about_them_and_not_sent_and_about_what_they_asked_for(
    db: Session, make: Make
) -> None:
    pair = closed(db, make, months=1)
    her = db.scalars(select(Subject).where(Subject.file_id == pair.vss_file.id)).one()
    child = make.subject(pair.vss_file, SubjectKind.CHILD, name="Little one")
    of_her = wants_erased(db, pair.vss, her, "In her words")
    moved = person_requests.record(
        db, pair.vss, child.id, kind=RequestKind.CORRECTION, asked_on=clock.today(), note="Lives at the mill"
    )
    person_requests.extend(db, pair.vss, moved.id, reason="The mill burned", version=moved.version)
    person_requests.identify(db, pair.vss, moved.id, version=moved.version)
    person_requests.answer(db, pair.vss, moved.id, note="Moved to the mill", version=moved.version)
    for subject in (her, child):
        slot = f"person:{subject.id}:address"
        unsent.keep(db, pair.vss, slot, text=f"A new home {subject.kind}", case_id=pair.case.id)
    wants_erased(db, pair.vss, child)
    taken_back = for_person(db, pair, child)
    erasures.refuse(db, pair.vss, taken_back.id, reason="The mill first", version=taken_back.version)

    erasure = for_person(db, pair, child)
    assert erasures.would_go(db, manager(make, pair), erasure.id)["unsent_text"] == 1
    erasures.confirm(db, manager(make, pair), erasure.id, version=erasure.version)

    assert [one.text for one in db.scalars(select(UnsentText))] == ["A new home her"]
    assert (moved.note, moved.extended_reason, moved.answer) == ("", "", "")
    assert of_her.note == "In her words"
    assert (taken_back.reason, taken_back.refusal) == ("", "")


def test_with_the_whole_file_everybody_in_it_who_asked_is_answered(db: Session, make: Make) -> None:
    pair = closed(db, make, months=1)
    child = make.subject(pair.vss_file, SubjectKind.CHILD, name="Little one")
    of_child = wants_erased(db, pair.vss, child)
    asked_by_person(db, pair.vss, pair.vss_file)

    erasure = ask(db, pair.vss, pair, "own_file", ground=ASKED)
    erasures.confirm(db, manager(make, pair), erasure.id, version=erasure.version)

    assert of_child.answered_on == clock.today()


def test_what_goes_and_what_stays_is_said_before(db: Session, make: Make) -> None:
    pair = closed(db, make)

    seen = erasures.preview(db, pair.vss, pair.case.id, parts=["own_file"], ground=TIME)
    too_much = erasures.preview(db, pair.vss, pair.case.id, parts=["frame"], ground=TIME)

    assert seen.goes == {"subject": 1, "file_note": 1, "consent": 2, "release": 1, "path_entry": 1}
    assert {"shared", "meetings", "plan", "case_agreements", "frame"} == set(seen.stays)
    assert (seen.refused, seen.is_joint) == ("", False)
    assert too_much.refused == "error.erasure.frame_last"
    assert db.scalars(select(Erasure)).all() == []


def test_the_case_itself_goes_with_the_last_of_the_rest(db: Session, make: Make) -> None:
    pair = closed(db, make)
    for side in ("pp", "vss"):
        erasure = ask(db, getattr(pair, side), pair, "own_file")
        erasures.confirm(db, manager(make, pair, side), erasure.id, version=erasure.version)
    case_id = pair.case.id
    everything = ["shared", "meetings", "plan", "case_agreements", "frame"]
    erasure = ask(db, manager(make, pair), pair, *everything)

    for side in ("vss", "pp"):
        erasures.confirm(db, manager(make, pair, side), erasure.id, version=erasure.version)

    assert db.get(Case, case_id) is None
    assert db.scalars(select(CaseFile)).all() == []
    assert len(erasures.list_all(db, manager(make, pair))) == 2
    assert len(erasures.list_all(db, pair.vss)) == 0


def test_a_stranger_and_the_other_service_know_nothing_of_it(db: Session, make: Make) -> None:
    pair = closed(db, make)
    erasure = ask(db, pair.vss, pair, "own_file")

    for actor in (pair.pp, manager(make, pair, "pp"), make.actor(make.service())):
        with pytest.raises(NotFound):
            erasures.find(db, actor, erasure.id)
    with pytest.raises(NotFound):
        ask(db, make.actor(make.service(), Role.MANAGER), pair, "own_file")


def test_nobody_is_told_how_much_the_other_service_keeps_or_wrote_and_has_not_given_away(
    db: Session, make: Make
) -> None:
    pair = closed(db, make)
    waiting = unshared(db, pair, CANARY)
    db.add(ImmediateNotice(item_id=waiting.id, entry_id=None, answer_hours=24, author_id=pair.vss.person_id))
    db.flush()
    everything = ["own_file", "shared", "notices", "meetings"]

    his = erasures.preview(db, pair.pp, pair.case.id, parts=["shared", "notices"], ground=TIME)
    hers = erasures.preview(db, pair.vss, pair.case.id, parts=["notices"], ground=TIME)
    asked = ask(db, manager(make, pair), pair, *everything)

    assert (his.goes["joint_item"], "immediate_notice" in his.goes) == (2, False)
    assert hers.goes["immediate_notice"] == 1
    assert "notices" not in {one.part.id for one in retention.of_case(db, pair.pp, pair.case)}
    assert "notices" in {one.part.id for one in retention.of_case(db, pair.vss, pair.case)}
    told = erasures.would_go(db, manager(make, pair, "pp"), asked.id)
    assert told["joint_item"] == 2
    assert not {"subject", "file_note", "consent", "immediate_notice"} & set(told)
    assert erasures.would_go(db, manager(make, pair), asked.id)["subject"] == 1


def test_notices_and_what_else_is_shared_go_each_in_its_own_time(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.pp_file, SubjectKind.HIM)
    make.subject(pair.vss_file, SubjectKind.HER)
    notice = notices.sent(db, pair, pair.pp)
    note = make.note(pair.vss_file, pair.vss, "other", text="A note of hers")
    consented(
        db, pair.vss, db.scalars(select(Subject).where(Subject.file_id == pair.vss_file.id)).one(), "meetings"
    )
    shared = share(db, pair.vss, note.id, "Something shared")

    def reached(part: str) -> set[UUID]:
        return erasing.reach(db, pair.case.id, pair.pp.service_id, [part])["joint_item"]

    assert reached("notices") == {notice.item_id}
    assert reached("shared") == {shared.id}
    assert "immediate_notice" not in erasing.reach(db, pair.case.id, pair.pp.service_id, ["shared"])


def test_the_log_stays_whole_and_names_what_is_gone_by_its_id(own_store: Store) -> None:
    with own_store.writing.begin() as db:
        make = Make(db)
        pair = closed(db, make)
        note_id = db.scalars(select(FileNote.id).where(FileNote.file_id == pair.vss_file.id)).one()
        erasure = ask(db, pair.vss, pair, "own_file")
        erasures.confirm(db, manager(make, pair), erasure.id, version=erasure.version)

    with own_store.reading() as db:
        assert chain.verify(db, chain.key_of(db)).wrong is None
        acts = db.scalars(select(Event.act).where(Event.subject == "erasure")).all()
        assert {"ask", "confirm", "carry_out"} <= set(acts)
        assert "share" in db.scalars(select(Event.act).where(Event.subject_id == note_id)).all()


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Engine]:
    """A SQLite file that lies open, as whoever has its key reads it, with the pragmas of the real one."""
    engine = create_engine(
        f"sqlite:///{tmp_path / 'bare.db'}",
        module=sqlcipher3.dbapi2,
        execution_options={"log_key": LogKeys(lambda: "6b" * 32), "field_key": b"f" * 32, "kept_keys": {}},
    )

    def prepare(connection: sqlcipher3.dbapi2.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode = WAL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin)
    store.migrate(engine)
    yield engine
    engine.dispose()


def held_in(folder: Path, word: str) -> set[str]:
    return {file.name for file in folder.iterdir() if file.is_file() and word.encode() in file.read_bytes()}


def test_no_word_of_it_stays_in_the_file_its_free_pages_or_its_log_of_writes(
    bare: Engine, tmp_path: Path
) -> None:
    reading, writing = open_sessions(bare)
    opened = Store(bare, reading, writing)
    with writing.begin() as db:
        make = Make(db)
        pair = closed(db, make)
        for number in range(200):
            make.note(pair.vss_file, pair.vss, text=f"{CANARY} {number} " * 40)
    with reading.begin() as db:
        words = db.connection().exec_driver_sql("SELECT text FROM file_note").scalars().all()
    assert all(held_in(tmp_path, word) for word in (words[0], words[-1]))

    for side in ("vss", "pp"):
        with writing.begin() as db:
            erasure = ask(db, getattr(pair, side), pair, "own_file")
            erasures.confirm(db, manager(Make(db), pair, side), erasure.id, version=erasure.version)
        tombstones.settle(opened, tmp_path / "erased")

    assert [word for word in words if held_in(tmp_path, word)] == []
    assert not (tmp_path / "erased" / tombstones.TO_CLEAN).exists()
    with bare.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA freelist_count").scalar() == 0
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1


def erase_a_file(own_store: Store, *folders: Path) -> dict[str, list[dict[str, object]]]:
    """Erase her file of a closed case, and leave its tombstone; what a copy from before would bring back."""
    with own_store.writing.begin() as db:
        pair = closed(db, Make(db))
    kept = snapshot(own_store, pair.vss_file.id)
    with own_store.writing.begin() as db:
        erasure = ask(db, pair.vss, pair, "own_file")
        erasures.confirm(db, manager(Make(db), pair), erasure.id, version=erasure.version)
    tombstones.settle(own_store, *folders)
    return kept


def test_a_copy_that_is_put_back_is_erased_again(own_store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "erased"
    kept = erase_a_file(own_store, folder)

    put_back(own_store, kept)
    assert counted(own_store) == {"subject": 2, "file_note": 2, "consent": 4}
    tombstones.settle(own_store, folder)

    assert counted(own_store) == {"subject": 1, "file_note": 1, "consent": 2}
    with own_store.reading() as db:
        assert "carry_out_again" in db.scalars(select(Event.act)).all()
        assert chain.verify(db, chain.key_of(db)).wrong is None


def test_what_could_not_be_cleaned_yet_is_remembered_with_what_is_erased_next(
    own_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, cleaned = tmp_path / "erased", list[str]()

    def busy(*_: object) -> None:
        raise OperationalError("VACUUM", {}, Exception("in use"))

    monkeypatch.setattr(erasing, "clean", busy)
    folder.mkdir()
    (folder / tombstones.TO_CLEAN).write_text("meeting")
    erase_a_file(own_store, folder)
    left = (folder / tombstones.TO_CLEAN).read_text().split()
    monkeypatch.setattr(erasing, "clean", lambda _engine, tables: cleaned.extend(tables))
    tombstones.settle(own_store, folder)

    assert {"meeting", "subject", "file_note"} <= set(left)
    assert cleaned == left
    assert not (folder / tombstones.TO_CLEAN).exists()


def test_two_erasures_that_are_settled_at_once_wait_for_each_other(
    own_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, inside, most, failures = tmp_path / "erased", list[int](), list[int](), list[BaseException]()

    def clean(*_: object) -> None:
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.1)
        inside.pop()

    def settle() -> None:
        try:
            tombstones.settle(own_store, folder)
        except OSError as error:
            failures.append(error)

    monkeypatch.setattr(erasing, "clean", clean)
    folder.mkdir()
    (folder / tombstones.TO_CLEAN).write_text("meeting")
    threads = [Thread(target=settle) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert max(most) == 1


def test_a_second_folder_that_cannot_be_written_to_keeps_no_erasure_from_being_settled(
    own_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()

    with caplog.at_level("ERROR", "concord"):
        erase_a_file(own_store, tmp_path / "erased", tmp_path / "file" / "erased")

    assert len(list((tmp_path / "erased").glob("*.json"))) == 1
    assert "second folder" in caplog.text


def test_what_a_second_folder_alone_still_names_goes_again(own_store: Store, tmp_path: Path) -> None:
    first, second = tmp_path / "erased", tmp_path / "second" / "erased"
    gone = erase_a_file(own_store, first, second)
    (kept,) = second.iterdir()
    said = json.loads(kept.read_text())
    put_back(own_store, gone)
    for file in first.iterdir():
        file.unlink()

    tombstones.settle(own_store, first, second)

    assert counted(own_store) == {"subject": 1, "file_note": 1, "consent": 2}
    assert [file.name for file in first.iterdir()] == [kept.name]
    assert set(said) == {"erasure", "case", "service", "is_whole_file", "gone", "code"}
    assert all(UUID(each) for ids in said["gone"].values() for each in ids)


@pytest.mark.parametrize("torn", ["", '{"erasure": "'])
def test_a_tombstone_that_is_torn_is_written_again_in_each_folder(
    own_store: Store, tmp_path: Path, torn: str
) -> None:
    folders = tmp_path / "erased", tmp_path / "second" / "erased"
    erase_a_file(own_store, *folders)
    (whole,) = {file.read_text() for folder in folders for file in folder.glob("*.json")}
    for folder in folders:
        for file in folder.glob("*.json"):
            file.write_text(torn)

    tombstones.settle(own_store, *folders)
    tombstones.settle(own_store, *folders)

    for folder in folders:
        assert sorted(file.read_text() for file in folder.glob("*.json")) == sorted([torn, whole])
    with own_store.reading() as db:
        assert tombstones.unread(chain.key_of(db), *folders) == []


def test_a_torn_tombstone_gives_way_to_a_whole_one_in_the_second_folder(
    own_store: Store, tmp_path: Path
) -> None:
    first, second = tmp_path / "erased", tmp_path / "second" / "erased"
    gone = erase_a_file(own_store, first, second)
    with own_store.writing.begin() as db:
        db.execute(delete(Erasure))
    put_back(own_store, gone)
    for file in first.iterdir():
        file.write_text("")

    tombstones.settle(own_store, first, second)

    assert counted(own_store) == {"subject": 1, "file_note": 1, "consent": 2}


def test_what_was_erased_is_cleaned_out_though_the_program_dies_as_soon_as_it_says_so(
    own_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, second, cleaned = tmp_path / "erased", tmp_path / "second", list[str]()
    lay = tombstones._lay

    def killed_in_the_second(to: Path, erasure_id: UUID, content: bytes) -> None:
        if to == second:
            raise KeyboardInterrupt
        lay(to, erasure_id, content)

    monkeypatch.setattr(erasing, "clean", lambda _engine, tables: cleaned.extend(tables))
    monkeypatch.setattr(tombstones, "_lay", killed_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        erase_a_file(own_store, folder, second)
    tombstones.settle(own_store, folder)

    assert {"subject", "file_note", "data_key"} <= set(cleaned)


def test_a_tombstone_that_nobody_wrote_with_the_key_erases_nothing(own_store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "erased"
    kept = erase_a_file(own_store, folder)
    put_back(own_store, kept)
    (file,) = folder.glob("*.json")
    file.write_text(file.read_text().replace('"is_whole_file": true', '"is_whole_file": false'))
    (folder / "odd.json").write_text("[]")

    tombstones.settle(own_store, folder)

    assert counted(own_store)["subject"] == 2


def snapshot(of: Store, file_id: UUID) -> dict[str, list[dict[str, object]]]:
    """The rows of a file as an older copy would bring them back."""
    tables = Base.metadata.tables
    with of.reading() as db:
        subjects = select(tables["subject"].c.id).where(tables["subject"].c.file_id == file_id)
        wanted = {
            "subject": tables["subject"].c.file_id == file_id,
            "file_note": tables["file_note"].c.file_id == file_id,
            "consent": tables["consent"].c.subject_id.in_(subjects),
        }
        return {
            name: [dict(row._mapping) for row in db.execute(select(tables[name]).where(clause))]
            for name, clause in wanted.items()
        }


def put_back(to: Store, rows: dict[str, list[dict[str, object]]]) -> None:
    with to.writing.begin() as db:
        for name, values in rows.items():
            db.execute(Base.metadata.tables[name].insert(), values)


def counted(of: Store) -> dict[str, int]:
    with of.reading() as db:
        return {
            model.__tablename__: len(db.scalars(select(model)).all())
            for model in (Subject, FileNote, Consent)
        }


def test_what_hangs_on_a_meeting_is_reached_by_its_foreign_keys(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)

    rows = erasing.reach(db, pair.case.id, pair.vss.service_id, ["meetings"])

    assert rows["meeting"] == {meeting.id}
    assert rows["agenda_item"] == set(db.scalars(select(AgendaItem.id)))
    assert len(rows["attendance"]) == 2


def test_a_part_that_there_is_not_cannot_be_chosen(db: Session, make: Make) -> None:
    pair = closed(db, make)

    with pytest.raises(Invalid):
        ask(db, pair.vss, pair, "everything")
