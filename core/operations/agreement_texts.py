"""What an agreement says: its text from the clause library and what was chosen, its versions, its Word file."""

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from core import clock
from core.access import Actor
from core.content import agreements as content
from core.documents import agreement as paper
from core.documents import kept_layout
from core.documents.agreement import AgreementDraft, AgreementStatus, ClauseChoice, Layout, OwnClause
from core.documents.clause import Clause, parse
from core.documents.frame import Printed
from core.documents.kinds import Recipient
from core.errors import NotFound
from core.locale import Words
from core.models import (
    Agreement,
    AgreementClause,
    AgreementLevel,
    AgreementState,
    AgreementVersion,
    Approval,
    Person,
)
from core.operations import agreements, outgoing
from core.operations.papers import USUAL, Paper, Sending

#: The key of a clause that only this agreement has begins so; no clause of the library can.
OWN: Final = "own-"
_STATUS: Final = {
    AgreementState.DRAFT: AgreementStatus.DRAFT,
    AgreementState.WITHDRAWN: AgreementStatus.GIVEN_UP,
    AgreementState.APPROVED: AgreementStatus.AGREED,
    AgreementState.TERMINATED: AgreementStatus.ENDED,
}


@dataclass(frozen=True)
class ChangedLine:
    """A line of the comparison of two versions; `gap` stands for lines that are the same in both."""

    kind: Literal["same", "added", "removed", "gap"]
    text: str = ""


@dataclass(frozen=True)
class VersionRow:
    """One version in the list of versions."""

    number: int
    made_at: datetime
    made_by: str
    approved_by: tuple[str, ...]


def is_own(clause: AgreementClause) -> bool:
    return clause.key.startswith(OWN)


def content_of(agreement: Agreement) -> content.Agreement:
    """The clause library that the agreement is drafted from."""
    return content.load(agreement.level.value, agreement.content_version, agreement.language)


def draft_of(agreement: Agreement, *, number: int = 1) -> AgreementDraft:
    """The agreement as it stands now, ready to be laid out."""
    library = [clause for clause in agreement.clauses if not is_own(clause)]
    return AgreementDraft(
        content=content_of(agreement),
        answers=agreement.answers,
        clauses={
            clause.key: ClauseChoice(
                clause.is_included, clause.adapted, paper.ClauseState(clause.state.value), clause.note
            )
            for clause in library
        },
        own=tuple(
            OwnClause(
                clause.key,
                clause.chapter,
                clause.adapted or "",
                paper.ClauseState(clause.state.value),
                clause.note,
            )
            for clause in agreement.clauses
            if is_own(clause) and clause.is_included
        ),
        order={clause.key: clause.position for clause in agreement.clauses},
        version=number,
        status=status(agreement),
        day=status_day(agreement),
    )


def status(agreement: Agreement) -> AgreementStatus:
    """What the header of the Word file says."""
    if agreement.state is AgreementState.TERMINATED and agreement.in_force_from is None:
        return AgreementStatus.CALLED_OFF
    if agreement.state is not AgreementState.IN_FORCE:
        return _STATUS[agreement.state]
    today = clock.today()
    if agreement.ends_on is not None and agreement.ends_on < today:
        return AgreementStatus.ENDED
    if agreement.in_force_from is not None and agreement.in_force_from > today:
        return AgreementStatus.COMING
    return AgreementStatus.TO_END if agreement.terminated_on else AgreementStatus.IN_FORCE


def status_day(agreement: Agreement) -> date | None:
    """The day that the header names: from when on it holds, or the first day on which it does not."""
    match status(agreement):
        case AgreementStatus.COMING:
            return agreement.in_force_from
        case AgreementStatus.TO_END | AgreementStatus.ENDED:
            after = agreement.ends_on + timedelta(days=1) if agreement.ends_on else None
            return agreement.terminated_on or after
        case _:
            return None


def typed_end(agreement: Agreement) -> date | None:
    """The end that the text says, also where a later agreement or a termination came before it."""
    said = agreement.answers.get("end_date")
    return date.fromisoformat(str(said)) if agreement.level is AgreementLevel.CASE and said else None


def layout_of(draft: AgreementDraft) -> Layout:
    return paper.layout(draft, Words(draft.content.language))


def preview(draft: AgreementDraft, *, chapter: str = "", clause: str = "") -> str:
    """The text as Markdown, in which whatever was typed shows as typed: of a clause, of a chapter, or the whole."""
    words = Words(draft.content.language)
    if clause:
        return paper.markdown(paper.layout_of_clause(draft, clause, words))
    if chapter:
        return paper.markdown(paper.layout_of_chapter(draft, chapter, words))
    return paper.markdown(paper.layout(draft, words))


def clause_numbers(draft: AgreementDraft) -> dict[str, str]:
    """The number that each clause carries; none in the opening."""
    return paper.clause_numbers(draft)


def with_typed(
    draft: AgreementDraft,
    *,
    answers: Mapping[str, object] | None = None,
    clause: str = "",
    text: str | None = None,
) -> AgreementDraft:
    """The draft as it would be with what is typed but not saved; what cannot be accepted is left out."""
    kept = dict(draft.answers)
    for name, value in (answers or {}).items():
        kept.pop(name, None)
        kept |= content.acceptable(draft.content, name, value)
    draft = replace(draft, answers=kept)
    if text is None:
        return draft
    if clause.startswith(OWN):
        own = tuple(replace(one, text=text) if one.id == clause else one for one in draft.own)
        return replace(draft, own=own)
    choice = draft.clauses.get(clause, ClauseChoice(is_included=True))
    return replace(draft, clauses={**draft.clauses, clause: replace(choice, text=text)})


def clause_of(content_: content.Agreement, clause: AgreementClause) -> Clause:
    """A clause as its agreement words it, also where it is left out; its values are not filled in."""
    if is_own(clause):
        return parse(clause.adapted or "")
    return paper.wording(content_, clause.key, clause.adapted)


def wording_of(agreement: Agreement, clause: AgreementClause) -> str:
    """The wording of a clause as it is edited."""
    if clause.adapted is not None:
        return clause.adapted
    return content_of(agreement).clause(clause.key).text.strip()


def keep(db: Session, actor: Actor, agreement: Agreement) -> AgreementVersion:
    """Keep the text as a new version where it has changed; then all approvals lapse.

    The clauses must be loaded.
    """
    newest = newest_version(db, agreement.id)
    blocks = layout_of(draft_of(agreement))
    data = kept_layout.to_data(blocks)
    if newest is not None and newest.layout == data:
        return newest
    text = paper.plain_text(blocks)
    version = AgreementVersion(
        agreement_id=agreement.id,
        number=newest.number + 1 if newest else first_number(db, agreement),
        text=text,
        digest=digest(text),
        layout=data,
        made_by=actor.person_id,
    )
    db.add(version)
    db.flush()
    if newest is not None:
        lapse(db, agreement, at=version.created_at)
    return version


def first_number(db: Session, agreement: Agreement) -> int:
    """The number of the first version of an agreement: versions are numbered on over all that were drafted before it.

    So a number names one text of a case, or of two managements, and a paper that follows another has the higher one.
    """
    earlier = (
        select(func.max(AgreementVersion.number))
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(
            Agreement.id != agreement.id,
            Agreement.level == agreement.level,
            Agreement.cooperation_id == agreement.cooperation_id,
            Agreement.case_id.is_not_distinct_from(agreement.case_id),
        )
    )
    return 1 + (db.scalar(earlier) or 0)


def lapse(db: Session, agreement: Agreement, *, at: datetime | None = None) -> None:
    """End every approval of the agreement; an approved one is a draft again.

    `at` is the moment of the version that ends them: by it people are told through which change (agreement_lapses).
    """
    given = select(Approval).join(AgreementVersion, Approval.version_id == AgreementVersion.id)
    for approval in db.scalars(
        given.where(AgreementVersion.agreement_id == agreement.id, Approval.lapsed_at.is_(None))
    ):
        approval.lapsed_at = at or clock.now()
    if agreement.state is AgreementState.APPROVED:
        agreement.state = AgreementState.DRAFT


def digest(text: str) -> str:
    """The SHA-256 by which both sides can see that they speak of the same text."""
    return hashlib.sha256(text.encode()).hexdigest()


def newest_version(db: Session, agreement_id: UUID) -> AgreementVersion | None:
    """The newest version with its text; None where nothing was kept yet."""
    return db.scalars(
        select(AgreementVersion)
        .where(AgreementVersion.agreement_id == agreement_id)
        .options(undefer(AgreementVersion.text), undefer(AgreementVersion.layout))
        .order_by(AgreementVersion.number.desc())
        .limit(1)
    ).first()


def version_text(db: Session, actor: Actor, agreement_id: UUID, *, number: int) -> str:
    """The text of one version.

    Raises NotFound where there is no version of this number.
    """
    agreement = agreements.find(db, actor, agreement_id)
    text = db.scalar(
        select(AgreementVersion.text).where(
            AgreementVersion.agreement_id == agreement.id, AgreementVersion.number == number
        )
    )
    if text is None:
        raise NotFound
    return text


def compare(db: Session, actor: Actor, agreement_id: UUID, *, older: int, newer: int) -> list[ChangedLine]:
    """What the newer of two versions added and removed, with a line around each change."""
    before = _lines(version_text(db, actor, agreement_id, number=older))
    after = _lines(version_text(db, actor, agreement_id, number=newer))
    changed: list[ChangedLine] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(n=1):
        if changed:
            changed.append(ChangedLine("gap"))
        for tag, first, last, new_first, new_last in group:
            if tag == "equal":
                changed += [ChangedLine("same", line) for line in before[first:last]]
            else:
                changed += [ChangedLine("removed", line) for line in before[first:last]]
                changed += [ChangedLine("added", line) for line in after[new_first:new_last]]
    return changed


def versions(db: Session, actor: Actor, agreement_id: UUID) -> list[VersionRow]:
    """The versions, newest first: when and by whom each was made, and who approved it."""
    agreement = agreements.find(db, actor, agreement_id)
    made = db.execute(
        select(AgreementVersion, Person.name)
        .join(Person, Person.id == AgreementVersion.made_by)
        .where(AgreementVersion.agreement_id == agreement.id)
        .order_by(AgreementVersion.number.desc())
    ).all()
    approved = db.execute(
        select(Approval.version_id, Person.name)
        .join(Person, Person.id == Approval.person_id)
        .where(Approval.version_id.in_([version.id for version, _ in made]))
        .order_by(Approval.created_at)
    ).all()
    return [
        VersionRow(
            version.number,
            version.created_at,
            maker,
            tuple(name for version_id, name in approved if version_id == version.id),
        )
        for version, maker in made
    ]


def kept_preview(db: Session, actor: Actor, agreement_id: UUID) -> str:
    """The newest version as Markdown, laid out as it was kept."""
    agreement = agreements.find(db, actor, agreement_id)
    version = newest_version(db, agreement_id)
    return paper.markdown(_blocks(version, draft_of(agreement)))


@outgoing.document
def document(
    db: Session, actor: Actor, agreement_id: UUID, *, zone: str = "UTC", sending: Sending = USUAL
) -> Paper:
    """The newest version as a Word file, laid out as it was kept, with DRAFT in its header until both approved it."""
    agreement = agreements.find(db, actor, agreement_id)
    version = newest_version(db, agreement_id)
    draft = draft_of(agreement, number=version.number if version else 1)
    blocks = _blocks(version, draft)
    words = Words(agreement.language, zone)
    printed = Printed(by=actor.name, at_text=words.moment(clock.now()))
    recipient, choices = outgoing.to_whom(draft.kind, sending, Recipient(actor.kind.value))
    return Paper(
        kind=draft.kind,
        recipient=recipient,
        content=paper.make_from(draft, blocks, recipient, words, printed),
        record=agreement,
        act="export",
        case_id=agreement.case_id,
        choices=choices,
    )


def _blocks(version: AgreementVersion | None, draft: AgreementDraft) -> Layout:
    """What was kept; an agreement that was never kept is laid out now."""
    return kept_layout.from_data(version.layout) if version and version.layout else layout_of(draft)


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]
