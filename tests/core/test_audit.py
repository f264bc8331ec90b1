"""Who read, changed and was refused what: one row a visit, in ids and keys, before anybody gets the answer."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core import audit, clock
from core.access import Actor
from core.content.meeting_kinds import Entry
from core.documents.kinds import DocumentKind
from core.errors import CoreError, NotFound
from core.locale import Words
from core.models import BreakGlassGround, Event, EventKind, FileNote, Role, SubjectKind
from core.operations import (
    action_plans,
    agreement_reading,
    attended_days,
    break_glass,
    cases,
    contact_cards,
    emergencies,
    erasures,
    expectations,
    files,
    invitations,
    joint_items,
    minutes,
    papers_for_him,
    preparations,
    protocols,
    registers,
    requests,
    sittings,
    tables,
    timelines,
)
from core.sign_in import arrivals, limits
from core.store import Store
from tests import agreement_steps as steps
from tests.core.test_requests import Question
from tests.make import Make, Pair, share
from tests.reading import read


def rows(db: Session, kind: EventKind) -> list[tuple[str, str, UUID, UUID | None]]:
    statement = select(Event).where(Event.kind == kind).order_by(Event.seq)
    return [(one.subject, one.act, one.subject_id, one.case_id) for one in db.scalars(statement)]


class Kept:
    """A pair with a note, kept in a store of its own."""

    def __init__(self, opened: Store) -> None:
        self.store = opened
        with opened.writing.begin() as db:
            make = Make(db)
            self.pair: Pair = make.pair()
            self.chair: Actor = make.actor(self.pair.pp.service_id, Role.CHAIR)
            make.assign(self.pair.case, self.chair)
            self.stranger: Actor = make.pair().pp
            self.colleague: Actor = make.actor(self.pair.vss.service_id)
            self.note: FileNote = make.note(self.pair.pp_file, self.pair.pp)

    def rows(self, kind: EventKind) -> list[tuple[str, str, UUID, UUID | None]]:
        with self.store.reading.begin() as db:
            return rows(db, kind)

    def refuse(self, actor: Actor, operation: Callable[..., Any], *given: object, **typed: object) -> None:
        with pytest.raises(CoreError):
            self.store.change(operation, actor, *given, **typed)


@pytest.fixture
def kept(own_store: Store) -> Kept:
    return Kept(own_store)


def test_a_reading_leaves_one_row_a_visit(kept: Kept) -> None:
    for _ in range(3):
        kept.store.read(files.find_note, kept.pair.pp, kept.note.id)
    with clock.at(clock.now() + audit.VISIT + timedelta(seconds=1)):
        kept.store.read(files.find_note, kept.pair.pp, kept.note.id)

    row = ("file_note", "read", kept.note.id, kept.pair.case.id)
    assert kept.rows(EventKind.READ) == [row, row]


def test_nobody_gets_what_was_read_where_the_row_cannot_be_written(kept: Kept) -> None:
    with kept.store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("ALTER TABLE event RENAME COLUMN mac TO gone"))

    with pytest.raises(DBAPIError):
        kept.store.read(files.find_note, kept.pair.pp, kept.note.id)


def test_a_reading_that_leaves_no_row_does_not_wait_for_those_who_write(kept: Kept) -> None:
    kept.store.read(files.find_note, kept.pair.pp, kept.note.id)

    with kept.store.writing.begin() as busy:
        busy.execute(select(Event.id).limit(1))
        assert kept.store.read(files.find_note, kept.pair.pp, kept.note.id).id == kept.note.id


def test_a_look_in_the_middle_of_an_act_leaves_the_row_of_the_act_alone(kept: Kept) -> None:
    kept.store.change(
        files.revise_note,
        kept.pair.pp,
        kept.note.id,
        topic="other",
        text_="New",
        source="",
        written_on=clock.today(),
        version=1,
    )

    assert kept.rows(EventKind.READ) == []
    assert kept.rows(EventKind.CHANGE) == [("file_note", "revise", kept.note.id, kept.pair.case.id)]


def test_what_a_role_does_not_allow_leaves_a_row_with_the_case(kept: Kept) -> None:
    kept.refuse(kept.chair, files.set_reference, kept.pair.case.id, reference="never kept", version=1)

    assert kept.rows(EventKind.DENIED) == [("files", "not_allowed", kept.pair.case.id, kept.pair.case.id)]


def test_the_code_of_a_case_of_the_other_service_is_tried_with_a_row_in_the_log(kept: Kept) -> None:
    pair, where = kept.pair, kept.pair.case.cooperation_id
    kept.store.change(cases.open, pair.vss, cooperation_id=where, code="K-77-01")

    kept.refuse(pair.pp, cases.open, cooperation_id=where, code="K-77-01")

    assert kept.rows(EventKind.DENIED) == [("cases", "not_allowed", pair.pp.person_id, None)]


def test_what_is_not_there_and_what_is_not_yours_leave_the_same_row(kept: Kept) -> None:
    unknown = uuid4()
    for asked in (unknown, kept.note.id):
        with pytest.raises(NotFound):
            kept.store.read(files.find_note, kept.stranger, asked)

    assert kept.rows(EventKind.DENIED) == [
        ("files", "not_found", unknown, None),
        ("files", "not_found", kept.note.id, None),
    ]


def test_a_failed_sign_in_is_written_at_the_account_and_never_with_what_was_typed(
    db: Session, make: Make
) -> None:
    ivo = make.actor(make.service())
    account = make.account(ivo)

    limits.refused(db, account.username.upper())
    limits.refused(db, "nobody-of-ours")
    arrivals.refused(db, arrivals.arrive(db, account))

    found = db.scalars(select(Event).order_by(Event.seq)).all()
    assert [(one.subject_id, one.service_id, one.person_id) for one in found] == [
        (ivo.person_id, ivo.service_id, None),
        (audit.NOBODY, None, None),
        (ivo.person_id, ivo.service_id, None),
    ]
    assert {(one.kind, one.act) for one in found} == {(EventKind.DENIED, "sign_in_failed")}


def test_what_lies_in_the_file_and_the_joint_space_leaves_a_row_when_it_is_read(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    case_id = pair.case.id
    note = make.note(pair.vss_file, pair.vss)
    make.action(pair)
    meeting = make.table(pair)
    agreement = steps.case_draft(db, pair)
    share(db, pair.vss, note.id, "What helps")

    for operation, asked in [
        (files.mine, case_id),
        (files.find_note, note.id),
        (joint_items.list_of_case, case_id),
        (action_plans.list_of_case, case_id),
        (emergencies.of_case, case_id),
        (timelines.of_case, case_id),
        (sittings.of_meeting, meeting.id),
        (agreement_reading.opened, agreement.id),
    ]:
        read(db, pair.vss, operation, asked)
    tables.write_item(db, pair.pp, meeting.items[0].id, entry=Entry.FACTS, text="Two sessions", seen="")
    tables.close(db, pair.pp, meeting.id)
    read(db, pair.vss, minutes.of_meeting, meeting.id)

    assert rows(db, EventKind.READ) == [
        ("case_file", "read", pair.vss_file.id, case_id),
        ("file_note", "read", note.id, case_id),
        ("case", "read_shared", case_id, case_id),
        ("case", "read_plan", case_id, case_id),
        ("case", "read_emergency", case_id, case_id),
        ("case", "read_timeline", case_id, case_id),
        ("meeting", "read_table", meeting.id, case_id),
        ("agreement", "read", agreement.id, case_id),
        ("meeting", "read_minutes", meeting.id, case_id),
    ]


def test_her_contact_page_a_meeting_a_paper_for_him_and_the_reasons_of_keeping_leave_a_row(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file)
    make.subject(pair.pp_file, SubjectKind.HIM, name="Milan Fictional")
    make.attended(pair.pp_file, pair.pp)
    meeting, action = make.meeting(pair), make.action(pair)
    officer = make.actor(pair.vss.service_id, Role.DATA_PROTECTION)
    make.assign(pair.case, colleague := make.actor(pair.pp.service_id))
    kind, words = DocumentKind.ATTENDANCE_CONFIRMATION, Words("en", "UTC")
    paper = partial(papers_for_him.preview, kind=kind, words=words)

    reads: list[tuple[Actor, Callable[..., Any], list[Any]]] = [
        (pair.vss, contact_cards.of_case, [pair.case.id]),
        (pair.vss, registers.of_case, [pair.case.id]),
        (pair.vss, expectations.of_case, [pair.case.id]),
        (pair.pp, invitations.find, [meeting.id]),
        (pair.pp, preparations.of_meeting, [meeting.id]),
        (pair.pp, attended_days.of_case, [pair.case.id]),
        (colleague, paper, [pair.case.id]),
        (pair.vss, action_plans.history, [action.id]),
        (officer, break_glass.list_all, []),
        (officer, erasures.list_all, []),
    ]
    for actor, operation, asked in reads:
        read(db, actor, operation, *asked)

    assert rows(db, EventKind.READ) == [
        ("case_file", "read_card", pair.vss_file.id, pair.case.id),
        ("case_file", "read_register", pair.vss_file.id, pair.case.id),
        ("case_file", "read", pair.vss_file.id, pair.case.id),
        ("meeting", "read_invitation", meeting.id, pair.case.id),
        ("meeting", "read", meeting.id, pair.case.id),
        ("case_file", "read", pair.pp_file.id, pair.case.id),
        ("case_file", "read", pair.pp_file.id, pair.case.id),
        ("action", "read", action.id, pair.case.id),
        ("service", "read_openings", pair.vss.service_id, None),
        ("service", "read_erasures", pair.vss.service_id, None),
    ]


def test_whoever_reads_a_blind_request_leaves_a_row_without_a_case(db: Session, make: Make) -> None:
    question = Question(db, make)

    read(db, question.elena, requests.find, question.id)

    assert rows(db, EventKind.READ) == [("file_request", "read", question.id, None)]


def test_an_empty_joint_space_and_an_empty_plan_leave_none(db: Session, make: Make) -> None:
    pair = make.pair()

    read(db, pair.pp, joint_items.list_of_case, pair.case.id)
    read(db, pair.pp, action_plans.list_of_case, pair.case.id)

    assert rows(db, EventKind.READ) == []


def test_writing_on_in_one_item_at_the_table_is_one_row(db: Session, make: Make) -> None:
    pair = make.pair()
    item = make.table(pair).items[0]

    tables.write_item(db, pair.pp, item.id, entry=Entry.FACTS, text="Two", seen="")
    tables.write_item(db, pair.pp, item.id, entry=Entry.FACTS, text="Two sessions", seen="Two")
    tables.write_item(db, pair.vss, item.id, entry=Entry.DECISIONS, text="Look again", seen="")

    row = ("agenda_item", "write", item.id, pair.case.id)
    assert rows(db, EventKind.CHANGE) == [row, row]


def test_what_an_administrator_changes_in_the_protocol_is_administration(db: Session, make: Make) -> None:
    ada = make.actor(make.service(), Role.ADMINISTRATOR)
    draft = protocols.begin_draft(db, ada)
    db.flush()

    protocols.reword_phase(db, ada, "periodic", texts={"title": "Quarterly look"}, version=draft.version)
    db.flush()

    acts = [(subject, act) for subject, act, _, _ in rows(db, EventKind.ADMINISTRATION)]
    assert acts == [("protocol_version", "drafted"), ("protocol_version", "revised")]


def test_each_name_that_is_tried_at_an_emergency_leaves_a_row_and_after_five_it_stops(kept: Kept) -> None:
    colleague = kept.colleague
    guessed = ["Ana Bell", "Ana Hill", "Ana Lake", "Ana Moor", "Ana Wood"]

    def attempt(name: str) -> None:
        kept.refuse(
            colleague,
            break_glass.open_file,
            typed=name,
            ground=BreakGlassGround.COLLEAGUE_AWAY,
            reason="She called",
        )

    for name in guessed:
        attempt(name)
    missed = [("break_glass", "not_found", colleague.person_id, None)] * len(guessed)
    assert kept.rows(EventKind.DENIED) == missed

    attempt("K-1")
    assert kept.rows(EventKind.DENIED)[len(guessed) :] == [
        ("break_glass", "not_allowed", colleague.person_id, None)
    ]


def test_a_change_of_what_is_not_there_leaves_a_row(kept: Kept) -> None:
    unknown = uuid4()
    kept.refuse(kept.pair.pp, files.set_reference, unknown, reference="never kept", version=1)

    assert kept.rows(EventKind.DENIED) == [("files", "not_found", unknown, None)]
