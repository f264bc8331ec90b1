"""What is written to an agenda item, and in which of its four columns it stands."""

from core.content.meeting_kinds import ALL_ENTRIES, Entry
from core.models import AgendaItem, ServiceKind
from core.operations import agendas

#: The aims of Phase 1 have entries of their own and use the same four columns.
COLUMNS: dict[Entry, str] = {
    Entry.FACTS: "facts",
    Entry.PP_VIEW: "pp_view",
    Entry.VSS_VIEW: "vss_view",
    Entry.DECISIONS: "decisions",
    Entry.PP_SAID: "pp_view",
    Entry.VSS_SAID: "vss_view",
    Entry.AGREED: "decisions",
    Entry.VIEWS_KEPT: "facts",
}

#: What one side says: its own people word it.
SIDES: dict[Entry, ServiceKind] = {
    Entry.PP_VIEW: ServiceKind.PP,
    Entry.PP_SAID: ServiceKind.PP,
    Entry.VSS_VIEW: ServiceKind.VSS,
    Entry.VSS_SAID: ServiceKind.VSS,
}


def entries_of(item: AgendaItem) -> tuple[Entry, ...]:
    """What is written to this item, in the order in which it is asked."""
    try:
        return agendas.kinds().item(item.key).entries
    except KeyError:
        return ALL_ENTRIES


def is_written(item: AgendaItem) -> bool:
    """Is anything written down to this item?"""
    return any(written(item, entry) for entry in entries_of(item))


def written(item: AgendaItem, entry: Entry) -> str:
    """What stands in the record under this entry."""
    return str(getattr(item, COLUMNS[entry]))


def same(first: str, second: str) -> bool:
    """Two texts that the record cannot tell apart: outer blanks and the kind of line ends do not count."""
    return plain(first) == plain(second)


def begins(text: str, *others: str) -> bool:
    """Does one of the others go on where the text ends?"""
    return any(plain(other).startswith(plain(text)) for other in others)


def plain(text: str) -> str:
    """The text without what the record cannot tell apart."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
