"""How the database finds what a page asks for; a way that is short in a small store can be the longest in a large one."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from core.access import Actor
from core.operations import action_plans, notice_boards, pictures, timelines
from tests.make import Make


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "operation",
    [action_plans.list_of_case, notice_boards.of_case, pictures.of_case, timelines.of_case],
    ids=lambda one: one.__module__.rpartition(".")[2],
)
def test_whether_an_agreement_opens_a_case_is_looked_up_by_the_case(
    db: Session, make: Make, operation: Callable[[Session, Actor, UUID], object]
) -> None:
    pair = make.pair()
    db.flush()
    asked: list[tuple[str, Sequence[Any]]] = []
    listen = lambda *args: asked.append((args[2], args[3]))  # noqa: E731
    event.listen(db.get_bind(), "before_cursor_execute", listen)
    operation(db, pair.vss, pair.case.id)
    event.remove(db.get_bind(), "before_cursor_execute", listen)

    ways = [
        way
        for statement, values in asked
        if statement.startswith("SELECT")
        for *_, way in db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    ]

    inner = [way for way in ways if "SEARCH agreement USING" in way and "case_id" not in way]
    assert ways
    assert not inner, inner
