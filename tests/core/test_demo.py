"""The fictional example: it can be written on each database, looks alive to everybody in it, and keeps the two files apart."""

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Select, select

from core import access, chain, clock
from core.access import Actor
from core.db import Base
from core.demo import load_deep, load_depth_told, paper
from core.demo.stage import Stage, words
from core.demo.story_younger import WORKING_HOURS
from core.locale import load as load_words
from core.models import (
    ActionState,
    Case,
    EpisodeSource,
    Event,
    EventKind,
    Meeting,
    MeetingState,
    Person,
    Service,
    ServiceKind,
    Subject,
    SubjectKind,
)
from core.operations import (
    action_plans,
    agreement_approvals,
    agreement_reading,
    agreement_texts,
    agreements,
    agreements_due,
    changes,
    closings,
    consents,
    contact_cards,
    digital_maps,
    episode_boards,
    meetings,
    minutes,
    notice_boards,
    phases,
    requests,
    risk_assessments,
    risk_boards,
    safety_plans,
    timelines,
    today,
    training_marks,
)
from core.operations.notice_boards import State as NoticeState
from core.operations.timeline_entries import Kind, State
from tests import example

COLUMNS = [column.key for column in Event.__table__.columns]
PP, VSS = ("ivo", "pavel", "mira", "ada"), ("elena", "nina", "carla", "lea", "iris", "dora")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The example with eight generated cases, written once for all tests on a database and undone after them."""
    with example.written(request.getfixturevalue(f"{request.param}_engine"), cases=8) as stage:
        yield stage


def first_case(stage: Stage) -> Case:
    return stage.db.scalars(select(Case).where(Case.code.endswith("-07"))).one()


def held(stage: Stage, kind: str) -> Meeting:
    statement = select(Meeting).where(Meeting.kind == kind, Meeting.case_id == first_case(stage).id)
    return stage.db.scalars(statement.where(Meeting.closed_at.is_not(None))).one()


def told(record: Base) -> Iterator[str]:
    """Every text that a record holds."""
    for column in type(record).__table__.columns:
        value = getattr(record, column.key)
        if isinstance(value, str):
            yield str(value)
        elif isinstance(value, dict | list):
            yield json.dumps(value, ensure_ascii=False)


def statements() -> list[Callable[[Actor], Select[Base]]]:
    """Every statement of core.access that shows records to an actor."""
    found = inspect.getmembers(access, inspect.isfunction)
    return [
        made for name, made in found if name.startswith(("visible_", "own_", "joint_")) and "ids" not in name
    ]


def seen_by(stage: Stage, key: str) -> str:
    """All texts that a person of the example can come to see."""
    actor = stage.actors[key]
    records = [record for made in statements() for record in stage.db.scalars(made(actor)).unique()]
    return "\n".join(text for record in records for text in told(record))


def told_to(stage: Stage, people: Iterable[str], texts: Iterable[str]) -> list[tuple[str, str]]:
    """Which of these texts somebody of them can come to see."""
    pages = {key: seen_by(stage, key) for key in people}
    return [(key, text) for key, page in pages.items() for text in texts if text in page]


def test_everybody_who_works_at_a_service_has_something_waiting(stage: Stage) -> None:
    empty = [key for key, actor in stage.actors.items() if today.of_actor(stage.db, actor).is_empty]

    assert empty == ["ada", "iris", "dora"]


def test_what_she_says_never_reaches_the_side_that_works_with_him(stage: Stage) -> None:
    hers = {
        text
        for key, text in words().items()
        if key.startswith(("vss_note.", "her.", "deep.card", "deep.barred."))
    }
    hers -= {text for key, text in words().items() if key.endswith(".source")} | {words()["her.language"]}
    hers |= {words()["path.expectations"], words()["path.support"]}

    assert told_to(stage, PP, hers) == []
    assert all(words()[f"vss_note.{note}.text"] in seen_by(stage, "elena") for note in ("account", "never"))


def test_what_stands_in_his_file_stays_at_the_side_that_works_with_him(stage: Stage) -> None:
    his = [
        text for key, text in words().items() if re.fullmatch(r"pp_note\.\w+\.text|him\.(name|phone)", key)
    ]

    assert told_to(stage, VSS, his) == []


def test_no_name_of_a_file_stands_in_the_joint_space(stage: Stage) -> None:
    names = [
        subject.name.split()[0] for subject in stage.db.scalars(select(Subject)) if "Fiktiv" in subject.name
    ]
    joint = [made for made in statements() if made.__name__ not in {"visible_subjects", "visible_notes"}]
    records = [one for made in joint for one in stage.db.scalars(made(stage.actors["elena"])).unique()]

    texts = "\n".join(text for record in records for text in told(record))

    assert len(names) >= 6
    assert [name for name in names if name in texts] == []


def test_events_hold_ids_and_keys_only(stage: Stage) -> None:
    keys = {text for event in stage.db.scalars(select(Event)) for text in (event.subject, event.act)}

    assert len(keys) > 30
    assert [key for key in keys if not re.fullmatch(r"[a-z0-9_]+", key)] == []


def test_no_column_of_an_event_holds_a_name_a_code_or_a_text(stage: Stage) -> None:
    events = stage.db.scalars(select(Event)).all()
    held = {str(getattr(event, name)) for event in events for name in COLUMNS}
    in_events = "\n".join(held).lower()

    others = [mapper.class_ for mapper in Base.registry.mappers if mapper.class_ is not Event]
    texts = {
        text.lower()
        for model in others
        for record in stage.db.scalars(select(model))
        for text in told(record)
    }
    keys = {event.subject for event in events} | {event.act for event in events} | set(EventKind)
    identifying = {text for text in texts if len(text) > 3 and text not in keys and " " in text}
    codes = {case.code.lower() for case in stage.db.scalars(select(Case))}
    names = {word.lower() for person in stage.db.scalars(select(Person)) for word in person.name.split()}
    names |= {word.lower() for her in stage.db.scalars(select(Subject)) for word in her.name.split()}

    assert len(events) > 100
    assert len(identifying) > 100
    assert [text for text in identifying | codes if text in in_events] == []
    assert {name for name in names if len(name) > 2} & (keys | held) == set()
    assert chain.verify(stage.db, chain.key_of(stage.db)).wrong is None


def test_everything_that_could_be_taken_for_real_is_marked_as_fictional(stage: Stage) -> None:
    db = stage.db
    people = db.scalars(select(Person)).all()
    subjects = db.scalars(select(Subject)).all()
    services = db.scalars(select(Service)).all()

    assert all(not person.email or person.email.endswith("@example.invalid") for person in people)
    assert all("fiktiv" in each.name.casefold() or "fictional" in each.name.casefold() for each in subjects)
    assert all("fictional" in f"{service.name}{service.address}" for service in services)
    phones = [subject.phone for subject in subjects if subject.phone]
    assert all("555" in phone for phone in phones)


def test_every_text_of_the_example_is_told_somewhere(stage: Stage) -> None:
    records = [
        record
        for mapper in Base.registry.mappers
        for record in stage.db.scalars(select(mapper.class_)).unique()
    ]
    everything = "\n".join(text for record in records for text in told(record)).replace("\\n", "\n")

    missing = [
        key
        for key, text in words().items()
        if text and "{" not in text and not key.startswith("signed.") and text not in everything
    ]

    assert missing == []


def test_the_plan_has_an_action_of_every_fate(stage: Stage) -> None:
    found = action_plans.list_of_case(stage.db, stage.actors["ivo"], first_case(stage).id)

    states = {action.state for action in found}
    assert states == {ActionState.OPEN, ActionState.IN_PROGRESS, ActionState.DONE, ActionState.NOT_POSSIBLE}
    assert [action for action in found if action.is_overdue]
    assert len({action.service.kind for action in found}) == len([ServiceKind.PP, ServiceKind.VSS, "police"])


def test_the_first_joint_meeting_was_corrected_once_and_agreed_by_both(stage: Stage) -> None:
    view = minutes.of_meeting(stage.db, stage.actors["ivo"], held(stage, "first_joint").id)

    assert view.is_locked
    assert [version.number for version in view.versions] == [1, 2]
    assert {agreed.name for agreed in view.latest.approvals} == {"Ivo K.", "Elena D."}
    assert all(item.is_reached for item in view.latest.content.items)
    assert stage.today - view.meeting.planned_at.date() >= timedelta(days=70)


def test_the_minutes_of_the_emergency_wait_for_the_other_side(stage: Stage) -> None:
    ivo, elena = stage.actors["ivo"], stage.actors["elena"]
    emergency = held(stage, "emergency")

    assert minutes.of_meeting(stage.db, ivo, emergency.id).latest.content.next_meeting_at is not None
    assert emergency in today.of_actor(stage.db, ivo).minutes
    assert emergency not in today.of_actor(stage.db, elena).minutes


def test_the_timeline_asks_for_a_meeting_after_what_was_shared(stage: Stage) -> None:
    case = first_case(stage)
    entries = timelines.of_case(stage.db, stage.actors["elena"], case.id).entries

    due = [entry for entry in entries if entry.kind is Kind.MEETING_DUE]
    states = {entry.state for entry in entries if entry.kind is Kind.MEETING}
    # Of the violence there is a report too that is its own service's: what both know of asks once.
    assert [(entry.what, entry.is_ours_only) for entry in due] == [("episode", False), ("suspended", False)]
    assert states == {State.HELD, State.MISSED, State.INVITED}


def test_the_other_service_waits_for_an_answer_of_the_case_manager(stage: Stage) -> None:
    found = requests.list_open(stage.db, stage.actors["ivo"])

    assert [received.asker for received in found] == ["Aurora House"]


def test_the_next_meeting_is_soon_and_in_working_hours(stage: Stage) -> None:
    found = today.of_actor(stage.db, stage.actors["carla"]).coming

    soon = [meeting for meeting in found if meeting.kind == "case_opening"]
    assert [meeting.planned_at.hour in WORKING_HOURS for meeting in soon] == [True]
    assert soon[0].planned_at < clock.now() + timedelta(days=4)


def test_both_teams_are_trained_and_meet_again(stage: Stage) -> None:
    lea = stage.actors["lea"]

    assert training_marks.grid(stage.db, lea, stage.cooperation_id).trained_on is not None
    again = meetings.list_of_cooperation(stage.db, lea, stage.cooperation_id)[-1]
    assert again.kind == "phase_1"
    assert again.state is MeetingState.PLANNED


def test_a_generated_case_has_minutes_to_each_meeting_that_was_held(stage: Stage) -> None:
    statement = select(Case).where(Case.code.startswith("G-"))
    worker = {
        case.id: Stage(stage.db).actors["ivo"]
        for case in stage.db.scalars(statement)
        if _works_on(stage, case)
    }
    assert worker

    for case_id, actor in worker.items():
        assert phases.overview(stage.db, actor, case_id).current
        for agreement in agreements.list_of_case(stage.db, actor, case_id):
            assert agreement_reading.opened(stage.db, actor, agreement.id).is_complete
            case = stage.db.get_one(Case, case_id)
            assert case.code in agreement_texts.version_text(stage.db, actor, agreement.id, number=1)
        for meeting in meetings.list_of_case(stage.db, actor, case_id):
            if meeting.is_held:
                view = minutes.of_meeting(stage.db, actor, meeting.id)
                assert view.is_locked
                assert view.waiting_for == ()


def five_years(stage: Stage) -> UUID:
    return stage.db.scalars(select(Case.id).where(Case.code == load_deep.CODE)).one()


def test_a_case_of_five_years_has_been_met_asked_and_told_of_all_the_time(stage: Stage) -> None:
    db, case_id = stage.db, five_years(stage)
    ivo, elena = stage.actors["ivo"], stage.actors["elena"]

    held = [one for one in meetings.list_of_case(db, ivo, case_id) if one.is_held]
    told = episode_boards.of_case(db, elena, case_id)
    times = changes.of_case(db, elena, case_id).moments
    notices = notice_boards.of_case(db, ivo, case_id).notices
    assert len(held) == load_deep.PERIODIC + 1
    assert len(told.told) == load_depth_told.ACCOUNTS
    assert {one.source for one in told.told} == {*EpisodeSource}
    assert any(len(event.told) > 2 for event in told.events)
    assert len(episode_boards.of_case(db, ivo, case_id).told) < load_depth_told.ACCOUNTS
    assert [one.label for one in times if one.is_own_done and one.is_other_done] == [
        *("T0", "T1"), *(f"T2.{number}" for number in range(1, load_deep.PERIODIC + 1)), "T3"
    ]  # fmt: skip
    assert all(one.own and one.other for one in times if one.label.startswith("T2."))
    assert len(notices) > 12
    assert {one.state for one in notices} == {NoticeState.ANSWERED}


def test_a_case_of_five_years_has_been_judged_planned_for_and_agreed_to_by_both(stage: Stage) -> None:
    db, case_id = stage.db, five_years(stage)
    ivo, elena = stage.actors["ivo"], stage.actors["elena"]

    versions = risk_assessments.list_of_case(db, ivo, case_id)
    board = risk_boards.of_assessment(db, elena, versions[0].id)
    card = contact_cards.of_case(db, elena, case_id)
    agreed = [one for who in (ivo, elena) for one in consents.of_file(db, who, case_id)]
    assert [one.is_finished for one in versions] == [False, True, True, True, True, True]
    assert len(board.version.children) == load_deep.CHILDREN
    assert all(line.pp and line.vss for line in board.lines)
    assert any(line.differs for line in board.lines)
    assert any(line.actions for line in board.lines)
    assert len(card.uses) > 20
    assert all(one.state in consents.GIVEN for one in agreed if one.history)
    assert len({one.gone_on for one in digital_maps.of_case(db, elena, case_id)}) == 2
    assert safety_plans.of_case(db, elena, case_id).plan is not None
    assert closings.current(db, ivo, case_id) is not None


def _works_on(stage: Stage, case: Case) -> bool:
    return case in stage.db.scalars(access.visible_cases(stage.actors["ivo"])).all()


def test_both_kinds_of_agreement_are_in_force_and_a_change_waits_for_the_other_side(stage: Stage) -> None:
    db, lea, elena = stage.db, stage.actors["lea"], stage.actors["elena"]

    ground = agreements.footings(db, lea)[0]
    assert ground.in_force is not None
    assert ground.draft is not None
    assert agreements.case_agreement_in_force(db, first_case(stage).id) is not None
    assert agreement_reading.opened(db, lea, ground.in_force.id).is_complete
    assert agreement_approvals.signed_copy(db, lea, ground.in_force.id).startswith(b"%PDF-")
    assert [waiting.step for waiting in today.of_actor(db, lea).agreements] == [
        agreements_due.Step.APPROVE_LAST
    ]
    assert [waiting.step for waiting in today.of_actor(db, elena).agreements] == [
        agreements_due.Step.APPROVE_LAST
    ]


def test_the_signed_paper_is_a_pdf_that_says_that_it_is_fictional() -> None:
    made = paper.pdf(("FICTIONAL (made up)", "second \\ line"))

    starts = re.findall(rb"^(\d{10}) 00000 n $", made, re.MULTILINE)
    assert [made[int(at) :].split(b" ", 1)[0] for at in starts] == [b"1", b"2", b"3", b"4", b"5"]
    assert made[int(made.rsplit(b"\n", 3)[1]) :].startswith(b"xref")
    assert rb"(FICTIONAL \(made up\)) Tj" in made
    assert made.endswith(b"%%EOF\n")


def test_his_and_her_people_stand_in_the_file_of_their_side(stage: Stage) -> None:
    kinds = {
        key: {subject.kind for subject in stage.db.scalars(access.visible_subjects(stage.actors[key]))}
        for key in ("ivo", "elena", "ada", "mira")
    }

    assert kinds == {
        "ivo": {SubjectKind.HIM},
        "elena": {SubjectKind.HER, SubjectKind.CHILD},
        "ada": set(),
        "mira": set(),
    }


def test_every_act_of_the_example_has_words_of_its_own_or_of_its_noun(stage: Stage) -> None:
    said = load_words("en")
    acts = {(event.subject, event.act) for event in stage.db.scalars(select(Event))}

    assert [
        (subject, act)
        for subject, act in acts
        if subject not in {"example", "departure"}  # what left is said from the table of recipients
        and not {f"event.{subject}.{act}", f"event.{subject}.any"} & said.keys()
    ] == []
