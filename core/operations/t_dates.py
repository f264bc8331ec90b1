"""When the times T0 to T4 of a case are due: entered, counted by the rules, or moved by hand."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from core.content.protocols import Protocol
from core.content.protocols import TPoint as Rule
from core.models import ServiceKind, TPoint
from core.operations.rules import Rules

#: More repetitions than any programme lasts; a wrong year typed for T3 does not fill the page.
MOST_REPETITIONS: Final = 130
#: The end of the programme.
END: Final = "T3"


@dataclass(frozen=True)
class TDate:
    """One time of one case. Of either side it says done or not done, never when: that would be hers to tell."""

    label: str
    rule: Rule
    on: date | None
    #: The day that the rule alone would give.
    computed_on: date | None
    is_moved: bool
    pp_done: bool
    vss_done: bool
    version: int
    row_id: UUID | None
    #: A repetition that is due no more, which only the side knows that began to ask then.
    is_gone: bool = False

    @property
    def is_done(self) -> bool:
        return self.pp_done and self.vss_done

    def is_done_by(self, side: ServiceKind) -> bool:
        """Has this side asked its person?"""
        return self.pp_done if side is ServiceKind.PP else self.vss_done

    @property
    def is_half(self) -> bool:
        """Answered by one of the two sides only."""
        return self.pp_done != self.vss_done


def months_later(first: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def horizon(
    today: date, first: date | None, ends_on: date | None, closed_on: date | None, every: int
) -> date:
    """Until when repeated times are shown while nobody knows when the programme ends."""
    if closed_on is not None:
        return closed_on
    if ends_on is not None:
        # After its end the agreement says nothing any more, but the next time is still due.
        return max(ends_on, months_later(today, every))
    return months_later(max(today, first or today), 12)


def compute(
    protocol: Protocol,
    rules: Rules,
    rows: Iterable[TPoint],
    *,
    today: date,
    ends_on: date | None = None,
    closed_on: date | None = None,
) -> tuple[TDate, ...]:
    """All times of a case, in the protocol's order; a repeated one as T2.1, T2.2 …"""
    found = {row.label: row for row in rows}
    days: dict[str, date | None] = {}
    counted: dict[str, date | None] = {}
    for rule in protocol.t_points:
        if rule.repeats:
            continue
        counted[rule.id] = _after(rule, days, rules)
        days[rule.id] = _by_hand(found, rule.id) or counted[rule.id]
    anew = [(rule, label) for rule in protocol.t_points for label in rounds(rule, found)]
    days |= {rule.id: on for rule, label in anew if (on := _by_hand(found, label))}
    ends = {rule.until for rule in protocol.t_points if rule.until}
    for rule in protocol.t_points:
        if rule.counts_from in ends & {one.id for one, _ in anew} and not rule.repeats:
            # After an end that came again what follows it does too.
            counted[rule.id] = _after(rule, days, rules)
    dates: list[TDate] = []
    for rule in protocol.t_points:
        if not rule.repeats:
            dates.append(_date(rule, rule.id, counted[rule.id], found))
            continue
        first = days.get(rule.counts_from or "")
        every = _interval(rule, rules)
        last = horizon(today, first, ends_on, closed_on, every)
        is_anew = any(one.id == rule.counts_from for one, _ in anew)
        dates += _repeated(
            rule,
            found,
            first=first,
            every=every,
            until=days.get(rule.until or ""),
            last=last,
            is_anew=is_anew,
        )
    again = [_date(rule, label, None, found) for rule, label in anew]
    dates = _with_rounds(dates, [one for one in again if one.rule.id not in ends])
    return _with_ends(dates, [one for one in again if one.rule.id in ends])


def newest(times: Iterable[TDate], rule_id: str) -> TDate | None:
    """The time that this rule gives now: where it came again, the last one."""
    return max(
        (one for one in times if one.rule.id == rule_id), key=lambda one: number_of(one.label), default=None
    )


def gone(protocol: Protocol, label: str, side: ServiceKind, *, is_done: bool) -> TDate | None:
    """A repetition that is due no more, as after the end was entered before it, for a side that began to ask then."""
    rule = next((one for one in protocol.t_points if one.repeats and label.startswith(f"{one.id}.")), None)
    if rule is None:
        return None
    return TDate(
        label=label,
        rule=rule,
        on=None,
        computed_on=None,
        is_moved=False,
        pp_done=is_done and side is ServiceKind.PP,
        vss_done=is_done and side is ServiceKind.VSS,
        version=0,
        row_id=None,
        is_gone=True,
    )


def in_place(times: Iterable[TDate], those: Iterable[TDate]) -> tuple[TDate, ...]:
    """The times with those that are due no more, each after the repetition before it."""
    found = list(times)
    for one in sorted(those, key=lambda each: number_of(each.label)):
        before = [
            place
            for place, each in enumerate(found, start=1)
            if each.rule.id == one.rule.counts_from
            or (each.rule.id == one.rule.id and number_of(each.label) < number_of(one.label))
        ]
        found.insert(max(before, default=0), one)
    return tuple(found)


def number_of(label: str) -> int:
    """Which repetition."""
    found = label.partition(".")[2]
    return int(found) if found.isdigit() else 0


def rounds(rule: Rule, found: Mapping[str, TPoint]) -> list[str]:
    """The labels of a time that comes again, as after he came back: T0.2, T0.3 … for one that is entered."""
    if rule.repeats or not rule.is_entered:
        return []
    again = (label for label in found if label.startswith(f"{rule.id}.") and number_of(label) > 1)
    return sorted(again, key=number_of)


def _with_ends(dates: list[TDate], again: list[TDate]) -> tuple[TDate, ...]:
    """An end that comes again stands where the end stood, and the one before it by its day."""
    found, before = list(dates), []
    for one in again:
        place = next(place for place, each in enumerate(found) if each.rule == one.rule)
        before.append(found[place])
        found[place] = one
    for one in before:
        later = (place for place, each in enumerate(found) if one.on and each.on and each.on > one.on)
        found.insert(next(later, len(found)), one)
    return tuple(found)


def _with_rounds(dates: list[TDate], anew: list[TDate]) -> list[TDate]:
    """What was begun anew stands before the first time that comes after it."""
    if not anew:
        return dates
    days = [one.on for one in anew if one.on is not None]
    first = min(days, default=None)
    base = [one for one in dates if one.rule.is_entered and one.rule in {each.rule for each in anew}]
    rest = [one for one in dates if one not in base]
    before = [one for one in rest if first and one.on and one.rule.repeats and one.on < first]
    after = [one for one in rest if one not in before]
    return [*base, *before, *sorted(anew, key=lambda one: one.on or date.max), *after]


def _by_hand(found: Mapping[str, TPoint], label: str) -> date | None:
    return found[label].due_on if label in found else None


def _interval(rule: Rule, rules: Rules) -> int:
    return rules.t2_interval_months if rule.id == "T2" else rule.interval_months or 1


def _after(rule: Rule, days: Mapping[str, date | None], rules: Rules) -> date | None:
    first = days.get(rule.counts_from or "")
    if first is None:
        return None
    months = rules.t4_after_months if rule.id == "T4" else rule.months_after or 0
    return months_later(first, months)


def _repeated(
    rule: Rule,
    found: Mapping[str, TPoint],
    *,
    first: date | None,
    every: int,
    until: date | None,
    last: date,
    is_anew: bool,
) -> list[TDate]:
    dates = []
    labels = [label for label in found if label.startswith(f"{rule.id}.")]
    highest = max(map(number_of, labels), default=0)
    # What lies before the day from which it is counted belongs to the time before he came back, and keeps its number.
    rows = [found[label] for label in labels if is_anew]
    offset = max((number_of(row.label) for row in rows if first and (_day(row) or first) < first), default=0)
    done, steps = first, -offset
    for number in range(1, MOST_REPETITIONS + 1):
        label = f"{rule.id}.{number}"
        steps += 1
        computed = _next(first, done, steps * every) if first and done and steps > 0 else None
        is_over = computed is not None and (computed >= until if until else computed > last)
        if is_over:
            computed = None
        row = found.get(label)
        if computed is not None or (row and (row.due_on or row.pp_done_on or row.vss_done_on)):
            dates.append(_date(rule, label, computed, found))
        if row and number > offset and (row.pp_done_on or row.vss_done_on) and (row.due_on or computed):
            # It stays on its day, whatever the interval became since, and what follows is counted from there; never
            # from the day on which somebody was asked.
            done, steps = row.due_on or computed, 0
        if number >= highest and (is_over or first is None):
            break
    return dates


def _next(first: date, done: date, months: int) -> date:
    """So many months after what was done last: on the day of the month of the first, where that one kept to it."""
    since = (done.year - first.year) * 12 + done.month - first.month
    # The 31st does not wander to the 28th for good.
    return (
        months_later(first, since + months)
        if months_later(first, since) == done
        else months_later(done, months)
    )


def _day(row: TPoint) -> date | None:
    return row.due_on or row.pp_done_on or row.vss_done_on


def _date(rule: Rule, label: str, computed: date | None, found: Mapping[str, TPoint]) -> TDate:
    row = found.get(label)
    return TDate(
        label=label,
        rule=rule,
        on=(row.due_on if row else None) or computed,
        computed_on=computed,
        is_moved=bool(row and row.due_on and row.moved_reason),
        pp_done=bool(row and row.pp_done_on),
        vss_done=bool(row and row.vss_done_on),
        version=row.version if row else 0,
        row_id=row.id if row else None,
    )
