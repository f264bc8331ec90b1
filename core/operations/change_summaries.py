"""The summary of one time that the person agreed to: domain by domain better, the same or worse, and nothing else.

It leaves the file like everything that is shared: on a ground that bears it, seen before it goes, and taken back.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require
from core.content.questionnaires import Change
from core.errors import Conflict, Invalid, NotFound
from core.models import JointItem
from core.operations import cases, changes, joint_items, joint_spaces, releases
from core.operations.changes import Lines, Moment
from core.operations.releases import Terms

#: For what it is shared.
PURPOSE = "change_questionnaires"
#: What says nothing about change stays out: it reads like what was never asked.
SAYS = frozenset({Change.BETTER, Change.SAME, Change.WORSE, Change.MIXED, Change.CHANGED})


@dataclass(frozen=True)
class Preview:
    """What both services will read."""

    label: str
    lines: Lines
    ends_on: date | None

    @property
    def digest(self) -> str:
        """What the one who shares sends back: that it was this that they saw."""
        said = repr((self.label, sorted((name, str(one)) for name, one in self.lines.items()), self.ends_on))
        return hashlib.sha256(said.encode()).hexdigest()


def offered(moment: Moment) -> dict[str, Change]:
    """The domains of a done time that say something, by what they say; of one that is due no more nothing leaves."""
    if moment.time.is_gone:
        return {}
    return {name: one for name, one in moment.own.items() if one in SAYS}


def terms_of(terms: Terms) -> Terms:
    """The ground of a summary: always for looking at change."""
    return Terms(terms.about_id, PURPOSE, terms.basis, terms.reason, terms.ends_on, terms.nothing_excepted)


@access.of_one_case
def preview(
    db: Session, actor: Actor, case_id: UUID, *, label: str, domains: Collection[str], terms: Terms
) -> Preview:
    """What both would read if this were shared now; changes nothing."""
    moment = changes.of_case(db, actor, case_id).moment(label)
    if moment is None:
        raise NotFound
    lines = {name: one for name, one in offered(moment).items() if name in domains}
    return Preview(label, lines, releases.end(db, actor, terms_of(terms)))


def share(
    db: Session, actor: Actor, case_id: UUID, *, label: str, domains: Collection[str], terms: Terms, seen: str
) -> JointItem:
    """Put into the joint space what the person agreed to of one time. Without her consent it waits for a second person.

    Raises Conflict where the time is not done, where a summary of it is there already, or where `seen` is not the digest
    of what would go.
    """
    require(actor, Permission.SHARE)
    case = cases.find_open(db, actor, case_id)
    joint_spaces.require_open(db, actor, case)
    file = cases.own_file(db, actor, case)
    moment = changes.of_case(db, actor, case.id).moment(label)
    if moment is None:
        raise NotFound
    if moment.item is not None:
        raise Conflict("error.change.shared", label=label)
    shown = preview(db, actor, case.id, label=label, domains=domains, terms=terms)
    if not shown.lines:
        raise Invalid("error.change.nothing_to_share", field="domains")
    releases.require_seen(shown.digest, seen)
    item = JointItem(
        case_id=case.id,
        service_id=actor.service_id,
        author_id=actor.person_id,
        topic=joint_items.CHANGE_SUMMARY,
        text=changes.write(label, shown.lines),
        purpose=PURPOSE,
        ends_on=shown.ends_on,
    )
    db.add(item)
    db.flush()
    releases.attach(db, actor, file.id, item, terms_of(terms))
    db.flush()
    return item


def take_back(db: Session, actor: Actor, case_id: UUID, *, label: str) -> None:
    """Take a summary back, or what waits for a second person; from now on nobody reads it.

    Raises Conflict where none is there.
    """
    require(actor, Permission.SHARE)
    moment = changes.of_case(db, actor, case_id).moment(label)
    if moment is None or moment.item is None:
        raise Conflict("error.change.not_shared")
    moment.item.withdrawn_at = clock.now()
    audit.record(db, actor, "withdraw", moment.item, case_id=case_id)
    db.flush()
