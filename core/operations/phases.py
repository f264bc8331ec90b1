"""The protocol as a case walks it: phase by phase, step by step."""

from sqlalchemy.orm import Session

from core import audit
from core.access import Actor
from core.content.protocols import Scope
from core.models import Case, PhaseEntry
from core.operations import protocols


def begin(db: Session, actor: Actor, case: Case) -> PhaseEntry:
    """Put a new case on the current version of the protocol and into its first phase."""
    protocol = protocols.current(db)
    case.protocol_version = protocol.version
    case.phase = protocol.phases_of(Scope.CASE)[0].id
    entry = PhaseEntry(
        cooperation_id=case.cooperation_id, case_id=case.id, phase=case.phase, entered_by=actor.person_id
    )
    db.add(entry)
    audit.record(db, actor, "enter_phase", entry, case_id=case.id)
    return entry
