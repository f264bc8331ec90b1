"""Ten thousand guesses at one account, as fast and from as many places as anybody likes."""

from datetime import timedelta

import time_machine
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core import clock, keys
from core.errors import NotAllowed
from core.sign_in import limits
from core.sign_in.limits import Visitor
from tests.make import Make


def looked_at(db: Session, *, guesses: int, over: timedelta) -> int:
    """How many guesses of so many are looked at, from addresses that change all the time."""
    account, start, found = Make(db).account(Make(db).pair().pp), clock.now(), 0
    for number in range(guesses):
        with time_machine.travel(start + over * number / guesses, tick=False):
            try:
                limits.knock(db, account.username, Visitor(f"10.{number % 250}.{number // 250 % 250}.1"))
            except NotAllowed:
                continue
        found += 1
    return found


def trial(engine: Engine, *, guesses: int = 10_000) -> list[tuple[str, str]]:
    """What was tried, and the figure; nothing of it stays."""
    rows = []
    with engine.execution_options(writes=True).connect() as connection:
        for days in (1, 7):
            transaction = connection.begin()
            with Session(connection, join_transaction_mode="create_savepoint") as db:
                keys.whole(db)
                found = looked_at(db, guesses=guesses, over=timedelta(days=days))
            transaction.rollback()
            what = (
                f"guesses, {engine.dialect.name}: {guesses:,} at one account in {days} day{'s' * (days > 1)}"
            )
            rows.append((f"{what}, looked at", str(found)))
    return rows
