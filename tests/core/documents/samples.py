"""One document of each kind, and the words of the file that they are printed with."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.content import participation
from core.documents import (
    action_plan,
    breach_report,
    closing_report,
    emergency_sheet,
    for_him,
    invitation,
    minutes,
    notice_paper,
    person_copy,
    phase_1_record,
    picture,
    risk_record,
    safety_plan,
    talk_record,
)
from core.documents.frame import Printed
from core.documents.kinds import DocumentKind, Recipient
from core.locale import Words

words = Words()
PRINTED = Printed(by="Elena D.", at_text="26 April 2026, 10:05")


PLANNED = (
    minutes.PlannedAction(
        need="The children are not asked for information on their mother",
        action="A session of the programme on this, without naming a source",
        term="10 February 2026",
        responsible="Turning Point Marlen, Ivo K.",
        state="Done on 9 February 2026",
    ),
    minutes.PlannedAction(
        need="The tablet of C-07a may be watched",
        action="Look at it together with an IT professional",
        term="6 February 2026",
        responsible="Aurora House, Nina B.",
        state="Not possible any more: the tablet was given back",
    ),
)

MINUTES = minutes.MinutesDocument(
    case_code="MAR-07",
    meeting_kind="Periodic joint meeting",
    held_at_text="26 April 2026, 10:00 to 10:45",
    place="Aurora House, meeting room",
    chair="Elena D.",
    minute_taker="Pavel S.",
    version_text="Version 2",
    status="Draft",
    printed=PRINTED,
    apologies="Child protection, written return received",
    not_there="Pavel S., Programme of the test",
    risk_level="High (Elena D., Ivo K., 2 February 2026)",
    risk_settled="The woman: threats with a weapon",
    attendance=(
        minutes.Attendee("Elena D.", "Aurora House", "Case manager", "In person", declaration_confirmed=True),
        minutes.Attendee(
            "Ivo K.", "Turning Point Marlen", "Case manager", "Remotely", declaration_confirmed=True
        ),
        minutes.Attendee(
            "Nina B.", "Aurora House", "Partner contact", "In writing", declaration_confirmed=False
        ),
    ),
    last_actions=PLANNED,
    items=(
        minutes.MinutesItem(
            "What the victim support service brings",
            facts="W-07 moved on 3 February.\nThe school of C-07a has been informed.",
            views="Aurora House sees the time around the court date as the most dangerous.",
            decisions="Both services call each other on the evening before the court date.",
        ),
        minutes.MinutesItem("Risk", facts="M-07 missed two sessions.", decisions="The level stays high."),
        minutes.MinutesItem("Closing"),
    ),
    new_actions=PLANNED[:1],
    next_meeting="26 July 2026, 10:00, Turning Point Marlen",
    corrections=("Item 2: two sessions, not three.",),
    approvals=("Elena D., Aurora House, 27 April 2026, 09:12",),
)

INVITATION = invitation.InvitationDocument(
    case_code="MAR-07",
    meeting_kind="Periodic joint meeting",
    held_at_text="26 April 2026, 10:00",
    place="Aurora House, meeting room",
    length="45 minutes",
    printed=PRINTED,
    link="https://meet.marlen.example/room-3",
    agenda=(
        invitation.AgendaLine("Opening, attendance, conflicts of interest", "2"),
        invitation.AgendaLine("Purpose and confidentiality declaration", "2"),
        invitation.AgendaLine("Actions of the last meeting", "5"),
    ),
    bring=("What has changed since the last meeting", "Your open actions"),
    is_remote=True,
)

PLAN_ROWS = tuple(
    action_plan.PlanRow(row.need, row.action, row.term, person, service, row.state)
    for row, person, service in zip(
        PLANNED, ("Ivo K.", "Nina B."), ("Turning Point Marlen", "Aurora House"), strict=True
    )
)
PLAN = action_plan.ActionPlanDocument(
    case_code="MAR-07",
    as_of_text="10 February 2026",
    agreed_text="First joint meeting, 30 January 2026: 2 actions",
    changed_text="9 February 2026, 10:05, Ivo K., Turning Point Marlen",
    version_text="Version 3",
    printed=PRINTED,
    rows=PLAN_ROWS,
)
EXTRACT = replace(PLAN, rows=PLAN_ROWS[1:], extract_for="Aurora House")

EMERGENCY = emergency_sheet.EmergencySheet(
    case_code="MAR-07",
    reason="He missed a session and she has called",
    risk_level="High, 26 April 2026",
    in_household="Not known, 3 April 2026, 18:20",
    printed=PRINTED,
    open_notices="New violence, 3 April 2026",
    risk_note="He knows about the date at court.",
    on_duty=(
        emergency_sheet.OnDuty("Turning Point Marlen", "Pavel S.", "555 0101"),
        emergency_sheet.OnDuty("Aurora House", "Nina B.", "555 0102"),
    ),
    actions=PLANNED,
    safe_contact=emergency_sheet.SafeContact(
        "A friend's telephone", "17:00 to 19:00", "Yes", "Leave no message.", "Unsafe since Monday"
    ),
)

PHASE_1 = phase_1_record.Phase1Record(
    services="Turning Point Marlen and Aurora House",
    held_at_text="12 January 2026",
    place="Town hall of Marlen",
    chair="Mira T.",
    minute_taker="Nina B.",
    status="Agreed",
    printed=PRINTED,
    attendance=(
        phase_1_record.TeamMember("Mira T.", "Turning Point Marlen", "Manager"),
        phase_1_record.TeamMember("Lea V.", "Aurora House", "Manager"),
    ),
    points=(
        phase_1_record.Phase1Point(
            "Foundations and ways of working",
            pp="We work in groups of eight men over nine months.",
            vss="We work with each woman alone, as long as she wants.",
            agreed="Each team visits the other once a year.",
            different_views="Whether couple talks may ever be offered: Aurora House says no.",
        ),
    ),
    glossary=(phase_1_record.GlossaryEntry("Drop-out", "He ends, or is excluded, before the last session."),),
    training=(phase_1_record.TrainingTopic("Meetings timeline", "12 January 2026", "12 January 2026"),),
    results=(phase_1_record.DraftResult("Commitments", "Notice of a drop-out on the same day."),),
    open_questions=("Who informs the school?",),
    next_meeting="12 January 2027",
)

TALK = talk_record.TalkRecord(
    services="Turning Point Marlen and Aurora House",
    held_on_text="5 January 2026",
    pp_present="Director, coordinator",
    vss_present="Director",
    status="Held, as of 6 January 2026",
    printed=PRINTED,
    challenges=(
        talk_record.RatedChallenge(
            "Too little trust", "some\nOnce a call was not answered.", "serious", "≠ one step apart"
        ),
    ),
    commitments=(
        talk_record.Commitment("Know how the other works", "We visit.", "both services", "15 March 2026"),
    ),
    aspects=(talk_record.MeantAspect("Goals and results in common", "The women say that they are safer."),),
)


RISK = risk_record.RiskRecord(
    case_code="K-2026-07",
    version_text="Version 1",
    occasion="First assessment",
    begun_text="12 January 2026, 10:00",
    opened_text="15 January 2026, 10:00",
    handed_in="Bridge: handed in on 14 January 2026\nAurora House: handed in on 16 January 2026, after the opening",
    finished_text="Ivo K., 2 March 2026",
    her_view="High\nThe worst time is around the hearing.",
    sources="Starter list",
    status="Finished",
    printed=PRINTED,
    levels=(risk_record.ChosenLevel("High", "She is afraid.", "Elena D., Aurora House"),),
    persons=(
        risk_record.AssessedPerson(
            "The woman: starter list",
            "Not the original.",
            (
                risk_record.AssessedLine(
                    "He has access to weapons", "Not present", "Present\nTold", "Present", "Tell the police"
                ),
            ),
        ),
    ),
    gaps=(risk_record.Gap("The woman", "He has threatened to kill her"),),
    results=(risk_record.ResultRow("An instrument", "3 January 2026", "Police of Marlen", "High"),),
)
CLOSING = closing_report.ClosingReport(
    case_code="K-2026-07",
    status="Closed",
    ground="Programme completed",
    opened_text="12 January 2026",
    ended_text="3 March 2027",
    follow_up_text="3 September 2027",
    agreement_text="3 October 2027",
    proposed_text="Ivo K., 5 March 2027, 10:00",
    agreed_text="Elena D., 6 March 2027, 9:00",
    lacking="Nobody could come",
    level="High",
    printed=PRINTED,
    written=(closing_report.WrittenPart("What was done together", "A year of the group", ""),),
    times=(closing_report.AskedTime("T3 · End", "3 March 2027", "done", "not done"),),
    meetings=(closing_report.HeldMeeting("12 January 2026, 10:00", "Closing meeting"),),
    actions=(closing_report.EndedAction("Order", "Legal advice", "Aurora House", "Done"),),
)
BREACH = breach_report.BreachReport(
    service="Aurora House",
    about="Nina B. · K-2026-07",
    days="1 April 2026 to 26 April 2026",
    people="1 woman, 2 children",
    cases="1",
    classes="C6: who she is\nC5: what she said",
    printed=PRINTED,
    rows=(
        breach_report.ReachRow("Nina B.", "Aurora House", "read our file", "3", "2 April 2026", "C6, C5, C2"),
    ),
)
SAFETY = safety_plan.SafetyPlan(
    case_code="K-2026-07",
    approach="Led by her",
    review_on="20 January 2026",
    printed=PRINTED,
    route=safety_plan.Route(
        "Any country", "Nobody has to report.", "Working structure", ("Police: takes it",)
    ),
    safe_device="The one at the library",
    account_use="Friends only",
    escalation="He drives to her mother",
    areas=(
        safety_plan.PlannedArea(
            "New accounts",
            (
                safety_plan.PlannedAction(
                    "Leave the family account",
                    "Nina B.",
                    is_ours=True,
                    until="3 Feb 2026",
                    first="She has moved",
                ),
            ),
        ),
    ),
    warnings=("A shared account is left. The others are told.",),
    media=(
        safety_plan.MappedMedium("Tablet · the children's", "his devices", "photos", "▲ he knows the code"),
    ),
    forms=(safety_plan.FoundForm("Stealing passwords", "Past", "In May"),),
    evidence=(safety_plan.KeptEvidence("Eleven messages", "4 January 2026", "In the safe", "Police"),),
    cares=("She decides.",),
    reached=safety_plan.Reached(
        "Her colleague at work", "Mornings", "known", "Leave no message.", "Unsafe since Monday"
    ),
    steps=(safety_plan.AnsweredStep("Whether they share accounts", "Yes"),),
    shared="He named the street.",
)
NOTICE = notice_paper.NoticePaper(
    kind=DocumentKind.NOTICE,
    header="MAR-07",
    facts={
        "case": "MAR-07",
        "about": "Left or was excluded",
        "happened_on": "20 June 2026",
        "sent": "Ivo K., 20 June 2026, 16:00",
        "rule": "For the work of both services, not to be said to him",
    },
    parts=(
        notice_paper.Part("What happened, in words", ("He does not come any more.",)),
        notice_paper.Part(words("document.notice.became"), ("Nina B. has read it.", "We ask for a meeting.")),
    ),
    closing=words("document.notice.closing"),
    printed=PRINTED,
    status="answered",
)
EXIT = notice_paper.NoticePaper(
    kind=DocumentKind.EXIT_REPORT,
    header="Turning Point Marlen",
    facts={
        "programme": "Turning Point Marlen",
        "name": "Miro A.",
        "what": "Left or was excluded",
        "on": "20 June 2026",
        "reason": "He did not come any more",
        "began": "12 January 2026",
        "attended": "14",
        "last_day": "1 June 2026",
        "missed": "3",
    },
    parts=(),
    closing=words("document.exit_report.closing"),
    printed=PRINTED,
)
PICTURE = picture.CasePicture(
    case_code="K-2026-07",
    as_of_text="26 April 2026, 10:05",
    span_text="12 January to 26 April 2026",
    printed=PRINTED,
    heads=("Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026"),
    lanes=(
        picture.GridRow("He: New violence", ("", "", "", "◆")),
        picture.GridRow("She: New violence", ("◆ ◆", "", "", "◆")),
    ),
    signs="◆ an account of new violence",
    differences=(
        "What it does to her: she reports that it got worse, he reports improvement, since Feb 2026.",
    ),
    months=(picture.Month("Apr 2026", him="9 Apr: New violence", her="2 Apr: New violence"),),
)
COPY = person_copy.PersonCopy(
    service="Aurora House",
    made_on="6 January 2026",
    data=(("Name", "Ana Bell"), ("Safe channel", "At her aunt's")),
    entries=(
        person_copy.Entry("What you were asked", "Joint meetings", "5 January 2026", "given"),
        person_copy.Entry("Notes", "What she told", "5 January 2026", "She told of Sunday."),
    ),
)


def for_his_words(said: Callable[..., str]) -> tuple[for_him.Paper, ...]:
    """The three papers that he may get, in the words that are given."""
    programme, name = "Turning Point Marlen", "Miro A."
    answers = [
        for_him.Answer("Conditions", "The programme may tell that he takes part.", "Given", "5 Jan 2026"),
        for_him.Answer(
            "Action plan",
            "What he needs may stand in it.",
            "Given, with exceptions",
            "5 Jan 2026",
            excepted="Nothing about his work",
            until="5 Jan 2027",
        ),
    ]
    return (
        for_him.participation(programme, name, participation.load(), said, "en"),
        for_him.attendance(programme, name, ["5 Jan 2026", "12 Jan 2026"], said, "en"),
        for_him.consent(programme, name, answers, said, "en"),
    )


FOR_HIM = TAKING_PART, ATTENDED, AGREED_TO = for_his_words(words)


def _as_it_is(document: Any) -> Any:
    return document


def makers(changed: Callable[[Any], Any] = _as_it_is) -> dict[DocumentKind, Callable[[], bytes]]:
    """How each kind of document but the agreements is made; `changed` gives another one in the place of a sample."""
    note = replace(MINUTES, is_consultation_note=True)
    return {
        DocumentKind.MINUTES: lambda: minutes.make(changed(MINUTES), Recipient.JOINT, words),
        DocumentKind.CONSULTATION_NOTE: lambda: minutes.make(changed(note), Recipient.JOINT, words),
        DocumentKind.INVITATION: lambda: invitation.make(changed(INVITATION), Recipient.AGENCY, words),
        DocumentKind.ACTION_PLAN: lambda: action_plan.make(changed(PLAN), Recipient.JOINT, words),
        DocumentKind.ACTION_PLAN_EXTRACT: lambda: action_plan.make(changed(EXTRACT), Recipient.VSS, words),
        DocumentKind.EMERGENCY_SHEET: lambda: emergency_sheet.make(changed(EMERGENCY), Recipient.VSS, words),
        DocumentKind.PHASE_1_RECORD: lambda: phase_1_record.make(changed(PHASE_1), Recipient.JOINT, words),
        DocumentKind.TALK_RECORD: lambda: talk_record.make(changed(TALK), Recipient.JOINT, words),
        DocumentKind.RISK_RECORD: lambda: risk_record.make(changed(RISK), Recipient.JOINT, words),
        DocumentKind.NOTICE: lambda: notice_paper.make(changed(NOTICE), Recipient.JOINT, words),
        DocumentKind.EXIT_REPORT: lambda: notice_paper.make(changed(EXIT), Recipient.AGENCY, words),
        DocumentKind.PICTURE: lambda: picture.make(changed(PICTURE), Recipient.JOINT, words),
        DocumentKind.PICTURE_VSS: lambda: picture.make(
            changed(PICTURE), Recipient.VSS, words, kind=DocumentKind.PICTURE_VSS
        ),
        DocumentKind.CLOSING_REPORT: lambda: closing_report.make(changed(CLOSING), Recipient.JOINT, words),
        DocumentKind.BREACH_REPORT: lambda: breach_report.make(changed(BREACH), Recipient.OWN, words),
        DocumentKind.SAFETY_PLAN: lambda: safety_plan.make(changed(SAFETY), Recipient.VSS, words),
        DocumentKind.PERSON_COPY: lambda: person_copy.make(changed(COPY), Recipient.PERSON, words),
        DocumentKind.PARTICIPATION_AGREEMENT: lambda: for_him.make(
            changed(TAKING_PART), Recipient.HIM, words, PRINTED
        ),
        DocumentKind.ATTENDANCE_CONFIRMATION: lambda: for_him.make(
            changed(ATTENDED), Recipient.HIM, words, PRINTED
        ),
        DocumentKind.HIS_CONSENT: lambda: for_him.make(changed(AGREED_TO), Recipient.HIM, words, PRINTED),
    }


def each() -> dict[DocumentKind, bytes]:
    """Each kind of document but the agreements, as bytes."""
    return {kind: make() for kind, make in makers().items()}
