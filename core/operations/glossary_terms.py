"""The shared glossary of two services: words in one meaning, and what is still understood differently."""

from collections.abc import Collection
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit, text
from core.access import Actor, Permission, require, require_version
from core.content import glossary_terms as starters
from core.content.glossary_terms import Term
from core.errors import Conflict
from core.models import GlossaryTerm

__all__ = ["GlossaryTerm", "Starter"]
Starter: TypeAlias = Term


def of_cooperation(db: Session, actor: Actor, cooperation_id: UUID) -> list[GlossaryTerm]:
    """The words of a cooperation, in the order of the alphabet."""
    access.find(db, access.own_cooperations(actor), cooperation_id)
    rows = db.scalars(access.visible_terms(actor).where(GlossaryTerm.cooperation_id == cooperation_id))
    return sorted(rows, key=lambda row: row.term.casefold())


def starters_left(db: Session, actor: Actor, cooperation_id: UUID) -> list[Starter]:
    """Words to begin with that the glossary does not hold yet."""
    known = {row.term.casefold() for row in of_cooperation(db, actor, cooperation_id)}
    return [term for term in starters.load().terms if term.term.casefold() not in known]


def take_starters(
    db: Session, actor: Actor, cooperation_id: UUID, *, keys: Collection[str]
) -> list[GlossaryTerm]:
    """Take words over as they are, to be changed afterwards; one that is there already is left alone."""
    require(actor, Permission.WRITE_COOPERATION)
    left = [term for term in starters_left(db, actor, cooperation_id) if term.id in keys]
    made = [GlossaryTerm(cooperation_id=cooperation_id, term=one.term, meaning=one.meaning) for one in left]
    db.add_all(made)
    for term in made:
        audit.record(db, actor, "taken_over", term)
    return made


def add(
    db: Session, actor: Actor, cooperation_id: UUID, *, term: str, meaning: str, difference: str = ""
) -> GlossaryTerm:
    """Add a word. Raises Conflict where the glossary holds it already."""
    require(actor, Permission.WRITE_COOPERATION)
    known = {row.term.casefold() for row in of_cooperation(db, actor, cooperation_id)}
    word = text.line(term, field="term", longest=100)
    if word.casefold() in known:
        raise Conflict("error.cooperation.term_exists")
    made = GlossaryTerm(
        cooperation_id=cooperation_id,
        term=word,
        meaning=text.text(meaning, field="meaning", longest=2000),
        difference=text.text(difference, field="difference", required=False, longest=2000),
    )
    db.add(made)
    audit.record(db, actor, "added", made)
    return made


def revise(
    db: Session, actor: Actor, term_id: UUID, *, term: str, meaning: str, difference: str, version: int
) -> GlossaryTerm:
    """Change what a word means to both, or what each still understands differently."""
    found = _find(db, actor, term_id, version)
    word = text.line(term, field="term", longest=100)
    others = db.execute(
        select(GlossaryTerm.term).where(
            GlossaryTerm.cooperation_id == found.cooperation_id, GlossaryTerm.id != found.id
        )
    ).scalars()
    if word.casefold() in {other.casefold() for other in others}:
        raise Conflict("error.cooperation.term_exists")
    found.term = word
    found.meaning = text.text(meaning, field="meaning", longest=2000)
    found.difference = text.text(difference, field="difference", required=False, longest=2000)
    audit.record(db, actor, "revised", found)
    return found


def drop(db: Session, actor: Actor, term_id: UUID, *, version: int) -> None:
    """Take a word out of the glossary."""
    found = _find(db, actor, term_id, version)
    audit.record(db, actor, "dropped", found)
    db.delete(found)


def _find(db: Session, actor: Actor, term_id: UUID, version: int) -> GlossaryTerm:
    require(actor, Permission.WRITE_COOPERATION)
    found = access.find(db, access.visible_terms(actor), term_id)
    require_version(found, version)
    return found
