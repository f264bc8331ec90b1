"""What somebody typed into the closing report and did not save: no Word document is made that silently leaves it out."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core import access
from core.access import Actor
from core.content import closings as content
from core.models import Closing, ClosingText
from core.operations import closings, unsent
from core.operations.item_entries import same
from core.operations.unsent import UnsentText

#: How the place of such a text begins and ends; between stand the end of the case and the part.
_PLACE: Final = "closing_text"
_FIELD: Final = "text"


@dataclass(frozen=True)
class Begun:
    """A text that is kept for its author alone, and the part of the report in which it was typed."""

    kept: UnsentText
    part: str
    #: Does no field of the page show it? It gave way to another text, or was typed on a shared screen.
    is_aside: bool = False


def mine(db: Session, actor: Actor, closing_id: UUID, *, is_shared: bool = False) -> list[Begun]:
    """The actor's own texts that say something else than the report does, in the order of its parts.

    On a shared screen it is what was typed there: that they typed something elsewhere, the others do not read.
    """
    closing = closings.find(db, actor, closing_id)
    parts = [one.id for one in content.load().sections]
    found = [_begun(closing, one.kept, parts, is_shared=is_shared) for one in unsent.mine(db, actor)]
    saved = _saved(db, actor, closing) if any(found) else {}
    ours = [one for one in found if one is not None and not same(one.kept.text, saved.get(one.part, ""))]
    return sorted(ours, key=lambda one: (parts.index(one.part), one.kept.slot))


def _begun(closing: Closing, kept: UnsentText, parts: Collection[str], *, is_shared: bool) -> Begun | None:
    place, _, aside = kept.slot.partition(unsent.ASIDE)
    is_of_screen = place.endswith(unsent.SCREEN)
    what, _, rest = place.removesuffix(unsent.SCREEN).partition(":")
    record, _, rest = rest.partition(":")
    part, _, field = rest.partition(":")
    is_ours = (what, record, field) == (_PLACE, str(closing.id), _FIELD) and part in parts
    if not is_ours or (is_shared and (aside or not is_of_screen)):
        return None
    return Begun(kept, part, is_aside=bool(aside) or is_of_screen is not is_shared)


def _saved(db: Session, actor: Actor, closing: Closing) -> dict[str, str]:
    """What stands in the report by the own service, by its part."""
    texts = access.visible_closing_texts(actor).where(
        ClosingText.closing_id == closing.id, ClosingText.service_id == actor.service_id
    )
    return {one.key: one.text for one in db.scalars(texts)}
