"""What an agreement knows by itself: the two services, the case, its case managers, and what was agreed above it."""

from collections.abc import Iterable
from uuid import UUID

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access
from core.content import agreements as content
from core.content.agreements import Answer
from core.models import (
    Agreement,
    AgreementLevel,
    Assignment,
    Cooperation,
    Person,
    PersonRole,
    Role,
    Service,
    TPoint,
)
from core.operations import agreement_texts, agreements
from core.operations.t_dates import number_of

#: What a service's own record says, and which question of the organisation level it answers.
_OF_SERVICE = {
    "name": "name",
    "legal_form": "legal_form",
    "address": "address",
    "contact": "contact_point",
    "on_duty": "duty_phone",
}
#: What the organisation level settles under another name.
_UNDER_ANOTHER_NAME = {"pp_emergency_contact": "pp_on_duty", "vss_emergency_contact": "vss_on_duty"}
_T_DATES = {"T0": "t0_date", "T1": "t1_date", "T3": "t3_date"}


def starting(db: Session, agreement: Agreement) -> dict[str, Answer]:
    """The answers that a new draft begins with; all but the given ones can be changed."""
    library = agreement_texts.content_of(agreement)
    answers = library.default_answers()
    if agreement.level is AgreementLevel.ORGANISATION:
        answers |= _of_organisation(db, agreement.cooperation)
    else:
        answers |= _copied(db, library, agreement.cooperation_id) | _t_dates(db, agreement.case_id)
    known = {ask.id for ask in library.asks}
    return {name: value for name, value in answers.items() if name in known and value != ""}


def given(db: Session, agreement: Agreement) -> dict[str, Answer]:
    """The answers that nobody types: at case level the code, the services, the case managers, the ground above.

    What is not known is not in it, and stays missing.
    """
    if agreement.level is AgreementLevel.ORGANISATION:
        return {}
    case, cooperation = agreement.case, agreement.cooperation
    above = agreements.organisation_agreement_in_force(db, agreement.cooperation_id)
    managers = _case_managers(db, agreement.case_id)
    answers: dict[str, Answer | None] = {
        "case_code": case.code if case else None,
        "pp_name": cooperation.pp.name,
        "vss_name": cooperation.vss.name,
        "pp_case_manager": managers.get(cooperation.pp_id),
        "vss_case_manager": managers.get(cooperation.vss_id),
        "organisation_agreement_date": _long_day(agreement, above) if above else None,
    }
    return {name: value for name, value in answers.items() if value}


def outdated(db: Session, agreement: Agreement) -> frozenset[str]:
    """The given answers of a draft that are not, or not any more, what it says."""
    if agreement.state not in agreements.CHANGEABLE:
        return frozenset()
    asked = {ask.id for ask in agreement_texts.content_of(agreement).asks if ask.kind == "given"}
    now = given(db, agreement)
    return frozenset(name for name in asked if now.get(name) != agreement.answers.get(name))


def with_given(db: Session, agreement: Agreement, answers: dict[str, Answer]) -> dict[str, Answer]:
    """The answers with the given ones brought up to date."""
    asks = agreement_texts.content_of(agreement).asks
    typed = {ask.id for ask in asks if ask.kind != "given"}
    kept = {name: value for name, value in answers.items() if name in typed}
    return kept | given(db, agreement)


def _of_organisation(db: Session, cooperation: Cooperation) -> dict[str, Answer]:
    answers: dict[str, Answer] = {"minimum_identification": cooperation.identification}
    for side, service in (("pp", cooperation.pp), ("vss", cooperation.vss)):
        answers |= {f"{side}_{ask}": getattr(service, field) for ask, field in _OF_SERVICE.items()}
        manager = _manager(db, service)
        if manager is not None:
            answers |= {f"{side}_representative": manager.name, f"{side}_function": manager.job}
    return answers


def _copied(db: Session, library: content.Agreement, cooperation_id: UUID) -> dict[str, Answer]:
    """What the organisation-level agreement in force settles, where the case level asks it too."""
    above = agreements.organisation_agreement_in_force(db, cooperation_id)
    if above is None:
        return {}
    known = above.answers
    copied = {ask.id: known[ask.id] for ask in library.asks if ask.is_copied and ask.id in known}
    named = {here: known[there] for here, there in _UNDER_ANOTHER_NAME.items() if there in known}
    return copied | named


def _t_dates(db: Session, case_id: UUID | None) -> dict[str, Answer]:
    points = db.scalars(select(TPoint).where(TPoint.case_id == case_id, TPoint.due_on.is_not(None)))
    days = {point.label: point.due_on for point in points if point.due_on}
    # A time that came again, as he began anew or the case was taken up again, is the one that counts.
    newest = {label.partition(".")[0]: label for label in sorted(days, key=number_of)}
    return {_T_DATES[time]: days[label].isoformat() for time, label in newest.items() if time in _T_DATES}


def _manager(db: Session, service: Service) -> Person | None:
    return db.scalars(
        select(Person)
        .join(PersonRole)
        .where(Person.service_id == service.id, Person.is_active, PersonRole.role == Role.MANAGER)
        .order_by(Person.created_at)
        .limit(1)
    ).first()


def _case_managers(db: Session, case_id: UUID | None) -> dict[UUID, str]:
    """By service the case manager who has been on the case for longest."""
    found: Iterable[Person] = db.scalars(
        select(Person)
        .join(Assignment, Assignment.person_id == Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(
            Assignment.case_id == case_id,
            access.at_work(),
            PersonRole.role == Role.CASE_MANAGER,
        )
        .order_by(Assignment.since.desc(), Assignment.created_at.desc())
    )
    return {person.service_id: person.name for person in found}


def _long_day(agreement: Agreement, above: Agreement) -> str:
    locale = "en_GB" if agreement.language == "en" else agreement.language
    return str(format_date(above.in_force_from, "d MMMM y", locale=locale))
