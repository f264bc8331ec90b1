"""An agreement as its two pages show it: read once, with all that is asked about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor
from core.content import agreements as content
from core.content.agreements import Answer, Ask
from core.documents import agreement as paper
from core.documents.agreement import AgreementDraft, Missing, PlacedClause
from core.documents.clause import Clause
from core.models import (
    Agreement,
    AgreementClause,
    AgreementLevel,
    AgreementVersion,
    Approval,
    Person,
    SignedCopy,
)
from core.operations import (
    agreement_givens,
    agreement_lapses,
    agreement_texts,
    agreements,
    ended_agreements,
)
from core.operations.agreement_lapses import Lapse
from core.operations.agreements import Standing


@dataclass(frozen=True)
class Opened:
    """One agreement, what it is drafted from, what is still needed, and who has approved the newest version.

    `is_signed`: the signed paper of the newest version is filed; `has_copy`: one of any version is.
    """

    agreement: Agreement
    number: int
    digest: str
    approved_by: dict[UUID, str]
    is_signed: bool
    has_copy: bool
    #: What is filled in by itself and is not, or not any more, what the draft says.
    outdated: frozenset[str] = frozenset()
    #: Of these, what is so now.
    given_now: Mapping[str, Answer] = field(default_factory=dict)
    #: Who ended it before its time, and of which service.
    ended_by: tuple[str, str] = ("", "")
    #: Approvals that a change has ended, and that were not given anew.
    lapses: tuple[Lapse, ...] = ()

    @cached_property
    def content(self) -> content.Agreement:
        return agreement_texts.content_of(self.agreement)

    @cached_property
    def draft(self) -> AgreementDraft:
        return agreement_texts.draft_of(self.agreement, number=self.number)

    @cached_property
    def included(self) -> tuple[PlacedClause, ...]:
        return paper.included(self.draft)

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        return paper.missing(self.draft)

    @cached_property
    def contested(self) -> tuple[PlacedClause, ...]:
        return paper.contested(self.draft)

    @cached_property
    def open_clauses(self) -> tuple[PlacedClause, ...]:
        return paper.open_clauses(self.draft)

    @property
    def reopened(self) -> list[AgreementClause]:
        """The clauses that were agreed and are open again, as they say something else now."""
        return [clause for clause in self.in_order if clause.is_included and clause.was_agreed]

    @cached_property
    def numbers(self) -> dict[str, str]:
        """The number that each included clause carries in the text."""
        return agreement_texts.clause_numbers(self.draft)

    @property
    def standing(self) -> Standing:
        return agreements.standing(self.agreement)

    @property
    def is_changeable(self) -> bool:
        return self.agreement.state in agreements.CHANGEABLE

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.contested

    @cached_property
    def in_order(self) -> list[AgreementClause]:
        """All clauses in the order of the text."""
        return [clause for chapter in self.content.chapters for clause in self.clauses_of(chapter.id)]

    def clauses_of(self, chapter: str) -> list[AgreementClause]:
        """The clauses of a chapter in their order, those that are left out among them."""
        return [clause for clause in self.agreement.clauses if clause.chapter == chapter]

    def clause_text(self, clause: AgreementClause) -> Clause:
        return agreement_texts.clause_of(self.content, clause)

    def markdown(self, clause: AgreementClause) -> str:
        """The wording as it is edited."""
        return agreement_texts.wording_of(self.agreement, clause)

    def asks_of(self, names: Sequence[str]) -> tuple[Ask, ...]:
        """The questions behind these placeholders, in the order of the form."""
        return tuple(ask for ask in self.content.asks if ask.id in names)

    def asks_of_clause(self, clause: AgreementClause) -> tuple[Ask, ...]:
        """The questions that stand with a clause: those of the parties are asked once, with the parties."""
        parties = set(self.content.party_asks())
        return self.asks_of([name for name in self.clause_text(clause).placeholders() if name not in parties])

    def missing_of(self, clause: AgreementClause) -> list[str]:
        """The questions of a clause that nobody has answered."""
        return [ask.id for ask in self.asks_of_clause(clause) if ask.id in self._unanswered]

    def missing_of_parties(self) -> list[str]:
        return [name for name in self.content.party_asks() if name in self._unanswered]

    @cached_property
    def _unanswered(self) -> set[str]:
        return {item.id for item in self.missing if item.kind == "answer"}

    def place_of(self, item: Missing) -> tuple[str, str]:
        """Chapter and clause where something missing is settled; no clause: with the parties."""
        if item.kind == "reason":
            return self.content.clause(item.id).chapter, item.id
        if item.kind == "choice":
            first = self.content.clauses_of_choice(item.id)[0]
            return first.chapter, first.id
        return self._places.get(item.id, (self.content.chapters[0].id, ""))

    def place_of_answer(self, name: str) -> tuple[str, str] | None:
        """Chapter and clause where a question is asked; no clause: with the parties. None where nothing asks it now."""
        parties = (self.content.chapters[0].id, "") if name in self.content.party_asks() else None
        return self._places.get(name, parties)

    @cached_property
    def _places(self) -> dict[str, tuple[str, str]]:
        """The first clause that asks each question, but for those of the parties."""
        places: dict[str, tuple[str, str]] = {}
        for placed in self.included:
            for name in placed.clause.placeholders():
                places.setdefault(name, (placed.chapter, placed.id))
        return {name: place for name, place in places.items() if name not in self.content.party_asks()}


@access.of_case_of(Agreement)
def opened(db: Session, actor: Actor, agreement_id: UUID) -> Opened:
    """The agreement, opened.

    Raises NotFound where it is not the actor's.
    """
    agreement = agreements.find(db, actor, agreement_id)
    if agreement.level is AgreementLevel.CASE:
        audit.look(db, agreement, case_id=agreement.case_id)
    version = db.scalars(
        select(AgreementVersion)
        .where(AgreementVersion.agreement_id == agreement_id)
        .order_by(AgreementVersion.number.desc())
        .limit(1)
    ).first()
    ended_by = ended_agreements.ended_by(db, agreement)
    if version is None:
        return Opened(agreement, 1, "", {}, is_signed=False, has_copy=False, ended_by=ended_by)
    approved = db.execute(
        select(Approval.service_id, Person.name)
        .join(Person, Person.id == Approval.person_id)
        .where(Approval.version_id == version.id, Approval.lapsed_at.is_(None))
    )
    outdated = agreement_givens.outdated(db, agreement)
    is_changeable = agreement.state in agreements.CHANGEABLE
    copies = list(db.scalars(select(SignedCopy.version_id).where(SignedCopy.agreement_id == agreement_id)))
    return Opened(
        agreement,
        version.number,
        version.digest,
        {row.service_id: row.name for row in approved},
        is_signed=version.id in copies,
        has_copy=bool(copies),
        outdated=outdated,
        given_now=agreement_givens.given(db, agreement) if outdated else {},
        ended_by=ended_by,
        lapses=agreement_lapses.with_changes(db, agreement_id) if is_changeable else (),
    )
