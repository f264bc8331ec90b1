"""The numbers that dates are computed with, and the days that come of them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core import clock
from core.content import protocols
from core.models import AgreementState, ServiceKind, TPoint
from core.operations import case_times, rules, t_dates, t_points, timelines
from core.operations.t_dates import TDate
from core.operations.t_dates import months_later as later
from core.operations.timelines import Kind
from tests.make import Make, Pair

TODAY = date(2026, 2, 10)
PROTOCOL = protocols.load()
DEFAULTS = rules.from_answers(PROTOCOL, {})


def compute(*, ends_on: date | None = None, closed_on: date | None = None, **days: date) -> dict[str, TDate]:
    rows = [TPoint(case_id=None, label=label.replace("_", "."), due_on=on) for label, on in days.items()]  # type: ignore[arg-type]
    found = t_dates.compute(PROTOCOL, DEFAULTS, rows, today=TODAY, ends_on=ends_on, closed_on=closed_on)
    return {one.label: one for one in found}


def days(dates: dict[str, TDate], *labels: str) -> list[date | None]:
    return [dates[label].on for label in labels]


def test_without_an_agreement_the_protocols_starting_values_hold(db: Session, make: Make) -> None:
    pair = make.pair()

    found = rules.of_cooperation(db, pair.case.cooperation_id)

    assert (found.t2_interval_months, found.t4_after_months) == (3, 6)
    assert (found.episode_meeting_days, found.minutes_days) == (7, 7)
    assert found.agreed == frozenset()


def test_the_agreement_of_the_two_services_sets_its_own_numbers(db: Session, make: Make) -> None:
    pair = make.pair()
    make.agreement_in_force(pair, answers={"t2_interval_months": "2", "episode_meeting_days": 3})

    found = rules.of_cooperation(db, pair.case.cooperation_id)

    assert (found.t2_interval_months, found.episode_meeting_days, found.t4_after_months) == (2, 3, 6)
    assert found.agreed == {"t2_interval_months", "episode_meeting_days"}


def test_the_signed_agreement_of_a_case_drives_its_own_dates_and_no_other_cases(
    db: Session, make: Make
) -> None:
    today = clock.today()
    pair = make.pair(is_agreed=False)
    other = make.pair_of(pair)
    make.agreement_in_force(pair, answers={"t2_interval_months": 3, "episode_meeting_days": 7})
    answers: dict[str, object] = {"t2_interval_months": 2, "t4_after_months": 9, "episode_meeting_days": 3}
    agreement = make.agreement_in_force(pair, ends_on=clock.today() + timedelta(days=300), answers=answers)
    for each in (pair, other):
        make.t_point(each, "T1", today)
        make.t_point(each, "T3", today + timedelta(days=150))
        make.path_entry(each, each.pp, "episode", today, is_shared=True)

    def told(each: Pair) -> tuple[object, ...]:
        line = timelines.of_case(db, each.pp, each.case.id)
        on = {one.label: one.on for one in line.t_dates}
        due = next(entry.on for entry in line.entries if entry.kind is Kind.MEETING_DUE)
        page = {one.label: one.on for one in t_points.of_case(db, each.pp, each.case.id)}
        assert page["T2.1"] == on["T2.1"]
        return on["T2.1"], on["T4"], due

    end = today + timedelta(days=150)
    assert told(pair) == (later(today, 2), later(end, 9), today + timedelta(days=3))
    assert told(other) == (later(today, 3), later(end, 6), today + timedelta(days=7))
    [first, _] = sorted(case_times.of_actor(db, pair.pp), key=lambda one: one.case.id != pair.case.id)
    assert first.rules.t2_interval_months == 2

    agreement.ends_on = today - timedelta(days=1)
    db.flush()
    assert rules.of_case(db, pair.case).t2_interval_months == 3


def test_of_two_agreements_of_a_case_the_later_one_holds(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    today = clock.today()
    end = clock.today() + timedelta(days=300)
    make.agreement_in_force(pair, ends_on=end, answers={"t4_after_months": 12}).in_force_from = today
    make.agreement_in_force(pair, ends_on=end, answers={"t4_after_months": 8})

    assert rules.of_case(db, pair.case).t4_after_months == 12


@pytest.mark.parametrize("answer", ["", "soon", 0, 99, None, [3], "3.5"])
def test_an_answer_that_is_no_usable_number_leaves_the_starting_value(answer: object) -> None:
    found = rules.from_answers(PROTOCOL, {"t2_interval_months": answer})

    assert found == DEFAULTS


def test_a_draft_or_a_later_agreement_sets_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    make.agreement_in_force(pair, answers={"minutes_days": 3}).state = AgreementState.DRAFT
    coming = make.agreement_in_force(pair, answers={"minutes_days": 4})
    coming.in_force_from = clock.today() + timedelta(days=1)
    db.flush()

    assert rules.of_cooperation(db, pair.case.cooperation_id).minutes_days == 7


def test_an_organisation_agreement_past_its_end_sets_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    old = make.agreement_in_force(pair, answers={"minutes_days": 3})
    old.ends_on = clock.today() - timedelta(days=1)
    db.flush()

    assert rules.of_cooperation(db, pair.case.cooperation_id).minutes_days == 7


def test_t2_comes_every_three_months_after_t1_until_t3_and_t4_six_months_after_it() -> None:
    dates = compute(T0=date(2026, 1, 12), T1=date(2026, 1, 26), T3=date(2027, 1, 26))

    assert list(dates) == ["T0", "T1", "T2.1", "T2.2", "T2.3", "T3", "T4"]
    assert days(dates, "T2.1", "T2.2", "T2.3") == [date(2026, 4, 26), date(2026, 7, 26), date(2026, 10, 26)]
    assert dates["T4"].on == date(2027, 7, 26)


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (date(2026, 1, 31), [date(2026, 4, 30), date(2026, 7, 31), date(2026, 10, 31)]),
        (date(2025, 11, 30), [date(2026, 2, 28), date(2026, 5, 30), date(2026, 8, 30)]),
        (date(2027, 11, 29), [date(2028, 2, 29), date(2028, 5, 29), date(2028, 8, 29)]),
    ],
)
def test_the_end_of_a_short_month_does_not_shift_the_times_after_it(
    first: date, expected: list[date]
) -> None:
    assert days(compute(T1=first), "T2.1", "T2.2", "T2.3") == expected


def test_until_t3_is_known_t2_is_shown_to_the_agreements_end() -> None:
    dates = compute(T1=date(2026, 1, 26), ends_on=date(2026, 8, 1))

    assert [label for label in dates if label.startswith("T2")] == ["T2.1", "T2.2"]
    assert days(dates, "T3", "T4") == [None, None]


def test_without_an_agreement_t2_is_shown_for_a_year() -> None:
    dates = compute(T1=date(2026, 1, 26))

    assert [label for label in dates if label.startswith("T2")] == ["T2.1", "T2.2", "T2.3", "T2.4"][:4]
    assert "T2.5" not in dates


def test_after_the_agreements_end_the_next_t2_is_still_shown() -> None:
    dates = compute(T1=date(2025, 1, 26), ends_on=date(2025, 12, 31))

    assert dates["T2.5"].on == date(2026, 4, 26)
    assert "T2.6" not in dates


def test_a_closed_case_has_no_times_to_come() -> None:
    dates = compute(T1=date(2025, 1, 26), closed_on=date(2025, 9, 1))

    assert [label for label in dates if label.startswith("T2")] == ["T2.1", "T2.2"]


def test_without_t1_nothing_is_counted() -> None:
    assert [(one.label, one.on) for one in compute(T0=date(2026, 1, 12)).values()] == [
        ("T0", date(2026, 1, 12)),
        ("T1", None),
        ("T3", None),
        ("T4", None),
    ]


def test_a_time_moved_by_hand_stays_and_moves_no_other() -> None:
    dates = compute(T1=date(2026, 1, 26), T2_1=date(2026, 5, 4), T3=date(2027, 1, 26), T4=date(2027, 9, 1))

    assert days(dates, "T2.1", "T2.2", "T4") == [date(2026, 5, 4), date(2026, 7, 26), date(2027, 9, 1)]
    assert dates["T2.1"].computed_on == date(2026, 4, 26)


def test_what_was_done_stays_on_the_timeline_after_t3_was_set_before_it() -> None:
    dates = compute(T1=date(2026, 1, 26), T2_3=date(2026, 10, 26), T3=date(2026, 9, 1))

    assert dates["T2.3"].on == date(2026, 10, 26)


def test_the_agreed_interval_and_follow_up_are_counted_with() -> None:
    agreed = rules.from_answers(PROTOCOL, {"t2_interval_months": 2, "t4_after_months": 12})
    rows = [TPoint(case_id=None, label="T1", due_on=date(2026, 1, 26))]  # type: ignore[arg-type]
    rows.append(TPoint(case_id=None, label="T3", due_on=date(2026, 6, 1)))  # type: ignore[arg-type]

    dates = {one.label: one.on for one in t_dates.compute(PROTOCOL, agreed, rows, today=TODAY)}

    assert dates["T2.1"] == date(2026, 3, 26)
    assert dates["T2.2"] == date(2026, 5, 26)
    assert dates["T4"] == date(2027, 6, 1)


@given(
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    length=st.integers(1, 1500),
    interval=st.integers(1, 24),
)
def test_the_times_of_a_case_are_always_in_order(first: date, length: int, interval: int) -> None:
    agreed = rules.from_answers(PROTOCOL, {"t2_interval_months": interval})
    rows = [TPoint(case_id=None, label="T1", due_on=first)]  # type: ignore[arg-type]
    rows.append(TPoint(case_id=None, label="T3", due_on=first + timedelta(days=length)))  # type: ignore[arg-type]

    found = t_dates.compute(PROTOCOL, agreed, rows, today=TODAY)

    dated = [one.on for one in found if one.on is not None]
    assert dated == sorted(dated)
    assert all(one.on and one.on < first + timedelta(days=length) for one in found if one.rule.repeats)


def _after_done(every: int, first: date, **done: date) -> dict[str, TDate]:
    rows = [TPoint(case_id=None, label="T1", due_on=first)]  # type: ignore[arg-type]
    for label, on in done.items():
        row = TPoint(case_id=None, label=label.replace("_", "."), due_on=on)  # type: ignore[arg-type]
        row.vss_done_on = on + timedelta(days=9)
        rows.append(row)
    agreed = rules.from_answers(PROTOCOL, {"t2_interval_months": every})
    return {one.label: one for one in t_dates.compute(PROTOCOL, agreed, rows, today=TODAY)}


@pytest.mark.parametrize(
    ("every", "following"), [(6, date(2026, 7, 27)), (2, date(2026, 3, 27)), (3, date(2026, 4, 27))]
)
def test_after_another_interval_was_agreed_on_the_next_time_is_counted_from_the_last_one_that_is_done(
    every: int, following: date
) -> None:
    done = {"T2_1": date(2025, 10, 27), "T2_2": date(2026, 1, 27)}

    dates = _after_done(every, date(2025, 7, 27), **done)

    assert days(dates, "T2.1", "T2.2") == list(done.values())
    assert days(dates, "T2.3", "T2.4") == [following, later(following, every)]


def test_a_time_that_is_done_on_the_last_of_a_short_month_does_not_shift_those_after_it() -> None:
    dates = _after_done(3, date(2025, 8, 31), T2_1=date(2025, 11, 30))

    assert days(dates, "T2.2", "T2.3", "T2.4") == [date(2026, 2, 28), date(2026, 5, 31), date(2026, 8, 31)]


def test_a_repetition_that_is_due_no_more_stands_after_the_one_before_it() -> None:
    times = compute(T1=date(2025, 7, 27), T2_1=date(2025, 10, 27), T3=date(2025, 11, 1)).values()
    those = [t_dates.gone(PROTOCOL, label, ServiceKind.VSS, is_done=False) for label in ("T2.10", "T2.2")]

    found = t_dates.in_place(times, [one for one in those if one])

    assert [one.label for one in found] == ["T0", "T1", "T2.1", "T2.2", "T2.10", "T3", "T4"]
    assert t_dates.gone(PROTOCOL, "T9.2", ServiceKind.VSS, is_done=False) is None


def test_after_a_time_that_was_moved_and_done_the_whole_interval_passes() -> None:
    dates = _after_done(3, date(2025, 8, 31), T2_1=date(2025, 12, 20))

    assert days(dates, "T2.2", "T2.3") == [date(2026, 3, 20), date(2026, 6, 20)]


def test_a_programme_of_five_years_has_each_monthly_repetition_to_its_end() -> None:
    monthly = rules.from_answers(PROTOCOL, {"t2_interval_months": 1})
    rows = [TPoint(case_id=None, label="T1", due_on=date(2022, 1, 10))]  # type: ignore[arg-type]

    found = t_dates.compute(PROTOCOL, monthly, rows, today=TODAY, ends_on=date(2027, 6, 30))

    assert max(one.on for one in found if one.rule.id == "T2" and one.on) == date(2027, 6, 10)
