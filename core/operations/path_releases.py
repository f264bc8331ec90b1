"""What the other service reads of an entry of a path: what happened, when, and words chosen for them.

It leaves as a joint item (core.operations.joint_items, core.operations.releases), so consent, the second person, the
end and taking back are what they are everywhere. The note itself stays in the own file.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor, Permission, find, require
from core.errors import Conflict, Invalid
from core.models import Case, JointItem, PathEntry, Release, ReleasedEntry
from core.operations import (
    cases,
    files,
    joint_items,
    joint_spaces,
    path_entries,
    protocols,
    releases,
    telling,
)
from core.operations.identifying import Found
from core.operations.joint_items import Shown, UseRule
from core.operations.path_entries import LONGEST_NOTE
from core.operations.releases import Step, Terms
from core.text import text

__all__ = ["UseRule"]

TOPIC = joint_items.PATH_ENTRY


@dataclass(frozen=True)
class Preview:
    """Exactly what the other service will read, and what in it would say who or where somebody is."""

    shown: Shown
    found: tuple[Found, ...]

    @property
    def digest(self) -> str:
        """What the one who releases sends back: that it was this that they saw."""
        return joint_items.digest(self.shown)


def preview(
    db: Session,
    actor: Actor,
    entry_id: UUID,
    *,
    text_: str,
    use_rule: UseRule = UseRule.RISK_ONLY,
    terms: Terms,
) -> Preview:
    """What the other service would read if this were released now; changes nothing."""
    entry, case = _ready(db, actor, entry_id)
    item = _item(db, actor, case, text_, use_rule, terms)
    kind = protocols.of_case(db, case).path_kind(entry.kind)
    shown = joint_items.shown(item, actor.kind, Step(kind.title, entry.happened_on))
    return Preview(shown, tuple(telling.found_or_alike(db, actor, case.id, item.text)))


def release(
    db: Session,
    actor: Actor,
    entry_id: UUID,
    *,
    text_: str,
    use_rule: UseRule = UseRule.RISK_ONLY,
    terms: Terms,
    seen: str,
    names_are_meant: bool = False,
) -> JointItem:
    """Let the other service read of an entry; what leaves her file without her consent waits for a second person.

    Raises Conflict where `seen` is not the digest of what leaves, and where something of it is released already.
    """
    entry, case = _ready(db, actor, entry_id)
    if live(db, actor, case.id).get(entry.id) is not None:
        raise Conflict("error.path_entry_shared")
    shown = preview(db, actor, entry_id, text_=text_, use_rule=use_rule, terms=terms)
    releases.require_seen(shown.digest, seen)
    # The timeline hangs on a wall: what stands there names nobody, meant or not.
    if files.tells(db, actor, case.id, shown.shown.text):
        raise Invalid("error.path_entry_names", field="text")
    releases.require_meant(shown.found, are_meant=names_are_meant)
    item = _item(db, actor, case, text_, use_rule, terms)
    db.add(item)
    db.flush()
    db.add(ReleasedEntry(item_id=item.id, entry_id=entry.id, kind=entry.kind, happened_on=entry.happened_on))
    releases.attach(db, actor, cases.own_file(db, actor, case).id, item, terms)
    audit.record(db, actor, "release_meant" if shown.found else "release", entry, case_id=case.id)
    db.flush()
    return item


@access.of_one_case
def live(db: Session, actor: Actor, case_id: UUID) -> dict[UUID, JointItem]:
    """What of the own path is released, or waits for a second person, by its entries."""
    statement = (
        access.own_released_entries(actor)
        .join(JointItem, JointItem.id == ReleasedEntry.item_id)
        .join(Release, Release.item_id == JointItem.id)
        .where(
            JointItem.case_id == case_id,
            JointItem.withdrawn_at.is_(None),
            ReleasedEntry.entry_id.is_not(None),
            ~JointItem.has_ended,
        )
        .with_only_columns(ReleasedEntry.entry_id, JointItem)
    )
    return {entry_id: item for entry_id, item in db.execute(statement) if entry_id is not None}


def _ready(db: Session, actor: Actor, entry_id: UUID) -> tuple[PathEntry, Case]:
    require(actor, Permission.SHARE)
    entry = find(db, access.own_path_entries(actor), entry_id)
    if entry.kind == path_entries.EPISODE:
        raise Conflict("error.episode.has_its_page")
    case = cases.find_open(db, actor, entry.case_id)
    joint_spaces.require_open(db, actor, case)
    return entry, case


def _item(  # noqa: PLR0917
    db: Session, actor: Actor, case: Case, typed: str, use_rule: UseRule, terms: Terms
) -> JointItem:
    return JointItem(
        case_id=case.id,
        service_id=actor.service_id,
        author_id=actor.person_id,
        topic=TOPIC,
        text=text(typed, field="text", required=False, longest=LONGEST_NOTE),
        use_rule=use_rule,
        purpose=terms.purpose,
        ends_on=releases.end(db, actor, terms),
    )
