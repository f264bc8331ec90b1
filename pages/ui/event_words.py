"""What an event says in words: in a case's history and in the log."""

from collections.abc import Sequence

from core.locale import Words
from core.operations.case_lists import ServiceKind
from pages.ui.plain import plain


def did(t: Words, subject: str, act: str) -> str:
    """What somebody did; an act without words of its own is said by what it was done to."""
    keys = (f"event.{subject}.{act}", f"event.{subject}.any")
    return t(next((key for key in keys if t.has(key)), "event.any"))


def table(t: Words, lines: Sequence[tuple[str, str, ServiceKind | None, str]]) -> str:
    """When, who and of which side, what: as a Markdown table."""
    rows = [f"| {at} | {_who(t, person, kind)} | {what} |" for at, person, kind, what in lines]
    heads = f"| {t('history.at')} | {t('history.who')} | {t('history.what')} |"
    return "\n".join([heads, "|---|---|---|", *rows])


def _who(t: Words, person: str, kind: ServiceKind | None) -> str:
    return f"{plain(person)} ({t(f'side.{kind}')})" if kind else plain(person)
