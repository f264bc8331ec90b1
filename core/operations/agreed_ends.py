"""After an end that both services agreed on only the follow-up is asked for, and what came to be known since.

What both knew when they agreed they have agreed on. What nobody could read of then, new violence or a notice, asks as
ever: an end that is agreed on ends no danger.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_

from core.models import Case, Closing
from core.operations.known_paths import KnownPath
from core.operations.known_times import Out, by_hand, was_known
from core.operations.retention import FOLLOW_UP
from core.operations.t_dates import TDate


def is_of_case() -> ColumnElement[bool]:
    """By what the end of a case joins a statement on cases: there is one at most."""
    return and_(Closing.case_id == Case.id, Closing.agreed_at.is_not(None), Closing.reopened_at.is_(None))


def left(times: Iterable[TDate], ended_at: datetime | None) -> tuple[TDate, ...]:
    """Of the times T0 to T4 those that are asked for still."""
    return tuple(one for one in times if ended_at is None or one.rule.id == FOLLOW_UP)


def is_settled(times: Sequence[Out], ended_at: datetime | None) -> bool:
    """Could it be read of, in one of these times, when both agreed on the end?"""
    return ended_at is not None and was_known(times, ended_at)


def unsettled(path: KnownPath, ended_at: datetime | None) -> KnownPath:
    """Of what is on a path, what came to be known since."""
    entries = {
        one: is_shared
        for one, is_shared in path.entries.items()
        if not is_settled(path.known.get(one.id, [by_hand(one)]), ended_at)
    }
    return replace(path, entries=entries)
