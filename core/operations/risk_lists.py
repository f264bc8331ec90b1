"""The list for the woman: the one that the product ships, and the one that the services hold themselves.

An administrator enters their own by a form or as the text of a content file. It is checked before it is kept, and from
its release on it never changes: an assessment stays on the list that it began with.
"""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import access, audit, clock, text
from core.access import Actor, Permission
from core.content import risk_checklists as content
from core.content.risk_checklists import Checklist, Group, Item, OwnItem
from core.errors import Conflict, ContentError, Invalid, NotFound
from core.models import RiskList

__all__ = ["Checklist", "Group", "Item", "RiskList"]

SHIPPED: Final = 1
CHILDREN: Final = 1
LONGEST_FILE: Final = 40_000


def load(db: Session, number: int) -> Checklist:
    """A released list for the woman. Raises NotFound where there is none of this number."""
    if number == SHIPPED:
        return content.load(content.WOMAN)
    released = RiskList.released_at.is_not(None)
    found = db.scalar(select(RiskList).where(RiskList.number == number, released))
    if found is None:
        raise NotFound
    return content_of(found)


def children(version: int = CHILDREN) -> Checklist:
    """The list for each child."""
    return content.load(content.CHILDREN, version)


def current(db: Session) -> int:
    """The number of the list that a new assessment takes."""
    newest = select(func.max(RiskList.number)).where(RiskList.released_at.is_not(None))
    return db.scalar(newest) or SHIPPED


def content_of(found: RiskList) -> Checklist:
    return content.from_data(found.content)


def released(db: Session, actor: Actor) -> Sequence[RiskList]:
    """The services' own lists that were released, newest first."""
    access.require(actor, Permission.ADMINISTER)
    statement = access.visible_risk_lists(actor).where(RiskList.released_at.is_not(None))
    return db.scalars(statement.order_by(RiskList.number.desc())).all()


def draft(db: Session, actor: Actor) -> RiskList | None:
    """The list that is being entered, if there is one."""
    access.require(actor, Permission.ADMINISTER)
    return db.scalars(access.visible_risk_lists(actor).where(RiskList.released_at.is_(None))).one_or_none()


def begin(
    db: Session,
    actor: Actor,
    *,
    title: str,
    source: str,
    item: str,
    group: Group | None,
    item_source: str = "",
) -> RiskList:
    """Begin a list of the services' own with its first item. Raises Conflict where one is being entered already."""
    _require_no_draft(db, actor)
    named = text.line(title, field="title", longest=200)
    said = _flow(text.text(source, field="source", longest=500))
    return _new(db, actor, _built(_next(db), named, said, [_item(item, group, item_source)]))


def begin_from_current(db: Session, actor: Actor) -> RiskList:
    """Begin a list with all that the list holds by which new assessments ask: to correct it, or to make it one's own."""
    _require_no_draft(db, actor)
    old = load(db, current(db))
    return _new(db, actor, _rebuilt(old, _items(old), version=_next(db)))


def is_shipped(db: Session, actor: Actor) -> bool:
    """Do new assessments ask by the list that the product ships?"""
    access.require(actor, Permission.ADMINISTER)
    return load(db, current(db)).items == content.load(content.WOMAN).items


def use_shipped(db: Session, actor: Actor) -> RiskList:
    """From now on new assessments ask by the list that the product ships again, as one more list in the row."""
    _require_no_draft(db, actor)
    if is_shipped(db, actor):
        raise Conflict("error.risk.list_holds")
    found = _new(db, actor, content.load(content.WOMAN).model_copy(update={"version": _next(db)}))
    found.released_at = clock.now()
    audit.record(db, actor, "released", found)
    db.flush()
    return found


def enter_file(db: Session, actor: Actor, *, typed: str) -> RiskList:
    """Begin a list out of the text of a content file. Raises Invalid with the reason, and the line where it is known."""
    _require_no_draft(db, actor)
    whole = text.text(typed, field="file", longest=LONGEST_FILE)
    try:
        read = content.read_own(whole)
        found = _built(_next(db), read.title.strip(), _flow(read.source), read.items)
    except ContentError as wrong:
        key = "error.risk.file_line" if wrong.line else "error.risk.file"
        raise Invalid(key, field="file", reason=wrong.reason, line=wrong.line) from None
    return _new(db, actor, found)


def add_item(
    db: Session, actor: Actor, *, item: str, group: Group | None, item_source: str = "", version: int
) -> RiskList:
    """Add an item at the end of its group."""

    def change(old: Checklist) -> Checklist:
        return _rebuilt(old, [*_items(old), _item(item, group, item_source)])

    return _change(db, actor, version, change)


def drop_item(db: Session, actor: Actor, *, item_id: str, version: int) -> RiskList:
    """Take an item out; a list keeps at least one."""

    def change(old: Checklist) -> Checklist:
        kept = [one for one, item in zip(_items(old), old.items, strict=True) if item.id != item_id]
        if len(kept) == len(old.items):
            raise NotFound
        if not kept:
            raise Conflict("error.risk.list_needs_an_item")
        return _rebuilt(old, kept)

    return _change(db, actor, version, change)


def release(db: Session, actor: Actor, *, version: int) -> RiskList:
    """From now on new assessments ask by this list; it never changes again."""
    found = _draft(db, actor, version)
    found.released_at = clock.now()
    audit.record(db, actor, "released", found)
    return found


def discard(db: Session, actor: Actor, *, version: int) -> None:
    """Throw the list away that is being entered."""
    found = _draft(db, actor, version)
    audit.record(db, actor, "discarded", found)
    db.delete(found)


def _items(old: Checklist) -> list[OwnItem]:
    return [
        OwnItem(
            group=item.group or Group.SERIOUS,
            text=item.title,
            source="" if item.source == old.source else item.source,
        )
        for item in old.items
    ]


def _rebuilt(old: Checklist, items: Sequence[OwnItem], *, version: int | None = None) -> Checklist:
    """The list with other items. What stands above it stays: a starter list goes on to say that it is one."""
    made = _built(version or old.version, old.title, old.source, items)
    return made.model_copy(update={"banner": old.banner})


def _item(typed: str, group: Group | None, source: str) -> OwnItem:
    if group is None:
        raise Invalid("error.risk.group", field="group")
    line = text.line(typed, field="item", longest=300)
    if len(line) < 3:  # noqa: PLR2004  what cannot be asked
        raise Invalid("error.empty", field="item")
    said = text.line(source, field="item_source", required=False, longest=300)
    return OwnItem(group=group, text=line, source=said)


def _built(version: int, title: str, source: str, items: Sequence[OwnItem]) -> Checklist:
    """The list, serious items first; an item without a source of its own has that of the list."""
    if len(items) > content.MOST_ITEMS:
        raise Invalid("error.risk.list_full", field="item", most=content.MOST_ITEMS)
    ordered = [item for group in Group for item in items if item.group is group]
    words = [_flow(item.text) for item in ordered]
    twice = next((word for place, word in enumerate(words) if word in words[:place]), None)
    if twice is not None:
        raise Invalid("error.risk.item_twice", field="item", item=twice)
    return Checklist(
        version=version,
        title=title,
        banner=title,
        source=source,
        items=tuple(
            Item(
                id=f"own_{version}_{place}", group=item.group, title=word, source=_flow(item.source) or source
            )
            for place, (item, word) in enumerate(zip(ordered, words, strict=True), 1)
        ),
    )


def _next(db: Session) -> int:
    return (db.scalar(select(func.max(RiskList.number))) or SHIPPED) + 1


def _new(db: Session, actor: Actor, made: Checklist) -> RiskList:
    found = RiskList(number=made.version, content=made.to_data(), made_by=actor.person_id)
    db.add(found)
    db.flush()
    audit.record(db, actor, "drafted", found)
    return found


def _require_no_draft(db: Session, actor: Actor) -> None:
    if draft(db, actor) is not None:
        raise Conflict("error.risk.list_draft_exists")


def _draft(db: Session, actor: Actor, version: int) -> RiskList:
    found = draft(db, actor)
    if found is None:
        raise Conflict("error.risk.no_list_draft")
    access.require_version(found, version)
    return found


def _change(db: Session, actor: Actor, version: int, change: Callable[[Checklist], Checklist]) -> RiskList:
    found = _draft(db, actor, version)
    found.content = change(content_of(found)).to_data()
    audit.record(db, actor, "revised", found)
    db.flush()
    return found


def _flow(typed: str) -> str:
    """A line end that somebody typed is a blank."""
    return " ".join(typed.split())
