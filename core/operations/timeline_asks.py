"""What a timeline asks for, from its own entries alone: each is a key of the words with its values."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from core.operations.rules import Rules
from core.operations.t_dates import TDate
from core.operations.timeline_entries import Entry, Kind, State

COMING = {State.PLANNED, State.INVITED, State.IN_PROGRESS}
TAKES_PLACE = COMING | {State.HELD, State.CONSULTATION}


@dataclass(frozen=True)
class Ask:
    """One thing to look after; days and numbers are told by the page, in its language."""

    key: str
    on: date | None = None
    since: date | None = None
    labels: tuple[str, ...] = ()
    number: int = 0
    what: str = ""
    is_urgent: bool = False
    is_ours_only: bool = False
    page: str = ""
    page_id: UUID | None = None


def of(
    entries: Sequence[Entry],
    times: Sequence[TDate],
    rules: Rules,
    today: date,
    *,
    is_open: bool,
    beside: Iterable[Ask] = (),
) -> tuple[Ask, ...]:
    """The urgent first, with what is asked `beside` what the entries ask for; a closed case asks for nothing."""
    if not is_open:
        return ()
    meetings = [entry for entry in entries if entry.kind is Kind.MEETING]
    asks = [
        *_meetings_due(entries),
        *_unsettled(meetings),
        *_times(times, today),
        *_meeting_for_time(times, meetings, rules, today),
        *_agreement(entries, meetings, rules, today),
        *_actions(entries),
        *beside,
    ]
    return tuple(sorted(asks, key=lambda ask: not ask.is_urgent))


def _meetings_due(entries: Sequence[Entry]) -> Iterator[Ask]:
    for entry in entries:
        if entry.kind is Kind.MEETING_DUE and entry.state is not State.MEETING_PLANNED:
            overdue = entry.state is State.OVERDUE
            yield Ask(
                "meeting_overdue" if overdue else "meeting_due",
                on=entry.on,
                since=entry.since,
                what=entry.what,
                is_urgent=True,
                is_ours_only=entry.is_ours_only,
            )


def _unsettled(meetings: Sequence[Entry]) -> Iterator[Ask]:
    for meeting in meetings:
        if meeting.state is State.UNSETTLED:
            yield Ask(
                "meeting_unsettled",
                on=meeting.on,
                what=meeting.what,
                page=meeting.page,
                page_id=meeting.page_id,
            )


def _times(times: Sequence[TDate], today: date) -> Iterator[Ask]:
    # The last time that is only entered is the end of the programme or what follows it: nobody knows it early.
    first = [one for one in times if one.rule.is_entered][:2]
    if missing := tuple(one.label for one in first if one.on is None):
        yield Ask("t_points_missing", labels=missing)
    past = [one for one in times if one.on is not None and one.on < today and not one.is_done]
    for key, those in (
        ("t_points_overdue", [one.label for one in past if not one.is_half]),
        ("t_points_his_missing", [one.label for one in past if one.is_half and not one.pp_done]),
        ("t_points_hers_missing", [one.label for one in past if one.is_half and not one.vss_done]),
    ):
        if those:
            yield Ask(key, labels=tuple(those), number=len(those))


def _meeting_for_time(
    times: Sequence[TDate], meetings: Sequence[Entry], rules: Rules, today: date
) -> Iterator[Ask]:
    """The repeated time that is due now or soon has no meeting near it."""
    reach = timedelta(days=rules.t_meeting_days)
    due = [one for one in times if one.rule.repeats and one.on is not None and one.on <= today + reach]
    if not due or due[-1].on is None:
        return
    first_day, last_day = due[-1].on - reach, max(due[-1].on, today) + reach
    if not any(
        meeting.on and first_day <= meeting.on <= last_day and meeting.state in TAKES_PLACE
        for meeting in meetings
    ):
        yield Ask("no_meeting_for_time", on=due[-1].on, labels=(due[-1].label,))


def _agreement(
    entries: Sequence[Entry], meetings: Sequence[Entry], rules: Rules, today: date
) -> Iterator[Ask]:
    signed = [entry for entry in entries if entry.kind is Kind.AGREEMENT]
    if not signed or any(entry.until is None for entry in signed):
        return
    last = max(signed, key=lambda entry: entry.until or today)
    end = last.until or today
    if last.state is State.ENDED:
        yield Ask("agreement_ended", on=end, is_urgent=True, page=last.page, page_id=last.page_id)
        return
    coming = [meeting for meeting in meetings if meeting.state in COMING and meeting.on is not None]
    after = next((meeting for meeting in coming if meeting.on and meeting.on > end), None)
    if after is not None and after is coming[0]:
        yield Ask(
            "agreement_ends_before_meeting",
            on=end,
            since=after.on,
            is_urgent=True,
            page=last.page,
            page_id=last.page_id,
        )
    elif end <= today + timedelta(days=rules.agreement_notice_days):
        yield Ask("agreement_ends", on=end, page=last.page, page_id=last.page_id)


def _actions(entries: Sequence[Entry]) -> Iterator[Ask]:
    late = [entry for entry in entries if entry.kind is Kind.ACTION and entry.state is State.OVERDUE]
    if late:
        yield Ask("actions_overdue", number=len(late), page=late[0].page, page_id=late[0].page_id)
