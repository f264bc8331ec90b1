"""What an event says in words: in a case's history and in the log."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from core.content import recipients
from core.locale import Words
from core.operations.case_lists import ServiceKind
from pages.ui.plain import plain

_LEFT: Final = re.compile(r"(?P<kind>\w+)_(?P<how>for|anyway)_(?P<whom>\w+)")


def did(t: Words, subject: str, act: str) -> str:
    """What somebody did; an act without words of its own is said by what it was done to."""
    if subject == "departure":
        return _left(t, act)
    keys = (f"event.{subject}.{act}", f"event.act.{act}", f"event.{subject}.any")
    return t(next((key for key in keys if t.has(key)), "event.any"))


def _left(t: Words, act: str) -> str:
    """Which kind of document left, and for whom by role; both are keys of the table of recipients."""
    found = _LEFT.fullmatch(act)
    if found is None:
        return t("event.any")
    table = recipients.load(language=t.language)
    what, whom = table.kind(found["kind"]).title, table.recipient(recipients.Recipient(found["whom"])).title
    return t(f"event.departure.{found['how']}", what=what, whom=whom)


def table(t: Words, lines: Sequence[tuple[str, str, ServiceKind | None, str]]) -> str:
    """When, who and of which side, what: as a Markdown table."""
    rows = [f"| {at} | {_who(t, person, kind)} | {what} |" for at, person, kind, what in lines]
    heads = f"| {t('history.at')} | {t('history.who')} | {t('history.what')} |"
    return "\n".join([heads, "|---|---|---|", *rows])


def in_a_row(
    t: Words, lines: Iterable[tuple[datetime, str, ServiceKind | None, str]]
) -> list[tuple[str, str, ServiceKind | None, str]]:
    """The lines for the table, newest first; the same act several times in a row is one line."""
    found = []
    for (person, kind, what), same in groupby(lines, key=lambda line: line[1:]):
        times = [line[0] for line in same]
        again = t("history.times", number=len(times), since=t.moment(min(times))) if times[1:] else ""
        found.append((t.moment(max(times)), person, kind, what + again))
    return found


def _who(t: Words, person: str, kind: ServiceKind | None) -> str:
    if not person and kind:
        return t(f"side.{kind}")
    return f"{plain(person)} ({t(f'side.{kind}')})" if kind else plain(person)
