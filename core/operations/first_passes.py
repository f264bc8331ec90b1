"""The first pass: what each service answers on its own, in its own file, before it reads what the other answers.

Nothing of it is joint until it is handed in, and then only what does not stay: for every item there is one row, and what
was not answered, is not known or stays in the file is the same row.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core import access, audit, clock, lists, text
from core.access import Actor, Permission, require
from core.errors import Conflict, Invalid, NotAllowed
from core.models import (
    CaseFile,
    ChildPart,
    FirstAnswer,
    FirstPass,
    HandedAnswer,
    HandedIn,
    How,
    JointItem,
    OutsideResult,
    RiskAssessment,
    RiskGrade,
    Seen,
    ServiceKind,
    SubjectKind,
)
from core.operations import cases, joint_items, laid_open, releases, risk_assessments, risk_boards, telling
from core.operations.identifying import Found, subjects_of
from core.operations.releases import Terms
from core.operations.risk_assessments import HER, Version

__all__ = ["HER", "How", "RiskGrade", "Seen"]

#: What the joint item of a handed-in first pass is called, and for what it is released.
TOPIC, PURPOSE = joint_items.FIRST_PASS, "risk_assessment"
LONGEST_NOTE = 1000
#: Whom it is about, and which item.
Key = tuple[str, str]


@dataclass(frozen=True)
class Given:
    """What somebody answers to one item."""

    seen: Seen
    past_on: date | None = None
    how: How | None = None
    told_by: str = ""
    note: str = ""
    stays: bool = False


@dataclass(frozen=True)
class Mine:
    """The first pass of the actor's own service, as it stands."""

    version: Version
    first_pass: FirstPass | None
    answers: Mapping[Key, FirstAnswer]
    parts: Mapping[str, ChildPart]
    #: What was handed in and not taken back; it may wait for a second person.
    item: JointItem | None
    #: Whose it is.
    side: ServiceKind | None

    @property
    def is_handed_in(self) -> bool:
        return self.item is not None

    @property
    def is_waiting(self) -> bool:
        return self.item is not None and self.item.released_at is None

    @property
    def ended_on(self) -> date | None:
        """The last day of the consent on which it was handed in, where that is over: nobody else reads it any more."""
        return self.item.ends_on if self.item is not None and self.item.has_ended else None

    @property
    def may_take_back(self) -> bool:
        """Always before the opening; afterwards at the victim support service, or where the consent has ended."""
        return self.item is not None and not laid_open.stays(
            self.item, self.side, is_open=self.version.assessment.is_open
        )

    @property
    def without_day(self) -> list[Key]:
        """What is answered as past and has no day yet: none of it can be handed in."""
        return [key for key, row in self.answers.items() if row.seen is Seen.PAST and row.past_on is None]

    def answered(self, about: str) -> int:
        return sum(1 for key in self.answers if key[0] == about)


@dataclass(frozen=True)
class Preview:
    """What the other service will read, and what in it would say who or where somebody is."""

    rows: tuple[HandedAnswer, ...]
    #: What outside instruments said: it goes with the first pass.
    results: tuple[OutsideResult, ...]
    her_grade: RiskGrade | None
    her_words: str
    ends_on: date | None
    found: tuple[Found, ...]

    @property
    def digest(self) -> str:
        """What the one who hands in sends back: that it was this that they saw."""
        said = [
            [
                str(each)
                for each in (row.about, row.item, row.seen, row.past_on, row.how, row.told_by, row.note)
            ]
            for row in self.rows
        ]
        results = [(one.instrument, str(one.done_on), one.done_by, one.result) for one in self.results]
        whole = repr((said, results, str(self.her_grade), self.her_words, str(self.ends_on)))
        return hashlib.sha256(whole.encode()).hexdigest()

    @property
    def told(self) -> tuple[HandedAnswer, ...]:
        """The rows that say something."""
        return tuple(row for row in self.rows if row.seen is not Seen.NOT_KNOWN or row.note)


@access.of_case_of(RiskAssessment)
def mine(db: Session, actor: Actor, assessment_id: UUID) -> Mine:
    """What the actor's own service has answered; of the other's, nothing."""
    version = risk_assessments.version(db, actor, assessment_id)
    file = _file(db, actor, version.assessment)
    found = db.scalar(_own(actor, version.assessment.id))
    audit.look(db, file, "read_first_pass", case_id=file.case_id)
    answers, parts = {}, {}
    if found is not None:
        rows = db.scalars(access.visible_first_answers(actor).where(FirstAnswer.pass_id == found.id))
        answers = {(row.about, row.item): row for row in rows}
        said = db.scalars(access.visible_child_parts(actor).where(ChildPart.pass_id == found.id))
        parts = {row.about: row for row in said}
    return Mine(version, found, answers, parts, _live(db, actor, version.assessment.id), actor.kind)


@access.of_case_of(RiskAssessment)
def answer_of(db: Session, actor: Actor, assessment_id: UUID, about: str, item: str) -> FirstAnswer | None:
    """What the own service answers to one item now."""
    own = _own(actor, assessment_id).with_only_columns(FirstPass.id)
    statement = access.visible_first_answers(actor).where(
        FirstAnswer.pass_id.in_(own),
        FirstAnswer.about == lists.storable(about),
        FirstAnswer.item == lists.storable(item),
    )
    return db.scalar(statement)


def answer(
    db: Session, actor: Actor, assessment_id: UUID, *, about: str, item: str, given: Given, version: int
) -> FirstAnswer:
    """Answer one item for one's own service; `version` is 0 where nobody has answered it yet.

    Raises Conflict where a colleague answered it meanwhile, or where the first pass was handed in.
    """
    found = require_workable(db, actor, assessment_id)
    risk_assessments.require_about(db, actor, found, about, item)
    if given.stays and actor.kind is not ServiceKind.VSS:
        raise NotAllowed("error.risk.only_hers_stays")
    if about != HER:
        _require_part(db, actor, found, about)
    past_on = _past(db, actor, found.case_id, about, given)
    own = own_pass(db, actor, found)
    row = answer_of(db, actor, found.id, about, item)
    if (row.version if row else 0) != version:
        raise Conflict
    if row is None:
        row = FirstAnswer(pass_id=own.id, about=about, item=item, seen=given.seen)
        db.add(row)
    row.seen, row.past_on, row.how = given.seen, past_on, given.how
    row.told_by = text.line(given.told_by, field="told_by", required=False)
    row.note = text.text(given.note, field="note", required=False, longest=LONGEST_NOTE)
    row.stays = given.stays
    db.flush()
    audit.record(db, actor, "answer", own, case_id=found.case_id)
    return row


def say_part(
    db: Session,
    actor: Actor,
    assessment_id: UUID,
    *,
    about: str,
    takes_part: bool,
    confirmed: Sequence[str] = (),
    version: int,
) -> ChildPart:
    """Say whether a child itself takes part. Where it does, all principles must be confirmed before it is asked.

    `version` is 0 where nobody has said it yet. Raises Conflict where a colleague said it meanwhile.
    """
    found = require_workable(db, actor, assessment_id)
    if about not in risk_assessments.children_of(db, actor, found.id):
        raise Invalid("error.risk.about", field="about")
    own = own_pass(db, actor, found)
    principles = {one.id for one in risk_assessments.version(db, actor, found.id).of_children.principles}
    if takes_part and set(confirmed) != principles:
        raise Invalid("error.risk.principles", field="confirmed")
    row = _part(db, actor, own.id, about)
    if (row.version if row else 0) != version:
        raise Conflict
    if row is None:
        row = ChildPart(pass_id=own.id, about=about, takes_part=takes_part)
        db.add(row)
    row.takes_part = takes_part
    row.confirmed_by = actor.person_id if takes_part else None
    row.confirmed_at = clock.now() if takes_part else None
    db.flush()
    audit.record(db, actor, "child_part", own, case_id=found.case_id)
    return row


def write_her_view(
    db: Session,
    actor: Actor,
    assessment_id: UUID,
    *,
    grade: RiskGrade | None,
    words: str,
    stays: bool,
    version: int,
) -> FirstPass:
    """Write down how she herself sees the risk; `version` is 0 where the first pass holds nothing yet."""
    if actor.kind is not ServiceKind.VSS:
        raise NotAllowed("error.risk.only_hers_stays")
    found = require_workable(db, actor, assessment_id)
    known = db.scalar(_own(actor, found.id))
    # Answering made the first pass meanwhile, and wrote no view of hers into it.
    if (known.version if known else 1) != max(version, 1):
        raise Conflict
    own = known or own_pass(db, actor, found)
    own.her_grade, own.her_view_stays = grade, stays
    own.her_words = text.text(words, field="her_words", required=False, longest=LONGEST_NOTE)
    db.flush()
    audit.record(db, actor, "her_view", own, case_id=found.case_id)
    return own


@access.of_case_of(RiskAssessment)
def preview(db: Session, actor: Actor, assessment_id: UUID, *, terms: Terms) -> Preview:
    """What the other service would read if this were handed in now; changes nothing."""
    return _preview(db, actor, mine(db, actor, assessment_id), terms)


def _preview(db: Session, actor: Actor, own: Mine, terms: Terms) -> Preview:
    rows = tuple(_rows(own))
    kept = own.first_pass
    shows = kept is not None and not kept.her_view_stays
    grade = kept.her_grade if kept and shows else None
    words = kept.her_words if kept and shows else ""
    results = tuple(risk_boards.own_results(db, actor, own.version.assessment.id))
    of_results = [f"{one.instrument}\n{one.done_by}\n{one.result}" for one in results]
    told = "\n".join([*(f"{row.told_by}\n{row.note}" for row in rows), *of_results, words])
    hits = tuple(telling.found_or_alike(db, actor, own.version.case.id, told))
    return Preview(rows, results, grade, words, releases.end(db, actor, terms), hits)


def hand_in(
    db: Session,
    actor: Actor,
    assessment_id: UUID,
    *,
    terms: Terms,
    seen: str,
    names_are_meant: bool = False,
) -> HandedIn:
    """Hand the first pass in, on a ground that bears it: one release for the whole assessment.

    The other service reads it once both are open. Without her consent it waits for a second person. Raises Invalid for a
    past item without its day, Conflict where `seen` is not the digest of what is handed in.
    """
    require(actor, Permission.HAND_IN_RISK)
    found = require_workable(db, actor, assessment_id)
    own = own_pass(db, actor, found)
    answered = mine(db, actor, found.id)
    _require_days(answered)
    shown = _preview(db, actor, answered, terms)
    releases.require_seen(shown.digest, seen)
    releases.require_meant(shown.found, are_meant=names_are_meant)
    item = JointItem(
        case_id=found.case_id,
        service_id=actor.service_id,
        author_id=actor.person_id,
        topic=TOPIC,
        text="",
        purpose=PURPOSE,
        ends_on=shown.ends_on,
    )
    db.add(item)
    db.flush()
    handed = HandedIn(
        assessment_id=found.id,
        service_id=actor.service_id,
        item_id=item.id,
        her_grade=shown.her_grade,
        her_words=shown.her_words,
    )
    db.add(handed)
    db.flush()
    for row in shown.rows:
        row.handed_in_id = handed.id
    db.add_all(shown.rows)
    releases.attach(db, actor, own.file_id, item, terms)
    audit.record(db, actor, "hand_in_meant" if shown.found else "hand_in", own, case_id=found.case_id)
    db.flush()
    return handed


def take_back(db: Session, actor: Actor, assessment_id: UUID) -> None:
    """Take back what was handed in: what was read stays read, nobody reads it any more, and while it runs one answers on.

    Hers is taken back of a finished version too. Raises Conflict where nothing is handed in; and for the programme once
    it can have read her answers, unless his consent has ended.
    """
    require(actor, Permission.HAND_IN_RISK)
    found = _to_take_back(db, actor, assessment_id)
    item = _live(db, actor, found.id)
    if item is None:
        raise Conflict("error.risk.not_handed_in")
    laid_open.require_free(db, actor, item)
    item.withdrawn_at = clock.now()
    audit.record(db, actor, "withdraw", item, case_id=found.case_id)
    db.flush()


def _to_take_back(db: Session, actor: Actor, assessment_id: UUID) -> RiskAssessment:
    if actor.kind is not ServiceKind.VSS:
        return risk_assessments.require_running(db, actor, assessment_id)
    found = risk_assessments.find(db, actor, assessment_id)
    cases.find_open(db, actor, found.case_id)
    return found


@access.of_one_case
def still_shared(db: Session, actor: Actor, case_id: UUID) -> list[RiskAssessment]:
    """The finished versions in which hers still stands and may be taken back; for the victim support service alone."""
    if actor.kind is not ServiceKind.VSS or not access.may(actor, Permission.HAND_IN_RISK):
        return []
    case = cases.find(db, actor, case_id)
    live = access.visible_handed_in(actor).where(HandedIn.service_id == actor.service_id)
    items = select(JointItem.id).where(JointItem.released_at.is_not(None), JointItem.withdrawn_at.is_(None))
    ids = live.where(HandedIn.item_id.in_(items)).with_only_columns(HandedIn.assessment_id)
    statement = access.visible_assessments(actor).where(
        RiskAssessment.case_id == case.id, RiskAssessment.finished_at.is_not(None), RiskAssessment.id.in_(ids)
    )
    return list(db.scalars(statement.order_by(RiskAssessment.number.desc())))


def _own(actor: Actor, assessment_id: UUID) -> Select[FirstPass]:
    return access.visible_first_passes(actor).where(FirstPass.assessment_id == assessment_id)


def _file(db: Session, actor: Actor, found: RiskAssessment) -> CaseFile:
    """Raises NotFound for who may not read the file."""
    own = cases.own_file(db, actor, cases.find(db, actor, found.case_id))
    return access.find(db, access.visible_files(actor), own.id)


def require_workable(db: Session, actor: Actor, assessment_id: UUID) -> RiskAssessment:
    """The assessment, while the own service still answers. Raises Conflict where it has handed in."""
    require(actor, Permission.ANSWER_RISK)
    found = risk_assessments.require_running(db, actor, assessment_id)
    if _live(db, actor, found.id) is not None:
        raise Conflict("error.risk.handed_in")
    return found


def own_pass(db: Session, actor: Actor, found: RiskAssessment) -> FirstPass:
    """The own service's first pass; a new one where there is none yet."""
    own = db.scalar(_own(actor, found.id))
    if own is None:
        own = FirstPass(assessment_id=found.id, file_id=_file(db, actor, found).id)
        db.add(own)
        db.flush()
    return own


def _part(db: Session, actor: Actor, pass_id: UUID, about: str) -> ChildPart | None:
    statement = access.visible_child_parts(actor)
    return db.scalar(statement.where(ChildPart.pass_id == pass_id, ChildPart.about == about))


def _require_part(db: Session, actor: Actor, found: RiskAssessment, about: str) -> None:
    own = db.scalar(_own(actor, found.id))
    part = _part(db, actor, own.id, about) if own else None
    if part is None:
        raise Conflict("error.risk.part_first")


def _live(db: Session, actor: Actor, assessment_id: UUID) -> JointItem | None:
    """What the own service handed in and nobody took back."""
    own = access.visible_handed_in(actor).where(
        HandedIn.assessment_id == assessment_id, HandedIn.service_id == actor.service_id
    )
    statement = select(JointItem).where(
        JointItem.id.in_(own.with_only_columns(HandedIn.item_id)), JointItem.withdrawn_at.is_(None)
    )
    return db.scalar(statement.order_by(JointItem.created_at.desc()).limit(1))


def _past(db: Session, actor: Actor, case_id: UUID, about: str, given: Given) -> date | None:
    """The day of something past: not in the future, and not before the life of whom it is about."""
    if given.seen is not Seen.PAST or given.past_on is None:
        return None
    on = text.day(given.past_on, field="past_on")
    if on > clock.today():
        raise Invalid("error.in_the_future", field="past_on")
    kind = SubjectKind.HER if about == HER else SubjectKind.CHILD
    for one in subjects_of(db, actor, case_id):
        is_meant = one.kind is kind and (about in {HER, one.code})
        if is_meant and one.born_on is not None and on < one.born_on:
            raise Invalid("error.risk.before_birth", field="past_on")
    return on


def _require_days(own: Mine) -> None:
    for about, item in own.without_day:
        title = own.version.list_of(about).item(item).title
        raise Invalid("error.risk.past_day", field="past", item=title, about="" if about == HER else about)


def _rows(own: Mine) -> list[HandedAnswer]:
    """One row for every item, whatever was answered: in the order of the lists."""
    rows = []
    for about in own.version.about:
        for item in own.version.list_of(about).items:
            row = HandedAnswer(handed_in_id=own.version.assessment.id, about=about, item=item.id)
            said = own.answers.get((about, item.id))
            if said is not None and not said.stays:
                row.seen, row.past_on, row.note = said.seen, said.past_on, said.note
                if said.seen is not Seen.NOT_KNOWN:  # nobody reads there who told it, nor who hands it in
                    row.how, row.told_by = said.how, said.told_by
            rows.append(row)
    return rows
