from datetime import timedelta

from sqlalchemy.orm import Session

from core import clock
from tests.make import Make
from tests.pages.conftest import Desk, press, said


def test_my_actions_over_all_cases_are_listed_with_what_is_overdue_first(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.action(pair)
    make.action(pair, due_on=clock.today() - timedelta(days=3))
    make.action(pair, pair.vss)
    db.commit()

    at = desk.open(pair.pp, "actions")

    rows = at.dataframe[0].value
    assert list(rows["state"]) == ["Overdue by 3 days", "Open"]
    assert set(rows["case"]) == {pair.case.code}
    assert "2 of 2" in said(at)


def test_a_search_that_finds_nothing_says_what_to_try(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.action(pair)
    db.commit()
    at = desk.open(pair.pp, "actions")

    at.text_input(key="actions:search").set_value("no such words").run()

    assert not at.dataframe
    assert "Nothing fits this search" in said(at)


def test_a_long_list_is_shown_in_part_and_more_of_it_on_request(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    for _ in range(60):
        make.action(pair)
    db.commit()
    at = desk.open(pair.pp, "actions")

    assert "50 of 60" in said(at)
    press(at, "Show more")

    assert len(at.dataframe[0].value) == 60


def test_an_empty_list_says_where_actions_come_from(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()

    at = desk.open(pair.pp, "actions")

    assert "agreed in a meeting" in said(at)
