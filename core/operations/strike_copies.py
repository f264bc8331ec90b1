"""What other meetings took over of one: its actions, which their minutes hold too, and its items that came up again.

Words that are struck out of a meeting are struck out of these copies with it, and out of nothing else that was said there.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, aliased

from core import access
from core.access import Actor
from core.models import AgendaItem, Meeting, Minutes
from core.operations import minutes_contents

_ACTIONS: Final = ("last_actions", "new_actions")
_PLANNED: Final = ("need", "text", "reason")


@dataclass(frozen=True)
class Copies:
    """What another meeting holds of it: each version of its minutes, and its items; and how often the words are there."""

    meeting: Meeting
    versions: tuple[Minutes, ...]
    items: tuple[AgendaItem, ...]
    places: int


def hold(db: Session, actor: Actor, meeting_id: UUID) -> None:
    """Hold the meeting and those around it fast, always in one order, so that no two strikes wait for each other."""
    held = _around(actor, meeting_id).with_for_update(of=Meeting)
    db.execute(held.with_only_columns(Meeting.id)).all()


def of_meeting(
    db: Session, actor: Actor, meeting: Meeting, action_ids: Collection[UUID], wanted: re.Pattern[str]
) -> list[Copies]:
    """The other meetings that hold the words in what they took over, the earliest first."""
    titles = {item.title for item in meeting.items if not item.key and wanted.search(item.title)}
    if not (action_ids or titles):
        return []
    found = []
    others = _around(actor, meeting.id).where(Meeting.id != meeting.id)
    for other in sorted(db.scalars(others), key=lambda one: one.takes_place_at):
        versions = db.scalars(select(Minutes).where(Minutes.meeting_id == other.id).order_by(Minutes.number))
        items = db.scalars(
            select(AgendaItem).where(
                AgendaItem.meeting_id == other.id, AgendaItem.key == "", AgendaItem.title.in_(titles)
            )
        )
        copies = Copies(other, tuple(versions), tuple(items), 0)
        said = [one for version in copies.versions for one in _said(version.content, action_ids, titles)]
        places = sum(len(wanted.findall(one)) for one in (*said, *(item.title for item in copies.items)))
        if places:
            found.append(Copies(other, copies.versions, copies.items, places))
    return found


def replace(
    copies: Copies, meeting: Meeting, action_ids: Collection[UUID], wanted: re.Pattern[str], mark: str
) -> None:
    """Put the mark in the place of the words in what the other meeting took over."""

    def marked(typed: str) -> str:
        return wanted.sub(lambda _: mark, typed)

    titles = {item.title for item in meeting.items if not item.key}
    for version in copies.versions:
        kept = version.content
        said = {
            part: [
                one | {name: marked(one[name]) for name in _PLANNED} if _is_of(one, action_ids) else one
                for one in kept[part]
            ]
            for part in _ACTIONS
        }
        said["items"] = [
            one | {"title": marked(one["title"])} if _is_again(one, titles) else one for one in kept["items"]
        ]
        minutes_contents.rewrite(version, kept | said)
    for item in copies.items:
        item.title = marked(item.title)


def _said(content: dict[str, Any], action_ids: Collection[UUID], titles: Collection[str]) -> Iterator[str]:
    for part in _ACTIONS:
        for one in content[part]:
            if _is_of(one, action_ids):
                yield from (one[name] for name in _PLANNED)
    yield from (one["title"] for one in content["items"] if _is_again(one, titles))


def _is_of(planned: dict[str, Any], action_ids: Collection[UUID]) -> bool:
    return UUID(planned["action_id"]) in action_ids


def _is_again(item: dict[str, Any], titles: Collection[str]) -> bool:
    """The same item on another agenda; those of the library hold nothing that somebody typed."""
    return not item["key"] and item["title"] in titles


def _around(actor: Actor, meeting_id: UUID) -> Select[Meeting]:
    """All meetings of the same case, or all of Phase 1 of the same two services."""
    one = aliased(Meeting)
    return (
        access.joint_meetings(actor)
        .join(
            one,
            and_(
                one.cooperation_id == Meeting.cooperation_id,
                one.case_id.is_not_distinct_from(Meeting.case_id),
            ),
        )
        .where(one.id == meeting_id)
        .order_by(Meeting.id)
    )
