"""The fictional example: a walk of two services through one case, and the people who do it.

The story and the load are read when they are written: most starts do neither, and reading them takes half a second.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import first_start, keys
from core.errors import NotAllowed
from core.models import Account, Event, Person, Service
from core.sign_in import issue_ticket_for
from core.store import Store


@dataclass(frozen=True)
class Persona:
    """Somebody whom a visitor of the example may sign in as."""

    key: str
    person_id: UUID
    name: str
    service: str


def ensure(store: Store) -> None:
    """Write the example into its store, once."""
    from core.demo import story  # noqa: PLC0415

    with store.writing.begin() as db:
        if not first_start.is_set_up(db):
            keys.whole(db)
            story.write(db)
            db.add(Event(subject="example", subject_id=uuid4(), act="write"))


def personas(db: Session) -> list[Persona]:
    """The people of the example, in the order in which they enter the story."""
    rows = db.execute(
        select(Account.username, Person.id, Person.name, Service.name)
        .join(Person, Person.id == Account.person_id)
        .join(Service, Service.id == Person.service_id)
        .order_by(Account.created_at)
    )
    return [Persona(*row) for row in rows]


def enter_as(store: Store, persona: Persona) -> str:
    """A ticket for somebody of the example, without password and second factor.

    Raises NotAllowed for a store that is not the example.
    """
    if not store.is_example:
        raise NotAllowed
    with store.writing.begin() as db:
        return issue_ticket_for(db, persona.person_id)


def generate(
    store: Store, *, cases: int, seed: int, tell: Callable[[int], None] = lambda _number: None
) -> None:
    """Write fictional cases around the story; `tell` hears how many are made so far."""
    from core.demo import load  # noqa: PLC0415

    with store.writing.begin() as db:
        keys.whole(db)
        load.write(db, cases=cases, seed=seed, tell=tell)
