"""Part B of the walk, later: the plan at work, an emergency, and the next periodic meeting."""

from uuid import UUID

from core.demo import story_case, story_episodes, story_meetings, story_notices
from core.demo.stage import Stage, say
from core.demo.story_meetings import Agreed
from core.models import ActionState, Case, PathEntry, Service, ServiceKind
from core.operations import (
    action_plans,
    files,
    meetings,
    path_entries,
    path_releases,
    services,
    tables,
)
from core.operations.path_releases import UseRule
from core.operations.releases import Terms

#: Days from today.
EMERGENCY = -4
NEXT_PERIODIC = 14


def write(stage: Stage, case: Case) -> None:
    story_episodes.older(stage, case)
    _plan_at_work(stage, case)
    _missed(stage, case)
    _next(stage, case)
    _emergency(stage, case)


def _settle(
    stage: Stage, case: Case, text: str, key: str, *, days: int, state: ActionState, reason: str = ""
) -> None:
    db, actor = stage.db, stage.actors[key]
    wanted = say(f"action.{text}.text", **story_case.codes(case))
    with stage.on(days, 12):
        found = next(one for one in action_plans.list_of_case(db, actor, case.id) if one.text == wanted)
        action_plans.set_state(db, actor, found.id, state=state, reason=reason, version=found.version)


def _plan_at_work(stage: Stage, case: Case) -> None:
    """Some actions are done, one is not possible any more, one is put off for a reason, one stays overdue."""
    db, elena = stage.db, stage.actors["elena"]
    _settle(stage, case, "tablet", "nina", days=-65, state=ActionState.DONE)
    _settle(stage, case, "fathers", "ivo", days=-60, state=ActionState.DONE)
    _settle(
        stage, case, "school", "carla", days=-44, state=ActionState.NOT_POSSIBLE, reason=say("reason.school")
    )
    wanted = say("action.order.text")
    with stage.on(-21, 12):
        order = next(one for one in action_plans.list_of_case(db, elena, case.id) if one.text == wanted)
        action_plans.postpone(
            db,
            elena,
            order.id,
            due_on=stage.day(9),
            reason=say("reason.order_later"),
            version=order.version,
        )
    _settle(stage, case, "order", "elena", days=-20, state=ActionState.IN_PROGRESS)
    story_case.add_note(stage, case, "pp_note.attitude", author="ivo", topic="attitude", days=-52)
    story_case.add_note(stage, case, "vss_note.digital", author="elena", topic="other", days=-64)


def _missed(stage: Stage, case: Case) -> None:
    """Two sessions missed; a meeting about it that did not take place; and what she was told."""
    db, ivo, nina = stage.db, stage.actors["ivo"], stage.actors["nina"]
    for days, note in ((-38, "missed_first"), (-31, "missed_second")):
        with stage.on(days + 1, 9):
            entry = path_entries.add(
                db, ivo, case.id, kind="missed", happened_on=stage.day(days), note=say(f"path.{note}")
            )
    story_notices.missed(stage, case, entry, -30)
    story_case.add_note(stage, case, "pp_note.absence", author="ivo", topic="attendance", days=-29)
    day = stage.weekday(-25)
    with stage.on(-30, 10):
        meeting = meetings.plan(
            db,
            ivo,
            kind="periodic",
            planned_at=stage.moment(day, 10),
            case_id=case.id,
            is_remote=True,
            link=say("case.link"),
            chair_id=ivo.person_id,
            minute_taker_id=stage.actors["nina"].person_id,
            people=stage.person("elena"),
        )
        meetings.invite(db, ivo, meeting.id, version=meeting.version)
    with stage.on(day, 12):
        meetings.mark_missed(db, ivo, meeting.id, reason=say("case.missed"), version=meeting.version)
    with stage.on(-22, 10):
        note = say("path.expectations")
        path_entries.add(
            db, nina, case.id, kind="expectations", happened_on=stage.day(-22), note=note, is_shared=False
        )
    with stage.on(-18, 10):
        hearing = path_entries.add(
            db,
            ivo,
            case.id,
            kind="court",
            happened_on=stage.day(-18),
            note=say("path.hearing"),
            is_shared=True,
        )
        _release_note(stage, case, hearing)


def _release_note(stage: Stage, case: Case, entry: PathEntry) -> None:
    """The victim support service reads the note too, on his consent."""
    db, ivo = stage.db, stage.actors["ivo"]
    terms = Terms(files.mine(db, ivo, case.id).subjects[0].id, "programme_conditions")
    rule = UseRule.JOINT_WORK
    seen = path_releases.preview(db, ivo, entry.id, text_=entry.note, use_rule=rule, terms=terms).digest
    path_releases.release(db, ivo, entry.id, text_=entry.note, use_rule=rule, terms=terms, seen=seen)


def _emergency(stage: Stage, case: Case) -> None:
    """She tells of threats; the two services meet within a day. Elena D. has agreed the minutes, Ivo K. not yet."""
    db, elena = stage.db, stage.actors["elena"]
    story_case.add_note(
        stage, case, "vss_note.threats", author="nina", topic="her_account", days=EMERGENCY - 1
    )
    story_episodes.threats(stage, case, EMERGENCY - 1)
    story_notices.threats(stage, case, EMERGENCY - 1)
    with stage.on(EMERGENCY, 15):
        people = stage.person("elena", "nina", "ivo")
        meeting = meetings.start_emergency(db, elena, case.id, people=people, private_rooms=people)
        running = story_meetings.sit(stage, "elena", meeting.id)
        story_meetings.write_items(stage, "nina", running)
        for key, due in (("police_report", -3), ("evening_call", 1), ("neutral_talk", 2)):
            _act(stage, case, key, due=due, meeting_id=meeting.id)
        police = next(one for one in services.list_all(db, elena) if one.kind is ServiceKind.POLICE)
        _act_of_agency(stage, case, police, meeting_id=meeting.id)
    with stage.on(EMERGENCY, 15, 24):
        tables.close(db, elena, meeting.id)
    story_meetings.agree(stage, meeting.id, Agreed("elena", EMERGENCY + 1, 8))
    _settle(stage, case, "police_report", "elena", days=-3, state=ActionState.DONE)
    with stage.on(-3, 19):
        path_entries.add(db, stage.actors["ivo"], case.id, kind="missed", happened_on=stage.day(-3))
    _settle(stage, case, "evening_call", "nina", days=-2, state=ActionState.IN_PROGRESS)
    story_case.add_note(stage, case, "pp_note.suspended", author="ivo", topic="attendance", days=-2)
    with stage.on(-2, 17):
        entry = path_entries.add(
            db,
            stage.actors["ivo"],
            case.id,
            kind="suspended",
            happened_on=stage.day(-2),
            note=say("path.suspended"),
        )
    story_notices.suspended(stage, case, entry, -2)


_OF = {"police_report": "elena", "evening_call": "nina", "neutral_talk": "ivo"}


def _act(stage: Stage, case: Case, key: str, *, due: int, meeting_id: UUID) -> None:
    actor = stage.actors[_OF[key]]
    action_plans.add(
        stage.db,
        stage.actors["elena"],
        case.id,
        need=say(f"action.{key}.need"),
        text=say(f"action.{key}.text"),
        due_on=stage.day(due),
        service_id=actor.service_id,
        person_id=actor.person_id,
        meeting_id=meeting_id,
    )


def _act_of_agency(stage: Stage, case: Case, agency: Service, *, meeting_id: UUID) -> None:
    action_plans.add(
        stage.db,
        stage.actors["elena"],
        case.id,
        need=say("action.police_contact.need"),
        text=say("action.police_contact.text"),
        due_on=stage.day(5),
        service_id=agency.id,
        meeting_id=meeting_id,
    )


def _next(stage: Stage, case: Case) -> None:
    """The next periodic meeting, moved by a day and invited."""
    db, elena = stage.db, stage.actors["elena"]
    day = stage.weekday(NEXT_PERIODIC)
    with stage.on(-16, 11):
        meeting = meetings.plan(
            db,
            elena,
            kind="periodic",
            planned_at=stage.moment(day - 1, 9),
            case_id=case.id,
            place=say("case.place"),
            chair_id=stage.actors["ivo"].person_id,
            minute_taker_id=stage.actors["nina"].person_id,
            people=stage.person("elena", "carla", "pavel"),
        )
    with stage.on(-8, 11):
        meetings.move(
            db,
            elena,
            meeting.id,
            planned_at=stage.moment(day, 9),
            reason=say("case.moved"),
            version=meeting.version,
        )
        meetings.invite(db, elena, meeting.id, version=meeting.version)
