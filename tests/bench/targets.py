"""Which pages are measured, as whom, with which ids: an open case with much in it."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import access, demo, keys
from core.models import (
    Agreement,
    AgreementLevel,
    Assignment,
    Case,
    FileRequest,
    Meeting,
    MeetingState,
    Person,
)
from core.store import Store
from tests.bench import five_years

#: Pages in the order of the menu, with what their address names.
WORK = (
    ("today", ()),
    ("cases", ()),
    ("meetings", ()),
    ("actions", ()),
    ("agreements", ()),
    ("cooperation", ()),
    ("talk", ("cooperation",)),
    ("phase_1", ("cooperation",)),
    ("case", ("case",)),
    ("file", ("case",)),
    ("phase", ("case",)),
    ("timeline", ("case",)),
    ("plan", ("case",)),
    ("emergency", ("case",)),
    ("meeting", ("meeting",)),
    ("table", ("running",)),
    ("minutes", ("held",)),
    ("agreement", ("agreement",)),
)
ADDRESS = {"running": "meeting", "held": "meeting"}


def _busiest_case(db: Session, person_id: UUID) -> UUID:
    """The open case of this person with the most meetings."""
    statement = (
        select(Case.id)
        .join(Assignment, Assignment.case_id == Case.id)
        .join(Meeting, Meeting.case_id == Case.id)
        .where(Assignment.person_id == person_id, Case.closed_on.is_(None))
        .group_by(Case.id)
        .order_by(func.count(Meeting.id).desc(), Case.code)
    )
    found = db.scalars(statement).first()
    assert found is not None
    return found


def aged(store: Store, person: str = "ivo") -> tuple[str, str, dict[str, UUID]]:
    """The picture of a case of five years: another case of this person, made older, so that no other page is measured with it."""
    with store.writing.begin() as db:
        keys.whole(db)
        who = next(persona.person_id for persona in demo.personas(db) if persona.key == person)
        statement = (
            access.case_agreements_in_force()
            .join(Case, Case.id == Agreement.case_id)
            .join(Assignment, Assignment.case_id == Case.id)
            .where(
                Assignment.person_id == who,
                Case.closed_on.is_(None),
                Case.paired_at.is_not(None),
                Case.id != _busiest_case(db, who),
            )
            .order_by(Case.code)
            .with_only_columns(Case.id)
        )
        case_id = db.scalars(statement).first() or _busiest_case(db, who)
        five_years.lay(db, case_id)
    return person, "picture", {"case": case_id}


def _ids(db: Session, person_id: UUID) -> dict[str, UUID]:
    case_id = _busiest_case(db, person_id)
    meetings = select(Meeting).where(Meeting.case_id == case_id)
    held = db.scalars(meetings.where(Meeting.state == MeetingState.AGREED)).first()
    planned = db.scalars(meetings.where(Meeting.state == MeetingState.PLANNED)).first() or held
    assert held is not None
    assert planned is not None
    running = db.scalars(
        select(Meeting)
        .join(Assignment, Assignment.case_id == Meeting.case_id)
        .where(Assignment.person_id == person_id, Meeting.state == MeetingState.IN_PROGRESS)
    ).first()
    agreement = select(Agreement.id).where(Agreement.case_id == case_id)
    return {
        "case": case_id,
        "meeting": planned.id,
        "held": held.id,
        "running": (running or planned).id,
        "agreement": db.scalars(agreement).one(),
        "cooperation": db.get_one(Case, case_id).cooperation_id,
        "service": db.get_one(Person, person_id).service_id,
    }


def pages(store: Store) -> list[tuple[str, str, dict[str, UUID]]]:
    """(person, page, ids of the address) for every page that is measured."""
    with store.reading.begin() as db:
        who = {persona.key: persona.person_id for persona in demo.personas(db)}
        ids = _ids(db, who["ivo"])
        organisation = db.scalars(
            select(Agreement.id).where(Agreement.level == AgreementLevel.ORGANISATION)
        ).first()
        request = db.scalars(
            select(FileRequest.id).where(FileRequest.to_service_id == ids["service"]).order_by(FileRequest.id)
        ).first()
    wanted = [("ivo", page, {ADDRESS.get(name, name): ids[name] for name in names}) for page, names in WORK]
    if organisation is not None:
        wanted.append(("mira", "draft", {"agreement": organisation}))
    if request is not None:
        wanted.append(("ivo", "request", {"request": request}))
    return [
        *wanted,
        ("ivo", "me", {}),
        ("ada", "services", {}),
        ("ada", "people", {}),
        ("ada", "protocol", {}),
    ]
