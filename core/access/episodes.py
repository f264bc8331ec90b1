"""What happened on the two paths of a case, and which reports of it both services may read."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all

from core.access.actors import Actor
from core.access.cases import joint_case_ids, visible_case_ids
from core.access.files import own_file_case_ids
from core.access.joint import own_joint_items, visible_joint_items
from core.access.statements import kept
from core.models import (
    Episode,
    EpisodeJoin,
    JointItem,
    PathEntry,
    Reentry,
    ReleasedEntry,
    ReleasedEpisode,
)


@kept
def visible_path_entries(actor: Actor) -> Select[PathEntry]:
    """The entries of the actor's own path, and those of the other path that were shared in an open joint space."""
    return select(PathEntry).where(
        PathEntry.case_id.in_(visible_case_ids(actor)),
        PathEntry.removed_at.is_(None),
        or_(PathEntry.service_id == actor.service_id, is_shared_entry(actor)),
    )


def is_shared_entry(actor: Actor) -> ColumnElement[bool]:
    """Both services see this entry now: his, shared by hand; or because something of it, or its episode, is released."""
    told = visible_released_episodes(actor).with_only_columns(ReleasedEpisode.entry_id)
    released = visible_released_entries(actor).with_only_columns(ReleasedEntry.entry_id)
    return and_(
        PathEntry.case_id.in_(joint_case_ids(actor)),
        or_(PathEntry.is_shared.is_(True), PathEntry.id.in_(told), PathEntry.id.in_(released)),
    )


@kept
def joint_path_entries(actor: Actor) -> Select[PathEntry]:
    """The entries that both services see: for a screen that both look at."""
    return visible_path_entries(actor).where(is_shared_entry(actor))


@kept
def visible_episodes(actor: Actor) -> Select[Episode]:
    """What was told of new violence, in the actor's own file; the other side's never."""
    own = own_path_entries(actor).with_only_columns(PathEntry.id)
    return select(Episode).where(Episode.entry_id.in_(own))


@kept
def visible_released_episodes(actor: Actor) -> Select[ReleasedEpisode]:
    """What either service released of new violence, in open joint spaces: both read the same."""
    items = visible_joint_items(actor).where(JointItem.case_id.in_(joint_case_ids(actor)))
    return select(ReleasedEpisode).where(ReleasedEpisode.item_id.in_(items.with_only_columns(JointItem.id)))


@kept
def visible_released_entries(actor: Actor) -> Select[ReleasedEntry]:
    """What either service released of its path, in open joint spaces: both read the same."""
    items = visible_joint_items(actor).where(JointItem.case_id.in_(joint_case_ids(actor)))
    return select(ReleasedEntry).where(ReleasedEntry.item_id.in_(items.with_only_columns(JointItem.id)))


@kept
def times_of_releases(actor: Actor) -> Select[UUID, datetime, datetime | None, date | None]:
    """By entry, when something of it went out, was taken back, and ends: of what is no longer read the times alone."""
    parts = (
        select(one.item_id, one.entry_id).where(one.entry_id.is_not(None))
        for one in (ReleasedEpisode, ReleasedEntry)
    )
    of_entry = union_all(*parts).subquery()
    return (
        select(of_entry.c.entry_id, JointItem.released_at, JointItem.withdrawn_at, JointItem.ends_on)
        .join(JointItem, JointItem.id == of_entry.c.item_id)
        .where(JointItem.released_at.is_not(None), JointItem.case_id.in_(joint_case_ids(actor)))
    )


@kept
def own_released_episodes(actor: Actor) -> Select[ReleasedEpisode]:
    """What the actor's own service released, or meant to release, of new violence."""
    items = own_joint_items(actor).with_only_columns(JointItem.id)
    return select(ReleasedEpisode).where(ReleasedEpisode.item_id.in_(items))


@kept
def own_released_entries(actor: Actor) -> Select[ReleasedEntry]:
    """What the actor's own service released, or meant to release, of its path."""
    items = own_joint_items(actor).with_only_columns(JointItem.id)
    return select(ReleasedEntry).where(ReleasedEntry.item_id.in_(items))


@kept
def joint_episode_joins(actor: Actor) -> Select[EpisodeJoin]:
    """Which episodes tell of one event, where both services read both of them."""
    return _joins_among(joint_path_entries(actor))


@kept
def visible_episode_joins(actor: Actor) -> Select[EpisodeJoin]:
    """The same, and what the actor's own service joined of what it sees: that it did says something of what is not released."""
    own = _joins_among(visible_path_entries(actor)).where(EpisodeJoin.service_id == actor.service_id)
    both = joint_episode_joins(actor).with_only_columns(EpisodeJoin.id)
    ids = own.with_only_columns(EpisodeJoin.id)
    return select(EpisodeJoin).where(or_(EpisodeJoin.id.in_(ids), EpisodeJoin.id.in_(both)))


def _joins_among(entries: Select[PathEntry]) -> Select[EpisodeJoin]:
    # Asked of each join: a list of all that is seen would be made anew for the one join of an event.
    seen = [
        entries.where(PathEntry.id == one).correlate(EpisodeJoin).exists()
        for one in (EpisodeJoin.first_id, EpisodeJoin.second_id)
    ]
    return select(EpisodeJoin).where(*seen)


@kept
def visible_reentries(actor: Actor) -> Select[Reentry]:
    """On what he came back, in the programme's file."""
    return select(Reentry).where(
        Reentry.entry_id.in_(own_path_entries(actor).with_only_columns(PathEntry.id))
    )


@kept
def own_path_entries(actor: Actor) -> Select[PathEntry]:
    """The entries that the actor may change: those of their own service's path, for who may write its file."""
    return visible_path_entries(actor).where(
        PathEntry.service_id == actor.service_id, PathEntry.case_id.in_(own_file_case_ids(actor))
    )
