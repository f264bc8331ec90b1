"""The parallel file was another couple's: it leaves the case, and the one who asked learns no more than before."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, keys
from core.access import Actor
from core.errors import Conflict, NotAllowed, NotFound
from core.models import Case, CaseFile, Event, Role, SubjectKind
from core.operations import case_lists, cases, files, partings, path_entries, people, phases, requests
from core.operations.files import Contacts
from core.operations.requests import Answer
from core.sealing import KeyMissingError
from core.store import Store
from tests.core.test_requests import Question
from tests.make import Make


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
