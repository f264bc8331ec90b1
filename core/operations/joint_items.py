"""The joint space of a case: what one service puts there from its file, and takes back.

Sharing is an act of its own: the text may be shortened first, the one who shares sees exactly what the other side
will see, says what it may be used for, and leaves an event. The note stays as it was.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func
from sqlalchemy.orm import Session

from core import access, audit, clock, lists
from core.access import Actor, Permission, require
from core.content import file_topics
from core.errors import Conflict, NotAllowed
from core.models import Case, FileNote, JointItem, Service, ServiceKind
from core.operations import cases, files, joint_spaces, laid_open, releases, telling
from core.operations.identifying import Found
from core.operations.releases import Step, Terms
from core.text import line, text

#: The topic of what was released of new violence (core.operations.episode_releases).
EPISODE = "episode"
#: The topic of what was released of a path (core.operations.path_releases).
PATH_ENTRY = releases.PATH_ENTRY
#: The topic of a first pass of a risk assessment that was handed in (core.operations.first_passes).
FIRST_PASS = access.FIRST_PASS
#: The topic of a summary on change (core.operations.change_summaries).
CHANGE_SUMMARY = "change_summary"
#: The topic of an immediate notice (core.operations.immediate_notices).
IMMEDIATE_NOTICE = access.IMMEDIATE_NOTICE
#: What has a page of its own.
#: A first pass, once it is open, a summary on change and a notice are read where they are worked with.
ELSEWHERE = (FIRST_PASS, CHANGE_SUMMARY, IMMEDIATE_NOTICE)


class UseRule(StrEnum):
    """What the readers may do with an item; the first is what holds unless somebody says otherwise."""

    RISK_ONLY = "risk_only"
    JOINT_WORK = "joint_work"
    MAY_BE_SAID = releases.FOR_HIM


@dataclass(frozen=True)
class Shown:
    """An item as every reader sees it, whichever side they are on."""

    id: UUID
    side: ServiceKind
    service_id: UUID
    #: A key of the file topics.
    topic: str
    text: str
    source: str
    use_rule: UseRule
    #: A key of the consent purposes.
    purpose: str
    shared_on: date
    #: None: until the agreement of the case ends.
    ends_on: date | None
    #: What happened on a path, and when; of what was released of one.
    step: Step | None = None


@dataclass(frozen=True)
class Preview:
    """What the other side will see, and what in it would say who or where somebody is."""

    shown: Shown
    found: tuple[Found, ...]

    @property
    def digest(self) -> str:
        """What the one who shares sends back: that it was this that they saw."""
        return digest(self.shown)


def shown(item: JointItem, side: ServiceKind, step: Step | None = None) -> Shown:
    """What is seen of an item: the preview and the other side's page come from here, and from nowhere else."""
    return Shown(
        id=item.id,
        side=side,
        service_id=item.service_id,
        topic=item.topic,
        text=item.text,
        source=item.source,
        use_rule=UseRule(item.use_rule),
        purpose=item.purpose,
        shared_on=clock.day(item.released_at or item.created_at),
        ends_on=item.ends_on,
        step=step,
    )


@access.of_case_of(FileNote)
def preview(
    db: Session,
    actor: Actor,
    note_id: UUID,
    *,
    text_: str,
    source: str = "",
    use_rule: UseRule = UseRule.RISK_ONLY,
    terms: Terms,
) -> Preview:
    """What the other side would see if this were shared now; changes nothing."""
    case, note = _ready(db, actor, note_id)
    item = _item(db, actor, case, note, text_=text_, source=source, use_rule=use_rule, terms=terms)
    return Preview(shown(item, actor.kind), _found(db, actor, item))


def share(
    db: Session,
    actor: Actor,
    note_id: UUID,
    *,
    text_: str,
    source: str = "",
    use_rule: UseRule = UseRule.RISK_ONLY,
    terms: Terms,
    names_are_meant: bool = False,
    seen: str,
) -> JointItem:
    """Put something from a note of the own file into the joint space, worded as it is given here.

    `seen` is the digest of the preview that the one who shares had before them. Raises Conflict where this is not what
    it showed. Where it holds a name or a contact of the file, they must say that this is meant. Without a ground that
    bears it nothing is shared; on some it waits for a second person (core.operations.releases).
    """
    case, note = _ready(db, actor, note_id)
    item = _item(db, actor, case, note, text_=text_, source=source, use_rule=use_rule, terms=terms)
    releases.require_seen(digest(shown(item, actor.kind)), seen)
    tells = _found(db, actor, item)
    releases.require_meant(tells, are_meant=names_are_meant)
    db.add(item)
    db.flush()
    releases.attach(db, actor, note.file_id, item, terms)
    # The own service's history keeps from which note it came; the other side reads no event of a note.
    audit.record(db, actor, "share_meant" if tells else "share", note, case_id=case.id)
    return item


def withdraw(db: Session, actor: Actor, item_id: UUID) -> JointItem:
    """Take back what one's own service shared; from now on nobody reads it in the joint space.

    Raises Conflict for a first pass of the programme that lies open beside hers.
    """
    require(actor, Permission.SHARE)
    item = access.find(db, access.visible_joint_items(actor), item_id)
    if item.service_id != actor.service_id:
        raise NotAllowed("error.not_your_item")
    laid_open.require_free(db, actor, item)
    item.withdrawn_at = clock.now()
    audit.record(db, actor, "withdraw", item, case_id=item.case_id)
    db.flush()
    return item


@access.of_one_case
def list_of_case(db: Session, actor: Actor, case_id: UUID) -> list[Shown]:
    """The joint space of a case, newest first."""
    case = cases.find(db, actor, case_id)
    rows = _rows(db, actor, case, JointItem.topic.not_in(ELSEWHERE))
    if rows:
        theirs = [item.released_at for item, _ in rows if item.service_id != actor.service_id]
        newest = max((at for at in theirs if at is not None), default=None)
        audit.look(db, case, "read_shared", case_id=case.id, newest=newest)
    return _shown(db, case, rows)


def of_topic(db: Session, actor: Actor, case_id: UUID, topic: str) -> list[Shown]:
    """Of the joint space of a case what both read on one topic, newest first."""
    case = cases.find(db, actor, case_id)
    rows = _rows(db, actor, case, JointItem.topic == lists.storable(topic))
    if rows:
        audit.look(db, case, "read_joint", case_id=case.id)
    return _shown(db, case, rows)


def _rows(
    db: Session, actor: Actor, case: Case, of_topic: ColumnElement[bool]
) -> Sequence[Row[JointItem, ServiceKind]]:
    statement: Select[JointItem, ServiceKind] = (
        access.visible_joint_items(actor)
        .where(JointItem.case_id == case.id, of_topic)
        .join(Service, Service.id == JointItem.service_id)
        # When it was asked for, before a second person let it out, is its own service's to know.
        .order_by(func.coalesce(JointItem.released_at, JointItem.created_at).desc())
        .with_only_columns(JointItem, Service.kind)
    )
    return db.execute(statement).all()


def _shown(db: Session, case: Case, rows: Sequence[Row[JointItem, ServiceKind]]) -> list[Shown]:
    steps = releases.steps_of(db, case, [item for item, _ in rows])
    return [shown(item, side, steps.get(item.id)) for item, side in rows]


def _ready(db: Session, actor: Actor, note_id: UUID) -> tuple[Case, FileNote]:
    """The note and its case, where the note may be shared from."""
    require(actor, Permission.SHARE)
    note, case_id = files.open_note(db, actor, note_id)
    case = cases.find_open(db, actor, case_id)
    joint_spaces.require_open(db, actor, case)
    if file_topics.load().topic(note.topic).stays:
        raise Conflict("error.topic_stays")
    return case, note


def _item(
    db: Session,
    actor: Actor,
    case: Case,
    note: FileNote,
    *,
    text_: str,
    source: str,
    use_rule: UseRule,
    terms: Terms,
) -> JointItem:
    return JointItem(
        case_id=case.id,
        service_id=actor.service_id,
        author_id=actor.person_id,
        topic=note.topic,
        text=text(text_, field="text", longest=4000),
        source=line(source, field="source", required=False),
        use_rule=use_rule,
        purpose=terms.purpose,
        ends_on=releases.end(db, actor, terms),
    )


def digest(item: Shown) -> str:
    """Of all that a reader sees of an item, but for when it came."""
    seen = (
        item.side,
        item.service_id,
        item.topic,
        item.text,
        item.source,
        item.use_rule,
        item.purpose,
        item.ends_on,
        item.step,
    )
    return hashlib.sha256(repr([str(each) for each in seen]).encode()).hexdigest()


def _found(db: Session, actor: Actor, item: JointItem) -> tuple[Found, ...]:
    return tuple(telling.found_or_alike(db, actor, item.case_id, f"{item.text}\n{item.source}"))
