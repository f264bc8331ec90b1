"""How an agreement begins: a new draft of one of the two levels, or a new version of one in force."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock, text
from core.access import Actor
from core.content import agreements as content
from core.errors import Conflict, Invalid
from core.locale import Words
from core.models import (
    Agreement,
    AgreementClause,
    AgreementLevel,
    AgreementState,
    Case,
    ClauseState,
    Cooperation,
    Proposal,
)
from core.operations import agreement_givens, agreement_texts, agreements

#: The questions for the first day, at case level and between the organisations.
_FIRST_DAYS = ("start_date", "effective_date")

#: Where what Phase 1 brought may go.
PROPOSAL_CHAPTERS = frozenset({"principles", "objectives", "commitments"})


def draft(
    db: Session,
    actor: Actor,
    *,
    level: AgreementLevel,
    cooperation_id: UUID | None = None,
    case_id: UUID | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Agreement:
    """Begin a draft from the clause library: at organisation level for a cooperation, at case level for a case.

    A draft at organisation level takes over what Phase 1 proposed; one at case level needs its end date.
    Raises Conflict where one is being drafted already, and for a case that is not paired or is closed.
    """
    access.require(actor, agreements.drafting(level))
    if level is AgreementLevel.CASE:
        agreement = _for_case(db, actor, case_id, starts_on, ends_on)
    else:
        agreement = _for_cooperation(db, actor, cooperation_id)
    _require_no_draft(db, agreement)
    agreement.answers = agreement_givens.starting(db, agreement) | _dates(agreement)
    agreement.answers = agreement_givens.with_given(db, agreement, agreement.answers)
    agreement.clauses = _library_clauses(agreement)
    return _begun(db, actor, agreement, "draft")


def amend(db: Session, actor: Actor, agreement_id: UUID) -> Agreement:
    """Begin a new draft as a copy of an agreement in force or one that has ended; the old one stays as it is.

    Raises Conflict where the agreement is itself being drafted, or another one is.
    """
    old = agreements.find(db, actor, agreement_id, locked=True)
    access.require(actor, agreements.drafting(old.level))
    if old.state in agreements.CHANGEABLE:
        raise Conflict("error.agreement.is_draft")
    if old.case is not None:
        agreements.require_open(old.case)
    answers, starts_on, ends_on = dict(old.answers), old.starts_on, agreement_texts.typed_end(old)
    if _is_over(old):
        # What is over is not begun once more in its own time: the new one has a first day of its own.
        for name in _FIRST_DAYS:
            answers.pop(name, None)
        starts_on = None
    if ends_on is not None and ends_on < clock.today():
        # The new one needs a last day of its own: it is asked for before anybody approves.
        answers.pop("end_date", None)
        ends_on = None
    new = Agreement(
        level=old.level,
        cooperation_id=old.cooperation_id,
        case_id=old.case_id,
        content_version=old.content_version,
        language=old.language,
        answers=answers,
        starts_on=starts_on,
        ends_on=ends_on,
        created_by=actor.person_id,
    )
    new.case, new.cooperation = old.case, old.cooperation
    _require_no_draft(db, new)
    new.answers = agreement_givens.with_given(db, new, new.answers)
    copies = [
        AgreementClause(
            key=clause.key,
            chapter=clause.chapter,
            position=clause.position,
            is_included=clause.is_included,
            adapted=clause.adapted,
            state=clause.state,
            was_agreed=clause.was_agreed,
            note=clause.note,
            left_out_why=clause.left_out_why,
        )
        for clause in old.clauses
    ]
    known = {clause.key for clause in copies}
    new.clauses = copies + [clause for clause in _library_clauses(new) if clause.key not in known]
    return _begun(db, actor, new, "amend")


def _is_over(old: Agreement) -> bool:
    return old.state is AgreementState.TERMINATED or (old.ends_on is not None and old.ends_on < clock.today())


def waiting_proposals(db: Session, actor: Actor, agreement_id: UUID) -> int:
    """How many proposals of Phase 1 the draft has not taken over."""
    agreement = agreements.find(db, actor, agreement_id)
    return len(_not_taken(db, agreement))


def take_proposals(db: Session, actor: Actor, agreement_id: UUID) -> Agreement:
    """Take over what Phase 1 has proposed since the draft was begun, as own clauses at the end of their chapters."""
    agreement = agreements.find_changeable(db, actor, agreement_id)
    for proposal in _not_taken(db, agreement):
        agreement.clauses.append(_proposed(agreement, proposal))
    db.flush()
    agreement_texts.keep(db, actor, agreement)
    audit.record(db, actor, "take_proposals", agreement)
    return agreement


def next_position(agreement: Agreement, chapter: str) -> int:
    """The place after the last clause of a chapter."""
    return 1 + max((one.position for one in agreement.clauses if one.chapter == chapter), default=0)


def _for_cooperation(db: Session, actor: Actor, cooperation_id: UUID | None) -> Agreement:
    if cooperation_id is None:
        raise Invalid("error.empty", field="cooperation")
    services = (joinedload(Cooperation.pp), joinedload(Cooperation.vss))
    # Locked, so that two people who begin at once do not make two drafts.
    own = access.own_cooperations(actor).options(*services).with_for_update(of=Cooperation)
    cooperation = access.find(db, own, cooperation_id)
    agreement = Agreement(
        level=AgreementLevel.ORGANISATION, cooperation_id=cooperation.id, created_by=actor.person_id
    )
    agreement.cooperation = cooperation
    return agreement


def _for_case(
    db: Session, actor: Actor, case_id: UUID | None, starts_on: date | None, ends_on: date | None
) -> Agreement:
    if case_id is None:
        raise Invalid("error.empty", field="case")
    services = joinedload(Case.cooperation).options(joinedload(Cooperation.pp), joinedload(Cooperation.vss))
    case = access.find(db, access.visible_cases(actor).options(services).with_for_update(of=Case), case_id)
    agreements.require_open(case)
    starts_on = text.day(starts_on or clock.today(), field="starts_on")
    ends_on = text.day(ends_on, field="ends_on")
    text.in_order(starts_on, ends_on, field="ends_on")
    agreement = Agreement(
        level=AgreementLevel.CASE,
        cooperation_id=case.cooperation_id,
        case_id=case.id,
        starts_on=starts_on,
        ends_on=ends_on,
        created_by=actor.person_id,
    )
    agreement.case, agreement.cooperation = case, case.cooperation
    return agreement


def _require_no_draft(db: Session, agreement: Agreement) -> None:
    """One draft at a time: two would go different ways."""
    same = agreements.drafts(agreement.cooperation_id, agreement.case_id)
    with db.no_autoflush:
        if db.scalar(same.limit(1)) is not None:
            raise Conflict("error.agreement.draft_exists")


def _dates(agreement: Agreement) -> dict[str, content.Answer]:
    days = {"start_date": agreement.starts_on, "end_date": agreement.ends_on}
    return {name: day.isoformat() for name, day in days.items() if day is not None}


def _library_clauses(agreement: Agreement) -> list[AgreementClause]:
    return [
        AgreementClause(
            key=clause.id, chapter=clause.chapter, position=position, is_included=clause.is_default
        )
        for position, clause in enumerate(agreement_texts.content_of(agreement).clauses)
    ]


def _begun(db: Session, actor: Actor, agreement: Agreement, act: str) -> Agreement:
    db.add(agreement)
    db.flush()
    if agreement.level is AgreementLevel.ORGANISATION:
        for proposal in _not_taken(db, agreement):
            agreement.clauses.append(_proposed(agreement, proposal))
        db.flush()
    agreement_texts.keep(db, actor, agreement)
    audit.record(db, actor, act, agreement, case_id=agreement.case_id)
    return agreement


def _not_taken(db: Session, agreement: Agreement) -> list[Proposal]:
    if agreement.level is AgreementLevel.CASE or agreement.state is not AgreementState.DRAFT:
        return []
    taken = {clause.key for clause in agreement.clauses}
    proposals = db.scalars(
        select(Proposal)
        .where(Proposal.cooperation_id == agreement.cooperation_id, Proposal.chapter.in_(PROPOSAL_CHAPTERS))
        .order_by(Proposal.created_at)
    )
    return [one for one in proposals if _key(one) not in taken and one.text.strip()]


def _key(proposal: Proposal) -> str:
    return f"{agreement_texts.OWN}{proposal.id.hex}"


def _proposed(agreement: Agreement, proposal: Proposal) -> AgreementClause:
    """What a side proposed begins with the name of the service that commits itself, and ends with its day."""
    said = "\n".join(line.removeprefix("# ") for line in proposal.text.strip().split("\n"))
    if proposal.due_on is not None:
        words = Words(agreement.language)
        said += f"\n\n{words('agreement_draft.due', day=words.day(proposal.due_on))}"
    name = {"pp": "{{ pp_name }}: ", "vss": "{{ vss_name }}: "}.get(proposal.side, "")
    return AgreementClause(
        key=_key(proposal),
        chapter=proposal.chapter,
        position=next_position(agreement, proposal.chapter),
        adapted=f"{name}{said}",
        state=ClauseState.OPEN,
    )
