"""The parallel file was another couple's: it leaves the case, and the one who asked learns no more than before."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit, clock, ends, keys
from core.access import Actor
from core.errors import Conflict, NotAllowed, NotFound
from core.lists import Asked
from core.models import (
    BreakGlassGround,
    Case,
    CaseFile,
    Departure,
    EpisodeSource,
    ErasureGround,
    Event,
    HoldGround,
    Known,
    PhaseEntry,
    RequestKind,
    Role,
    StepState,
    Subject,
    SubjectKind,
    TPoint,
)
from core.operations import (
    access_log,
    break_glass,
    case_lists,
    cases,
    episode_boards,
    episodes,
    erasures,
    files,
    holds,
    partings,
    path_entries,
    people,
    person_requests,
    phases,
    requests,
    seals,
    t_points,
    today,
    unsent,
)
from core.operations.access_log import Wanted
from core.operations.episodes import Given
from core.operations.files import Contacts
from core.operations.requests import Answer
from core.sealing import KeyMissingError
from core.store import Store
from tests.core.test_requests import Question
from tests.make import Make
from tests.reading import read

OFFICE_AND_COLLEAGUE = (Role.DATA_PROTECTION, Role.CASE_MANAGER)


def answered(db: Session, make: Make) -> Question:
    """The victim support service has said that it holds the parallel file, and has begun to write in it."""
    question = Question(db, make)
    question.answer(Answer.PARALLEL_FILE)
    elena, case_id = question.elena, question.case.id
    files.add_subject(db, elena, case_id, kind=SubjectKind.HER, contacts=Contacts(name="Mira Petrovic"))
    files.add_subject(db, elena, case_id, kind=SubjectKind.CHILD, contacts=Contacts(name="Somebody"))
    files.add_note(db, elena, case_id, topic="her_account", text_="Hers", source="", written_on=clock.today())
    path_entries.add(db, elena, case_id, kind="support_began", happened_on=clock.today())
    return question


def keep_about_work(store: Store, question: Question, opener: Actor) -> UUID:
    """Her request, a hold, an erasure, an opening, a text not sent; and a document that left, of which the id is given."""
    elena, case_id = question.elena, question.case.id
    with store.reading.begin() as db:
        her = db.scalars(select(Subject.id).where(Subject.kind == SubjectKind.HER)).one()
    asked = RequestKind.ERASURE
    store.change(
        person_requests.record,
        elena,
        her,
        kind=asked,
        asked_on=clock.today(),
        note="All of it",
        is_identified=True,
    )
    ground = ErasureGround.REQUEST
    store.change(erasures.ask, elena, case_id, parts=["own_file"], ground=ground, reason="She asked")
    court = HoldGround.COURT
    store.change(holds.keep, elena, case_id, part="", ground=court, reason="A trial", until=None)
    away = BreakGlassGround.COLLEAGUE_AWAY
    store.change(break_glass.open_file, opener, typed=question.case.code, ground=away, reason="She called")
    store.change(unsent.keep, elena, f"note:{case_id}:text", text="Not sent", case_id=case_id)
    with store.writing.begin() as db:
        keys.of(db, elena)
        left = Departure(
            service_id=elena.service_id,
            person_id=elena.person_id,
            case_id=case_id,
            kind="safety_plan",
            recipient="her",
            anyway="She wanted it",
        )
        db.add(left)
        db.flush()
        return left.id


def violence(children: Sequence[str]) -> Given:
    return Given(EpisodeSource.HER, clock.today(), "Shouted", with_children=Known.YES, children=children)


def told(db: Session, actor: Actor, case: Case) -> list[str]:
    return [f"{each.subject}.{each.act}" for each in case_lists.history(db, actor, case.id)]


@pytest.mark.parametrize("by", ["ivo", "elena"])
def test_either_side_parts_the_files_and_each_goes_on_with_its_own(db: Session, make: Make, by: str) -> None:
    question = answered(db, make)
    actor: Actor = getattr(question, by)
    old = question.case.code

    here = partings.part(db, actor, question.case.id)

    (home,) = db.scalars(select(Case).where(Case.id != question.case.id))
    assert here is (question.case if by == "ivo" else home)
    with pytest.raises(NotFound):
        cases.find(db, question.elena, question.case.id)
    with pytest.raises(NotFound):
        cases.find(db, question.ivo, home.id)
    mine = files.mine(db, question.elena, home.id)
    number = home.code.rsplit("-", 1)[-1]
    assert {subject.code for subject in mine.subjects} == {f"W-{number}", f"C-{number}a"}
    assert [note.text for note in mine.notes] == ["Hers"]
    assert [entry.kind for entry in path_entries.of_case(db, question.elena, home.id)] == ["support_began"]
    assert home.code != old
    assert home.opened_by == question.elena.service_id
    assert phases.overview(db, question.elena, home.id).current.place == "current"
    assert partings.was_parted(db, question.elena, home.id)
    assert not partings.was_parted(db, question.ivo, question.case.id)


def test_whoever_parts_the_files_each_side_writes_with_its_own_keys_afterwards(own_store: Store) -> None:
    with own_store.writing.begin() as db:
        question = answered(db, Make(db))
    own_store.change(partings.part, question.ivo, question.case.id)
    with own_store.reading.begin() as db:
        home = db.scalars(select(Case).where(Case.id != question.case.id)).one()

    own_store.change(
        cases.describe,
        question.elena,
        home.id,
        living_together=cases.Known.NO,
        children_count=1,
        is_in_target=False,
        target_reason="Hers alone",
        exclusions=[],
        exclusions_reason="",
        version=home.version,
    )

    assert own_store.read(cases.find, question.elena, home.id).target_reason == "Hers alone"
    with own_store.reading.begin() as db:
        keys.of(db, question.ivo)
        with pytest.raises(KeyMissingError):
            _ = db.get_one(Case, home.id).target_reason


@pytest.mark.parametrize("by", ["ivo", "elena"])
def test_what_a_service_keeps_about_its_work_goes_with_its_file_and_stays_readable(
    own_store: Store, by: str
) -> None:
    with own_store.writing.begin() as db:
        make = Make(db)
        question = answered(db, make)
        officer, opener = (make.actor(question.cooperation.vss_id, role) for role in OFFICE_AND_COLLEAGUE)
    elena, old = question.elena, question.case
    kept = keep_about_work(own_store, question, opener)

    own_store.change(partings.part, getattr(question, by), old.id)

    with own_store.reading.begin() as db:
        home = db.scalars(select(Case).where(Case.id != old.id)).one()
    listed = own_store.read(person_requests.register, officer)
    assert [(one.code, one.kind) for one in listed] == [(home.code, RequestKind.ERASURE)]
    assert [one.note for one in own_store.read(person_requests.of_case, elena, home.id)] == ["All of it"]
    assert [one.reason for one in own_store.read(holds.of_case, officer, home.id)] == ["A trial"]
    assert [(one.code, one.reason) for one in own_store.read(erasures.list_all, officer)] == [
        (home.code, "She asked")
    ]
    assert [(one.code, one.opening.reason) for one in own_store.read(break_glass.list_all, officer)] == [
        (home.code, "She called")
    ]
    assert [(one.code, one.kept.text) for one in own_store.read(unsent.mine, elena)] == [
        (home.code, "Not sent")
    ]
    assert list(own_store.read(unsent.of_slots, elena, [f"note:{home.id}:text"]))
    with own_store.reading.begin() as db:
        keys.of(db, elena)
        gone = db.get_one(Departure, kept)
        assert (gone.case_id, gone.anyway) == (home.id, "She wanted it")


def test_what_the_other_service_keeps_about_its_own_work_stays_in_its_case(db: Session, make: Make) -> None:
    question = answered(db, make)
    ivo, case_id = question.ivo, question.case.id
    him = files.add_subject(db, ivo, case_id, kind=SubjectKind.HIM, contacts=Contacts(name="Milan Petrovic"))
    person_requests.record(db, ivo, him.id, kind=RequestKind.ACCESS, asked_on=clock.today())
    holds.keep(db, ivo, case_id, part="", ground=HoldGround.COURT, reason="His trial", until=None)
    unsent.keep(db, ivo, f"note:{case_id}:text", text="His", case_id=case_id)

    partings.part(db, question.elena, case_id)

    assert len(person_requests.of_case(db, ivo, case_id)) == len(holds.of_case(db, ivo, case_id)) == 1
    assert [one.code for one in unsent.mine(db, ivo)] == [question.case.code]


@pytest.mark.parametrize("by", ["ivo", "elena"])
def test_whoever_parts_the_files_her_episodes_still_say_which_child_was_there(
    own_store: Store, by: str
) -> None:
    with own_store.writing.begin() as db:
        question = answered(db, Make(db))
    elena, old = question.elena, question.case
    children = own_store.read(episodes.children_of, elena, old.id)
    own_store.change(episodes.record, elena, old.id, given=violence(children))

    own_store.change(partings.part, getattr(question, by), old.id)

    with own_store.reading.begin() as db:
        home = db.scalars(select(Case).where(Case.id != old.id)).one()
    [told_] = own_store.read(episode_boards.of_case, elena, home.id).told
    assert list(told_.children) == own_store.read(episodes.children_of, elena, home.id) != children
    assert told_.own is not None
    given = violence(told_.children)
    kept = own_store.change(episodes.revise, elena, told_.own.id, given=given, version=told_.own.version)
    assert kept.children.split() == list(told_.children)


def test_what_the_other_service_ticks_before_the_pair_stands_in_its_own_walk_alone(own_store: Store) -> None:
    with own_store.writing.begin() as db:
        question = answered(db, Make(db))
    ivo, elena, case_id = question.ivo, question.elena, question.case.id
    seen = own_store.read(phases.overview, elena, case_id)
    step = next(one for one in seen.current.steps if not one.is_by_hand)

    own_store.change(
        phases.mark_step,
        elena,
        case_id,
        phase=step.phase,
        step=step.id,
        state=StepState.NOT_APPLICABLE,
        reason="Hers",
    )

    theirs, ours = (own_store.read(phases.overview, one, case_id).current.steps for one in (ivo, elena))
    assert [one.id for one in theirs if one.is_marked] == []
    assert [one.reason for one in ours if one.is_marked] == ["Hers"]


@pytest.mark.parametrize("by", ["ivo", "elena"])
def test_what_a_service_once_wrote_into_the_walk_of_the_other_goes_with_its_file(
    own_store: Store, by: str
) -> None:
    with own_store.writing.begin() as db:
        question = answered(db, Make(db))
    ivo, elena, case_id = question.ivo, question.elena, question.case.id
    own_store.change(t_points.set_dates, ivo, case_id, dates={"T0": clock.today()})
    with own_store.writing.begin() as db:
        keys.of(db, elena)
        case, point = db.get_one(Case, case_id), TPoint(case_id=case_id, label="T1", due_on=clock.today())
        first, case.phase = case.phase, "first_joint"
        entry = PhaseEntry(
            cooperation_id=case.cooperation_id,
            case_id=case_id,
            phase=case.phase,
            entered_by=elena.person_id,
            reason="We met her",
        )
        db.add_all([point, entry])
        db.flush()
        audit.record(db, elena, "enter", point, case_id=case_id)

    own_store.change(partings.part, getattr(question, by), case_id)

    with own_store.reading.begin() as db:
        home = db.scalars(select(Case).where(Case.id != case_id)).one()
    his = own_store.read(phases.overview, ivo, case_id)
    assert (his.current.phase.id, [one.reason for one in his.history]) == (first, [""])
    days = [one.on for one in own_store.read(t_points.of_case, ivo, case_id)]
    assert days[:2] == [clock.today(), None]
    assert [one.labels for one in own_store.read(today.of_actor, ivo).changes] == [("T0",)]
    hers = own_store.read(phases.overview, elena, home.id)
    assert [one.reason for one in hers.history] == ["", "We met her"]
    days = [one.on for one in own_store.read(t_points.of_case, elena, home.id)]
    assert days[:2] == [None, clock.today()]


@pytest.mark.parametrize("by", ["ivo", "elena"])
def test_out_of_a_case_that_was_closed_before_the_pair_a_file_is_still_taken(
    own_store: Store, by: str
) -> None:
    with own_store.writing.begin() as db:
        question = answered(db, Make(db))
        question.case.closed_on = clock.today()
    elena, case_id = question.elena, question.case.id
    for act in (requests.confirm, requests.unconfirm):
        with pytest.raises(Conflict, match="case_closed"):
            own_store.change(act, elena, case_id)

    own_store.change(partings.part, getattr(question, by), case_id)

    with own_store.reading.begin() as db:
        home = db.scalars(select(Case).where(Case.id != case_id)).one()
    assert home.closed_on is None
    own_store.change(
        files.add_note,
        elena,
        home.id,
        topic="her_account",
        text_="Still hers",
        source="",
        written_on=clock.today(),
    )
    assert own_store.read(cases.find, question.ivo, case_id).closed_on == clock.today()


def test_who_asked_reads_the_same_as_after_silence(db: Session, make: Make) -> None:
    silent, question = Question(db, make), answered(db, make)

    partings.part(db, question.elena, question.case.id)

    asked, history = question.read()
    assert asked == requests.pairing(db, silent.ivo, silent.case.id)
    assert [(line[0], line[1]) for line in history] == [(line[0], line[1]) for line in silent.read()[1]]
    assert [person.id for person in people.of_case(db, question.ivo, question.case.id)] == [
        question.ivo.person_id
    ]


def test_the_log_of_what_was_done_stays_where_it_was_and_tells_the_other_side_nothing(
    db: Session, make: Make
) -> None:
    question = answered(db, make)
    partings.part(db, question.ivo, question.case.id)
    (home,) = db.scalars(select(Case).where(Case.id != question.case.id))

    his = told(db, question.ivo, question.case)
    assert "case.part" in his
    assert "file_note.add" not in his
    assert told(db, question.elena, home) == []
    added = select(Event.case_id).where(Event.subject == "file_note", Event.act == "add")
    assert db.scalars(added).all() == [question.case.id]


def test_who_read_her_file_before_the_parting_is_found_by_the_code_of_her_new_case_and_by_nobody_else(
    db: Session, make: Make
) -> None:
    question = answered(db, make)
    elena, ivo = question.elena, question.ivo
    read(db, elena, files.mine, question.case.id)
    home = partings.part(db, elena, question.case.id)
    officers = [make.actor(one.service_id, Role.DATA_PROTECTION) for one in (elena, ivo)]

    def by_code(officer: Actor) -> list[tuple[str, str]]:
        found = access_log.search(db, officer, Asked(), wanted=Wanted(code=home.code))
        return [(line.person, f"{line.subject}.{line.act}") for line in found.rows]

    assert (elena.name, "case_file.read") in by_code(officers[0])
    assert by_code(officers[1]) == []
    assert "read" in {one.act for one in case_lists.readings(db, elena, home.id)}
    holds.keep(db, elena, home.id, part="", ground=HoldGround.COURT, reason="A trial", until=None)
    first = db.scalars(select(Event.seq).where(Event.case_id == question.case.id).order_by(Event.seq)).first()
    with time_machine.travel(clock.now() + timedelta(days=4000)):
        assert ends.last_over(db) == (first or 0) - 1
    assert "case_file" not in {one.subject for one in case_lists.readings(db, ivo, question.case.id)}


def test_who_reads_another_file_there_after_the_parting_is_not_among_who_read_hers(
    db: Session, make: Make
) -> None:
    question = answered(db, make)
    elena, ivo = question.elena, question.ivo
    read(db, elena, files.mine, question.case.id)
    home = partings.part(db, elena, question.case.id)
    other, officer = make.actor(elena.service_id), make.actor(elena.service_id, Role.DATA_PROTECTION)
    question.id = requests.ask(db, ivo, question.case.id, identification="M.K., 1978").id
    question.answer(Answer.PARALLEL_FILE, actor=other)
    seals.seal(db, other, question.case.id, reason="A colleague")
    read(db, other, files.mine, question.case.id)

    found = access_log.search(db, officer, Asked(), wanted=Wanted(code=home.code)).rows
    for readers in (
        {one.person for one in case_lists.readings(db, elena, home.id)},
        {one.person for one in found},
    ):
        assert readers == {elena.name}


def test_after_the_parting_the_question_may_be_asked_and_answered_anew(db: Session, make: Make) -> None:
    question = answered(db, make)
    partings.part(db, question.elena, question.case.id)
    assert requests.list_open(db, question.elena) == []

    requests.ask(db, question.ivo, question.case.id, identification="M.K., 1978")
    question.answer(Answer.PARALLEL_FILE)
    requests.confirm(db, question.ivo, question.case.id)
    requests.confirm(db, question.elena, question.case.id)

    assert question.case.is_paired
    assert len(db.scalars(select(CaseFile)).all()) == 3


def test_a_confirmation_is_taken_back_until_the_other_side_confirms(db: Session, make: Make) -> None:
    question = answered(db, make)
    with pytest.raises(Conflict, match="not_confirmed"):
        requests.unconfirm(db, question.ivo, question.case.id)
    requests.confirm(db, question.ivo, question.case.id)

    requests.unconfirm(db, question.ivo, question.case.id)

    requests.confirm(db, question.elena, question.case.id)
    assert not question.case.is_paired
    requests.confirm(db, question.ivo, question.case.id)
    for act in (requests.unconfirm, partings.part, requests.confirm):
        with pytest.raises(Conflict, match="paired_already"):
            act(db, question.ivo, question.case.id)


def test_a_parting_takes_confirmations_of_the_wrong_pair_with_it(db: Session, make: Make) -> None:
    question = answered(db, make)
    requests.confirm(db, question.ivo, question.case.id)

    partings.part(db, question.elena, question.case.id)

    assert not requests.pairing(db, question.ivo, question.case.id).own_confirmed


@pytest.mark.parametrize("by", ["elena", "ivo"])
def test_who_had_confirmed_the_pair_or_parts_it_reads_that_it_was_parted_until_it_asks_again(
    db: Session, make: Make, by: str
) -> None:
    question, silent = answered(db, make), answered(db, make)
    if by == "elena":
        requests.confirm(db, question.ivo, question.case.id)
    parting = question.elena if by == "elena" else question.ivo
    partings.part(db, parting, question.case.id)
    partings.part(db, silent.elena, silent.case.id)

    found = requests.pairing(db, question.ivo, question.case.id)

    assert found.parted_on == clock.today()
    assert not found.has_parallel
    # Who had not confirmed reads the same as after silence; and whose file went reads it in its new case alone.
    assert requests.pairing(db, silent.ivo, silent.case.id).parted_on is None
    home = db.scalars(select(CaseFile).where(CaseFile.service_id == question.elena.service_id)).one()
    assert requests.pairing(db, question.elena, home.case_id).parted_on is None

    requests.ask(db, question.ivo, question.case.id, identification="M.K., 1978")

    assert requests.pairing(db, question.ivo, question.case.id).parted_on is None


def test_only_a_case_manager_of_the_case_parts_and_only_where_there_are_two_files(
    db: Session, make: Make
) -> None:
    alone, question = Question(db, make), answered(db, make)
    nina = make.actor(question.cooperation.vss_id, Role.PARTNER_CONTACT)
    make.assign(question.case, nina)

    with pytest.raises(Conflict, match="no_parallel_file"):
        partings.part(db, alone.ivo, alone.case.id)
    with pytest.raises(NotAllowed):
        partings.part(db, nina, question.case.id)
    with pytest.raises(NotFound):
        partings.part(db, alone.elena, question.case.id)
