"""Immediate notices: what one service tells the other at once, on a ground that bears it.

A notice leaves as a joint item (core.operations.joint_items, core.operations.releases), so consent, the second person,
the end and taking back are what they are everywhere. Whoever is in a hurry telephones; nothing leaves by itself.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor, Permission, find, require
from core.content import immediate_notices as content
from core.content.immediate_notices import Trigger
from core.errors import Conflict, Invalid, NotAllowed
from core.models import Case, ImmediateNotice, JointItem, PathEntry, ServiceKind
from core.operations import (
    cases,
    joint_items,
    joint_spaces,
    notice_texts,
    path_entries,
    releases,
    rules,
    telling,
)
from core.operations.identifying import Found
from core.operations.notice_texts import Said
from core.operations.releases import Basis, Terms

__all__ = ["Basis", "Said", "Terms"]

TOPIC: Final = joint_items.IMMEDIATE_NOTICE
#: For what a notice is shared: his by the conditions that he agreed to, hers to judge the danger.
PURPOSES: Final = {ServiceKind.PP: "programme_conditions", ServiceKind.VSS: "risk_assessment"}


@dataclass(frozen=True)
class Preview:
    """Exactly what the other service will read, and what in it would say who or where somebody is."""

    said: Said
    item: joint_items.Shown
    answer_hours: int
    found: tuple[Found, ...]
    #: It is read by nobody until a second person has confirmed it.
    waits: bool
    #: The own path does not hold it yet, and it can be entered there along with the notice.
    is_new_on_path: bool

    @property
    def digest(self) -> str:
        """What the one who sends gives back: that it was this that they saw."""
        whole = f"{joint_items.digest(self.item)}|{self.answer_hours}"
        return hashlib.sha256(whole.encode()).hexdigest()


def terms_of(actor: Actor, terms: Terms) -> Terms:
    """The ground of a notice: always for the purpose of its side."""
    return replace(terms, purpose=PURPOSES[actor.kind])


def hours_of(trigger: Trigger, found: rules.Rules) -> int:
    """How quickly it goes and is answered, as it is agreed now; 0: on the same working day."""
    return found.new_violence_hours if trigger.is_danger else found.notice_days * 24


@access.of_one_case
def preview(db: Session, actor: Actor, case_id: UUID, *, said: Said, terms: Terms) -> Preview:
    """What the other service would read if this were sent now; changes nothing."""
    case = _ready(db, actor, case_id)
    given = notice_texts.checked(said, path_entries.side_of(actor))
    item = _item(db, actor, case, given, terms_of(actor, terms))
    return Preview(
        said=given,
        item=joint_items.shown(item, actor.kind),
        answer_hours=hours_of(notice_texts.trigger_of(given), rules.of_case(db, case)),
        found=tuple(telling.found_or_alike(db, actor, case.id, given.words)),
        waits=actor.kind is ServiceKind.VSS and terms.basis is not Basis.CONSENT,
        is_new_on_path=_is_new_on_path(db, actor, case, given),
    )


def send(
    db: Session,
    actor: Actor,
    case_id: UUID,
    *,
    said: Said,
    terms: Terms,
    seen: str,
    entry_id: UUID | None = None,
    on_path: bool = False,
    names_are_meant: bool = False,
) -> ImmediateNotice:
    """Tell the other service. What comes from her without her consent waits for a second person.

    With `on_path` what it tells is entered on the own path too, where it does not stand there yet: what follows from
    his leaving is counted from the path.

    Raises Conflict where `seen` is not the digest of what leaves, and where a notice of the entry of the path that it
    tells of is there already.
    """
    case = _ready(db, actor, case_id)
    shown = preview(db, actor, case_id, said=said, terms=terms)
    releases.require_seen(shown.digest, seen)
    releases.require_meant(shown.found, are_meant=names_are_meant)
    if entry_id is not None:
        _require_untold(db, actor, case, shown.said, entry_id)
    elif on_path and shown.is_new_on_path:
        entry_id = _entered(db, actor, case, shown.said).id
    item = _item(db, actor, case, shown.said, terms_of(actor, terms))
    db.add(item)
    db.flush()
    notice = ImmediateNotice(
        item_id=item.id, entry_id=entry_id, answer_hours=shown.answer_hours, author_id=actor.person_id
    )
    db.add(notice)
    db.flush()
    file = cases.own_file(db, actor, case)
    releases.attach(db, actor, file.id, item, terms_of(actor, terms))
    audit.record(db, actor, "send_meant" if shown.found else "send", notice, case_id=case.id)
    db.flush()
    return notice


def take_back(db: Session, actor: Actor, notice_id: UUID) -> ImmediateNotice:
    """From now on the other service does not read it; what was read stays read.

    Raises NotAllowed for a notice of the other service, Conflict where it is not there any more.
    """
    require(actor, Permission.SHARE)
    statement = access.visible_immediate_notices(actor).options(joinedload(ImmediateNotice.item))
    notice = find(db, statement, notice_id)
    item = notice.item
    if item.service_id != actor.service_id:
        raise NotAllowed("error.not_your_item")
    if item.withdrawn_at is not None:
        raise Conflict("error.notice.taken_back")
    item.withdrawn_at = clock.now()
    audit.record(db, actor, "withdraw", item, case_id=item.case_id)
    db.flush()
    return notice


def told_entries(db: Session, actor: Actor) -> set[UUID]:
    """The entries of own paths of which a notice is there, or waits for a second person."""
    items = access.own_joint_items(actor).where(JointItem.withdrawn_at.is_(None))
    statement = select(ImmediateNotice.entry_id).where(
        ImmediateNotice.item_id.in_(items.with_only_columns(JointItem.id)),
        ImmediateNotice.entry_id.is_not(None),
    )
    return {entry_id for entry_id in db.scalars(statement) if entry_id is not None}


def of_entry(db: Session, actor: Actor, entry_id: UUID) -> list[tuple[ImmediateNotice, JointItem]]:
    """The own notices of an entry of the path that were not taken back, the newest first."""
    items = access.own_joint_items(actor).where(JointItem.withdrawn_at.is_(None))
    statement = (
        select(ImmediateNotice, JointItem)
        .join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .where(ImmediateNotice.entry_id == entry_id, JointItem.id.in_(items.with_only_columns(JointItem.id)))
        .order_by(ImmediateNotice.created_at.desc())
    )
    return [(notice, item) for notice, item in db.execute(statement)]


def _ready(db: Session, actor: Actor, case_id: UUID) -> Case:
    require(actor, Permission.SHARE)
    case = cases.find_open(db, actor, case_id)
    joint_spaces.require_open(db, actor, case, for_notice=True)
    return case


def _require_untold(db: Session, actor: Actor, case: Case, said: Said, entry_id: UUID) -> None:
    """Raise NotFound for what is not on the own path of the case."""
    entry = find(db, access.own_path_entries(actor).where(PathEntry.case_id == case.id), entry_id)
    if entry.kind not in notice_texts.trigger_of(said).path_kinds:
        raise Invalid("error.notice.entry", field="trigger")
    if entry.id in told_entries(db, actor):
        raise Conflict("error.notice.told")


def _path_kind(trigger: Trigger) -> str:
    """The one kind of entry that it tells of; empty for what is counted, and for what is no entry of a path."""
    return trigger.path_kinds[0] if len(trigger.path_kinds) == 1 and not trigger.counts else ""


def _is_new_on_path(db: Session, actor: Actor, case: Case, said: Said) -> bool:
    kind = _path_kind(notice_texts.trigger_of(said))
    if not kind:
        return False
    there = access.own_path_entries(actor).where(
        PathEntry.case_id == case.id, PathEntry.kind == kind, PathEntry.happened_on == said.happened_on
    )
    return db.scalars(there.limit(1)).first() is None


def _entered(db: Session, actor: Actor, case: Case, said: Said) -> PathEntry:
    kind = _path_kind(notice_texts.trigger_of(said))
    entry = path_entries.add(db, actor, case.id, kind=kind, happened_on=said.happened_on)
    db.flush()
    return entry


def _item(db: Session, actor: Actor, case: Case, said: Said, terms: Terms) -> JointItem:
    return JointItem(
        case_id=case.id,
        service_id=actor.service_id,
        author_id=actor.person_id,
        topic=TOPIC,
        text=notice_texts.write(said),
        use_rule=notice_texts.trigger_of(said).use_rule,
        purpose=terms.purpose,
        ends_on=releases.end(db, actor, terms),
    )


@access.of_one_case
def pace(db: Session, actor: Actor, case_id: UUID, trigger_id: str) -> tuple[int, bool]:
    """How quickly such a notice goes and is answered, and whether the two services agreed that themselves."""
    case = cases.find(db, actor, case_id)
    trigger = next((one for one in content.load().triggers if one.id == trigger_id), None)
    if trigger is None:
        raise Invalid("error.notice.trigger", field="trigger")
    found = rules.of_case(db, case)
    return hours_of(trigger, found), trigger.within in found.agreed
