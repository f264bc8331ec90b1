"""The page of whom nothing must reach: written down with a reason, ended, and never seen by the other service."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.locale import Words
from core.models import MustNotReceive
from tests.make import Make
from tests.pages.conftest import Desk, press, said, whole

T = Words("en", "UTC")
WHOM = "Bran Heron, his brother"


def test_somebody_is_written_down_with_a_reason_and_holds_until_it_is_ended(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Wrenna Finch")
    db.commit()
    at = desk.open(pair.vss, "must_not_receive", case=pair.case.id)
    assert T("register.none") in said(at)

    next(one for one in at.text_input if one.label == T("register.whom_contact")).set_value(WHOM)
    press(at, T("register.save"))
    assert db.scalars(select(MustNotReceive)).all() == []
    db.rollback()
    at.text_area[0].set_value("He tells him everything")
    press(at, T("register.save"))

    shown = said(at).replace("\\", "")
    assert f"**{WHOM}** must not be written to, called, told" in shown
    assert "He tells him everything" in shown
    press(at, T("register.end"))
    assert T("register.none") in said(at)


def test_the_other_service_reads_nothing_of_it(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Wrenna Finch")
    db.commit()
    case_id, pp, vss = pair.case.id, pair.pp, pair.vss
    hers = desk.open(vss, "must_not_receive", case=case_id)
    next(one for one in hers.text_input if one.label == T("register.whom_contact")).set_value(WHOM)
    hers.text_area[0].set_value("He tells him everything")
    press(hers, T("register.save"))
    assert "Bran Heron" in whole(hers)

    his = desk.open(pp, "must_not_receive", case=case_id)

    assert T("register.none") in said(his)
    assert "Bran" not in whole(his)
    assert "tells him" not in whole(his)


def test_a_stranger_finds_no_register(db: Session, make: Make, desk: Desk) -> None:
    pair, stranger = make.pair(), make.pair().vss
    db.commit()

    at = desk.open(stranger, "must_not_receive", case=pair.case.id)

    assert T("error.not_found") in said(at)
    assert T("register.title") not in whole(at)
