"""The head of every page of a case: what is due soonest for the side that reads it, and where the case stands."""

from datetime import timedelta

from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.operations import agreement_approvals, responses
from core.operations.responses import NotDone
from tests import closing as steps
from tests import notices
from tests.make import Make
from tests.pages.conftest import Desk, said


def ways(at: AppTest) -> list[str]:
    return [str(link.proto.label) for link in at.get("page_link")]


def test_the_head_names_what_is_due_soonest_with_its_day(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.t_point(pair, "T0", clock.today() + timedelta(days=9))
    make.action(pair, pair.pp, due_on=clock.today() - timedelta(days=1))
    make.action(pair, pair.vss, due_on=clock.today() + timedelta(days=1))
    db.commit()

    his, hers = (ways(desk.open(actor, "case", case=pair.case.id)) for actor in (pair.pp, pair.vss))

    assert any(one.startswith("An action of our service, due since") for one in his)
    assert any(one.startswith("An action of our service, by") for one in hers)
    assert not any("Ask at T0" in one for one in (*his, *hers))


def test_the_programme_reads_nothing_in_the_head_of_what_waits_at_her_service(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.t_point(pair, "T0", clock.today())
    make.t_point(pair, "T1", clock.today() + timedelta(days=2))
    notices.sent(db, pair, pair.pp)
    db.commit()
    before = ways(desk.open(pair.pp, "case", case=pair.case.id))
    responses.settle_not_done(db, pair.vss, pair.case.id, label="T0", reason=NotDone.NOT_SAFE, version=0)
    db.commit()

    his = ways(desk.open(pair.pp, "case", case=pair.case.id))
    wall = {tuple(ways(desk.open(actor, "meetings", case=pair.case.id))) for actor in (pair.pp, pair.vss)}
    hers = ways(desk.open(pair.vss, "case", case=pair.case.id))

    assert his == before
    assert any(one.startswith("Ask at T0") for one in his)
    assert any(one.startswith("Read a notice") for one in hers)
    assert all(any(one.startswith("Ask at T0") for one in each) for each in wall)


def test_after_both_ended_the_work_the_head_says_so_and_what_is_left(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair)
    db.commit()

    for actor in (pair.pp, pair.vss):
        at = desk.open(actor, "case", case=pair.case.id)
        assert "Both services ended the work on this case. Follow-up at T4" in said(at)
        assert "Open his file" not in ways(at)
        assert any(one.startswith("Ask at T4") for one in ways(at))


def test_where_the_agreement_is_over_the_head_says_since_when_and_the_way_to_work_together_again(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=clock.today() + timedelta(days=9))
    agreement_approvals.terminate(
        db, pair.vss, agreement.id, on=clock.today(), reason="By letter", version=agreement.version
    )
    db.commit()

    at = desk.open(pair.pp, "case", case=pair.case.id)

    assert "The case agreement ended on" in said(at)
    assert "Next:" not in said(at)
    assert "a new agreement; without one no meeting can be held" in ways(at)
