"""Flags on the contacts of a person in the own file: unsafe, shared, old; with the day, by whom, and the value itself.

A contact that is changed leaves its old value here with a flag of its own, because documents and lists that left still
carry it. What the flags say is looked at whoever asks: who may not read the file must not use its contacts either.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock, spelling
from core.access import Actor, Permission, require, require_version
from core.content import telling
from core.errors import Conflict, Invalid
from core.locale import Words
from core.models import CaseFile, ContactField, ContactFlag, ContactMark, Departure, Person, Subject
from core.operations import identifying, own_files
from core.text import day

__all__ = ["ContactField", "ContactFlag", "ContactMark"]

SHORTEST_WORD = 3
#: Digits of a number that may be a postcode; no house has so many.
POSTCODE = 4
MOST = 20


@dataclass(frozen=True)
class Flagged:
    """A flag with the name of whoever set it."""

    flag: ContactFlag
    by: str


@dataclass(frozen=True)
class Left:
    """A document that left before a contact was changed, and may carry the old one."""

    departure: Departure
    by: str


@dataclass(frozen=True)
class Changed:
    """A contact that was changed, or that a colleague flagged, until somebody of the file has seen what that means."""

    flag: ContactFlag
    by: str
    documents: tuple[Left, ...]


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> list[Flagged]:
    """The flags that hold on contacts of the actor's own file, for whoever may read it.

    The contact itself is in them only while it is certain who looks.
    """
    statement = (
        access.visible_contact_flags(actor)
        .join(Subject, Subject.id == ContactFlag.subject_id)
        .join(CaseFile, CaseFile.id == Subject.file_id)
        .join(Person, Person.id == ContactFlag.flagged_by)
        .where(CaseFile.case_id == case_id, ContactFlag.ended_on.is_(None))
        .options(joinedload(ContactFlag.subject))
        .order_by(ContactFlag.created_at.desc())
        .add_columns(Person.name)
    )
    return [Flagged(_shown(actor, flag), name) for flag, name in db.execute(statement)]


def _shown(actor: Actor, one: ContactFlag) -> ContactFlag:
    if actor.is_fresh:
        return one
    closed = ContactFlag(
        subject_id=one.subject_id,
        field=one.field,
        value="",
        mark=one.mark,
        flagged_on=one.flagged_on,
        flagged_by=one.flagged_by,
        seen_at=one.seen_at,
    )
    closed.id, closed.version, closed.created_at = one.id, one.version, one.created_at
    closed.subject = own_files.shown(actor, one.subject)
    return closed


def holding(db: Session, actor: Actor, case_id: UUID) -> Sequence[ContactFlag]:
    """The same for what leaves the house, whatever the actor may read."""
    return db.scalars(_holding(actor, case_id).options(joinedload(ContactFlag.subject))).all()


def _holding(actor: Actor, case_id: UUID) -> Select[ContactFlag]:
    own = (
        select(Subject.id)
        .join(CaseFile, CaseFile.id == Subject.file_id)
        .where(CaseFile.case_id == case_id, CaseFile.service_id == actor.service_id)
    )
    return select(ContactFlag).where(ContactFlag.subject_id.in_(own), ContactFlag.ended_on.is_(None))


def flag(
    db: Session,
    actor: Actor,
    subject_id: UUID,
    *,
    field: ContactField,
    mark: ContactMark,
    flagged_on: date | None,
) -> ContactFlag:
    """Say what is wrong with a contact as it stands in the file now."""
    require(actor, Permission.WRITE_FILE)
    subject = access.find(db, access.visible_subjects(actor), subject_id)
    value = str(getattr(subject, field))
    if not value:
        raise Invalid("error.contact_flag.empty", field="field")
    on = day(flagged_on, field="flagged_on")
    if on > clock.today():
        raise Invalid("error.future_date", field="flagged_on")
    if _same(db, subject.id, field, value, mark) is not None:
        raise Conflict("error.contact_flag.exists")
    made = ContactFlag(
        subject_id=subject.id,
        field=field,
        value=value,
        mark=mark,
        flagged_on=on,
        flagged_by=actor.person_id,
        seen_at=clock.now() if mark is ContactMark.OLD else None,
    )
    return _keep(db, actor, subject, made)


def lift(db: Session, actor: Actor, flag_id: UUID, *, version: int) -> ContactFlag:
    """Take a flag off; that it was there stays in the file."""
    require(actor, Permission.WRITE_FILE)
    found = _find(db, actor, flag_id)
    require_version(found, version)
    if found.ended_on is not None:
        raise Conflict("error.contact_flag.lifted")
    found.value = found.contact
    found.ended_on = clock.today()
    audit.record(db, actor, "lift", found, case_id=_case_id(db, found.subject))
    db.flush()
    return found


def changed(db: Session, actor: Actor, subject: Subject, before: Mapping[str, str]) -> None:
    """Keep what a person's contacts were, as old, and let the file say so until somebody has seen it.

    A safe channel is a sentence, and one that is put more exactly leaves nothing old: it keeps the flags that it has.
    Raises Invalid where the safe channel names what is old from now on.
    """
    for field in ContactField:
        value = before[field]
        if not value or spelling.flat(value) == spelling.flat(getattr(subject, field)):
            continue
        _keep_lost(db, subject.id, field, value)
        if (
            field is not ContactField.SAFE_CHANNEL
            and _same(db, subject.id, field, value, ContactMark.OLD) is None
        ):
            old = ContactFlag(
                subject_id=subject.id,
                field=field,
                value=value,
                mark=ContactMark.OLD,
                flagged_on=clock.today(),
                flagged_by=actor.person_id,
            )
            _keep(db, actor, subject, old)
            _require_apart((old,), subject.safe_channel)


def _keep_lost(db: Session, subject_id: UUID, field: ContactField, value: str) -> None:
    """A flag that an older copy did not hold is on the contact as it stood until now."""
    for one in db.scalars(_on(subject_id, field)):
        one.value = one.value or value


@access.of_one_case
def unseen(db: Session, actor: Actor, case_id: UUID) -> list[Changed]:
    """The contacts that were changed or flagged and that nobody has said to have seen; with what had left before."""
    found = [one for one in of_case(db, actor, case_id) if is_unseen(actor, one.flag)]
    return [Changed(one.flag, one.by, _left_before(db, actor, case_id, one.flag)) for one in found]


def is_unseen(actor: Actor, one: ContactFlag) -> bool:
    """Has nobody said to have seen it? Who says that a contact is unsafe has seen it, and it waits for a colleague."""
    is_own = one.flagged_by == actor.person_id and one.mark is not ContactMark.OLD
    return one.seen_at is None and not is_own


def see(db: Session, actor: Actor, flag_id: UUID) -> ContactFlag:
    """Say that one has read that the contact was changed and what still carries the old one."""
    require(actor, Permission.WRITE_FILE)
    found = _find(db, actor, flag_id)
    found.seen_at = clock.now()
    audit.record(db, actor, "see", found, case_id=_case_id(db, found.subject))
    db.flush()
    return found


def require_safe(db: Session, subject: Subject, channel: str) -> None:
    """Raise Invalid where a new safe channel names a contact that carries a flag.

    One that stands there already has its warning, and keeps nobody from correcting what else is wrong.
    """
    if spelling.flat(channel) != spelling.flat(subject.safe_channel):
        _require_apart(db.scalars(_on(subject.id)), channel)


def _require_apart(flags: Iterable[ContactFlag], channel: str) -> None:
    if any(stands_in(one, channel) for one in flags):
        raise Invalid("error.contact_flag.unsafe_channel", field="safe_channel")


def stands_in(one: ContactFlag, typed: str) -> bool:
    """Does a text hold this contact, however it is put?"""
    if one.field is ContactField.PHONE:
        return spelling.holds_number(one.contact, typed)
    if one.field is ContactField.ADDRESS:
        return is_at(one.contact, typed)
    if one.field is ContactField.SAFE_CHANNEL:
        return _is_channel(one.contact, typed)
    said = spelling.searched(typed)
    values = filter(None, (one.contact, *spelling.emails(one.contact)))
    return any(spelling.flat(value) in said for value in values)


def _is_channel(channel: str, typed: str) -> bool:
    """Is it this channel, or the number or the e-mail in it? "By telephone" stands in too many other sentences."""
    value, said = spelling.flat(channel), spelling.searched(typed)
    if not value:
        return False
    is_in = identifying.is_telling_channel(channel) and value in said
    is_mailed = any(spelling.flat(one) in said for one in spelling.emails(channel))
    return value == spelling.flat(typed) or is_in or is_mailed or spelling.holds_number(channel, typed)


def on_channel(flags: Iterable[ContactFlag], subject: Subject) -> list[ContactMark]:
    """What is wrong with the contacts that this person's safe channel names, each once."""
    named = (one for one in flags if one.subject_id == subject.id and stands_in(one, subject.safe_channel))
    return list(dict.fromkeys(one.mark for one in named))


def named_in(flags: Iterable[ContactFlag], typed: str) -> list[ContactMark]:
    """What is wrong with the contacts that a text names, each once; of a contact that is closed nothing is said."""
    return list(dict.fromkeys(one.mark for one in flags if one.contact and stands_in(one, typed)))


def warning(flags: Iterable[ContactFlag], subject: Subject, words: Words) -> str:
    """The same in one sentence, for a paper of the victim support service; nothing where nothing is wrong."""
    marks = ", ".join(words(f"contact_flag.vss.{mark}") for mark in on_channel(flags, subject))
    return words("contact_flag.on_paper", mark=marks) if marks else ""


def is_at(address: str, place: str) -> bool:
    """Is the place at this address: the same number and a word of it, or every word where there is no number?"""
    return any(_is_at(*both) for both in product(spelling.readings(address), spelling.readings(place)))


def _is_at(address: str, place: str) -> bool:
    here, there = set(spelling.words(address)), set(spelling.words(place))
    numbers = _house(address) or {word for word in here if word[0].isdigit()}
    names = {word for word in here - numbers if len(word) >= SHORTEST_WORD} - _street_words()
    if not names:
        return False
    return (numbers <= there and bool(names & there)) if numbers else names <= there


def _house(address: str) -> set[str]:
    """The number of the house alone, where it stands apart from the postcode: the same place is often said without one."""
    for part in re.split(r"[,;\n]", address):
        said = spelling.words(part)
        numbers = [word for word in said if word[0].isdigit()]
        has_street = any(len(word) >= SHORTEST_WORD for word in said if not word[0].isdigit())
        if numbers and has_street and all(len(spelling.digits(word)) < POSTCODE for word in numbers):
            return {numbers[0]}
    return set()


def _street_words() -> set[str]:
    return {word.casefold() for word in telling.load().street_words}


def marks_of(flags: Iterable[ContactFlag], subject: Subject, field: str, value: str) -> list[ContactFlag]:
    """The flags on this contact of this person, as it stands now."""
    return [
        one
        for one in flags
        if one.subject_id == subject.id
        and one.field == field
        and spelling.flat(one.contact) == spelling.flat(value)
    ]


def _same(
    db: Session, subject_id: UUID, field: ContactField, value: str, mark: ContactMark
) -> ContactFlag | None:
    rows = db.scalars(_on(subject_id, field).where(ContactFlag.mark == mark))
    return next((row for row in rows if spelling.flat(row.contact) == spelling.flat(value)), None)


def _on(subject_id: UUID, *fields: ContactField) -> Select[ContactFlag]:
    """The flags that hold on a person's contacts."""
    wanted = fields or tuple(ContactField)
    return (
        select(ContactFlag)
        .where(
            ContactFlag.subject_id == subject_id,
            ContactFlag.field.in_(wanted),
            ContactFlag.ended_on.is_(None),
        )
        .options(joinedload(ContactFlag.subject))
    )


def _keep(db: Session, actor: Actor, subject: Subject, made: ContactFlag) -> ContactFlag:
    db.add(made)
    db.flush()
    audit.record(db, actor, made.mark.value, made, case_id=_case_id(db, subject))
    return made


def _find(db: Session, actor: Actor, flag_id: UUID) -> ContactFlag:
    statement = access.visible_contact_flags(actor).options(joinedload(ContactFlag.subject))
    return access.find(db, statement, flag_id)


def _case_id(db: Session, subject: Subject) -> UUID:
    return db.get_one(CaseFile, subject.file_id).case_id


def _left_before(db: Session, actor: Actor, case_id: UUID, one: ContactFlag) -> tuple[Left, ...]:
    statement = (
        access.visible_departures(actor)
        .join(Person, Person.id == Departure.person_id)
        .where(Departure.case_id == case_id, Departure.created_at < one.created_at)
        .order_by(Departure.created_at.desc())
        .limit(MOST)
        .add_columns(Person.name)
    )
    return tuple(Left(departure, name) for departure, name in db.execute(statement))
