"""The cooperation of two services: Phase 1 point by point, shared words, training, drafts for the agreement."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content import trainings
from core.errors import Conflict, CoreError, Invalid, NotAllowed, NotFound
from core.models import Agreement, AgreementLevel, AgreementState, GlossaryTerm, Meeting, MeetingState, Role
from core.operations import cooperations, glossary_terms, t_dates, team_facts, training_marks
from tests.make import Make, Pair

TODAY = clock.today()


@pytest.fixture
def pair(make: Make) -> Pair:
    return make.pair()


@pytest.fixture
def here(pair: Pair) -> UUID:
    return pair.case.cooperation_id


def write(db: Session, actor: Actor, pair: Pair, seen: dict[str, str] | None = None, **texts: str) -> None:
    cooperations.write_point(db, actor, pair.case.cooperation_id, point="trust", texts=texts, seen=seen or {})
    db.flush()


def said_on(db: Session, pair: Pair, key: str = "trust") -> cooperations.Point:
    found = cooperations.points(db, pair.pp, pair.case.cooperation_id)
    return next(point for point in found if point.key == key)


def team_meeting(make: Make, pair: Pair, state: MeetingState = MeetingState.CLOSED) -> Meeting:
    meeting = Meeting(
        cooperation_id=pair.case.cooperation_id,
        kind="phase_1",
        state=state,
        planned_at=clock.now(),
        duration=timedelta(minutes=90),
        created_by=pair.pp.person_id,
    )
    make.db.add(meeting)
    make.db.flush()
    return meeting


def test_only_a_meeting_of_both_teams_that_goes_on_now_is_running(
    db: Session, make: Make, pair: Pair, here: UUID
) -> None:
    team_meeting(make, pair)
    make.table(pair)
    before = cooperations.running(db, pair.vss, here)

    going_on = team_meeting(make, pair, MeetingState.IN_PROGRESS)

    assert before is None
    assert cooperations.running(db, pair.vss, here) == going_on.id
    assert cooperations.running(db, make.pair().vss, here) is None


def test_the_points_are_the_five_aims_and_the_open_questions(db: Session, pair: Pair) -> None:
    found = cooperations.points(db, pair.vss, pair.case.cooperation_id)

    assert [point.key for point in found] == [*team_facts.aims(), cooperations.OPEN_QUESTIONS]
    assert not any(point.is_discussed for point in found)
    assert found[0].title == "What our work stands on, and how we do it"


def test_each_service_writes_its_view_and_both_the_outcome(db: Session, pair: Pair) -> None:
    lacking = [said_on(db, pair).lacks]
    write(db, pair.pp, pair, pp_said="We fear blame.")
    lacking.append(said_on(db, pair).lacks)
    write(db, pair.vss, pair, vss_said="We fear leaks.", agreed="We call first.")
    assert lacking == [["pp_said", "vss_said", "agreed"], ["vss_said", "agreed"]]
    assert said_on(db, pair).is_discussed

    seen = dict(said_on(db, pair).texts)
    write(db, pair.pp, pair, seen, **{**seen, "views_kept": "How much to write down."})

    assert said_on(db, pair).texts == {
        "pp_said": "We fear blame.",
        "vss_said": "We fear leaks.",
        "agreed": "We call first.",
        "views_kept": "How much to write down.",
    }


def test_nobody_writes_what_the_other_service_said(db: Session, pair: Pair) -> None:
    with pytest.raises(Invalid) as refusal:
        write(db, pair.pp, pair, vss_said="They agree with us.")

    assert (refusal.value.key, refusal.value.field) == ("error.cooperation.not_your_view", "vss_said")


def test_two_people_write_on_one_point_at_once_and_only_the_same_text_collides(
    db: Session, pair: Pair
) -> None:
    seen: dict[str, str] = {}
    write(db, pair.vss, pair, seen, vss_said="Theirs", agreed="Theirs")

    write(db, pair.pp, pair, seen, pp_said="Ours")
    write(db, pair.pp, pair, seen, agreed="Theirs")
    with pytest.raises(Conflict):
        write(db, pair.pp, pair, seen, pp_said="Ours, longer", agreed="Ours")

    assert said_on(db, pair).texts["pp_said"] == "Ours"
    assert said_on(db, pair).texts["agreed"] == "Theirs"


def test_a_draft_flows_towards_the_agreement_by_chapter(db: Session, pair: Pair) -> None:
    here = pair.case.cooperation_id
    first = cooperations.propose(
        db, pair.pp, here, chapter="commitments", wording="Call first", side="pp", point="trust"
    )
    second = cooperations.propose(db, pair.vss, here, chapter="principles", wording="She comes first")
    db.flush()

    assert cooperations.proposals(db, pair.pp, here) == [second, first]
    cooperations.revise_proposal(
        db, pair.vss, first.id, chapter="commitments", wording="Call before writing", side="both", version=1
    )
    db.flush()
    assert (first.text, first.side) == ("Call before writing", "both")
    with pytest.raises(Conflict):
        cooperations.drop_proposal(db, pair.pp, first.id, version=1)
    cooperations.drop_proposal(db, pair.pp, first.id, version=2)
    db.flush()
    assert cooperations.proposals(db, pair.vss, here) == [second]


def test_a_summary_says_where_two_services_stand(db: Session, make: Make, pair: Pair) -> None:
    here = pair.case.cooperation_id
    empty = cooperations.summary(db, pair.pp, here)
    held, planned = team_meeting(make, pair), team_meeting(make, pair, MeetingState.PLANNED)
    held.planned_at -= timedelta(days=30)
    db.add(
        Agreement(
            level=AgreementLevel.ORGANISATION, cooperation_id=here, created_by=pair.pp.person_id, case_id=None
        )
    )
    write(db, pair.pp, pair, pp_said="a")
    db.flush()

    full = cooperations.summary(db, pair.vss, here)

    assert (empty.points, empty.points_discussed, empty.agreement, empty.repeat_on) == (5, 0, None, None)
    assert (empty.points_begun, full.points_begun, full.points_discussed) == (0, 1, 0)
    assert (full.held, full.planned) == (held, planned)
    assert full.repeat_on is not None
    assert 330 <= (full.repeat_on - TODAY).days <= 366
    make.agreement_in_force(pair, answers={"team_meeting_months": 6})
    agreed = cooperations.summary(db, pair.vss, here)
    assert agreed.repeat_on == t_dates.months_later(held.takes_place_at.date(), 6)
    assert full.agreement is not None
    assert agreed.agreement is not None
    assert agreed.agreement.state is AgreementState.IN_FORCE
    agreed.agreement.ends_on = TODAY - timedelta(days=1)
    draft = Agreement(
        level=AgreementLevel.ORGANISATION, cooperation_id=here, created_by=pair.pp.person_id, case_id=None
    )
    db.add(draft)
    db.flush()
    assert cooperations.summary(db, pair.vss, here).agreement is draft
    assert full.cooperation.pp.id == pair.pp.service_id
    assert cooperations.list_mine(db, pair.pp) == [full.cooperation]


def test_the_next_meeting_of_both_teams_runs_or_is_still_to_come(
    db: Session, make: Make, pair: Pair, here: UUID
) -> None:
    forgotten = team_meeting(make, pair, MeetingState.PLANNED)
    forgotten.planned_at -= timedelta(days=3)
    db.flush()
    assert cooperations.summary(db, pair.pp, here).planned is None

    coming = team_meeting(make, pair, MeetingState.INVITED)
    coming.planned_at += timedelta(days=30)
    db.flush()
    assert cooperations.summary(db, pair.pp, here).planned is coming

    forgotten.state, forgotten.started_at = MeetingState.IN_PROGRESS, forgotten.planned_at
    db.flush()
    assert cooperations.summary(db, pair.pp, here).planned is forgotten


def test_the_glossary_begins_with_starter_words_and_goes_on_with_ones_own(db: Session, pair: Pair) -> None:
    here = pair.case.cooperation_id
    offered = glossary_terms.starters_left(db, pair.pp, here)

    taken = glossary_terms.take_starters(db, pair.pp, here, keys=[offered[0].id, offered[1].id])
    db.flush()
    again = glossary_terms.take_starters(db, pair.vss, here, keys=[offered[0].id])
    own = glossary_terms.add(db, pair.vss, here, term="Alarm", meaning="Call at once.", difference="")
    db.flush()
    glossary_terms.revise(
        db, pair.pp, own.id, term="Alarm", meaning="Call.", difference="PP: within a day.", version=1
    )
    db.flush()

    assert (len(taken), again) == (2, [])
    assert len(glossary_terms.starters_left(db, pair.pp, here)) == len(offered) - 2
    assert own in glossary_terms.of_cooperation(db, pair.pp, here)
    assert own.difference == "PP: within a day."
    with pytest.raises(Conflict) as added:
        glossary_terms.add(db, pair.pp, here, term=" ALARM ", meaning="x")
    with pytest.raises(Conflict) as revised:
        glossary_terms.revise(db, pair.pp, taken[0].id, term="alarm", meaning="x", difference="", version=1)
    assert added.value.key == revised.value.key == "error.cooperation.term_exists"
    glossary_terms.drop(db, pair.pp, own.id, version=2)
    db.flush()
    assert len(db.scalars(select(GlossaryTerm).where(GlossaryTerm.cooperation_id == here)).all()) == 2


def test_training_is_ticked_per_session_and_taken_back(db: Session, make: Make, pair: Pair) -> None:
    here = pair.case.cooperation_id
    make.actor(pair.pp.service_id, Role.ADMINISTRATOR)
    colleague = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    yesterday = TODAY - timedelta(days=1)

    def tick(*people: Actor, session: str = "protocol") -> training_marks.Grid:
        ids = [person.person_id for person in people]
        before = [
            person for person, taken in training_marks.grid(db, pair.pp, here).taken if taken == session
        ]
        training_marks.set_taken(
            db, pair.pp, here, session=session, people=ids, seen=before, done_on=yesterday
        )
        db.flush()
        return training_marks.grid(db, pair.pp, here)

    grid = tick(pair.pp, pair.vss)
    assert [person.id for person in grid.of(pair.pp.service_id)] == [pair.pp.person_id]
    assert len(grid.people) == 3
    assert grid.taken == {
        (pair.pp.person_id, "protocol"): yesterday,
        (pair.vss.person_id, "protocol"): yesterday,
    }
    assert tick(colleague).taken == {(colleague.person_id, "protocol"): yesterday}
    assert grid.trained_on is None
    for session in trainings.load().sessions:
        grid = tick(pair.pp, pair.vss, colleague, session=session.id)
    assert grid.trained_on == yesterday


def test_a_tick_that_a_colleague_sets_meanwhile_stays(db: Session, pair: Pair) -> None:
    here, session = pair.case.cooperation_id, "protocol"
    pp, vss = pair.pp.person_id, pair.vss.person_id

    for person in (pp, vss):  # both opened the page when nobody was ticked
        training_marks.set_taken(db, pair.pp, here, session=session, people=[person], seen=[], done_on=TODAY)
        db.flush()
    training_marks.set_taken(db, pair.pp, here, session=session, people=[], seen=[pp], done_on=None)
    db.flush()

    assert training_marks.grid(db, pair.pp, here).taken == {(vss, session): TODAY}


@pytest.mark.parametrize(
    ("act", "key"),
    [
        (lambda db, p, here: cooperations.write_point(db, p.pp, here, point="x", texts={}, seen={}), "error.cooperation.unknown_point"),
        (lambda db, p, here: cooperations.propose(db, p.pp, here, chapter="scope", wording="x"), "error.cooperation.choose"),
        (lambda db, p, here: cooperations.propose(db, p.pp, here, chapter="principles", wording="x", side="he"), "error.cooperation.choose"),
        (lambda db, p, here: cooperations.propose(db, p.pp, here, chapter="principles", wording=" "), "error.empty"),
        (lambda db, p, here: cooperations.propose(db, p.pp, here, chapter="principles", wording="x", point="y"), "error.cooperation.unknown_point"),
        (lambda db, p, here: training_marks.set_taken(db, p.pp, here, session="x", people=[], seen=[], done_on=TODAY), "error.cooperation.choose"),
        (lambda db, p, here: training_marks.set_taken(db, p.pp, here, session="protocol", people=[p.pp.person_id], seen=[], done_on=None), "error.no_date"),
        (lambda db, p, here: training_marks.set_taken(db, p.pp, here, session="protocol", people=[p.pp.person_id], seen=[], done_on=TODAY + timedelta(days=2)), "error.cooperation.day_ahead"),
        (lambda db, p, here: training_marks.set_taken(db, p.pp, here, session="protocol", people=[uuid4()], seen=[], done_on=TODAY), "error.cooperation.not_in_team"),
        (lambda db, p, here: glossary_terms.add(db, p.pp, here, term="a", meaning=" "), "error.empty"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(
    db: Session, pair: Pair, act: Callable[[Session, Pair, object], object], key: str
) -> None:
    with pytest.raises(CoreError) as refusal:
        act(db, pair, pair.case.cooperation_id)

    assert refusal.value.key == key


def test_a_cooperation_is_for_its_two_services(db: Session, make: Make, pair: Pair) -> None:
    here = pair.case.cooperation_id
    office = make.actor(pair.pp.service_id, Role.ADMINISTRATOR)
    term = glossary_terms.add(db, pair.pp, here, term="Risk", meaning="x")
    draft = cooperations.propose(db, pair.pp, here, chapter="principles", wording="x")
    db.flush()

    for outsider in (make.pair().vss, office):
        for read in (
            cooperations.points,
            cooperations.summary,
            cooperations.proposals,
            glossary_terms.of_cooperation,
            training_marks.grid,
        ):
            with pytest.raises(NotFound):
                read(db, outsider, here)
    with pytest.raises(NotFound):
        cooperations.drop_proposal(db, make.pair().vss, draft.id, version=1)
    with pytest.raises(NotFound):
        glossary_terms.drop(db, make.pair().vss, term.id, version=1)
    with pytest.raises(NotAllowed):
        cooperations.propose(db, office, here, chapter="principles", wording="x")
