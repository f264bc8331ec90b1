"""Of what left her file without her consent her service is asked whether she was told, and the programme reads nothing of it."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.errors import Invalid, NotFound
from core.models import Release
from core.operations import joint_items, release_tellings, releases, today
from core.operations.releases import Basis, Terms
from tests.make import Make, Pair, share

WHY = "He has found out where she goes on Mondays."


def left(db: Session, make: Make, pair: Pair) -> Release:
    """Something that a second person let out without her consent."""
    second = make.actor(pair.vss.service_id)
    make.assign(pair.case, second)
    note, her = make.note(pair.vss_file, pair.vss), make.subject(pair.vss_file)
    terms = Terms(her.id, "risk_assessment", Basis.DANGER, WHY)
    seen = joint_items.preview(db, pair.vss, note.id, text_="Said", terms=terms).digest
    item = joint_items.share(db, pair.vss, note.id, text_="Said", terms=terms, seen=seen)
    release = db.scalars(select(Release).where(Release.item_id == item.id)).one()
    assert release_tellings.waiting(db, pair.vss) == []
    releases.confirm(db, second, release.id, version=release.version)
    return release


def test_it_is_asked_on_today_until_somebody_has_said_on_which_day_she_was_told(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    release = left(db, make, pair)
    assert today.of_actor(db, pair.vss).untold == [pair.case]
    assert today.of_actor(db, pair.pp).untold == []

    release_tellings.tell(db, pair.vss, release.id, told_on=clock.today(), version=release.version)

    assert today.of_actor(db, pair.vss).untold == []
    assert release.told_on == clock.today()


def test_not_yet_needs_a_reason_and_is_asked_again_after_two_weeks(db: Session, make: Make) -> None:
    pair = make.pair()
    release = left(db, make, pair)
    with pytest.raises(Invalid) as unsaid:
        release_tellings.tell(db, pair.vss, release.id, told_on=None, version=release.version)
    with pytest.raises(Invalid) as early:
        release_tellings.tell(
            db, pair.vss, release.id, told_on=clock.today() + timedelta(days=1), version=release.version
        )
    assert (unsaid.value.field, early.value.field) == ("why", "told_on")

    release_tellings.tell(
        db, pair.vss, release.id, told_on=None, why="He sits beside her", version=release.version
    )

    assert release_tellings.waiting(db, pair.vss) == []
    with time_machine.travel(clock.now() + release_tellings.AGAIN, tick=False):
        assert release_tellings.waiting(db, pair.vss) == [pair.case]


def test_it_is_still_asked_once_it_was_taken_back_and_never_of_what_she_agreed_to(
    db: Session, make: Make
) -> None:
    pair, agreed = make.pair(), make.pair()
    release = left(db, make, pair)
    joint_items.withdraw(db, pair.vss, release.item_id)
    share(db, agreed.vss, make.note(agreed.vss_file, agreed.vss).id, "Said")

    assert release_tellings.waiting(db, pair.vss) == [pair.case]
    assert release_tellings.waiting(db, agreed.vss) == []


def test_the_programme_neither_reads_nor_answers_it(db: Session, make: Make) -> None:
    pair = make.pair()
    release = left(db, make, pair)

    with pytest.raises(NotFound):
        release_tellings.tell(db, pair.pp, release.id, told_on=clock.today(), version=release.version)
    assert db.scalars(access.visible_releases(pair.pp)).all() == []
