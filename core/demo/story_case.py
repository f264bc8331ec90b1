"""Part B of the walk: a case from the blind question to its first joint meeting."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from core.content.meeting_kinds import Entry
from core.demo import story_agreements, story_change, story_meetings
from core.demo.stage import Stage, say
from core.demo.story_meetings import Agreed
from core.models import Answer, Case, FileNote, Known, StepState, SubjectKind
from core.operations import (
    action_plans,
    assignments,
    cases,
    consents,
    files,
    joint_items,
    meetings,
    path_entries,
    phases,
    requests,
    t_dates,
    t_points,
    tables,
)
from core.operations.consents import ConsentState, Said
from core.operations.files import Contacts
from core.operations.joint_items import UseRule
from core.operations.releases import Terms

#: Days from today.
OPENED: Final = -98
OPENING, FIRST_JOINT = -88, -70
#: T2.1 is due on this day; T1 lies three months before it.
T2_DUE: Final = 14

#: key, author, topic, days, shared as, rule
NOTES: Final = (
    ("pp_note.conditions", "ivo", "his_conditions", -98, "", None),
    ("pp_note.attendance", "ivo", "attendance", -97, "shared.his_attendance", UseRule.JOINT_WORK),
    ("pp_note.statements", "ivo", "his_statements", -96, "", None),
    ("pp_note.risk", "ivo", "dynamic_risk", -95, "shared.his_risk", UseRule.RISK_ONLY),
    ("vss_note.account", "elena", "her_account", -96, "", None),
    ("vss_note.contact", "elena", "safe_contact", -96, "", None),
    ("vss_note.wishes", "nina", "her_wishes", -95, "", None),
    ("vss_note.consent", "elena", "her_consent", -95, "", None),
    ("vss_note.told", "nina", "told_about_programme", -94, "", None),
    ("vss_note.children", "elena", "children", -94, "shared.children", UseRule.RISK_ONLY),
    ("vss_note.never", "elena", "must_not_receive", -94, "", None),
    ("vss_note.view", "elena", "her_view_of_risk", -93, "shared.her_view", UseRule.RISK_ONLY),
)
#: Of his side the source may be said; what comes from her side is shared without one.
SOURCES: Final = {"shared.his_attendance": "shared.seen", "shared.his_risk": "shared.own_words"}
#: code of the example, who asked, purpose, what was said
CONSENTS: Final = (
    ("man", "ivo", "programme_conditions", ConsentState.GIVEN),
    ("woman", "elena", "risk_assessment", ConsentState.GIVEN),
    ("woman", "elena", "meetings", ConsentState.GIVEN),
    ("woman", "elena", "action_plan", ConsentState.GIVEN_EXCEPT),
    ("woman", "elena", "other_agencies", ConsentState.REFUSED),
)
#: Whose consent bears what each side shares, and for what.
BORNE_BY: Final = {"ivo": ("man", "programme_conditions"), "elena": ("woman", "risk_assessment")}
#: key, service, person, days until due
ACTIONS: Final = (
    ("fathers", "ivo", "ivo", -59),
    ("tablet", "nina", "nina", -63),
    ("order", "elena", "elena", -20),
    ("school", "carla", "carla", -40),
    ("responsibility", "pavel", "pavel", -12),
)


def write(stage: Stage) -> Case:
    case = _open(stage)
    _pair(stage, case)
    _files(stage, case)
    about = _consents(stage, case)
    notes = _notes(stage, case)
    _dates(stage, case)
    _opening(stage, case)
    _share(stage, notes, about)
    _enter(stage, case, "first_joint", stage.weekday(OPENING), reason=say("reason.devices"))
    _first_joint(stage, case)
    return case


def codes(case: Case) -> dict[str, str]:
    """The codes by which a text of the example names the people of a case."""
    number = case.code.rsplit("-", 1)[-1]
    return {"man": f"M-{number}", "woman": f"W-{number}", "child": f"C-{number}a"}


def _open(stage: Stage) -> Case:
    db, ivo = stage.db, stage.actors["ivo"]
    with stage.on(OPENED, 9):
        case = cases.open(
            db,
            ivo,
            cooperation_id=stage.cooperation_id,
            code=f"K-{stage.day(OPENED).year}-07",
            reference=say("case.file_reference"),
        )
        him = Contacts(
            name=say("him.name"),
            born_on=stage.day(-365 * 41),
            address=say("him.address"),
            phone=say("him.phone"),
            language=say("him.language"),
        )
        files.add_subject(db, ivo, case.id, kind=SubjectKind.HIM, contacts=him)
        cases.describe(
            db,
            ivo,
            case.id,
            living_together=Known.NO,
            children_count=2,
            is_in_target=True,
            target_reason="",
            exclusions=(),
            exclusions_reason="",
            version=case.version,
        )
        requests.ask(db, ivo, case.id, identification=f"M. F., {stage.day(-365 * 41).year}")
    return case


def _pair(stage: Stage, case: Case) -> None:
    db, ivo, elena = stage.db, stage.actors["ivo"], stage.actors["elena"]
    with stage.on(OPENED + 1, 11):
        asked = requests.list_open(db, elena)[0]
        requests.answer(db, elena, asked.id, answer=Answer.PARALLEL_FILE, version=asked.version)
        file = files.mine(db, elena, case.id).file
        files.set_reference(
            db, elena, case.id, reference=say("case.her_file_reference"), version=file.version
        )
        requests.confirm(db, elena, case.id)
    with stage.on(OPENED + 2, 9):
        requests.confirm(db, ivo, case.id)
        assignments.assign(db, ivo, case.id, person_id=stage.actors["pavel"].person_id)
        for key in ("nina", "carla"):
            assignments.assign(db, elena, case.id, person_id=stage.actors[key].person_id)


def _files(stage: Stage, case: Case) -> None:
    db, elena = stage.db, stage.actors["elena"]
    with stage.on(OPENED + 2, 14):
        her = Contacts(
            name=say("her.name"),
            born_on=stage.day(-365 * 36),
            address=say("her.address"),
            phone=say("her.phone"),
            language=say("her.language"),
            safe_channel=say("her.safe_channel"),
            safe_times=say("her.safe_times"),
            code_phrase=say("her.code_phrase"),
        )
        files.add_subject(db, elena, case.id, kind=SubjectKind.HER, contacts=her)
        for child, age in (("older", 9), ("younger", 4)):
            contacts = Contacts(name=say(f"children.{child}"), born_on=stage.day(-365 * age - 100))
            files.add_subject(db, elena, case.id, kind=SubjectKind.CHILD, contacts=contacts)


def add_note(stage: Stage, case: Case, key: str, *, author: str, topic: str, days: int) -> FileNote:
    """Write a note into the author's own file."""
    with stage.on(max(days, OPENED + 2), 15):
        return files.add_note(
            stage.db,
            stage.actors[author],
            case.id,
            topic=topic,
            text_=say(f"{key}.text"),
            source=say(f"{key}.source"),
            written_on=stage.day(days),
        )


def _notes(stage: Stage, case: Case) -> dict[str, FileNote]:
    return {
        key: add_note(stage, case, key, author=author, topic=topic, days=days)
        for key, author, topic, days, _, _ in NOTES
    }


def _consents(stage: Stage, case: Case) -> dict[str, UUID]:
    """Each is asked, purpose by purpose; the people of the two files, by their word in the example."""
    about: dict[str, UUID] = {}
    with stage.on(OPENED + 3, 11):
        for who, author, purpose, state in CONSENTS:
            actor = stage.actors[author]
            about[who] = files.mine(stage.db, actor, case.id).subjects[0].id
            is_except = state is ConsentState.GIVEN_EXCEPT
            said = Said(
                state=state,
                exceptions=say("consent.exceptions") if is_except else "",
                how_asked=say(f"consent.how_{who}"),
                was_safe=Known.YES,
                asked_on=stage.day(OPENED + 3),
                language=say("consent.language"),
            )
            consents.record(stage.db, actor, about[who], purpose=purpose, said=said)
    return about


def _share(stage: Stage, notes: dict[str, FileNote], about: dict[str, UUID]) -> None:
    """The agreement has opened the joint space: each side puts there what both may read."""
    with stage.on(stage.weekday(OPENING) + 5, 15):
        for key, author, _, _, shared, rule in NOTES:
            if rule is not None:
                source = say(SOURCES[shared]) if shared in SOURCES else ""
                note, actor, text = notes[key].id, stage.actors[author], say(shared)
                who, purpose = BORNE_BY[author]
                terms = Terms(about[who], purpose)
                seen = joint_items.preview(
                    stage.db, actor, note, text_=text, source=source, use_rule=rule, terms=terms
                ).digest
                joint_items.share(
                    stage.db,
                    actor,
                    note,
                    text_=text,
                    source=source,
                    use_rule=rule,
                    terms=terms,
                    seen=seen,
                )


def _dates(stage: Stage, case: Case) -> None:
    """T0 and T1 are entered, and the two paths begin."""
    db, ivo, elena = stage.db, stage.actors["ivo"], stage.actors["elena"]
    t1 = t_dates.months_later(stage.day(T2_DUE), -3)
    with stage.on(OPENED + 4, 10):
        t_points.set_dates(db, ivo, case.id, dates={"T0": t1 - timedelta(days=14), "T1": t1})
        path_entries.add(db, ivo, case.id, kind="intake", happened_on=stage.day(OPENED))
        note = say("path.support")
        path_entries.add(
            db, elena, case.id, kind="support_began", happened_on=stage.day(OPENED - 30), note=note
        )
    days = (t1 - stage.today).days
    story_change.ask(stage, case, "ivo", "T0", days - 13)
    story_change.ask(stage, case, "elena", "T0", days - 12)
    story_change.ask(stage, case, "ivo", "T1", days + 1)
    with stage.on(days + 8, 10):
        path_entries.add(
            db, ivo, case.id, kind="started", happened_on=stage.day(days), note=say("path.started")
        )
    story_change.ask(stage, case, "elena", "T1", days + 8)


def _opening(stage: Stage, case: Case) -> None:
    """The case opening meeting, at a distance; then the agreement of the case."""
    db, ivo = stage.db, stage.actors["ivo"]
    day = stage.weekday(OPENING)
    with stage.on(OPENED + 3, 16):
        meeting = meetings.plan(
            db,
            ivo,
            kind="case_opening",
            planned_at=stage.moment(day, 9),
            case_id=case.id,
            is_remote=True,
            place=say("case.opening_place"),
            link=say("case.link"),
            chair_id=ivo.person_id,
            minute_taker_id=stage.actors["nina"].person_id,
            people=stage.person("elena"),
        )
        meetings.invite(db, ivo, meeting.id, version=meeting.version)
    with stage.on(day, 9):
        story_meetings.write_items(stage, "nina", story_meetings.sit(stage, "ivo", meeting.id))
    with stage.on(day, 9, 28):
        tables.close(db, ivo, meeting.id)
    story_meetings.agree(stage, meeting.id, Agreed("elena", day + 1), Agreed("ivo", day + 2))
    _mark(stage, case, "ivo", "case_opening/his_conditions", days=OPENED + 3)
    _mark(stage, case, "elena", "case_opening/her_wishes", days=OPENED + 3)
    story_agreements.of_case(stage, case, signed_on=day + 3, lasts=270)


def _first_joint(stage: Stage, case: Case) -> None:
    db, ivo, elena = stage.db, stage.actors["ivo"], stage.actors["elena"]
    day = stage.weekday(FIRST_JOINT)
    with stage.on(OPENING + 8, 11):
        meeting = meetings.plan(
            db,
            ivo,
            kind="first_joint",
            planned_at=stage.moment(day, 9),
            case_id=case.id,
            place=say("case.place"),
            chair_id=elena.person_id,
            minute_taker_id=stage.actors["pavel"].person_id,
            people=stage.person("elena", "nina", "carla", "ivo", "pavel"),
        )
        meetings.invite(db, ivo, meeting.id, version=meeting.version)
    _mark(stage, case, "ivo", "first_joint/pp_prepared", days=day - 2)
    _mark(stage, case, "elena", "first_joint/vss_prepared", days=day - 1)
    with stage.on(day, 9):
        story_meetings.write_items(stage, "pavel", story_meetings.sit(stage, "elena", meeting.id))
        for key, side, person, due in ACTIONS:
            action_plans.add(
                db,
                elena,
                case.id,
                need=say(f"action.{key}.need"),
                text=say(f"action.{key}.text", **codes(case)),
                due_on=stage.day(due),
                service_id=stage.actors[side].service_id,
                person_id=stage.actors[person].person_id,
                meeting_id=meeting.id,
            )
    with stage.on(day, 10, 2):
        tables.close(db, elena, meeting.id)
    with stage.on(day + 1, 12):
        text = say("correction.other_agencies")
        story_meetings.correct(
            stage, "elena", meeting.id, item="other_agencies", entry=Entry.FACTS, text=text
        )
    story_meetings.agree(stage, meeting.id, Agreed("ivo", day + 2), Agreed("elena", day + 3))
    _mark(stage, case, "carla", "first_joint/children_considered", days=day + 3)


def go_on(stage: Stage, case: Case) -> None:
    """To the periodic meetings, once the risk was assessed: no step of the first joint meeting is open."""
    _enter(stage, case, "periodic", stage.weekday(FIRST_JOINT) + 10)


def _mark(stage: Stage, case: Case, key: str, step: str, *, days: int) -> None:
    with stage.on(days, 16):
        phase, _, name = step.partition("/")
        phases.mark_step(stage.db, stage.actors[key], case.id, phase=phase, step=name, state=StepState.DONE)
        stage.db.flush()


def _enter(stage: Stage, case: Case, phase: str, days: int, *, reason: str = "") -> None:
    with stage.on(days, 17):
        version = case.version
        phases.enter(stage.db, stage.actors["ivo"], case.id, phase=phase, reason=reason, version=version)
        stage.db.flush()
