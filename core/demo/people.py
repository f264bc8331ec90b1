"""The two services of the example and their people. Town, services and people are fictional."""

from sqlalchemy.orm import Session

from core import clock
from core.models import Account, Cooperation, Person, PersonRole, Role, Service, ServiceKind

PP = ("Turning Point Marlen", ServiceKind.PP, "1 Mill Lane, Marlen (fictional)", "+00 555 0100")
VSS = ("Aurora House", ServiceKind.VSS, "Address kept by the service (fictional)", "+00 555 0200")
AGENCIES = (
    ("Marlen Police (fictional)", ServiceKind.POLICE),
    ("Marlen Child Protection Office (fictional)", ServiceKind.CHILD_PROTECTION),
    ("Marlen Family Court (fictional)", ServiceKind.COURT),
)

#: key, name, service, job, roles
PEOPLE = (
    ("ivo", "Ivo K.", PP, "Case manager", (Role.CASE_MANAGER, Role.CHAIR)),
    ("elena", "Elena D.", VSS, "Case manager", (Role.CASE_MANAGER, Role.CHAIR)),
    ("nina", "Nina B.", VSS, "Partner contact", (Role.PARTNER_CONTACT, Role.MINUTE_TAKER)),
    ("pavel", "Pavel S.", PP, "Group facilitator", (Role.MINUTE_TAKER,)),
    ("carla", "Carla R.", VSS, "Child protection", (Role.CHILD_PROTECTION,)),
    ("mira", "Mira T.", PP, "Director", (Role.MANAGER,)),
    ("lea", "Lea V.", VSS, "Director", (Role.MANAGER,)),
    ("ada", "Ada W.", PP, "Office", (Role.ADMINISTRATOR,)),
    ("iris", "Iris N.", VSS, "Office", (Role.ADMINISTRATOR,)),
    ("dora", "Dora F.", VSS, "Data protection officer", (Role.DATA_PROTECTION,)),
)


def write(db: Session) -> None:
    """Write services, cooperation and people; nobody can sign in by password, only by the example's own page."""
    services = {
        row[0]: Service(name=row[0], kind=row[1], address=row[2], duty_phone=row[3], legal_form="association")
        for row in (PP, VSS)
    }
    for name, kind in AGENCIES:
        services[name] = Service(name=name, kind=kind)
    db.add_all(services.values())
    db.flush()
    db.add(Cooperation(pp_id=services[PP[0]].id, vss_id=services[VSS[0]].id))
    for key, name, service, job, roles in PEOPLE:
        person = Person(
            name=name,
            service_id=services[service[0]].id,
            job=job,
            email=f"{key}@example.invalid",
            roles=[PersonRole(role=role) for role in roles],
        )
        db.add(person)
        db.flush()
        # All of them have worked here for a while: each service's own administrator looks after its accounts.
        db.add(Account(person_id=person.id, username=key, signed_in_at=clock.now()))
        db.flush()
