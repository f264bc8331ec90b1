"""Every word that the documents say is in the words file, and every word of the file is said by a document."""

from dataclasses import replace

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
from core.documents.agreement import AgreementStatus, ClauseChoice, ClauseState, OwnClause, make
from core.documents.kinds import DocumentKind, Recipient
from core.locale import load
from tests.core.documents import samples
from tests.core.documents.agreement_samples import full


def test_the_words_of_the_file_are_those_that_documents_say() -> None:
    said: set[str] = set()

    def listening(key: str, **values: object) -> str:
        said.add(key)
        return samples.words(key, **values)

    note = replace(samples.MINUTES, is_consultation_note=True, next_meeting="")
    minutes.make(samples.MINUTES, Recipient.PP, listening)
    minutes.make(note, Recipient.PP, listening)
    invitation.make(samples.INVITATION, Recipient.PP, listening)
    nameless = replace(samples.INVITATION, printed=replace(samples.PRINTED, by=""))
    invitation.make(nameless, Recipient.PP, listening)
    action_plan.make(samples.PLAN, Recipient.PP, listening)
    action_plan.make(samples.EXTRACT, Recipient.VSS, listening)
    emergency_sheet.make(replace(samples.EMERGENCY, risk_note=""), Recipient.VSS, listening)
    phase_1_record.make(replace(samples.PHASE_1, next_meeting=""), Recipient.PP, listening)
    talk_record.make(samples.TALK, Recipient.PP, listening)
    risk_record.make(samples.RISK, Recipient.PP, listening)
    notice_paper.make(samples.NOTICE, Recipient.PP, listening)
    notice_paper.make(samples.EXIT, Recipient.OWN, listening)
    # Said by the operation that knows what became of a notice.
    said |= {f"document.{key}" for key in ("notice.became", "notice.closing", "exit_report.closing")}
    picture.make(samples.PICTURE, Recipient.PP, listening)
    picture.make(samples.PICTURE, Recipient.VSS, listening, kind=DocumentKind.PICTURE_VSS)
    breach_report.make(samples.BREACH, Recipient.OWN, listening)
    closing_report.make(samples.CLOSING, Recipient.PP, listening)
    safety_plan.make(samples.SAFETY, Recipient.VSS, listening)
    safety_plan.make(samples.SAFETY, Recipient.HER, listening)
    person_copy.make(samples.COPY, Recipient.PERSON, listening)
    for paper in samples.for_his_words(listening):
        for_him.make(paper, Recipient.HIM, listening, samples.PRINTED)
    said.add("document.emergency_sheet.barred")  # said by the operation that knows whom to call
    contest = {"persons": ClauseChoice(is_included=True, state=ClauseState.CONTESTED)}
    for agreement_id in ("organisation", "case"):
        for status in AgreementStatus:
            own = (OwnClause("own_1", "scope", "Text."),)
            draft = replace(full(agreement_id), status=status, clauses=contest, own=own)
            make(draft, Recipient.JOINT, listening, samples.PRINTED)

    assert said == {key for key in load("en") if key.startswith("document.")}
