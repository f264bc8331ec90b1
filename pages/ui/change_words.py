"""The words of change: how the own side stands at a time, and what two answers say."""

from collections.abc import Mapping

from core.content.questionnaires import Change, Domain
from core.locale import Words
from core.models.service import ServiceKind
from core.operations.changes import Moment, Stand
from pages.ui.plain import plain

#: Whom a side asks, as a key of the words.
WHO = {ServiceKind.PP: "him", ServiceKind.VSS: "her"}


def state(t: Words, moment: Moment) -> str:
    """How the own side stands at a time; with the reason, which is the own side's alone."""
    if moment.stand is Stand.DONE and moment.response is not None and moment.response.asked_on is not None:
        return t("change.state.done", day=t.day(moment.response.asked_on))
    if moment.stand is Stand.NOT_DONE and moment.reason is not None:
        return t("change.state.not_done", reason=t(f"change.reason_of.{moment.reason}"))
    return t(f"change.stand.{moment.stand}")


def said(t: Words, change: Change | None) -> str:
    return t(f"change.said.{change or Change.MISSING}")


def lines(t: Words, domains: Mapping[str, Domain], found: Mapping[str, Change]) -> str:
    """A summary in one line."""
    return ", ".join(
        t("change.line", domain=domains[name].title, change=said(t, one).lower())
        for name, one in found.items()
        if name in domains
    )


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table that can be read aloud; what is in its cells shows as it was typed."""
    cells = [[plain(" ".join(cell.split())) for cell in row] for row in (head, *rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (cells[0], ["---"] * len(head), *cells[1:]))
