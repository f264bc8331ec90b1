"""What waits for a second person and finds none is told to the managers of its service: that and where, never what."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import JointItem, Release, Role, Seal
from core.operations import held_up, joint_items, releases, today
from core.operations.releases import Basis, Terms
from tests.make import Make, Pair

WHY = "He has found out where she goes on Mondays."
LATER = timedelta(hours=25)


def asked(db: Session, make: Make, pair: Pair, who: Actor) -> JointItem:
    """Something that somebody shares, or asks to share, without consent."""
    of_vss = who.service_id == pair.vss.service_id
    file = pair.vss_file if of_vss else pair.pp_file
    note, subject = make.note(file, who), make.subject(file)
    terms = Terms(subject.id, "risk_assessment", Basis.DANGER, WHY)
    seen = joint_items.preview(db, who, note.id, text_="Said", terms=terms).digest
    return joint_items.share(db, who, note.id, text_="Said", terms=terms, seen=seen)


def told(db: Session, actor: Actor) -> list[str]:
    return [one.case.code for one in held_up.waiting(db, actor)]


@pytest.fixture
def pair(make: Make) -> Pair:
    return make.pair()


def managers(make: Make, pair: Pair) -> tuple[Actor, Actor]:
    hers, his = (make.actor(who.service_id, Role.MANAGER) for who in (pair.vss, pair.pp))
    return hers, his


def test_where_nobody_could_confirm_it_her_managers_read_so_at_once_and_nobody_else(
    db: Session, make: Make, pair: Pair
) -> None:
    hers, his = managers(make, pair)
    asked(db, make, pair, pair.vss)

    assert told(db, hers) == [pair.case.code]
    assert [told(db, who) for who in (his, pair.vss, pair.pp, make.actor(pair.vss.service_id))] == [[]] * 4
    found = today.of_actor(db, hers)
    assert [one.case for one in found.unconfirmed] == [pair.case]
    assert found.asked


def test_where_somebody_could_confirm_it_they_have_a_day(db: Session, make: Make, pair: Pair) -> None:
    hers, _ = managers(make, pair)
    second = make.actor(pair.vss.service_id)
    make.account(second)
    make.assign(pair.case, second)
    asked(db, make, pair, pair.vss)
    assert told(db, hers) == []

    with time_machine.travel(clock.now() + LATER, tick=False):
        assert told(db, hers) == [pair.case.code]


@pytest.mark.parametrize("end", ["confirmed", "refused", "consented"])
def test_what_is_settled_is_told_to_nobody(db: Session, make: Make, pair: Pair, end: str) -> None:
    hers, _ = managers(make, pair)
    second = make.actor(pair.vss.service_id)
    make.account(second)
    make.assign(pair.case, second)
    item = asked(db, make, pair, pair.vss)
    release = db.scalars(select(Release).where(Release.item_id == item.id)).one()
    if end == "confirmed":
        releases.confirm(db, second, release.id, version=release.version)
    elif end == "refused":
        releases.refuse(db, second, release.id, version=release.version)
    else:
        release.basis = Basis.CONSENT
        db.flush()

    with time_machine.travel(clock.now() + LATER, tick=False):
        assert told(db, hers) == []


def test_what_he_did_not_agree_to_is_told_to_the_managers_of_the_programme(
    db: Session, make: Make, pair: Pair
) -> None:
    hers, his = managers(make, pair)
    asked(db, make, pair, pair.pp)

    assert (told(db, his), told(db, hers)) == ([pair.case.code], [])


def test_a_manager_who_works_on_the_case_has_it_among_what_colleagues_ask(
    db: Session, make: Make, pair: Pair
) -> None:
    lead = make.actor(pair.vss.service_id, Role.MANAGER, Role.CASE_MANAGER)
    make.assign(pair.case, lead)
    asked(db, make, pair, pair.vss)

    with time_machine.travel(clock.now() + LATER, tick=False):
        assert told(db, lead) == []
        assert [case for _, case, _ in releases.waiting(db, lead)] == [pair.case]


def test_a_manager_who_works_on_the_case_and_may_not_confirm_or_has_asked_reads_it_too(
    db: Session, make: Make, pair: Pair
) -> None:
    only, both = (
        make.actor(pair.vss.service_id, Role.MANAGER),
        make.actor(pair.vss.service_id, Role.MANAGER, Role.CASE_MANAGER),
    )
    make.assign(pair.case, only)
    make.assign(pair.case, both)
    asked(db, make, pair, both)

    assert (told(db, only), told(db, both)) == ([pair.case.code], [pair.case.code])


def test_nothing_is_told_of_a_sealed_file_or_a_closed_case(db: Session, make: Make, pair: Pair) -> None:
    hers, _ = managers(make, pair)
    asked(db, make, pair, pair.vss)
    pair.case.closed_on = clock.today()
    db.flush()
    assert told(db, hers) == []

    pair.case.closed_on = None
    db.add(Seal(file_id=pair.vss_file.id, reason="Known here", sealed_by=pair.vss.person_id))
    db.flush()
    assert told(db, hers) == []
