"""Part A of the walk: the directors talk, the two services meet, find common words, train, and plan to meet again after a year."""

from datetime import timedelta

from core.content import trainings
from core.demo import story_agreements, story_meetings, story_talk
from core.demo.stage import Stage, say
from core.demo.story_meetings import Agreed
from core.operations import cooperations, duties, glossary_terms, meetings, services, tables, training_marks

#: Days from today.
TALK = -366
PHASE_1 = -350
TEAM = ("mira", "ivo", "pavel", "lea", "elena", "nina", "carla")
STARTERS = ("safety", "coercive_control", "accountability", "episode", "use_rule", "joint_space")
PROPOSALS = (
    ("responsibility", "principles", "both", "foundations"),
    ("measure", "objectives", "both", "foundations"),
    ("partner_contact", "commitments", "vss", "other_views"),
    ("no_promise", "commitments", "pp", "trust"),
    ("training", "commitments", "both", "training"),
)
#: Days after the Phase 1 meeting on which a training session was taken; the last one by everybody.
TRAININGS = (20, 55, 90, 125, 160, 40)


def write(stage: Stage) -> None:
    _identify(stage)
    story_talk.write(stage, held_on=stage.weekday(TALK))
    _phase_1(stage)
    _afterwards(stage)
    story_agreements.of_cooperation(stage, drafted_on=PHASE_1 + 8)
    _train(stage)
    _again(stage)
    _duties(stage)


def _identify(stage: Stage) -> None:
    ada = stage.actors["ada"]
    with stage.on(PHASE_1 - 14):
        found = services.cooperations(stage.db, ada)[0]
        services.agree_identification(
            stage.db, ada, found.id, identification=say("cooperation.identification"), version=found.version
        )
        for administrator, office, address, contact in (
            (ada, found.pp, say("office.address"), say("office.pp_contact")),
            (stage.actors["iris"], found.vss, found.vss.address, say("office.vss_contact")),
        ):
            services.revise(
                stage.db,
                administrator,
                office.id,
                name=office.name,
                legal_form=office.legal_form,
                address=address,
                contact_point=contact,
                duty_phone=office.duty_phone,
                version=office.version,
            )


def _phase_1(stage: Stage) -> None:
    db, mira = stage.db, stage.actors["mira"]
    day = stage.weekday(PHASE_1)
    with stage.on(PHASE_1 - 10):
        meeting = meetings.plan(
            db,
            mira,
            kind="phase_1",
            planned_at=stage.moment(day, 13),
            cooperation_id=stage.cooperation_id,
            place=say("cooperation.place"),
            chair_id=stage.actors["elena"].person_id,
            minute_taker_id=stage.actors["pavel"].person_id,
            people=stage.person(*TEAM),
        )
        meetings.invite(db, mira, meeting.id, version=meeting.version)
    with stage.on(day, 13):
        running = story_meetings.sit(stage, "elena", meeting.id)
        story_meetings.write_items(stage, "pavel", running)
    with stage.on(day, 14, 30):
        tables.close(db, stage.actors["elena"], meeting.id)
    story_meetings.agree(stage, meeting.id, Agreed("mira", day + 3), Agreed("lea", day + 4))


def _afterwards(stage: Stage) -> None:
    """What the meeting left: an open question, common words, and drafts for the agreement."""
    db, lea, mira = stage.db, stage.actors["lea"], stage.actors["mira"]
    with stage.on(PHASE_1 + 5):
        cooperations.write_point(
            db,
            lea,
            stage.cooperation_id,
            point=cooperations.OPEN_QUESTIONS,
            texts={"vss_said": say("phase_1.open_questions.vss_said")},
            seen={},
        )
        glossary_terms.take_starters(db, lea, stage.cooperation_id, keys=STARTERS)
        for term in ("relapse", "success"):
            glossary_terms.add(
                db,
                mira,
                stage.cooperation_id,
                term=term.capitalize(),
                meaning=say(f"glossary.{term}"),
                difference=say(f"glossary.{term}_difference"),
            )
    with stage.on(PHASE_1 + 7):
        for key, chapter, side, point in PROPOSALS:
            cooperations.propose(
                db,
                mira if side != "vss" else lea,
                stage.cooperation_id,
                chapter=chapter,
                wording=say(f"proposal.{key}"),
                side=side,
                point=point,
            )
    db.flush()


def _train(stage: Stage) -> None:
    """Both teams take the six sessions; the directors only the one on the protocol itself."""
    sessions = [session.id for session in trainings.load().sessions]
    for session, after in zip(sessions, TRAININGS, strict=True):
        who = TEAM if session == sessions[-1] else tuple(key for key in TEAM if key not in {"mira", "lea"})
        day = stage.weekday(PHASE_1 + after)
        with stage.on(day, 17):
            training_marks.set_taken(
                stage.db,
                stage.actors["elena"],
                stage.cooperation_id,
                session=session,
                people=stage.person(*who),
                seen=(),
                done_on=stage.day(day),
            )


def _again(stage: Stage) -> None:
    """After a year both teams meet again; the invitation is not sent yet."""
    day = stage.weekday(12)
    with stage.on(-6):
        meetings.plan(
            stage.db,
            stage.actors["lea"],
            kind="phase_1",
            planned_at=stage.moment(day, 13),
            duration=timedelta(minutes=90),
            cooperation_id=stage.cooperation_id,
            place=say("cooperation.invited_again"),
            bring=say("cooperation.bring_again"),
            chair_id=stage.actors["ivo"].person_id,
            minute_taker_id=stage.actors["nina"].person_id,
            people=stage.person(*TEAM),
        )


def _duties(stage: Stage) -> None:
    with stage.on(-1):
        for key, phone in (("ivo", "+00 555 0100"), ("elena", "+00 555 0200")):
            duties.take(
                stage.db,
                stage.actors[key],
                phone=phone,
                from_at=stage.moment(-1, 18),
                until_at=stage.moment(29, 18),
            )
