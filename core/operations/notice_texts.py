"""What an immediate notice says, as one text of the joint item: so that it lies sealed for whoever may read it now."""

import json
from dataclasses import asdict, dataclass
from datetime import date

from core.content import immediate_notices as content
from core.content.immediate_notices import Choice, Trigger
from core.content.protocols import Side
from core.errors import Invalid
from core.operations.path_entries import past
from core.text import line, text

LONGEST_FACTS = 2000
LONGEST_DONE = 1000
LONGEST_ASKED = 300
#: How it came to be known stays protected unless somebody says otherwise.
PROTECTED = "protected"


@dataclass(frozen=True)
class Said:
    """One notice in its parts: keys of the content, a day, and words."""

    trigger: str
    happened_on: date | None
    facts: str = ""
    known_from: str = PROTECTED
    done: str = ""
    asks: tuple[str, ...] = ()
    asked: str = ""
    #: Why he does not come any more, and who tells the court; empty for other triggers.
    reason: str = ""
    order: str = ""

    @property
    def words(self) -> str:
        """All that somebody typed."""
        return "\n".join(part for part in (self.facts, self.done, self.asked) if part)


def trigger_of(said: Said) -> Trigger:
    return content.load().trigger(said.trigger)


def checked(said: Said, side: Side) -> Said:
    """The same, its words without outer blanks. Raises Invalid beside the field that does not fit."""
    known = {one.id: one for one in content.load().of(side)}
    if said.trigger not in known:
        raise Invalid("error.notice.trigger", field="trigger")
    trigger, lists = known[said.trigger], content.load()
    _require(said.known_from, lists.known_from, side, field="known_from")
    other = Side.VSS if side is Side.PP else Side.PP
    for ask in said.asks:
        _require(ask, lists.asks, other, field="asks")
    if trigger.is_exit:
        _require(said.reason, lists.reasons, side, field="reason")
        _require(said.order, lists.orders, side, field="order")
    return Said(
        trigger=trigger.id,
        happened_on=past(said.happened_on, field="happened_on"),
        facts=text(said.facts, field="facts", longest=LONGEST_FACTS),
        known_from=said.known_from,
        done=text(said.done, field="done", required=False, longest=LONGEST_DONE),
        asks=tuple(one.id for one in lists.asks if one.id in said.asks),
        asked=line(said.asked, field="asked", required=False, longest=LONGEST_ASKED),
        reason=said.reason if trigger.is_exit else "",
        order=said.order if trigger.is_exit else "",
    )


def write(said: Said) -> str:
    """As it stands in the joint item."""
    return json.dumps(asdict(said), default=str, ensure_ascii=False)


def read(kept: str) -> Said:
    """The same the other way round."""
    found = json.loads(kept)
    found["happened_on"] = date.fromisoformat(found["happened_on"])
    found["asks"] = tuple(found["asks"])
    return Said(**found)


def _require(chosen: str, choices: tuple[Choice, ...], side: Side, *, field: str) -> None:
    if chosen not in {one.id for one in choices if one.is_of(side)}:
        raise Invalid("error.cooperation.choose", field=field)
