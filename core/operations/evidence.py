"""What is kept as evidence of digital violence: what, where, how, and to whom it was reported. Never the thing itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, require_version
from core.content import digital_violence, reporting_routes
from core.errors import Invalid
from core.models import CaseFile, Evidence
from core.operations import own_files
from core.text import day, in_order, line, text

__all__ = ["Evidence"]

LONGEST_WHAT = 500


@dataclass(frozen=True)
class Kept:
    """What is typed about one piece of evidence."""

    what: str = ""
    happened_on: date | None = None
    kept_where: str = ""
    kept_how: Collection[str] = ()
    reported_to: Collection[str] = ()
    reported_on: date | None = None


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Sequence[Evidence]:
    """All of it, by the day on which it happened; what has none last."""
    file = own_files.hers(db, actor, case_id)
    audit.look(db, file, "read_digital", case_id=case_id)
    rows = db.scalars(access.visible_evidence(actor).where(Evidence.file_id == file.id)).all()
    return sorted(rows, key=lambda one: (one.happened_on or date.max, one.created_at))


def note(db: Session, actor: Actor, case_id: UUID, *, kept: Kept) -> Evidence:
    """Write down that something is kept. Raises Invalid beside its field."""
    file = own_files.hers_writable(db, actor, case_id)
    made = Evidence(file_id=file.id, what="")
    _fill(made, kept)
    db.add(made)
    db.flush()
    audit.record(db, actor, "add", made, case_id=case_id)
    return made


def revise(db: Session, actor: Actor, evidence_id: UUID, *, kept: Kept, version: int) -> Evidence:
    """Change what it says: that it was moved, or that it was reported."""
    found = access.find(db, access.visible_evidence(actor), evidence_id)
    file = db.get_one(CaseFile, found.file_id)
    own_files.hers_writable(db, actor, file.case_id)
    require_version(found, version)
    _fill(found, kept)
    db.flush()
    audit.record(db, actor, "revise", found, case_id=file.case_id)
    return found


def _fill(evidence: Evidence, kept: Kept) -> None:
    stations = [station.id for route in reporting_routes.load().routes for station in route.stations]
    keepings = [one.id for one in digital_violence.load().keepings]
    # What an older version of the content called otherwise stays.
    reported_to = _keys(kept.reported_to, [*stations, *evidence.reported_to.split()], field="reported_to")
    reported_on = None
    if kept.reported_on is not None and not reported_to:
        raise Invalid("error.digital.reported_to", field="reported_to")
    if reported_to:
        reported_on = _past(day(kept.reported_on, field="reported_on"), field="reported_on")
    happened_on = _past(kept.happened_on, field="happened_on")
    in_order(happened_on, reported_on, field="reported_on")
    checked = {
        "what": text(kept.what, field="what", longest=LONGEST_WHAT),
        "happened_on": happened_on,
        "kept_where": line(kept.kept_where, field="kept_where"),
        "kept_how": _keys(kept.kept_how, [*keepings, *evidence.kept_how.split()], field="kept_how"),
        "reported_to": reported_to,
        "reported_on": reported_on,
    }
    for name, value in checked.items():
        setattr(evidence, name, value)


def _keys(given: Collection[str], known: Sequence[str], *, field: str) -> str:
    if not set(given) <= set(known):
        raise Invalid("error.digital.choice", field=field)
    return " ".join(key for key in dict.fromkeys(known) if key in given)


def _past(on: date | None, *, field: str) -> date | None:
    if on is not None and day(on, field=field) > clock.today():
        raise Invalid("error.future_date", field=field)
    return on
