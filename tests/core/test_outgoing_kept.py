"""What is kept about what leaves: sealed for the own service, and erased with its file."""

import pytest
from sqlalchemy.orm import Session

from core import clock, erasing, keys
from core.models import Barred, ContactField, ContactFlag, ContactMark, Departure, MustNotReceive
from core.operations import contact_flags
from core.sealing import KeyMissingError
from tests.make import Make, Pair


def kept(db: Session, make: Make, pair: Pair) -> tuple[ContactFlag, MustNotReceive, Departure]:
    her = make.subject(pair.vss_file, address="12 Quiet Lane")
    flag = contact_flags.flag(
        db,
        pair.vss,
        her.id,
        field=ContactField.ADDRESS,
        mark=ContactMark.UNSAFE,
        flagged_on=clock.today(),
    )
    entry = make.barred(pair.vss_file, pair.vss, her, kind=Barred.CONTACT, whom="Karl Rebhan")
    return flag, entry, left(db, pair)


def left(db: Session, pair: Pair, *, is_of_the_case: bool = True) -> Departure:
    made = Departure(
        service_id=pair.vss.service_id,
        person_id=pair.vss.person_id,
        case_id=pair.case.id if is_of_the_case else None,
        kind="minutes" if is_of_the_case else "list",
        recipient="joint" if is_of_the_case else "own",
        anyway="She has asked for it herself",
    )
    db.add(made)
    db.flush()
    return made


def test_no_key_of_the_other_service_opens_it(db: Session, make: Make) -> None:
    pair = make.pair()
    flag, entry, departure = kept(db, make, pair)
    of_a_list = left(db, pair, is_of_the_case=False)
    db.expunge_all()

    keys.of(db, pair.pp)
    for record, name in (
        (flag, "value"),
        (entry, "whom"),
        (entry, "why"),
        (departure, "anyway"),
        (of_a_list, "anyway"),
    ):
        with pytest.raises(KeyMissingError):
            getattr(db.get_one(type(record), record.id), name)
    db.expunge_all()
    keys.of(db, pair.vss)

    assert db.get_one(ContactFlag, flag.id).value == "12 Quiet Lane"
    assert db.get_one(Departure, of_a_list.id).anyway == "She has asked for it herself"


def test_it_goes_with_the_own_file_and_never_with_the_other_services(db: Session, make: Make) -> None:
    pair = make.pair()
    flag, entry, departure = kept(db, make, pair)
    him = make.subject(pair.pp_file)
    his = make.barred(pair.pp_file, pair.pp, him)
    day = make.attended(pair.pp_file, pair.pp)

    hers = erasing.reach(db, pair.case.id, pair.vss.service_id, {"own_file"})
    his_rows = erasing.reach(db, pair.case.id, pair.pp.service_id, {"own_file"})

    assert hers["contact_flag"] == {flag.id}
    assert hers["must_not_receive"] == {entry.id}
    assert hers["departure"] == {departure.id}
    assert his_rows["must_not_receive"] == {his.id}
    assert his_rows["attended_day"] == {day.id}
    assert "departure" not in his_rows
