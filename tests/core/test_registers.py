"""The must-not-receive register: each service keeps its own, and whom it names is neither offered nor called."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content.recipients import Recipient
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.locale import Words
from core.models import Duty, MustNotReceive, Person, Role, Service, ServiceKind
from core.operations import emergencies, guests, meetings, preparations, registers
from core.operations.papers import Sending
from core.operations.registers import Barred, Entry, Way
from tests.core.test_emergencies import text_of
from tests.make import Make, Pair

T = Words("en")


def entry(make: Make, pair: Pair, **given: object) -> Entry:
    values: dict[str, object] = {
        "about_id": make.subject(pair.vss_file).id,
        "kind": Barred.CONTACT,
        "whom": "Karl Rebhan, his cousin",
        "why": "They talk.",
        "since": clock.today(),
    }
    return Entry(**(values | given))  # type: ignore[arg-type]


def barred(db: Session, make: Make, pair: Pair, whom: str) -> MustNotReceive:
    return registers.add(db, pair.vss, pair.case.id, entry=entry(make, pair, whom=whom))


def test_an_entry_says_who_why_since_and_how_and_is_ended(db: Session, make: Make) -> None:
    pair = make.pair()

    made = registers.add(
        db, pair.vss, pair.case.id, entry=entry(make, pair, ways=frozenset({Way.CALLED, Way.WRITTEN}))
    )
    [held] = registers.of_case(db, pair.vss, pair.case.id)
    assert (held.whom, held.ways, held.by) == (
        "Karl Rebhan, his cousin",
        (Way.WRITTEN, Way.CALLED),
        pair.vss.name,
    )

    registers.end(db, pair.vss, made.id, version=made.version)
    assert registers.of_case(db, pair.vss, pair.case.id) == []
    assert registers.holding(db, pair.vss, pair.case.id, *Way) == []
    with pytest.raises(Conflict, match=r"error\.register\.ended"):
        registers.end(db, pair.vss, made.id, version=made.version)


def test_neither_service_sees_or_ends_an_entry_of_the_other(db: Session, make: Make) -> None:
    pair = make.pair()
    made = barred(db, make, pair, "Karl Rebhan")

    assert registers.of_case(db, pair.pp, pair.case.id) == []
    assert registers.holding(db, pair.pp, pair.case.id, *Way) == []
    with pytest.raises(NotFound):
        registers.end(db, pair.pp, made.id, version=1)
    with pytest.raises(NotAllowed):
        registers.add(db, make.chair(pair), pair.case.id, entry=entry(make, pair))


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"about_id": None}, "error.register.about"),
        ({"ways": frozenset()}, "error.register.ways"),
        ({"whom": " "}, "error.empty"),
        ({"why": ""}, "error.empty"),
        ({"since": None}, "error.no_date"),
        ({"until": clock.today() - timedelta(days=1)}, "error.dates_out_of_order"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    db: Session, make: Make, given: dict[str, object], key: str
) -> None:
    pair = make.pair()

    with pytest.raises(Invalid, match=key):
        registers.add(db, pair.vss, pair.case.id, entry=entry(make, pair, **given))


def test_an_agency_is_chosen_or_named_and_he_needs_no_name(db: Session, make: Make) -> None:
    pair = make.pair()
    police = make.service(ServiceKind.POLICE)

    for given in (
        {"kind": Barred.AGENCY, "service_id": police.id, "whom": ""},
        {"kind": Barred.AGENCY, "whom": "The office for housing"},
        {"kind": Barred.HIM, "whom": ""},
    ):
        registers.add(db, pair.vss, pair.case.id, entry=entry(make, pair, **given))
    with pytest.raises(Invalid, match=r"error\.choose_service"):
        registers.add(db, pair.vss, pair.case.id, entry=entry(make, pair, service_id=pair.case.id))

    held = registers.of_case(db, pair.vss, pair.case.id)
    assert {one.whom for one in held} == {police.name, "The office for housing", ""}


def test_an_entry_holds_from_its_first_day_to_its_last(db: Session, make: Make) -> None:
    pair = make.pair()
    tomorrow = clock.today() + timedelta(days=1)
    registers.add(db, pair.vss, pair.case.id, entry=entry(make, pair, since=tomorrow))

    assert registers.holding(db, pair.vss, pair.case.id, *Way) == []
    assert len(registers.of_case(db, pair.vss, pair.case.id)) == 1


@pytest.mark.parametrize(
    ("name", "whom", "is_meant"),
    [
        ("Karl Rebhan", "Karl Rebhan, his cousin at the youth office", True),
        ("Karl R.", "Karl Rebhan", True),
        ("Rebhan Karl", "karl rebhan", True),
        ("Karla Rebhan", "Karl Rebhan", False),
        ("Karl Winter", "Karl Rebhan", False),
        ("K. R.", "Karl Rebhan", False),
    ],
)
def test_a_person_is_known_by_their_whole_name(name: str, whom: str, *, is_meant: bool) -> None:
    assert registers.is_named(name, whom) is is_meant


# --- Whom it keeps out -------------------------------------------------------------------------------------------------


def test_whom_the_register_names_is_not_offered_and_cannot_be_invited(db: Session, make: Make) -> None:
    pair = make.pair()
    barred(db, make, pair, pair.pp.name)

    occasion = preparations.for_case(db, pair.vss, pair.case.id)
    assert [person.name for person in occasion.kept_out] == [pair.pp.name]
    assert pair.pp.name not in [person.name for person in occasion.people]
    assert preparations.for_case(db, pair.pp, pair.case.id).kept_out == ()
    with pytest.raises(Invalid, match=r"error\.meeting\.person"):
        meetings.plan(
            db,
            pair.vss,
            kind="periodic",
            planned_at=clock.now() + timedelta(days=3),
            case_id=pair.case.id,
            place="Here",
            people=[pair.pp.person_id],
        )


def test_a_guest_of_an_agency_of_the_register_is_not_let_in(db: Session, make: Make) -> None:
    pair = make.pair()
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    agency = db.get_one(Person, officer.person_id).service_id
    registers.add(
        db, pair.vss, pair.case.id, entry=entry(make, pair, kind=Barred.AGENCY, service_id=agency, whom="")
    )

    assert [person.id for person in guests.candidates(db, pair.vss, pair.case.id)[1]] == [officer.person_id]
    with pytest.raises(Invalid, match=r"error\.choose_guest"):
        guests.invite(
            db, pair.vss, pair.case.id, person_id=officer.person_id, until=clock.today() + timedelta(days=3)
        )


def test_an_entry_whose_words_are_lost_keeps_everybody_out_until_it_is_ended(db: Session, make: Make) -> None:
    pair = make.pair()
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    made = barred(db, make, pair, "Karl Rebhan")
    made.whom = made.why = ""
    db.flush()

    before = guests.candidates(db, pair.vss, pair.case.id)
    registers.end(db, pair.vss, made.id, version=made.version)
    after = guests.candidates(db, pair.vss, pair.case.id)

    assert [[one.id for one in people] for people in before] == [[], [officer.person_id]]
    assert [[one.id for one in people] for people in after] == [[officer.person_id], []]


def test_he_and_an_agency_of_the_list_are_known_without_words(db: Session, make: Make) -> None:
    pair = make.pair()
    police, court = (
        make.actor(make.service(kind), Role.GUEST).service_id
        for kind in (ServiceKind.POLICE, ServiceKind.COURT)
    )
    him = registers.add(db, pair.vss, pair.case.id, entry=entry(make, pair, kind=Barred.HIM, whom=""))
    agency = registers.add(
        db, pair.vss, pair.case.id, entry=entry(make, pair, kind=Barred.AGENCY, service_id=police, whom="")
    )

    assert (him.is_anybody, agency.is_anybody) == (False, False)
    assert registers.is_service(agency, db.get_one(Service, police))
    assert not registers.is_service(agency, db.get_one(Service, court))


def on_duty(db: Session, actor: Actor) -> None:
    start = clock.now() - timedelta(hours=1)
    db.add(
        Duty(
            service_id=actor.service_id,
            person_id=actor.person_id,
            phone="+00 555 0199",
            from_at=start,
            until_at=start + timedelta(hours=8),
        )
    )
    db.flush()


def test_whoever_must_not_be_called_is_struck_and_others_of_the_service_stand_there(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    colleague = make.actor(pair.pp.service_id)
    make.assign(pair.case, colleague)
    on_duty(db, pair.pp)
    barred(db, make, pair, pair.pp.name)

    hers = emergencies.of_case(db, pair.vss, pair.case.id).sides[1]
    his = emergencies.of_case(db, pair.pp, pair.case.id).sides[1]

    assert {contact.name for contact in emergencies.called_first(hers)} == {pair.pp.name, colleague.name}
    assert [contact.name for contact in hers.contacts if contact.is_barred] == [pair.pp.name]
    assert [contact.name for contact in emergencies.called_first(his)] == [pair.pp.name]
    assert not any(contact.is_barred for contact in his.contacts)


def test_the_own_sheet_strikes_the_number_and_the_joint_one_is_stopped(db: Session, make: Make) -> None:
    pair = make.pair()
    on_duty(db, pair.pp)
    barred(db, make, pair, pair.pp.name)

    own = text_of(emergencies.sheet(db, pair.vss, pair.case.id, words=T))
    assert "must not be called" in own
    assert "+00 555 0199" not in own
    with pytest.raises(NotAllowed, match=r"error\.outgoing\.stopped"):
        emergencies.sheet(db, pair.vss, pair.case.id, words=T, sending=Sending(Recipient.JOINT))
    assert "+00 555 0199" in text_of(emergencies.sheet(db, pair.pp, pair.case.id, words=T))
