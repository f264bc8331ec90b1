"""What the other service reads of an episode: worded anew, the source protected, on a ground that bears it.

It leaves as a joint item (core.operations.joint_items, core.operations.releases), so consent, the second person, the end
and taking back are what they are everywhere.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor, Permission, find, require
from core.errors import Conflict
from core.models import (
    Case,
    Episode,
    EpisodeJoin,
    EpisodeSource,
    JointItem,
    Known,
    PathEntry,
    Release,
    ReleasedEpisode,
)
from core.operations import cases, joint_items, joint_spaces, people_codes, releases, telling
from core.operations.identifying import Found
from core.operations.joint_items import Shown, UseRule
from core.operations.releases import Terms
from core.text import text

__all__ = ["UseRule"]

TOPIC = joint_items.EPISODE
LONGEST = 2000


@dataclass(frozen=True)
class Chosen:
    """What of an episode is to be read by the other service; its days always are."""

    text: str
    use_rule: UseRule = UseRule.RISK_ONLY
    with_kinds: bool = False
    with_injury: bool = False
    with_children: bool = False
    #: Who told of it is protected unless somebody says otherwise.
    with_source: bool = False


@dataclass(frozen=True)
class Preview:
    """Exactly what the other service will read, and what in it would say who or where somebody is."""

    shown: Shown
    told: ReleasedEpisode
    #: The days of what they read already and our service joined with it: they will read that it is one event.
    joined_with: tuple[date, ...]
    found: tuple[Found, ...]

    @property
    def digest(self) -> str:
        """What the one who releases sends back: that it was this that they saw."""
        told = self.told
        seen = (
            told.happened_on, told.until_on, told.source, told.kinds, told.is_injured, told.with_children,
            told.children, *self.joined_with,
        )  # fmt: skip
        whole = joint_items.digest(self.shown) + repr([str(each) for each in seen])
        return hashlib.sha256(whole.encode()).hexdigest()


def preview(db: Session, actor: Actor, episode_id: UUID, *, chosen: Chosen, terms: Terms) -> Preview:
    """What the other service would read if this were released now; changes nothing."""
    episode, case = _ready(db, actor, episode_id)
    item = _item(db, actor, case, chosen, terms)
    return Preview(
        shown=joint_items.shown(item, actor.kind),
        told=_told(db, actor, case, item, episode, chosen),
        joined_with=_joined_with(db, actor, episode.entry_id),
        found=tuple(telling.found_or_alike(db, actor, case.id, item.text)),
    )


def release(
    db: Session,
    actor: Actor,
    episode_id: UUID,
    *,
    chosen: Chosen,
    terms: Terms,
    seen: str,
    names_are_meant: bool = False,
) -> JointItem:
    """Let the other service read what was chosen; without her consent it waits for a second person.

    Raises Conflict where `seen` is not the digest of what leaves, and where something of it is released already.
    """
    episode, case = _ready(db, actor, episode_id)
    if live(db, actor, case.id).get(episode.entry_id) is not None:
        raise Conflict("error.episode.released")
    shown = preview(db, actor, episode_id, chosen=chosen, terms=terms)
    releases.require_seen(shown.digest, seen)
    releases.require_meant(shown.found, are_meant=names_are_meant)
    item = _item(db, actor, case, chosen, terms)
    db.add(item)
    db.flush()
    db.add(_told(db, actor, case, item, episode, chosen))
    releases.attach(db, actor, cases.own_file(db, actor, case).id, item, terms)
    audit.record(db, actor, "release_meant" if shown.found else "release", episode, case_id=case.id)
    db.flush()
    return item


def live(db: Session, actor: Actor, case_id: UUID) -> dict[UUID, JointItem]:
    """What of the actor's own episodes is released, or waits for a second person, by their path entries."""
    own = access.visible_releases(actor).with_only_columns(Release.item_id)
    statement = (
        select(ReleasedEpisode.entry_id, JointItem)
        .join(JointItem, JointItem.id == ReleasedEpisode.item_id)
        .where(
            JointItem.id.in_(own),
            JointItem.case_id == case_id,
            JointItem.withdrawn_at.is_(None),
            ReleasedEpisode.entry_id.is_not(None),
            ~JointItem.has_ended,
        )
        .order_by(JointItem.created_at)
    )
    return {entry_id: item for entry_id, item in db.execute(statement) if entry_id is not None}


def withdraw_all(db: Session, actor: Actor, entry_id: UUID) -> None:
    """Take back whatever is, or waits to be, read of an episode that was recorded by mistake."""
    told = select(ReleasedEpisode.item_id).where(ReleasedEpisode.entry_id == entry_id)
    own = select(JointItem).where(
        JointItem.id.in_(told),
        JointItem.service_id == actor.service_id,
        JointItem.withdrawn_at.is_(None),
    )
    for item in db.scalars(own):
        item.withdrawn_at = clock.now()
        audit.record(db, actor, "withdraw", item, case_id=item.case_id)


def _ready(db: Session, actor: Actor, episode_id: UUID) -> tuple[Episode, Case]:
    require(actor, Permission.SHARE)
    episode = find(db, access.visible_episodes(actor).options(joinedload(Episode.entry)), episode_id)
    case = cases.find_open(db, actor, episode.entry.case_id)
    joint_spaces.require_open(db, actor, case)
    return episode, case


def _item(db: Session, actor: Actor, case: Case, chosen: Chosen, terms: Terms) -> JointItem:
    return JointItem(
        case_id=case.id,
        service_id=actor.service_id,
        author_id=actor.person_id,
        topic=TOPIC,
        text=text(chosen.text, field="text", longest=LONGEST),
        use_rule=chosen.use_rule,
        purpose=terms.purpose,
        ends_on=releases.end(db, actor, terms),
    )


def _told(  # noqa: PLR0917
    db: Session, actor: Actor, case: Case, item: JointItem, episode: Episode, chosen: Chosen
) -> ReleasedEpisode:
    there = people_codes.there(db, actor, case, [episode])[episode.id] if chosen.with_children else ()
    return ReleasedEpisode(
        item_id=item.id,
        entry_id=episode.entry_id,
        happened_on=episode.entry.happened_on,
        until_on=episode.until_on,
        source=EpisodeSource(episode.source) if chosen.with_source else None,
        kinds=episode.kinds if chosen.with_kinds else "",
        is_injured=episode.is_injured if chosen.with_injury else Known.UNKNOWN,
        with_children=episode.with_children if chosen.with_children else Known.UNKNOWN,
        children="\n".join(there),
    )


def _joined_with(db: Session, actor: Actor, entry_id: UUID) -> tuple[date, ...]:
    joins = access.visible_episode_joins(actor).where(
        or_(EpisodeJoin.first_id == entry_id, EpisodeJoin.second_id == entry_id)
    )
    ends = {end for join in db.scalars(joins) for end in (join.first_id, join.second_id)} - {entry_id}
    read = access.joint_path_entries(actor).where(PathEntry.id.in_(ends))
    return tuple(db.scalars(read.order_by(PathEntry.happened_on).with_only_columns(PathEntry.happened_on)))
