"""The blind question, its answer, and the pair."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Case, Cooperation, Role
from core.operations import case_lists, cases, people, requests
from core.operations.cases import CloseReason
from core.operations.requests import Answer
from tests.make import Make

MINIMUM = "initials and year of birth"


class Question:
    """A case of the programme with a question to the victim support service."""

    def __init__(self, db: Session, make: Make) -> None:
        self.db = db
        self.cooperation: Cooperation = make.cooperation()
        self.cooperation.identification = MINIMUM
        self.ivo, self.elena = make.actor(self.cooperation.pp_id), make.actor(self.cooperation.vss_id)
        self.case: Case = cases.open(db, self.ivo, cooperation_id=self.cooperation.id)
        self.id: UUID = requests.ask(db, self.ivo, self.case.id, identification="M.K., 1987").id

    def answer(self, answer: Answer, actor: Actor | None = None, named: UUID | None = None) -> None:
        by = actor or self.elena
        version = requests.find(self.db, by, self.id).version
        requests.answer(self.db, by, self.id, answer=answer, case_manager_id=named, version=version)

    def read(self) -> tuple[requests.Pairing, list[tuple[str, str, str]]]:
        """All that the one who asked can read of it."""
        pairing = requests.pairing(self.db, self.ivo, self.case.id)
        history = case_lists.history(self.db, self.ivo, self.case.id)
        return pairing, [(line.subject, line.act, line.person) for line in history]


def test_the_other_service_reads_the_code_and_the_agreed_minimum(db: Session, make: Make) -> None:
    question = Question(db, make)

    (received,) = requests.list_open(db, question.elena)

    assert (received.code, received.identification) == (question.case.code, "M.K., 1987")
    assert received.asker == question.ivo.service_name
    assert requests.list_open(db, question.ivo) == []
    with pytest.raises(NotFound):
        cases.find(db, question.elena, question.case.id)


def test_silence_and_cannot_say_read_the_same(db: Session, make: Make) -> None:
    question = Question(db, make)
    silence = question.read()

    question.answer(Answer.CANNOT_SAY)

    assert question.read() == silence
    assert requests.list_open(db, question.elena) == []


def test_asking_again_reads_the_same_after_silence_and_after_cannot_say(db: Session, make: Make) -> None:
    silent, answered = Question(db, make), Question(db, make)
    answered.answer(Answer.CANNOT_SAY)

    for question in (silent, answered):
        requests.ask(db, question.ivo, question.case.id, identification="M.K., born 1987")

    after = [requests.pairing(db, question.ivo, question.case.id) for question in (silent, answered)]
    assert after[0] == after[1]
    assert len(requests.list_open(db, answered.elena)) == 1


def test_none_is_told_and_the_question_may_be_asked_anew(db: Session, make: Make) -> None:
    question = Question(db, make)
    question.answer(Answer.NONE)

    asked = requests.pairing(db, question.ivo, question.case.id).asked
    anew = requests.ask(db, question.ivo, question.case.id, identification="M.K., 1987")

    assert asked is not None
    assert asked.answer is Answer.NONE
    assert anew.id != question.id


def test_a_parallel_file_answers_every_question_of_the_case_and_is_opened_once(
    db: Session, make: Make
) -> None:
    question = Question(db, make)
    question.answer(Answer.NONE)
    anew = requests.ask(db, question.ivo, question.case.id, identification="M.K., 1987")

    question.answer(Answer.PARALLEL_FILE)

    assert anew.answer is Answer.PARALLEL_FILE
    assert requests.list_open(db, question.elena, limit=9) == []
    asked = requests.pairing(db, question.ivo, question.case.id).asked
    assert asked is not None
    assert asked.answer is Answer.PARALLEL_FILE


def test_an_answer_is_one_of_the_three(db: Session, make: Make) -> None:
    question = Question(db, make)

    with pytest.raises(Invalid, match="choose_answer"):
        requests.answer(db, question.elena, question.id, answer=None, case_manager_id=None, version=1)


def test_a_parallel_file_opens_the_file_and_lets_the_answerer_work_on_the_case(
    db: Session, make: Make
) -> None:
    question = Question(db, make)

    question.answer(Answer.PARALLEL_FILE)

    assert cases.find(db, question.elena, question.case.id) is question.case
    names = {person.id for person in people.of_case(db, question.ivo, question.case.id)}
    assert names == {question.ivo.person_id, question.elena.person_id}
    assert requests.pairing(db, question.ivo, question.case.id).has_parallel
    assert not question.case.is_paired


def test_an_answer_that_opened_a_file_stays(db: Session, make: Make) -> None:
    question = Question(db, make)
    question.answer(Answer.PARALLEL_FILE)

    with pytest.raises(Conflict, match=r"error\.request_settled"):
        question.answer(Answer.NONE)
    with pytest.raises(Conflict, match=r"error\.has_parallel_file"):
        requests.ask(db, question.ivo, question.case.id, identification="M.K., 1987")


def test_a_partner_contact_names_the_case_manager_who_takes_it_on(db: Session, make: Make) -> None:
    question = Question(db, make)
    nina = make.actor(question.cooperation.vss_id, Role.PARTNER_CONTACT)

    with pytest.raises(Invalid, match=r"error\.name_case_manager"):
        question.answer(Answer.PARALLEL_FILE, nina)
    with pytest.raises(Invalid, match=r"error\.name_case_manager"):
        question.answer(Answer.PARALLEL_FILE, nina, question.ivo.person_id)
    question.answer(Answer.PARALLEL_FILE, nina, question.elena.person_id)

    for actor in (nina, question.elena):
        assert cases.find(db, actor, question.case.id) is question.case


def test_two_answers_at_once_do_not_overwrite_each_other(db: Session, make: Make) -> None:
    question = Question(db, make)
    seen = requests.find(db, question.elena, question.id).version
    question.answer(Answer.NONE)

    with pytest.raises(Conflict, match=r"error\.changed_meanwhile"):
        requests.answer(db, question.elena, question.id, answer=Answer.CANNOT_SAY, version=seen)


def test_both_case_managers_confirm_and_the_joint_space_opens(db: Session, make: Make) -> None:
    question = Question(db, make)
    with pytest.raises(Conflict, match=r"error\.no_parallel_file"):
        requests.confirm(db, question.ivo, question.case.id)
    question.answer(Answer.PARALLEL_FILE)

    requests.confirm(db, question.elena, question.case.id)
    half = requests.pairing(db, question.ivo, question.case.id)
    with pytest.raises(Conflict, match=r"error\.confirmed_already"):
        requests.confirm(db, question.elena, question.case.id)
    assert not question.case.is_paired
    requests.confirm(db, question.ivo, question.case.id)

    assert (half.own_confirmed, half.other_confirmed) == (False, True)
    assert question.case.is_paired


def test_the_victim_support_service_asks_in_the_same_way(db: Session, make: Make) -> None:
    cooperation = make.cooperation()
    cooperation.identification = MINIMUM
    ivo, elena = make.actor(cooperation.pp_id), make.actor(cooperation.vss_id)
    case = cases.open(db, elena, cooperation_id=cooperation.id)
    asked = requests.ask(db, elena, case.id, identification="M.K., 1987")

    requests.answer(db, ivo, asked.id, answer=Answer.PARALLEL_FILE, version=asked.version)
    requests.confirm(db, ivo, case.id)
    requests.confirm(db, elena, case.id)

    assert case.is_paired


def test_a_question_needs_an_agreed_minimum_and_holds_no_name_of_the_file(db: Session, make: Make) -> None:
    pair = make.pair()
    ivo = pair.pp
    lonely = make.case(db.get_one(Cooperation, pair.case.cooperation_id), ivo)
    with pytest.raises(Conflict, match=r"error\.no_identification_agreed"):
        requests.ask(db, ivo, lonely.id, identification="M.K., 1987")
    db.get_one(Cooperation, pair.case.cooperation_id).identification = MINIMUM
    make.subject(cases.own_file(db, ivo, lonely), name="Milan Kostov")

    with pytest.raises(Invalid, match=r"error\.identification_names"):
        requests.ask(db, ivo, lonely.id, identification="kostov, 1987")
    with pytest.raises(Invalid, match=r"error\.too_long"):
        requests.ask(db, ivo, lonely.id, identification="M" * 61)
    with pytest.raises(Invalid, match=r"error\.empty"):
        requests.ask(db, ivo, lonely.id, identification=" ")


def test_a_question_is_answered_by_the_service_that_was_asked(db: Session, make: Make) -> None:
    question = Question(db, make)
    stranger = make.pair().vss
    chair = make.actor(question.cooperation.vss_id, Role.CHAIR)

    for actor in (stranger, question.ivo):
        with pytest.raises(NotFound):
            requests.find(db, actor, question.id)
    with pytest.raises(NotFound):
        requests.find(db, question.elena, uuid4())
    with pytest.raises(NotAllowed):
        requests.find(db, chair, question.id)


def test_a_question_of_a_closed_case_waits_for_nobody(db: Session, make: Make) -> None:
    question = Question(db, make)
    version = requests.find(db, question.elena, question.id).version
    cases.close(
        db,
        question.ivo,
        question.case.id,
        reason=CloseReason.OPENED_IN_ERROR,
        closed_on=clock.today(),
        version=question.case.version,
    )

    assert requests.list_open(db, question.elena) == []
    with pytest.raises(Conflict, match=r"error\.case_closed"):
        requests.answer(db, question.elena, question.id, answer=Answer.NONE, version=version)


def test_the_oldest_question_comes_first(db: Session, make: Make) -> None:
    question = Question(db, make)
    second = cases.open(db, question.ivo, cooperation_id=question.cooperation.id)
    later = requests.ask(db, question.ivo, second.id, identification="A.B., 1990")
    later.created_at += timedelta(seconds=1)
    db.flush()

    assert [found.id for found in requests.list_open(db, question.elena)] == [question.id, later.id]
