"""Drafting: which clauses an agreement has, how they are worded here, whether they are agreed, and the answers.

Each of these keeps the text as a new version where it has changed, and then earlier approvals lapse.
"""

import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from core import access, audit, clock, text
from core.access import Actor
from core.content import agreements as content
from core.content.agreements import Answer
from core.documents.clause import parse, placeholder_lines
from core.errors import Conflict, Invalid, NotFound
from core.models import Agreement, AgreementClause, AgreementLevel, AgreementState, ClauseState
from core.operations import agreement_givens, agreement_starts, agreement_texts, agreements, files
from core.operations.agreement_texts import content_of

LONGEST_CLAUSE: Final = 6_000
#: Signs at the beginning of a line by which other editors make headings, lists, quotes and tables.
_OTHER_MARKDOWN: Final = re.compile(r"(#{2,}|#$|>|\*\s|\+\s|```|\|)")
#: Answers whose days must follow one another.
_IN_ORDER: Final = (
    ("start_date", "end_date"),
    ("t0_date", "t1_date", "t2_date", "t3_date"),
)


def include(
    db: Session,
    actor: Actor,
    agreement_id: UUID,
    clause_key: str,
    *,
    is_included: bool,
    version: int,
    reason: str = "",
) -> AgreementClause:
    """Put a clause in or leave it out; putting in one of several alternatives leaves the others out.

    Leaving out an essential clause needs a reason. What was noted to a clause, and that it is contested, stays with it.
    """
    agreement, clause = _open(db, actor, agreement_id, clause_key, version)
    library = content_of(agreement)
    item = None if agreement_texts.is_own(clause) else library.clause(clause.key)
    is_essential = item is not None and item.is_essential
    if not is_included:
        why = text.text(reason, field="reason", required=is_essential, longest=1_000)
        files.require_nothing_told(
            db, actor, agreement.case_id, why, field="reason", known=clause.left_out_why
        )
        clause.left_out_why = why
        if clause.state is ClauseState.AGREED:
            clause.state = ClauseState.OPEN
    else:
        clause.left_out_why = ""
    clause.is_included = is_included
    if is_included and item is not None and item.choice is not None:
        others = {one.id for one in library.clauses_of_choice(item.choice)} - {clause.key}
        for other in agreement.clauses:
            if other.key in others:
                other.is_included = False
    return _saved(db, actor, agreement, clause, "include" if is_included else "leave_out")


def adapt(
    db: Session, actor: Actor, agreement_id: UUID, clause_key: str, *, typed: str, version: int
) -> AgreementClause:
    """Word a clause in this agreement in its own way; the library stays as it is, and what was agreed is open."""
    agreement, clause = _open(db, actor, agreement_id, clause_key, version)
    wording = _checked_wording(agreement, typed)
    is_own = agreement_texts.is_own(clause)
    library = None if is_own else content_of(agreement).clause(clause.key).text
    known = f"{library or ''}\n{clause.adapted or ''}"
    files.require_nothing_told(db, actor, agreement.case_id, wording, field="text", known=known)
    # What is worded as in the library is not adapted.
    _reword(clause, None if library is not None and wording == library.strip() else wording)
    return _saved(db, actor, agreement, clause, "adapt")


def restore(
    db: Session, actor: Actor, agreement_id: UUID, clause_key: str, *, version: int
) -> AgreementClause:
    """Go back to the wording of the library; what was agreed is open.

    Raises Conflict for a clause that the library does not have.
    """
    agreement, clause = _open(db, actor, agreement_id, clause_key, version)
    if agreement_texts.is_own(clause):
        raise Conflict("error.agreement.clause_is_own")
    _reword(clause, None)
    return _saved(db, actor, agreement, clause, "restore")


def add_own(
    db: Session, actor: Actor, agreement_id: UUID, *, chapter: str, heading: str, typed: str
) -> AgreementClause:
    """Add a clause that the library does not have, at the end of a chapter."""
    agreement = agreements.find_changeable(db, actor, agreement_id)
    if chapter not in {one.id for one in content_of(agreement).chapters}:
        raise Invalid("error.agreement.chapter", field="chapter")
    heading = text.line(heading, field="heading", longest=150)
    files.require_nameless(db, actor, agreement.case_id, heading=heading, text=typed)
    wording = _checked_wording(agreement, f"# {heading}\n\n{text.text(typed, field='text')}")
    clause = AgreementClause(
        key=f"{agreement_texts.OWN}{uuid4().hex}",
        chapter=chapter,
        position=agreement_starts.next_position(agreement, chapter),
        adapted=wording,
    )
    agreement.clauses.append(clause)
    return _saved(db, actor, agreement, clause, "add_clause")


def move(
    db: Session, actor: Actor, agreement_id: UUID, clause_key: str, *, is_up: bool, version: int
) -> AgreementClause:
    """Let a clause change places with the one before or after it in its chapter; at the end nothing happens."""
    agreement, clause = _open(db, actor, agreement_id, clause_key, version)
    row = [one for one in agreement.clauses if one.chapter == clause.chapter and one.is_included]
    row.sort(key=lambda one: one.position)
    here = row.index(clause) if clause in row else -1
    there = here - 1 if is_up else here + 1
    if here < 0 or not 0 <= there < len(row):
        return clause
    clause.position, row[there].position = row[there].position, clause.position
    return _saved(db, actor, agreement, clause, "move")


def judge(
    db: Session,
    actor: Actor,
    agreement_id: UUID,
    clause_key: str,
    *,
    state: ClauseState,
    note: str,
    version: int,
) -> AgreementClause:
    """Say whether a clause is open, agreed or contested; a contested one needs a note of what is contested."""
    agreement, clause = _open(db, actor, agreement_id, clause_key, version)
    if not clause.is_included:
        raise Conflict("error.agreement.clause_left_out")
    said = text.text(note, field="note", required=state is ClauseState.CONTESTED, longest=1_000)
    files.require_nothing_told(db, actor, agreement.case_id, said, field="note", known=clause.note)
    clause.note = said
    clause.state = state
    clause.was_agreed = clause.was_agreed and state is ClauseState.OPEN
    return _saved(db, actor, agreement, clause, "judge")


def answer(
    db: Session,
    actor: Actor,
    agreement_id: UUID,
    *,
    answers: Mapping[str, object],
    was: Mapping[str, object],
) -> Agreement:
    """Answer questions; those that are not named stay as they are, an empty answer takes one away.

    `was` holds the same answers as the person saw them. Raises Conflict where somebody has changed one of them
    since; that another question was answered meanwhile is no conflict. An agreed clause that says something else by it
    is open again.
    """
    agreement = agreements.find_changeable(db, actor, agreement_id)
    library = content_of(agreement)
    checked = content.checked(library, answers)
    given = {ask.id for ask in library.asks if ask.kind == "given"}
    for name in answers:
        if name in given:
            raise Invalid("error.agreement.given", field=name)
        if agreement.answers.get(name, "") != _plain(was.get(name)):
            raise Conflict
    free = {ask.id for ask in library.asks if ask.kind in content.FREELY_TYPED}
    for name in free & checked.keys():
        said, known = str(checked[name]), str(agreement.answers.get(name, ""))
        files.require_nothing_told(db, actor, agreement.case_id, said, field=name, known=known)
    kept = {name: value for name, value in agreement.answers.items() if name not in answers} | checked
    _require_order(kept)
    if agreement.level is AgreementLevel.CASE:
        last = _day(kept, "end_date")
        # A renewal has none yet; whoever approves it is told.
        agreement.ends_on = text.day(last, field="end_date") if last or "end_date" in answers else None
        agreement.starts_on = _day(kept, "start_date")
    typed = {name: agreement.answers.get(name, "") for name in answers}
    _reopen_answered(agreement, typed, kept)
    agreement.answers = agreement_givens.with_given(db, agreement, kept)
    agreement_texts.keep(db, actor, agreement)
    db.flush()
    audit.record(db, actor, "answer", agreement, case_id=agreement.case_id)
    return agreement


def bring_up_to_date(db: Session, actor: Actor, agreement_id: UUID) -> Agreement:
    """Take over what the draft knows by itself: who manages the case now, and what was agreed above it since."""
    agreement = agreements.find_changeable(db, actor, agreement_id)
    agreement.answers = agreement_givens.with_given(db, agreement, agreement.answers)
    agreement_texts.keep(db, actor, agreement)
    db.flush()
    audit.record(db, actor, "bring_up_to_date", agreement, case_id=agreement.case_id)
    return agreement


def give_up(db: Session, actor: Actor, agreement_id: UUID, *, number: int, version: int) -> Agreement:
    """Give up a draft; it stays readable, and a new one can be begun. Who else answers for it is told who did.

    Raises Conflict where somebody has written a newer version of the text than the one that is given up.
    """
    agreement = agreements.find_changeable(db, actor, agreement_id)
    access.require_version(agreement, version)
    newest = agreement_texts.newest_version(db, agreement.id)
    if newest is not None and newest.number != number:
        raise Conflict("error.agreement.moved_on")
    agreement_texts.lapse(db, agreement)
    agreement.state = AgreementState.WITHDRAWN
    agreement.given_up_by, agreement.given_up_at = actor.person_id, clock.now()
    db.flush()
    audit.record(db, actor, "give_up", agreement, case_id=agreement.case_id)
    return agreement


def _open(
    db: Session, actor: Actor, agreement_id: UUID, clause_key: str, version: int
) -> tuple[Agreement, AgreementClause]:
    agreement = agreements.find_changeable(db, actor, agreement_id)
    clause = next((one for one in agreement.clauses if one.key == clause_key), None)
    if clause is None:
        raise NotFound
    access.require_version(clause, version)
    return agreement, clause


def _saved(
    db: Session, actor: Actor, agreement: Agreement, clause: AgreementClause, act: str
) -> AgreementClause:
    db.flush()
    agreement.answers = agreement_givens.with_given(db, agreement, agreement.answers)
    agreement_texts.keep(db, actor, agreement)
    audit.record(db, actor, act, clause, case_id=agreement.case_id)
    return clause


def _reword(clause: AgreementClause, wording: str | None) -> None:
    if clause.adapted != wording:
        _reopen(clause)
    clause.adapted = wording


def _reopen(clause: AgreementClause) -> None:
    """Other words than those that were agreed are not agreed: the clause is open, and says why."""
    if clause.state is ClauseState.AGREED:
        clause.state, clause.was_agreed = ClauseState.OPEN, True


def _reopen_answered(agreement: Agreement, answers: Mapping[str, Answer], now: Mapping[str, Answer]) -> None:
    """An agreed clause is open again where an answer that it had says something else now; a gap that is filled is none."""
    library = content_of(agreement)
    others = {name for name, said in answers.items() if said != "" and now.get(name) != said}
    for clause in agreement.clauses:
        asked = set(agreement_texts.clause_of(library, clause).placeholders()) - set(library.party_asks())
        if asked & others:
            _reopen(clause)


def _checked_wording(agreement: Agreement, typed: str) -> str:
    """The wording as it is kept: at most one heading, first; paragraphs; bullets; placeholders that are known."""
    wording = text.text(typed, field="text", longest=LONGEST_CLAUSE)
    for number, line in enumerate(wording.split("\n"), 1):
        said = line.strip()
        if _OTHER_MARKDOWN.match(said) or (said.startswith("# ") and number > 1):
            raise Invalid("error.agreement.clause_markdown", field="text", line=number)
    if not parse(wording).blocks:
        raise Invalid("error.agreement.clause_empty", field="text")
    known = {ask.id for ask in content_of(agreement).asks}
    for number, name in placeholder_lines(wording):
        if name not in known:
            raise Invalid("error.agreement.placeholder", field="text", line=number, name=name)
    return wording


def _require_order(answers: Mapping[str, Answer]) -> None:
    for names in _IN_ORDER:
        days = [(name, day) for name in names if (day := _day(answers, name)) is not None]
        for (_, first), (name, second) in pairwise(days):
            text.in_order(first, second, field=name)


def _day(answers: Mapping[str, Answer], name: str) -> date | None:
    value = answers.get(name)
    return date.fromisoformat(str(value)) if value else None


def _plain(value: object) -> object:
    """An answer as it was read from the page, as it is kept."""
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(value)
    return value.isoformat() if isinstance(value, date) else value
