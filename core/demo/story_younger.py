"""Two younger cases of the example: one waits for an answer, the opening meeting of the other is today."""

from datetime import UTC, datetime, time, timedelta

from core import clock
from core.demo import story_agreements
from core.demo.stage import SATURDAY, Stage, say
from core.models import Answer, Case, Known, SubjectKind
from core.operations import assignments, cases, files, meetings, requests
from core.operations.files import Contacts

#: The first and the last hour in which a meeting of the example begins.
WORKING_HOURS = range(8, 17)


def write(stage: Stage) -> None:
    _waiting(stage)
    _today(stage)


def _waiting(stage: Stage) -> None:
    """A case that the victim support service opened and asked about: it waits for an answer."""
    db, elena = stage.db, stage.actors["elena"]
    with stage.on(-2, 9):
        case = cases.open(
            db,
            elena,
            cooperation_id=stage.cooperation_id,
            code=f"K-{stage.day(-2).year}-12",
            reference=say("case.younger_reference"),
        )
        files.add_subject(
            db,
            elena,
            case.id,
            kind=SubjectKind.HER,
            contacts=Contacts(name=say("second.opening.waiting_her"), safe_channel=say("her.safe_channel")),
        )
        _describe(stage, "elena", case, children=None)
        requests.ask(db, elena, case.id, identification=f"P. N., {stage.day(-365 * 33).year}")


def _today(stage: Stage) -> None:
    """A case whose opening meeting is today: a visitor can begin it at the table."""
    db, ivo, elena = stage.db, stage.actors["ivo"], stage.actors["elena"]
    with stage.on(-12, 9):
        case = cases.open(
            db,
            ivo,
            cooperation_id=stage.cooperation_id,
            code=f"K-{stage.day(-12).year}-09",
            reference=say("case.other_reference"),
        )
        him = Contacts(name=say("second.opening.him"), born_on=stage.day(-365 * 29))
        files.add_subject(db, ivo, case.id, kind=SubjectKind.HIM, contacts=him)
        _describe(stage, "ivo", case, children=1)
        requests.ask(db, ivo, case.id, identification=f"D. F., {stage.day(-365 * 29).year}")
    with stage.on(-11, 14):
        asked = requests.list_open(db, elena)[0]
        requests.answer(db, elena, asked.id, answer=Answer.PARALLEL_FILE, version=asked.version)
        requests.confirm(db, elena, case.id)
        her = Contacts(name=say("second.opening.her"), safe_channel=say("her.safe_channel"))
        files.add_subject(db, elena, case.id, kind=SubjectKind.HER, contacts=her)
        for key in ("nina", "carla"):
            assignments.assign(db, elena, case.id, person_id=stage.actors[key].person_id)
    with stage.on(-10, 9):
        requests.confirm(db, ivo, case.id)
        assignments.assign(db, ivo, case.id, person_id=stage.actors["pavel"].person_id)
        _notes_of_today(stage, case)
        meeting = meetings.plan(
            db,
            ivo,
            kind="case_opening",
            planned_at=_soon(stage),
            duration=timedelta(minutes=30),
            case_id=case.id,
            place=say("case.place"),
            chair_id=elena.person_id,
            minute_taker_id=stage.actors["pavel"].person_id,
            people=stage.person("ivo", "nina", "carla"),
        )
        meetings.invite(db, ivo, meeting.id, version=meeting.version)
    story_agreements.draft_for(stage, case, day=-1)


def _soon(stage: Stage) -> datetime:
    """The second full hour from now; outside working hours, ten o'clock of the next working day."""
    at = clock.local(stage.started).replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    if at.weekday() < SATURDAY and at.hour in WORKING_HOURS and at.date() == stage.today:
        return at.astimezone(UTC)
    day = at.date() if at.hour < WORKING_HOURS.start else at.date() + timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return clock.moment(day, time(10))


def _notes_of_today(stage: Stage, case: Case) -> None:
    for key, topic, note in (("ivo", "his_conditions", "older"), ("elena", "her_account", "her")):
        files.add_note(
            stage.db,
            stage.actors[key],
            case.id,
            topic=topic,
            text_=say(f"second.opening.{note}_note"),
            source=say(f"second.opening.{note}_source"),
            written_on=stage.day(-10),
        )


def _describe(stage: Stage, key: str, case: Case, *, children: int | None) -> None:
    cases.describe(
        stage.db,
        stage.actors[key],
        case.id,
        living_together=Known.UNKNOWN,
        children_count=children,
        is_in_target=True,
        target_reason="",
        exclusions=(),
        exclusions_reason="",
        version=case.version,
    )
