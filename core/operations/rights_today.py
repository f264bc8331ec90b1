"""What waits for those who answer for records and rights: numbers only, for the page Today and the menu."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.operations import break_glass, due_cases, erasures, former_people, person_requests, service_exports

#: So long before its day an answer is called for.
SOON = timedelta(days=7)


def waiting(db: Session, actor: Actor) -> Mapping[str, int]:
    """What waits for an office of the actor's service, by name; nothing for anybody else."""
    if not actor.kind.is_side or not actor.has(*access.OFFICES):
        return {}
    last = clock.today() + SOON
    found = {
        "erasures": erasures.to_confirm(db, actor),
        "opened": len(break_glass.to_review(db, actor)),
        "requests": sum(
            one.answered_on is None and one.due_on <= last for one in person_requests.register(db, actor)
        ),
        "due": due_cases.waiting(db, actor),
        "staff": former_people.waiting(db, actor),
        "leaving": sum(one.may_confirm for one in service_exports.list_all(db, actor)),
    }
    return {name: number for name, number in found.items() if number}
