"""What somebody typed into a draft and did not save: nobody approves a text while more of it lies in their own hands."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core.access import Actor
from core.models import Agreement, AgreementClause
from core.operations import agreement_texts, agreements, unsent
from core.operations.item_entries import same
from core.operations.unsent import UnsentText

#: Of whose text it is an answer or a new clause, by how its place begins; the places of the others name a clause.
_ANSWERS: Final = "answers"
_OWN_CLAUSE: Final = "own_clause"
_OF_CLAUSE: Final = frozenset({"clause", "leave_out"})


@dataclass(frozen=True)
class Begun:
    """A text that is kept for its author alone, and where in the draft it was typed."""

    kept: UnsentText
    #: The question, the field of the clause, or of a new clause its chapter.
    name: str
    clause: AgreementClause | None = None
    is_new: bool = False
    #: Does no field of the draft show it? It gave way to another text, or its clause is left out.
    is_aside: bool = False


def mine(db: Session, actor: Actor, agreement_id: UUID) -> list[Begun]:
    """The actor's own texts of this draft that say something else than it does, in the order of their places."""
    agreement = agreements.find(db, actor, agreement_id)
    return of_agreement(db, actor, agreement)


def of_agreement(db: Session, actor: Actor, agreement: Agreement) -> list[Begun]:
    """The same of an agreement that is read already."""
    found = [_begun(agreement, one.kept) for one in unsent.mine(db, actor)]
    ours = [one for one in found if one is not None and not _says_the_same(agreement, one)]
    return sorted(ours, key=lambda one: one.kept.slot)


def _begun(agreement: Agreement, kept: UnsentText) -> Begun | None:
    place, _, aside = kept.slot.partition(unsent.ASIDE)
    what, _, rest = place.partition(":")
    record, _, name = rest.partition(":")
    if what in {_ANSWERS, _OWN_CLAUSE} and record == str(agreement.id):
        return Begun(kept, name.partition(":")[0], is_new=what == _OWN_CLAUSE, is_aside=bool(aside))
    clause = next((one for one in agreement.clauses if str(one.id) == record), None)
    if what not in _OF_CLAUSE or clause is None:
        return None
    return Begun(kept, name, clause, is_aside=bool(aside) or not clause.is_included)


def _says_the_same(agreement: Agreement, begun: Begun) -> bool:
    return not begun.is_new and same(begun.kept.text, _saved(agreement, begun))


def _saved(agreement: Agreement, begun: Begun) -> str:
    clause = begun.clause
    if clause is None:
        return str(agreement.answers.get(begun.name) or "")
    match begun.name:
        case "wording":
            return agreement_texts.wording_of(agreement, clause)
        case "note":
            return clause.note
        case _:
            return clause.left_out_why
