"""The stage of the fictional example: its words, its people, and the day on which somebody acts."""

import tomllib
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from core import clock
from core.access import Actor
from core.models import Account, Cooperation, Person

WORDS = Path(__file__).parent / "story.en.toml"
SATURDAY = 5


@cache
def words() -> dict[str, str]:
    """Every text of the example by its dotted key."""
    found: dict[str, str] = {}

    def collect(table: dict[str, Any], path: str) -> None:
        for key, value in table.items():
            if isinstance(value, dict):
                collect(value, f"{path}{key}.")
            else:
                found[path + key] = value

    collect(tomllib.loads(WORDS.read_text(encoding="utf-8")), "")
    return found


def say(key: str, **values: str) -> str:
    """A text of the example."""
    return words()[key].format(**values)


class Stage:
    """The two services and their people. Days are counted from today, so that the example always looks alive."""

    def __init__(self, db: Session) -> None:
        self.db = db
        self.started = clock.now()
        self.today = clock.day(self.started)
        self.cooperation_id: UUID = db.scalars(select(Cooperation.id)).one()
        self.actors = {account.username: _actor(account.person) for account in db.scalars(_ACCOUNTS)}

    def person(self, *keys: str) -> list[UUID]:
        return [self.actors[key].person_id for key in keys]

    def day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def weekday(self, days: int) -> int:
        """The same day, or the Friday before it where it falls on a weekend: meetings are held in the week."""
        return days - max(0, self.day(days).weekday() - SATURDAY + 1)

    def moment(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        return clock.moment(self.day(days), time(hour, minute))

    def on(self, days: int, hour: int = 10, minute: int = 0) -> AbstractContextManager[None]:
        """What is done inside is done on that day."""
        return clock.at(self.moment(days, hour, minute))


_ACCOUNTS = select(Account).options(
    joinedload(Account.person).options(joinedload(Person.service), selectinload(Person.roles))
)


def _actor(person: Person) -> Actor:
    return Actor(
        person_id=person.id,
        service_id=person.service_id,
        kind=person.service.kind,
        roles=person.role_names,
        name=person.name,
        service_name=person.service.name,
        is_fresh=True,
    )
