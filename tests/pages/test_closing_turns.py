"""The page End of the case says to each service what it does and what the other one does, and what is still lacking."""

from datetime import timedelta

from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.access import Actor
from core.operations import closings
from core.operations.t_dates import months_later
from tests import closing as steps
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said
from tests.pages.test_closing import view

LACKS = "Nobody can be reached"


def end_of(desk: Desk, pair: Pair, actor: Actor) -> AppTest:
    return view(desk.open(actor, "closing", case=pair.case.id), pair.case.id, "end")


def last_day(at: AppTest) -> object:
    """The last day of the agreement as it stands in the form."""
    return next(one.value for one in at.date_input if one.label == "Last day of the case agreement")


def ways(at: AppTest) -> list[str]:
    return [str(link.proto.label) for link in at.get("page_link")]


def test_each_side_reads_of_a_proposal_what_it_has_to_do_itself_and_what_the_other_has(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    steps.proposed(db, pair.pp, steps.prepared(db, make, pair))
    db.commit()

    his, hers = (said(desk.open(actor, "closing", case=pair.case.id)) for actor in (pair.pp, pair.vss))

    assert "We proposed the end and can take it back until the other service agrees." in his
    assert "Reads the proposal, and agrees to it or says that it is not ready yet." in his
    assert "A case manager reads the proposal, and agrees to it" in hers
    assert "It proposed the end and waits for us." in hers
    for text in (his, hers):
        assert "waits for the other service" not in text


def test_what_our_own_side_does_first_stands_above_every_part_and_leads_there(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    steps.dated(db, pair)
    steps.joint_done(db, make, pair)
    closing = closings.begin(db, pair.pp, pair.case.id)
    steps.own_done(db, pair, pair.pp, closing)
    db.commit()

    hers = end_of(desk, pair, pair.vss)
    assert "First on our own side: T3; Her safety plan goes on with somebody" in said(hers)
    press(hers, "To our own side")
    assert "Our own side" in [one.value for one in hers.subheader]

    his = desk.open(pair.pp, "closing", case=pair.case.id)
    assert "Our own side is done." in said(his)
    assert "What of it is open, it alone reads." in said(his)
    assert "safety plan" not in said(his)
    press(his, "To the end")
    assert "Propose the end" in [one.value for one in his.subheader]


def test_who_opens_no_file_reads_no_open_step_of_the_own_side(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    chair = make.chair(pair)
    steps.dated(db, pair)
    closings.begin(db, pair.vss, pair.case.id)
    db.commit()

    assert "First on our own side" not in said(desk.open(chair, "closing", case=pair.case.id))


def test_what_is_lacking_is_named_with_the_ways_to_it_where_the_end_is_proposed_and_agreed_to(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    steps.dated(db, pair)
    make.action(pair)
    closing = closings.begin(db, pair.pp, pair.case.id)
    for actor in (pair.pp, pair.vss):
        steps.own_done(db, pair, actor, closing)
    db.commit()
    named = ("No closing meeting was held.", "1 action of the plan is open", "No joint risk assessment")

    his = end_of(desk, pair, pair.pp)
    assert all(one in said(his) for one in named)
    assert {"To the meetings", "To the action plan", "To the risk assessment"} <= set(ways(his))
    assert "Why the case ends though something is lacking" in [one.label for one in his.text_area]

    steps.proposed(db, pair.pp, closing, lacking=LACKS)
    db.commit()
    hers = end_of(desk, pair, pair.vss)
    assert all(one in said(hers) for one in (*named, LACKS))
    assert "To the meetings" in ways(hers)


def test_where_nothing_is_lacking_only_a_follow_up_that_is_left_out_asks_why(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    steps.prepared(db, make, pair)
    db.commit()

    at = end_of(desk, pair, pair.pp)

    assert "Still lacking" not in said(at)
    assert "Why, if you leave the follow-up out" in [one.label for one in at.text_area]


def test_the_last_day_that_is_proposed_is_not_before_t4(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair, ends_on=clock.today() + timedelta(days=900))
    steps.prepared(db, make, pair)
    db.commit()

    at = end_of(desk, pair, pair.pp)

    t4 = months_later(clock.today() - steps.ENDED, 6)
    assert last_day(at) == t4 + timedelta(days=30)
    assert "The agreement is over before T4" not in said(at)


def test_where_the_agreement_is_over_before_t4_both_read_why_and_the_way_to_a_new_one(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    ends_on = clock.today() + timedelta(days=60)
    make.agreement_in_force(pair, ends_on=ends_on)
    closing = steps.prepared(db, make, pair)
    db.commit()

    his = end_of(desk, pair, pair.pp)
    assert last_day(his) == ends_on
    steps.proposed(db, pair.pp, closing, until=ends_on)
    db.commit()
    hers = end_of(desk, pair, pair.vss)

    for at in (his, hers):
        assert "The agreement is over before T4" in said(at)
        assert "Begin an agreement" in ways(at)


def test_after_the_end_each_side_reads_whose_follow_up_is_over_and_whose_is_not(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    closing = steps.agreed(db, make, pair)
    steps.settled(db, pair, pair.pp, "T4")
    closings.finish(db, pair.pp, closing.id, version=closing.version)
    db.commit()

    his, hers = (said(desk.open(actor, "closing", case=pair.case.id)) for actor in (pair.pp, pair.vss))

    assert "Nothing to do any more. We said that our follow-up is over." in his
    assert "Asks its own person at T4" in his
    assert "Ask our own person at T4, or say why not" in hers
    assert "Has said that its follow-up is over." in hers
