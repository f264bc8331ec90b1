"""The very first start: a code that the terminal prints, and the first administrator and services it opens."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from core import clock, starting, tokens
from core.errors import Invalid, NotAllowed
from core.locale import Words
from core.models import (
    Account,
    Cooperation,
    EntryCode,
    Event,
    EventKind,
    Person,
    PersonRole,
    Role,
    Service,
    ServiceKind,
    SetUpCode,
)
from core.settings import settings
from core.sign_in import passwords
from core.text import line

CODE_LIFE = timedelta(hours=24)
_EXAMPLE = Path(__file__).parent / "demo" / "__init__.py"


def has_example() -> bool:
    """Does the fictional example come along with this program? The package for real data leaves it out (decision 40)."""
    return _EXAMPLE.exists()


def is_example(db: Session) -> bool:
    """Was this database written as the fictional example? Then everything in it says so, and nobody needs a password."""
    return db.scalar(select(Event.id).where(Event.subject == "example").limit(1)) is not None


def require_example() -> None:
    """Raises SettingsError where a database is the fictional example, and the program came without it."""
    if not has_example():
        raise starting.wrong("example_left_out")


def is_set_up(db: Session) -> bool:
    """Is there anybody who can sign in?"""
    # People whom a service brought along have no way in before an administrator is there who makes them one.
    has_way_in = or_(
        Account.password_hash != "",
        Account.signed_in_at.is_not(None),
        exists().where(EntryCode.person_id == Account.person_id),
    )
    return db.scalar(select(Account.id).where(has_way_in).limit(1)) is not None


def new_code(db: Session) -> str | None:
    """Make a set-up code that replaces earlier ones; None where the services are set up already."""
    if is_set_up(db):
        return None
    for earlier in db.scalars(select(SetUpCode).where(SetUpCode.used_at.is_(None))):
        earlier.used_at = clock.now()
    code = tokens.new_code()
    db.add(SetUpCode(digest=tokens.digest(code), expires_at=clock.now() + CODE_LIFE))
    return code


def announcement(code: str, *, address: str) -> str:
    """What the terminal says at the first start."""
    said = "first_start.terminal" if has_example() else "first_start.terminal_alone"
    hours = int(CODE_LIFE.total_seconds() // 3600)
    return Words(settings().language)(said, code=code, address=address, hours=hours)


@dataclass(frozen=True)
class FirstPerson:
    """Somebody typed into the set-up: the administrator, or one of the services' people."""

    name: str
    username: str
    password: str


def set_up(
    db: Session, *, code: str, administrator: FirstPerson, pp_name: str, vss_name: str, again: str
) -> Account:
    """Make the two services, their cooperation and the first administrator.

    The administrator sees no case; their second factor is set up before they first come in. Raises NotAllowed for a code that is
    wrong, used or older than a day; Invalid for what was typed.
    """
    if is_set_up(db):
        raise NotAllowed("error.set_up_done")
    found = db.scalar(select(SetUpCode).where(SetUpCode.digest == tokens.digest(tokens.typed(code))))
    if found is None or found.used_at is not None or found.expires_at < clock.now():
        raise Invalid("error.set_up_code", field="code")
    pp = _service(db, line(pp_name, field="pp_name"), ServiceKind.PP)
    vss = _service(db, line(vss_name, field="vss_name"), ServiceKind.VSS)
    if pp.name == vss.name:
        raise Invalid("error.same_name", field="vss_name")
    name = line(administrator.name, field="name")
    username = line(administrator.username, field="username").lower()
    if db.scalar(select(Account.id).where(Account.username == username)) is not None:
        raise Invalid("error.username_taken", field="username")
    passwords.check(administrator.password, again, words=(name, username, pp.name, vss.name))
    db.add_all([pp, vss])
    db.flush()
    if not db.scalar(select(Cooperation).where(Cooperation.pp_id == pp.id, Cooperation.vss_id == vss.id)):
        db.add(Cooperation(pp_id=pp.id, vss_id=vss.id))
    person = Person(name=name, service_id=pp.id, roles=[PersonRole(role=Role.ADMINISTRATOR)])
    db.add(person)
    db.flush()
    account = Account(
        person_id=person.id,
        username=username,
        password_hash=passwords.hash_password(administrator.password),
        changed_at=clock.now(),
    )
    db.add(account)
    db.flush()
    found.used_at = clock.now()
    db.add(
        Event(
            person_id=person.id,
            service_id=pp.id,
            kind=EventKind.ADMINISTRATION,
            subject="person",
            subject_id=person.id,
            act="set_up",
        )
    )
    return account


def _service(db: Session, name: str, kind: ServiceKind) -> Service:
    """The service of this name, where one was read in from another installation; else a new one."""
    return db.scalar(select(Service).where(Service.name == name, Service.kind == kind)) or Service(
        name=name, kind=kind
    )


def read_in(db: Session) -> dict[ServiceKind, str]:
    """What the two sides are called in what was read in from another installation."""
    sides = select(Service.kind, Service.name).where(Service.kind.in_([ServiceKind.PP, ServiceKind.VSS]))
    return {row.kind: row.name for row in db.execute(sides.order_by(Service.created_at.desc()))}
