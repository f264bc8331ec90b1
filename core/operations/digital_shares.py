"""What the programme shares of digital violence: its own answers and what he does, as they stand, on a ground that bears it.

It is a joint item like any other. Shared anew it takes the place of what was shared before.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require
from core.errors import Invalid, NotAllowed
from core.locale import Words
from core.models import CaseFile, JointItem, ServiceKind
from core.operations import (
    cases,
    digital_steps,
    digital_words,
    joint_items,
    joint_spaces,
    own_files,
    releases,
    safety_actions,
    telling,
)
from core.operations.joint_items import Preview, Shown, UseRule
from core.operations.releases import Terms

TOPIC = "digital"


@dataclass(frozen=True)
class Standing:
    """What the own service shares now; and whether it is still what stands in the file."""

    item: JointItem | None
    is_current: bool


@access.of_one_case
def of_other(db: Session, actor: Actor, case_id: UUID) -> list[Shown]:
    """What the programme has shared, for the victim support service."""
    return joint_items.of_topic(db, actor, case_id, TOPIC)


@access.of_one_case
def standing(db: Session, actor: Actor, case_id: UUID, *, words: Words) -> Standing:
    """What the own service shares of it now."""
    item = _live(db, actor, case_id)
    return Standing(item, item is not None and item.text == _text(db, actor, case_id, words))


@access.of_one_case
def preview(
    db: Session,
    actor: Actor,
    case_id: UUID,
    *,
    words: Words,
    terms: Terms,
    use_rule: UseRule = UseRule.RISK_ONLY,
) -> Preview:
    """What the other service would read if this were shared now; changes nothing."""
    _file, item = _ready(db, actor, case_id, words, terms, use_rule)
    return _preview(db, actor, item)


def share(
    db: Session,
    actor: Actor,
    case_id: UUID,
    *,
    words: Words,
    terms: Terms,
    seen: str,
    use_rule: UseRule = UseRule.RISK_ONLY,
    names_are_meant: bool = False,
) -> JointItem:
    """Share it as it stands. `seen` is the digest of the preview; raises Conflict where this is not what it showed."""
    file, item = _ready(db, actor, case_id, words, terms, use_rule)
    shown = _preview(db, actor, item)
    if not item.text:
        raise Invalid("error.digital.nothing_to_share", field="text")
    releases.require_seen(shown.digest, seen)
    releases.require_meant(shown.found, are_meant=names_are_meant)
    if (before := _live(db, actor, case_id)) is not None:
        before.withdrawn_at = clock.now()
    db.add(item)
    db.flush()
    releases.attach(db, actor, file.id, item, terms)
    audit.record(db, actor, "share_digital", file, case_id=case_id)
    db.flush()
    return item


def _ready(  # noqa: PLR0917
    db: Session, actor: Actor, case_id: UUID, words: Words, terms: Terms, use_rule: UseRule
) -> tuple[CaseFile, JointItem]:
    require(actor, Permission.SHARE)
    if actor.kind is not ServiceKind.PP:
        # Of her devices and her plan nothing is shared; what helps her is told from a note, word by word.
        raise NotAllowed("error.digital.his")
    case = cases.find_open(db, actor, case_id)
    joint_spaces.require_open(db, actor, case)
    file = own_files.find(db, actor, case_id)
    item = JointItem(
        case_id=case_id,
        service_id=actor.service_id,
        author_id=actor.person_id,
        topic=TOPIC,
        # Each part was checked when it was written: together they may be as long as they are.
        text=_text(db, actor, case_id, words),
        use_rule=use_rule,
        purpose=terms.purpose,
        ends_on=releases.end(db, actor, terms),
    )
    return file, item


def _text(db: Session, actor: Actor, case_id: UUID, words: Words) -> str:
    steps = digital_steps.mine(db, actor, case_id)
    return digital_words.his_part(words, steps, safety_actions.of_case(db, actor, case_id))


def _preview(db: Session, actor: Actor, item: JointItem) -> Preview:
    shown = joint_items.shown(item, actor.kind)
    return Preview(shown, tuple(telling.found_or_alike(db, actor, item.case_id, item.text)))


def _live(db: Session, actor: Actor, case_id: UUID) -> JointItem | None:
    own = access.visible_joint_items(actor).where(
        JointItem.case_id == case_id, JointItem.service_id == actor.service_id, JointItem.topic == TOPIC
    )
    return db.scalar(own.order_by(JointItem.created_at.desc()).limit(1))
